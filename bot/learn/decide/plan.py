"""Which files a verdict changes, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.book.facets import load_facets
from bot.book.guide import load_guide, load_guides
from bot.learn.decide import yamls
from bot.learn.decide.changes import Change, read
from bot.learn.decide.verdict import Kind, Verdict
from bot.learn.problem import LearnError
from bot.settings import Settings
from index.corpus import OUT_OF_SCOPE
from index.facets import Signs

LEAST_NEW = 3  # wordings of an intent that can be learned
_DOMAIN = Path("domain.yml")


@dataclass(frozen=True)
class Asked:
    """What is to be taught: a verdict, the wordings, whether they name no matter, and what a new intent answers."""

    verdict: Verdict
    texts: Sequence[str]
    topicless: bool = False
    response: str | None = None


def plan(asked: Asked, settings: Settings) -> list[Change]:
    """The changes, none of them made yet. LearnError where the verdict cannot be followed."""
    return _PLANS[asked.verdict.kind](asked, settings)


def _guide(asked: Asked, settings: Settings) -> list[Change]:
    if asked.verdict.about not in {guide.id for guide in load_guides(settings.guides_dir)}:
        raise LearnError("no_guide", guide=asked.verdict.about)
    return [_questions(asked.verdict.about, asked.texts, settings)]


def _questions(guide: str, texts: Sequence[str], settings: Settings) -> Change:
    """The guide's questions with the wordings that are not there yet, each with the section that its words name."""
    path = settings.data_dir / "questions" / f"{guide}.txt"
    before = read(path)
    known = {line.partition("\t")[0] for line in (before or "").splitlines()}
    texts = [text.lstrip("# ") for text in texts]  # a line that begins so would be a comment
    signs = Signs.load(settings.data_dir / "signs.yml", load_facets(settings.data_dir / "facets.yml"))
    added = "".join(f"{text}\t{signs.section(text) or 'overview'}\n" for text in texts if text not in known)
    start = before or ""
    return Change(path, before, start + ("\n" if start and not start.endswith("\n") else "") + added)


def _intent(asked: Asked, settings: Settings) -> list[Change]:
    return [_examples(asked.verdict.about, asked, settings)]


def _out_of_scope(asked: Asked, settings: Settings) -> list[Change]:
    return [_examples(OUT_OF_SCOPE, asked, settings)]


def _examples(intent: str, asked: Asked, settings: Settings) -> Change:
    path = settings.data_dir / "nlu" / f"{intent}.yml"
    before = read(path)
    if before is None:
        raise LearnError("no_intent", intent=intent)
    return Change(path, before, yamls.with_examples(before, intent, asked.texts, asked.topicless))


def _new_intent(asked: Asked, settings: Settings) -> list[Change]:
    intent = asked.verdict.about
    if not (asked.response or "").strip():
        raise LearnError("no_response", intent=intent)
    if len(asked.texts) < LEAST_NEW:
        raise LearnError("few_examples", intent=intent, least=LEAST_NEW)
    examples, rules = settings.data_dir / "nlu" / f"{intent}.yml", settings.data_dir / "rules.yml"
    if examples.exists():
        raise LearnError("intent_exists", intent=intent)
    domain, rule = _DOMAIN.read_text(encoding="utf-8"), rules.read_text(encoding="utf-8")
    return [
        Change(examples, None, yamls.new_examples(intent, asked.texts, "Learned from the log.")),
        Change(_DOMAIN, domain, yamls.with_new_intent(domain, intent, str(asked.response).strip())),
        Change(rules, rule, yamls.with_rule(rule, intent)),
    ]


def _new_guide(asked: Asked, settings: Settings) -> list[Change]:
    source = Path(asked.verdict.about)
    if not source.is_file():
        raise LearnError("no_file", file=source)
    guide = load_guide(source)
    known = {one.id for one in load_guides(settings.guides_dir)}
    path = settings.guides_dir / source.name
    if guide.id in known or path.exists():
        raise LearnError("guide_exists", guide=guide.id)
    text = source.read_text(encoding="utf-8")
    return [Change(path, None, text), _questions(guide.id, asked.texts, settings)]


def _nothing(_asked: Asked, _settings: Settings) -> list[Change]:
    return []


_PLANS: Mapping[Kind, Callable[[Asked, Settings], list[Change]]] = {
    Kind.GUIDE: _guide,
    Kind.INTENT: _intent,
    Kind.NEW_INTENT: _new_intent,
    Kind.NEW_GUIDE: _new_guide,
    Kind.OUT_OF_SCOPE: _out_of_scope,
    Kind.GAP: _nothing,
    Kind.IGNORE: _nothing,
}
