"""Composing a turn's messages: words from `domain.yml`, facts quoted from a section, and the outcome for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.shared import Shared
from bot.book.guide import Guide, Section
from bot.desk.request import name_of, section_of
from bot.outcome import Act, Further, Option, Outcome, Source, Variant

Card = Mapping[str, Any]


def quote(
    say: CollectingDispatcher,
    shared: Shared,
    guide: Guide,
    asked: str,
    channel: Sequence[str],
    card: Card | None = None,
    more: Sequence[str] = (),
) -> None:
    """The section asked for, word for word, then `more` of them; the phone numbers where the guide lacks it."""
    key, asked = section_of(asked), name_of(asked)
    section = guide.sections.get(key)
    if section is None:
        section, asked = guide.sections["phone"], "phone"
        say.utter_message(response="utter_absent", title=guide.title, asked=shared.sections[key], quote=section.text)
    else:
        fitting = tuple(variant for variant in section.variants if variant.channel in channel)
        say.utter_message(
            response="utter_answer_overview" if asked == "overview" else "utter_answer",
            title=guide.title, heading=section.heading,
            quote="\n".join(f"{v.label}：{v.text}" for v in fitting) if fitting else section.text,
            buttons=buttons(others(shared, guide, asked, offering=card is None, more=more)),
        )  # fmt: skip
    result = outcome(guide, section, asked, ())
    say_note(say, result.note)
    further = [other for other in more if other not in (key, asked) and other in guide.sections]
    quoted = tuple(quote_further(say, guide, other) for other in further)
    say.utter_message(json_message=replace(result, card=card, more=quoted).to_custom())


def quote_further(say: CollectingDispatcher, guide: Guide, key: str) -> Further:
    """A section that was asked for beside another, said in words; what the outcome holds of it."""
    section = guide.sections[key]
    one = outcome(guide, section, key, ())
    say.utter_message(response="utter_answer", title=guide.title, heading=section.heading, quote=section.text)
    say_note(say, one.note)
    return Further(key, section.text, source_of(guide), one.note, one.variants)


def tell(say: CollectingDispatcher, result: Outcome, card: Card | None = None) -> None:
    """The outcome of an answer, after the editors' note on what it quotes."""
    say_note(say, result.note)
    say.utter_message(json_message=replace(result, card=card).to_custom())


def say_note(say: CollectingDispatcher, note: str | None) -> None:
    """The editors' note on what was just quoted, if there is one."""
    if note:
        say.utter_message(response="utter_note", note=note)


def outcome(guide: Guide, section: Section, asked: str, variants: Sequence[object]) -> Outcome:
    """The outcome of an answer; its quote is always the whole section."""
    note = next((note.text for note in guide.notes if note.section == section.key), None)
    parts = tuple(Variant(v.channel, v.label, v.text) for v in section.variants)
    return Outcome(Act.ANSWER, guide.id, asked, None, (), section.text, source_of(guide), note, parts)


def source_of(guide: Guide) -> Source:
    """Where a guide is printed."""
    return Source(guide.title, guide.page, guide.edition)


def others(shared: Shared, guide: Guide, asked: str, offering: bool = True, more: Sequence[str] = ()) -> list[str]:
    """What is one tap away: the request that goes with what was quoted, unless it was just met, and other sections."""
    order = ("materials", "process", "location", "time_limit", "eligibility", "phone", "hours", "fee")
    shown = {section_of(asked), asked, *more}
    offered = shared.desk.offer(guide, section_of(asked), shared.engine.guides) if offering else None
    sections = [shared.sections[key] for key in order if key in guide.sections and key not in shown][:6]
    return [offered, *sections] if offered else sections


def quote_beside(say: CollectingDispatcher, shared: Shared, guide: Guide, asked: str) -> None:
    """A look-alike's section, quoted besides the answer; the outcome is that of the answer."""
    section = guide.sections.get(section_of(asked)) or guide.sections["phone"]
    say.utter_message(response="utter_beside", title=guide.title, heading=section.heading, quote=section.text)


def refuse(
    say: CollectingDispatcher,
    shared: Shared,
    response: str = "utter_fallback",
    near: Sequence[str] = (),
    card: Card | None = None,
) -> None:
    """Not here: say so, with the numbers to call and the guides that are near."""
    settings = shared.settings
    say.utter_message(response=response, hotline=settings.hotline, consult=settings.consult_phone)
    if near:
        titles = [shared.engine.guides[guide].title for guide in near]
        say.utter_message(response="utter_near", buttons=buttons(titles))
    say.utter_message(json_message=Outcome(Act.FALLBACK, card=card).to_custom())


def options_of(options: Sequence[Option]) -> list[dict[str, str]]:
    """Buttons of a clarifying question."""
    return [{"title": option.title, "payload": option.payload} for option in options]


def buttons(titles: Sequence[str]) -> list[dict[str, str]]:
    """Buttons that say what is written on them."""
    return [{"title": title, "payload": title} for title in titles]
