"""Signing in and out."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.access import HOME, ROOT, SIGN_IN, TOKEN, address_of, own_page
from bot.console.accounts import Account, Accounts
from bot.console.deeds import UNKNOWN, record
from bot.console.forms import Form, read_form
from bot.console.pages import Pages, Visitor
from bot.console.seal import COOKIE, GUEST, LIFETIME_S, Claim, Seal
from bot.edge.journal import Journal
from bot.edge.limits import Window

NAME_RATE, ADDRESS_RATE = "5/minute", "20/minute"  # failed tries; a hash takes some 50 ms of one core
_GUEST = Claim("", -1)


class Entrance:
    """The sign-in page and what it sends. A form token is needed here too, of a visitor who has no name yet."""

    def __init__(
        self,
        accounts: Accounts,
        journal: Journal,
        seal: Seal,
        pages: Pages,
        secure: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = accounts
        self._journal = journal
        self._seal = seal
        self._pages = pages
        self._secure = secure
        self._failed = Window(NAME_RATE, clock), Window(ADDRESS_RATE, clock)

    async def page(self, request: Request) -> Response:
        """The form."""
        return self._form(request, request.query_params.get("next", ""), "", 200)

    async def enter(self, request: Request) -> Response:
        """Let in whoever has name and password."""
        form = await read_form(request)
        if form is None or not self._seal.is_form_token(form.one(TOKEN), request.cookies.get(GUEST, "")):
            return self._form(request, "", "stale", 403)
        name, address = form.one("name"), address_of(request)
        if any(window.wait_s(key) > 0 for window, key in zip(self._failed, (name, address), strict=True)):
            return self._form(request, form.one("next"), "too_many", 429)
        account = await run_in_threadpool(self._checked, name, form, address)
        if account is None:
            return self._form(request, form.one("next"), "wrong", 403)
        wanted = form.one("next")
        response = RedirectResponse(wanted if own_page(wanted) else HOME, 303)
        self._set(response, COOKIE, self._seal.cookie(Claim(account.name, account.epoch)))
        response.delete_cookie(GUEST, path=ROOT)
        return response

    def leave(self, _request: Request, visitor: Visitor) -> Response:
        """End every session of the visitor: a cookie that somebody else may have is worth nothing from now on."""
        self._accounts.end_sessions(visitor.account.name)
        record(self._journal, visitor.account.name, "signed_out", detail=visitor.address)
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE, path=ROOT)
        return response

    def _checked(self, name: str, form: Form, address: str) -> Account | None:
        account = self._accounts.check(name, next(iter(form.all("password")), ""))
        if account:
            record(self._journal, account.name, "signed_in", detail=address)
            return account
        for window, key in zip(self._failed, (name, address), strict=True):
            window.add(key)
        known = self._accounts.find(name)
        record(self._journal, known.name if known else UNKNOWN, "sign_in_failed", detail=address)
        return None

    def _form(self, request: Request, wanted: str, problem: str, status: int) -> Response:
        guest = request.cookies.get(GUEST, "")
        if self._seal.claim(guest) != _GUEST:
            guest = self._seal.cookie(_GUEST)
        token = self._seal.form_token(guest)
        text = self._pages.words.say(f"entrance.{problem}") if problem else ""
        response = self._pages.page("sign_in.html", None, token, status, wanted=wanted, problem=text)
        self._set(response, GUEST, guest)
        return response

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name, value, max_age=LIFETIME_S, path=ROOT, secure=self._secure, httponly=True, samesite="strict"
        )
