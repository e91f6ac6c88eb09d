"""The service's settings: one frozen object, read once from GUIDEBOT_*, WECHAT_* and WECOM_* environment variables.

An unknown name or a bad value stops the start with a message in Chinese that names the variable,
its value and what is allowed, so that a typing error never runs as a default.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import values

PREFIX = "GUIDEBOT_"
OWN_PREFIXES = ("WECHAT_", "WECOM_")  # fields of these channels carry the platform's name instead
WECHAT_MODES = ("plain", "compatible", "safe")
_PASSWORD = re.compile(r"://[^@/]*@")


class SettingsError(ValueError):
    """Settings that cannot be used; the message is for the operator, in Chinese, one problem a line."""


def _about(help_text: str, allowed: str, parse: Callable[[str], Any], secret: bool = False) -> dict[str, Any]:
    """What an operator needs to know about a field; `parse` raises ValueError on a bad value, never shown if secret."""
    return {"help": help_text, "allowed": allowed, "parse": parse, "secret": secret}


def _optional(help_text: str, allowed: str, parse: Callable[[str], Any], secret: bool = False) -> Any:
    """A field that is empty where nobody sets it."""
    return field(default="", repr=not secret, metadata=_about(help_text, allowed, parse, secret))


_URL_RULE = "http:// 或 https:// 开头的地址"
_RATE_RULE = "“次数/单位”，单位为 second、minute、hour、day 之一，例如 60/minute"
_TOKEN_RULE = "3 到 32 位字母和数字，与微信后台填的一致"
_APP_ID_RULE = "微信后台给的编号"
_SECRET_RULE = "微信后台给的密钥"
_AES_RULE = "43 位字母和数字，与微信后台填的一致"
_SWITCH_RULE = "on 或 off"
_ADDRESS_RULE = "主机:端口，例如 127.0.0.1:9464"
_PHONE_RULE = "数字和连字符组成的电话号码，例如 0631-5198106"


@dataclass(frozen=True)
class Settings:
    """Everything an operator can set. Paths are relative to the working directory, times in seconds."""

    rasa_url: str = field(
        default="http://127.0.0.1:5005", metadata=_about("Rasa 服务的内部地址", _URL_RULE, values.http_url)
    )
    actions_url: str = field(
        default="http://127.0.0.1:5055", metadata=_about("动作服务的内部地址", _URL_RULE, values.http_url)
    )
    console_url: str = field(
        default="http://127.0.0.1:8010",
        metadata=_about("审阅台的内部地址", "http:// 或 https:// 开头的地址；off 是不开审阅台", values.url_or_off),
    )
    edge_host: str = field(
        default="127.0.0.1", metadata=_about("对外服务监听的地址", "主机名或 IP 地址", values.matching(values.HOST))
    )
    edge_port: int = field(
        default=8000, metadata=_about("对外服务监听的端口", "1 到 65535 的整数", values.whole_number(1, 65535))
    )
    database_url: str = field(
        default="sqlite:///build/journal.db",
        repr=False,  # may hold a password
        metadata=_about(
            "消息日志所在的数据库", "sqlite:///文件 或 postgresql://用户:密码@主机/库", values.database_url
        ),
    )
    journal_days: int = field(
        default=365,
        metadata=_about("消息日志保留多少天，0 是一直保留", "0 到 36500 的整数", values.whole_number(0, 36_500)),
    )
    release: str = _optional(
        "用哪个发布版，不设就用已发布的；还没发布过就用刚训练的",
        "guidebot release list 列出的编号",
        values.matching(values.RELEASE),
    )
    turn_timeout_s: float = field(
        default=10.0, metadata=_about("一次问答最多等多少秒", "大于 0、不超过 300 的秒数", values.seconds)
    )
    max_message_chars: int = field(
        default=500, metadata=_about("一条消息最多多少字", "1 到 10000 的整数", values.whole_number(1, 10_000))
    )
    max_body_bytes: int = field(
        default=16_384,
        metadata=_about("一个请求最多多少字节", "256 到 1048576 的整数", values.whole_number(256, 1_048_576)),
    )
    rate_limit: str = field(
        default="60/minute", metadata=_about("每个会话的发送频率上限", _RATE_RULE, values.matching(values.RATE))
    )
    address_rate_limit: str = field(
        default="600/minute",
        metadata=_about("每个来源地址的发送频率上限，本机不计", _RATE_RULE, values.matching(values.RATE)),
    )
    rest_keys: str = _optional(
        "REST 接口的接入密钥，不设就谁都能用",
        "空格隔开的“名字:密钥”，名字是小写字母、数字、连字符，密钥至少 16 个字符",
        values.rest_keys,
        secret=True,
    )
    key_rate_limit: str = field(
        default="6000/minute",
        metadata=_about("每个接入密钥的发送频率上限", _RATE_RULE, values.matching(values.RATE)),
    )
    hotline: str = field(
        default="12333", metadata=_about("答不了时告诉群众的热线", _PHONE_RULE, values.matching(values.PHONE))
    )
    consult_phone: str = field(
        default="0631-5198106", metadata=_about("本地咨询电话", _PHONE_RULE, values.matching(values.PHONE))
    )
    supervision_phone: str = field(
        default="0631-5198107", metadata=_about("本地监督电话", _PHONE_RULE, values.matching(values.PHONE))
    )
    encoder: str = field(
        default="",
        metadata=_about("句向量模型，不设就用随包的 e5", "sentence-transformers 模型名或目录", str),
    )
    index_dir: Path = field(default=Path("index/build"), metadata=_about("检索索引所在目录", "目录路径", Path))
    guides_dir: Path = field(default=Path("guides"), metadata=_about("办事指南所在目录", "目录路径", Path))
    data_dir: Path = field(default=Path("data"), metadata=_about("问法与话术所在目录", "目录路径", Path))
    secret: str = field(
        default="",
        repr=False,
        metadata=_about(
            "网页会话和网页链接签名用的密钥，不设就用密钥文件里的", "至少 16 个字符", values.long_enough, secret=True
        ),
    )
    secret_file: Path = field(
        default=Path("build/secret"), metadata=_about("密钥文件，没有就自动生成一个", "文件路径", Path)
    )
    internal_key: str = _optional(
        "三个进程互相证明身份的钥匙，不设就由签名用的密钥算出", "至少 16 个字符", values.long_enough, secret=True
    )
    metrics: str = _optional(
        "对外服务给 Prometheus 的指标所在的内部地址，不设就不开", _ADDRESS_RULE, values.matching(values.ADDRESS)
    )
    allowed_origins: str = _optional(
        "可以嵌入助手的网站，不设就只有自己",
        "空格隔开的来源，例如 https://www.example.gov.cn；沙箱框架写 null",
        values.origins,
    )
    notice_file: Path = field(
        default=Path("data/notice.txt"), metadata=_about("网页顶部的通知，没有这个文件就不显示", "文本文件路径", Path)
    )
    log_level: str = field(
        default="info", metadata=_about("运行日志的详细程度", "、".join(values.LOG_LEVELS) + " 之一", values.log_level)
    )
    clock: datetime | None = field(
        default=None,
        metadata=_about("助手以为现在是几时，只在试用时设", "北京时间，例如 2026-10-01 10:30", values.moment),
    )
    public_url: str = _optional("群众打开网页用的网址，微信里的链接要用", _URL_RULE, values.http_url)
    redis_url: str = _optional(
        "几个 edge 一起排队、限速的 Redis，也放微信的共享状态；只有一个 edge 时不用设",
        "redis://主机:端口/库",
        values.redis_url,
        secret=True,
    )
    wechat_token: str = _optional(
        "公众号的 Token，不设就不接公众号", _TOKEN_RULE, values.matching(values.TOKEN), secret=True
    )
    wechat_app_id: str = _optional("公众号的 AppID", _APP_ID_RULE, values.matching(values.APP_ID))
    wechat_app_secret: str = _optional("公众号的 AppSecret，建菜单、发客服消息要用", _SECRET_RULE, str, secret=True)
    wechat_aes_key: str = _optional("公众号的 EncodingAESKey", _AES_RULE, values.matching(values.AES_KEY), secret=True)
    wechat_mode: str = field(
        default="safe",
        metadata=_about("公众号的消息加解密方式", "、".join(WECHAT_MODES) + " 之一", values.one_of(*WECHAT_MODES)),
    )
    wechat_api_base: str = field(
        default="https://api.weixin.qq.com", metadata=_about("公众号接口的地址", _URL_RULE, values.http_url)
    )
    wechat_customer_service: bool = field(
        default=False, metadata=_about("公众号有没有发客服消息的权限", _SWITCH_RULE, values.switch)
    )
    wechat_transfer: bool = field(
        default=False, metadata=_about("转人工时是否交给公众号客服", _SWITCH_RULE, values.switch)
    )
    wechat_wait_s: float = field(
        default=5.0, metadata=_about("微信等一次回复的秒数，只在试用时改", "大于 0、不超过 300 的秒数", values.seconds)
    )
    wecom_token: str = _optional(
        "企业微信的 Token，不设就不接", _TOKEN_RULE, values.matching(values.TOKEN), secret=True
    )
    wecom_corp_id: str = _optional("企业微信的企业 ID", _APP_ID_RULE, values.matching(values.APP_ID))
    wecom_agent_id: str = _optional("企业微信应用的 AgentId，主动发消息要用", "数字", values.matching(values.NUMBER))
    wecom_secret: str = _optional("企业微信应用的 Secret，主动发消息要用", _SECRET_RULE, str, secret=True)
    wecom_aes_key: str = _optional(
        "企业微信应用的 EncodingAESKey", _AES_RULE, values.matching(values.AES_KEY), secret=True
    )
    wecom_api_base: str = field(
        default="https://qyapi.weixin.qq.com", metadata=_about("企业微信接口的地址", _URL_RULE, values.http_url)
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """The settings in `environ`; a variable that is absent or empty keeps its default.

        Raises SettingsError naming every unknown GUIDEBOT_* variable and every bad value at once.
        """
        known = {variable_name(item.name): item for item in fields(cls)}
        problems = [_unknown(name, known) for name in sorted(environ) if _is_stray(name, known)]
        values: dict[str, Any] = {}
        for name, item in known.items():
            value = environ.get(name, "").strip()
            if not value:
                continue
            try:
                values[item.name] = item.metadata["parse"](value)
            except (ValueError, KeyError):
                problems.append(_bad_value(name, value, item))
        problems = problems or _lacking(cls(**values))
        if problems:
            raise SettingsError("\n".join(problems))
        return cls(**values)


def variable_name(name: str) -> str:
    """The environment variable of a field: `rasa_url` → `GUIDEBOT_RASA_URL`, `wechat_token` → `WECHAT_TOKEN`."""
    return name.upper() if name.upper().startswith(OWN_PREFIXES) else PREFIX + name.upper()


SETTINGS_HELP: Mapping[str, str] = {
    variable_name(item.name): f"{item.metadata['help']}（{item.metadata['allowed']}）" for item in fields(Settings)
}
"""Each environment variable with a line on what it is for and what it may hold."""


def _is_stray(name: str, known: Mapping[str, object]) -> bool:
    return name.upper().startswith((PREFIX, *OWN_PREFIXES)) and name not in known


def _lacking(settings: Settings) -> list[str]:
    """What a channel that is set in part lacks: it must not run without its verification."""
    wechat = ("wechat_token", "wechat_app_id", "wechat_aes_key")
    wecom = ("wecom_token", "wecom_corp_id", "wecom_aes_key")
    rules = (
        (wechat, wechat if settings.wechat_mode != "plain" else wechat[:2]),
        (wecom, wecom),
        (("wechat_customer_service", "wechat_transfer"), ("wechat_token", "wechat_app_secret")),
    )
    lacking = [
        name
        for given, needed in rules
        if any(getattr(settings, one) for one in given)
        for name in needed
        if not getattr(settings, name)
    ]
    return [f"接微信还缺环境变量 {variable_name(name)}。" for name in dict.fromkeys(lacking)]


def _unknown(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1)
    hint = f"是不是要写 {near[0]}？" if near else ""
    return f"不认识环境变量 {name}。{hint}可用的有：{'、'.join(known)}。"


def _bad_value(name: str, value: str, item: Field[Any]) -> str:
    shown = "***" if item.metadata["secret"] else _PASSWORD.sub("://***@", value)
    return f"环境变量 {name} 的值“{shown}”不能用，允许的是：{item.metadata['allowed']}。"
