"""/tasks and /tasks/<task_no>: a stay that was drawn, and what whoever looks makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from lianshen.cases.services.scope import LEVELS, SEXES
from lianshen_dashboards.parts.common import Part, empty, facts, heading, link_button, table
from lianshen_dashboards.parts.fields import box, choices, line
from lianshen_dashboards.present import Row, grouped, moment
from lianshen_dashboards.texts import say

PATH = "/tasks"
TASK_PATH = "/tasks/<task_no>"
TITLE = f"{say('task.list')} · {say('app.name')}"
SETTLEMENT: tuple[tuple[str, str], ...] = (
    ("fixmedins_name", "机构"), ("hosp_lv", "等级"), ("care", "类别"), ("begndate", "入院"),
    ("enddate", "出院"), ("setl_date", "结算"), ("main_diag_name", "主要诊断"), ("main_diag_code", "诊断编码"),
    ("gend", "性别"), ("age_years", "年龄"), ("medfee_sumamt", "总费用"), ("inscp_amt", "符合范围"),
    ("fund_pay_sumamt", "基金支付"), ("psn_pay", "个人负担"), ("n_lines", "明细行数"),
)  # fmt: skip
LINE: tuple[tuple[str, str, str], ...] = (
    ("fee_date", "日期", "num nowrap"), ("hilist_name", "项目", ""), ("hilist_code", "编码", "num"),
    ("cnt", "数量", "right"), ("pric", "单价", "right"), ("det_item_fee_sumamt", "金额", "right"),
    ("inscp_amt", "符合范围", "right"),
)  # fmt: skip
WORDS: dict[str, dict[str, str]] = {
    "hosp_lv": LEVELS,
    "gend": SEXES,
    "care": {"IPT": "住院", "OTP": "门诊", "ER": "急诊", "OPSP": "门诊慢特病", "RX": "购药", "MAT": "生育"},
}
NUMBERS = {"cnt": 0, "pric": 2}
"""Numbers that are kept with more digits than they need, and how many are shown at least."""


def list_page(tasks: Sequence[Row], done: Sequence[Row]) -> Part:
    """Return the open tasks, and those that were answered."""
    title = [html.H1(say("task.list")), html.Span(say("task.list_note"), className="mute")]
    body = _listed(tasks) if tasks else empty(say("task.none"), say("task.none_hint"))
    cards = [html.Section(body, className="card")]
    if done:
        cards.append(html.Section([heading(say("task.done"), level=2), _listed(done)], className="card"))
    return html.Div([html.Div(title, className="page-head"), *cards], className="page stack", id="tasks")


def _listed(tasks: Sequence[Row]) -> Part:
    heads = [(say("task.no"), "nowrap"), (say("col.region"), ""), (say("task.drawn_on"), "num nowrap"),
             (say("task.minutes"), "right")]  # fmt: skip
    rows: list[list[Part]] = [
        [
            dcc.Link(task["task_no"], href=f"{PATH}/{task['task_no']}", className="num nowrap"),
            task["agency_name"],
            str(task["drawn_on"]),
            say("rank.minutes_of", n=task["minutes"]),
        ]
        for task in tasks
    ]
    return table(heads, rows, label=say("task.list"))


def missing() -> Part:
    """Return the page of a task that is not there or not for these eyes: the two look the same."""
    return html.Div(empty(say("task.not_found"), "", link_button(say("task.back"), PATH)), className="page")


def task_page(task: Row) -> Part:
    """Return one task with its stay."""
    number = task["task_no"]
    title = [
        dcc.Link(f"← {say('task.back')}", href=PATH, className="btn quiet"),
        html.H1(number),
        html.Span(task["agency_name"], className="mute"),
    ]
    stays = [
        html.Section([heading(say("task.settlement"), level=2), facts(_facts(one))], className="card")
        for one in task["settlements"]
    ]
    answer = html.Section(
        [heading(say("task.answer"), level=2), html.Div(answering(task), id="task-answer")], className="card"
    )
    lines = html.Section(
        [
            heading(say("task.lines"), say("task.lines_note", n=f"{len(task['lines']):,}"), level=2),
            html.Div(_lines(task["lines"]), className="scroll-x"),
        ],
        className="card",
    )
    return html.Div(
        [
            html.Div(title, className="page-head"),
            html.Div([html.Div(stays, className="stack"), answer], className="columns-2"),
            lines,
            dcc.Store(id="task-no", data=number),
        ],
        className="page stack",
        id="task",
    )


def answering(task: Row, typed: dict[str, Any] | None = None, error: str = "") -> list[Part]:
    """Return the form, or what was answered."""
    wrong = html.Div(error, className="banner red", role="alert") if error else None
    if task["answered_at"] is not None:
        holds = say("task.holds.yes" if task["holds"] else "task.holds.no")
        at, amount = moment(task["answered_at"]), grouped(task["amount"])
        return [wrong, html.P(say("task.answered", at=at, holds=holds, amount=amount)), html.P(task["text"])]
    given = typed or {}
    options = [("yes", say("task.holds.yes")), ("no", say("task.holds.no"))]
    return [
        wrong,
        choices("holds", say("task.holds"), options, given, columns=2),
        line("amount", say("task.amount"), given, value="0", most=15),
        box("text", say("task.text"), given, hint=say("task.text_hint")),
        html.P(say("task.hint"), className="mute"),
        html.Button(say("task.do"), id="task-do", className="btn primary", type="button", n_clicks=0),
    ]


def _facts(settlement: Row) -> list[tuple[str, Part, bool]]:
    shown = []
    for column, name in SETTLEMENT:
        value = settlement.get(column)
        if value not in (None, ""):
            shown.append((name, WORDS.get(column, {}).get(value, value), column == "fixmedins_name"))
    return shown


def _number(column: str, text: str) -> str:
    """Return a cell without zeros that say nothing."""
    if column not in NUMBERS or "." not in text:
        return text
    whole, _, part = text.partition(".")
    part = part.rstrip("0").ljust(NUMBERS[column], "0")
    return f"{whole}.{part}" if part else whole


def _lines(lines: Sequence[Row]) -> Part:
    rows: list[list[Part]] = [[_number(column, line.get(column) or "") for column, _, _ in LINE] for line in lines]
    return table([(name, kind) for _, name, kind in LINE], rows, label=say("task.lines"))
