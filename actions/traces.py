"""Telling the journal how a turn was understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.shared import Shared
from bot.trace import Trace
from index.engine import Scores


def tell(say: CollectingDispatcher, shared: Shared, message: Mapping[str, Any], scores: Scores) -> None:
    """Send the scores along with the reply; the edge keeps them and shows them to nobody."""
    intent = (message.get("intent") or {}).get("name")
    trace = Trace.of(scores.guides, scores.out_of_scope, scores.topicless, intent, shared.settings.release)
    say.utter_message(json_message=trace.to_custom())
