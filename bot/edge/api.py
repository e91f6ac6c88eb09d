"""The widget's own interface under `/api`: sessions, messages that are taken once, history, verdicts."""

from __future__ import annotations

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.edge.body import json_object
from bot.edge.exchanges import Exchange, Exchanges, Verdict
from bot.edge.journal import JournalError
from bot.edge.limits import SendLimits
from bot.edge.once import CHANNEL, OnceOnly, Said
from bot.edge.problem import Refusal
from bot.edge.rasa import RasaError
from bot.edge.sessions import Sessions, Token, channel_and_sender
from bot.edge.turn import Incoming, Turns
from bot.privacy import mask
from bot.text import normalise

VERDICTS = ("up", "down")
REASONS = ("wrong_matter", "wrong_section", "unclear", "incomplete", "outdated", "other")
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MAX_SHOWN_CHARS = 200
_MAX_COMMENT_CHARS = 300


class WidgetApi:
    """What the widget asks for. Every method but `begin` needs a session's token and raises Refusal without one."""

    def __init__(
        self,
        sessions: Sessions,
        once: OnceOnly,
        exchanges: Exchanges,
        turns: Turns,
        limits: SendLimits,
        max_body_bytes: int,
    ) -> None:
        self._sessions = sessions
        self._once = once
        self._exchanges = exchanges
        self._turns = turns
        self._limits = limits
        self._max_body_bytes = max_body_bytes

    async def begin(self, request: Request) -> Response:
        """A new session; or more time for the one whose token is shown."""
        authorization = request.headers.get("authorization")
        token = self._sessions.renew(self._sessions.session(authorization)) if authorization else self._sessions.begin()
        return JSONResponse(_shown(token))

    async def message(self, request: Request) -> Response:
        """The reply to a message; the same one whenever its id comes again. A token with a whole lifetime with it."""
        session = self._session(request)
        said = _said(session, await json_object(request, self._max_body_bytes))
        wait_s = await self._limits.wait_s(said.incoming.conversation, request.client.host if request.client else "")
        if wait_s:
            raise Refusal(429, "too_many", {"Retry-After": str(wait_s)})
        reply = await self._once.take(said)
        return JSONResponse({"id": said.id, **reply, **_shown(self._sessions.renew(session))})

    async def history(self, request: Request) -> Response:
        """All that was said in the session, oldest first."""
        session = self._session(request)
        try:
            found = await run_in_threadpool(self._exchanges.of, session)
        except JournalError:
            raise Refusal(503, "internal") from None
        return JSONResponse({"exchanges": [_listed(one) for one in found]})

    async def forget(self, request: Request) -> Response:
        """Delete all that was said in the session, and let Rasa begin anew."""
        session = self._session(request)
        conversation = Incoming(*channel_and_sender(session, CHANNEL), "").conversation
        try:
            await run_in_threadpool(self._exchanges.forget, session, conversation)
            await self._turns.start_over(conversation)
        except JournalError:
            raise Refusal(503, "internal") from None
        except RasaError:
            pass  # nobody can take up this conversation once its session is given up
        return Response(status_code=204)

    async def feedback(self, request: Request) -> Response:
        """Keep what the citizen thinks of an answer."""
        session = self._session(request)
        body = await json_object(request, self._max_body_bytes)
        verdict = _verdict(body)
        try:
            kept = await run_in_threadpool(self._exchanges.judge, session, _id(body), verdict)
        except JournalError:
            raise Refusal(503, "internal") from None
        if not kept:
            raise Refusal(404, "bad_feedback")
        return Response(status_code=204)

    def _session(self, request: Request) -> str:
        return self._sessions.session(request.headers.get("authorization"))


def _shown(token: Token) -> dict[str, Any]:
    return {"token": token.text, "expires": token.expires}


def _listed(one: Exchange) -> dict[str, Any]:
    reply = one.reply or {"messages": [], "outcome": None}
    return {"id": one.message, "at": one.at.isoformat(), "said": one.said, "verdict": one.verdict, **reply}


def _id(body: dict[str, Any]) -> str:
    value = body.get("id")
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Refusal(400, "bad_id")
    return value


def _said(session: str, body: dict[str, Any]) -> Said:
    text, shown = body.get("text"), body.get("shown")
    if not isinstance(text, str):
        raise Refusal(400, "bad_message")
    shown = shown[:_MAX_SHOWN_CHARS] if isinstance(shown, str) and shown.strip() else text
    return Said(session, _id(body), text, shown)


def _verdict(body: dict[str, Any]) -> Verdict:
    verdict, reasons, comment = body.get("verdict"), body.get("reasons", []), body.get("comment", "")
    known = isinstance(reasons, list) and all(reason in REASONS for reason in reasons)
    if verdict not in VERDICTS or not known or not isinstance(comment, str):
        raise Refusal(400, "bad_feedback")
    return Verdict(verdict, tuple(dict.fromkeys(reasons)), mask(normalise(comment)).text[:_MAX_COMMENT_CHARS])
