"""A release is promoted and rolled back while citizens ask: no request fails, none is answered by a mixture of two."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from releases_of_tests import two_releases
from stack import Stack, running_stack

from bot.learn.release.store import Release, Releases

pytestmark = pytest.mark.stack
RATE = float(os.environ.get("LIVE_RATE", "4"))  # requests a second; as many as a busy machine can take
SWITCH_S = 60.0  # within which the service goes over
QUESTIONS = ("社保卡丢了怎么补", "社保卡补领要什么材料", "社保卡补领在哪里办")


@dataclass(frozen=True)
class Serving:
    """A stack that serves the first of two releases."""

    stack: Stack
    releases: Releases
    first: Release
    second: Release


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("live")
    with pytest.MonkeyPatch.context() as monkeypatch:
        releases, first, second = two_releases(folder, monkeypatch)
    releases.promote(first, "甲")
    with running_stack(folder) as stack:
        yield Serving(stack, releases, first, second)


def words_of(messages: list[dict[str, Any]]) -> str:
    """By whose words a reply was said: 甲 or 乙."""
    text = "".join(message.get("text") or "" for message in messages)
    assert ("【甲】" in text) != ("【乙】" in text), text
    return "甲" if "【甲】" in text else "乙"


async def keep_asking(url: str, stop: asyncio.Event, answers: list[tuple[str, httpx.Response | Exception]]) -> None:
    """A question every 1/RATE seconds, whether or not those before were answered."""
    waiting: set[asyncio.Task[None]] = set()
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:

        async def ask(number: int) -> None:
            sender = f"asker-{number}"
            body = {"sender": sender, "message": QUESTIONS[number % len(QUESTIONS)]}
            try:
                answers.append((sender, await client.post("/webhooks/rest/webhook", json=body)))
            except httpx.HTTPError as error:
                answers.append((sender, error))

        number = 0
        while not stop.is_set():
            waiting.add(asyncio.create_task(ask(number)))
            number += 1
            await asyncio.sleep(1 / RATE)
        await asyncio.gather(*waiting)


async def until_words_are(url: str, words: str) -> float:
    """Seconds until a new conversation is answered in these words."""
    begin = time.perf_counter()
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        while True:
            body = {"sender": f"look-{time.monotonic_ns()}", "message": QUESTIONS[0]}
            reply = await client.post("/webhooks/rest/webhook", json=body)
            if words_of(reply.json()) == words:
                return time.perf_counter() - begin
            assert time.perf_counter() - begin < SWITCH_S, f"still not {words}"
            await asyncio.sleep(0.3)


@pytest.mark.asyncio
async def test_promotion_and_rollback_while_citizens_ask(serving: Serving) -> None:
    stack, stop = serving.stack, asyncio.Event()
    answers: list[tuple[str, httpx.Response | Exception]] = []
    open_talk = stack.conversation()
    assert words_of(list(open_talk.say("社保卡丢了怎么补").messages)) == "甲"
    asking = asyncio.create_task(keep_asking(stack.url, stop, answers))
    await asyncio.sleep(2)
    serving.releases.promote(serving.second, "甲")
    there = await until_words_are(stack.url, "乙")
    gone_on = await asyncio.to_thread(open_talk.say, "要什么材料")
    serving.releases.rollback("甲")
    back = await until_words_are(stack.url, "甲")
    stop.set()
    await asking
    failed = [answer for _, answer in answers if isinstance(answer, Exception) or answer.status_code != 200]
    assert failed == []
    said = {sender: words_of(answer.json()) for sender, answer in answers if isinstance(answer, httpx.Response)}
    names = {serving.first.id: "甲", serving.second.id: "乙"}
    mixed = [sender for sender, words in said.items() if names[stack.turns(sender)[0]["release"]] != words]
    assert mixed == []
    assert set(said.values()) == {"甲", "乙"}
    assert (gone_on.outcome.guide, gone_on.outcome.section) == ("g77", "materials"), "a conversation goes on"
    slowest = max(answer.elapsed.total_seconds() for _, answer in answers if isinstance(answer, httpx.Response))
    print(f"{len(answers)} answers at {RATE:g}/s; slowest {slowest:.1f} s; over in {there:.1f} s, back in {back:.1f} s")


def test_a_damaged_release_never_goes_live(serving: Serving, tmp_path: Path) -> None:
    """The pointer moved by hand to a release that is not whole: the service stays with the one that it has."""
    broken = serving.second.folder / "data" / "thresholds.yml"
    kept = broken.read_bytes()
    broken.chmod(0o644)
    broken.write_bytes(b"answer: 0\n")
    try:
        serving.releases._point(serving.second, "甲", "promote")
        log = serving.stack.folder / "actions.log"
        deadline = time.monotonic() + SWITCH_S
        while "cannot be served" not in log.read_text(errors="replace"):
            assert time.monotonic() < deadline, "nobody looked at the release"
            time.sleep(0.1)
        assert words_of(list(serving.stack.conversation().say(QUESTIONS[0]).messages)) == "甲"
    finally:
        broken.write_bytes(kept)
        serving.releases.rollback("甲")
