"""Many at once: two workers and a slow backend, doubles, other orders, retries; and ten thousand that are none."""

from __future__ import annotations

import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from fake_rasa import FakeRasa, said
from starlette.responses import JSONResponse
from wechat_parts import AES_KEY, APP_ID, CORP_ID, PROJECT, SECRET, TOKEN, Edge, Phones, new_port

from bot.cli.wechat_phone import Phone, Shown, xml
from bot.cli.wechat_platform import Platform
from bot.edge.app import create_app
from bot.edge.wechat.channel import open_store
from bot.edge.wechat.crypto import Seal, signature
from bot.edge.wechat.deliveries import Deliveries
from bot.edge.wechat.outbox import Outbox
from bot.edge.wechat.words import load_words
from bot.settings import Settings, variable_name

WAIT_S = 2.5  # what the platform waits for a reply: five in earnest
QUICK_S, SLOW_S, VERY_SLOW_S = 0.05, 3.4, 8.5  # the reply; the second try or a message; after all three tries
PER_SECOND, AT_ONCE = 60, 8  # as fast as this, but no faster than quick messages are answered
FLUSH = "好"
MESSAGES, DOUBLES, APART = 1200, 800, 180  # a double comes within this many places of its message
SETTLED_S = 120
_TOKEN = re.compile(r"答(\d+)号")


@contextmanager
def workers(settings: Settings, count: int, folder: Path) -> Iterator[list[str]]:
    """Edges as processes of their own over the same database; their addresses."""
    needed = ("rasa_url", "actions_url", "database_url", "redis_url", "rate_limit")
    changed = {name: getattr(settings, name) for name in needed}
    changed |= {name: getattr(settings, name) for name in vars(settings) if name.startswith(("wechat_", "wecom_"))}
    texts = {True: "on", False: "off"}
    ours = ("GUIDEBOT_", "WECHAT_", "WECOM_")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    environ |= {variable_name(name): texts.get(value, str(value)) for name, value in changed.items() if value != ""}
    environ |= {"PYTHONPATH": str(PROJECT)}
    processes, urls = [], []
    try:
        for number in range(count):
            port = new_port()
            one = {**environ, "GUIDEBOT_EDGE_PORT": str(port)}
            command = [sys.executable, "-m", "bot.edge.serve"]
            with (folder / f"edge{number}.log").open("wb") as log:
                processes.append(subprocess.Popen(command, cwd=PROJECT, env=one, stdout=log, stderr=subprocess.STDOUT))
            urls.append(f"http://127.0.0.1:{port}")
        for url in urls:
            _wait_for(url)
        yield urls
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


@dataclass
class Sent:
    """One message and what the phone showed at each of its deliveries."""

    phone: Phone
    xml: str
    number: int
    shown: list[Shown]


async def test_two_thousand_deliveries_are_each_answered_once(
    settings: Settings, phones: Phones, rasa: FakeRasa, platform: Platform, tmp_path: Path
) -> None:
    dice = random.Random(7)
    delays = {n: dice.choices((QUICK_S, SLOW_S, VERY_SLOW_S), (84, 10, 6))[0] for n in range(MESSAGES)}
    rasa.answer = lambda body: JSONResponse(said({"act": "chitchat"}, f"答{_number(body['message'])}号"))
    rasa.delay_s = lambda body: delays.get(int(_number(body["message"])), 0.0)
    given = replace(
        settings, wechat_wait_s=WAIT_S, turn_timeout_s=15, wechat_customer_service=True, wechat_api_base=platform.url
    )
    with workers(given, 2, tmp_path) as urls:
        edge = Edge(given, urls[0])
        people = [phones.official(edge) if n % 2 else phones.enterprise(edge) for n in range(300)]
        messages = [
            Sent(phone := dice.choice(people), phone.message("text", {"Content": f"第{n}号事怎么办"}), n, [])
            for n in range(MESSAGES)
        ]
        dice.shuffle(messages)
        order = _with_doubles(messages, dice)
        for phone in people:
            platform.interacted(phone.user)
        quick_ones = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for message in order:
                await asyncio.sleep(1 / PER_SECOND)
                gate = quick_ones if delays[message.number] == QUICK_S else asyncio.Semaphore()
                await gate.acquire()
                group.create_task(_deliver(message, dice.choice(urls), gate))
        await _flush(given, people, messages)
    _check(messages, platform, rasa)
    quick = sorted(one.shown[0].seconds for one in messages if delays.get(one.number) == QUICK_S)
    print(
        f"\n{len(order)} deliveries, {MESSAGES} messages, {sum(text != FLUSH for text in rasa.texts)} computed, "
        f"{len(platform.sent)} customer-service messages; passive reply of {len(quick)} quick ones: "
        f"median {1000 * statistics.median(quick):.0f} ms, p95 {1000 * quick[int(0.95 * len(quick))]:.0f} ms "
        f"(of which the backend {1000 * QUICK_S:.0f} ms)"
    )


