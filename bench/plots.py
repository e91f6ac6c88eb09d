"""Plots as SVG: lines over a few labelled steps on a logarithmic scale, with their bounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

from bench.measure import BARE, FLOOR, OURS, PEER, Figure

Line = Sequence[Figure | None]  # a figure for each step
Scale = Callable[[float], float]

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 48
COLOURS = {OURS: "#0b6bcb", FLOOR: "#767676", BARE: "#b0b0b0", PEER: "#c4541a"}


def lines(title: str, unit: str, steps: Sequence[str], of: Mapping[str, Line], names: Mapping[str, str]) -> str:
    """A line a contender; whiskers are the 95 % bounds. ValueError where there is nothing to draw."""
    low, high = _decades([one for line in of.values() for one in line if one])

    def x(step: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (step + 0.5) / len(steps)

    def y(value: float) -> float:
        share = (math.log10(value) - low) / (high - low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [_text(LEFT, 18, f"{title}, {unit}", "start", "bold"), *_grid(low, high, y)]
    parts += [_text(x(at), HEIGHT - BOTTOM + 18, step) for at, step in enumerate(steps)]
    for number, (name, line) in enumerate(of.items()):
        parts += _line(COLOURS[name], [(x(at), one) for at, one in enumerate(line) if one], y)
        parts.append(_legend(number, COLOURS[name], names[name]))
    body = "\n".join(parts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif"'
    return f'{head} aria-label="{escape(title)}">\n<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'


def _decades(figures: Sequence[Figure]) -> tuple[int, int]:
    """Whole powers of ten around all positive values and bounds."""
    values = [value for one in figures for value in (one.value, *(one.bounds or ())) if value > 0]
    if not values:
        raise ValueError("nothing to draw")
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _grid(low: int, high: int, y: Scale) -> list[str]:
    parts = []
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 6, at + 4, f"{10.0**power:g}", "end"))
    return parts


def _line(colour: str, points: Sequence[tuple[float, Figure]], y: Scale) -> list[str]:
    placed = [(at, y(one.value), [y(bound) for bound in one.bounds or () if bound > 0]) for at, one in points]
    path = " ".join(f"{at:.1f},{value:.1f}" for at, value, _bounds in placed)
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for at, value, bounds in placed:
        parts.append(f'<circle cx="{at:.1f}" cy="{value:.1f}" r="3.5" fill="{colour}"/>')
        if len(bounds) == 2:
            ends = f'y1="{bounds[0]:.1f}" y2="{bounds[1]:.1f}"'
            parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" {ends} stroke="{colour}"/>')
    return parts


def _legend(number: int, colour: str, name: str) -> str:
    at = LEFT + number * (WIDTH - LEFT - RIGHT) / 4
    mark = f'<circle cx="{at:.1f}" cy="{HEIGHT - 12}" r="4" fill="{colour}"/>'
    return mark + _text(at + 8, HEIGHT - 8, name, "start")


def _text(x: float, y: float, words: str, anchor: str = "middle", weight: str = "normal") -> str:
    style = f'text-anchor="{anchor}" font-size="12" font-weight="{weight}" fill="#222"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'
