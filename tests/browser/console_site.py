"""Edge and console as an operator runs them, over a copy of the project's data, and what is done on their pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from releases_of_tests import two_releases

from bot.console.accounts import Accounts
from bot.console.roles import Role
from bot.edge.journal import Journal
from bot.learn.log.intake import take_in
from bot.learn.processes import end, free_ports
from bot.learn.release.gate import Check, Report
from bot.learn.release.store import Release, Releases

PROJECT = Path(__file__).resolve().parents[2]
COPIED = ("data", "guides", "domain.yml")  # what decisions write into
PASSWORD = "correct horse battery"
START_S = 90.0
JOB_MS, EFFECT_MS = 240_000, 120_000  # mining and the effect, on a machine that does much else


@dataclass(frozen=True)
class Site:
    """The running two, and the project that they run in."""

    url: str
    folder: Path
    releases: Releases
    first: Release
    second: Release

    def file(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


@contextmanager
def running_site(folder: Path, said: Sequence[str]) -> Iterator[Site]:
    """With a log of what was said, two accounts, and two releases: one live, one that has passed the gate."""
    _lay_out(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        releases, first, second = two_releases(folder, monkeypatch)
    releases.promote(first, "管理员")
    Report(second.id, first.id, (Check("guides", True, 0, 0, {}),)).keep(releases)
    _fill(folder, said)
    edge, console = free_ports(2)
    names = {name: value for name, value in os.environ.items() if not name.startswith("GUIDEBOT_")}
    environ = names | {
        "GUIDEBOT_EDGE_PORT": str(edge),
        "GUIDEBOT_CONSOLE_URL": f"http://127.0.0.1:{console}",
        "GUIDEBOT_INTERNAL_KEY": "the internal key of these tests",
    }
    processes = [_start(folder, name, environ) for name in ("edge", "console")]
    try:
        _wait(f"http://127.0.0.1:{edge}/console/sign-in", processes)
        yield Site(f"http://127.0.0.1:{edge}", folder, releases, first, second)
    finally:
        for process in processes:
            end(process)


def _lay_out(folder: Path) -> None:
    for path in PROJECT.iterdir():
        if path.name in COPIED:
            shutil.copytree(path, folder / path.name) if path.is_dir() else shutil.copy(path, folder)
        elif path.name != "build" and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    (folder / "build").mkdir()


def _fill(folder: Path, said: Sequence[str]) -> None:
    journal = Journal(f"sqlite:///{folder}/build/journal.db")
    log, now = folder / "log.jsonl", datetime.now(UTC)
    lines = (
        {"time": (now - timedelta(minutes=number)).isoformat(), "sender": f"s{number}", "channel": "web", "text": text}
        for number, text in enumerate(said)
    )
    log.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    take_in(journal, str(log))
    accounts = Accounts(journal)
    accounts.add("小王", Role.REVIEWER, PASSWORD)
    accounts.add("老李", Role.PUBLISHER, PASSWORD)
    journal.close()


def _start(folder: Path, name: str, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        command = [sys.executable, "-m", "bot.cli", "serve", name]
        return subprocess.Popen(command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _wait(url: str, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_S
    with httpx.Client(trust_env=False, timeout=10) as client:
        while True:
            try:
                if client.get(url).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            assert all(process.poll() is None for process in processes) and time.monotonic() < deadline
            time.sleep(0.25)


@dataclass(frozen=True)
class Desk:
    """An operator at the pages of a site."""

    page: Page
    site: Site

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site.url}/console/{path}")

    def sign_in(self, name: str) -> None:
        self.open("sign-in")
        self.page.get_by_label("名字").fill(name)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="审阅", exact=True)).to_be_visible()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def row(self, text: str) -> Locator:
        """The cluster of which this is a wording."""
        return self.page.locator("li.row").filter(has_text=text)

    def go_to(self, text: str) -> None:
        """Walk down the list by j until the row with this text is under way."""
        self.page.evaluate("document.activeElement.blur()")
        rows = self.page.locator("li.row").all_inner_texts()
        number = next(number for number, found in enumerate(rows) if text in found)
        self.press(*["j"] * (number + 1))

    def told(self, text: str) -> None:
        expect(self.page.get_by_role("status", name="提示")).to_contain_text(text)
