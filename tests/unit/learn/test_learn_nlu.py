from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest
import yaml

from bot.book.facets import Facet, FacetValue, load_facets
from bot.book.guide import Guide
from bot.learn.nlu import facet_words, jieba_words, nlu_data, questions_by_section, spoken_texts
from bot.learn.problem import LearnError
from index.corpus import Example

ROOT = Path(__file__).resolve().parents[3]


def facet(**values: tuple[str, ...]) -> Facet:
    """A facet whose values have the first word as their button and the others as synonyms."""
    return Facet("问？", MappingProxyType({name: FacetValue(own[0], own[1:]) for name, own in values.items()}))


FACETS = {
    "audience": facet(企业=("企业（公司、工厂等）", "公司", "有限公司"), 居民=("城乡居民", "农村")),
    "channel": facet(线上=("线上办理", "网上")),
}


def question(text: str, section: str = "overview", guide: str = "g01") -> Example:
    return Example(text, guide, section)


def guide(title: str, *aliases: str) -> Guide:
    return Guide("g01", title, "", 1, "", {}, aliases, (), (), {})


def test_a_question_is_an_example_of_its_section():
    by_section, dropped = questions_by_section([question("补卡带什么", "materials"), question("补卡")], {})
    assert by_section == {"materials": ("补卡带什么",), "overview": ("补卡",)}
    assert dropped == 0


def test_a_text_said_of_two_guides_stands_once():
    by_section, dropped = questions_by_section([question("补卡"), question("补卡", guide="g02")], {})
    assert by_section == {"overview": ("补卡",)}
    assert dropped == 1


def test_what_asks_for_a_part_does_not_teach_what_an_overview_is() -> None:
    said = [question("补卡怎么办"), question("补卡上哪"), question("去哪", "location")]
    by_section, dropped = questions_by_section(said, {})
    assert by_section == {"location": ("去哪",), "overview": ("补卡怎么办",)}
    assert dropped == 1


def test_a_text_of_two_sections_or_of_data_nlu_is_left_out():
    said = [
        question("补卡", "materials"),
        question("补卡", "fee"),
        question("要钱不", "fee"),
        question("挂失"),
    ]
    by_section, dropped = questions_by_section(said, {"要钱不": "fee"})
    assert by_section == {"overview": ("挂失",)}
    assert dropped == 3


def test_words_of_a_facet_come_longest_first_with_their_value():
    words = facet_words(FACETS)["audience"]
    assert list(words)[:2] == ["企业（公司、工厂等）", "城乡居民"]
    assert list(words).index("有限公司") < list(words).index("公司")
    assert words["公司"] == "企业" and words["居民"] == "居民"


def test_a_word_of_two_values_cannot_be_told_apart():
    with pytest.raises(LearnError) as caught:
        facet_words({**FACETS, "person": facet(单位=("单位", "公司"))})
    assert caught.value.code == "double_word"
    assert caught.value.words == {"word": "公司", "one": "企业", "other": "单位"}


def test_jieba_keeps_titles_aliases_and_facet_words_but_no_punctuation():
    words = jieba_words([guide("社会保障卡（社会保障功能）启用", "激活社保卡")], facet_words(FACETS))
    assert {"社会保障卡", "社会保障功能", "启用", "激活社保卡", "公司"} <= set(words)
    assert all(word.isalnum() and len(word) > 1 for word in words)


def test_spoken_texts_lose_their_annotations(tmp_path):
    (tmp_path / "a.yml").write_text(
        'nlu:\n- intent: inform\n  examples: |\n    - [公司](audience)的\n    - [ＡＢ]{"entity": "x"}厂\n'
        "- lookup: audience\n  examples: |\n    - 公司\n",
        encoding="utf-8",
    )
    assert spoken_texts(tmp_path) == {"公司的": "inform", "AB厂": "inform"}


def test_the_same_data_gives_the_same_bytes(tmp_path):
    data = nlu_data([guide("补卡")], FACETS, [question("补卡")], {})
    data.write(tmp_path / "one")
    data.write(tmp_path / "two")
    names = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*")]
    assert len(names) == 3
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)


TRICKY = [
    "补[卡](card)咋弄",
    "- 先问一句",
    "办卡: 要钱 # 吗",
    "‘引号’\"和'单引号'",
    "${HOME}在哪",
    "{a} [b] [c]{d}",
    "能办吗？😀",
]


@pytest.fixture
def read(tmp_path: Path):
    """What Rasa makes of the files written for some questions and facets."""
    from rasa.shared.nlu.training_data.loading import load_data

    def written(questions, facets=FACETS, spoken=()):
        nlu_data([], facets, questions, dict(spoken)).write(tmp_path)
        return load_data(str(tmp_path / "questions.yml")).merge(load_data(str(tmp_path / "facets.yml")))

    return written


def test_rasa_reads_every_question_as_it_was_written(read):
    training = read([question(text, "materials") for text in TRICKY])
    texts = {example.get("text") for example in training.intent_examples if example.get("intent") == "materials"}
    # a space is what keeps Rasa from taking a bracket for an annotation
    assert {text.replace("] ", "]") for text in texts} == {text.replace("] ", "]") for text in TRICKY}
    assert not [e for e in training.intent_examples if e.get("intent") == "materials" and e.get("entities")]


def test_rasa_knows_every_word_of_a_facet(read):
    training = read([question("补卡")])
    tables = {table["name"]: table["elements"] for table in training.lookup_tables}
    assert tables == {name: list(words) for name, words in facet_words(FACETS).items()}
    assert training.entities == {"audience", "channel"}
    assert training.entity_synonyms["公司"] == "企业" and training.entity_synonyms["网上"] == "线上"


def test_a_word_that_is_a_question_of_its_own_is_no_bare_answer(read):
    training = read([question("网上")], spoken=[("农村", "greet")])
    informed = {example.get("text") for example in training.intent_examples if example.get("intent") == "inform"}
    assert "公司" in informed
    assert not {"网上", "农村"} & informed


def test_a_facet_whose_words_are_all_questions_is_still_known(read):
    words = [question(word) for word in facet_words(FACETS)["channel"]]
    assert read(words).entities == {"audience", "channel"}


def test_our_own_data_can_be_written(tmp_path):
    """Facets and sayings as they are: no word of two values, every value with a synonym block."""
    facets = load_facets()
    data = nlu_data([], facets, [], spoken_texts(ROOT / "data" / "nlu"))
    data.write(tmp_path)
    entries = yaml.safe_load((tmp_path / "facets.yml").read_text(encoding="utf-8"))["nlu"]
    synonyms = {entry["synonym"] for entry in entries if "synonym" in entry}
    assert synonyms == {value for facet in facets.values() for value in facet.values}
