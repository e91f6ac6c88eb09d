"""People tell first and ask then, in two messages: what is not clear by itself is read with what was told before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.outcome import Act
from index.decide import Decision, Heard, Judge
from index.engine import Scores
from index.facets import Said
from index.memory import Memory


def decide_told(
    judge: Judge, score: Callable[[str], Scores], spoken: Callable[[str], Said], heard: Heard, memory: Memory
) -> tuple[Decision, Scores]:
    """What a text comes to, and the scores that decided it; `spoken` are the values that a text's words hint at.

    A text that is answered by itself, or asks for something that is surely not in the book, needs no story.
    """
    alone = score(heard.text)
    decision = judge.decide(heard, alone, memory)
    strange = heard.asks and alone.out_of_scope >= judge.thresholds.sure
    clear = decision.act is Act.ANSWER or heard.pressed or judge.is_title(heard.text)
    if not memory.story or strange or clear:
        return decision, alone
    whole = replace(heard, text=f"{memory.story}，{heard.text}", hints={**spoken(memory.story), **heard.hints})
    together = score(whole.text)
    read_so = judge.decide(whole, together, memory)
    return (decision, alone) if read_so.act is Act.FALLBACK else (read_so, together)
