"""The tuned encoder as it is shipped: adapters of 2.6 MB, and a manifest that says what they belong to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import Settings
from index.e5 import EncoderError
from index.manifest import file_hash

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FOLDER = "encoder"  # in the data folder
MANIFEST, WEIGHTS, SHAPE = "manifest.json", "adapter_model.safetensors", "adapter_config.json"
REMEDY = "请运行 guidebot train --encoder 重新微调，或从版本库取回这个文件。"


@dataclass(frozen=True)
class Adapter:
    """What the manifest says.

    `base` is the encoder that was tuned, `inputs` the hash of all that it was tuned on, `kinds` the weight of each kind
    of evidence as learned out of fold (an encoder's own training questions would make it look surer than it is), and
    `figures` what that cross-fit showed.
    """

    base: str
    inputs: str
    sha256: str
    kinds: Mapping[str, float]
    figures: Mapping[str, Any]
    tuning: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The tuned encoder's name: two encoders of one name are the same."""
        return f"{self.base}+{self.sha256[:12]}"

    @classmethod
    def read(cls, folder: Path, base: str) -> Adapter | None:
        """The adapters for this encoder; None where there are none, or only another encoder's.

        EncoderError where a file is damaged, missing or not the one that the manifest belongs to.
        """
        path = folder / MANIFEST
        if not path.is_file():
            return None
        try:
            adapter = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise EncoderError(f"编码器微调清单 {path} 损坏（{error}）。{REMEDY}") from error
        if adapter.base != base:
            return None
        weights = folder / WEIGHTS
        if not weights.is_file() or file_hash(weights) != adapter.sha256:
            raise EncoderError(f"编码器微调文件 {weights} 缺失或被改动。{REMEDY}")
        return adapter

    def write(self, folder: Path) -> None:
        """Write the manifest beside the weights."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def shipped(settings: Settings) -> Path:
    """The folder of the adapters that belong to the data."""
    return settings.data_dir / FOLDER


def merge(encoder: SentenceTransformer, folder: Path) -> None:
    """Add the adapters in `folder` to the encoder's own weights, in place: as fast afterwards as before."""
    from peft import PeftModel

    try:
        adapted = PeftModel.from_pretrained(encoder[0].auto_model, str(folder))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EncoderError(f"{folder} 中的编码器微调无法使用（{error}）。{REMEDY}") from error
    encoder[0].auto_model = adapted.merge_and_unload()
