"""The page says what was found, on what machine, and which targets were missed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import main
from bench.measure import FLOOR, OURS, PEER, Figure, compare
from bench.plots import lines
from bench.report import write_report

QUIET = {
    "at": "2026-01-01T00:00:00+00:00", "processor": "a processor", "cores": 2, "memory_gb": 8.0, "python": "3.11",
    "load": [0.2, 0.2, 0.2], "commit": "abc1234",
}  # fmt: skip


def part(*measures: Any, load: float = 0.2) -> dict[str, Any]:
    machine = {**QUIET, "load": [load, load, load]}
    return {"machine": machine, "took_s": 7, "quick": False, "measures": [one.to_json() for one in measures]}


@pytest.fixture
def parts() -> dict[str, Any]:
    turn = [
        compare("turn at rest, p50", "ms", {OURS: [30.0, 32.0], FLOOR: [20.0, 22.0], PEER: [50.0]}),
        compare("answer at rest, p95", "ms", {OURS: [29.0], FLOOR: [25.0]}),
        *(compare(f"{n} at once, turns a second", "1/s", {OURS: [9.0, 11.0], FLOOR: [20.0]}) for n in (1, 8)),
        *(compare(f"{n} at once, p95", "ms", {OURS: [100.0], FLOOR: [90.0]}) for n in (1, 8)),
    ]
    growth = [
        compare("1,000 vectors, search", "ms", {OURS: [0.1], PEER: [0.2]}),
        compare("1,000 vectors, index built", "s", {OURS: [0.1], PEER: [0.2]}),
    ]
    return {"turn": part(*turn), "growth": part(*growth)}


def test_page_has_tables_targets_and_plots(parts: dict[str, Any], tmp_path: Path) -> None:
    write_report(parts, tmp_path)
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert "| turn at rest, p50 | ms | 31 (30–32) | 21 (20–22) | 50 | 1.48 | 1 |" in page
    assert "| an answer's p95 at rest, in terms of the p50 of the floor | 1.38 | ≤ 1.5 | met |" in page
    assert "| turns a second, 8 at once, in terms of the floor | 0.5 | ≥ 0.6 | **missed** |" in page
    assert "| start to ready, s | not measured | ≤ 20 |  |" in page
    assert "The machine was quiet." in page
    for image in (tmp_path / "images").iterdir():
        assert f"](images/{image.name})" in page
        assert ET.parse(image).getroot().tag.endswith("svg")


def test_a_busy_machine_is_owned_up_to(parts: dict[str, Any], tmp_path: Path) -> None:
    write_report({**parts, "growth": part(load=3.0)}, tmp_path)
    assert "**The machine was busy" in (tmp_path / "benchmarks.md").read_text(encoding="utf-8")


def test_a_plot_places_smaller_values_lower() -> None:
    drawn = lines("Waits", "ms", ["1", "8"], {OURS: [Figure(1.0), Figure(100.0, (50.0, 200.0))]}, {OURS: "ours"})
    circles = [float(one.get("cy", 0)) for one in ET.fromstring(drawn).iter() if one.get("r") == "3.5"]
    assert circles[0] > circles[1]


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(ValueError):
        lines("Waits", "ms", ["1"], {OURS: [None]}, {OURS: "ours"})


def test_a_part_by_itself_is_measured_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("faiss")
    main(["--only", "growth", "--quick", "--out", str(tmp_path)])
    assert (tmp_path / "build/benchmarks/growth.json").is_file()
    page = (tmp_path / "docs/benchmarks.md").read_text(encoding="utf-8")
    assert "| 1,000 vectors, recall of the best 10 | % | 100 |" in page and "quick" in page
    main(["--only", "growth", "--resume", "--out", str(tmp_path)])
    assert capsys.readouterr().out.count("growth: load") == 1, "what is measured already is left out"
