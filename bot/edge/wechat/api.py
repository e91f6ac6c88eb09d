"""The platforms' APIs through wechatpy: one access token for all workers, one word for how a call ended."""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.edge.wechat.state import Store

_TIMEOUT_S = 5.0
_TRIES = 3
_PAUSE_S = 0.3
_EARLY_S = 300  # a token is renewed so long before it ends
_LOCK_S = 15
_STALE_TOKEN = (40001, 40014, 42001)
_BUSY = (-1, 45011)  # WeChat's system is busy; too many calls this minute
_CITIZEN = (45015, 45047, 40003, 43004, 50002, 95016)  # out of time, quota used up, no such or no following user


class Sent(StrEnum):
    """How a call ended, as far as it matters for what to do next."""

    DONE = "done"
    NOT_THIS_CITIZEN = "not_this_citizen"  # the account may not write to this one now
    NOT_THIS_ACCOUNT = "not_this_account"  # the account may not write at all: no permission, address, wrong secret
    NOT_NOW = "not_now"  # no answer, an overload, or one that cannot be read


class ApiError(Exception):
    """A call that was refused: the platform's code, None where there was no answer that has one."""

    def __init__(self, code: int | None, sent: Sent) -> None:
        super().__init__(f"{sent} ({code})")
        self.code = code
        self.sent = sent


class Api:
    """Calls of one account. `base` is the API's address; every method blocks and raises ApiError or StateError."""

    def __init__(self, token_url: str, token_query: Mapping[str, str], base: str, store: Store, account: str) -> None:
        self._client = _Client(f"{base}/cgi-bin/")
        self._token_url = f"{base}/cgi-bin/{token_url}"
        self._token_query = dict(token_query)
        self._store = store
        self._name = f"token:{account}"
        if urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1"):
            self._client.direct()

    def post(self, path: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """What the API answers to `data` at `path`. Renews a stale token once, and asks a busy API again."""
        renewed = False
        for last in (False,) * (_TRIES - 1) + (True,):
            token = self._token()
            try:
                return self._client.call(path, token, dict(data))
            except WeChatClientException as error:
                code = error.errcode
                if code in _STALE_TOKEN and not renewed:
                    renewed = True
                    self._renew(stale=token)
                elif code not in _BUSY or last:
                    raise _refused(code) from None
                else:
                    time.sleep(_PAUSE_S)
            except requests.ConnectionError as error:
                if last or isinstance(error, requests.Timeout):  # it may have arrived: never sent twice
                    raise ApiError(None, Sent.NOT_NOW) from None
                time.sleep(_PAUSE_S)
            except (requests.RequestException, ValueError):
                raise ApiError(None, Sent.NOT_NOW) from None
        raise ApiError(None, Sent.NOT_NOW)

    def _token(self) -> str:
        return self._store.get(self._name) or self._renew(stale=None)

    def _renew(self, stale: str | None) -> str:
        """A token that is not `stale`: another worker's if one renews it already, else a new one."""
        lock = f"{self._name}:lock"
        for _ in range(round(_LOCK_S / _PAUSE_S)):
            token = self._store.get(self._name)
            if token and token != stale:
                return token
            if self._store.add(lock, "1", _LOCK_S):
                try:
                    token = self._store.get(self._name)  # another may have renewed it between the two lines above
                    return token if token and token != stale else self._fetch()
                finally:
                    self._store.drop(lock)
            time.sleep(_PAUSE_S)
        raise ApiError(None, Sent.NOT_NOW)

    def _fetch(self) -> str:
        try:
            body = self._client.plain_get(self._token_url, self._token_query)
            token, seconds = body.get("access_token"), float(body.get("expires_in") or 7200)
        except (requests.RequestException, ValueError, AttributeError, TypeError):
            raise ApiError(None, Sent.NOT_NOW) from None  # the error's own words hold the secret
        if not isinstance(token, str) or not token:
            code = body.get("errcode")
            raise _refused(code if isinstance(code, int) else None)
        self._store.put(self._name, token, max(1.0, seconds - _EARLY_S if seconds > 2 * _EARLY_S else seconds / 2))
        return token


def wechat_api(base: str, app_id: str, secret: str, store: Store) -> Api:
    """The Official Account's API."""
    query = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    return Api("token", query, base, store, f"wechat:{app_id}")


def wecom_api(base: str, corp_id: str, secret: str, store: Store) -> Api:
    """企业微信's API, for the application whose secret it is."""
    return Api("gettoken", {"corpid": corp_id, "corpsecret": secret}, base, store, f"wecom:{corp_id}")


def _refused(code: int | None) -> ApiError:
    if code in _BUSY or code is None:
        return ApiError(code, Sent.NOT_NOW)
    return ApiError(code, Sent.NOT_THIS_CITIZEN if code in _CITIZEN else Sent.NOT_THIS_ACCOUNT)


class _Client(WeChatClient):
    """wechatpy's client with our address and token: its own names WeChat's address, and keeps a token to itself."""

    def __init__(self, base: str) -> None:
        super().__init__("", "", timeout=_TIMEOUT_S, auto_retry=False)
        self.API_BASE_URL = base

    def direct(self) -> None:
        """Ask without a proxy, as for this very machine."""
        self._http.trust_env = False

    def call(self, path: str, token: str, data: dict[str, Any]) -> dict[str, Any]:
        """The JSON object of an answer; ValueError for anything else, WeChatClientException where it refuses."""
        result = self.post(path, data=data, params={"access_token": token})
        if not isinstance(result, dict):
            raise ValueError("no JSON object")
        return result

    def plain_get(self, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        """The JSON of an answer to a call that needs no token."""
        response = self._http.get(url, params=dict(query), timeout=_TIMEOUT_S)
        response.raise_for_status()
        result: dict[str, Any] = response.json()
        return result
