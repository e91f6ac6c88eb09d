"""A tuned encoder tells apart what it was tuned on, goes on where it was stopped, and is shipped with its proof."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.settings import Settings
from index import fine_tune
from index.adapter import MANIFEST, WEIGHTS, Adapter, merge
from index.corpus import SECTIONS, Example
from index.e5 import EncoderError, Floats
from index.export import torch_encoder
from index.fine_tune import Workshop, publish, weigh_encoder, weighed_before
from index.manifest import file_hash
from index.rank import KINDS
from index.targets import SECTION, Targets
from index.tuning import Tuner, TuningConfig, embed

CONFIG = TuningConfig(rank=8, epochs=15, fold_epochs=15, batch=4, rate=2e-2, max_tokens=32)
LABELS = ("泳帽", "泳票")
FACETS = {"泳帽": {"matter": ("物品",)}, "泳票": {"matter": ("票证",)}}
ENDS = ("丢了", "怎么办", "在哪里", "要钱吗", "谁能办", "几点开", "旧了", "能退吗")
EXAMPLES = [Example(f"{ending}{name}{ending}", name, "fee") for name in LABELS for ending in ENDS]


def workshop(folder: Path, small: str, steps: list[str] | None = None) -> Workshop:
    return Workshop(folder, small, LABELS, FACETS, CONFIG, (steps if steps is not None else []).append)


def parted(vectors: Floats) -> float:
    """How much nearer texts of one class are to each other than to those of the other, as cosines."""
    same = np.array([[a.label == b.label for b in EXAMPLES] for a in EXAMPLES])
    cosines = vectors @ vectors.T
    return float(cosines[same].mean() - cosines[~same].mean())


TEXTS = [example.text for example in EXAMPLES]


def test_text_of_two_classes_is_shared_between_them_and_an_unasked_section_is_nobodys() -> None:
    examples = [Example("丢了咋办", "泳帽", "process"), Example("丢了咋办", "泳票", "fee"), Example("你好", "泳票")]
    targets = Targets.of(examples, LABELS, FACETS)
    assert targets.texts == ("丢了咋办", "你好")
    assert targets.classes.tolist() == [[0.5, 0.5], [0, 1]]
    assert targets.parts["matter"].tolist() == [[0.5, 0.5], [0, 1]] or targets.parts["matter"][1].sum() == 1
    asked = targets.parts[SECTION]
    assert asked[0, [SECTIONS.index("process"), SECTIONS.index("fee")]].tolist() == [0.5, 0.5]
    assert asked[1].sum() == 0


def test_tuning_parts_the_classes(small: str, tmp_path: Path) -> None:
    before = embed(torch_encoder(small), TEXTS)
    after = workshop(tmp_path, small).vectors("all", EXAMPLES, TEXTS)
    assert parted(after) > parted(before) + 0.2


def test_tuned_folder_is_not_tuned_again(small: str, tmp_path: Path) -> None:
    steps: list[str] = []
    shop = workshop(tmp_path, small, steps)
    shop.adapters("all", EXAMPLES)
    told = len(steps)
    shop.adapters("all", EXAMPLES)
    assert told >= CONFIG.epochs
    assert len(steps) == told


def test_stopped_tuning_goes_on_to_the_same_end(small: str, tmp_path: Path) -> None:
    targets = Targets.of(EXAMPLES, LABELS, FACETS)

    class Stopped(Exception):
        pass

    def stop(step: str) -> None:
        if f"3/{CONFIG.epochs}" in step:
            raise Stopped

    through = Tuner(torch_encoder(small), targets, CONFIG, tmp_path / "through")
    through.run(lambda step: None)
    with pytest.raises(Stopped):
        Tuner(torch_encoder(small), targets, CONFIG, tmp_path / "stopped").run(stop)
    steps: list[str] = []
    resumed = Tuner(torch_encoder(small), targets, CONFIG, tmp_path / "stopped")
    resumed.run(steps.append)
    assert len(steps) == CONFIG.epochs - 3
    np.testing.assert_allclose(embed(resumed.encoder, TEXTS), embed(through.encoder, TEXTS), atol=1e-5)


@pytest.fixture(scope="module")
def shipped(small: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Adapters of the small model as they stand in the data folder."""
    home = tmp_path_factory.mktemp("shipped")
    made = workshop(home, small).adapters("all", EXAMPLES)
    from index.manifest import file_hash

    adapter = Adapter("small", "hash", file_hash(made / WEIGHTS), {"dense_guide": 1.0}, {"folds": 3}, {})
    publish(adapter, made, home / "data")
    return home / "data"


