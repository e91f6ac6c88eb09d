"""How often drift is noticed where there is some, and where there is none: what data/figures.yml rests on.

    .venv/bin/python -m scripts.drift_bench            # some minutes

Weeks of conversations are made up of the written questions with noise (scripts/make_log.py), a share of them not
understood, which differs from day to day; in the last week a share of the conversations may be about one topic of
tests/learning/topics.yml. Prints, for each number of conversations a day and each share, how many of the runs raise
which notice, and in how many of those with new words the topic's are the first.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from bot.learn.figures.config import FiguresConfig
from bot.learn.figures.drift import UNKNOWN, WORDS, compare
from bot.learn.mine.said import Said
from bot.settings import Settings
from scripts.make_log import TOPICS, noisy, written

UNKNOWN_SHARE, UNEVEN = 0.1, 60  # on average; the days' shares are Beta distributed with this concentration
MISSED = 0.9  # of the messages about a topic
LAST = datetime(2026, 11, 30, 2, tzinfo=UTC)


def said(texts: list[str], day: int, chance: random.Random, topic: tuple[float, list[str]]) -> Iterator[Said]:
    """The conversations of a day, of one message each."""
    unknown = chance.betavariate(UNKNOWN_SHARE * UNEVEN, (1 - UNKNOWN_SHARE) * UNEVEN)
    share, own = topic
    for text in texts:
        is_topic = chance.random() < share
        missed = chance.random() < (MISSED if is_topic else unknown)
        words = noisy(chance.choice(own) if is_topic else text, chance)
        act = "fallback" if missed else "answer"
        yield Said(0, LAST - timedelta(days=day), f"{day}-{chance.random()}", words, act)


def run(config: FiguresConfig, a_day: int, share: float, chance: random.Random, pool: list[str]) -> tuple[str, ...]:
    """The notices of one made-up log, with `first` where the first new word is the topic's."""
    topics = yaml.safe_load(TOPICS.read_text(encoding="utf-8"))
    own = topics[chance.choice(sorted(topics))]["said"]
    sides = []
    for days, part in ((range(config.recent_days), share), (range(config.recent_days, 35), 0.0)):
        made = [said(chance.choices(pool, k=a_day), day, chance, (part, own)) for day in days]
        sides.append([one for day in made for one in day])
    drift = compare(sides[0], sides[1], config)
    is_own = bool(drift.words) and sum(drift.words[0].word in text for text in own) * 4 >= len(own)
    return drift.notices + ("first",) * is_own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--a-day", type=int, nargs="+", default=[20, 100, 400], help="conversations")
    parser.add_argument("--seed", type=int, default=8)
    given = parser.parse_args()
    config = FiguresConfig.load(Path("data/figures.yml"))
    pool = [text for _, text in written(Settings().data_dir / "questions")]
    print(f"{'a day':>6} {'topic':>6} {UNKNOWN:>9} {WORDS:>10} {'own first':>10}")
    for a_day in given.a_day:
        for share in (0.0, 0.03, 0.06, 0.12):
            chance = random.Random(f"{given.seed}-{a_day}-{share}")
            found = Counter(name for _ in range(given.runs) for name in run(config, a_day, share, chance, pool))
            shares = [found[name] / given.runs for name in (UNKNOWN, WORDS, "first")]
            print(f"{a_day:>6} {share:>6.0%} {shares[0]:>9.0%} {shares[1]:>10.0%} {shares[2]:>10.0%}", flush=True)


if __name__ == "__main__":
    main()
