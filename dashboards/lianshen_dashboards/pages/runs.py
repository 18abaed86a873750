"""/runs and /runs/<night>: did last night work, is what arrived complete, and what was set aside?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html

from lianshen_dashboards.parts.bars import Bar, bars
from lianshen_dashboards.parts.common import Part, empty, heading, link_button, table
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

PATH = "/runs"
NIGHT_PATH = "/runs/<night>"
TITLE = f"{say('runs.title')} · {say('app.name')}"
STATUS = {
    "running": ("进行中", "amber"),
    "done": ("完成", "green"),
    # The snapshot that a page reads was written just before its own run was marked as published.
    "published": ("完成", "green"),
    "failed": ("失败", "red"),
    "killed": ("中断", "red"),
}
SEVERITIES = {
    "stop": ("停止", "red"),
    "set_aside": ("隔离", "amber"),
    "warn": ("警示", "slate"),
    "info": ("计数", "grey"),
}
STEPS = {
    "receive": "接收",
    "check": "质量检查",
    "settle_in": "入库",
    "look_again": "更新宽表",
    "recompute_settlements": "待遇复算",
    "balance_books": "对账",
    "enter_deductions": "登记清算扣款",
    "mirror_cases": "读取案件进度",
    "screen": "规则筛查",
    "score": "模型评分",
    "watch_drift": "监测数据漂移",
    "price": "金额核定",
    "clear_touched": "收尾",
    "raise_cases": "生成案件",
    "tick_off": "登记",
    "rank": "案件排序与抽样",
    "watch_clocks": "提醒期限",
    "publish": "发布",
}
PLACES = (("received", "接收"), ("accepted", "入库"), ("set_aside", "隔离"), ("superseded", "被取代"))
CHECKS_SHOWN = 200


def status(run: Row) -> Part:
    """Return how a run ended."""
    name, colour = STATUS.get(run["status"], (run["status"], "slate"))
    return html.Span(name, className=f"pill {colour}")


def seconds(value: float | None) -> str:
    """Return a time as people read it."""
    if value is None:
        return say("word.none")
    return f"{int(value // 60)} 分 {int(value % 60):02d} 秒" if value >= 60 else f"{value:.1f} 秒"


def list_page(runs: Sequence[Row]) -> Part:
    """Return the list of nights, newest first."""
    title = html.Div(html.H1(say("runs.title")), className="page-head")
    if not runs:
        return html.Div([title, empty(say("runs.none"), say("runs.none_hint"))], className="page")
    right = "right"
    heads = [
        (say("runs.night"), ""),
        (say("runs.state"), ""),
        ("开始", "num"),
        (say("runs.seconds"), right),
        (say("runs.packages"), right),
        (say("runs.received"), right),
        (say("runs.set_aside"), right),
        (say("runs.findings"), right),
        (say("runs.failed_rules"), right),
    ]
    rows: list[list[Part]] = []
    for run in runs:
        account = run["detail"].get("account") or {}
        rows.append(
            [
                dcc.Link(run["night"], href=f"/runs/{run['night']}", className="num"),
                status(run),
                str(run["started_at"])[:16],
                seconds(run["seconds"]),
                f"{len(run['detail'].get('packages') or []):,}",
                f"{account.get('received', 0):,}",
                f"{account.get('set_aside', 0):,}",
                f"{run['findings'] or 0:,}",
                html.Span(f"{run['failed_rules'] or 0:,}", className="check-bad" if run["failed_rules"] else "mute"),
            ]
        )
    listed = table(heads, rows, label=say("runs.title"))
    return html.Div([title, html.Section(html.Div(listed, className="scroll-x"), className="card")], className="page")


def night_page(run: Row | None, night: str, rule_names: Mapping[str, str] | None = None) -> Part:
    """Return one night."""
    back = dcc.Link(say("runs.back"), href=PATH, className="btn quiet")
    if run is None:
        return html.Div(empty(say("runs.not_found"), night, link_button(say("runs.back"), PATH)), className="page")
    title = html.Div(
        [
            back,
            html.H1(f"{say('runs.night')} {night}"),
            status(run),
            html.Span(f"{str(run['started_at'])[:16]} · {seconds(run['seconds'])}", className="mute num"),
        ],
        className="page-head",
    )
    failed = run["detail"].get("error")
    return html.Div(
        [
            title,
            html.Div(failed, className="banner red", role="alert") if failed else None,
            *[html.Div(f"整表停止：{why}", className="banner red") for why in run["detail"].get("stopped") or []],
            html.Section(
                [heading(say("runs.account"), say("runs.account_note"), level=2), accounts(run)], className="card"
            ),
            html.Div(
                [
                    html.Section(
                        [heading(say("runs.quality"), say("runs.quality_note"), level=2), checks(run["checks"])],
                        className="card",
                    ),
                    html.Div(
                        [
                            html.Section([heading(say("runs.steps"), level=2), steps(run["steps"])], className="card"),
                            html.Section(
                                [heading(say("runs.rules"), level=2), rules(run, rule_names or {})], className="card"
                            ),
                        ],
                        className="stack",
                    ),
                ],
                className="columns-2 wide-left",
            ),
        ],
        className="page stack",
    )


def accounts(run: Row) -> Part:
    """Return the balance of rows and yuan, as an equation, and each table of the packages."""
    account = run["detail"].get("account")
    if not account:
        return html.P(say("word.none"), className="mute")
    parts = [equation(account, "", "行"), equation(account, "_yuan", say("word.yuan"))]
    if run["accounts"]:
        parts.append(
            html.Details(
                [html.Summary("各表"), html.Div(_per_table(run["accounts"]), className="scroll-x")], className="more"
            )
        )
    return html.Div(parts, className="stack")


def equation(account: Row, suffix: str, unit: str) -> Part:
    """Return received = accepted + set aside + superseded, and whether it holds."""
    values = [Decimal(str(account.get(f"{name}{suffix}") or 0)) for name, _ in PLACES]
    closes = values[0] == sum(values[1:], Decimal(0))
    parts: list[Part] = []
    for sign, (_, name), value in zip(("", "=", "+", "+"), PLACES, values, strict=True):
        parts += [html.Span(sign, className="sign")] if sign else []
        parts.append(html.Span([html.Small(f"{name}（{unit}）"), html.B(f"{value:,}")], className="term"))
    verdict = html.Span(
        f"✓ {say('runs.balanced')}" if closes else f"✗ {say('runs.unbalanced')}",
        className="check-ok" if closes else "check-bad",
    )
    return html.Div([*parts, verdict], className="equation")


def _per_table(rows: Sequence[Row]) -> Part:
    names = list(rows[0])
    heads = [(name, "right" if isinstance(rows[0][name], int | Decimal) else "") for name in names]
    cells: list[list[Part]] = [[_cell(row[name]) for name in names] for row in rows]
    return table(heads, cells, label=say("runs.account"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | Decimal) and not isinstance(value, bool) else str(value)


def checks(rows: Sequence[Row]) -> Part:
    """Return the checks, failed ones first; passed ones folded away."""
    failed = [row for row in rows if not row["passed"] or row["unexpected"]]
    fine = [row for row in rows if row["passed"] and not row["unexpected"]]
    parts: list[Part] = [
        html.P(
            [
                html.Span(f"✓ {len(fine):,} 项通过", className="check-ok"),
                "　",
                html.Span(f"✗ {len(failed):,} 项有异常", className="check-bad" if failed else "mute"),
            ],
            className="num",
        )
    ]
    if failed:
        parts.append(_checks_table(failed[:CHECKS_SHOWN]))
    if rows:
        parts.append(by_table(rows))
    if fine:
        parts.append(html.Details([html.Summary("通过的检查"), _checks_table(fine[:CHECKS_SHOWN])], className="more"))
    return html.Div(parts)


def by_table(rows: Sequence[Row]) -> Part:
    """Return for each table how many checks passed, and how many rows each severity concerns."""
    tables: dict[str, dict[str, int]] = {}
    for row in rows:
        sums = tables.setdefault(row["table_name"], dict.fromkeys(("checks", "passed", *SEVERITIES), 0))
        sums["checks"] += 1
        sums["passed"] += row["passed"]
        if row["severity"] in SEVERITIES:
            sums[row["severity"]] += row["unexpected"]
    cells: list[list[Part]] = []
    for name, sums in sorted(tables.items()):
        whole = sums["passed"] == sums["checks"]
        passed = html.Span(f"{sums['passed']} / {sums['checks']}", className="check-ok" if whole else "check-bad")
        found = [html.Span(f"{sums[kind]:,}", className="strong" if sums[kind] else "mute") for kind in SEVERITIES]
        cells.append([html.Span(name, className="num"), passed, *found])
    heads = [("表", ""), ("通过 / 检查", "right"), *[(name, "right") for name, _ in SEVERITIES.values()]]
    return table(heads, cells, label=say("runs.quality"))


def _checks_table(rows: Sequence[Row]) -> Part:
    cells: list[list[Part]] = []
    for row in rows:
        name, colour = SEVERITIES.get(row["severity"], (row["severity"], "slate"))
        where = f"{row['table_name']}.{row['column_name']}" if row["column_name"] else row["table_name"]
        cells.append(
            [
                html.Span(name, className=f"pill {colour}"),
                [row["title_zh"], html.Div(f"{where} · {row['code']}", className="mute num")],
                f"{row['unexpected']:,}",
                f"{row['evaluated']:,}",
                html.Span(
                    "通过" if row["passed"] else "未通过", className="check-ok" if row["passed"] else "check-bad"
                ),
            ]
        )
    heads = [("级别", ""), ("检查", ""), ("异常", "right"), ("检查行数", "right"), (say("runs.state"), "nowrap")]
    return html.Div(table(heads, cells, label=say("runs.quality")), className="scroll-x")


def steps(rows: Sequence[Row]) -> Part:
    """Return the steps of a night with their seconds."""
    shown = [
        Bar(
            STEPS.get(str(row["step"]), str(row["step"])) + (f" ×{row['times']}" if row["times"] > 1 else ""),
            int(row["seconds"] * 1000),
            seconds(row["seconds"]),
            tone="red" if row["status"] == "failed" else "",
            title=row["note"] or row["step"],
        )
        for row in rows
    ]
    return bars(shown, say("runs.steps"))


def rules(run: Row, names: Mapping[str, str]) -> Part:
    """Return failed rules with their errors, then how many findings each rule gave."""
    failed = [row for row in run["rules"] if row["error"]]
    found = [row for row in run["rules"] if not row["error"] and row["findings"]]
    quiet = sum(not row["error"] and not row["findings"] for row in run["rules"])
    parts: list[Part] = [
        html.Div([html.B(row["rule_id"]), f" {row['error']}"], className="banner red") for row in failed
    ]
    if found:
        shown = [
            Bar(
                f"{row['rule_id']} {names.get(row['rule_id'], '')}".strip(),
                row["findings"],
                f"{row['findings']:,}",
                f"/queue?rule={row['rule_id']}",
                title=f"{row['rule_id']} 读取 {row['rows_read']:,} 行，{seconds(row['seconds'])}",
            )
            for row in found
        ]
        parts.append(bars(shown, say("runs.rules")))
    else:
        parts.append(html.P(say("runs.no_findings"), className="mute"))
    return html.Div([*parts, html.P(f"另有 {quiet} 条规则没有疑点。", className="mute") if quiet else None])
