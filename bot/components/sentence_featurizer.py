"""The index's sentence encoder as a featurizer: messages that mean alike get like features, whatever their words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from index.e5 import EncoderError
from index.encoder import Encoder, OnnxEncoder

PROBE = "社保卡丢了怎么补"
PROBE_FILE = "probe.npy"
ALIKE = 0.99  # cosine: exports of one encoder on two machines differ by rounding, other encoders by far more


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """One dense feature vector f32[1, dimension] a message: its embedding times `scale`; none for its tokens.

    "Training" only stores how one sentence is embedded, so that a model refuses to run on another encoder.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> None:
        """EncoderError where the folder holds no encoder."""
        super().__init__(execution_context.node_name, config)
        self._model_storage, self._resource = model_storage, resource
        self._encoder: Encoder = OnnxEncoder(Path(config["encoder"]), config["threads"])

    @classmethod
    def required_components(cls) -> list[type]:
        """Rasa wants tokens before any features."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What the encoder runs on."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoder`: its folder; `scale`: what brings unit vectors to the size of counts; `threads`: 0 is all."""
        own = {"encoder": "index/build/encoder", "scale": 9.0, "threads": 1}
        return {**DenseFeaturizer.get_default_config(), **own}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check that loading the encoder does not."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """A featurizer for training. EncoderError where the folder holds no encoder."""
        return cls(config, model_storage, resource, execution_context)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceFeaturizer:
        """The trained one. EncoderError where its encoder is gone or is not the one that it was trained with."""
        featurizer = cls(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            trained = np.load(folder / PROBE_FILE)
        now = featurizer._encoder.queries([PROBE])[0]
        if now.shape != trained.shape or float(now @ trained) < ALIKE:
            raise EncoderError(
                f"{config['encoder']} 与训练模型时用的编码器不同。请运行 guidebot train --force 重新训练。"
            )
        return featurizer

    def train(self, training_data: TrainingData) -> Resource:
        """Store how the encoder embeds one sentence."""
        with self._model_storage.write_to(self._resource) as folder:
            np.save(folder / PROBE_FILE, self._encoder.queries([PROBE])[0])
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same data, its messages with features."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """The same messages; those with a text have features."""
        spoken = [message for message in messages if message.get(TEXT)]
        vectors = self._encoder.queries([message.get(TEXT) for message in spoken]) * self._config["scale"]
        for message, vector in zip(spoken, vectors, strict=True):
            self.add_features_to_message(None, vector[None, :], TEXT, message)
        return messages
