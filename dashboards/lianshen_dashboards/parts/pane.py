"""The pane beside the queue: enough to decide without opening the case; the facts of the rules come first."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from lianshen.cases.domain import CERTAINTIES, TRANSITIONS
from lianshen_dashboards.parts.because import key_facts, sentence, unbroken
from lianshen_dashboards.parts.common import Part, button, clock_part, facts, heading, pill, severity, table
from lianshen_dashboards.parts.expected import expected
from lianshen_dashboards.present import Row, grouped, share
from lianshen_dashboards.texts import say

KEYS = {
    "release": ("R", "primary"), "drop": ("D", "danger"), "accept": ("A", "primary"), "confirm": ("C", "primary"),
    "archive": (None, ""),
}  # fmt: skip
FINDINGS_SHOWN = 3
LINES_SHOWN = 6


def actions(case: Row) -> list[Part]:
    """Return the buttons for this case; they act on it alone, whatever is selected."""
    shown = []
    for action in case["actions"]:
        if action in KEYS:
            key, kind = KEYS[action]
            label = TRANSITIONS[action].label
            if action == "release":
                label = say("action.release_to", region=case["region_name"])
            shown.append(button(action, label, key, kind))
    return [*shown, button("open", say("action.open"), "Enter")]


def head(case: Row) -> Part:
    """Return the part that stays in sight: state, number, what, how much, and the buttons."""
    return html.Div(
        [
            html.Div(
                [
                    pill(case["state"]),
                    html.Span(case["case_no"], className="num mute"),
                    clock_part(case["days_left"]),
                    severity(case["severity"]),
                ],
                className="row",
            ),
            html.H2(case["title_zh"]),
            html.Div(
                [
                    html.Span(f"¥{grouped(case['at_issue'])}", className="amount"),
                    " ",
                    html.Span(say("case.at_issue"), className="mute"),
                    *_exposure(case),
                ]
            ),
            html.Div(actions(case), className="row"),
        ],
        className="pane-head",
        **{"data-case": case["case_no"], "data-version": str(case["version"])},
    )


def _exposure(case: Row) -> list[Part]:
    if not case["exposure"]:
        return []
    return [html.Span(f"　{say('case.exposure')} ¥{grouped(case['exposure'])}", className="mute num")]


def why(finding: Row) -> Part:
    """Return one finding: its sentence, its numbers, and where it comes from."""
    amount = f"¥{grouped(finding['counted'])}" if finding["counted"] else say("case.no_effect")
    if not finding["counted"] and finding["exposure"]:
        amount = f"{say('case.exposure')} ¥{grouped(finding['exposure'])}"
    source = f"{finding['rule_id']} {finding['title_zh']} · {CERTAINTIES[finding['certainty']]} · {amount}"
    return html.Div(
        [
            html.Div(unbroken(sentence(finding))),
            key_facts(finding, most=4),
            html.Div(source, className="source num"),
        ],
        className=f"why-short {finding['certainty']}",
    )


def pane(
    case: Row, findings: Sequence[Row], lines: Sequence[Row], same_person: Sequence[Row], rank: Row | None = None
) -> list[Part]:
    """Return the summary of a case."""
    fee_lines = [line for line in lines if line["is_fee_line"]]
    more = len(findings) - FINDINGS_SHOWN
    return [
        head(case),
        html.Div(
            [
                *[why(finding) for finding in findings[:FINDINGS_SHOWN]],
                html.P(say("case.more_findings", n=more), className="mute") if more > 0 else None,
                *([heading(say("rank.title")), *expected(case, rank)] if rank else []),
                heading(say("case.stay"), f"{case['admit']} → {case['discharge']}"),
                facts(_about(case)),
                *(_lines(case, fee_lines) if fee_lines else []),
                *(_person(same_person) if same_person else []),
            ],
            className="pane-body",
        ),
    ]


def informed_pane(case: Row) -> list[Part]:
    """Return what an insured region reads of a case that another region works: summary and result, no finding."""
    result = [
        (say("col.decision"), case["decision_name"] or say("word.none"), False),
        (say("case.determined"), _yuan(case["determined"]), False),
        (say("col.recovered"), _yuan(case["recovered"]) if case["determined"] else say("word.none"), False),
    ]
    return [head(case), html.Div([heading(say("case.stay"), f"{case['admit']} → {case['discharge']}"),
                                  facts([*_about(case), *result])], className="pane-body")]  # fmt: skip


def _yuan(fen: int | None) -> str:
    return f"¥{grouped(fen)}" if fen is not None else say("word.none")


def _about(case: Row) -> list[tuple[str, Part, bool]]:
    return [
        (say("case.institution"), f"{case['fixmedins_name']}（{case['level_name']}）", True),
        (say("case.diagnosis"), f"{case['diag_code'] or ''} {case['diag_name'] or say('word.none')}".strip(), True),
        (say("case.patient"), f"{case['person_name']} {case['sex_name']} {_age(case)}", True),
        (say("col.region"), case["region_name"], False),
        (say("col.insured"), case["insured_name"], False),
        (say("case.total_fee"), f"¥{grouped(case['total_fee'])}", False),
        (say("case.fund_fee"), f"¥{grouped(case['fund_fee'])}", False),
    ]


def _age(case: Row) -> str:
    return f"{case['age_years']} 岁" if case["age_years"] is not None else ""


def _lines(case: Row, lines: Sequence[Row]) -> list[Part]:
    rows: list[list[Part]] = [
        [
            str(line["fee_date"] or "")[5:],
            [line["item_name"], html.Div("、".join(line["rules"]), className="mute")],
            grouped(line["at_issue"] or line["amount"]),
        ]
        for line in lines[:LINES_SHOWN]
    ]
    note = f"{len(lines)} · {share(abs(case['at_issue']), case['fund_fee'])} {say('case.fund_fee')}"
    heads = [(say("line.date"), "num"), (say("line.item"), ""), (say("line.amount"), "right")]
    return [heading(say("case.lines"), note), table(heads, rows, label=say("case.lines"))]


def _person(cases: Sequence[Row]) -> list[Part]:
    rows: list[list[Part]] = [
        [str(one["admit"]), dcc.Link(one["title_zh"], href=f"/cases/{one['case_no']}"), pill(one["state"])]
        for one in cases[:5]
    ]
    heads = [(say("line.date"), "num"), (say("col.rule"), ""), (say("col.state"), "")]
    return [heading(say("case.same_person")), table(heads, rows, label=say("case.same_person"))]
