"""Decisions: written whole or not at all, on record, undone; over a copy of the project's own data."""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.edge.journal import Journal, JournalError
from bot.learn.decide import changes as files
from bot.learn.decide import yamls
from bot.learn.decide.changes import Change, apply
from bot.learn.decide.decide import Ruling, accept, history, undo
from bot.learn.decide.leaks import leaking
from bot.learn.decide.verdict import Kind, Verdict
from bot.learn.mine.cluster import Cluster, Member, Suggestion, cluster_id
from bot.learn.mine.run import decided, keep, kept_clusters
from bot.learn.nlu import spoken_texts
from bot.learn.problem import LearnError
from bot.settings import Settings
from index.corpus import load_questions

ROOT = Path(__file__).resolve().parents[3]
TEXTS = ("锅炉房的口令条", "口令条补一张要什么材料", "口令条找不见了", "口令条多少钱")
ID = cluster_id(TEXTS[0])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("data", "guides"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "domain.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path}/journal.db")
    evidence = {"topicless": 0.1, "out_of_scope": 0.6}
    members = tuple(Member(text, 3, (f"请问{text}",)) for text in TEXTS)
    keep(opened, [Cluster(ID, TEXTS[0], 12, members, Suggestion("gap"), evidence)])
    yield opened
    opened.close()


def contents(project: Path) -> dict[str, str]:
    return {
        str(path.relative_to(project)): path.read_text(encoding="utf-8")
        for path in project.rglob("*")
        if path.is_file() and path.suffix in (".yml", ".txt", ".md")
    }


def decide(journal: Journal, verdict: str, response: str | None = None) -> list[str]:
    return list(accept(journal, Settings(), ID, Ruling(Verdict.of(verdict), "审核员", response)).files)


