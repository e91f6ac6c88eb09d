"""What an action replies is held to Rasa's schema as before, without that schema being checked each time."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.components.action_replies import check_schema_once

GOOD = {"events": [{"event": "slot", "name": "memory", "value": {"guide": "g01"}}], "responses": [{"text": "好"}]}


@pytest.fixture
def action() -> RemoteAction:
    """One of a Rasa in which that was arranged, for the time of a test."""
    with patch.object(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result):
        check_schema_once()
        yield RemoteAction("action_answer", None)


def test_a_good_reply_passes(action: RemoteAction) -> None:
    assert action._validate_action_result(GOOD) is True


@pytest.mark.parametrize("bad", [[], {"events": "none"}, {"events": [{"event": 3}]}, {"responses": ["好"]}, None])
def test_a_bad_one_is_refused_as_by_rasa(action: RemoteAction, bad: Any) -> None:
    with pytest.raises(ValidationError):
        action._validate_action_result(bad)


def test_what_is_wrong_is_looked_for_only_where_something_is(action: RemoteAction) -> None:
    with patch("bot.components.action_replies.best_match", side_effect=AssertionError):
        assert action._validate_action_result(GOOD) is True


def test_the_schema_itself_is_not_checked_again(action: RemoteAction) -> None:
    with patch("jsonschema.validators.Draft202012Validator.check_schema", side_effect=AssertionError):
        action._validate_action_result(GOOD)
