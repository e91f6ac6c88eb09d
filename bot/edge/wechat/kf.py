"""微信客服, 企业微信's customer service: a callback says that something came, which is fetched; answers are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool

from bot.edge.wechat.api import Api, ApiError
from bot.edge.wechat.asks import Asks
from bot.edge.wechat.deliver import Deliverer
from bot.edge.wechat.messages import EVENT, Received
from bot.edge.wechat.parts import CARD, MENU, Part, size
from bot.edge.wechat.state import StateError, Store

log = structlog.get_logger("edge")

_KF_EVENT = "kf_msg_or_event"
_FROM_CITIZEN = 3
_AT = "@"
_CURSOR_S = 30 * 86_400
_LOCK_S = 30
_GLANCE_S = 0.1
_MAX_HEAD_BYTES = 1000


@dataclass(frozen=True)
class Page:
    """Messages of 微信客服, where the next page begins, and whether there is one."""

    messages: list[Received]
    cursor: str
    has_more: bool


class CustomerService:
    """微信客服: what came is fetched, and answers are sent; citizens are `<external user>@<service account>`."""

    channel = "wecom-kf"

    def __init__(self, api: Api | None, store: Store) -> None:
        self._api = api
        self._store = store

    @property
    def can_send(self) -> bool:
        """See Account."""
        return self._api is not None

    def send(self, user: str, part: Part) -> None:
        """See Account: a message of the service account that the citizen wrote to."""
        assert self._api is not None
        external, _, account = user.partition(_AT)
        self._api.post("kf/send_msg", {"touser": external, "open_kfid": account, **_kf_content(part)})

    def reply(self, message: Received, part: Part) -> str:
        """See Account; the platform reads no reply here."""
        raise NotImplementedError

    def fetch(self, token: str, account: str) -> Page:
        """What citizens wrote since the last time. Blocks; ApiError, StateError."""
        assert self._api is not None
        cursor = self._store.get(f"kf:{account}") or ""
        page = self._api.post(
            "kf/sync_msg", {"cursor": cursor, "token": token, "open_kfid": account, "limit": 1000, "voice_format": 0}
        )
        found = page.get("msg_list")
        messages = [_kf_message(one) for one in found if _is_citizens(one)] if isinstance(found, list) else []
        return Page(messages, str(page.get("next_cursor") or cursor), bool(page.get("has_more")))

    def fetched(self, account: str, page: Page) -> None:
        """All of the page is in safe hands: begin behind it the next time."""
        self._store.put(f"kf:{account}", page.cursor, _CURSOR_S)

    def lock(self, account: str) -> bool:
        """Be the only worker that fetches from an account; whether that worked."""
        return self._store.add(f"kf:{account}:lock", "1", _LOCK_S)

    def unlock(self, account: str) -> None:
        """Let others."""
        self._store.drop(f"kf:{account}:lock")


class KfDesk:
    """Answers what 微信客服 says is there to be fetched."""

    def __init__(self, service: CustomerService, asks: Asks, deliverer: Deliverer) -> None:
        self._service = service
        self._asks = asks
        self._deliverer = deliverer

    def takes(self, message: Received) -> bool:
        """Whether a callback only says that something can be fetched; then that begins, beside the reply."""
        if not self._service.can_send or message.type != EVENT or message.event != _KF_EVENT:
            return False
        self._deliverer.beside(self._fetch(message.fields.get("Token", ""), message.fields.get("OpenKfId", "")))
        return True

    async def _fetch(self, token: str, account: str) -> None:
        """Take all that is there; an error leaves the rest for the next callback."""
        try:
            for _ in range(round(_LOCK_S / _GLANCE_S)):
                if await run_in_threadpool(self._service.lock, account):
                    break
                await asyncio.sleep(_GLANCE_S)
            try:
                while await self._take_page(token, account):
                    continue
            finally:
                await run_in_threadpool(self._service.unlock, account)
        except (ApiError, StateError) as error:
            log.warning("wecom_kf_not_fetched", error=str(error))

    async def _take_page(self, token: str, account: str) -> bool:
        page = await run_in_threadpool(self._service.fetch, token, account)
        for message in page.messages:
            job = self._asks.job(message)
            if job is not None:
                await self._deliverer.take(message.identity, message.user, job)
        await run_in_threadpool(self._service.fetched, account, page)
        return page.has_more


def _kf_content(part: Part) -> dict[str, Any]:
    if part.kind == CARD:
        return {"msgtype": "text", "text": {"content": f"{part.title}\n{part.url}"}}
    if part.kind == MENU and size(part.title) <= _MAX_HEAD_BYTES:
        options = [
            {"type": "click", "click": {"id": str(number), "content": title}}
            for number, title in enumerate(part.options, 1)
        ]
        return {"msgtype": "msgmenu", "msgmenu": {"head_content": part.title, "list": options}}
    return {"msgtype": "text", "text": {"content": part.text}}


def _is_citizens(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and value.get("origin") == _FROM_CITIZEN
        and all(isinstance(value.get(name), str) for name in ("msgid", "external_userid", "open_kfid", "msgtype"))
    )


def _kf_message(value: Mapping[str, Any]) -> Received:
    inner = value.get(value["msgtype"])
    content = inner.get("content") if isinstance(inner, Mapping) else None
    return Received(
        to=value["open_kfid"],
        user=f"{value['external_userid']}{_AT}{value['open_kfid']}",
        created=int(value.get("send_time") or 0),
        type=value["msgtype"],
        id=value["msgid"],
        fields={"Content": content} if isinstance(content, str) else {},
    )