def _check(messages: list[Sent], platform: Platform, rasa: FakeRasa) -> None:
    computed = Counter(text for text in rasa.texts if text != FLUSH)
    assert set(computed.values()) == {1}, "a message was computed twice"
    assert len(computed) == MESSAGES
    answers: Counter[str] = Counter()
    for message in messages:
        replies = {shown.text for shown in message.shown if shown.kind == "text"}
        assert len(replies) <= 1, "doubles were answered differently"
        for text in replies:
            answers.update(_TOKEN.findall(text))
    for sent in platform.sent:
        answers.update(_TOKEN.findall(sent["text"]["content"]))
    twice = {number for number, count in answers.items() if count > 1}
    lost = {str(number) for number in range(MESSAGES)} - set(answers)
    assert (twice, lost) == (set(), set())


def _with_doubles(messages: list[Sent], dice: random.Random) -> list[Sent]:
    """The messages, and among them a second delivery of some, before or after the first is answered."""
    places = [(float(place), message) for place, message in enumerate(messages)]
    places += [(place + dice.uniform(0, APART), message) for place, message in dice.sample(places, DOUBLES)]
    return [message for _, message in sorted(places, key=lambda item: item[0])]


async def _deliver(message: Sent, url: str, gate: asyncio.Semaphore) -> None:
    path = "/wechat" if message.phone.receiver == APP_ID else "/wecom"
    message.shown.append(await replace(message.phone, url=url + path).deliver(message.xml))
    gate.release()


async def _flush(settings: Settings, people: list[Phone], messages: list[Sent]) -> None:
    """Once every message has gone its way, everyone asks for what waits for them, until nothing does."""
    deadline = time.monotonic() + SETTLED_S
    store = open_store(settings)
    words = load_words(settings)
    while [left for channel in ("wechat", "wecom") for left in Deliveries(store, channel, 0).open()]:
        assert time.monotonic() < deadline, "a message went no way"
        await asyncio.sleep(0.2)
    for phone in people:
        outbox = Outbox(store, "wechat" if phone.receiver == APP_ID else "wecom", words.quota)
        while outbox.first(phone.user) is not None:
            assert time.monotonic() < deadline, "what waited was not shown"
            flush = phone.message("text", {"Content": FLUSH})
            messages.append(Sent(phone, flush, -1, [await phone.deliver(flush)]))
    store.close()


