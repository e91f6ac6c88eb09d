"""Responses of the model that a turn began with: Rasa keeps one set for all, and puts another in it in mid-turn."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

Responses = dict[str, list[dict[str, Any]]]
MARK = "utter_model"  # bot.learn.model's: by this response a domain is known
_KEPT = 2


class ResponsesOfModel(TemplatedNaturalLanguageGenerator):
    """Says what an action asks for in the words of the model that the action was called by."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        self._known: dict[str, Responses] = {}
        super().__init__(domain.responses if domain else {})

    @property
    def responses(self) -> Responses:
        """Those of the newest model; Rasa sets them whenever it has loaded one."""
        return next(reversed(self._known.values()), {})

    @responses.setter
    def responses(self, responses: Responses) -> None:
        mark = mark_of(responses)
        self._known.pop(mark, None)
        self._known[mark] = responses
        for old in list(self._known)[:-_KEPT]:
            del self._known[old]

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The response, filled. A rule's own comes with its domain's responses, an action's with the model's mark."""
        own = kwargs.pop("domain_responses", None) or self._known.get(kwargs.pop("mark", ""), self.responses)
        plain = TemplatedNaturalLanguageGenerator(own)
        said: dict[str, Any] | None = await plain.generate(utter_action, tracker, output_channel, **kwargs)
        return said


def mark_of(responses: Responses) -> str:
    """What a model is known by; empty where it was trained without."""
    return str((responses.get(MARK) or [{}])[0].get("text", ""))
