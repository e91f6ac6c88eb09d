"""The figures in the console: what is seen on the page, in the plots and in the tables is the journal's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]


async def test_figures_are_for_those_who_are_signed_in(visit: Visit) -> None:
    async with visit() as browser:
        for path in ("/console/figures", "/console/figures/plots", "/console/figures/ledger.csv"):
            answer = await browser.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/console/sign-in")


async def test_empty_journal_says_so_and_offers_the_tables(visit: Visit) -> None:
    async with visit("审核员") as browser:
        shown = await browser.get("/console/figures?days=7")
        assert shown.status_code == 200
        assert "没有数字可看" in shown.text
        assert '<option value="7" selected>' in shown.text
        assert "/console/figures/ledger.csv?days=7" in shown.text


@pytest.mark.parametrize("days", ["", "0", "1000000", "x", "-7"])
async def test_strange_periods_are_the_usual_one(visit: Visit, days: str) -> None:
    async with visit("审核员") as browser:
        shown = await browser.get(f"/console/figures?days={days}")
        assert '<option value="30" selected>' in shown.text


async def test_page_of_plots_may_have_its_styles_and_no_scripts(visit: Visit) -> None:
    async with visit("审核员") as browser:
        shown = await browser.get("/console/figures/plots")
        policy = shown.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "<svg" in shown.text
        assert "<script" not in shown.text
        others = await browser.get("/console/figures")
        assert "unsafe-inline" not in others.headers["content-security-policy"]


async def test_ledger_is_a_table_of_every_section_of_every_guide(visit: Visit) -> None:
    async with visit("审核员") as browser:
        table = await browser.get("/console/figures/ledger.csv")
        assert table.headers["content-type"].startswith("text/csv")
        lines = table.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + 84 * 10
        assert lines[0].startswith("指南,事项,栏目")
        assert (await browser.get("/console/figures/nothing.csv")).status_code == 404
