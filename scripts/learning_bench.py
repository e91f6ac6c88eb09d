"""From a log to a better release on the real book: what is found, what is learned, and what the gate stops.

    .venv/bin/python -m scripts.learning_bench            # 20 to 40 minutes; needs `guidebot train`

Works on a copy of the project under build/bench. A log of 5,200 messages (scripts/make_log.py) is taken in and mined;
the clusters of its two new matters and three new wordings are accepted as a reviewer would, without the few wordings
that do not belong; a release is trained and put to the gate. Recall is measured on wordings that were kept back, by
the real processes of each release. Then the written questions of a few guides are swapped: the gate must stop that.
Everything found goes to build/bench/learning.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.edge.journal import Journal
from bot.learn.decide.decide import Ruling, accept
from bot.learn.decide.verdict import Verdict
from bot.learn.evaluate import put
from bot.learn.log.intake import take_in
from bot.learn.mine.cluster import Cluster
from bot.learn.mine.known import Known
from bot.learn.mine.run import mine
from bot.learn.release.running import Assistant, running
from bot.learn.release.store import Release, Releases
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
TOPICS = ROOT / "tests/learning/topics.yml"
GUIDES = ROOT / "tests/learning/guides"
COPIED = ("data", "guides", "index/build", "models", "build/nlu", "config.yml", "domain.yml", "credentials.yml")
TOP = 10
SWAPPED = (("g77", "g78"), ("g57", "g71"), ("g11", "g13"), ("g79", "g80"))
PURE = 0.5


def copy_project(folder: Path) -> None:
    """The project as it is built, to work on."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in COPIED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / name, target) if (ROOT / name).is_dir() else shutil.copy(ROOT / name, target)
    (folder / "tests").mkdir()
    (folder / "tests/eval").symlink_to(ROOT / "tests/eval")


def guidebot(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in the working directory."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot.cli", *arguments]
    return subprocess.run(command, env=environ, text=True, stdout=subprocess.PIPE, check=False)


def topics_of(log: Path) -> dict[str, Counter[str]]:
    """For each text of the log the topics it was made for."""
    found: dict[str, Counter[str]] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["text"], Counter())[row["topic"]] += 1
    return found


def placed(
    clusters: Sequence[Cluster], gold: Mapping[str, Counter[str]], topics: Sequence[str]
) -> list[dict[str, Any]]:
    """Where each topic was found among the first clusters, how pure, and how much of it."""
    totals: Counter[str] = sum(gold.values(), Counter())
    found = []
    for place, cluster in enumerate(clusters[:TOP], 1):
        own: Counter[str] = Counter()
        for member in cluster.members:
            for text in (member.text, *member.others):
                own.update(gold.get(text, {}))
        topic, count = own.most_common(1)[0]
        if topic in topics and count >= PURE * own.total():
            row = {"topic": topic, "place": place, "cluster": cluster.id, "name": cluster.name, "size": cluster.size}
            shares = {"purity": round(count / own.total(), 3), "recall": round(count / totals[topic], 3)}
            found.append({**row, **shares, "suggestion": cluster.suggestion.verdict})
    return found


def verdict_of(topic: Mapping[str, Any], taught: set[str]) -> tuple[Verdict, str]:
    """How a topic is accepted, and the guide that its wordings then mean; a new guide is new only once."""
    kind, _, about = topic["accept"].partition(":")
    if kind == "guide":
        return Verdict.of(topic["accept"]), about
    guide = about.partition("_")[0]
    return Verdict.of(f"guide:{guide}" if guide in taught else f"new-guide:{GUIDES / about}"), guide


def teach(
    journal: Journal,
    places: Sequence[Mapping[str, Any]],
    clusters: Sequence[Cluster],
    gold: Mapping[str, Counter[str]],
    topics: Mapping[str, Any],
) -> None:
    """Accept the clusters of the topics as a reviewer would."""
    by_id = {cluster.id: cluster for cluster in clusters}
    taught: set[str] = set()
    for row in places:
        verdict, guide = verdict_of(topics[row["topic"]], taught)
        taught.add(guide)
        members = by_id[row["cluster"]].members
        strangers = frozenset(one.text for one in members if row["topic"] not in gold.get(one.text, {}))
        accept(journal, Settings(), row["cluster"], Ruling(verdict, "bench", without=strangers))


def recall(assistant: Assistant, topics: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Of each topic's kept-back wordings, the share answered from the right guide at once, and after one question."""
    outcomes: dict[str, list[Mapping[str, float]]] = {}
    for name, topic in topics.items():
        guide = verdict_of(topic, set())[1]
        for text in topic["held"]:
            row = {"q": text, "guides": [guide], "section": "overview"}
            outcomes.setdefault(name, []).append(put(row, assistant.say, []).outcome)
    outcomes["all"] = [outcome for own in outcomes.values() for outcome in own]
    measures = ("answered", "resolved")
    return {name: {one: _mean(own, one) for one in measures} for name, own in outcomes.items()}


def _mean(outcomes: Sequence[Mapping[str, float]], name: str) -> float:
    return round(sum(outcome[name] for outcome in outcomes) / len(outcomes), 3)


def recall_of(release: Release, topics: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    with running(release) as assistant:
        return recall(assistant, topics)


def swap(pairs: Sequence[tuple[str, str]]) -> None:
    """A poisoned batch: the questions of guides under each other's names."""
    for one, other in pairs:
        paths = [Path(f"data/questions/{guide}.txt") for guide in (one, other)]
        texts = [path.read_text(encoding="utf-8") for path in paths]
        for path, text in zip(paths, reversed(texts), strict=True):
            path.write_text(text, encoding="utf-8")


def trained() -> Release:
    """What `guidebot train` makes of today's data."""
    done = guidebot("train")
    if done.returncode:
        raise SystemExit(done.stdout)
    return Releases().find("latest")


def gated() -> dict[str, Any]:
    """The gate's report on the latest release, and how the command ended."""
    done = guidebot("release", "gate", "--json")
    return {"status": done.returncode, **json.loads(done.stdout)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=8)
    given = parser.parse_args()
    bench = ROOT / "build/bench"
    log, topics = bench / "log.jsonl", yaml.safe_load(TOPICS.read_text(encoding="utf-8"))
    made = [sys.executable, "-m", "scripts.make_log", str(log), "--seed", str(given.seed)]
    subprocess.run(made, cwd=ROOT, check=True)
    copy_project(bench / "project")
    os.chdir(bench / "project")
    found: dict[str, Any] = {}

    def note(name: str, value: Any) -> None:
        found[name] = value
        print(name, json.dumps(value, ensure_ascii=False), flush=True)
        (bench / "learning.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")

    live = trained()
    guidebot("release", "promote")
    note("recall_before", recall_of(live, topics))
    journal = Journal("sqlite:///build/journal.db")
    note("taken", vars(take_in(journal, str(log))))
    mined = mine(journal, Known.load(Settings()), Path("data"))
    gold = topics_of(log)
    places = placed(mined.clusters, gold, list(topics))
    note("found", places)
    note("counts", mined.counts)
    teach(journal, places, mined.clusters, gold, topics)
    journal.close()
    learned = trained()
    note("gate", gated())
    note("recall_after", recall_of(learned, topics))
    if guidebot("release", "promote").returncode:
        raise SystemExit("the gate stopped what was learned")
    swap(SWAPPED)
    trained()
    note("gate_of_poisoned", gated())
    note("poisoned_is_stopped", guidebot("release", "promote").returncode != 0)


if __name__ == "__main__":
    main()
