"""Which messages are worth a look, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from bot.learn.mine.config import MiningConfig
from bot.learn.mine.doubles import alike
from bot.learn.mine.said import Said
from bot.outcome import Act


class Reason(StrEnum):
    """Why a message is looked at, by how much that tells."""

    FALLBACK = "fallback"
    MARGIN = "margin"
    DOWN = "down"
    REPHRASED = "rephrased"
    PICKED = "picked"
    HANDOFF = "handoff"
    UNKNOWN = "unknown"  # the log does not say what it came to: what the assistant makes of it today decides


@dataclass(frozen=True)
class Worth:
    """A message and the strongest reason to look at it; `meant` is the guide that the citizen settled on."""

    said: Said
    reason: Reason
    meant: str | None = None


def worthy(messages: Sequence[Said], config: MiningConfig) -> Iterator[Worth]:
    """Those worth a look; `messages` as `said_since` orders them."""
    for _, own in groupby(messages, key=lambda said: said.sender):
        conversation = list(own)
        for number, said in enumerate(conversation):
            following = conversation[number + 1] if number + 1 < len(conversation) else None
            if found := _worth(said, following, config):
                yield found


def _worth(said: Said, following: Said | None, config: MiningConfig) -> Worth | None:
    meant = _picked(said, following)
    if said.act is None and said.cause is None:
        return Worth(said, Reason.UNKNOWN)
    if said.cause is not None or said.act not in (Act.FALLBACK, Act.ANSWER, Act.CLARIFY):
        return None  # the edge's own answers, and talk
    checks = (
        (Reason.FALLBACK, said.act == Act.FALLBACK),
        (Reason.MARGIN, said.margin is not None and said.margin < config.margin and meant is None),
        (Reason.DOWN, said.verdict == "down"),
        (Reason.REPHRASED, said.act == Act.ANSWER and again(said, following, config)),
        (Reason.PICKED, meant is not None),
        (Reason.HANDOFF, following is not None and following.act == Act.HANDOFF),
    )
    reason = next((reason for reason, holds in checks if holds), None)
    return Worth(said, reason, meant or _settled(said, following, reason)) if reason else None


def _picked(said: Said, following: Said | None) -> str | None:
    """The guide of the option that was picked, where that is one."""
    if said.act != Act.CLARIFY or following is None or following.act != Act.ANSWER:
        return None
    return following.guide if following.text in said.options else None


def _settled(said: Said, following: Said | None, reason: Reason | None) -> str | None:
    """What saying it again found, where it had found nothing."""
    if reason is not Reason.FALLBACK or following is None or following.act != Act.ANSWER:
        return None
    return following.guide if alike(said.text, following.text) > 0 else None


def again(said: Said, following: Said | None, config: MiningConfig) -> bool:
    """Whether the next message says the same in other words, soon after an answer that was another guide's."""
    if following is None or following.text == said.text:
        return False
    soon = (following.at - said.at).total_seconds() <= config.again_s
    return soon and following.guide != said.guide and alike(said.text, following.text) >= config.again_alike
