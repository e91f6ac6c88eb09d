"""Who may open what: sessions, roles and form tokens, around every page."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.console.accounts import Accounts
from bot.console.forms import read_form
from bot.console.pages import Pages, Visitor
from bot.console.roles import Role
from bot.console.seal import COOKIE, Seal
from bot.console.words import TELLABLE
from bot.edge.rasa import internal_headers

ROOT = "/console"
SIGN_IN, HOME = f"{ROOT}/sign-in", f"{ROOT}/review"
TOKEN = "token"
Handler = Callable[[Request, Visitor], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


class Access:
    """Wraps handlers, which may block. Who is not signed in is sent to do so; a form without its token does nothing."""

    def __init__(self, accounts: Accounts, seal: Seal, pages: Pages) -> None:
        self._accounts = accounts
        self._seal = seal
        self._pages = pages

    def to(self, handler: Handler, role: Role = Role.REVIEWER) -> Endpoint:
        """The handler for those who are at least `role`."""

        async def endpoint(request: Request) -> Response:
            return await self._let_in(request, handler, role)

        return endpoint

    def visitor(self, request: Request) -> Visitor | None:
        """Who shows a cookie that holds: signed here, not over, of an account that is there. Blocks."""
        cookie = request.cookies.get(COOKIE, "")
        claim = self._seal.claim(cookie)
        account = self._accounts.find(claim.name) if claim else None
        if account is None or claim is None or account.epoch != claim.epoch:
            return None
        return Visitor(account, cookie, address=address_of(request))

    def token(self, visitor: Visitor) -> str:
        """What the visitor's forms carry."""
        return self._seal.form_token(visitor.cookie)

    def told(self, visitor: Visitor, status: int, key: str) -> Response:
        """A page that says why not."""
        text = self._pages.words.say(f"refused.{key}")
        return self._pages.page("error.html", visitor, self.token(visitor), status, text=text)

    async def _let_in(self, request: Request, handler: Handler, role: Role) -> Response:
        try:
            visitor = await run_in_threadpool(self.visitor, request)
        except TELLABLE as error:
            return PlainTextResponse(self._pages.words.problem(error), 503)
        if visitor is None:
            wanted = request.url.path if request.method == "GET" else HOME
            return RedirectResponse(f"{SIGN_IN}?next={quote(wanted)}", 303)
        if role is Role.PUBLISHER and visitor.account.role is not Role.PUBLISHER:
            return self.told(visitor, 403, "role")
        if request.method == "GET":
            return await run_in_threadpool(self._shown, request, visitor, handler)
        form = await read_form(request)
        if form is None or not self._seal.is_form_token(form.one(TOKEN), visitor.cookie):
            return self.told(visitor, 403, "form")
        sent = Visitor(visitor.account, visitor.cookie, form, visitor.address)
        return await run_in_threadpool(self._done, request, sent, handler)

    def _shown(self, request: Request, visitor: Visitor, handler: Handler) -> Response:
        try:
            return handler(request, visitor)
        except TELLABLE as error:
            text = self._pages.words.problem(error)
            return self._pages.page("error.html", visitor, self.token(visitor), 404, text=text)

    def _done(self, request: Request, visitor: Visitor, handler: Handler) -> Response:
        """What cannot be done is told on the page that the form stood on; nothing has changed then."""
        try:
            return handler(request, visitor)
        except TELLABLE as error:
            self._pages.notes.add(visitor.cookie, "problem", self._pages.words.problem(error))
            return back_to(visitor)


def back_to(visitor: Visitor) -> Response:
    """The page of ours that the form names, else the first one."""
    wanted = visitor.form.one("back")
    return RedirectResponse(wanted if own_page(wanted) else HOME, 303)


def own_page(path: str) -> bool:
    """Whether a path leads to a page of the console and to no other server."""
    return path.startswith(f"{ROOT}/") and "//" not in path and "\\" not in path and path.isprintable()


def address_of(request: Request) -> str:
    """Where a request comes from: the edge says so, and only the edge can reach the console."""
    return request.headers.get("x-forwarded-for", "") or (request.client.host if request.client else "")


class OnlyTheEdge:
    """ASGI middleware: whoever does not show the internal key gets nothing but the sign of life."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._wanted = internal_headers(key).get("Authorization", "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it comes from the edge."""
        if scope["type"] == "http" and scope["path"] != "/healthz":
            shown = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
            if not self._wanted or not hmac.compare_digest(shown.encode(), self._wanted.encode()):
                await PlainTextResponse("", 401)(scope, receive, send)
                return
        await self._app(scope, receive, send)
