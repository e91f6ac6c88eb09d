"""Settings come from the environment, and a typing error never runs as a default."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.settings import SETTINGS_HELP, Settings, SettingsError, variable_name


def test_nothing_set_is_the_documented_service() -> None:
    settings = Settings.from_env({"PATH": "/usr/bin"})
    assert settings == Settings()
    assert (settings.rasa_url, settings.edge_port, settings.turn_timeout_s) == (
        "http://127.0.0.1:5005",
        8000,
        10.0,
    )
    assert (settings.hotline, settings.consult_phone) == ("12333", "0631-5198106")


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("GUIDEBOT_RASA_URL", "https://rasa.internal:5005/", "rasa_url", "https://rasa.internal:5005"),
        ("GUIDEBOT_EDGE_PORT", " 80 ", "edge_port", 80),
        ("GUIDEBOT_TURN_TIMEOUT_S", "2.5", "turn_timeout_s", 2.5),
        ("GUIDEBOT_RATE_LIMIT", "5/second", "rate_limit", "5/second"),
        (
            "GUIDEBOT_DATABASE_URL",
            "postgresql+psycopg2://u:p@db/bot",
            "database_url",
            "postgresql+psycopg2://u:p@db/bot",
        ),
        ("GUIDEBOT_INDEX_DIR", "/srv/index", "index_dir", Path("/srv/index")),
        ("GUIDEBOT_ENCODER", "BAAI/bge-small-zh-v1.5", "encoder", "BAAI/bge-small-zh-v1.5"),
        ("GUIDEBOT_LOG_LEVEL", "DEBUG", "log_level", "debug"),
        ("GUIDEBOT_EDGE_PORT", "", "edge_port", 8000),
    ],
)
def test_a_variable_sets_its_field(name: str, value: str, field: str, expected: object) -> None:
    assert getattr(Settings.from_env({name: value}), field) == expected


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("GUIDEBOT_RASA_URL", "localhost:5005", "http://"),
        ("GUIDEBOT_RASA_URL", "http://", "http://"),
        ("GUIDEBOT_EDGE_PORT", "eighty", "65535"),
        ("GUIDEBOT_EDGE_PORT", "0", "65535"),
        ("GUIDEBOT_TURN_TIMEOUT_S", "nan", "300"),
        ("GUIDEBOT_TURN_TIMEOUT_S", "0", "300"),
        ("GUIDEBOT_MAX_MESSAGE_CHARS", "-1", "10000"),
        ("GUIDEBOT_RATE_LIMIT", "60", "60/minute"),
        ("GUIDEBOT_RATE_LIMIT", "0/minute", "60/minute"),
        ("GUIDEBOT_HOTLINE", "call us", "数字"),
        ("GUIDEBOT_DATABASE_URL", "mysql://h/x", "sqlite:///"),
        ("GUIDEBOT_LOG_LEVEL", "loud", "debug、info"),
        ("GUIDEBOT_EDGE_HOST", "a b", "IP"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: value})
    assert f"环境变量 {name} 的值“{value}”不能用" in str(caught.value)
    assert allowed in str(caught.value)


def test_an_unknown_variable_is_refused_with_the_likely_one() -> None:
    with pytest.raises(SettingsError, match=r"不认识环境变量 GUIDEBOT_EDGEPORT。是不是要写 GUIDEBOT_EDGE_PORT？"):
        Settings.from_env({"GUIDEBOT_EDGEPORT": "8000"})
    with pytest.raises(SettingsError, match="guidebot_hotline"):
        Settings.from_env({"guidebot_hotline": "12345"})


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"GUIDEBOT_NO": "1", "GUIDEBOT_EDGE_PORT": "x", "GUIDEBOT_HOTLINE": "y"})
    assert len(str(caught.value).splitlines()) == 3


def test_a_password_is_shown_nowhere() -> None:
    url = "mysql://bot:hunter2@db/journal"
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"GUIDEBOT_DATABASE_URL": url})
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(Settings(database_url="postgresql://bot:hunter2@db/journal"))


WECHAT = {"WECHAT_TOKEN": "token", "WECHAT_APP_ID": "wx2c2769f8efd9abc2", "WECHAT_AES_KEY": "a" * 43}


def test_the_platforms_settings_carry_the_platforms_names() -> None:
    settings = Settings.from_env({**WECHAT, "WECHAT_CUSTOMER_SERVICE": "on", "WECHAT_APP_SECRET": "s"})
    assert (settings.wechat_token, settings.wechat_mode, settings.wechat_customer_service) == ("token", "safe", True)
    with pytest.raises(SettingsError, match="WECHAT_APPID。是不是要写 WECHAT_APP_ID？"):
        Settings.from_env({"WECHAT_APPID": "wx1"})


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"WECHAT_TOKEN": "token"}, ["WECHAT_APP_ID", "WECHAT_AES_KEY"]),
        ({"WECHAT_TOKEN": "token", "WECHAT_MODE": "plain"}, ["WECHAT_APP_ID"]),
        ({"WECHAT_APP_ID": "wx123456"}, ["WECHAT_TOKEN", "WECHAT_AES_KEY"]),
        ({**WECHAT, "WECHAT_CUSTOMER_SERVICE": "on"}, ["WECHAT_APP_SECRET"]),
        ({"WECOM_TOKEN": "token"}, ["WECOM_CORP_ID", "WECOM_AES_KEY"]),
    ],
)
def test_a_channel_set_in_part_does_not_start(given: dict[str, str], lacking: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(given)
    assert str(caught.value).splitlines() == [f"接微信还缺环境变量 {name}。" for name in lacking]


@pytest.mark.parametrize("name", ["WECHAT_TOKEN", "WECHAT_AES_KEY", "WECOM_TOKEN", "WECOM_AES_KEY", "GUIDEBOT_SECRET"])
def test_a_secret_is_shown_nowhere(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: "ab-secret"})
    assert "ab-secret" not in str(caught.value)
    assert name in str(caught.value)
    secrets = {"secret", "wechat_token", "wechat_app_secret", "wechat_aes_key", "wecom_secret", "redis_url"}
    assert not [item for item in secrets if f"{item}=" in repr(Settings())]


def test_every_field_has_a_line_of_help() -> None:
    names = [variable_name(item.name) for item in dataclasses.fields(Settings)]
    assert list(SETTINGS_HELP) == names
    assert all(line.strip() and "\n" not in line for line in SETTINGS_HELP.values())


@pytest.mark.parametrize(
    "value", ["0123456789abcdef", "Hall:0123456789abcdef", "hall:short", "a:0123456789abcdef a:1123456789abcdef"]
)
def test_keys_of_clients_are_named_long_and_each_its_own(value: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_env({"GUIDEBOT_REST_KEYS": value})
    assert value not in str(error.value)
