"""/admin/audit: what happened, who looked at what, and does the chain hold? For the auditor alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from lianshen.cases.domain import STATES, TRANSITIONS
from lianshen.cases.inquiries import step_name
from lianshen_dashboards.parts.common import Part, empty, heading, link_button, table
from lianshen_dashboards.parts.history import WORDS
from lianshen_dashboards.present import Row, moment
from lianshen_dashboards.texts import say

PATH = "/admin/audit"
TITLE = f"{say('audit.title')} · {say('app.name')}"
ACTIONS = {**WORDS, **{action: rule.label for action, rule in TRANSITIONS.items()},
    "export": "导出",
    "locked": "锁定账号",
    "password_changed": "修改密码",
    "password_set": "重置密码",
    "report": "生成报告",
    "sign_in": "登录",
    "sso_linked": "关联单点登录",
    "role_granted": "授予角色",
    "token_added": "发放令牌",
    "token_revoked": "收回令牌",
    "trail_verified": "核验记录链",
    "user_added": "新建账号",
    "user_disabled": "停用账号",
    "user_placed": "调整机构",
    "user_unlocked": "解除锁定",
    "webhook_added": "登记推送",
    "webhook_removed": "取消推送",
    "webhook_replayed": "重新推送"
}  # fmt: skip
"""What is done to a case is named where its history is; here stands what happens apart from cases."""
LOOKED_AT = {"case": "案件", "person": "参保人", "inquiry": "协同事项"}


@dataclass(frozen=True)
class AuditView:
    """What the auditor asked for and what was found; ``asked`` is the filter as it was typed, ``bad`` what was not
    understood of it."""

    asked: Mapping[str, str]
    events: Sequence[Row]
    views: Sequence[Row]
    chain: Row
    actions: Sequence[str]
    bad: str = ""


def action_name(action: str) -> str:
    """Return an action in words; one without words is shown as it is written."""
    return ACTIONS.get(action) or step_name(action) or action


def denied() -> Part:
    """Return the page for everybody but the auditor."""
    return html.Div(empty(say("audit.denied")), className="page")


def page(view: AuditView) -> Part:
    """Return the trail."""
    return html.Div(
        [
            html.Div(html.H1(say("audit.title")), className="page-head"),
            _card(say("audit.chain"), chain(view.chain)),
            html.Section([form(view), html.P(view.bad, className="check-bad") if view.bad else None], className="card"),
            html.Div(
                [
                    _card(say("audit.events"), events(view)),
                    _card(say("audit.views"), views(view.views)),
                ],
                className="columns-2 wide-left logs",
            ),
        ],
        className="page stack",
    )


def chain(state: Row) -> Part:
    """Return where the chain ends, when it was last walked, and the button that walks it."""
    return html.Div(
        [
            html.Div(
                [
                    say("audit.chain_state", n=f"{state['seq']:,}"),
                    " ",
                    html.Span(state["hash"] or say("word.none"), className="hash"),
                ]
            ),
            html.Div(
                [
                    html.Div(checked(state["checked"]), id="chain-said", role="status"),
                    html.Button(say("audit.verify"), id="verify", className="btn", type="button", n_clicks=0),
                ],
                className="row",
            ),
        ],
        className="stack",
    )


def checked(event: Row | None) -> Part:
    """Return what the last walk along the chain found."""
    if event is None:
        return html.Span(say("audit.never"), className="mute")
    what = event["reason"] or say("audit.whole")
    text = say("audit.checked", at=moment(event["at"]), who=event["actor_name"], what=what)
    return html.Span(text, className="check-bad" if event["reason"] else "check-ok")


def walked(found: Row) -> Part:
    """Return what a walk along the chain found just now."""
    broken = found["broken"]
    if broken is None:
        return html.Span(say("audit.just_whole", n=f"{found['events']:,}"), className="check-ok")
    return html.Span(say("audit.broken", seq=broken.seq, why=broken.why), className="check-bad", role="alert")


def form(view: AuditView) -> Part:
    """Return the search: a plain form, so that what was asked stands in the address."""
    fields = (("case_no", 24), ("actor", 40), ("action", 32), ("since", 10), ("until", 10))
    lists = {"action": "trail-actions"}
    entries = [
        html.Label(
            [
                html.Span(say(f"audit.{name.removesuffix('_no')}"), className="label"),
                dcc.Input(
                    id=f"audit-{name}", name=name, type="text", value=view.asked.get(name, ""), maxLength=most,
                    className="input", autoComplete="off", placeholder="2026-11-20" if most == 10 else "",
                    **({"list": lists[name]} if name in lists else {}),
                ),
            ],
            className="field" + (" narrow" if most == 10 else ""),
        )
        for name, most in fields
    ]  # fmt: skip
    query = urlencode({name: value for name, value in view.asked.items() if value and name != "before"})
    buttons = [
        html.Button(say("audit.search"), className="btn primary", type="submit"),
        link_button(say("filter.clear_all"), PATH, "quiet"),
        html.A(say("audit.export"), href=f"/api/v1/trail.csv?{query}", className="btn", title=say("audit.export_note")),
    ]
    known = html.Datalist(
        [html.Option(value=action, label=action_name(action)) for action in view.actions], id="trail-actions"
    )
    return html.Form([*entries, *buttons, known], action=PATH, method="GET", className="form-row")


def events(view: AuditView) -> Part:
    """Return the events, newest first, with a way to older ones."""
    if not view.events:
        return html.P(say("audit.none"), className="mute")
    heads = [("序号", "right"), ("时间", "num nowrap"), (say("audit.actor"), ""), (say("audit.action"), "nowrap"),
             (say("audit.case"), "num nowrap"), ("状态", "nowrap"), ("说明", "wrap")]  # fmt: skip
    rows: list[list[Part]] = [
        [
            f"{row['seq']:,}",
            moment(row["at"]),
            [row["actor_name"], html.Div(row["actor"], className="mute num")],
            html.Span(action_name(row["action"]), title=row["action"]),
            dcc.Link(row["case_no"], href=f"{PATH}?{urlencode({'case_no': row['case_no']})}") if row["case_no"] else "",
            _states(row),
            _said(row),
        ]
        for row in view.events
    ]
    older = urlencode({**{k: v for k, v in view.asked.items() if v}, "before": view.events[-1]["seq"]})
    return html.Div(
        [
            html.Div(table(heads, rows, label=say("audit.events")), className="scroll-x"),
            link_button(say("audit.older"), f"{PATH}?{older}", "small"),
        ]
    )


def _states(row: Mapping[str, Any]) -> str:
    names = [STATES[row[side]][0] if row[side] in STATES else row[side] or "" for side in ("before", "after")]
    return names[1] if names[0] == names[1] or not names[0] else f"{names[0]} → {names[1]}"


def _said(row: Row) -> Part:
    detail = html.Details([html.Summary("明细"), html.Pre(row["detail"], className="said hash")], className="data")
    return [row["reason"] or "", detail if row["detail"] else None]


def views(rows: Sequence[Row]) -> Part:
    """Return who opened which case."""
    if not rows:
        return html.P(say("audit.none"), className="mute")
    heads = [("时间", "num nowrap"), (say("audit.actor"), ""), (say("audit.case"), "num nowrap"), ("内容", "nowrap")]
    cells: list[list[Part]] = [
        [
            moment(row["at"]),
            row["login"],
            dcc.Link(row["case_no"], href=f"{PATH}?{urlencode({'case_no': row['case_no']})}"),
            LOOKED_AT.get(row["what"], row["what"]),
        ]
        for row in rows
    ]
    return html.Div(table(heads, cells, label=say("audit.views")), className="scroll-x")


def _card(title: str, body: Part) -> Part:
    return html.Section([heading(title, level=2), body], className="card")
