"""Signatures and sealed messages: the examples of WeChat's and 企业微信's documents open, and nothing else does."""

from __future__ import annotations

import base64
import secrets
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechat_parts import AES_KEY, APP_ID
from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto.cryptography import WeChatCipher

from bot.edge.wechat.crypto import NotGenuine, Seal, check_signature, signature
from bot.edge.wechat.messages import read_xml, received

# WeChat, 消息加解密接入指引, sample code
WECHAT_SEALED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B"
    "5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA91"
    "2xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6Oewpus"
    "jZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)
# 企业微信, 加解密方案说明, sample code
WECOM_KEY, WECOM_CORP, WECOM_TOKEN = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7", "QDG6eK"
WECOM_ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
WECOM_SEALED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSU"
    "XxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZi"
    "qATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22"
    "Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def test_wechat_s_example_opens() -> None:
    check_signature("5d197aaffba7e9b25a30732f161a50dee96bd5fa", "spamtest", "1409735669", "1320562132", WECHAT_SEALED)
    message = received(read_xml(Seal(AES_KEY, APP_ID).open(WECHAT_SEALED)))
    assert (message.to, message.user) == ("gh_10f6c3c3ac5a", "oyORnuP8q7ou2gfYjqLzSIWZf0rs")
    assert (message.type, message.id, message.created) == ("text", "6054768590064713728", 1409735668)
    assert message.fields["Content"] == "abcdteT"


def test_wecom_s_example_opens() -> None:
    check_signature("477715d11cdb4164915debcba66cb864d751f3e6", WECOM_TOKEN, "1409659813", "1372623149", WECOM_SEALED)
    message = received(read_xml(Seal(WECOM_KEY, WECOM_CORP).open(WECOM_SEALED)))
    assert (message.user, message.type, message.id) == ("mycreate", "text", "4561255354251345929")
    assert message.fields["Content"] == "hello"
    assert message.fields["AgentID"] == "218"


def test_wecom_s_example_of_entering_an_address_opens() -> None:
    check_signature("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", WECOM_TOKEN, "1409659589", "263014780", WECOM_ECHO)
    assert Seal(WECOM_KEY, WECOM_CORP).open(WECOM_ECHO) == "1616140317555161061"


def test_wechat_s_example_of_entering_an_address_has_its_signature() -> None:
    assert signature("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"


@given(st.text(max_size=600))
def test_what_is_sealed_opens_here_and_by_wechatpy(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    seal = Seal(AES_KEY, APP_ID)
    sealed = seal.seal(text)
    assert seal.open(sealed) == text
    stamp, nonce = "1409735669", "1"
    theirs = WeChatCrypto("t", AES_KEY, APP_ID)
    envelope = {"Encrypt": sealed}
    assert theirs.decrypt_message(envelope, signature("t", stamp, nonce, sealed), stamp, nonce) == text


def test_a_seal_for_another_account_does_not_open() -> None:
    with pytest.raises(NotGenuine):
        Seal(AES_KEY, "wx0000000000000000").open(Seal(AES_KEY, APP_ID).seal("您好"))


@pytest.mark.parametrize("padding", [b"", b"\0" * 16, b"\x21" * 16, b"\x05" * 6 + b"\x10" * 10, b"\xff" * 16])
def test_wrong_padding_does_not_open(padding: bytes) -> None:
    content = "您好".encode()
    packed = secrets.token_bytes(16) + struct.pack(">I", len(content)) + content + APP_ID.encode()
    packed += b"x" * (-(len(packed) + len(padding)) % 16) + padding
    key = base64.b64decode(AES_KEY + "=")
    with pytest.raises(NotGenuine):
        Seal(AES_KEY, APP_ID).open(base64.b64encode(WeChatCipher(key).encrypt(packed)).decode())


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode())))
def test_whatever_else_there_is_does_not_open(sealed: str) -> None:
    with pytest.raises(NotGenuine):
        Seal(AES_KEY, APP_ID).open(sealed)


@pytest.mark.parametrize("given_signature", ["", "0" * 40, "Ä" * 40, "5D197AAFFBA7E9B25A30732F161A50DEE96BD5FA"])
def test_another_signature_is_none(given_signature: str) -> None:
    with pytest.raises(NotGenuine):
        check_signature(given_signature, "spamtest", "1409735669", "1320562132", WECHAT_SEALED)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(
        "bot.edge.wechat.crypto.hmac.compare_digest", lambda one, other: compared.append((one, other)) or one == other
    )
    check_signature(signature("a", "b"), "a", "b")
    assert compared == [(signature("a", "b").encode(), signature("a", "b").encode())]
