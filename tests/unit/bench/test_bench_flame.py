"""Sampled stacks become an icicle: as wide as their share, what is too narrow left out."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bench.flame import WIDTH, draw, main, read

STACKS = """\
loop (sanic/app.py:1);turn (bot/edge.py:10);encode (index/e5.py:3) 60
loop (sanic/app.py:1);turn (bot/edge.py:12);save (rasa/store.py:7);commit (sql/x.py:1) 39
loop (sanic/app.py:1);turn (bot/edge.py:12);blink (os.py:1) 1
loop (sanic/app.py:2) 500
"""


def test_frames_are_as_wide_as_their_share() -> None:
    drawn = ET.fromstring(draw(read(STACKS, "turn")))
    widths = {}
    for group in drawn:
        title, box, _text = group
        widths[str(title.text)] = float(box.get("width", 0))
    assert widths == {
        "turn: 100.0 %": WIDTH,
        "encode (index/e5.py): 60.0 %": pytest.approx(WIDTH * 0.6),
        "save (rasa/store.py): 39.0 %": pytest.approx(WIDTH * 0.39, abs=0.1),
        "commit (sql/x.py): 39.0 %": pytest.approx(WIDTH * 0.39, abs=0.1),
    }


def test_stacks_without_the_origin_are_an_error() -> None:
    with pytest.raises(ValueError, match="no stack with nowhere"):
        read(STACKS, "nowhere")


def test_a_file_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "stacks").write_text(STACKS, encoding="utf-8")
    main([str(tmp_path / "stacks"), str(tmp_path / "flame.svg"), "--from", "turn"])
    assert ET.parse(tmp_path / "flame.svg").getroot().tag.endswith("svg")
