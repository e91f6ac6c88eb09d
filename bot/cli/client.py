"""Talking to the running service over REST, as any client does."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx

from bot.cli.problem import FAILED, MISUSED, CliError

if TYPE_CHECKING:
    from bot.settings import Settings

TIMEOUT_S = 30.0
LONGEST_WAIT_S = 120  # longer than the usual window of a limit: then something else is wrong


def first_key(settings: Settings) -> str:
    """A key with which this machine's own service can be asked; empty where it wants none."""
    return settings.rest_keys.partition(" ")[0].partition(":")[2]


class Assistant:
    """The assistant at `url`. CliError, with exit code 2, where nothing answers there."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(timeout=TIMEOUT_S, trust_env=False, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def say(self, sender: str, text: str) -> list[dict[str, Any]]:
        """The messages of the reply. Waits as long as the service asks for where it is asked too often."""
        for last in (False, True):
            response = self._post({"sender": sender, "message": text})
            wait = response.headers.get("Retry-After", "")
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS or last or not wait.isdigit():
                break
            time.sleep(min(int(wait), LONGEST_WAIT_S))
        return self._messages(response)

    def _post(self, body: dict[str, str]) -> httpx.Response:
        try:
            return self._http.post(f"{self._url}/webhooks/rest/webhook", json=body)
        except httpx.TimeoutException:
            raise CliError.of("slow", FAILED, url=self._url, seconds=round(TIMEOUT_S)) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise CliError.of("not_running", MISUSED, url=self._url) from None

    def _messages(self, response: httpx.Response) -> list[dict[str, Any]]:
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.status_code == httpx.codes.OK and isinstance(body, list):
            return [message for message in body if isinstance(message, dict)]
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            raise CliError.of("refused", FAILED, **{key: body["error"].get(key, "") for key in ("message", "remedy")})
        raise CliError.of("not_ours", MISUSED, url=self._url, code=response.status_code)
