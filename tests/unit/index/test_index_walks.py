"""Whatever is said and whatever the ranker makes of it, a turn comes to one thing and no question is put for ever."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from invented import BOOK, GUIDES, LIMITS, OFFICE, SHOP

from bot.outcome import Act
from index.decide import Decision, Heard, Judge
from index.engine import Scores
from index.memory import Memory

JUDGE = Judge(GUIDES, BOOK, replace(LIMITS, unsaid=0.05, unsaid_matter=0.25))
TITLES = [guide.title for guide in GUIDES.values()]
BUTTONS = ["企业（按钮）", "机关事业单位（按钮）", "本人（按钮）", "补领（按钮）", "1", "4", "第二个", *TITLES]
VALUES = [SHOP, OFFICE, "本人", "供养亲属", "补领", "暂停", "线上", "居民"]
facets = st.dictionaries(
    st.sampled_from(["audience", "person", "status", "matter", "channel"]),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=2).map(tuple),
    max_size=3,
)
sections = st.sampled_from([None, "overview", "materials", "process", "location"])
heards = st.builds(
    Heard,
    st.sampled_from([*BUTTONS, "随便说一句", "泳帽丢了带啥", ""]),
    sections,
    facets,
    refusal=st.floats(0, 1),
    unsure=st.booleans(),
    talk=st.booleans(),
    asks=st.booleans(),
    bare=st.booleans(),
    named=sections,
    pressed=st.booleans(),
    hints=facets,
)


@st.composite
def scored(draw: st.DrawFn) -> Scores:
    """Any probabilities that add up to one."""
    weights = draw(st.lists(st.floats(0, 1), min_size=len(GUIDES) + 2, max_size=len(GUIDES) + 2))
    total = sum(weights)
    *guides, out_of_scope, topicless = (weight / total for weight in weights) if total > 1e-6 else (*[0.0] * 6, 1.0)
    return Scores(dict(zip(GUIDES, guides, strict=True)), out_of_scope, topicless)


def turn(heard: Heard, alone: Scores, together: Scores, memory: Memory) -> tuple[Decision, bool]:
    """What the turn comes to, and whether it was taken as a reply to the question under way."""
    reply = JUDGE.resolve(heard, alone, together, memory)
    return (reply, True) if reply else (JUDGE.decide(heard, alone, memory), False)


@given(st.lists(st.tuples(heards, scored(), scored()), max_size=8))
def test_every_turn_comes_to_one_thing(turns: list[tuple[Heard, Scores, Scores]]) -> None:
    memory, asked = Memory(), 0
    for heard, alone, together in turns:
        decision, is_reply = turn(heard, alone, together, memory)
        memory = decision.memory
        assert Memory.of(json.loads(json.dumps(memory.to_json()))).guide == memory.guide
        assert decision.act in (Act.ANSWER, Act.CLARIFY, Act.FALLBACK)
        if decision.act is Act.CLARIFY:
            asked = asked + 1 if is_reply else 1
            assert asked <= LIMITS.max_questions
            assert decision.question and 1 < len(decision.question.options) <= LIMITS.max_options
            assert memory.pending and JUDGE.question_of(memory.pending) == decision.question
        if decision.act is Act.ANSWER:
            assert (memory.guide, memory.section) == (decision.guide, decision.section)
            assert decision.guide in GUIDES and decision.section
            assert decision.beside != decision.guide


@given(heards, scored(), scored(), scored())
def test_what_is_replied_to_a_question_ends_it_within_two(
    heard: Heard, first: Scores, alone: Scores, together: Scores
) -> None:
    memory = JUDGE.decide(replace(heard, section="materials"), first, Memory()).memory
    shrug = Heard("不知道", None, {}, unsure=True, asks=False)
    for _ in range(LIMITS.max_questions):
        if memory.pending is None:
            return
        decision = JUDGE.resolve(shrug, alone, together, memory)
        memory = decision.memory if decision else memory
    assert memory.pending is None
