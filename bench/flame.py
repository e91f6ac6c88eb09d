"""Where the time of one process goes, as an icicle in SVG: `python -m bench.flame STACKS OUT [--from FRAME]`.

STACKS is what a sampling profiler writes, a line a stack ("outer;inner;innermost 17"), for instance
`py-spy record --pid PID --duration 30 --format raw --output STACKS` while the assistant is asked.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, ROW = 960, 18
LEAST = 0.012  # narrower frames are left out, with all below them
COLOURS = {"own": "#0b6bcb", "rasa": "#c4541a", "other": "#8a8a8a"}
_LINE = re.compile(r":\d+\)$")
_CHARACTER = 6.2  # pixels that one takes


@dataclass
class Frame:
    """A function under a certain caller: in how many samples it was, and what it called."""

    name: str
    samples: int = 0
    calls: dict[str, Frame] = field(default_factory=dict)

    def add(self, stack: list[str], samples: int) -> None:
        """Count a stack whose outermost frame is called by this one."""
        self.samples += samples
        if stack:
            self.calls.setdefault(stack[0], Frame(stack[0])).add(stack[1:], samples)


def read(text: str, origin: str) -> Frame:
    """The stacks from the first frame on whose name begins with `origin`; others are left out. ValueError for none."""
    root = Frame(origin)
    for line in text.splitlines():
        stack, _, samples = line.rpartition(" ")
        names = [_LINE.sub(")", name) for name in stack.split(";")]
        start = next((at for at, name in enumerate(names) if name.startswith(origin)), None)
        if start is not None:
            root.add(names[start + 1 :], int(samples))
    if not root.samples:
        raise ValueError(f"no stack with {origin}")
    return root


def draw(root: Frame) -> str:
    """Callers above what they call, as wide as their share of the samples; only those that are wide enough."""
    boxes = list(_boxes(root, 0.0, 0, root.samples))
    height = ROW * (1 + max(depth for _frame, _x, depth in boxes))
    body = "\n".join(_box(frame, x, depth, root.samples) for frame, x, depth in boxes)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
    return f'{head} font-family="monospace" font-size="10" aria-label="{escape(root.name)}">\n{body}\n</svg>\n'


def _boxes(frame: Frame, x: float, depth: int, whole: int) -> Iterator[tuple[Frame, float, int]]:
    """The frame and those under it that can be seen; one that only passes on to another stands for both."""
    yield frame, x, depth
    for call in sorted(frame.calls.values(), key=lambda one: -one.samples):
        if call.samples >= LEAST * whole:
            shown = _last_of_its_kind(call)
            yield from _boxes(shown, x, depth + 1, whole)
        x += WIDTH * call.samples / whole


def _last_of_its_kind(frame: Frame) -> Frame:
    """Down a chain of frames of one file that hold the same samples, the last."""
    while len(frame.calls) == 1:
        (only,) = frame.calls.values()
        if only.samples < frame.samples or _file(only.name) != _file(frame.name):
            break
        frame = only
    return frame


def _file(name: str) -> str:
    return name.rpartition("(")[2].rstrip(")")


def _box(frame: Frame, x: float, depth: int, whole: int) -> str:
    width, share = WIDTH * frame.samples / whole, 100 * frame.samples / whole
    kind = "own" if _file(frame.name).startswith(("bot/", "actions/", "index/")) else "other"
    kind = "rasa" if _file(frame.name).startswith("rasa") else kind
    name = frame.name.partition(" (")[0]
    shown = name[: int((width - 6) / _CHARACTER)] if width > 3 * _CHARACTER else ""
    size = f'width="{width:.1f}" height="{ROW - 1}"'
    box = f'<rect x="{x:.1f}" y="{depth * ROW}" {size} fill="{COLOURS[kind]}" stroke="#fff"/>'
    text = f'<text x="{x + 3:.1f}" y="{depth * ROW + 12}" fill="#fff">{escape(shown)}</text>'
    return f"<g><title>{escape(frame.name)}: {share:.1f} %</title>{box}{text}</g>"


def main(arguments: list[str] | None = None) -> None:
    """Draw a file of stacks."""
    parser = argparse.ArgumentParser(prog="python -m bench.flame", description="Draw sampled stacks.")
    parser.add_argument("stacks", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--from", dest="origin", default="handle_request", help="the frame that a turn begins with")
    given = parser.parse_args(arguments)
    given.out.write_text(draw(read(given.stacks.read_text(encoding="utf-8"), given.origin)), encoding="utf-8")


if __name__ == "__main__":
    main()
