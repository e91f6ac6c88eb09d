"""The clarifying question: which facet to ask for, its options, and which of them an answer means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.book.facets import Facet
from bot.book.guide import Guide
from bot.desk.request import section_of
from bot.outcome import Option
from index.facets import FACETS, MATTER, Said
from index.memory import Beliefs

MOST_TITLES = 3  # long names: more are not read
TITLE_DISCOUNT = 0.7  # a facet in plain words is preferred to a list of titles that tells up to this much more
_WHICH = r"的?那?一?[个项种条号]"
ORDINALS = re.compile(
    rf"^(?:[选按]?第?(?P<number>[1-9一二三四五])[个项种条号]?|[就我要选是按嗯对，,]*(?:"
    rf"第(?P<ordinal>[1-9一二三四五]){_WHICH}"
    rf"|(?P<first>[头前上][面头边](?:{_WHICH})?|头一?[个项种条]|前{_WHICH})"
    rf"|(?P<last>[后下][面头边](?:{_WHICH})?|[最末][后末]?{_WHICH}|后{_WHICH})))[的。.!！吧]*$"
)
DIGITS = {**{str(n): n for n in range(1, 10)}, **dict(zip("一二三四五", range(1, 6), strict=True))}


@dataclass(frozen=True)
class Question:
    """A facet to ask for and the options to choose from; `expected` is the probability that the answer settles it."""

    slot: str
    options: tuple[Option, ...]
    expected: float
    by_title: bool = False  # whether the options are guides' titles instead of a facet's values

    @property
    def guides(self) -> tuple[str, ...]:
        """All guides that are offered."""
        return tuple(dict.fromkeys(guide for option in self.options for guide in option.guides))

    def is_like(self, other: Question | None) -> bool:
        """Whether the two are the same to who reads them."""
        return other is not None and {o.title for o in self.options} == {o.title for o in other.options}


def best_question(
    beliefs: Beliefs, guides: Mapping[str, Guide], book: Mapping[str, Facet], limit: int, skip: Sequence[str] = ()
) -> Question | None:
    """The question whose answer most probably leaves the right guide on top; None where nothing can be told apart.

    `beliefs` are the candidates' probabilities; facets in `skip` were said already.
    """
    by_facet = [question_about(facet, beliefs, guides, book, limit) for facet in FACETS if facet not in skip]
    useful = [question for question in by_facet if len(question.options) > 1 and not is_nested(question)]
    titles = question_of_titles(beliefs, guides, limit)
    best = max(useful, key=lambda question: question.expected, default=None)
    if best and best.expected >= TITLE_DISCOUNT * titles.expected:
        return next(q for q in useful if q.expected >= best.expected - 1e-9)
    return titles if len(titles.options) > 1 else None


def question_about(
    facet: str, beliefs: Beliefs, guides: Mapping[str, Guide], book: Mapping[str, Facet], limit: int
) -> Question:
    """One option for each value of the facet among the candidates, likeliest first."""
    members: dict[str, list[str]] = {}
    for guide in sorted(beliefs, key=lambda guide: -beliefs[guide]):
        for value in guides[guide].facets.get(facet, ()):
            members.setdefault(value, []).append(guide)
    kept = list(members.items())[:limit]
    options = tuple(Option(book[facet].title(value), book[facet].title(value), tuple(ids)) for value, ids in kept)
    settled = {ids[0]: beliefs[ids[0]] for _, ids in kept}
    return Question(facet, options, sum(settled.values()))


def is_nested(question: Question) -> bool:
    """Whether choosing one option would still leave all of another's guides: such a question tells nothing apart."""
    groups = [set(option.guides) for option in question.options]
    return any(one <= other for one in groups for other in groups if one is not other)


def question_of_titles(beliefs: Beliefs, guides: Mapping[str, Guide], limit: int) -> Question:
    """The candidates by their titles."""
    best = sorted(beliefs, key=lambda guide: -beliefs[guide])[: min(limit, MOST_TITLES)]
    options = tuple(Option(guides[guide].title, guides[guide].title, (guide,)) for guide in best)
    return Question(MATTER, options, sum(beliefs[guide] for guide in best), by_title=True)


def differing(question: Question, section: str, guides: Mapping[str, Guide], facet: Facet) -> tuple[str, ...]:
    """The values between which the question chooses, where their guides say different things in the section."""
    key = section_of(section)
    texts = {getattr(guides[option.guides[0]].sections.get(key), "text", None) for option in question.options}
    titles = {own.title: value for value, own in facet.values.items()}
    values = [titles.get(option.title) for option in question.options]
    return tuple(filter(None, values)) if len(texts) == len(values) and all(values) else ()


def ordinal(text: str, question: Question) -> int | None:
    """The number of the option that a reply names by its place: "第二个", "上面那条" (first), "后面那个" (last)."""
    found = ORDINALS.match(text.strip())
    if found is None:
        return None
    if number := found["number"] or found["ordinal"]:
        return DIGITS[number]
    return 1 if found["first"] else len(question.options)


def is_none_of(text: str, question: Question) -> bool:
    """Whether a reply is the number of the last button, which is none of the options, or of no button at all."""
    number = ordinal(text, question)
    return number is not None and number > len(question.options)


def chosen(text: str, said: Said, question: Question, guides: Mapping[str, Guide]) -> tuple[str, ...]:
    """The guides that an answer picks: a button, its number, its title, or a value of the facet; () where none."""
    reply = text.strip()
    if number := ordinal(reply, question):
        return question.options[number - 1].guides if number <= len(question.options) else ()
    for option in question.options:
        if reply == option.title or (len(option.title) > 3 and option.title in reply):
            return option.guides
    offered = question.guides
    values = set(said.get(question.slot, ()))
    meant = [guide for guide in sorted(offered) if values & set(guides[guide].facets.get(question.slot, ()))]
    return tuple(meant) if len(meant) < len(offered) else ()
