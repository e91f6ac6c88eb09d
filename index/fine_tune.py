"""`guidebot train --encoder`: tune the encoder on the written questions, and learn how far it can be trusted.

An encoder knows the questions that it was tuned on, so evidence from it about them says little. It is therefore tuned
once more for each fold, without that fold's questions; the weights of the evidence come from these encoders.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.book.guide import load_guides
from bot.settings import Settings
from index.adapter import MANIFEST, SHAPE, WEIGHTS, Adapter, merge, shipped
from index.corpus import Example, load_corpus
from index.e5 import EncoderError, Floats
from index.export import PACKAGED, torch_encoder
from index.manifest import file_hash, inputs_hash, sources
from index.pooling import learn_weights
from index.rank import KINDS, RankerConfig
from index.targets import Targets
from index.train import Progress, Training, cross_fit
from index.tuning import Tuner, TuningConfig, embed
from index.views import Facets

FOLDS = 3
WORK = Path("build/tuning")
MAKERS = ("corpus", "targets", "tuning", "views")  # modules whose change gives other adapters


@dataclass(frozen=True)
class Workshop:
    """Makes adapters, each in a folder of its own: what is finished there is not made again."""

    folder: Path
    encoder: str
    labels: Sequence[str]
    facets: Facets
    config: TuningConfig
    progress: Progress

    @property
    def base(self) -> str:
        """The name of the encoder that is tuned."""
        return self.encoder or PACKAGED

    def adapters(self, name: str, examples: Sequence[Example], epochs: int = 0) -> Path:
        """The folder of the adapters tuned on these examples, in as many epochs as configured where none are given.

        A quarter of an hour for all examples; goes on where it was stopped.
        """
        folder = self.folder / name
        if not (folder / SHAPE).is_file():
            self.progress(f"微调编码器（{name}，{len(examples)} 条）")
            config = replace(self.config, epochs=epochs or self.config.epochs)
            tuner = Tuner(torch_encoder(self.encoder), Targets.of(examples, self.labels, self.facets), config, folder)
            tuner.run(self.progress)
            tuner.save(folder)
        return folder

    def vectors(self, name: str, examples: Sequence[Example], texts: Sequence[str]) -> Floats:
        """f32[texts, dimension] by an encoder that was tuned on these examples to weigh evidence."""
        encoder = torch_encoder(self.encoder)
        merge(encoder, self.adapters(name, examples, self.config.fold_epochs))
        return embed(encoder, texts)


def tune_encoder(settings: Settings, folds: int, progress: Progress) -> Adapter:
    """Write `data/encoder`; a run that was stopped goes on from its last whole epoch.

    With no folds only the encoder itself is tuned, and the evidence weighs what it weighed with the one before:
    EncoderError where there is none.
    """
    shop, training = opened(settings, progress)
    before = shipped(settings)
    kinds, figures = weighed(shop, training, folds) if folds else weighed_before(before, shop.base)
    made = shop.adapters("all", training.examples)
    inputs, sha256 = tuning_inputs(settings), file_hash(made / WEIGHTS)
    adapter = Adapter(shop.base, inputs, sha256, kinds, figures, asdict(shop.config))
    publish(adapter, made, before)
    return adapter


def weigh_encoder(settings: Settings, folds: int, progress: Progress) -> Adapter:
    """Leave the encoder as it is, and write into its manifest what today's questions show of its kind.

    EncoderError where there is none.
    """
    shop, training = opened(settings, progress)
    folder = shipped(settings)
    before = Adapter.read(folder, shop.base)
    if before is None:
        raise EncoderError("还没有微调过编码器。请先运行 guidebot train --encoder。")
    kinds, figures = weighed(shop, training, folds)
    adapter = replace(before, kinds=kinds, figures=figures)
    adapter.write(folder)
    return adapter


def opened(settings: Settings, progress: Progress) -> tuple[Workshop, Training]:
    """The workshop for the data as it is now, and all that is taught in it."""
    guides = load_guides(settings.guides_dir)
    examples = load_corpus(guides, settings.data_dir)
    facets = {guide.id: guide.facets for guide in guides}
    training = Training(examples, np.zeros((len(examples), 0), np.float32), facets)
    folder, labels = WORK / tuning_inputs(settings)[:12], sorted(set(training.labels))
    return Workshop(folder, settings.encoder, labels, facets, TuningConfig(), progress), training


def weighed(shop: Workshop, training: Training, folds: int) -> tuple[Mapping[str, float], Mapping[str, Any]]:
    """What each kind of evidence weighs, and how often all together were right, by encoders tuned for each fold."""
    fit = cross_fit(
        training, RankerConfig(), folds, shop.progress,
        lambda fold, seen: shop.vectors(f"fold{fold}of{folds}", seen.examples, training.texts),
    )  # fmt: skip
    weights = learn_weights(fit.evidence, fit.truth)
    kinds = {kind: round(float(weight), 4) for kind, weight in zip(KINDS, weights, strict=True)}
    return kinds, {"folds": folds, "epochs": shop.config.fold_epochs, **fit.figures(weights)}


def weighed_before(folder: Path, base: str) -> tuple[Mapping[str, float], Mapping[str, Any]]:
    """The same of the encoder that is there already."""
    before = Adapter.read(folder, base)
    if before is None:
        raise EncoderError("还没有微调过编码器，无从沿用证据的权重。请去掉 --folds 0 再运行。")
    if set(before.kinds) != set(KINDS):
        raise EncoderError("上次微调时的证据种类与程序不同，权重不能沿用。请去掉 --folds 0 再运行。")
    return before.kinds, {**before.figures, "of": before.figures.get("of", before.name)}


def publish(adapter: Adapter, made: Path, folder: Path) -> None:
    """Copy the adapters into the data folder, the manifest last: it vouches for the others."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.copyfile(made / WEIGHTS, folder / WEIGHTS)
    shape = json.loads((made / SHAPE).read_text(encoding="utf-8"))
    shape["base_model_name_or_path"] = adapter.base  # peft writes the folder that it was loaded from
    shape["target_modules"] = sorted(shape["target_modules"])  # … and a set, in any order
    (folder / SHAPE).write_text(json.dumps(shape, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    adapter.write(folder)


def tuning_inputs(settings: Settings) -> str:
    """Hash of everything that the adapters come from, data and code."""
    return inputs_hash(sources(settings, MAKERS), json.dumps([settings.encoder, asdict(TuningConfig())]))
