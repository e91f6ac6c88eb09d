"""What the ranker learns from is read as written, and a line that cannot be used is named with its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from invented import GUIDES

from bot.book.guide import Section
from index.corpus import (
    OUT_OF_SCOPE,
    SECTION_CHARS,
    TOPICLESS,
    CorpusError,
    Example,
    guide_examples,
    load_corpus,
    load_dialogue_examples,
    load_questions,
)

Write = Callable[[str, str], Path]

NLU = """
nlu:
  - intent: materials
    metadata: {topic: none}
    examples: |
      - 那要带啥
  - intent: materials
    examples: |
      - 补泳帽带啥
  - intent: out_of_scope
    examples: |
      - 今天水温几度
  - intent: greet
    examples: |
      - 您好啊
  - intent: affirm
    examples: |
      - 是的
  - lookup: audience
    examples: |
      - 泳客
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file below the data folder, which it returns."""

    def put(name: str, text: str) -> Path:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return put


def test_line_is_a_question_of_the_section_after_its_tab(write: Write) -> None:
    data = write("questions/g04.txt", "# 泳帽\n泳帽丟了要帶啥\tmaterials\n\n泳帽找不着了\n")
    assert load_questions(data / "questions") == (
        Example("泳帽丢了要带啥", "g04", "materials"),
        Example("泳帽找不着了", "g04", "overview"),
    )


def test_unknown_section_is_named_with_file_and_line(write: Write) -> None:
    data = write("questions/g04.txt", "# 泳帽\n泳帽要带啥\tmaterial\n")
    with pytest.raises(CorpusError, match=r"g04\.txt:2 .*“material”不是栏目名.*materials"):
        load_questions(data / "questions")


def test_questions_of_a_guide_that_does_not_exist_are_refused(write: Write) -> None:
    data = write("questions/g99.txt", "泳镜丢了\n")
    with pytest.raises(CorpusError, match=r"g99 没有对应的指南.*请检查"):
        load_corpus(list(GUIDES.values()), data)


def test_wordings_that_belong_to_no_guide_have_classes_of_their_own(write: Write) -> None:
    examples = load_dialogue_examples(write("nlu/all.yml", NLU) / "nlu")
    assert [(example.text, example.label, example.kind) for example in examples] == [
        ("那要带啥", TOPICLESS, "dialogue"),
        ("今天水温几度", OUT_OF_SCOPE, "dialogue"),
        ("您好啊", OUT_OF_SCOPE, "dialogue"),
    ]


def test_guide_teaches_its_title_its_aliases_and_how_its_sections_begin() -> None:
    long = Section("eligibility", "受理条件", "会游泳" * SECTION_CHARS)
    guide = replace(GUIDES["g04"], aliases=("补泳帽",), sections={"eligibility": long})
    examples = list(guide_examples(guide))
    assert [example.kind for example in examples] == ["title", "alias", "section"]
    assert [example.text for example in examples[:2]] == ["泳帽补领", "补泳帽"]
    assert len(examples[2].text) == SECTION_CHARS
    assert {example.label for example in examples} == {"g04"}


def test_corpus_is_all_of_them(write: Write) -> None:
    write("nlu/all.yml", NLU)
    corpus = load_corpus(list(GUIDES.values()), write("questions/g01.txt", "泳票先停停\n"))
    assert {example.label for example in corpus} == {*GUIDES, TOPICLESS, OUT_OF_SCOPE}
    assert {example.kind for example in corpus} == {"title", "section", "question", "dialogue"}
