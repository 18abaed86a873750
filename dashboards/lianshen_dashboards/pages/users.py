"""/admin/users: who may sign in. One administrator makes accounts, another gives roles, a third reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import dcc, html

from lianshen.agency import agencies
from lianshen.cases.domain import ROLES, SEPARATED, Principal
from lianshen.cases.services.scope import agency_name
from lianshen_dashboards.parts.common import Part, empty, heading, table
from lianshen_dashboards.parts.fields import choices
from lianshen_dashboards.present import Row, moment
from lianshen_dashboards.texts import say

PATH = "/admin/users"
TITLE = f"{say('users.title')} · {say('app.name')}"
NO_ROLE = "none"
"""How the form says that a role is taken away: an empty value would be no choice at all."""


def denied() -> Part:
    """Return the page for everybody who is no administrator."""
    return html.Div(empty(say("users.denied")), className="page")


def page(p: Principal, users: Sequence[Row]) -> Part:
    """Return the accounts with what the administrator may do to them."""
    title = html.Div(
        [html.H1(say("users.title")), html.Span(f"{len(users):,} 个", className="mute num")], className="page-head"
    )
    forms: list[Part] = []
    if p.role == "sysadmin":
        forms = [_card(say("users.add"), adding()), _card(say("users.place"), placing(), say("users.place_note"))]
    elif p.role == "secadmin":
        forms = [_card(say("users.grant_title"), granting(), say("users.grant_note"))]
    return html.Div(
        [
            title,
            html.P(say("users.three"), className="mute"),
            html.Div(forms, className="columns-2" if len(forms) > 1 else "") if forms else None,
            html.Div(id="users-said", className="said-box", role="status"),
            html.Section(html.Div(listed(p, users), id="users-list", className="scroll-x"), className="card"),
            _lists(users),
        ],
        className="page stack",
    )


def listed(p: Principal, users: Sequence[Row]) -> Part:
    """Return the table of accounts."""
    heads = [(say("users.login"), ""), (say("users.name"), ""), (say("users.role"), "nowrap"),
             (say("users.agency"), "nowrap"), (say("users.state"), "nowrap"), (say("users.created"), "num nowrap"),
             *([("", "nowrap right")] if p.role == "sysadmin" else [])]  # fmt: skip
    rows = [
        [
            html.Span(user["login"], className="num strong"),
            user["name"],
            _role(user),
            [agency_name(user["agency"]) if user["agency"] else say("users.whole"),
             html.Div(say("users.insured"), className="mute") if user["sees_insured"] else None],
            _state(user),
            moment(user["created_at"]),
            *([_buttons(p, user)] if p.role == "sysadmin" else []),
        ]
        for user in users
    ]  # fmt: skip
    return table(heads, rows, label=say("users.title"))


def _role(user: Row) -> Part:
    kind = "amber" if not user["role"] else "indigo" if user["role"] in SEPARATED else "slate"
    return html.Span(user["role_name"], className=f"pill {kind}")


def _state(user: Row) -> Part:
    if not user["is_active"]:
        return html.Span(say("users.off"), className="pill grey")
    if user["is_locked"]:
        return html.Span(say("users.locked"), className="pill red")
    if user["is_due"]:
        return html.Span(say("users.due"), className="pill amber")
    return html.Span(say("users.active"), className="pill green")


def _buttons(p: Principal, user: Row) -> Part:
    may: list[tuple[str, str, str]] = []
    if user["is_active"] and user["login"] != p.login:
        may.append(("disable", say("users.disable"), "danger"))
    if user["is_locked"]:
        may.append(("unlock", say("users.unlock"), ""))
    # An administrator's password is set on the server only.
    if user["role"] not in SEPARATED:
        may.append(("reset", say("users.reset"), ""))
    return html.Span(
        [
            html.Button(
                label, id={"account": user["login"], "do": action}, className=f"btn small {kind}".strip(),
                type="button", n_clicks=0, **{"aria-label": f"{label} {user['login']}"},
            )
            for action, label, kind in may
        ],
        className="row end",
    )  # fmt: skip


def adding() -> Part:
    """Return the form of a new account; its first password is made here and shown once."""
    return html.Div(
        [
            _field("add-login", say("users.login"), "zhang.wei", "off"),
            _field("add-name", say("users.name"), "张伟", "off"),
            _field("add-agency", say("users.agency"), say("users.agency_hint"), "off", "agency-codes"),
            _button("add", say("users.add")),
        ],
        className="form-row",
    )


def placing() -> Part:
    """Return the form that moves an account to another agency, or lets it be told of its insured persons."""
    yes_no = [("", say("users.insured_no")), ("yes", say("users.insured_yes"))]
    told = choices("place-insured", say("users.insured"), yes_no, {}, "", columns=2)
    return html.Div(
        [
            _field("place-login", say("users.login"), "", "off", "logins"),
            _field("place-agency", say("users.agency"), say("users.agency_hint"), "off", "agency-codes"),
            told,
            _button("place", say("users.place_do")),
        ],
        className="form-row",
    )


def granting() -> Part:
    """Return the form that gives an account its role."""
    roles = [*ROLES.items(), (NO_ROLE, say("users.no_role"))]
    chosen = choices("grant-role", say("users.role"), roles, {}, columns=5)
    return html.Div(
        [
            _field("grant-login", say("users.login"), "", "off", "logins"),
            chosen,
            _button("grant", say("users.grant")),
        ],
        className="form-row",
    )


def new_password(login: str, password: str, before: str = "") -> Part:
    """Return a password that is shown this once."""
    return html.Div(
        [before, say("users.new_password", login=login), html.Span(password, className="one-time")],
        className="banner green",
    )


def done(text: str) -> Part:
    """Return that something was done."""
    return html.Div(text, className="banner green")


def refused(why: str) -> Part:
    """Return why nothing was done."""
    return html.Div(why, className="banner red", role="alert")


def agency_code(typed: str) -> str | None:
    """Return the code that a name or a code means; nothing is the whole province."""
    wanted = typed.strip()
    names: Mapping[str, str] = {agency.name_zh: code for code, agency in agencies().items()}
    return names.get(wanted) or names.get(f"{wanted}市") or wanted or None


def _field(name: str, label: str, hint: str, complete: str, suggestions: str = "") -> Part:
    entry = dcc.Input(
        id={"field": name}, type="text", className="input", placeholder=hint, autoComplete=complete,
        maxLength=80, value="", **({"list": suggestions} if suggestions else {}),
    )  # fmt: skip
    return html.Label([html.Span(label, className="label"), entry], className="field")


def _button(action: str, label: str) -> Part:
    return html.Button(label, id={"account": "", "do": action}, className="btn primary", type="button", n_clicks=0)


def _lists(users: Sequence[Row]) -> Part:
    codes = [html.Option(value=code, label=agency.name_zh) for code, agency in agencies().items()]
    logins = [html.Option(value=user["login"], label=user["name"]) for user in users]
    return html.Div([html.Datalist(codes, id="agency-codes"), html.Datalist(logins, id="logins")], hidden=True)


def _card(title: str, body: Part, note: str | None = None) -> Part:
    return html.Section([heading(title, note, level=2), body], className="card")
