from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.book.guide import Guide, load_guides

HANDBOOK = Path(__file__).resolve().parents[2] / "handbook" / "handbook.md"
CARD, ENTRY = "社会保障卡补领", "社会保障卡补领\t158\n"


@pytest.fixture
def new(whole: Path) -> Path:
    """A new edition, as yet without an edit."""
    return Path(shutil.copy(next((whole / "guides" / "source").glob("*.txt")), whole / "new.txt"))


def edit(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, put in pairs:
        assert old in text, old
        text = text.replace(old, put, 1)
    path.write_text(text, encoding="utf-8")


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def guides_of(project: Path) -> dict[str, Guide]:
    return {guide.id: guide for guide in load_guides(project / "guides")}


def cut(path: Path, title: str, following: str) -> str:
    """Take a guide's body out of the text; the body."""
    text = path.read_text(encoding="utf-8")
    begin, end = text.rindex(f"\n{title}\n"), text.rindex(f"\n{following}\n")
    path.write_text(text[:begin] + text[end:], encoding="utf-8")
    return text[begin:end]


def changes(result) -> list[tuple[str, ...]]:
    keys = ("kind", "guide", "section")
    return [tuple(change[key] for key in keys) for change in json.loads(result.out)["changes"]]


def test_the_same_book_has_no_edits_however_it_is_spaced(guidebot, new):
    table = ("《社会保险参保登记信息表》\n", "《社会保险参保\n登记信息表》\n")
    edit(new, ("企业完成工商注册", "企业完成 工商注册\n"), table)
    result = guidebot("guides", "diff", str(new))
    assert result.status == 0
    assert "没有改动" in result.out


def residence_permit() -> str:
    """The handbook's last guide as a book prints it, without its title."""
    body = HANDBOOK.read_text(encoding="utf-8").split("# 居住证办理")[1]
    headings = [line for line in body.split("\n") if line.startswith("## ")]
    for numeral, heading in zip("一二三四五六七八九", headings, strict=True):
        body = body.replace(heading, f"{numeral}、{heading[3:]}", 1)
    return body


def test_exactly_the_edits_are_listed(guidebot, new):
    moved = cut(new, "社会保障卡换领", "社会保障卡（社会保障功能）挂失")
    cut(new, "社会保障卡信息变更（非关键信息）", "社会保障卡申领（成年人）")
    edit(
        new,
        ("企业完成工商注册", "企业完成登记注册"),
        ("社会保障卡信息变更（非关键信息）\t166\n", ""),
        ("\t169\n", "\t169\n居住证办理\t171\n"),
        (f"{ENTRY}社会保障卡换领\t160\n", "社会保障卡换领\t158\n社会保障卡补办\t160\n"),
        (f"\n{CARD}\n", f"{moved}\n社会保障卡补办\n"),
    )
    with new.open("a", encoding="utf-8") as file:
        file.write(f"\n居住证办理\n{residence_permit()}")
    result = guidebot("guides", "diff", str(new), "--json")
    assert result.status == 1
    assert changes(result) == [
        ("section", "g01", "eligibility"),
        ("page", "g78", ""),
        ("moved", "g78", ""),
        ("retitled", "g77", ""),
        ("page", "g77", ""),
        ("added", "g85", ""),
        ("removed", "g82", ""),
    ]


def test_an_edit_names_the_questions_and_tests_that_it_reaches(guidebot, new):
    tests = new.parent / "tests" / "eval"
    tests.mkdir(parents=True)
    rows = [
        {"q": "一", "guides": ["g01"], "section": "eligibility"},
        {"q": "二", "guides": ["g01"], "section": "hours"},
        {"turns": [{"user": "三", "expect": {"act": "answer", "guides": ["g01"], "section": "eligibility"}}]},
    ]
    (tests / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    questions = new.parent / "data" / "questions" / "g01.txt"
    questions.write_text("甲\n乙\teligibility\n丙\thours\n")
    edit(new, ("企业完成工商注册", "企业完成登记注册"))
    (change,) = json.loads(guidebot("guides", "diff", str(new), "--json").out)["changes"]
    assert change["questions"] == ["g01.txt:2"]
    assert change["tests"] == ["a.jsonl:1", "a.jsonl:3"]
    assert (change["before"], change["after"]) == ("企业完成工商注册", "企业完成登记注册")


def test_a_folder_of_guides_is_compared_too(guidebot, whole):
    folder = whole / "others"
    shutil.copytree(whole / "guides", folder)
    edit(next(folder.glob("g77_*.md")), ("有效身份证件", "有效的证件"))
    result = guidebot("guides", "diff", str(folder), "--json")
    assert result.status == 1
    assert changes(result) == [("section", "g77", "materials")]


@pytest.mark.parametrize(
    ("old", "put", "said"),
    [
        ("一、服务对象", "一、对象", "不是认识的栏目名"),
        (f"\n{CARD}\n", "\n没有列出的标题\n", "目录里却没有它"),
    ],
)
def test_what_is_no_book_is_bad_input(guidebot, new, old, put, said):
    edit(new, (old, put))
    result = guidebot("guides", "diff", str(new))
    assert result.status == 2
    assert said in result.err and "new.txt" in result.err and "行" in result.err
    assert guidebot("guides", "diff", "nowhere.txt").status == 2


def test_an_update_keeps_what_operators_wrote_and_names_the_edition(guidebot, new):
    project = new.parent
    edit(next((project / "guides").glob("g77_*.md")), ("aliases: [", "aliases: [卡没了重办, "))
    edit(new, ("企业完成工商注册", "企业完成登记注册"))
    edit(new, (ENTRY, "社会保障卡补办\t158\n"), (f"\n{CARD}\n", "\n社会保障卡补办\n"))
    result = guidebot("guides", "update", str(new), "--edition", "《指南》（2027年版）")
    assert result.status == 0, result.err + result.out
    guides = guides_of(project)
    assert guides["g77"].title == "社会保障卡补办"
    assert guides["g77"].aliases[0] == "卡没了重办"
    assert guides["g67"].notes
    assert {guide.edition for guide in guides.values()} == {"《指南》（2027年版）"}
    assert guides["g01"].sections["eligibility"].text == "企业完成登记注册"
    assert guidebot("guides", "check").status == 0
    before = content(project / "guides")
    assert guidebot("guides", "parse").status == 0
    assert content(project / "guides") == before, "parsing again loses what the update kept"
    assert guidebot("guides", "diff", str(new)).status == 0


def test_guides_that_are_gone_leave_and_their_questions_wait(guidebot, new):
    project = new.parent
    (project / "data" / "questions" / "g78.txt").write_text("换卡\n")
    cut(new, "社会保障卡换领", "社会保障卡（社会保障功能）挂失")
    edit(new, ("社会保障卡换领\t160\n", ""))
    result = guidebot("guides", "update", str(new), "--edition", "新版")
    assert result.status == 0
    assert "g78" not in guides_of(project)
    assert not (project / "data" / "questions" / "g78.txt").exists()
    assert (project / "data" / "questions" / "removed" / "g78.txt").read_text() == "换卡\n"


def test_a_new_guide_in_the_middle_gets_a_new_id_and_the_proof_holds(guidebot, new):
    edit(new, (ENTRY, f"居住证办理\t157\n{ENTRY}"), (f"\n{CARD}\n", f"\n居住证办理\n{residence_permit()}\n{CARD}\n"))
    result = guidebot("guides", "update", str(new), "--edition", "新版")
    assert result.status == 0, result.err + result.out
    assert guides_of(new.parent)["g85"].title == "居住证办理"
    assert "g85.txt" in result.out
    assert guidebot("guides", "check").status == 0


def test_a_failing_update_changes_nothing_and_says_where(guidebot, new):
    project = new.parent
    before = content(project / "guides"), content(project / "data")
    edit(new, ("咨询电话：0631-5198106", "咨询电话：很多"))
    line = new.read_text(encoding="utf-8").split("\n").index("咨询电话：很多") + 1
    result = guidebot("guides", "update", str(new), "--edition", "新版")
    assert result.status == 1
    assert f"{new}:{line}" in result.out and "写成“咨询电话：" in result.out
    assert (content(project / "guides"), content(project / "data")) == before
    assert not [path for path in project.iterdir() if path.name.startswith(".")]


def test_a_handbook_becomes_guides_whose_siblings_differ_in_a_facet(guidebot, whole):
    old = guides_of(whole)
    result = guidebot("guides", "import", str(HANDBOOK))
    assert result.status == 0, result.err + result.out
    guides = guides_of(whole)
    assert {guide: one for guide, one in guides.items() if guide in old} == old
    assert sorted(set(guides) - set(old)) == ["g85", "g86", "g87", "g88", "g89", "g90"]
    one, other = guides["g85"], guides["g86"]
    assert one.facets["matter"] == other.facets["matter"]
    assert (one.facets["audience"], other.facets["audience"]) == (("职工",), ("居民",))
    assert one.edition == "《便民服务事项办理手册》" and one.page == 3
    assert one.aliases
    assert "g85.txt" in result.out and "公积金怎么提取" in result.out
    assert guidebot("guides", "check").status == 0
    assert guidebot("guides", "import", str(HANDBOOK)).status == 1, "the same titles again"


def test_a_leaflet_needs_a_name_of_its_edition_and_begins_on_its_first_page(guidebot, whole):
    leaflet = whole / "居住证.md"
    leaflet.write_text("# 居住证办理" + HANDBOOK.read_text(encoding="utf-8").split("# 居住证办理")[1], encoding="utf-8")
    nameless = guidebot("guides", "import", str(leaflet))
    assert nameless.status == 1 and "--edition" in nameless.err
    assert guidebot("guides", "import", str(leaflet), "--edition", "《居住证》").status == 0
    assert (guides_of(whole)["g85"].page, guides_of(whole)["g85"].edition) == (1, "《居住证》")


def test_a_handbook_that_does_not_say_its_name_needs_one(guidebot, whole):
    text = HANDBOOK.read_text(encoding="utf-8")
    for place, head in enumerate(("目录\n", "")):
        nameless = whole / f"{place}.md"
        nameless.write_text(head + text.split("目录\n", 1)[1], encoding="utf-8")
        result = guidebot("guides", "import", str(nameless))
        assert result.status == 1 and "--edition" in result.err


def test_a_title_that_stands_twice_is_named_with_its_line(guidebot, whole):
    text = HANDBOOK.read_text(encoding="utf-8").replace("生育津贴申领", "失业金申领")
    double = whole / "double.md"
    double.write_text(text, encoding="utf-8")
    result = guidebot("guides", "import", str(double))
    line = text.split("\n").index("# 失业金申领") + 1
    assert result.status == 1
    assert "失业金申领" in result.err and "两次" in result.err
    assert int(result.err.split("第 ")[1].split(" 行")[0]) > line


def test_a_folder_with_a_bad_text_adds_nothing_and_says_where(guidebot, whole):
    folder = whole / "texts"
    folder.mkdir()
    shutil.copy(HANDBOOK, folder / "a.md")
    bad = folder / "b.md"
    bad.write_text("# 别的事\n\n## 服务对象\n\n谁\n\n## 材料\n\n纸\n", encoding="utf-8")
    before = content(whole / "guides"), content(whole / "data")
    result = guidebot("guides", "import", str(folder), "--edition", "某版")
    assert result.status == 1
    assert "b.md" in result.err
    assert (content(whole / "guides"), content(whole / "data")) == before
