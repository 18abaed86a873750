"""Fee lines and their determination: the hit ones first, amounts entered where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
from dash import html

from lianshen.cases.domain import DECISIONS, DETERMINATIONS, Determined, derive_decision, within_limit
from lianshen_dashboards import grid
from lianshen_dashboards.evidence import Evidence
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.parts.findings import section_title
from lianshen_dashboards.present import Row, grouped, yuan
from lianshen_dashboards.texts import say

SHOWN = 14
KINDS = {
    "01": "床位费",
    "02": "诊察费",
    "03": "检查费",
    "04": "化验费",
    "05": "治疗费",
    "06": "手术费",
    "07": "护理费",
    "08": "卫生材料费",
    "09": "西药费",
    "10": "中药饮片费",
    "11": "中成药费",
    "12": "一般诊疗费",
    "13": "挂号费",
    "14": "其他费",
}
LABELS = {reason.label: code for code, reason in DETERMINATIONS.items()}


def hit_row(line: Row) -> Row:
    """Return a line to determine as a row of the table."""
    reason = DETERMINATIONS.get(line["reason"] or "")
    return {
        "id": line["bkkp_sn"],
        "hit": "、".join(line["rules"]),
        "fee_date": str(line["fee_date"] or ""),
        "kind": KINDS.get(line["med_chrgitm_type"] or "", "") if line["is_fee_line"] else "整单",
        "code": line["hilist_code"],
        "item": line["item_name"],
        "cnt": plain(line["cnt"]),
        "pric": plain(line["pric"]),
        "amount": yuan(line["amount"]),
        "inscp": yuan(line["inscp"]),
        "limit": yuan(line["at_most"]),
        "determined": yuan(line["determined"]),
        "reason": reason.label if reason else None,
        "reason_text": line["reason_text"],
    }


def other_rows(evidence: Evidence, hit: set[str]) -> list[Row]:
    """Return the fee lines that no finding is about, as they were settled."""
    return [
        {
            "id": line["bkkp_sn"],
            "hit": "",
            "fee_date": line["fee_date"],
            "kind": KINDS.get(line["med_chrgitm_type"], ""),
            "code": line["hilist_code"],
            "item": line["hilist_name"],
            "cnt": plain(line["cnt"]),
            "pric": plain(line["pric"]),
            "amount": line["det_item_fee_sumamt"],
            "inscp": line["inscp_amt"],
        }
        for line in evidence.lines
        if line["bkkp_sn"] not in hit
    ]


def plain(number: str | None) -> str | None:
    """Return a decimal text without trailing zeros: ``2.0000`` is ``2``."""
    if number is None or "." not in number:
        return number
    return number.rstrip("0").rstrip(".")


def columns(may_determine: bool) -> list[dict[str, Any]]:
    """Return the columns; amount and reason can be edited where the principal may determine."""
    edit: dict[str, Any] = (
        {"editable": grid.function("params.data.hit !== ''"), "cellClassRules": {"to-fill": "params.data.hit !== ''"}}
        if may_determine
        else {}
    )
    reasons: dict[str, Any] = {"cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": list(LABELS)}}

    def column(name: str, width: int, key: str = "", **more: Any) -> dict[str, Any]:
        return {"field": name, "headerName": say(f"line.{key or name}"), "width": width, **more}

    right: dict[str, Any] = {"type": "rightAligned"}
    return [
        column("hit", 84, "rules", cellClass="hit", pinned="left"),
        column("fee_date", 102, "date", cellClass="number"),
        column("item", 150, flex=1, minWidth=128),
        column("cnt", 58, "count", **right),
        column("pric", 76, "price", **right),
        column("amount", 96, **grid.MONEY),
        column("limit", 96, **grid.MONEY),
        column(
            "determined",
            112,
            **grid.MONEY,
            valueParser=grid.function("amountTyped(params.newValue, params.oldValue)"),
            **edit,
        ),
        column("reason", 132, **edit, **reasons),
        *([column("reason_text", 110, **edit)] if may_determine else []),
        column("kind", 84),
        column("inscp", 100, **grid.MONEY),
        column("code", 170, cellClass="number"),
    ]


def lines_card(case: Row, rows: list[Row], total: int) -> Part:
    """Return the second section of the case."""
    hit = case["hit_lines"]
    height = 34 * (min(len(rows), SHOWN) + 1) + 18
    toggle = html.Button(
        say("case.all_lines", n=total), id="all-lines", className="btn small", type="button", hidden=total == len(hit)
    )
    return html.Section(
        [
            section_title(2, say("case.lines"), _limit_said("case.hits", hit, hits=len(hit))),
            html.Div(
                [
                    html.Span(
                        say("case.fill_hint"), id="fill-hint", className="mute", hidden=not case["may_determine"]
                    ),
                    html.Span(className="spacer"),
                    toggle,
                ],
                className="row",
            ),
            dag.AgGrid(
                id="lines",
                rowData=rows,
                columnDefs=columns(case["may_determine"]),
                getRowId="params.data.id",
                defaultColDef={**grid.DEFAULT_COLUMN, "tooltipValueGetter": grid.function("params.value")},
                dashGridOptions=grid.options(
                    singleClickEdit=True,
                    stopEditingWhenCellsLoseFocus=True,
                    enterNavigatesVerticallyAfterEdit=True,
                    enterNavigatesVertically=True,
                    suppressMovableColumns=True,
                ),
                style={"height": f"{height}px", "width": "100%", "marginTop": "8px"},
                className="",
            ),
            html.Div(id="line-message", **{"aria-live": "polite"}),
        ],
        className="card",
        id="lines-card",
    )


def complete(limit: int, amount: int | None, reason: str | None, changed: str) -> tuple[int | None, str | None]:
    """Return amount and reason where one of them says the other; what cannot be said stays None.

    The full amount is a violation, a part of it a partial one; nothing has several possible reasons, so it asks.
    A reason that clears the line makes the amount nothing; one that holds makes it the full amount.
    """
    given = DETERMINATIONS.get(reason or "")
    if changed == "reason" and given is not None:
        if not given.holds:
            return 0, reason
        if amount in (None, 0) and reason != "partly":
            return limit, reason
        return amount, reason
    if amount is None:
        return None, None
    if amount == 0 and limit != 0:
        return (0, reason) if given is not None and not given.holds else (0, None)
    if given is not None and given.holds and not (reason == "partly" and amount == limit):
        return amount, "partly" if reason == "violation" and amount != limit else reason
    return amount, "violation" if amount == limit else "partly" if within_limit(amount, limit) else reason


def progress(lines: Sequence[Row]) -> Part:
    """Return the sum of what was determined, what is open, and the decision that follows."""
    weighed = [line for line in lines if line["at_most"] != 0] or list(lines)
    open_lines = sum(line["determined"] is None for line in weighed)
    done = sum(line["determined"] or 0 for line in lines)
    decision = derived(lines)
    rest = say("act.open_lines", n=open_lines) if open_lines else say("act.derived", decision=decision or "")
    return html.Div(
        [html.Div(_limit_said("act.sum_of", lines, sum=grouped(done)), className="num strong"), html.Div(rest)],
        className="sum-of-lines",
    )


def _limit_said(text: str, lines: Sequence[Row], **said: object) -> str:
    """Return a text with what may be determined; money that is merely estimated is said apart, for nobody proposes it.

    An estimate is what a line may be determined at though no money of it is at issue.
    """
    limit = sum(line["at_most"] for line in lines)
    estimate = sum(line["at_most"] for line in lines if not line["at_issue"])
    if not estimate:
        return say(text, amount=grouped(limit), limit=grouped(limit), **said)
    return say(f"{text}_estimated", amount=grouped(limit - estimate), estimate=grouped(estimate), **said)


def derived(lines: Sequence[Row]) -> str | None:
    """Return the decision that the lines amount to, in words; None while lines are open."""
    given = [
        Determined(
            line["at_most"], line["determined"], DETERMINATIONS[line["reason"]].holds if line["reason"] else None
        )
        for line in lines
    ]
    decision = derive_decision(given)
    return DECISIONS[decision] if decision else None
