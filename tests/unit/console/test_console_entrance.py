"""Who gets in, as whom, for how long; and that no form is taken that the console did not make."""

from __future__ import annotations

from dataclasses import replace

import pytest
from console_visits import PASSWORD
from sqlalchemy import select

from bot.console.accounts import AccountError, Accounts, accounts
from bot.console.deeds import deeds
from bot.console.roles import Role
from bot.console.seal import COOKIE, LIFETIME_S, Claim, Seal
from bot.edge.journal import Journal

LIST = "/console/review"


def done(journal: Journal) -> list[tuple[str, str, str]]:
    return [(row.by, row.what, row.detail) for row in journal.rows(select(deeds).order_by(deeds.c.id))]


async def test_who_is_not_signed_in_sees_only_the_sign_in(visit):
    async with visit() as browser:
        for path in (LIST, "/console/releases", "/console/records", "/console/jobs/1", f"{LIST}/c12345678"):
            answer = await browser.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/console/sign-in?next={path}")
        answer = await browser.client.post("/console/undo", data={"decision": "1"})
        assert answer.headers["location"].startswith("/console/sign-in")


async def test_name_and_password_let_in_and_are_on_record(visit, journal):
    async with visit() as browser:
        answer = await browser.sign_in("审核员", next="/console/records")
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/records")
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}="))
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/console" in cookie
        assert f"Max-Age={LIFETIME_S}" in cookie
        shown = await browser.get(LIST)
        assert shown.status_code == 200 and "审核员（审阅）" in shown.text
    assert done(journal) == [("审核员", "signed_in", "203.0.113.7")]


async def test_the_cookie_is_for_https_alone_where_the_service_is(visit, settings):
    async with visit(settings=replace(settings, public_url="https://ask.example.gov.cn")) as browser:
        answer = await browser.sign_in("审核员")
        assert all("Secure" in one for one in answer.headers.get_list("set-cookie") if "=1." in one)


@pytest.mark.parametrize("name", ["审核员", "nobody"])
async def test_a_wrong_password_is_refused_in_the_same_words_for_every_name(visit, journal, name):
    async with visit() as browser:
        answer = await browser.sign_in(name, "wrong password")
        assert answer.status_code == 403
        assert "名字或密码不对" in answer.text
        assert COOKIE + "=" not in answer.headers.get("set-cookie", "")
        assert (await browser.get(LIST)).status_code == 303
    assert done(journal) == [(name if name != "nobody" else "?", "sign_in_failed", "203.0.113.7")]


async def test_after_five_wrong_passwords_the_right_one_has_to_wait_too(visit):
    async with visit() as browser:
        for _ in range(5):
            assert (await browser.sign_in("审核员", "wrong password")).status_code == 403
        answer = await browser.sign_in("审核员")
        assert answer.status_code == 429 and "试错的次数太多" in answer.text
        assert (await browser.sign_in("publisher-1")).status_code == 303, "others are not kept out"


async def test_an_address_that_tries_many_names_has_to_wait(visit):
    async with visit() as browser:
        for number in range(20):
            await browser.sign_in(f"name-{number}", "wrong password")
        assert (await browser.sign_in("审核员")).status_code == 429


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/console//evil.example", "/", ""])
async def test_signing_in_leads_to_no_other_server(visit, wanted):
    async with visit() as browser:
        assert (await browser.sign_in("审核员", next=wanted)).headers["location"] == LIST


async def test_a_sign_in_without_the_page_s_token_is_refused(visit, journal):
    async with visit() as browser:
        fields = {"name": "审核员", "password": PASSWORD}
        assert (await browser.client.post("/console/sign-in", data=fields)).status_code == 403
        assert (await browser.sign_in("审核员", token="0" * 64)).status_code == 403
    assert done(journal) == []


@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_a_form_without_its_token_does_nothing(visit, journal, token):
    async with visit("审核员") as browser:
        answer = await browser.send(LIST, f"{LIST}", token=token, cluster="c1", kind="ignore")
        assert answer.status_code == 403 and "什么也没有做" in answer.text


