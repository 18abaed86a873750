"""What happened to the case, and which other cases belong to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import dcc, html

from lianshen.cases.domain import STATES, TRANSITIONS
from lianshen.cases.inquiries import step_name
from lianshen_dashboards.parts.common import Part, heading, pill, table
from lianshen_dashboards.parts.findings import section_title
from lianshen_dashboards.present import Row, grouped, moment
from lianshen_dashboards.texts import say

WORDS = {
    "raised": "立案",
    "reassembled": "证据更新",
    "evidence_changed": "证据变化",
    "determine": "认定金额",
    "comment": "备注",
    "resettle": "须重新结算",
    "removed": "撤案",
    "files_moved": "附件随结算并入",
    "recover": "登记追回",
    "reverse": "冲销追回",
    "attach": "上传附件",
    "hide": "隐藏附件",
    "unmask": "查看完整编号",
    "export": "导出案卷",
    "letter": "生成文书",
    "warned": "临期提醒",
    "overdue": "超期",
    "escalated": "上报负责人",
    "ranked": "排序",
    "sample_drawn": "抽取盲样",
    "second_looks_drawn": "抽取二次复看",
    "sample_answered": "完成抽检",
}


def events(rows: Sequence[Row]) -> Part:
    """Return the trail, newest first."""
    items = []
    for row in rows:
        rule = TRANSITIONS.get(row["action"])
        name = rule.label if rule else WORDS.get(row["action"]) or step_name(row["action"]) or row["action"]
        after = f" → {STATES[row['after']][0]}" if row["after"] in STATES and row["after"] != row["before"] else ""
        items.append(
            html.Li(
                [
                    html.Div([html.B(row["actor_name"]), f" {name}{after}"]),
                    html.Div(row["reason"], className="said") if row["reason"] else None,
                    _detail(row),
                    html.Div(moment(row["at"]), className="when"),
                ]
            )
        )
    return html.Div([heading(say("act.history")), html.Ul(items, className="timeline")])


def _detail(row: Row) -> Part:
    detail = row["detail"] or {}
    if row["action"] == "determine" and "lines" in detail:
        return html.Div(f"{detail['lines']} 行", className="said")
    if row["action"] in ("determine", "recover", "reverse") and detail.get("fen") is not None:
        return html.Div(f"¥{grouped(int(detail['fen']))}", className="said num")
    if row["action"] in ("attach", "hide"):
        return html.Div(detail.get("name", ""), className="said")
    return None


def related(groups: Mapping[str, Sequence[Row]]) -> Part:
    """Return the section of cases linked by a finding, of the same person, of the same kind at the institution."""
    names = {
        "linked": say("case.linked_cases"),
        "person": say("case.same_person"),
        "institution": say("case.same_institution"),
    }
    shown: list[Part] = []
    seen: set[str] = set()
    for key, name in names.items():
        cases = [case for case in groups.get(key, ()) if case["case_no"] not in seen]
        seen |= {case["case_no"] for case in cases}
        if cases:
            shown += [heading(name, f"{len(cases)} {say('word.cases')}"), _table(cases, name)]
    body = shown or [html.P(say("case.no_related"), className="mute")]
    return html.Section([section_title(5, say("case.related")), *body], className="card")


def _table(cases: Sequence[Row], label: str) -> Part:
    rows: list[list[Part]] = [
        [
            dcc.Link(case["case_no"], href=f"/cases/{case['case_no']}", className="num"),
            case["title_zh"],
            case["fixmedins_name"],
            f"{case['admit']} → {case['discharge']}",
            grouped(case["at_issue"]),
            pill(case["state"]),
        ]
        for case in cases
    ]
    heads = [
        (say("col.case_no"), ""),
        (say("col.rule"), ""),
        (say("col.inst"), ""),
        (say("case.stay"), "num"),
        (say("col.at_issue"), "right"),
        (say("col.state"), ""),
    ]
    return html.Div(table(heads, rows, label=label), className="scroll-x")
