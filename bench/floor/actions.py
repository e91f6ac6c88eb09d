"""The floor's only action."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionConstant(Action):
    """Says the same to everything."""

    def name(self) -> str:
        return "action_constant"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(text="您好，请带身份证到社保窗口办理。")
        dispatcher.utter_message(json_message={"act": "chitchat"})
        return []
