"""What was said of the facets that tell look-alike guides apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from bot.book.facets import Facet

Said = Mapping[str, tuple[str, ...]]  # facet → the values that were said
TELLING = ("audience", "status", "person")  # facets of who it is for
MATTER = "matter"
FACETS = (*TELLING, MATTER)  # those that guides have; the channel lies inside sections
NEGATION = re.compile(r"(不是|并非|不属于|不算|(?<![是要能])不要)[^，。,；;！!？?]{0,2}$")
_DOUBTED = re.compile(r"是不是|算不算|(?<![什怎这那多])[吗么嘛吧]$")  # a clause that asks does not deny
_CLAUSE = re.compile(r"[^，。,；;！!？?\s]+")
_COMING = re.compile(
    r"(还?[没未]有?|不[到够]|快要?|马上就?要?|即将|距离?|离|还?差[^，。,；;！!？?]{0,4}|才[能到])(等到|熬到|赶上|来得及|到|该|能|办理?|正式)?$"
)
_STILL = re.compile(r"还|差|不到")  # "离退休还有六年"
_PAY = re.compile(r"金|工资|费|待遇")


@dataclass(frozen=True)
class Signs:
    """Words that speak of a facet or name a section: facets' own words, and those of `data/signs.yml`."""

    facets: Mapping[str, Mapping[str, tuple[str, ...]]]  # facet → word → the values it may mean
    sections: Mapping[str, str]  # word → section
    troubles: Mapping[str, str] = field(default_factory=dict)  # word → kind of trouble, the gravest first
    until: Mapping[str, str] = field(default_factory=dict)  # value that one grows into → the value until then

    @classmethod
    def load(cls, path: Path, book: Mapping[str, Facet]) -> Signs:
        """ValueError naming the file and the facet or value that does not exist."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        words = {name: own_words(facet) for name, facet in book.items()}
        for facet, value, word in ((f, v, w) for f, own in data["facets"].items() for v in own for w in own[v]):
            if facet not in book or value not in book[facet].values:
                raise ValueError(f"{path} 中的 {facet} {value} 在 data/facets.yml 里没有。")
            words[facet][word] = (*words[facet].get(word, ()), value)
        until = {name: own.until for facet in book.values() for name, own in facet.values.items() if own.until}
        return cls(words, kinds(data["sections"]), kinds(data["troubles"]), until)

    def spoken(self, text: str) -> dict[str, tuple[str, ...]]:
        """The facets that the text speaks of, with the values it leaves open; what it denies is left out.

        A word that may mean several values is made clear by another that means one of them.
        """
        found: dict[str, tuple[str, ...]] = {}
        for facet, pattern in self._patterns.items():
            words = self.facets[facet]
            readings = (
                (self.as_meant(text, match.span(), value) for value in words[match.group()])
                for match in pattern.finditer(text)
            )
            meanings = [own for values in readings if (own := tuple(filter(None, values)))]
            common = [value for value in dict.fromkeys(sum(meanings, ())) if all(value in own for own in meanings)]
            if meanings:
                found[facet] = tuple(common) or tuple(dict.fromkeys(sum(meanings, ())))
        return found

    def denied(self, text: str) -> dict[str, tuple[str, ...]]:
        """The values that the text says it is not about: 企业 in "不是企业的"; none where a word may mean several."""
        found: dict[str, tuple[str, ...]] = {}
        clauses = [clause for clause in _CLAUSE.findall(text) if not _DOUBTED.search(clause)]
        for facet, pattern in self._patterns.items():
            words = ((clause, match) for clause in clauses for match in pattern.finditer(clause))
            denied = (match.group() for clause, match in words if NEGATION.search(clause[: match.start()]))
            meant = (self.facets[facet][word] for word in denied)
            if values := tuple(dict.fromkeys(own[0] for own in meant if len(own) == 1)):
                found[facet] = values
        return found

    def as_meant(self, text: str, span: tuple[int, int], value: str) -> str | None:
        """What a word for a value means where it stands: None where it is denied ("不是企业"), 在职 in "还没退休"."""
        before, word, after = text[: span[0]], text[slice(*span)], text[span[1] :]
        if NEGATION.search(before):
            return None
        coming = _COMING.search(before) or (word.startswith("离") and _STILL.match(after))
        return self.until.get(value, value) if coming and not _PAY.match(after) else value

    def section(self, text: str) -> str | None:
        """The section that the text names; None where it names none, or several."""
        named = {section for word, section in self.sections.items() if word in text}
        return named.pop() if len(named) == 1 else None

    def trouble(self, text: str) -> str | None:
        """The gravest kind of trouble that the text speaks of; None where its words name none."""
        return next((kind for word, kind in self.troubles.items() if word in text), None)

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {facet: any_of(tuple(words)) for facet, words in self.facets.items() if words}


def own_words(facet: Facet) -> dict[str, tuple[str, ...]]:
    """The names, buttons and synonyms of a facet's values, each with its value."""
    return {word: (name,) for name, value in facet.values.items() for word in (name, value.title, *value.synonyms)}


def kinds(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each word with the kind it stands under, in the file's order."""
    return {word: kind for kind, own in words.items() for word in own}


def any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Finds any of the words, the longest first."""
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
