"""What clients sent and were told, and whether the journal and Rasa's conversations say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.text import normalise

RECEIVED = "received"


@dataclass
class Said:
    """One message of a client; `act` is what it was told, None where no reply came."""

    text: str
    act: str | None = None
    cause: str = ""


@dataclass
class Talk:
    """One conversation as its client remembers it; `sender` as the journal names it.

    `ordered`: each message was sent after the reply to the one before. `retries`: a message without a reply was sent
    again, under the same id.
    """

    sender: str
    ordered: bool = True
    retries: bool = False
    said: list[Said] = field(default_factory=list)

    def say(self, text: str) -> Said:
        """Note a message that is about to be sent."""
        one = Said(normalise(text))
        self.said.append(one)
        return one


@dataclass(frozen=True)
class Row:
    """A turn of the journal; `own`: the edge answered in its own name."""

    sender: str
    text: str
    state: str
    act: str | None
    own: bool


@dataclass
class Verdict:
    """What was compared, in numbers, and every disagreement in words."""

    sent: int = 0
    answered: int = 0
    sorry: int = 0
    refused: int = 0  # told to call, and not written down: the journal could not be written
    silent: int = 0  # no reply came
    cut_off: int = 0  # written down, and without an outcome: its edge was killed
    wrong: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """For build/faults.json."""
        return vars(self)


def compare(
    talks: Sequence[Talk],
    rows: Iterable[Row],
    heard: dict[str, list[str]],
    edge_killed: bool = False,
    bursts_in_order: bool = True,
) -> Verdict:
    """Whether each accepted message has one outcome, none is lost or doubled, and the order is kept.

    `rows` in the journal's order; `heard` is what Rasa took, in its order, by sender. Without `bursts_in_order` what
    was sent at once may be taken in another order than written.
    """
    verdict = Verdict()
    of: dict[str, list[Row]] = {talk.sender: [] for talk in talks}
    for row in rows:
        if row.sender in of:
            of[row.sender].append(row)
    for talk in talks:
        _compare_one(verdict, talk, of[talk.sender], edge_killed)
        if talk.ordered or bursts_in_order:
            _compare_order(verdict, talk, of[talk.sender], heard.get(talk.sender, []))
    return verdict


def _compare_one(verdict: Verdict, talk: Talk, rows: list[Row], edge_killed: bool) -> None:
    ended = [row for row in rows if row.state != RECEIVED]
    verdict.cut_off += len(rows) - len(ended)
    if len(rows) > len(ended) and not edge_killed:
        verdict.wrong.append(f"{talk.sender}: a turn without an outcome though no edge was killed")
    for said in talk.said:
        verdict.sent += 1
        mine = [row for row in ended if row.text == said.text]
        written = [row for row in rows if row.text == said.text]
        if len(mine) > 1 or (len(written) > 1 and not talk.retries):
            verdict.wrong.append(f"{talk.sender}: {said.text} doubled")
        if said.act is None:
            verdict.silent += 1
        elif not mine:
            verdict.refused += said.act == "error"
            if said.act != "error":
                verdict.wrong.append(f"{talk.sender}: {said.text} answered and lost")
            elif written and not talk.retries:
                verdict.wrong.append(f"{talk.sender}: {said.text} refused and kept")
        elif mine[-1].act != said.act:
            verdict.wrong.append(f"{talk.sender}: {said.text} told {said.act}, written {mine[-1].act}")
        else:
            verdict.sorry += said.act == "error"
            verdict.answered += said.act != "error"
    known = {said.text for said in talk.said}
    verdict.wrong += [f"{talk.sender}: nobody said {row.text}" for row in rows if row.text not in known]


def _compare_order(verdict: Verdict, talk: Talk, rows: list[Row], heard: list[str]) -> None:
    written = [row.text for row in rows]
    if talk.ordered and not talk.retries and not is_within(written, [said.text for said in talk.said]):
        verdict.wrong.append(f"{talk.sender}: written in another order than said")
    answered = [row.text for row in rows if row.state != RECEIVED and not row.own]
    if not is_within(answered, heard):
        verdict.wrong.append(f"{talk.sender}: Rasa took them in another order than written, or not at all")
    if len(set(heard)) < len(heard) and not talk.retries:
        verdict.wrong.append(f"{talk.sender}: Rasa took one twice")


def is_within(few: Sequence[str], many: Sequence[str]) -> bool:
    """Whether `few` come in `many` in the same order."""
    rest = iter(many)
    return all(one in rest for one in few)
