"""Measure, and write what was found: `python -m bench`, or one part of it with `--only`.

    make bench                                    # everything: about twenty minutes on two idle cores
    .venv/bin/python -m bench --only turn --only pieces
    .venv/bin/python -m bench --resume            # go on after an interruption
    .venv/bin/python -m bench --render            # only the pages, from what was measured before

Each part writes build/benchmarks/PART.json as it ends; build/bench.json, docs/benchmarks.md and its plots are made of
all of them. Needs what `guidebot train` builds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import machine
from bench.assistants import KEPT, PROJECT
from bench.measure import Measure
from bench.processes import BenchError
from bench.report import write_report

PARTS = ("pieces", "growth", "starting", "turn", "training")
ALL = Path("build/bench.json")


def main(arguments: list[str] | None = None) -> None:
    """Run the parts asked for, each in its turn; one that fails ends it, and what is done stays done."""
    given = _parser().parse_args(arguments)
    folder = given.out or PROJECT
    for part in given.only or PARTS:
        path = folder / KEPT / f"{part}.json"
        if not given.render and not (given.resume and path.is_file()):
            run(part, given.quick, path)
    parts = read(folder)
    measures = [one for part in parts.values() for one in part["measures"]]
    (folder / ALL).write_text(json.dumps(measures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if not given.quick or given.out:
        write_report(parts, folder / "docs")


def run(part: str, quick: bool, path: Path) -> None:
    """Measure one part and write it down with the state of the machine before it."""
    module = import_module(f"bench.{part}")
    measure: Callable[[Any], list[Measure]] = module.measure
    before, began = machine.state(), time.perf_counter()
    print(f"{part}: load {before['load']}", flush=True)
    try:
        found = measure(module.QUICK if quick else module.FULL)
    except BenchError as error:
        sys.exit(str(error))
    took_s = round(time.perf_counter() - began)
    print(f"{part}: {len(found)} measures in {took_s} s", flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {"machine": before, "took_s": took_s, "quick": quick, "measures": [one.to_json() for one in found]}
    path.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> Mapping[str, Any]:
    """What was measured so far, by part."""
    paths = {part: folder / KEPT / f"{part}.json" for part in PARTS}
    return {part: json.loads(path.read_text(encoding="utf-8")) for part, path in paths.items() if path.is_file()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks over real processes.")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated")
    parser.add_argument("--quick", action="store_true", help="little of everything, to see that it works; no report")
    parser.add_argument("--resume", action="store_true", help="leave out parts that are measured already")
    parser.add_argument("--render", action="store_true", help="measure nothing, write the pages anew")
    parser.add_argument("--out", type=Path, help="where everything is written instead of the project")
    return parser


if __name__ == "__main__":
    main()
