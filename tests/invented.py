"""A small invented book: two families of look-alikes and a matter that is like nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from bot.book.facets import Facet, FacetValue
from bot.book.guide import Guide, Section
from bot.desk.desk import Desk
from index.engine import Scores
from index.facets import Signs, own_words
from index.thresholds import Thresholds

PROJECT = Path(__file__).resolve().parents[1]


def guide(guide_id: str, title: str, facets: Mapping[str, tuple[str, ...]], hall: str = "一楼") -> Guide:
    """A guide with three sections; `hall` is its location."""
    texts = {"materials": f"{title}申请表", "process": f"填表办{title}", "location": hall}
    sections = {key: Section(key, key, text) for key, text in texts.items()}
    return Guide(guide_id, title, "游泳", 1, "某版", facets, (), (), (), sections)


def facet(*values: str) -> Facet:
    return Facet("哪一种？", {value: FacetValue(f"{value}（按钮）", ()) for value in values})


SHOP, OFFICE = "企业", "机关事业单位"
GUIDES = {
    one.id: one
    for one in (
        guide("g01", "企业泳票暂停", {"audience": (SHOP,), "person": ("本人",), "matter": ("暂停",)}),
        guide("g02", "机关泳票暂停", {"audience": (OFFICE,), "person": ("本人",), "matter": ("暂停",)}),
        guide("g03", "企业亲属泳票暂停", {"audience": (SHOP,), "person": ("供养亲属",), "matter": ("暂停",)}),
        guide("g04", "泳帽补领", {"matter": ("补领",)}, "二楼"),
        guide("g05", "泳帽换领", {"matter": ("换领",)}, "二楼"),
    )
}
SECTIONS = {"overview": "怎么办", "materials": "申请材料", "process": "办理流程", "location": "办理地点"}
BOOK = {
    "audience": facet(SHOP, OFFICE),
    "person": facet("本人", "供养亲属"),
    "status": facet("在职", "退休"),
    "matter": facet("暂停", "补领", "换领"),
}
WORDS = {name: own_words(own) for name, own in BOOK.items()}
SIGNS = Signs(
    {**WORDS, "audience": {**WORDS["audience"], "泳池老板": (SHOP,), "泳校": (OFFICE,)}},
    {"材料": "materials", "电话": "phone"},
    {"掉水里": "illness"},
)
DESK = Desk(
    **{
        **yaml.safe_load((PROJECT / "data" / "desk.yml").read_text(encoding="utf-8")),
        "offers": {},
        "one_of": frozenset(),
        "results": {},
    }
)
LIMITS = replace(
    Thresholds.load(PROJECT / "data" / "thresholds.yml"),
    answer=0.7, settled=0.55, ask=0.16, candidate=0.12, out_of_scope=0.5, refuse_intent=0.6, sure=0.8, topicless=0.5,
    stay=0.4, lean=4, contradiction=0.1, denied=0.005, unsaid=1, unsaid_matter=1, left_open=0.5, family=0.75, near=0.02,
    max_options=4, max_questions=2,
)  # fmt: skip


def scores(topicless: float = 0.0, out_of_scope: float = 0.0, **guides: float) -> Scores:
    """What the engine says of a text; what is not told apart goes to the guides that are not named, evenly."""
    rest = 1 - topicless - out_of_scope - sum(guides.values())
    others = [guide_id for guide_id in GUIDES if guide_id not in guides]
    return Scores({g: guides.get(g, rest / max(1, len(others))) for g in GUIDES}, out_of_scope, topicless)
