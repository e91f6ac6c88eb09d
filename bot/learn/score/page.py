"""A report as one page of HTML that needs nothing else: tables, and plots as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).with_name("templates")


def render(report: Mapping[str, Any], titles: Mapping[str, str], words: Mapping[str, Any]) -> str:
    """The page. `titles` are the guides' and sections' by id; `words` are the texts under `eval` in data/cli.yml."""
    loader = FileSystemLoader(TEMPLATES)
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    templates.filters |= {"percent": percent, "share": partial(percent, digits=0)}
    return templates.get_template("eval.html").render(report=report, titles=titles, words=words)


def percent(share: float, digits: int = 1) -> str:
    """A share in per cent, without the sign."""
    return f"{100 * share:.{digits}f}"
