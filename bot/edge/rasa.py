"""The one way to Rasa: a message goes in, a checked reply comes out, or an error that names its cause."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bot.edge.metrics import RASA_SECONDS, WAITING
from bot.logs import HEADER, current_request
from bot.outcome import Outcome, OutcomeError, outcome_of
from bot.trace import Trace, trace_of

_AT_ONCE = 8  # a few more than cores: 200 widgets at once, each with two messages, all got their answers
_QUEUE_S = 30.0  # since the message came; with the time of a turn it is less than the widget waits
# Rasa's server closes a connection that is idle for 5 s: ours must be gone before, or a message meets a closed door.
_KEEP_ALIVE_S = 3.0


class RasaError(Exception):
    """No usable reply; `cause` is one word for the journal: unreachable, slow, status_500, not_json, …"""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True)
class Message:
    """One message of a reply: a text, with buttons or without."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reply:
    """What a turn came to and the texts that say so, in order; `outcome` belongs to no text in particular.

    `turn` is its number in the journal, None where nothing was written; `trace` is for the journal alone.
    """

    outcome: Outcome
    messages: tuple[Message, ...]
    turn: int | None = None
    trace: Trace | None = None

    def to_rest(self, recipient: str) -> list[dict[str, Any]]:
        """The reply as Rasa's list of messages; the last one carries the outcome under `custom`."""
        rest: list[dict[str, Any]] = []
        for message in self.messages:
            item: dict[str, Any] = {"recipient_id": recipient, "text": message.text}
            if message.buttons:
                item["buttons"] = [{"title": title, "payload": payload} for title, payload in message.buttons]
            rest.append(item)
        return [*rest, {"recipient_id": recipient, "custom": self.outcome.to_custom()}]

    def to_widget(self) -> dict[str, Any]:
        """The reply as the widget gets it: texts and outcome apart."""
        messages = [
            {"text": one.text, "buttons": [{"title": title, "payload": payload} for title, payload in one.buttons]}
            for one in self.messages
        ]
        return {"messages": messages, "outcome": self.outcome.to_custom()}


def internal_headers(key: str) -> dict[str, str]:
    """What shows the processes behind the edge that it is the edge who asks."""
    return {"Authorization": f"Bearer {key}"} if key else {}


def http_client() -> httpx.AsyncClient:
    """A client for the private network: connections kept, and no proxy from the environment in between."""
    limits = httpx.Limits(max_connections=200, keepalive_expiry=_KEEP_ALIVE_S)
    return httpx.AsyncClient(limits=limits, timeout=None, trust_env=False, follow_redirects=False)


class Rasa:
    """Rasa's REST channel at `url`; a reply that takes more than `timeout_s` in all counts as none.

    Few messages are asked at once, the others wait here: given all of a crowd at once, Rasa answers each of them
    too late, and goes on working on what nobody waits for any more.
    """

    def __init__(self, http: httpx.AsyncClient, url: str, timeout_s: float, key: str = "") -> None:
        self._headers = internal_headers(key)
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._http = http
        self._url = f"{url}/webhooks/rest/webhook"
        self._timeout_s = timeout_s

    async def reply(self, sender: str, text: str, waited_s: float = 0.0) -> Reply:
        """What Rasa answers `sender`. RasaError where it does not, or not with exactly one valid outcome.

        `waited_s` is how long the message has waited already.
        """
        try:
            with WAITING.track_inprogress():
                async with asyncio.timeout(max(0.0, _QUEUE_S - waited_s)):
                    await self._places.acquire()
        except TimeoutError:
            raise RasaError("crowded") from None
        try:
            with RASA_SECONDS.time():
                return await self._ask(sender, text)
        finally:
            self._places.release()

    async def _ask(self, sender: str, text: str) -> Reply:
        headers = {**self._headers, HEADER: current_request() or ""}
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._http.post(self._url, json={"sender": sender, "message": text}, headers=headers)
        except TimeoutError:
            raise RasaError("slow") from None
        except httpx.HTTPError as error:
            raise RasaError("unreachable") from error
        if response.status_code != httpx.codes.OK:
            raise RasaError(f"status_{response.status_code}")
        return _reply_in(_json_of(response))


def _json_of(response: httpx.Response) -> object:
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        raise RasaError("not_json") from error


def _reply_in(body: object) -> Reply:
    if not isinstance(body, list) or not all(isinstance(item, Mapping) for item in body):
        raise RasaError("not_messages")
    if not body:
        raise RasaError("empty")  # what Rasa answers, with 200, where it failed inside
    try:
        outcome = outcome_of(body)
    except OutcomeError as error:
        raise RasaError("no_outcome") from error
    messages = (_message_in(item) for item in body)
    return Reply(outcome, tuple(message for message in messages if message is not None), trace=trace_of(body))


def _message_in(item: Mapping[str, Any]) -> Message | None:
    text, buttons = item.get("text"), item.get("buttons")
    if not isinstance(text, str) or not text.strip():
        return None
    listed: Sequence[Any] = buttons if isinstance(buttons, list) else []
    return Message(text, tuple(button for button in map(_button_in, listed) if button is not None))


def _button_in(item: object) -> tuple[str, str] | None:
    if not isinstance(item, Mapping):
        return None
    title, payload = item.get("title"), item.get("payload")
    return (title, payload) if isinstance(title, str) and isinstance(payload, str) and title and payload else None
