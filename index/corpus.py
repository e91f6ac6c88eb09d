"""What the ranker learns from: labelled wordings out of the guides, the written questions and the NLU data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.book.guide import SECTION_KEYS, Guide
from bot.text import normalise

OUT_OF_SCOPE = "out_of_scope"  # not in these guides
TOPICLESS = "topicless"  # names no matter at all and leans on what was said before
CHATTER = ("bot_challenge", "bye", "chitchat", "complain", "distress", "greet", "handoff", "thanks")
SECTIONS = (*SECTION_KEYS, "overview")
SECTION_CHARS = 60  # the beginning tells; long texts take most of the time to embed


class CorpusError(ValueError):
    """A data file cannot be used; the message says file, line and what to do."""


@dataclass(frozen=True)
class Example:
    """One wording: what it means (a guide's id, OUT_OF_SCOPE or TOPICLESS), the section asked, where it stands."""

    text: str
    label: str
    section: str | None = None
    kind: str = "question"  # question, title, alias, section or dialogue

    @property
    def asked(self) -> bool:
        """Whether people say this; the others are the guides' own words."""
        return self.kind in ("question", "dialogue")


def load_questions(folder: Path) -> tuple[Example, ...]:
    """The written questions of every guide: a line each, the section asked after a tab (overview where none)."""
    examples = []
    for path in sorted(folder.glob("g*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            text, _, section = line.partition("\t")
            if section and section not in SECTIONS:
                allowed = "、".join(SECTIONS)
                raise CorpusError(f"{path}:{number} 制表符后的“{section}”不是栏目名。请改为：{allowed}")
            examples.append(Example(normalise(text), path.stem, section or "overview"))
    return tuple(examples)


def guide_examples(guide: Guide) -> Iterator[Example]:
    """A guide's own words: its title, its aliases and how its telling sections begin."""
    yield Example(normalise(guide.title), guide.id, "overview", "title")
    for alias in guide.aliases:
        yield Example(normalise(alias), guide.id, "overview", "alias")
    for key in ("eligibility", "materials"):
        if section := guide.sections.get(key):
            yield Example(normalise(section.text)[:SECTION_CHARS], guide.id, key, "section")


def load_dialogue_examples(folder: Path) -> tuple[Example, ...]:
    """Wordings that belong to no guide: out of scope, chatter, and section questions that name no matter."""
    examples = []
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            label = dialogue_label(entry)
            if label:
                lines = (line.strip().removeprefix("- ") for line in entry["examples"].splitlines())
                section = entry["intent"] if label == TOPICLESS else None
                examples += [Example(normalise(line), label, section, "dialogue") for line in lines if line]
    return tuple(examples)


def dialogue_label(entry: dict[str, object]) -> str | None:
    """The ranker's class of an NLU entry; None where it says nothing about guides."""
    intent, metadata = entry.get("intent"), entry.get("metadata")
    if intent == OUT_OF_SCOPE or intent in CHATTER:
        return OUT_OF_SCOPE
    if intent in SECTIONS and isinstance(metadata, dict) and metadata.get("topic") == "none":
        return TOPICLESS
    return None


def load_corpus(guides: Sequence[Guide], data: Path) -> tuple[Example, ...]:
    """All examples; CorpusError where a questions file names a guide that does not exist."""
    questions = load_questions(data / "questions")
    known = {guide.id for guide in guides}
    if strangers := sorted({example.label for example in questions} - known):
        raise CorpusError(f"{data / 'questions'} 中的 {'、'.join(strangers)} 没有对应的指南。请检查文件名或补上指南。")
    own = tuple(example for guide in guides for example in guide_examples(guide))
    return own + questions + load_dialogue_examples(data / "nlu")
