"""Releases, jobs and the trail, as the console shows them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from console_visits import CARD

from bot.console import jobs as jobs_module
from bot.console.jobs import CUT_OFF, Jobs, jobs
from bot.edge.journal import Journal
from bot.edge.switch import Switch
from bot.learn.problem import LearnError
from bot.learn.release.gate import Check, Report
from bot.learn.release.measure import Measured, Result
from bot.learn.release.store import MANIFEST, Release, Releases

FIRST, SECOND = "20261101-080000-aaaaaa", "20261102-080000-bbbbbb"
PATIENCE_S = 20.0


def made(name: str, rate: float) -> Release:
    folder = Releases().root / name
    folder.mkdir(parents=True)
    at = datetime(2026, 11, int(name[6:8]), tzinfo=UTC).isoformat()
    release = Release(name, at, name, "code", "mark", {}, {"cross_fit": {"right@1": rate}}, folder)
    (folder / MANIFEST).write_text(json.dumps(release.to_json()), encoding="utf-8")
    return release


@pytest.fixture
def releases(project: Path) -> Releases:
    """Two, the first of them live."""
    found = Releases()
    first = made(FIRST, 0.86)
    made(SECOND, 0.88)
    found.promote(first, "命令行")
    return found


def gated(releases: Releases, passed: bool) -> None:
    checks = (Check("guides", passed, 0 if passed else 1, 0, {} if passed else {"g77": 2}),)
    Report(SECOND, FIRST, checks).keep(releases)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, journal: Journal, project: Path) -> Jobs:
    """Jobs whose command is a short program."""
    script = project / "job.py"
    script.write_text("import sys, time\nprint('第一步', sys.argv[1:])\nsys.exit(0)\n", encoding="utf-8")
    return Jobs(journal, [str(script)])


def wait(found: Jobs, number: int) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while (job := found.find(number)) and job.state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert job
    return job.state


async def test_releases_are_listed_with_what_is_known_of_them(visit, releases):
    gated(releases, passed=False)
    async with visit("审核员") as browser:
        text = (await browser.get("/console/releases")).text
    assert text.index(SECOND) < text.index(FIRST)
    for needed in ("正在用", "把关没通过", "88.0%", "命令行 发布"):
        assert needed in text


async def test_a_release_is_shown_beside_the_live_one_with_what_the_gate_found(visit, releases):
    gated(releases, passed=False)
    result = Result("set:1", "single", ("g77",), {"answered": 1.0, "resolved": 1.0, "wrong": 0.0, "section": 0.5})
    for name in (FIRST, SECOND):
        path = releases.root / "measured" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        found = Measured(name, "hash", (result,), 70.0, 130.0, 25.0)
        path.write_text(json.dumps({**vars(found), "results": [vars(result)]}), encoding="utf-8")
    async with visit("审核员") as browser:
        text = (await browser.get(f"/console/releases/{SECOND}")).text
    for needed in ("没有通过，不能发布", "变差的指南", "社会保障卡补领", "50.0%", "130"):
        assert needed in text
    assert "可以做的" not in text, "a reviewer only looks"


async def test_promoting_asks_first_and_needs_the_gate(visit, releases):
    async with visit("publisher-1") as browser:
        page = f"/console/releases/{SECOND}"
        await browser.send(page, "/console/promote", about=SECOND, back=page)
        assert "还没有通过把关" in await browser.notes(page)
        assert releases.current() == releases.find(FIRST)
        gated(releases, passed=True)
        asked = f"/console/confirm?what=promote&about={SECOND}"
        assert f"/console/confirm?what=promote&amp;about={SECOND}" in (await browser.get(page)).text
        assert f"发布 {SECOND}？" in (await browser.get(asked)).text
        await browser.send(asked, "/console/promote", about=SECOND)
        assert "几秒内换过去" in await browser.notes()
        assert releases.current() == releases.find(SECOND)
        await browser.send("/console/confirm?what=rollback", "/console/rollback")
    assert releases.current() == releases.find(FIRST)
    assert [one["by"] for one in releases.history()] == ["命令行", "publisher-1", "publisher-1"]


async def test_a_job_runs_by_itself_and_is_followed(visit, quick, releases):
    async with visit("publisher-1", jobs=quick) as browser:
        answer = await browser.send("/console/confirm?what=train", "/console/jobs", kind="train")
        number = int(answer.headers["location"].rpartition("/")[2])
        assert wait(quick, number) == "done"
        text = (await browser.get(f"/console/jobs/{number}")).text
        assert "做完了" in text and "第一步 [&#39;train&#39;]" in text
        records = (await browser.get("/console/records?what=releases")).text
        assert "publisher-1" in records and "训练" in records


async def test_a_job_is_about_a_release_that_there_is(visit, quick, releases):
    async with visit("publisher-1", jobs=quick) as browser:
        for about, told in (("nothing", "没有发布版 nothing"), ("--anyway", "没有发布版 --anyway")):
            await browser.send("/console/releases", "/console/jobs", kind="gate", about=about)
            assert told in await browser.notes()
        await browser.send("/console/releases", "/console/jobs", kind="rm", about=FIRST)
        assert quick.latest() == []


def test_one_job_at_a_time_and_none_is_left_running(quick, project):
    lasting = "import subprocess\nprocess = subprocess.Popen(['sleep', '60'])\n"
    telling = "open('started', 'w').write(str(process.pid))\nprocess.wait()\n"
    (project / "job.py").write_text(lasting + telling, encoding="utf-8")
    number = quick.start("train", "", "发布者")
    with pytest.raises(LearnError, match="job_running"):
        quick.start("mine", "", "审核员")
    deadline = time.monotonic() + PATIENCE_S
    while not (started := project / "started").is_file() or not started.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    quick.stop()
    assert quick.find(number).state == "cut_off"
    state = Path(f"/proc/{started.read_text()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z", "what it had started is gone too"


def test_a_job_that_fails_says_so_with_what_it_wrote(quick, project):
    (project / "job.py").write_text("print('没有索引')\nraise SystemExit(1)\n", encoding="utf-8")
    number = quick.start("mine", "", "审核员")
    assert wait(quick, number) == "failed"
    assert quick.output(number) == "没有索引"


def test_what_went_on_when_the_console_died_is_not_shown_as_going_on(journal: Any, quick):
    journal.write(jobs.insert().values(at=datetime.now(UTC), by="发布者", kind="train", about=""))
    number = quick.latest()[0].id
    assert quick.find(number).state == "running"
    quick.recover()
    assert (quick.find(number).status, quick.find(number).state) == (CUT_OFF, "cut_off")


def test_every_job_is_a_command_of_guidebot():
    import typer

    from bot.cli.app import create_app

    root: Any = typer.main.get_command(create_app())
    for words in jobs_module.COMMANDS.values():
        at = root
        for word in words:
            at = at.commands[word]


@pytest.mark.parametrize(
    ("query", "wanted", "others"),
    [
        ("", ("恢复服务", "决定", "登录", "发布"), ()),
        ("?what=entrance", ("审核员",), ("《社会保障卡补领》", FIRST)),
        ("?what=decisions", ("《社会保障卡补领》的新说法",), (FIRST,)),
        ("?by=运维", ("检修完了",), (FIRST,)),
        ("?q=检修", ("检修完了",), (FIRST,)),
        ("?day=1999-01-01", ("没有符合条件的",), (FIRST,)),
    ],
)
async def test_the_trail_has_everything_and_is_filtered(visit, journal, releases, query, wanted, others):
    Switch(journal).put(True, "运维", "检修完了")
    page = f"/console/review/{CARD}"
    async with visit("审核员") as browser:
        await browser.send(page, page, kind="suggested")
        text = (await browser.get("/console/records" + query)).text
    body = text.partition("<tbody>")[2] or text
    assert all(one in body for one in wanted)
    assert not any(one in body for one in others)
