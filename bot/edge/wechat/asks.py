"""What a message or event asks for: a sentence to take as a turn, words of the edge's own, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from bot.edge.wechat.deliveries import Job
from bot.edge.wechat.messages import EVENT, Received
from bot.edge.wechat.words import Words
from bot.text import visible

log = structlog.get_logger("edge")

_SCENE = "qrscene_"  # before the scene of a code that someone scanned to follow the account
_OWN = {
    "image": "image",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
}
# Things that happened, of which nobody expects to hear: 企业微信 tells of people entering the application too.
_SILENT = frozenset({"unsubscribe", "view", "view_miniprogram", "location", "templatesendjobfinish", "enter_agent"})


@dataclass(frozen=True)
class Catalogue:
    """The guides by id and the sections by key, as titles that mean them when said."""

    guides: Mapping[str, str]
    sections: Mapping[str, str]

    def sentence(self, guide: str, section: str = "overview") -> str:
        """What to say to be answered with a guide, or one of its sections. KeyError for one that is not there."""
        return self.guides[guide] + self.sections[section]


class Asks:
    """Turns what was received into jobs."""

    def __init__(self, words: Words, catalogue: Catalogue) -> None:
        self._words = words
        self._catalogue = catalogue

    def job(self, message: Received) -> Job | None:
        """What to do; None where nothing is to be said. An unknown type is logged, by its name alone."""
        if message.type == EVENT:
            handlers: Mapping[str, Callable[[str], Job]] = {
                "subscribe": self._subscribed,
                "scan": self._scanned,
                "click": self.of_key,
            }
            handler = handlers.get(message.event)
            if handler is None:
                if message.event not in _SILENT:
                    log.warning("wechat_unknown_event", event_type=visible(message.event))
                return None
            return replace(handler(message.key), quota="event")
        if message.type == "text":
            return Job(say=message.fields.get("Content", ""))
        if message.type == "voice":
            heard = message.fields.get("Recognition", "").strip()
            return Job(say=heard) if heard else Job(own="voice")
        if message.type not in _OWN:
            log.warning("wechat_unknown_type", message_type=visible(message.type))
        return Job(own=_OWN.get(message.type, "unknown"))

    def of_key(self, key: str) -> Job:
        """What the key of a menu's button asks for; a key that nobody knows welcomes, and is logged."""
        try:
            return self.strict_job(key)
        except (KeyError, ValueError):
            log.warning("wechat_unknown_key")
            return Job(own="welcome")

    def strict_job(self, key: str) -> Job:
        """The same; KeyError or ValueError for a key that means nothing here."""
        kind, _, rest = key.partition(":")
        if kind == "handoff" and not rest:
            return Job(say=self._words.handoff)
        if kind == "say" and rest.strip():
            return Job(say=rest)
        if kind == "card":
            self._catalogue.sentence(rest)
            return Job(card=rest)
        if kind == "guide":
            return Job(say=self._catalogue.sentence(rest), card_after=rest)
        if kind == "section":
            guide, _, section = rest.rpartition(":")
            title = self._catalogue.sections[section]
            return Job(say=self._catalogue.sentence(guide, section) if guide else title)
        raise ValueError(key)

    def _subscribed(self, key: str) -> Job:
        return self._scanned(key.removeprefix(_SCENE)) if key.startswith(_SCENE) else Job(own="welcome")

    def knows_scene(self, scene: str) -> bool:
        """Whether a code with this scene opens anything."""
        try:
            self.strict_job(self._key_of(scene))
        except (KeyError, ValueError):
            return False
        return True

    def _scanned(self, scene: str) -> Job:
        return self.of_key(self._key_of(scene))

    def _key_of(self, scene: str) -> str:
        """The key that a code's scene stands for: one of the operator's, else a guide, perhaps with a section."""
        if scene in self._words.scenes:
            return self._words.scenes[scene]
        guide, _, section = scene.partition(":")
        if guide.isascii() and guide.isdigit():
            guide = f"g{int(guide[:4]):02d}"  # numeric scenes are the guides' numbers
        return f"section:{guide}:{section}" if section else f"guide:{guide}"
