"""The operator's commands: the menu out of the data, codes for the counters, and a phone in the terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fake_rasa import FakeRasa, said
from starlette.responses import JSONResponse
from wechat_parts import AES_KEY, APP_ID, DATA, SECRET, TOKEN, Edge

from bot.cli.app import run
from bot.cli.wechat_platform import Platform
from bot.edge.wechat.asks import Asks
from bot.edge.wechat.channel import load_catalogue
from bot.edge.wechat.menu import build_menu
from bot.edge.wechat.words import load_words
from bot.edge.wording import WordingError
from bot.settings import Settings

Edges = Callable[[Settings], Edge]


@pytest.fixture(scope="module")
def asks() -> Asks:
    given = Settings(data_dir=DATA)
    return Asks(load_words(given), load_catalogue(given))


@pytest.fixture
def account(platform: Platform, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """The environment of an operator whose account's API is on loopback."""
    values = {
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": SECRET,
        "WECHAT_AES_KEY": AES_KEY,
        "WECHAT_API_BASE": platform.url,
        "GUIDEBOT_DATABASE_URL": settings.database_url,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return platform


def test_the_menu_is_made_out_of_the_data(account: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["wechat", "menu"]) == 0
    assert account.menu is not None
    first = account.menu["button"][0]
    assert first["name"] == "常办事项"
    assert first["sub_button"][0] == {"name": "社保卡补领", "type": "click", "key": "guide:g77"}
    assert account.menu["button"][2] == {"name": "找人工", "type": "click", "key": "handoff"}
    out = capsys.readouterr().out
    assert "guide:g77" in out
    assert "菜单已经建好" in out


def test_a_menu_can_be_looked_at_without_an_account(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["wechat", "menu", "--check", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["button"]) == 3


@pytest.mark.parametrize(
    ("menu", "named"),
    [
        ([], "1 到 3 个"),
        ([{"name": "找", "key": "handoff"}] * 4, "1 到 3 个"),
        ([{"name": "一二三四五六", "key": "handoff"}], "一二三四五六"),
        ([{"name": "补卡", "key": "guide:g99"}], "guide:g99"),
        ([{"name": "补卡", "key": "section:g77:nothing"}], "section:g77:nothing"),
        ([{"name": "补卡"}], "补卡"),
        ([{"name": "补卡", "key": "handoff", "url": "https://a"}], "只写一个"),
        ([{"name": "补卡", "items": []}], "1 到 5 项"),
        ([{"name": "补卡", "items": [{"name": "找", "key": "handoff"}] * 6}], "1 到 5 项"),
        (["补卡"], "名字"),
    ],
)
def test_a_menu_that_wechat_would_not_take_is_told(menu: list[Any], named: str, asks: Asks) -> None:
    with pytest.raises(WordingError, match=named):
        build_menu(menu, asks)


def test_a_page_may_be_a_button(asks: Asks) -> None:
    made = build_menu([{"name": "网页", "url": "https://guide.example/"}], asks)
    assert made == {"button": [{"name": "网页", "type": "view", "url": "https://guide.example/"}]}


def test_codes_for_counters(account: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["wechat", "qrcode", "g77", "g57:materials", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert [one["scene"] for one in made] == ["g77", "g57:materials"]
    assert made[0]["picture"].startswith("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=")
    assert run(["wechat", "qrcode", "g99"]) == 1
    assert "g99" in capsys.readouterr().err


def test_a_refusal_is_a_sentence_with_what_to_do(account: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    account.failures.append(40164)
    assert run(["wechat", "menu"]) == 1
    err = capsys.readouterr().err
    assert "40164" in err
    assert "白名单" in err
    assert SECRET not in err


def test_without_an_account_the_commands_say_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["wechat", "menu"]) == 1
    assert run(["wechat", "simulate"]) == 1
    assert "WECHAT_TOKEN" in capsys.readouterr().err


def test_the_terminal_s_phone_shows_replies_and_messages(
    settings: Settings,
    edges: Edges,
    rasa: FakeRasa,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    free_port: int,
) -> None:
    base = f"http://127.0.0.1:{free_port}"
    values = {
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": SECRET,
        "WECHAT_AES_KEY": AES_KEY,
        "WECHAT_API_BASE": base,
        "WECHAT_WAIT_S": "1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    rasa.answer = lambda body: JSONResponse(said({"act": "chitchat"}, f"答：{body['message']}"))
    rasa.delay_s = lambda body: 1.5 if body["message"] == "慢" else 0.0
    edge = edges(replace(settings, wechat_customer_service=True, wechat_api_base=base))
    monkeypatch.setattr("sys.stdin", io.StringIO("补卡\n/scan g77\n/image\n慢\n/view x\n"))
    assert run(["wechat", "simulate", "--url", edge.url]) == 0
    out = capsys.readouterr().out
    for shown in ("答：补卡", "答：社会保障卡补领", "我看不了图片", "（没有立即回复）", "客服消息：\n   答：慢"):
        assert shown in out


def test_the_phone_says_where_signatures_differ(
    settings: Settings, edges: Edges, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"WECHAT_TOKEN": "another", "WECHAT_APP_ID": APP_ID, "WECHAT_AES_KEY": AES_KEY}.items():
        monkeypatch.setenv(name, value)
    assert run(["wechat", "simulate", "--url", edges(settings).url]) == 1
    assert "不认这里的签名" in capsys.readouterr().err