def test_shipped_adapters_are_those_of_their_encoder_alone(shipped: Path) -> None:
    adapter = Adapter.read(shipped, "small")
    assert adapter is not None
    assert adapter.name == f"small+{adapter.sha256[:12]}"
    assert Adapter.read(shipped, "other") is None
    assert Adapter.read(shipped / "nowhere", "small") is None


def test_shipped_files_name_no_folder_of_the_machine(shipped: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in shipped.glob("*.json")]
    assert len(texts) == 2
    assert not any(str(shipped.parent) in text or "/tmp" in text for text in texts)


def test_shipped_adapters_change_the_encoder_when_merged(small: str, shipped: Path) -> None:
    encoder = torch_encoder(small)
    before = embed(encoder, TEXTS)
    merge(encoder, shipped)
    assert parted(embed(encoder, TEXTS)) > parted(before) + 0.2
    assert not any("lora" in name for name, _ in encoder.named_parameters())


@pytest.mark.parametrize("damage", ["weights", "manifest", "gone"])
def test_damaged_adapters_say_what_to_do(shipped: Path, tmp_path: Path, damage: str) -> None:
    for path in shipped.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if damage == "weights":
        (tmp_path / WEIGHTS).write_bytes(b"x")
    elif damage == "manifest":
        (tmp_path / MANIFEST).write_text(json.dumps({"base": "small"}))
    else:
        (tmp_path / WEIGHTS).unlink()
    with pytest.raises(EncoderError, match="guidebot train --encoder"):
        Adapter.read(tmp_path, "small")


def test_config_is_not_shared_by_chance(small: str, tmp_path: Path) -> None:
    """Another seed is another tuning: the comparison of two runs would otherwise compare one with itself."""
    one = Workshop(tmp_path / "1", small, LABELS, FACETS, CONFIG, lambda step: None).vectors("a", EXAMPLES, TEXTS)
    other = replace(CONFIG, seed=1)
    two = Workshop(tmp_path / "2", small, LABELS, FACETS, other, lambda step: None).vectors("a", EXAMPLES, TEXTS)
    assert not np.allclose(one, two, atol=1e-3)


def test_without_folds_the_evidence_weighs_what_it_did_before(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="--folds 0"):
        weighed_before(tmp_path, "base")
    (tmp_path / WEIGHTS).write_bytes(b"weights")
    kinds = dict.fromkeys(KINDS, 0.3)
    before = Adapter("base", "inputs", file_hash(tmp_path / WEIGHTS), kinds, {"folds": 5}, {})
    before.write(tmp_path)
    assert weighed_before(tmp_path, "base") == (kinds, {"folds": 5, "of": before.name})
    replace(before, kinds={"words": 0.3}).write(tmp_path)
    with pytest.raises(EncoderError, match="种类"):
        weighed_before(tmp_path, "base")


def test_weighing_anew_leaves_the_encoder_and_says_what_was_found(
    small: str, shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "encoder"
    folder.mkdir()
    for path in shipped.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    before = Adapter.read(folder, "small")
    found = ({"dense_guide": 0.5}, {"folds": 2})
    monkeypatch.setattr(fine_tune, "opened", lambda settings, progress: (workshop(tmp_path, "small"), None))
    monkeypatch.setattr(fine_tune, "weighed", lambda shop, training, folds: found if folds == 2 else None)
    after = weigh_encoder(Settings(data_dir=tmp_path), 2, lambda step: None)
    assert after == Adapter.read(folder, "small") == replace(before, kinds=found[0], figures=found[1])
    with pytest.raises(EncoderError, match="--encoder"):
        weigh_encoder(Settings(data_dir=tmp_path / "nowhere"), 2, lambda step: None)
