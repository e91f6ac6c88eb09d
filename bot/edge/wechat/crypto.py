"""Signing, sealing and opening as WeChat and 企业微信 do: SHA-1 over sorted strings, AES-256-CBC, PKCS#7 to 32.

wechatpy's own check compares with `!=`, trusts the padding, and fails with whatever error a broken text leads to:
here signatures are compared in constant time, every field is checked, and there is one error without details.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from wechatpy.crypto.cryptography import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder

_RANDOM_BYTES = 16
_AES_BLOCK = 16
_PADDED_TO = 32


class NotGenuine(Exception):
    """A signature that does not fit, or a text that was not sealed with our key for us; never says which."""


def signature(*parts: str) -> str:
    """The SHA-1 signature of `parts` (token, timestamp, nonce and, for sealed messages, the sealed text)."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogatepass")).hexdigest()


def check_signature(given: str, *parts: str) -> None:
    """NotGenuine unless `given` is the signature of `parts`; takes the same time for every wrong one."""
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), signature(*parts).encode()):
        raise NotGenuine


class Seal:
    """Seals and opens texts with the 43 characters of an EncodingAESKey for `receiver` (AppID or CorpID)."""

    def __init__(self, aes_key: str, receiver: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        self._receiver = receiver.encode()

    def seal(self, text: str) -> str:
        """`text`, sealed: random bytes, length, text and receiver, padded, encrypted, in base64."""
        content = text.encode()
        packed = secrets.token_bytes(_RANDOM_BYTES) + struct.pack(">I", len(content)) + content + self._receiver
        return base64.b64encode(WeChatCipher(self._key).encrypt(PKCS7Encoder.encode(packed))).decode()

    def open(self, sealed: str) -> str:
        """The text in `sealed`. NotGenuine where anything about it is not as it must be."""
        try:
            encrypted = base64.b64decode(sealed.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise NotGenuine from error
        if not encrypted or len(encrypted) % _AES_BLOCK:
            raise NotGenuine
        packed = _unpadded(WeChatCipher(self._key).decrypt(encrypted))[_RANDOM_BYTES:]
        if len(packed) < 4:
            raise NotGenuine
        end = 4 + int(struct.unpack(">I", packed[:4])[0])
        if not hmac.compare_digest(packed[end:], self._receiver):
            raise NotGenuine
        try:
            return packed[4:end].decode()
        except UnicodeDecodeError as error:
            raise NotGenuine from error


def _unpadded(data: bytes) -> bytes:
    count = data[-1]
    if not 1 <= count <= _PADDED_TO or data[-count:] != bytes([count]) * count:
        raise NotGenuine
    return data[:-count]
