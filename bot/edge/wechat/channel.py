"""WeChat's part of the edge put together: which of its channels run, on which shared state, and their background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
import yaml
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.book.guide import GuideError, load_guides
from bot.edge.limits import SendLimits
from bot.edge.problem import Refusal
from bot.edge.turn import Turns
from bot.edge.wechat.accounts import Account, OfficialAccount
from bot.edge.wechat.answers import Answers
from bot.edge.wechat.api import wechat_api, wecom_api
from bot.edge.wechat.asks import Asks, Catalogue
from bot.edge.wechat.callback import Callback, Desk
from bot.edge.wechat.crypto import Seal
from bot.edge.wechat.deliver import Deliverer, Timing
from bot.edge.wechat.deliveries import Deliveries
from bot.edge.wechat.kf import CustomerService, KfDesk
from bot.edge.wechat.messages import Received
from bot.edge.wechat.outbox import Outbox
from bot.edge.wechat.pages import PageLinks
from bot.edge.wechat.sender import Sender
from bot.edge.wechat.state import StateError, Store
from bot.edge.wechat.state_redis import RedisStore
from bot.edge.wechat.state_sql import SqlStore
from bot.edge.wechat.verify import SAFE, Verifier
from bot.edge.wechat.words import Words, load_words
from bot.edge.wechat.work import Application, Robot
from bot.edge.wording import WordingError
from bot.meanwhile import meanwhile
from bot.settings import Settings

log = structlog.get_logger("edge")

_LEASE_MARGIN_S = 15  # beyond a turn's time: the journal may make it wait twice
_SWEEP_S = 30.0


@dataclass(frozen=True)
class WeChat:
    """The two addresses; None for one whose account is not set."""

    wechat: Callback | None = None
    wecom: Callback | None = None

    async def official(self, request: Request) -> Response:
        """`/wechat`; Refusal 404 where the channel is off."""
        return await _receive(self.wechat, request)

    async def enterprise(self, request: Request) -> Response:
        """`/wecom`; Refusal 404 where the channel is off."""
        return await _receive(self.wecom, request)


async def _receive(callback: Callback | None, request: Request) -> Response:
    if callback is None:
        raise Refusal(404, "not_found")
    return await callback.receive(request)


@dataclass(frozen=True)
class Content:
    """What the channels say, and of what."""

    words: Words
    catalogue: Catalogue


def load_content(settings: Settings) -> Content | None:
    """The files of the channels, None where no account is set. WordingError, in Chinese, where they cannot be used."""
    if not settings.wechat_token and not settings.wecom_token:
        return None
    return Content(load_words(settings), load_catalogue(settings))


@asynccontextmanager
async def running_wechat(
    settings: Settings, content: Content | None, turns: Turns, limits: SendLimits, pages: PageLinks
) -> AsyncIterator[WeChat]:
    """The channels that the settings have accounts for; what is being computed is finished in the end."""
    for name, token in (("wechat", settings.wechat_token), ("wecom", settings.wecom_token)):
        log.info("channel", channel=name, on=bool(token), why="" if token else f"{name.upper()}_TOKEN is not set")
    if content is None:
        yield WeChat()
        return
    builder = _Builder(settings, content, turns, limits, open_store(settings), pages)
    wechat = builder.wechat() if settings.wechat_token else None
    wecom = builder.wecom() if settings.wecom_token else None
    async with meanwhile(_sweep(builder.store, builder.deliverers)):
        yield WeChat(wechat, wecom)
    for deliverer in builder.deliverers:
        await deliverer.finish()
    await run_in_threadpool(builder.store.close)


def open_store(settings: Settings) -> Store:
    """The state that workers share: in Redis where one is set, else in the journal's database."""
    return RedisStore(settings.redis_url) if settings.redis_url else SqlStore(settings.database_url)