async def test_a_token_of_another_session_is_worth_nothing(visit):
    async with visit("审核员") as mine, visit("publisher-1") as other:
        answer = await other.send(LIST, LIST)
        token = answer.request.content.decode().partition("=")[2]
        assert (await mine.send(LIST, LIST, token=token)).status_code == 403


async def test_json_is_no_form(visit):
    async with visit("审核员") as browser:
        assert (await browser.client.post(LIST, json={"kind": "ignore"})).status_code == 403


async def test_signing_out_ends_every_session_of_the_person(visit, journal):
    async with visit("审核员") as browser:
        stolen = browser.client.cookies.get(COOKIE)
        assert (await browser.send(LIST, "/console/sign-out")).headers["location"] == "/console/sign-in"
        browser.client.cookies.set(COOKIE, stolen, path="/console")
        assert (await browser.get(LIST)).status_code == 303
    assert done(journal)[-1] == ("审核员", "signed_out", "203.0.113.7")


@pytest.mark.parametrize("change", ["password", "remove"])
async def test_a_new_password_and_a_removed_account_end_sessions(visit, journal, change):
    async with visit("审核员") as browser:
        assert (await browser.get(LIST)).status_code == 200
        own = Accounts(journal)
        own.set_password("审核员", "another password") if change == "password" else own.remove("审核员")
        assert (await browser.get(LIST)).status_code == 303


def test_a_session_ends_with_the_working_day():
    now = [1_000_000.0]
    seal = Seal(b"secret", lambda: now[0])
    cookie = seal.cookie(Claim("审核员", 3))
    assert seal.claim(cookie) == Claim("审核员", 3)
    now[0] += LIFETIME_S + 1
    assert seal.claim(cookie) is None


def test_nobody_else_can_make_a_cookie():
    seal, other = Seal(b"secret"), Seal(b"another secret")
    cookie = seal.cookie(Claim("审核员", 0))
    assert other.claim(cookie) is None
    assert seal.claim(cookie[:-1] + ("0" if cookie[-1] != "0" else "1")) is None
    assert seal.claim(cookie.replace(":0:", ":1:")) is None
    assert all(seal.claim(one) is None for one in (None, "", "1", "1...", "a.b.c.d"))


async def test_a_reviewer_may_look_at_releases_and_touch_none(visit):
    async with visit("审核员") as browser:
        assert "要“发布”的角色" in (await browser.get("/console/releases")).text
        assert (await browser.get("/console/confirm?what=train")).status_code == 403
        for path in ("promote", "rollback", "jobs"):
            answer = await browser.send(LIST, f"/console/{path}", kind="train", about="latest")
            assert answer.status_code == 403 and "要“发布”的角色" in answer.text


async def test_only_the_edge_is_answered(visit):
    async with visit() as browser:
        browser.client.headers["Authorization"] = "Bearer something else"
        assert (await browser.get("/console/sign-in")).status_code == 401
        assert (await browser.get("/healthz")).json() == {"status": "ok"}


async def test_pages_run_no_script_but_the_console_s_and_are_kept_nowhere(visit):
    async with visit("审核员") as browser:
        answer = await browser.get(LIST)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert " style=" not in answer.text and "onclick" not in answer.text and "<script>" not in answer.text


def test_passwords_are_kept_as_argon2id(journal):
    rows = journal.rows(select(accounts))
    assert all(row.password.startswith("$argon2id$") and PASSWORD not in row.password for row in rows)


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("审核员", PASSWORD, "name_taken"),
        ("a b", PASSWORD, "bad_name"),
        ("", PASSWORD, "bad_name"),
        ("new", "short", "short_password"),
    ],
)
def test_accounts_that_cannot_be(journal, name, password, code):
    with pytest.raises(AccountError) as refused:
        Accounts(journal).add(name, Role.REVIEWER, password)
    assert refused.value.code == code