def added_lines(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """By file; fails where anything else than adding lines happened."""
    found = {}
    for name in sorted(after):
        diff = difflib.ndiff(before.get(name, "").splitlines(), after[name].splitlines())
        changed = [line for line in diff if line[0] in "+-"]
        assert all(line[0] == "+" for line in changed), changed
        if changed:
            found[name] = [line[2:] for line in changed]
    return found


def test_a_wording_of_a_guide_goes_into_its_questions_with_the_section_it_names(
    journal: Journal, project: Path
) -> None:
    before = contents(project)
    assert decide(journal, "guide:g77") == ["data/questions/g77.txt"]
    lines = added_lines(before, contents(project))
    assert lines["data/questions/g77.txt"][1] == "口令条补一张要什么材料\tmaterials"
    assert {one.text for one in load_questions(project / "data/questions") if one.label == "g77"} >= set(TEXTS)
    assert kept_clusters(journal) == []
    assert decided(journal) == {*TEXTS, *(f"请问{text}" for text in TEXTS)}


@pytest.mark.parametrize(
    ("verdict", "intent"), [("intent:chitchat", "chitchat"), ("out-of-scope", "out_of_scope"), ("intent:fee", "fee")]
)
def test_examples_go_to_their_intent_and_nothing_else_changes(
    journal: Journal, project: Path, verdict: str, intent: str
) -> None:
    before = contents(project)
    decide(journal, verdict)
    lines = added_lines(before, contents(project))
    assert list(lines) == [f"data/nlu/{intent}.yml"]
    spoken = spoken_texts(project / "data/nlu")
    assert {spoken[text] for text in TEXTS} == {intent}


def test_a_new_intent_has_examples_an_answer_and_a_rule(journal: Journal, project: Path) -> None:
    before = contents(project)
    decide(journal, "new-intent:口令条", "口令条不归社保管：请问锅炉房。")
    added_lines(before, contents(project))
    domain = yaml.safe_load((project / "domain.yml").read_text(encoding="utf-8"))
    assert "口令条" in domain["intents"]
    [answer] = domain["responses"]["utter_口令条"]
    assert answer == {"text": "口令条不归社保管：请问锅炉房。", "custom": {"act": "chitchat"}}
    rules = yaml.safe_load((project / "data/rules.yml").read_text(encoding="utf-8"))["rules"]
    assert rules[-1]["steps"] == [{"intent": "口令条"}, {"action": "utter_口令条"}]
    assert spoken_texts(project / "data/nlu")[TEXTS[0]] == "口令条"


def test_a_new_guide_comes_with_its_questions(journal: Journal, project: Path) -> None:
    source = next((ROOT / "tests/learning/guides").glob("g85*"))
    decide(journal, f"new-guide:{source}")
    assert (project / "guides" / source.name).read_bytes() == source.read_bytes()
    assert {one.text for one in load_questions(project / "data/questions") if one.label == "g85"} == set(TEXTS)


def test_a_wording_that_looks_like_a_comment_is_a_question_all_the_same(journal: Journal, project: Path) -> None:
    keep(journal, [Cluster(ID, "#口令条", 3, (Member("#口令条在哪", 3),), Suggestion("gap"), {})])
    decide(journal, "guide:g77")
    assert "口令条在哪" in {one.text for one in load_questions(project / "data/questions")}


def test_wordings_that_do_not_belong_are_left_for_another_decision(journal: Journal, project: Path) -> None:
    ruling = Ruling(Verdict.of("guide:g77"), "审核员", without=frozenset(TEXTS[2:]))
    assert accept(journal, Settings(), ID, ruling).taught == TEXTS[:2]
    assert not decided(journal) & set(TEXTS[2:])
    with pytest.raises(LearnError, match="no_cluster"):
        accept(journal, Settings(), ID, ruling)


def test_only_members_can_be_left_out(journal: Journal, project: Path) -> None:
    with pytest.raises(LearnError, match="not_a_member"):
        accept(journal, Settings(), ID, Ruling(Verdict.of("gap"), "审核员", without=frozenset({"别的"})))


@pytest.mark.parametrize("verdict", ["gap", "ignore"])
def test_what_is_only_noted_changes_no_file(journal: Journal, project: Path, verdict: str) -> None:
    before = contents(project)
    assert decide(journal, verdict) == []
    assert contents(project) == before
    assert TEXTS[0] in decided(journal)


VERDICTS = ("guide:g77", "intent:chitchat", "new-intent:口令条", "out-of-scope", "gap")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_undone_is_as_if_it_had_never_been(journal: Journal, project: Path, verdict: str) -> None:
    before = contents(project)
    decide(journal, verdict, "请问锅炉房")
    [made] = history(journal)
    assert (made["verdict"], made["by"], made["undone_at"]) == (verdict, "审核员", None)
    undo(journal, made["id"], "另一位")
    assert contents(project) == before
    assert decided(journal) == set()
    assert history(journal)[0]["undone_by"] == "另一位"
    with pytest.raises(LearnError, match="no_decision"):
        undo(journal, made["id"], "另一位")


def test_undoing_takes_out_its_own_lines_and_leaves_later_ones(journal: Journal, project: Path) -> None:
    decide(journal, "guide:g77")
    path = project / "data/questions/g77.txt"
    path.write_text(path.read_text(encoding="utf-8") + "后来加的一句\tfee\n", encoding="utf-8")
    undo(journal, history(journal)[0]["id"], "审核员")
    left = path.read_text(encoding="utf-8")
    assert left == (ROOT / "data/questions/g77.txt").read_text(encoding="utf-8") + "后来加的一句\tfee\n"


def test_undoing_what_was_rewritten_since_changes_nothing(journal: Journal, project: Path) -> None:
    decide(journal, "guide:g77")
    path = project / "data/questions/g77.txt"
    path.write_text("全都重写了\n", encoding="utf-8")
    with pytest.raises(LearnError, match="changed_since"):
        undo(journal, history(journal)[0]["id"], "审核员")
    assert path.read_text(encoding="utf-8") == "全都重写了\n"


def test_a_new_file_that_was_added_to_is_not_undone(journal: Journal, project: Path) -> None:
    decide(journal, "new-intent:口令条", "请问锅炉房")
    path = project / "data/nlu/口令条.yml"
    path.write_text(path.read_text(encoding="utf-8") + "      - 后来加的\n", encoding="utf-8")
    before = contents(project)
    with pytest.raises(LearnError, match="changed_since"):
        undo(journal, history(journal)[0]["id"], "审核员")
    assert contents(project) == before


@pytest.mark.parametrize(
    ("verdict", "response", "code"),
    [
        ("guide:g99", None, "no_guide"),
        ("intent:nix", None, "no_intent"),
        ("new-intent:greet", "好", "intent_exists"),
        ("new-intent:口令条", " ", "no_response"),
        ("new-guide:nix.md", None, "no_file"),
        (f"new-guide:{next((ROOT / 'guides').glob('g77*'))}", None, "guide_exists"),
    ],
)
def test_what_cannot_be_followed_changes_nothing(
    journal: Journal, project: Path, verdict: str, response: str | None, code: str
) -> None:
    before = contents(project)
    with pytest.raises(LearnError) as problem:
        decide(journal, verdict, response)
    assert problem.value.code == code
    assert contents(project) == before
    assert (history(journal), len(kept_clusters(journal))) == ([], 1)


@pytest.mark.parametrize("text", ["", "guide", "guide:77", "gap:x", "new-intent:a/b", "intent:../x", "delete:g77"])
def test_verdicts_that_are_none(text: str) -> None:
    with pytest.raises(LearnError, match="bad_verdict"):
        Verdict.of(text)


def test_a_verdict_is_written_as_it_is_read() -> None:
    assert str(Verdict.of("new-guide:a/b.md")) == "new-guide:a/b.md"
    assert Verdict.of("gap").kind is Kind.GAP


@pytest.mark.parametrize("failing", range(3))
def test_a_write_that_fails_changes_nothing(
    journal: Journal, project: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    before, real, calls = contents(project), files._put, [0]

    def put(change: Change, drafts: dict[Change, Path]) -> None:
        calls[0] += 1
        if calls[0] == failing + 1:
            raise OSError(28, "No space left on device", str(change.path))
        real(change, drafts)

    monkeypatch.setattr(files, "_put", put)
    with pytest.raises(OSError, match="No space"):
        decide(journal, "new-intent:口令条", "请问锅炉房")
    assert contents(project) == before
    assert history(journal) == []
    assert [path for path in project.rglob(".*") if path.is_file()] == []


def test_a_decision_that_cannot_be_recorded_changes_nothing(
    journal: Journal, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(project)

    def broken(*_: object) -> None:
        raise JournalError("OperationalError")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(JournalError):
        decide(journal, "guide:g77")
    assert contents(project) == before


def test_a_change_keeps_the_file_s_mode_and_refuses_what_moved_on(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("eins\n")
    path.chmod(0o640)
    apply([Change(path, "eins\n", "zwei\n")])
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("zwei\n", 0o640)
    with pytest.raises(LearnError, match="changed_since"):
        apply([Change(path, "eins\n", "drei\n")])


def test_wordings_nearly_those_of_an_evaluation_set_are_not_taught(journal: Journal, project: Path) -> None:
    folder = project / "tests/eval"
    folder.mkdir(parents=True)
    rows = [{"q": "口令条补一张要什么材料呀"}, {"turns": [{"user": "锅炉房的口令条啊，在哪"}]}]
    (folder / "made.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    assert leaking(TEXTS) == {TEXTS[1]}
    made = accept(journal, Settings(), ID, Ruling(Verdict.of("guide:g77"), "审核员"))
    assert made.left_out == (TEXTS[1],)
    assert TEXTS[1] not in (project / "data/questions/g77.txt").read_text(encoding="utf-8")


def test_doubles_of_another_guide_are_pointed_out(journal: Journal, project: Path) -> None:
    path = project / "data/questions/g79.txt"
    path.write_text(path.read_text(encoding="utf-8") + "口令条找不见了呀\toverview\n", encoding="utf-8")
    made = accept(journal, Settings(), ID, Ruling(Verdict.of("guide:g77"), "审核员"))
    assert made.warnings == (("口令条找不见了", "口令条找不见了呀", "g79"),)


@pytest.mark.parametrize("path", sorted((ROOT / "data/nlu").glob("*.yml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("topicless", [True, False])
def test_examples_can_be_added_to_every_file_of_the_project(path: Path, topicless: bool) -> None:
    text = path.read_text(encoding="utf-8")
    intent = next(entry["intent"] for entry in yaml.safe_load(text)["nlu"] if "intent" in entry)
    changed = yamls.with_examples(text, intent, ["问：#一", "- 二[x](y)"], topicless)
    added_lines({"f": text}, {"f": changed})
    assert "- 二[x] (y)" in changed
