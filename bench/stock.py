"""A Rasa assistant as its handbook builds one for questions: DIET finds the intent, ResponseSelector the guide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.book.guide import Guide, load_guides
from bot.learn.nlu import spoken_texts
from index.corpus import load_questions

EPOCHS = 100  # what `rasa init` writes
TALK = ("greet", "thanks", "bye", "bot_challenge", "chitchat", "out_of_scope")
_LIKE_ANNOTATION = re.compile(r"\](?=[({\[])")
CHITCHAT = {"act": "chitchat"}  # the edge wants an outcome; which one changes nothing


def write_stock(folder: Path, project: Path, epochs: int) -> None:
    """config.yml, domain.yml and data.yml: each guide an answer, its written questions the examples."""
    guides = load_guides(project / "guides")
    files = {"config.yml": config(epochs), "domain.yml": domain(guides), "data.yml": data(project)}
    for name, content in files.items():
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
        (folder / name).write_text(text, encoding="utf-8")


def config(epochs: int) -> dict[str, Any]:
    """What `rasa init` writes, with jieba for the tokens; of the policies, those that rules need."""
    pipeline = [
        {"name": "JiebaTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": 42},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": epochs, "constrain_similarities": True, "random_seed": 42},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ]
    head = {"recipe": "default.v1", "assistant_id": "stock", "language": "zh"}
    return {**head, "pipeline": pipeline, "policies": [{"name": "RulePolicy"}]}


def domain(guides: Iterable[Guide]) -> dict[str, Any]:
    """An intent for the questions and one a kind of talk; a response a guide."""
    answers = {f"utter_ask/{one.id}": f"《{one.title}》\n{one.sections['process'].text}" for one in guides}
    talk = {f"utter_{intent}": "您好，我可以帮您查社保怎么办。" for intent in (*TALK, "fallback")}
    responses = {name: [{"text": text, "custom": CHITCHAT}] for name, text in (answers | talk).items()}
    return {"version": "3.1", "intents": ["ask", *TALK], "actions": ["utter_ask"], "responses": responses}


def data(project: Path) -> dict[str, Any]:
    """The same written questions that ours learns from, and the same talk."""
    texts: dict[str, dict[str, None]] = {}
    for question in load_questions(project / "data/questions"):
        texts.setdefault(f"ask/{question.label}", {})[question.text] = None
    for text, intent in spoken_texts(project / "data/nlu").items():
        if intent in TALK:
            texts.setdefault(intent, {})[text] = None
    answered = {"ask": "utter_ask", "nlu_fallback": "utter_fallback", **{one: f"utter_{one}" for one in TALK}}
    return {"version": "3.1", "nlu": _nlu(texts), "rules": [_rule(*pair) for pair in answered.items()]}


def _nlu(texts: Mapping[str, Iterable[str]]) -> list[dict[str, str]]:
    lines = {name: (_LIKE_ANNOTATION.sub("] ", text) for text in of) for name, of in texts.items()}
    return [{"intent": name, "examples": "".join(f"- {text}\n" for text in of)} for name, of in lines.items()]


def _rule(intent: str, action: str) -> dict[str, Any]:
    return {"rule": intent, "steps": [{"intent": intent}, {"action": action}]}
