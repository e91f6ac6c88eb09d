"""The terminal around a phone: lines in, what the phone shows out, and the platform's API where it is to be here."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from bot.cli.console import stdout
from bot.cli.ports import LOCAL_NAMES
from bot.cli.problem import FAILED, MISUSED, CliError
from bot.cli.wechat_phone import NOTHING, UNAVAILABLE, Phone, Shown
from bot.cli.wechat_platform import Platform, serving_platform
from bot.cli.words import find, say

if TYPE_CHECKING:
    from bot.settings import Settings

_LATE_S = 20.0  # for messages that come after an empty reply
_QUIET_S = 0.5
_SILENT = ("/view", "/unsubscribe")

_EVENTS = {
    "/subscribe": "subscribe",
    "/unsubscribe": "unsubscribe",
    "/scan": "SCAN",
    "/click": "CLICK",
    "/view": "VIEW",
}


class Terminal:
    """Reads commands and texts line by line."""

    def __init__(self, phone: Phone, platform: Platform | None) -> None:
        self._phone = phone
        self._platform = platform
        self._came = asyncio.Event()

    def show_sent(self, message: dict[str, Any]) -> None:
        """A customer-service message has come."""
        kind = message["msgtype"]
        inner = message[kind]
        if kind == "text":
            text = inner["content"]
        elif kind == "msgmenu":
            options = [one.get("content") or one["click"]["content"] for one in inner["list"]]
            text = "\n".join([inner["head_content"], *(f"[{option}]" for option in options)])
        else:
            text = "\n".join(f"《{one['title']}》 {one['description']}\n{one['url']}" for one in inner["articles"])
        self._print("wechat.came", text)
        self._loop.call_soon_threadsafe(self._came.set)

    async def run(self) -> None:
        """Until the input ends."""
        self._loop = asyncio.get_running_loop()
        try:
            if await self._phone.verify() is None:
                raise CliError.of("wechat_not_genuine", url=self._phone.url)
        except httpx.TransportError:
            raise CliError.of("not_running", MISUSED, url=self._phone.url) from None
        if sys.stdin.isatty():
            stdout().print(say("wechat.hello"))
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip():
                await self._line(line.strip())

    async def _line(self, line: str) -> None:
        if not sys.stdin.isatty():
            self._print("wechat.said", line)
        if self._platform:
            self._platform.interacted(self._phone.user)
        self._came.clear()
        shown = await self._sent(line)
        self._show(shown)
        if self._platform and shown.kind != UNAVAILABLE:
            expects = shown.kind == NOTHING and not line.startswith(_SILENT)
            try:
                await asyncio.wait_for(self._came.wait(), _LATE_S if expects else _QUIET_S)
            except TimeoutError:
                return

    async def _sent(self, line: str) -> Shown:
        command, _, rest = line.partition(" ")
        if command == "/subscribe" and rest:
            return await self._phone.event("subscribe", f"qrscene_{rest}")
        if command in _EVENTS:
            return await self._phone.event(_EVENTS[command], rest)
        fields = find(f"wechat.samples.{command[1:]}") if command.startswith("/") else None
        if isinstance(fields, dict):
            return await self._phone.send(command[1:], {name: str(value) for name, value in fields.items()})
        return await self._phone.say(line)

    def _show(self, shown: Shown) -> None:
        if shown.kind == "news":
            text = f"《{shown.title}》 {shown.text}\n{shown.url}"
        elif shown.kind in ("text", "markdown"):
            text = shown.text
        else:
            text = find(f"wechat.kinds.{shown.kind}") or shown.kind
        self._print("wechat.shown", text, tries=shown.tries, seconds=f"{shown.seconds:.2f}")

    def _print(self, key: str, text: str, **blanks: object) -> None:
        stdout().print(say(key, text=text.replace("\n", "\n   "), **blanks))


def run_terminal(settings: Settings, url: str, user: str | None, wecom: bool) -> None:
    """A phone with 微信, or 企业微信, that writes to the edge at `url`. CliError where there is none, or it refuses."""
    asyncio.run(_run(settings, url, user or f"oTerminal{secrets.token_hex(9)}", wecom))


async def _run(settings: Settings, url: str, user: str, wecom: bool) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        phone = Phone(
            http,
            url=url + ("/wecom" if wecom else "/wechat"),
            token=settings.wecom_token if wecom else settings.wechat_token,
            receiver=settings.wecom_corp_id if wecom else settings.wechat_app_id,
            aes_key=settings.wecom_aes_key if wecom else settings.wechat_aes_key,
            mode="safe" if wecom else settings.wechat_mode,
            user=user,
            wait_s=settings.wechat_wait_s,
            extra={"AgentID": settings.wecom_agent_id or "1000002"} if wecom else {},
        )
        with ExitStack() as stack:
            platform = stack.enter_context(_platform(settings, wecom))
            terminal = Terminal(phone, platform)
            if platform:
                platform.on_sent = terminal.show_sent
            await terminal.run()


@contextmanager
def _platform(settings: Settings, wecom: bool) -> Iterator[Platform | None]:
    """The platform's API, where the edge is told to look for it on this machine."""
    base = urlsplit(settings.wecom_api_base if wecom else settings.wechat_api_base)
    if base.hostname not in LOCAL_NAMES and not (base.hostname or "").startswith("127."):
        yield None
        return
    platform = Platform(
        settings.wecom_corp_id if wecom else settings.wechat_app_id,
        settings.wecom_secret if wecom else settings.wechat_app_secret,
    )
    try:
        with serving_platform(platform, base.port or 80):
            yield platform
    except OSError:
        raise CliError.of("wechat_api_port", FAILED, port=base.port or 80) from None
