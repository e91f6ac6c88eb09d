"""Rasa's NLU data out of ours: questions by section, facets as entities, the guides' words for jieba."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.book.facets import Facet
from bot.book.guide import Guide
from bot.components.asking import asks_part
from bot.learn.problem import LearnError
from bot.text import normalise
from index.corpus import SECTIONS, Example

QUESTIONS, FACETS, JIEBA = "questions.yml", "facets.yml", "jieba/guides.txt"
INFORM, OVERVIEW = "inform", SECTIONS[-1]
HEAD = "# Written by `guidebot train`: changes here are lost.\n"
FREQUENCY = 1000  # of a word in jieba's dictionary: enough to win over its parts, as jieba multiplies their shares
_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\}|\[[^\]]*\])")
_LIKE_ANNOTATION = re.compile(r"\](?=[({\[])")
_WORD = re.compile(r"[\u4e00-\u9fd5A-Za-z0-9]{2,}")  # what jieba can keep together


@dataclass(frozen=True)
class NluData:
    """What Rasa is trained on besides data/nlu: texts by section, and what value each facet's words mean."""

    questions: Mapping[str, tuple[str, ...]]
    dropped: int  # question lines left out: see questions_by_section
    words: Mapping[str, Mapping[str, str]]
    jieba: tuple[str, ...]
    spoken: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Write questions.yml, facets.yml and jieba/guides.txt; the same data gives the same bytes."""
        (folder / JIEBA).parent.mkdir(parents=True, exist_ok=True)
        (folder / QUESTIONS).write_bytes(_render(_question_entries(self.questions)))
        (folder / FACETS).write_bytes(_render(_facet_entries(self.words, self._taken())))
        (folder / JIEBA).write_bytes("".join(f"{word} {FREQUENCY} n\n" for word in self.jieba).encode())

    def _taken(self) -> set[str]:
        """Texts that mean something else than a bare answer when they are all that is said."""
        written = {text for texts in self.questions.values() for text in texts}
        return written | {text for text, intent in self.spoken.items() if intent != INFORM}


def nlu_data(
    guides: Sequence[Guide],
    facets: Mapping[str, Facet],
    questions: Iterable[Example],
    spoken: Mapping[str, str],
) -> NluData:
    """The data of these guides, facets and questions; `spoken` are data/nlu's texts with their intents.

    LearnError where one word stands for two values: Rasa's synonyms could not tell which is meant.
    """
    by_section, dropped = questions_by_section(questions, spoken)
    words = facet_words(facets)
    return NluData(by_section, dropped, words, jieba_words(guides, words), spoken)


def questions_by_section(
    questions: Iterable[Example], spoken: Mapping[str, str]
) -> tuple[dict[str, tuple[str, ...]], int]:
    """Each text once, under its section, and how many lines were left out.

    A text of two sections teaches nothing about either, one of data/nlu is there already: both are left out. So
    is one that stands under overview for want of a closer section although it asks for a part ("上哪办"): of 168
    questions of the development set 85.7 % had the right section with these, 90.5 % without.
    """
    sections: dict[str, set[str]] = {}
    lines = 0
    for question in questions:
        lines += 1
        section = question.section or OVERVIEW
        if section != OVERVIEW or not asks_part(question.text):
            sections.setdefault(question.text, set()).add(section)
    kept = {text: min(of) for text, of in sections.items() if len(of) == 1 and text not in spoken}
    by_section = {
        section: tuple(text for text, own in kept.items() if own == section)
        for section in sorted(SECTIONS)
        if section in kept.values()
    }
    return by_section, lines - len(kept)


def facet_words(facets: Mapping[str, Facet]) -> dict[str, dict[str, str]]:
    """For each facet, its values' names, buttons and synonyms, longest first, with the value they mean."""
    meaning: dict[str, tuple[str, str]] = {}
    for name, facet in facets.items():
        for value, own in facet.values.items():
            for word in map(normalise, (value, own.title, *own.synonyms)):
                if meaning.setdefault(word, (name, value)) != (name, value):
                    raise LearnError("double_word", word=word, one=meaning[word][1], other=value)
    return {
        name: {
            word: meaning[word][1]
            for word in sorted(meaning, key=lambda word: (-len(word), word))
            if meaning[word][0] == name
        }
        for name in facets
    }


def jieba_words(guides: Sequence[Guide], words: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """What jieba keeps in one piece: titles and aliases, cut at their punctuation, and the facets' words."""
    named = [text for guide in guides for text in (guide.title, *guide.aliases)]
    pieces = [piece for text in named for piece in _WORD.findall(normalise(text))]
    whole = [word for by_facet in words.values() for word in by_facet if _WORD.fullmatch(word)]
    return tuple(sorted({*pieces, *whole}))


def spoken_texts(folder: Path) -> dict[str, str]:
    """The texts of a folder's NLU files without their annotations, normalised, and the intent of each."""
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", ()):
            if "intent" in entry:
                lines = (line.strip().removeprefix("-").strip() for line in entry["examples"].splitlines())
                texts |= {normalise(_ANNOTATION.sub(r"\1", line)): entry["intent"] for line in lines if line}
    return texts


def _question_entries(questions: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    for section, texts in questions.items():
        # Rasa would read "](" as an annotation, and knows no way to say that it is none.
        yield {"intent": section, "examples": _lines(_LIKE_ANNOTATION.sub("] ", text) for text in texts)}


def _facet_entries(words: Mapping[str, Mapping[str, str]], taken: set[str]) -> Iterator[dict[str, str]]:
    """A lookup table a facet, a synonym block a value, and the annotated examples that make Rasa use them."""
    for facet, by_word in words.items():
        free = [word for word in by_word if word not in taken] or list(by_word)[:1]
        yield {"lookup": facet, "examples": _lines(by_word)}
        for value in dict.fromkeys(sorted(by_word.values())):
            others = [word for word, meant in by_word.items() if meant == value and word != value]
            if others:
                yield {"synonym": value, "examples": _lines(others)}
        yield {"intent": INFORM, "examples": _lines(f"[{word}]({facet})" for word in free)}


def _lines(texts: Iterable[str]) -> str:
    return "".join(f"- {text}\n" for text in texts)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as Rasa's handbook does, one example a line."""


def _literal(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _literal)


def _render(entries: Iterable[Mapping[str, str]]) -> bytes:
    content: dict[str, Any] = {"version": "3.1", "nlu": [dict(entry) for entry in entries]}
    dumped: str = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return (HEAD + dumped).encode()
