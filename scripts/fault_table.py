"""Write docs/faults.md's table out of build/faults.json: `make faults`. Exit code 1 where a row is not green."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

RESULTS, PAGE = Path("build/faults.json"), Path("docs/faults.md")
BEGIN, END = "<!-- begin: make faults -->", "<!-- end: make faults -->"
HEAD = (
    "| 坏了什么 | 群众会遇到什么 | 说了 | 答了 | 得到热线 | 没有受理 | 没有回复 | 没答完 | 恢复 | 对账 |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


def main() -> int:
    """Replace what stands between the two marks."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    lines = [f"{results['made']}，`make faults`。"]
    for setup in dict.fromkeys(row["setup"] for row in results["rows"]):
        rows = [row_of(row) for row in results["rows"] if row["setup"] == setup]
        lines += [f"\n**{setup}**\n", HEAD, *rows]
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
    red = [row["name"] for row in results["rows"] if not row["green"]]
    print("\n".join([*lines, "", f"{len(results['rows'])} 项，不合格：{'、'.join(red) or '无'}"]))
    return 1 if red else 0


def row_of(row: dict[str, Any]) -> str:
    """One fault as a line of the table."""
    names = ("sent", "answered", "sorry", "refused", "silent", "cut_off")
    figures = [str(row["figures"].get(name, "")) for name in names]
    recovered = "" if row["recovered_s"] is None else f"{row['recovered_s']} 秒"
    verdict = "一致" if row["green"] else _told(row)
    return f"| {' | '.join([row['name'], row['promise'], *figures, recovered, verdict])} |"


def _told(row: dict[str, Any]) -> str:
    """What was wrong: the books, the promise, or that it did not come to that."""
    if row["figures"].get("wrong") == []:
        return "一致，但**没有做到说好的**"
    return f"**不一致**：{row['problem'][:80]}".replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
