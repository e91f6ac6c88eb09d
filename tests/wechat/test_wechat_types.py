"""Every kind of message and event, in every mode, over the real protocol."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from fake_rasa import FakeRasa
from structlog.testing import capture_logs
from wechat_parts import DATA, Edge, Phones

from bot.settings import Settings

Edges = Callable[[Settings], Edge]
WORDS = yaml.safe_load((DATA / "wechat.yml").read_text(encoding="utf-8"))
REPLIES = {name: text.format(hotline="12333", consult_phone="0631-5198106") for name, text in WORDS["replies"].items()}


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_text_is_answered_in_every_mode(
    mode: str, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.official(edges(replace(settings, wechat_mode=mode)))
    shown = await phone.say("社保卡丢了怎么补")
    assert (shown.kind, shown.tries) == ("text", 1)
    assert shown.text == "您好\n\n出自《社会保障卡补领》，某版第 158 页"
    assert rasa.received == [{"sender": f"wechat:{phone.user}", "message": "社保卡丢了怎么补"}]


@pytest.mark.parametrize(
    ("kind", "fields", "reply"),
    [
        ("voice", {"MediaId": "m", "Format": "amr", "Recognition": ""}, "voice"),
        ("voice", {"MediaId": "m", "Format": "amr"}, "voice"),
        ("image", {"PicUrl": "http://mmbiz.qpic.cn/1", "MediaId": "m"}, "image"),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}, "video"),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}, "video"),
        ("location", {"Location_X": "37.5", "Location_Y": "122.1", "Scale": "15", "Label": "文化中路"}, "location"),
        ("link", {"Title": "通知", "Description": "…", "Url": "https://example.com"}, "link"),
        ("channels_shop", {"Anything": "…"}, "unknown"),
    ],
)
async def test_what_is_no_text_is_told_to_be_typed(
    kind: str, fields: dict[str, str], reply: str, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    shown = await phones.official(edges(settings)).send(kind, fields)
    assert (shown.kind, shown.text) == ("text", REPLIES[reply])
    assert rasa.received == []


async def test_a_voice_that_was_recognised_is_a_text(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    shown = await phones.official(edges(settings)).send("voice", {"MediaId": "m", "Recognition": "社保卡丢了怎么补。"})
    assert shown.kind == "text"
    assert rasa.texts == ["社保卡丢了怎么补。"]


@pytest.mark.parametrize(
    ("event", "key", "asked"),
    [
        ("subscribe", "qrscene_g77", "社会保障卡补领怎么办"),
        ("SCAN", "g77", "社会保障卡补领怎么办"),
        ("SCAN", "77", "社会保障卡补领怎么办"),
        ("SCAN", "g05:materials", "企业职工社会保险参保登记增员申请材料"),
        ("CLICK", "guide:g77", "社会保障卡补领怎么办"),
        ("CLICK", "section:g77:location", "社会保障卡补领办理地点"),
        ("CLICK", "section:materials", "申请材料"),
        ("CLICK", "handoff", "转人工"),
        ("CLICK", "say:社保卡丢了怎么补", "社保卡丢了怎么补"),
        ("CLICK", "card:g77", "社会保障卡补领怎么办"),  # no page to link to: the guide itself
    ],
)
async def test_scenes_and_menus_ask_for_a_guide_a_section_or_a_person(
    event: str, key: str, asked: str, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    shown = await phones.official(edges(settings)).event(event, key)
    assert shown.kind == "text"
    assert rasa.texts == [asked]


async def test_a_scene_of_the_operator_s_own(settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa) -> None:
    folder = settings.data_dir
    given = yaml.safe_load((folder / "wechat.yml").read_text(encoding="utf-8"))
    assert given["scenes"] == {}
    own = _data_with(settings, scenes={"counter-3": "section:g57:materials"})
    await phones.official(edges(own)).event("SCAN", "counter-3")
    assert rasa.texts == ["工伤认定申请申请材料"]


@pytest.mark.parametrize(
    ("event", "key"), [("subscribe", ""), ("SCAN", "no-such"), ("CLICK", "guide:g99"), ("CLICK", "")]
)
async def test_whoever_comes_or_presses_what_nobody_knows_is_welcomed(
    event: str, key: str, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    shown = await phones.official(edges(settings)).event(event, key)
    assert (shown.kind, shown.text) == ("text", REPLIES["welcome"])
    assert rasa.received == []


@pytest.mark.parametrize("event", ["unsubscribe", "VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "something_new"])
async def test_what_only_happened_gets_no_reply(
    event: str, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    shown = await phones.official(edges(settings)).event(event, "https://example.com")
    assert shown.kind == "nothing"
    assert rasa.received == []


async def test_unknown_types_are_logged_by_their_name_alone(settings: Settings, edges: Edges, phones: Phones) -> None:
    phone = phones.official(edges(settings))
    with capture_logs() as lines:
        await phone.send("hologram", {"Content": "我的身份证号"})
        await phone.event("something_new", "秘密")
    assert "hologram" in [line.get("message_type") for line in lines]
    assert "something_new" in [line.get("event_type") for line in lines]
    assert "身份证" not in str(lines)
    assert "秘密" not in str(lines)
    assert phone.user not in str(lines)


async def test_a_personal_number_is_masked_before_it_is_kept_anywhere(
    settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa, tmp_path: Path
) -> None:
    await phones.official(edges(settings)).say("我手机13800138000，社保卡丢了")
    assert rasa.texts == ["我手机【手机号】，社保卡丢了"]
    files = list(tmp_path.glob("journal.db*"))
    assert files
    assert all(b"13800138000" not in file.read_bytes() for file in files)
    with sqlite3.connect(tmp_path / "journal.db") as database:
        assert database.execute("SELECT channel, masked FROM turns").fetchall() == [("wechat", "mobile")]
    database.close()


async def test_without_its_settings_a_channel_is_off_and_says_so(
    settings: Settings, edges: Edges, phones: Phones, capsys: pytest.CaptureFixture[str]
) -> None:
    edge = edges(replace(settings, wechat_token="", wecom_token=""))
    for path in ("/wechat", "/wecom"):
        assert (await phones.http.post(edge.url + path, content=b"<xml/>")).status_code == 404
    out = capsys.readouterr().out
    assert "WECHAT_TOKEN is not set" in out
    assert "WECOM_TOKEN is not set" in out


def _data_with(settings: Settings, **changes: object) -> Settings:
    """The same with another data folder, in which wechat.yml is changed."""
    folder = Path(settings.database_url.removeprefix("sqlite:///")).parent / "data"
    folder.mkdir()
    for path in DATA.iterdir():
        (folder / path.name).symlink_to(path)
    (folder / "wechat.yml").unlink()
    (folder / "wechat.yml").write_text(yaml.safe_dump({**WORDS, **changes}, allow_unicode=True), encoding="utf-8")
    return replace(settings, data_dir=folder)
