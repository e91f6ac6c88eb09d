"""Every section of every guide is quoted word for word when it is asked for by the guide's title."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from stack import PROJECT, Reply, Stack

from bot.book.guide import SECTION_KEYS, Guide, load_guide, load_guides
from bot.desk.place import MAP
from bot.learn.evaluate import same_section
from bot.outcome import Act

pytestmark = pytest.mark.stack

ASKED = {
    "overview": "怎么办",
    "audience_desc": "哪些人可以办",
    "eligibility": "受理条件是什么",
    "materials": "要什么材料",
    "process": "办理流程是什么",
    "fee": "收费吗",
    "time_limit": "多久能办好",
    "phone": "咨询电话是多少",
    "location": "在哪里办",
    "hours": "几点上班",
}
GUIDES = {guide.id: guide for guide in load_guides(PROJECT / "guides")}
FILES = {path.name.partition("_")[0]: path for path in (PROJECT / "guides").glob("g*.md")}
ABSENT = [(guide.id, key) for guide in GUIDES.values() for key in guide.absent]
PRESENT = [(guide, key) for guide in GUIDES for key in ASKED if (guide, key) not in ABSENT]


def ask(stack: Stack, guide: Guide, key: str) -> Reply:
    return stack.conversation().say(guide.title + ASKED[key])


def place(reply: Reply) -> str:
    """What was done and what was quoted, in a line."""
    outcome = reply.outcome
    return f"{outcome.act.value} {outcome.guide} {outcome.section}"


@pytest.fixture(scope="module")
def patterns() -> list[str]:
    """The texts of domain.yml that carry facts of a guide."""
    responses = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    named = ("utter_answer", "utter_absent", "utter_note", "utter_map")
    return [one["text"] for name, many in responses.items() if name.startswith(named) for one in many]


def blanks(pattern: str, text: str) -> list[str] | None:
    """What fills the blanks of a text of domain.yml where `text` is that text; None where it is not.

    Each blank takes as little as it can: a quote may hold the very marks that stand around a title or a heading.
    """
    parts = re.split(r"\{\w+\}", pattern)
    found = re.fullmatch("(.*?)".join(re.escape(part) for part in parts), text, re.DOTALL)
    return list(found.groups()) if found else None


def assert_all_from(reply: Reply, file: Path, patterns: list[str]) -> None:
    """All that is shown is texts of domain.yml whose blanks are filled out of the guide's file."""
    guide = load_guide(file)  # the file as it is read: Markdown escapes such as \\\\ are not the book's words
    sections = [f"{section.heading}\n{section.text}" for section in guide.sections.values()]
    printed = "\n".join([guide.title, *sections, *(note.text for note in guide.notes)])
    for text in reply.texts:
        readings = [filled for pattern in patterns if (filled := blanks(pattern, text)) is not None]
        assert any(all(unquote(blank.removeprefix(MAP)) in printed for blank in filled) for filled in readings), text


def test_the_whole_book_is_asked_for() -> None:
    assert set(ASKED) == {*SECTION_KEYS, "overview"}
    assert len(GUIDES) == 84
    assert len(PRESENT) + len(ABSENT) == 840


@pytest.mark.parametrize(("guide_id", "key"), PRESENT)
def test_section_is_quoted_word_for_word(stack: Stack, patterns: list[str], guide_id: str, key: str) -> None:
    guide = GUIDES[guide_id]
    reply = ask(stack, guide, key)
    assert (reply.outcome.act, reply.outcome.guide) == (Act.ANSWER, guide_id)
    assert same_section(reply.outcome.section, key)
    section = guide.sections["process" if key == "overview" else key]
    assert reply.outcome.quote == section.text
    assert section.text in reply.text
    source = reply.outcome.source
    assert source and (source.title, source.page, source.edition) == (guide.title, guide.page, guide.edition)
    assert_all_from(reply, FILES[guide_id], patterns)


@pytest.mark.parametrize(("guide_id", "key"), ABSENT)
def test_section_that_the_book_lacks_is_said_to_be_missing(stack: Stack, guide_id: str, key: str) -> None:
    guide = GUIDES[guide_id]
    reply = ask(stack, guide, key)
    assert place(reply) == f"answer {guide_id} phone"
    assert reply.outcome.quote == guide.sections["phone"].text
    assert "没有写明" in reply.text
    assert all(phone.number in reply.text for phone in guide.phones)


@pytest.mark.parametrize("guide_id", [guide.id for guide in GUIDES.values() if guide.notes])
def test_editors_remark_is_shown_beside_the_quote(stack: Stack, guide_id: str) -> None:
    for note in GUIDES[guide_id].notes:
        reply = ask(stack, GUIDES[guide_id], note.section)
        assert reply.outcome.note == note.text
        assert note.text in reply.text
        assert note.text not in (reply.outcome.quote or "")
