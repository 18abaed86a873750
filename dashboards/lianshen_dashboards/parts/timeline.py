"""The person over time: stays on the lanes of their institutions, or, where they are few, the days of this one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from dash import dcc, html

from lianshen_dashboards.evidence import amount, day
from lianshen_dashboards.figures.days import Cell, day_detail
from lianshen_dashboards.figures.time import Stay
from lianshen_dashboards.parts.common import Part, heading
from lianshen_dashboards.parts.drawings_of_stays import draw_stays
from lianshen_dashboards.parts.findings import section_title
from lianshen_dashboards.parts.lines import KINDS
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.parts.scene import Picture, Scene
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

FEW = 2
"""Stays up to here say little side by side: then the days of the case stand alone."""
LANES = 7


def timeline(scene: Scene, show_person: bool) -> Part:
    """Return the third section of the case: the person's stays where there are several, and the days of this case."""
    stays = [*own_stays(scene), *scene.other_stays]
    lanes = draw_stays(stays[:LANES]) if len(stays) > FEW else None
    days = by_day(scene)
    shown: list[Part] = []
    for name, drawn, title, note in (
        ("timeline", lanes, "case.stays", "case.timeline_note"),
        ("days", days, "case.days", "case.days_note"),
    ):
        if drawn:
            shown += [heading(say(title), say(note)), plot(name, drawn.figure, drawn.says, drawn.numbers)]
    link = dcc.Link(say("case.whole_person"), href=f"/persons/{quote(scene.case['person'])}") if show_person else None
    nothing = html.P(say("case.no_timeline"), className="mute")
    return html.Section(
        [section_title(3, say("case.timeline"), link), *(shown or [nothing])], className="card", id="timeline"
    )


def own_stays(scene: Scene) -> list[Stay]:
    """Return the settlements of the case as stays."""
    found = []
    for row in scene.evidence.settlements.values():
        begin, end = day(row["begndate"]), day(row["enddate"])
        if begin and end:
            found.append(Stay(row["fixmedins_name"] or row["fixmedins_code"], begin, end, True))
    return found


def by_day(scene: Scene) -> Picture | None:
    """Draw what was charged on each day by category, what findings are about marked; None without fee lines."""
    cells = cells_of(scene)
    if not cells:
        return None
    hit = sum((cell.hit for cell in cells), Decimal(0))
    says = f"{cells[0].day} 至 {cells[-1].day} 逐日费用，疑点部分合计 {hit:,.2f} 元"
    rows = [(str(cell.day), cell.category, f"{cell.amount:,.2f}", f"{cell.hit:,.2f}") for cell in cells]
    return Picture(day_detail(cells), says, Numbers(("日期", "类别", "金额（元）", "疑点（元）"), rows))


def cells_of(scene: Scene) -> list[Cell]:
    """Return the amounts of each day and category, in their order."""
    hit_lines: Sequence[Row] = scene.case["hit_lines"]
    hit = {line["bkkp_sn"] for line in hit_lines if line["is_fee_line"]}
    sums: dict[tuple[date, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in scene.evidence.lines:
        when, size = day(line["fee_date"]), amount(line["det_item_fee_sumamt"])
        if when is None or size is None:
            continue
        cell = sums[when, KINDS.get(line["med_chrgitm_type"], "其他费")]
        cell[0] += size
        cell[1] += size if line["bkkp_sn"] in hit else 0
    return [Cell(when, category, total, part) for (when, category), (total, part) in sorted(sums.items())]
