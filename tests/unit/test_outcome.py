"""The outcome of a turn keeps its shape on the wire, and nothing malformed passes for one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.outcome import Act, Further, Option, Outcome, OutcomeError, Source, Variant, outcome_of

FURTHER = Further(
    "fee", "不收费", Source("社会保障卡补领", 158, "2024年版"), "原书缺字", (Variant("窗口", "线下渠道", "到银行"),)
)
ANSWER = Outcome(
    act=Act.ANSWER,
    guide="g77",
    section="materials",
    options=(Option("办理地点", "办理地点", ("g77",)),),
    quote="居民身份证",
    source=Source("社会保障卡补领", 158, "2024年版"),
    note="原书此处缺字",
    variants=(Variant("线上", "线上渠道", "登录网站"),),
    more=(FURTHER, Further("hours", "工作日", Source("社会保障卡补领", 158, "2024年版"))),
)
CLARIFY = Outcome(Act.CLARIFY, slot="audience", options=(Option("企业", "企业", ("g01",)),))
KEYS = {"act", "guide", "section", "slot", "options", "quote", "source", "note", "variants", "card", "more"}


@pytest.mark.parametrize("outcome", [ANSWER, CLARIFY, *(Outcome(a) for a in Act if a not in (Act.ANSWER, Act.CLARIFY))])
def test_an_outcome_survives_json(outcome: Outcome) -> None:
    custom = json.loads(json.dumps(outcome.to_custom()))
    assert custom.keys() == KEYS
    assert Outcome.from_custom(custom) == outcome


def test_missing_keys_are_defaults_and_foreign_keys_are_ignored() -> None:
    assert Outcome.from_custom({"act": "chitchat", "debug": {"score": 1}}) == Outcome(Act.CHITCHAT)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"act": "guess"}, "act"),
        ({"act": None}, "act"),
        ({"act": ["answer"]}, "act"),
        ({"guide": 77}, "guide"),
        ({"guide": None}, "guide"),
        ({"section": ""}, "section"),
        ({"section": None}, "section"),
        ({"quote": None}, "quote"),
        ({"source": None}, "source"),
        ({"source": "158"}, "source"),
        ({"source": {"title": "社会保障卡补领", "page": "158", "edition": "2024年版"}}, "page"),
        ({"source": {"title": "社会保障卡补领", "page": True, "edition": "2024年版"}}, "page"),
        ({"source": {"title": "社会保障卡补领", "page": 0, "edition": "2024年版"}}, "page"),
        ({"source": {"title": "社会保障卡补领", "page": 158}}, "edition"),
        ({"options": "办理地点"}, "options"),
        ({"options": {"title": "办理地点"}}, "options"),
        ({"options": [{"title": "办理地点"}]}, "payload"),
        ({"options": [{"title": "办理地点", "payload": "办理地点", "guides": "g77"}]}, "guides"),
        ({"options": [{"title": "办理地点", "payload": "办理地点", "guides": [77]}]}, "guides"),
        ({"variants": [{"channel": "线上", "label": "线上渠道"}]}, "text"),
        ({"variants": ["线上"]}, "variants"),
        ({"note": 3}, "note"),
        ({"card": "checklist"}, "card"),
        ({"card": {"title": "社会保障卡补领"}}, "kind"),
        ({"more": "fee"}, "more"),
        ({"more": ["fee"]}, "more"),
        ({"more": [{**FURTHER.to_custom(), "quote": ""}]}, "quote"),
        ({"more": [{**FURTHER.to_custom(), "section": None}]}, "section"),
        ({"more": [{**FURTHER.to_custom(), "source": None}]}, "source"),
    ],
)
def test_what_is_off_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(OutcomeError, match=named):
        Outcome.from_custom({**ANSWER.to_custom(), **change})


@pytest.mark.parametrize("change", [{"slot": None}, {"options": []}])
def test_a_question_says_what_it_asks_for_and_offers_choices(change: dict[str, Any]) -> None:
    with pytest.raises(OutcomeError, match="clarify lacks"):
        Outcome.from_custom({**CLARIFY.to_custom(), **change})


@pytest.mark.parametrize("value", [None, [], "answer", 1])
def test_only_an_object_is_an_outcome(value: object) -> None:
    with pytest.raises(OutcomeError, match="object"):
        Outcome.from_custom(value)


def test_a_card_is_carried_as_it_is() -> None:
    card = {"kind": "hologram", "anything": [1]}
    assert ANSWER.to_custom()["card"] is None
    assert Outcome.from_custom({**ANSWER.to_custom(), "card": card}).to_custom()["card"] == card


def test_the_outcome_is_found_among_other_messages() -> None:
    reply: list[dict[str, Any]] = [
        {"text": "您好"},
        {"custom": {"image": "x"}},
        {"custom": ANSWER.to_custom()},
        {"custom": None},
    ]
    assert outcome_of(reply) == ANSWER


@pytest.mark.parametrize("reply", [[], [{"text": "您好"}], [{"custom": {"act": "handoff"}}] * 2])
def test_a_reply_without_exactly_one_outcome_is_refused(reply: list[dict[str, Any]]) -> None:
    with pytest.raises(OutcomeError, match="exactly one"):
        outcome_of(reply)
