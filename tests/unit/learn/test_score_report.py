from __future__ import annotations

import json
import re

import pytest

from bot.cli.words import find
from bot.learn.evaluate import judge
from bot.learn.page import render
from bot.learn.score.ranking import Ranked
from bot.learn.score.report import ranking_report, report_of

ROW = {"q": "补卡带什么", "guides": ["g1"], "section": "materials", "style": "near"}
ANSWER = {"act": "answer", "guide": "g1", "section": "materials", "text": "…"}


class Families:
    """g1 and g2 are look-alikes."""

    guides = dict.fromkeys(("g1", "g2", "g3"))

    def alike(self, guide: str) -> tuple[str, ...]:
        return {"g1": ("g2",), "g2": ("g1",)}.get(guide, ())


RANKED = [
    Ranked("甲", frozenset({"g1"}), {"g1": 0.9, "g2": 0.1, "g3": 0.0}),
    Ranked("乙", frozenset({"g1"}), {"g1": 0.3, "g2": 0.6, "g3": 0.1}),
    Ranked("护照", frozenset(), {"g1": 0.01, "g2": 0.0, "g3": 0.0}),
]


@pytest.fixture
def report():
    ranking = ranking_report(RANKED, Families())
    made = report_of({"own.jsonl": [judge(ROW, lambda _: ANSWER)]}, [0.1, 0.2])
    return {**made, "ranking": ranking, "peers": [], "against": None}


def test_a_report_is_json_with_every_case(report):
    again = json.loads(json.dumps(report))
    assert again["sets"]["own.jsonl"]["cases"][0]["row"] == ROW
    assert again["sets"]["own.jsonl"]["by"]["guide"]["g1"]["section"]["value"] == 1
    assert again["times"] == {"turns": 2, "p50": 200.0, "p95": 200.0}


def test_calibration_is_told_with_and_without_what_is_out_of_scope(report):
    calibration = report["ranking"]["calibration"]
    assert (calibration["all"]["n"], calibration["scope"]["n"]) == (3, 2)
    assert calibration["scope"]["ece"] == pytest.approx((0.1 + 0.6) / 2)
    assert report["ranking"]["risk"]["coverage"]["0.01"] == pytest.approx(1 / 3)


def test_without_single_questions_there_is_no_ranking():
    assert ranking_report(RANKED[2:], Families()) is None


def test_the_page_draws_bins_curve_and_heat(report):
    page = render("eval.html", report=report, titles={"g1": "补领<1>"}, words=find("eval"))
    assert page.count("<svg") == 3 and page.count("<circle") == 3
    assert "补领&lt;1&gt;" in page and "补领<1>" not in page
    (curve,) = re.findall(r'<polyline class="curve" points="([^"]+)"', page)
    assert curve.split() == ["150.0,310.0", "250.0,85.0", "350.0,10.0"]
    cells = re.findall(r'class="(cell[^"]*)" x="(\d+)" y="(\d+)"', page)
    assert cells == [("cell", "40", "10"), ("cell wrong", "50", "10"), ("cell wrong", "60", "10")]
