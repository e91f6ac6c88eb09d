"""Building the index: encoder, embeddings, search structures and ranker, from guides and written questions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from bot.book.guide import Guide, load_guides
from bot.settings import Settings
from index.adapter import MANIFEST, Adapter, shipped
from index.corpus import Example, load_corpus
from index.e5 import EncoderError, Floats
from index.encoder import Encoder, OnnxEncoder
from index.export import EXPORT, PACKAGED, export_encoder
from index.families import Families
from index.manifest import NAME, VERSION, IndexProblem, Manifest, file_hash, inputs_hash, sources
from index.openness import OpenModel
from index.rank import CHARS, KINDS, Ranker, RankerConfig
from index.sections import SectionModel, sections_of
from index.train import Training, neighbours_of, train_ranker, weighed_ranker

FOLDS = 4
# A change of these modules changes what a build gives; the other modules of this package only use it.
MAKERS = (
    *("adapter", "build", "corpus", "descent", "evidence", "export", "features", "linear"),
    *("facets", "families", "openness", "pooling", "rank", "search", "sections", "smoothing", "train", "views"),
)
ENCODER = "encoder"
UNTUNED = Path("build/untuned")

Progress = Callable[[str], None]


def current_inputs(settings: Settings) -> str:
    """Hash of everything that the index is built from, data and code, as it stands on disk now."""
    tuned = shipped(settings) / MANIFEST  # names the adapters by their hash
    return inputs_hash(
        [*sources(settings, MAKERS), *([tuned] if tuned.is_file() else [])],
        json.dumps([VERSION, settings.encoder, asdict(RankerConfig()), KINDS]),
    )


def is_current(settings: Settings) -> bool:
    """Whether the index on disk is whole and built from today's guides and questions."""
    try:
        Manifest.read(settings.index_dir).check(settings.index_dir, current_inputs(settings))
    except IndexProblem:
        return False
    return True


def build_index(settings: Settings, progress: Progress) -> Manifest:
    """Build everything under `settings.index_dir`; `progress` is told each step. Takes one to three minutes.

    The encoder is made only where it is missing or another model is set. A build that fails leaves no manifest, so
    that nothing loads a half-made index.
    """
    folder = settings.index_dir
    (folder / NAME).unlink(missing_ok=True)
    inputs = current_inputs(settings)
    adapter = Adapter.read(shipped(settings), settings.encoder or PACKAGED)
    encoder = ensure_encoder(settings, adapter, progress)
    progress("读取指南与问法")
    guides = load_guides(settings.guides_dir)
    training = embedded(load_corpus(guides, settings.data_dir), guides, encoder, progress)
    if adapter:
        ranker, figures = weighed_ranker(training, RankerConfig(), weights_of(adapter), progress), dict(adapter.figures)
    else:
        ranker, figures = train_ranker(training, RankerConfig(), FOLDS, progress)
    progress("写入索引")
    write(folder, training, ranker, Families({guide.id: guide for guide in guides}))
    files = {str(path.relative_to(folder)): file_hash(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    figures["wordings"] = len(training.examples)
    figures["weights"] = {kind: round(float(weight), 3) for kind, weight in zip(KINDS, ranker.weights, strict=True)}
    manifest = Manifest(VERSION, inputs, encoder.config.model, files, figures)
    manifest.write(folder)
    return manifest


def embedded(examples: Sequence[Example], guides: Sequence[Guide], encoder: Encoder, progress: Progress) -> Training:
    """The examples with their embeddings, each text embedded once."""
    rows = {text: row for row, text in enumerate(dict.fromkeys(example.text for example in examples))}
    progress(f"计算 {len(rows)} 条句向量")
    vectors = encoder.queries(list(rows))[[rows[example.text] for example in examples]]
    return Training(examples, vectors, {guide.id: guide.facets for guide in guides})


def write(folder: Path, training: Training, ranker: Ranker, families: Families) -> None:
    """Everything that the engine reads but the encoder; what needs nothing but the examples is trained here."""
    neighbours = neighbours_of(training, ranker.labels)
    shutil.rmtree(folder / "words", ignore_errors=True)
    neighbours.vectors.save(folder / "vectors.faiss")
    neighbours.words.save(folder / "words")
    (folder / "owners.json").write_text(json.dumps([ranker.labels[owner] for owner in neighbours.owners]))
    ranker.save(folder)
    SectionModel.train(training.vectors, sections_of(training.examples)).save(folder)
    grams = ranker.ngrams[CHARS](training.texts)
    OpenModel.train(training.examples, training.vectors, grams, families).save(folder)


def ensure_encoder(settings: Settings, adapter: Adapter | None, progress: Progress) -> OnnxEncoder:
    """The run-time encoder, exported first where it is not there yet."""
    folder = settings.index_dir / ENCODER
    name = adapter.name if adapter else settings.encoder or PACKAGED
    try:
        encoder = OnnxEncoder(folder)
        if (encoder.config.model, encoder.config.export) == (name, EXPORT):
            return encoder
    except RuntimeError as missing:
        progress(f"需要生成编码器（{missing}）")
    progress("导出并量化句向量模型（约半分钟）")
    titles = [guide.title for guide in load_guides(settings.guides_dir)]
    export_encoder(settings.encoder, folder, name, shipped(settings) if adapter else None, titles)
    return OnnxEncoder(folder)


def untuned_encoder(settings: Settings, progress: Progress) -> OnnxEncoder:
    """An encoder that was tuned on none of the questions: what is new looks new to it.

    Where the index's own was tuned, another is made of the same base, once (a minute).
    """
    adapter = Adapter.read(shipped(settings), settings.encoder or PACKAGED)
    return ensure_encoder(replace(settings, index_dir=UNTUNED) if adapter else settings, None, progress)


def weights_of(adapter: Adapter) -> Floats:
    """The weights of all KINDS that were learned with this encoder; EncoderError where those were other kinds."""
    if set(adapter.kinds) != set(KINDS):
        raise EncoderError("编码器微调时的证据种类与程序不同。请运行 guidebot train --encoder 重新微调。")
    return np.array([adapter.kinds[kind] for kind in KINDS], np.float32)
