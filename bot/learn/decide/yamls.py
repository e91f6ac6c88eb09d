"""YAML files changed in place: comments, order and the way texts are written stay as they are."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.learn.problem import LearnError

_ANNOTATION_LIKE = "](", "]{", "]["


def load(text: str) -> Any:
    """A document that knows its comments."""
    return _yaml().load(text)


def dump(document: Any) -> str:
    """The document as text."""
    written = io.StringIO()
    _yaml().dump(document, written)
    return written.getvalue()


def with_examples(text: str, intent: str, examples: Sequence[str], topicless: bool = False) -> str:
    """NLU data with examples added to the last block of an intent, of those that name no matter where `topicless`.

    Lines are put in, nothing is written anew: a block of examples is often thousands of lines long. LearnError
    `no_intent` where the file has no such block.
    """
    document = load(text)
    blocks = [(place, entry) for place, entry in enumerate(document["nlu"]) if entry.get("intent") == intent]
    fitting = [one for one in blocks if _is_topicless(one[1]) == topicless] or blocks
    if not fitting:
        raise LearnError("no_intent", intent=intent)
    place, entry = fitting[-1]
    lines = text.splitlines(True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    begin = entry.lc.value("examples")[0] + 1
    end = begin + len(entry["examples"].splitlines())
    indent = lines[begin][: len(lines[begin]) - len(lines[begin].lstrip())] if begin < len(lines) else "      "
    added = [f"{indent}- {plain(example)}\n" for example in examples]
    changed = "".join([*lines[:end], *added, *lines[end:]])
    wanted = entry["examples"].rstrip("\n") + "\n" + "".join(f"- {plain(one)}\n" for one in examples)
    if load(changed)["nlu"][place]["examples"].rstrip("\n") != wanted.rstrip("\n"):
        raise LearnError("bad_examples", intent=intent)
    return changed


def new_examples(intent: str, examples: Sequence[str], comment: str) -> str:
    """A file of NLU data for one intent."""
    block = LiteralScalarString("".join(f"- {plain(example)}\n" for example in examples))
    document = {"version": "3.1", "nlu": [{"intent": intent, "examples": block}]}
    return f"# {comment}\n{dump(document)}".replace("version: '3.1'", 'version: "3.1"')


def with_new_intent(domain: str, intent: str, response: str) -> str:
    """The domain with an intent and the response `utter_<intent>`, which counts as talk.

    Lines are put in here, too: ruamel would write the flow mappings of the other entries in its own way.
    """
    document, lines = load(domain), domain.splitlines(True)
    if intent in document["intents"] or f"utter_{intent}" in document["responses"]:
        raise LearnError("intent_exists", intent=intent)
    answer: Mapping[str, Any] = {"text": response, "custom": {"act": "chitchat"}}
    written = dump({f"utter_{intent}": [dict(answer)]})
    places = {_end_of(document, lines, "responses"): written, _end_of(document, lines, "intents"): f"- {intent}\n"}
    for place, added in sorted(places.items(), reverse=True):
        lines[place:place] = [f"  {line}" for line in added.splitlines(True)]
    changed = "".join(lines)
    document["intents"].append(intent)
    document["responses"][f"utter_{intent}"] = [answer]
    if load(changed) != document:
        raise LearnError("bad_domain", intent=intent)
    return changed


def _end_of(document: Any, lines: Sequence[str], key: str) -> int:
    """The line after the last one of a top-level entry that is not empty."""
    starts = sorted(document.lc.key(one)[0] for one in document)
    end = next((start for start in starts if start > document.lc.key(key)[0]), len(lines))
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def with_rule(rules: str, intent: str) -> str:
    """The rules with one more: to the intent, its response is said."""
    end = "" if rules.endswith("\n") else "\n"
    added = f"\n  - rule: {intent}\n    steps:\n      - intent: {intent}\n      - action: utter_{intent}\n"
    changed = rules + end + added
    if load(changed)["rules"][-1]["rule"] != intent:
        raise LearnError("bad_rules", intent=intent)
    return changed


def plain(example: str) -> str:
    """A wording that Rasa takes for words alone: no list mark before it, nothing that looks like an annotation."""
    text = example.lstrip("- ")
    for mark in _ANNOTATION_LIKE:
        text = text.replace(mark, f"] {mark[1]}")
    return text


def _is_topicless(entry: Mapping[str, Any]) -> bool:
    return (entry.get("metadata") or {}).get("topic") == "none"


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
