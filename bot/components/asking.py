"""What in a text asks: the characters around its question words, and the pieces that may each ask something."""

from __future__ import annotations

import re

_END = r"(?=[\s，。,？?！!；;]|$)"
_QUESTION = rf"[吗么嘛谁哪几啥怎咋]|什么|如何|是否|多[久少长大]|能不|[不没]{_END}|呢{_END}|(.)不\1"
_ASKS = re.compile(_QUESTION)
_HINTS = re.compile(rf"{_QUESTION}|[要能得需用]|可以")  # "要照片" and "能网上办" ask as well as "要什么"
_PART = re.compile(rf"[哪谁啥]|多[久少]|什么|几[天点号个]|能|可以|[吗嘛不没]{_END}|(.)不\1")
_CLAUSE = re.compile(r"[^\s，。,？?！!；;—…～~]+")  # 、 joins words of one clause
_BESIDE = "还有|另外|顺便|以及|再就是"
_PIECES = re.compile(rf"[\s，。,？?！!；;、—…～~]+|{_BESIDE}|(?<=.)[和跟与](?=.)")
_DONE = re.compile(r"[了过已有齐]")  # "材料齐了" tells, it does not ask
_WHO = re.compile(r"[我俺咱你他她]们?(?:自己|自个儿|本人|一个人)?[去来跑办会]")  # … and "我自己去" as well
_NUMBER = re.compile(r"[0-9]+")
_LATIN_GAP = re.compile(r"(?<=[a-z]) +(?=[a-z])")
_SIGN = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]+")  # emoji and their like end a clause
_UNIT = re.compile(r"[a-z]+|.")
_AROUND = 4  # characters on either side of a question word that say what is asked
_CUTS = re.compile(rf"[？?！!；;]+(?=[^？?！!；;])|[，,、。\s]*(?={_BESIDE})")
_MOST_PAIRS = 2  # each is read and ranked
_JOINS = re.compile(rf"(?:{_BESIDE}|[，,、：:\s])*")
_WHOLE = 5  # characters of a question that may be about a matter of its own
_BARE = 6  # characters of a piece that asks by naming: "要带什么和地址"


def even(text: str) -> str:
    """The text with every number as one 0, in small letters, Latin words joined to one clause, without emoji."""
    return _LATIN_GAP.sub("_", _SIGN.sub(" ", _NUMBER.sub("0", text).lower()))


def grams(text: str, most: int) -> list[str]:
    """All runs of one to `most` characters, where a Latin word is one: English, pinyin."""
    units = _UNIT.findall(text)
    return ["".join(units[at : at + size]) for size in range(1, most + 1) for at in range(len(units) - size + 1)]


def asked_parts(text: str) -> list[str]:
    """What stands around the question words, clause by clause; the last clause where there are none."""
    parts = [part for clause in _CLAUSE.findall(text) for part in _around(clause)]
    return parts or _CLAUSE.findall(text)[-1:]


def _around(clause: str) -> list[str]:
    near = [" "] * len(clause)
    for found in _HINTS.finditer(clause):
        for at in range(max(0, found.start() - _AROUND), min(len(clause), found.end() + _AROUND)):
            near[at] = clause[at]
    return "".join(near).split()


def asking_pieces(text: str) -> list[str]:
    """The pieces of a text that ask, in order; no more than one where it asks one thing."""
    pieces = (piece if _ASKS.search(piece) else _named(piece) for piece in _PIECES.split(even(text)))
    return [piece for piece in pieces if piece]


def question_pairs(text: str) -> list[tuple[str, str]]:
    """Each way to take a text for two questions: the first with what leads to it, and what is asked after it."""
    pairs: list[tuple[str, str]] = []
    start = 0
    for cut in (found.end() for found in _CUTS.finditer(text)):
        later = text[_JOINS.match(text, cut).end() :]  # type: ignore[union-attr]  # matches nothing at least
        if _is_whole(text[start:cut]) and _is_whole(later):
            pairs.append((text[:cut].rstrip("，,、。 "), later.strip()))
            start = cut
    return pairs[:_MOST_PAIRS]


def _is_whole(text: str) -> bool:
    return len(text.strip()) >= _WHOLE and _ASKS.search(text) is not None


def _named(piece: str) -> str:
    """What a piece asks for by naming it, without whose it is ("补领的材料"); empty where it only tells."""
    named = piece.rpartition("的")[2]
    return named if len(named) <= _BARE and not (_DONE.search(piece) or _WHO.search(named)) else ""


def asks_part(text: str) -> bool:
    """Whether a text asks something else than how the matter is done ("怎么办", or nothing but what happened)."""
    return _PART.search(text) is not None
