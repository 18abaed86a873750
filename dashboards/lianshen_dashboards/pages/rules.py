"""/rules and /rules/<id>: what does each rule say, does it earn its keep, and what would a change do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from lianshen.rules.backtest_words import PARTS, ROWS, heads, in_common, yuan
from lianshen.rules.catalogue import RuleText
from lianshen_dashboards.pages.runs import seconds
from lianshen_dashboards.parts.bars import Bar, bars
from lianshen_dashboards.parts.common import Part, empty, heading, link_button, table
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

PATH = "/rules"
RULE_PATH = "/rules/<rule>"
TITLE = f"{say('rules.title')} · {say('app.name')}"
STATUS = {
    "active": ("启用", "green"),
    "shadow": ("试运行", "amber"),
    "draft": ("草稿", "grey"),
    "retired": ("停用", "slate"),
}
CERTAINTY = {"definite": "明确", "suspicious": "可疑"}
SEVERITY = {3: "高", 2: "中", 1: "低"}
NIGHTS_SHOWN = 30


def list_page(texts: Mapping[str, RuleText], nights: Sequence[Row]) -> Part:
    """Return every rule with what it did last night."""
    title = html.Div(
        [html.H1(say("rules.title")), html.Span(f"{len(texts)} 条", className="mute num")], className="page-head"
    )
    if not texts:
        return html.Div([title, empty(say("rules.none"), say("rules.none_hint"))], className="page")
    last = nights[0]["night"] if nights else None
    did = {row["rule_id"]: row for row in nights if row["night"] == last}
    heads = [
        ("编号", ""), ("规则", ""), ("状态", "nowrap"), ("性质", "nowrap"), ("依据", ""),
        ("上次疑点", "right"), ("已排除", "right"), ("用时", "right nowrap"),
    ]  # fmt: skip
    rows: list[list[Part]] = []
    for text in texts.values():
        run = did.get(text.id)
        rows.append(
            [
                dcc.Link(text.id, href=f"/rules/{text.id}", className="num nowrap"),
                [text.title_zh, html.Div(run["error"], className="check-bad") if run and run["error"] else None],
                _status(text),
                f"{CERTAINTY[text.certainty]} · {SEVERITY[text.severity]}",
                html.Span("；".join(text.basis), className="mute"),
                f"{run['findings']:,}" if run else say("word.none"),
                f"{run.get('suppressed') or 0:,}" if run else say("word.none"),
                seconds(run["seconds"]) if run else say("word.none"),
            ]
        )
    note = html.P(f"上次运行：{last}" if last else say("rules.never"), className="mute")
    listed = html.Div(table(heads, rows, label=say("rules.title")), className="scroll-x")
    return html.Div([title, html.Section([note, listed], className="card")], className="page")


def rule_page(text: RuleText | None, rule: str, nights: Sequence[Row], tests: Sequence[Row]) -> Part:
    """Return one rule: what it says, what it did each night, and the back-tests that were kept."""
    if text is None:
        return html.Div(empty(say("rules.not_found"), rule, link_button(say("rules.back"), PATH)), className="page")
    title = html.Div(
        [
            dcc.Link(say("rules.back"), href=PATH, className="btn quiet"),
            html.H1(f"{text.id} {text.title_zh}"),
            _status(text),
            html.Span(f"版本 {text.version} · {text.fingerprint[:8]}", className="mute num"),
        ],
        className="page-head",
    )
    words = html.Section([heading("规则说明", level=2), *_words(text)], className="card")
    ran = html.Section([heading("每晚疑点", f"最近 {NIGHTS_SHOWN} 次", level=2), _nights(nights)], className="card")
    tried = html.Section([heading("回测", "lianshen rules backtest", level=2), *_tests(text, tests)], className="card")
    return html.Div(
        [
            title,
            html.Div(
                [html.Div([words], className="stack"), html.Div([tried, ran], className="stack")], className="columns-2"
            ),
        ],
        className="page stack",
    )


def _status(text: RuleText) -> Part:
    name, colour = STATUS[text.head.status]
    return html.Span(name, className=f"pill {colour}")


def _words(text: RuleText) -> list[Part]:
    head = text.head
    params: list[list[Part]] = [
        [html.Span(name, className="num"), str(param.default), f"{param.least} – {param.most}", param.about]
        for name, param in head.params.items()
    ]
    return [
        html.P(text.sentence({name: f"〔{label}〕" for name, label in text.facts.items()})),
        _listed("依据", text.basis),
        _listed("不属于疑点的情形", text.not_a_finding_when),
        _listed("核查要点", text.reviewer_checks),
        html.Div(
            [
                html.H3("参数", className="heading"),
                html.Div(
                    table([("参数", ""), ("取值", "right"), ("范围", "nowrap"), ("说明", "")], params, label="参数"),
                    className="scroll-x",
                ),
            ]
        )
        if params
        else None,
        html.P(f"国家规则编码：{head.national_code}　处理：{'、'.join(text.handler)}", className="mute"),
        html.Details([html.Summary("SQL"), html.Pre(text.sql, className="sql", tabIndex=0)], className="more"),
    ]


def _listed(title: str, items: Sequence[str]) -> Part:
    return html.Div(
        [html.H3(title, className="heading"), html.Ul([html.Li(item) for item in items], className="points")]
    )


def _nights(nights: Sequence[Row]) -> Part:
    if not nights:
        return html.P(say("rules.never"), className="mute")
    shown = [
        Bar(
            row["night"],
            row["findings"],
            f"{row['findings']:,}",
            tone="red" if row["error"] else "",
            title=row["error"] or f"读取 {row['rows_read']:,} 行，{seconds(row['seconds'])}",
        )
        for row in nights[:NIGHTS_SHOWN]
    ]
    return bars(shown, "每晚疑点")


def _tests(text: RuleText, tests: Sequence[Row]) -> list[Part]:
    if not tests:
        hint = f"lianshen rules backtest {text.id} --from 2026-01-01 --to 2026-06-30"
        return [empty(say("rules.no_tests"), hint)]
    return [
        newest_test(tests[0]),
        html.Details(
            [html.Summary(f"更早的回测（{len(tests) - 1}）"), *[newest_test(one) for one in tests[1:]]],
            className="more",
        )
        if len(tests) > 1
        else None,
    ]


def newest_test(test: Row) -> Part:
    """Return one back-test: a column per version, then regions and overlap."""
    trials: list[dict[str, Any]] = test["trials"]
    cells: list[list[Part]] = [[name, *[text(trial) for trial in trials]] for name, text in ROWS]
    common = in_common(test)
    return html.Div(
        [
            html.P(
                f"结算日 {test['since']} 至 {test['until']}　试于 {test['made_at'][:16].replace('T', ' ')}",
                className="mute num",
            ),
            html.Div(
                table([("", ""), *[(name, "right") for name in heads(test)]], cells, label="回测"), className="scroll-x"
            ),
            html.P(common, className="num") if common else None,
            *[_parts(title, trials[-1][key]) for title, key in PARTS],
        ],
        className="stack",
    )


def _parts(title: str, parts: Sequence[Mapping[str, Any]]) -> Part:
    if not parts:
        return None
    shown = [Bar(p["name"], p["findings"], f"{p['findings']:,}", title=f"A2 {yuan(p['a2'])} 元") for p in parts]
    return html.Div([html.H3(title, className="heading"), bars(shown, title)])
