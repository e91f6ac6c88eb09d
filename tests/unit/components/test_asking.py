"""What in a text asks, and which pieces of it ask by themselves."""

from __future__ import annotations

import pytest

from bot.components.asking import asked_parts, asking_pieces, asks_part, even, grams, question_pairs


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("钱包丢了，去哪补", ["去哪补"]),
        ("钱包和卡昨天在市场让人偷走了去哪里补啊", ["偷走了去哪里补啊"]),
        ("咨询电话", ["咨询电话"]),
        ("卡丢了，补卡", ["补卡"]),
        ("", []),
    ],
    ids=["its clause", "its neighbours", "no question word", "the last clause", "nothing"],
)
def test_what_stands_around_question_words_is_asked(text: str, parts: list[str]) -> None:
    assert asked_parts(text) == parts


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("要带什么，几天能办好", ["要带什么", "几天能办好"]),
        ("补卡在哪办还有几点关门", ["补卡在哪办", "几点关门"]),
        ("材料和流程", ["材料", "流程"]),
        ("社会保障卡补领的材料和咨询电话", ["材料", "咨询电话"]),
        ("材料齐了，在哪办", ["在哪办"]),
        ("我自己去，材料和地址", ["材料", "地址"]),
        ("我的材料", ["材料"]),
        ("你们地址和电话", ["你们地址", "电话"]),
        ("昨天在路上把钱包弄丢了，卡怎么补", ["卡怎么补"]),
    ],
)
def test_pieces_that_ask_are_told_from_those_that_tell(text: str, pieces: list[str]) -> None:
    assert asking_pieces(text) == pieces


@pytest.mark.parametrize(
    ("text", "asks"), [("卡丢了怎么办", False), ("卡丢了", False), ("卡丢了上哪补", True), ("能补吗", True)]
)
def test_asking_for_a_part_is_told_from_asking_how(text: str, asks: bool) -> None:
    assert asks_part(text) is asks


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("卡丢了去哪补？养老金怎么认证", [("卡丢了去哪补？", "养老金怎么认证")]),
        ("卡丢了去哪补，还有养老金怎么认证", [("卡丢了去哪补", "养老金怎么认证")]),
        ("卡丢了去哪补？？！还有养老金怎么认证？", [("卡丢了去哪补？？！", "养老金怎么认证？")]),
        ("卡丢了去哪补还有养老金怎么认证", [("卡丢了去哪补", "养老金怎么认证")]),
        ("我妈今年七十了。卡丢了去哪补", []),
        ("卡丢了去哪补？几天？", []),
        ("卡丢了去哪补？谢谢各位老师了", []),
    ],
    ids=["mark", "joint", "row of marks", "no mark", "one question", "too short", "thanks"],
)
def test_ways_to_take_a_text_for_two_questions(text: str, pairs: list[tuple[str, str]]) -> None:
    assert question_pairs(text) == pairs


def test_ways_are_few_however_much_is_asked() -> None:
    assert len(question_pairs("这是怎么办的？" * 70)) == 2


def test_numbers_and_letters_are_evened_and_runs_counted() -> None:
    assert even("12333打APP") == "0打app"
    assert grams("几天", 2) == ["几", "天", "几天"]


def test_latin_words_are_units_of_one_clause() -> None:
    text = even("Yao ji tian😭谢谢")
    assert text == "yao_ji_tian 谢谢"
    assert {"ji", "tian", "ji_tian"} <= set(grams(text, 3))
    assert asking_pieces("where do I go") == []
