"""Every kind of message and event, in every mode, over the real protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fake_rasa import FakeRasa
from wechat_parts import Edge, Phones

from bot.settings import Settings

Edges = Callable[[Settings], Edge]


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_text_is_answered_in_every_mode(
    mode: str, settings: Settings, edges: Edges, phones: Phones, rasa: FakeRasa
) -> None:
    phone = phones.official(edges(replace(settings, wechat_mode=mode)))
    shown = await phone.say("社保卡丢了怎么补")
    assert (shown.kind, shown.tries) == ("text", 1)
    assert shown.text == "您好\n\n出自《社会保障卡补领》，指南第 158 页"
    assert rasa.received == [{"sender": f"wechat:{phone.user}", "message": "社保卡丢了怎么补"}]
