from __future__ import annotations

import json
import time

import pytest

from bot.cli.client import Assistant
from bot.outcome import Act, Outcome, Source

ANSWER = Outcome(
    Act.ANSWER, "g77", "materials", quote="有效身份证件", source=Source("社会保障卡补领", 158, "某版")
).to_custom()


def test_the_answer_is_printed_with_buttons_and_where_it_stands(guidebot, project, service):
    service.says(ANSWER, "要带有效身份证件", buttons=[{"title": "办理地点", "payload": "办理地点"}])
    result = guidebot("ask", "补卡带什么", "--url", service.url)
    assert result.status == 0
    for words in ("要带有效身份证件", "1. 办理地点", "g77", "第 158 页", "申请材料"):
        assert words in result.out
    assert service.asked[0]["message"] == "补卡带什么"


def test_a_sender_continues_a_conversation(guidebot, project, service):
    service.says(ANSWER)
    guidebot("ask", "补卡", "--url", service.url, "--sender", "me")
    guidebot("ask", "补卡", "--url", service.url)
    guidebot("ask", "补卡", "--url", service.url)
    senders = [body["sender"] for body in service.asked]
    assert senders[0] == "me" and len(set(senders)) == 3


def test_json_is_the_reply_as_it_came(guidebot, project, service):
    service.says(ANSWER, "好")
    result = guidebot("ask", "补卡", "--url", service.url, "--json")
    assert json.loads(result.out) == [{"text": "好"}, {"custom": ANSWER}]


@pytest.mark.parametrize("custom", [Outcome(Act.ERROR).to_custom(), None, {"act": "nosuch"}])
def test_no_answer_is_a_failure(guidebot, project, service, custom):
    service.says(custom, "很抱歉")
    result = guidebot("ask", "补卡", "--url", service.url)
    assert result.status == 1
    assert "很抱歉" in result.out


def test_nothing_running_is_said_with_the_command_to_start(guidebot, project):
    result = guidebot("ask", "补卡", "--url", "http://127.0.0.1:1")
    assert result.status == 2
    assert "guidebot serve" in result.err


def test_the_address_is_that_of_the_settings(guidebot, project, service, monkeypatch):
    service.says(ANSWER)
    monkeypatch.setenv("GUIDEBOT_EDGE_HOST", "0.0.0.0")
    monkeypatch.setenv("GUIDEBOT_EDGE_PORT", service.url.rpartition(":")[2])
    assert guidebot("ask", "补卡").status == 0


def test_a_refusal_is_told_in_the_services_words(guidebot, project, service):
    error = {"error": {"code": "bad_sender", "message": "sender 不能用。", "remedy": "请换一个。"}}
    service.answer = lambda _: (400, {}, error)
    result = guidebot("ask", "补卡", "--url", service.url, "--sender", "a b")
    assert result.status == 1
    assert "sender 不能用。请换一个。" in result.err


def test_another_program_at_the_address_is_no_assistant(guidebot, project, service):
    service.answer = lambda _: (404, {}, "<html>")
    result = guidebot("ask", "补卡", "--url", service.url)
    assert result.status == 2
    assert "404" in result.err


def test_it_waits_as_long_as_the_service_asks(service, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    replies = iter([(429, {"Retry-After": "7"}, {}), (200, {}, [{"text": "好"}])])
    service.answer = lambda _: next(replies)
    with Assistant(service.url) as assistant:
        assert assistant.say("me", "补卡") == [{"text": "好"}]
    assert waited == [7]