def _number(text: str) -> str:
    found = re.search(r"\d+", text)
    return found[0] if found else "-1"


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                if client.get(f"{url}/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    raise AssertionError("an edge did not start")


BOMB = '<!DOCTYPE x [<!ENTITY a "{0}"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><xml><Content>&c;</Content></xml>'
SECRETS = (TOKEN, AES_KEY, SECRET, "Traceback", 'File "')
MARK = "fuzz0mark"


async def test_ten_thousand_that_are_no_messages_get_no_word(
    settings: Settings, rasa: FakeRasa, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(11)
    statuses: Counter[int] = Counter()
    for mode in ("plain", "safe"):
        async with _in_process(replace(settings, wechat_mode=mode)) as http:
            phone = Phone(http, "http://edge/wechat", TOKEN, APP_ID, AES_KEY, mode)
            sealing = Seal(AES_KEY, APP_ID)
            good = phone.message("text", {"Content": MARK})
            used = phone.request(phone.message("event", {"Event": "VIEW"}))
            for _ in range(3):
                assert (await http.post(phone.url, params=used[0], content=used[1])).status_code == 200
            for _ in range(5_000):
                query, body = _broken(dice, phone, sealing, good, used)
                response = await http.post(phone.url, params=query, content=body)
                statuses[response.status_code] += 1
                assert response.text == "", f"{response.status_code} says {response.text!r} to {body[:80]!r}"
    assert set(statuses) <= {400, 403, 413}, statuses
    assert statuses.total() == 10_000
    assert rasa.received == []
    said_aloud = "".join(capsys.readouterr())
    assert not [secret for secret in (*SECRETS, MARK) if secret in said_aloud]
    with capsys.disabled():
        print(f"\n10000 malformed requests: {dict(statuses)}")


def _broken(
    dice: random.Random, phone: Phone, seal: Seal, good: str, used: tuple[dict[str, str], bytes]
) -> tuple[dict[str, str], bytes]:
    """A request that is wrong in one way."""
    kinds: list[Callable[[], tuple[dict[str, str], bytes]]] = [
        lambda: _signed(phone, _torn(dice, good)),
        lambda: _signed(phone, BOMB.format(MARK * dice.randrange(1, 400))),
        lambda: _signed(phone, "<xml>" + "<a>" * dice.randrange(200, 3000)),
        lambda: _signed(phone, "<xml><x>" + MARK * dice.randrange(8_000, 20_000) + "</x></xml>"),
        lambda: _signed(phone, dice.randbytes(dice.randrange(300)).decode("latin-1")),
        lambda: _signed(phone, xml({"MsgType": MARK, "FromUserName": f"{MARK} {MARK}", "CreateTime": "1"})),
        lambda: ({**phone.query(""), "signature": MARK, "msg_signature": MARK}, good.encode()),
        lambda: ({}, good.encode()),
        lambda: ({**phone.query(""), "timestamp": dice.choice(("", "x", "1", "9" * 13, "٣"))}, good.encode()),
        lambda: ({**phone.query(""), "nonce": "\0" * 5 + MARK}, good.encode()),
        lambda: used,
        lambda: _sealed(phone, _bent(dice, seal.seal(good))),
        lambda: _sealed(phone, dice.randbytes(32).hex()),
        lambda: _sealed(phone, Seal(AES_KEY, CORP_ID).seal(good)),
    ]
    return dice.choice(kinds)()


def _signed(phone: Phone, message: str) -> tuple[dict[str, str], bytes]:
    """As only the platform could send it: what is wrong is inside."""
    query, body = phone.request(message)
    return query, body if phone.mode == "safe" else message.encode("utf-8", "surrogatepass")


def _sealed(phone: Phone, sealed: str) -> tuple[dict[str, str], bytes]:
    query = phone.query("")
    signed = signature(TOKEN, query["timestamp"], query["nonce"], sealed)
    return {**query, "encrypt_type": "aes", "msg_signature": signed}, xml({"Encrypt": sealed}).encode()


def _torn(dice: random.Random, message: str) -> str:
    """Cut off, or with a piece of its markup gone."""
    if dice.random() < 0.5:
        return message[: dice.randrange(len(message) - 1)]
    places = [found.start() for found in re.finditer(r"[<>/]|\]\]", message)]
    place = dice.choice(places)
    return message[:place] + message[place + 1 :]


def _bent(dice: random.Random, sealed: str) -> str:
    place = dice.randrange(len(sealed) - 8)
    other = dice.choice([char for char in "ABCDabcd0123+/=_ " if char != sealed[place]])
    return sealed[:place] + other + sealed[place + 1 + dice.randrange(3) :]


@asynccontextmanager
async def _in_process(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as client:
        yield client