def load_catalogue(settings: Settings) -> Catalogue:
    """The guides' and sections' titles. WordingError where they cannot be read."""
    try:
        sections = yaml.safe_load((settings.data_dir / "sections.yml").read_text(encoding="utf-8"))
        return Catalogue({guide.id: guide.title for guide in load_guides(settings.guides_dir)}, sections)
    except (OSError, yaml.YAMLError, GuideError) as error:
        raise WordingError(str(error)) from error


async def _sweep(store: Store, deliverers: Sequence[Deliverer]) -> None:
    """Until cancelled: let go of old state, and go on with what other workers left behind."""
    while True:
        try:
            await run_in_threadpool(store.tidy)
            for deliverer in deliverers:
                await deliverer.resume()
        except StateError as error:
            log.error("wechat_state", error=str(error), step="sweep")
        await asyncio.sleep(_SWEEP_S)


class _Builder:
    def __init__(
        self,
        settings: Settings,
        content: Content,
        turns: Turns,
        limits: SendLimits,
        store: Store,
        pages: PageLinks,
    ) -> None:
        self.store = store
        self.deliverers: list[Deliverer] = []
        self._settings = settings
        self._turns = turns
        self._pages = pages
        self._words = content.words
        self._limits = limits
        self._asks = Asks(content.words, content.catalogue)
        self._catalogue = content.catalogue

    def wechat(self) -> Callback:
        """The Official Account."""
        settings = self._settings
        api = wechat_api(settings.wechat_api_base, settings.wechat_app_id, settings.wechat_app_secret, self.store)
        desk = self._desk(OfficialAccount(api if settings.wechat_customer_service else None))
        seal = Seal(settings.wechat_aes_key, settings.wechat_app_id) if settings.wechat_aes_key else None
        verifier = Verifier(settings.wechat_token, seal, settings.wechat_mode, self.store)
        return self._callback("wechat", verifier, seal, settings.wechat_token, lambda _message: desk)

    def wecom(self) -> Callback:
        """企业微信: an application, a group's robot and 微信客服 may all come to the one address."""
        settings = self._settings
        api = None
        if settings.wecom_secret:
            api = wecom_api(settings.wecom_api_base, settings.wecom_corp_id, settings.wecom_secret, self.store)
        application = self._desk(Application(api, settings.wecom_agent_id))
        robot = self._desk(Robot())
        service = CustomerService(api, self.store)
        customers = self._desk(service)
        kf = KfDesk(service, self._asks, customers.deliverer)

        def whose(message: Received) -> Desk | None:
            if kf.takes(message):
                return None
            return robot if "ChatType" in message.fields else application

        seal = Seal(settings.wecom_aes_key, settings.wecom_corp_id)
        verifier = Verifier(settings.wecom_token, seal, SAFE, self.store, seals_echo=True)
        return self._callback("wecom", verifier, seal, settings.wecom_token, whose)

    def _desk(self, account: Account) -> Desk:
        settings, words, channel = self._settings, self._words, account.channel
        outbox = Outbox(self.store, channel, words.quota)
        sender = Sender(account, self.store, outbox, words)
        answers = Answers(
            channel=channel,
            turns=self._turns,
            outbox=outbox,
            words=words,
            catalogue=self._catalogue,
            limits=self._limits,
            pages=self._pages,
            may_send=sender.may_send,
            send=sender.send,
            transfers=settings.wechat_transfer and channel == OfficialAccount.channel,
            patience_s=settings.turn_timeout_s,
        )
        deliveries = Deliveries(self.store, channel, settings.turn_timeout_s + _LEASE_MARGIN_S)
        timing = Timing(settings.wechat_wait_s)
        deliverer = Deliverer(answers, deliveries, outbox, sender, words.replies.later, timing)
        self.deliverers.append(deliverer)
        return Desk(account, self._asks, deliverer, outbox)

    def _callback(
        self, name: str, verifier: Verifier, seal: Seal | None, token: str, desk: Callable[[Received], Desk | None]
    ) -> Callback:
        return Callback(
            name=name,
            verifier=verifier,
            seal=seal,
            token=token,
            desk=desk,
            max_body_bytes=self._settings.max_body_bytes,
            error=self._words.replies.error,
        )
