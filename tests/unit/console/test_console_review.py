"""Reviewing: what the pages show, and that what is decided there is what the command line would do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from console_visits import CARD, CARDS, TALK, TALKING

from bot.console.cluster import key_of
from bot.console.effects import Effects
from bot.console.guides import Guides
from bot.learn.alone import alone
from bot.learn.decide.decide import history
from bot.learn.effect.effect import Double, Effect, Turned
from bot.learn.mine.cluster import Cluster, Member, Suggestion
from bot.learn.mine.run import keep, kept_cluster, kept_clusters

LIST = "/console/review"
ONE = f"{LIST}/{CARD}"
QUESTIONS = Path("data/questions/g77.txt")


def standing(journal: Any) -> list[tuple[str, str]]:
    return [(one["verdict"], one["by"]) for one in history(journal) if one["undone_at"] is None]


async def test_the_list_shows_clusters_in_the_order_of_their_value_in_plain_words(visit):
    async with visit("审核员") as browser:
        text = (await browser.get(LIST)).text
    assert text.index(CARDS[0]) < text.index(TALK[0])
    assert "《社会保障卡补领》的新说法" in text and "新的话术“下棋”" in text and "12 条" in text
    assert "g77" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {CARD, TALKING}),
        ("?q=五子棋", {TALKING}),
        ("?q=请问口令条", {CARD}),
        ("?kind=guide", {CARD}),
        ("?size=5", {CARD}),
        ("?size=abc&kind=nonsense", {CARD, TALKING}),
        ("?q=没有这样的话", set()),
        ("?state=decided", set()),
    ],
)
async def test_search_and_filters(visit, query, found):
    async with visit("审核员") as browser:
        text = (await browser.get(LIST + query)).text
    assert {name for name in (CARD, TALKING) if f'value="{name}"' in text} == found


async def test_a_cluster_shows_members_evidence_and_plain_names(visit):
    async with visit("审核员") as browser:
        text = (await browser.get(ONE)).text
    for needed in (*CARDS, "没有找到 12 次", "社会保障卡补领", "把握 20%，占全部指南的 50%", "打招呼"):
        assert needed in text


async def test_what_is_decided_is_written_on_record_and_undone(visit, journal):
    before = QUESTIONS.read_text(encoding="utf-8")
    async with visit("审核员") as browser:
        await browser.send(ONE, ONE, kind="guide", guide="社会保障卡补领 g77")
        assert "已写进 4 种说法" in await browser.notes()
        assert CARDS[2] in QUESTIONS.read_text(encoding="utf-8")
        assert standing(journal) == [("guide:g77", "审核员")]
        decided = (await browser.get(f"{LIST}?state=decided")).text
        assert CARDS[0] in decided and "《社会保障卡补领》的新说法" in decided
        number = history(journal)[0]["id"]
        await browser.send(LIST, "/console/undo", decision=number)
        assert "又在待定里了" in await browser.notes()
    assert QUESTIONS.read_text(encoding="utf-8") == before
    assert kept_clusters(journal)[0].id == CARD, "the first to be decided again"


@pytest.mark.parametrize("title", ["社会保障卡补领", "g77", "社会保障卡补领 g77"])
async def test_a_guide_is_picked_by_its_title(visit, journal, title):
    async with visit("审核员") as browser:
        await browser.send(ONE, ONE, kind="guide", guide=title)
    assert standing(journal) == [("guide:g77", "审核员")]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "guide", "guide": "没有这份"}, "没有叫“没有这份”的指南"),
        ({"kind": "new-intent", "name": "下 棋", "response": "好"}, "这个名字不能用"),
        ({"kind": "new-intent", "name": "下棋", "response": " "}, "还没有写怎么回答"),
        ({"kind": "new-intent", "name": "greet", "response": "好"}, "已经有叫 greet 的话术"),
        ({"kind": "new-guide", "name": "domain.yml"}, "请先选一个决定"),
        ({}, "请先选一个决定"),
    ],
)
async def test_what_cannot_be_decided_is_told_and_changes_nothing(visit, journal, fields, told):
    page = f"{LIST}/{TALKING}"
    async with visit("审核员") as browser:
        answer = await browser.send(page, page, back=page, **fields)
        assert answer.headers["location"] == page
        assert told in await browser.notes(page)
    assert standing(journal) == []


async def test_a_new_intent_gets_its_words(visit, journal):
    page = f"{LIST}/{TALKING}"
    async with visit("审核员") as browser:
        await browser.send(page, page, kind="new-intent", name="下棋", response="我不会下棋，可以问我社保。")
    assert standing(journal) == [("new-intent:下棋", "审核员")]
    assert "我不会下棋" in Path("domain.yml").read_text(encoding="utf-8")


async def test_many_at_once_and_what_does_not_fit_is_named(visit, journal):
    async with visit("审核员") as browser:
        await browser.send(LIST, LIST, kind="suggested", cluster=[CARD, TALKING, "c00000000"])
        notes = await browser.notes()
    assert standing(journal) == [("guide:g77", "审核员")]
    assert "“你会下棋吗”没有决定：新的话术要写上名字和回答" in notes
    assert "“c00000000”没有决定" in notes


async def test_clusters_are_merged(visit, journal):
    async with visit("审核员") as browser:
        await browser.send(LIST, LIST, kind="merge", cluster=[CARD, TALKING])
        assert "2 类合成了一类" in await browser.notes()
    [whole] = kept_clusters(journal)
    assert (whole.id, whole.size, len(whole.members)) == (CARD, 15, 7)


async def test_members_are_split_off_and_moved(visit, journal):
    async with visit("审核员") as browser:
        split = await browser.send(ONE, f"{ONE}/arrange", how="split", member=[key_of(CARDS[3])])
        new = split.headers["location"].rpartition("/")[2]
        assert [one.text for one in kept_cluster(journal, new).members] == [CARDS[3]]
        assert kept_cluster(journal, CARD).size == 9
        page = f"{LIST}/{new}"
        assert "成员改动过" in (await browser.get(page)).text
        await browser.send(page, f"{page}/arrange", how="move", member=[key_of(CARDS[3])], to=TALKING)
        records = (await browser.get("/console/records?what=decisions")).text
    assert {one.id for one in kept_clusters(journal)} == {CARD, TALKING}
    assert CARDS[3] in [one.text for one in kept_cluster(journal, TALKING).members]
    assert "拆分" in records and "移动说法" in records and CARDS[3] in records


async def test_a_member_that_somebody_moved_meanwhile_is_not_taken_for_another(visit, journal):
    async with visit("审核员") as browser:
        await browser.send(ONE, f"{ONE}/arrange", how="split", member=[key_of("不在这一类")], back=ONE)
        assert "刚才有人改动过" in await browser.notes(ONE)
    assert len(kept_clusters(journal)) == 2


async def test_while_somebody_trains_nothing_is_decided(visit, journal):
    async with visit("审核员") as browser:
        with alone(lambda: None):
            await browser.send(ONE, ONE, kind="gap")
        assert "正在训练或写数据" in await browser.notes()
    assert standing(journal) == []


async def test_a_decided_cluster_is_gone_and_its_page_says_so(visit):
    async with visit("审核员") as browser:
        await browser.send(ONE, ONE, kind="gap")
        answer = await browser.get(ONE)
    assert answer.status_code == 404 and "已经决定过了" in answer.text


async def test_before_a_decision_its_effect_is_told(visit, journal, monkeypatch):
    told = Effect(
        120,
        ("g79", "out_of_scope"),
        (Turned("卡坏了换一张", "g79", "g79", "g77"),),
        (),
        (Double("口令条多少钱", "口令卡多少钱", "g79"),),
        ("口令条找不见了",),
    )
    monkeypatch.setattr(Effects, "of", lambda self, texts, label: told)
    title = Guides(Path("guides")).title("g79")
    async with visit("审核员") as browser:
        text = (await browser.send(ONE, f"{ONE}/effect", kind="suggested")).text
    assert "会变错的 1 句" in text and f"“卡坏了换一张”（{title}）会找成 社会保障卡补领" in text
    assert "几乎一样的 1 句" in text and "本来就答得对、有把握的 1 句" in text
    assert standing(journal) == [], "looking decides nothing"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "gap"}, "这个决定不影响找指南"),
        ({"kind": "new-intent", "name": "下棋", "response": "好"}, "新话术会影响哪些话"),
        ({"kind": "guide", "guide": "g77"}, "影响这次算不出来：没有索引"),
    ],
)
async def test_where_no_effect_can_be_told_the_page_says_so(visit, fields, told):
    async with visit("审核员") as browser:
        text = (await browser.send(ONE, f"{ONE}/effect", **fields)).text
    assert told in text and "就这样决定" in text


async def test_what_citizens_said_is_text_and_nothing_else(visit, journal):
    nasty = '<script>alert("1")</script>社保'
    keep(journal, [Cluster("c00000001", nasty, 2, (Member(nasty, 2),), Suggestion("gap"), {})])
    async with visit("审核员") as browser:
        pages = [(await browser.get(path)).text for path in (LIST, f"{LIST}/c00000001")]
    assert all("<script>alert" not in page and "&lt;script&gt;" in page for page in pages)
