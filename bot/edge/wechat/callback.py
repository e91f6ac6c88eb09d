"""`/wechat` and `/wecom`: the platform's requests in, its replies out, and a refusal without reasons for all else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.edge.wechat.accounts import Account, reply_xml
from bot.edge.wechat.asks import Asks
from bot.edge.wechat.crypto import NotGenuine, Seal, signature
from bot.edge.wechat.deliver import Deliverer
from bot.edge.wechat.messages import NotAMessage, Received, received
from bot.edge.wechat.outbox import Outbox
from bot.edge.wechat.parts import TEXT, Part
from bot.edge.wechat.state import StateError
from bot.edge.wechat.verify import Query, Verifier
from bot.logs import frames

log = structlog.get_logger("edge")

_SUCCESS = "success"  # the platform does nothing more about the message
_UNSUBSCRIBE = "unsubscribe"
_MAX_BODY_FACTOR = 4  # sealed and in both forms, a message is about three times as long


class _Refused(Exception):
    """What is answered with a status alone."""

    def __init__(self, status: int) -> None:
        self.status = status


@dataclass(frozen=True)
class Desk:
    """Where messages of one channel are answered."""

    account: Account
    asks: Asks
    deliverer: Deliverer
    outbox: Outbox


@dataclass(frozen=True)
class Callback:
    """The requests of one address, each answered within the time the platform has.

    `desk` says whose a message is, None where all about it has been done.
    """

    name: str
    verifier: Verifier
    seal: Seal | None
    token: str
    desk: Callable[[Received], Desk | None]
    max_body_bytes: int
    error: str

    async def receive(self, request: Request) -> Response:
        """200 with a reply or `success`, 4xx without a body that tells anything; never an error of ours."""
        query = Query.of(request.query_params)
        try:
            if request.method == "GET":
                return PlainTextResponse(self.verifier.echo(query))
            return await self._message(request, query)
        except NotGenuine:
            return self._refused(403, "not_genuine")
        except NotAMessage:
            return self._refused(400, "not_a_message")
        except _Refused as refused:
            return self._refused(refused.status, "too_large" if refused.status == 413 else "cut_off")

    async def _message(self, request: Request, query: Query) -> Response:
        opened = self.verifier.open(query, await self._body(request))
        message = received(opened.root)
        try:
            await run_in_threadpool(self.verifier.check_new, query, message.identity)
            reply = await self._reply(message, request)
        except StateError as error:
            log.error("wechat_state", error=str(error), step="receive")
            reply = reply_xml(message, Part(TEXT, self.error))
        except (NotGenuine, NotAMessage):
            raise
        except Exception as error:  # the citizen gets a sentence and a number; the error's words may quote theirs
            log.error("wechat_broke", error=type(error).__name__, frames=frames(error.__traceback__))
            reply = reply_xml(message, Part(TEXT, self.error))
        if reply is None:
            return PlainTextResponse(_SUCCESS)
        return Response(self._sealed(reply, query) if opened.sealed else reply, media_type="application/xml")

    async def _reply(self, message: Received, request: Request) -> str | None:
        desk = self.desk(message)
        if desk is None:
            return None
        if message.event == _UNSUBSCRIBE:
            await run_in_threadpool(desk.outbox.forget, message.user)
        job = desk.asks.job(message)
        if job is None:
            return None
        part = await desk.deliverer.receive(message.identity, message.user, job, request.is_disconnected)
        return None if part is None else desk.account.reply(message, part)

    def _sealed(self, reply: str, query: Query) -> str:
        assert self.seal is not None
        sealed, stamp = self.seal.seal(reply), str(int(time.time()))
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature(self.token, stamp, query.nonce, sealed)}]]></MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{query.nonce}]]></Nonce></xml>"
        )

    async def _body(self, request: Request) -> bytes:
        """The body, read no further than its limit."""
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > self.max_body_bytes * _MAX_BODY_FACTOR:
                    raise _Refused(413)
        except ClientDisconnect:
            raise _Refused(400) from None
        return bytes(body)

    def _refused(self, status: int, why: str) -> Response:
        log.info("wechat_refused", channel=self.name, why=why)
        return PlainTextResponse("", status)
