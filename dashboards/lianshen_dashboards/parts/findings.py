"""Why the case is there: each finding in words, numbers and, where the evidence allows it, a picture."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html

from lianshen.cases.domain import CERTAINTIES
from lianshen_dashboards.evidence import Cells
from lianshen_dashboards.parts.because import key_facts, sentence, unbroken
from lianshen_dashboards.parts.common import Part, severity
from lianshen_dashboards.parts.expectation import expectation, only_models
from lianshen_dashboards.parts.pictures import picture
from lianshen_dashboards.parts.plot import plot
from lianshen_dashboards.parts.scene import Scene
from lianshen_dashboards.present import Row, grouped
from lianshen_dashboards.texts import say

PICTURES = 4


def why(findings: Sequence[Row], scene: Scene) -> Part:
    """Return the first section of the case."""
    blocks = []
    for index, finding in enumerate(findings):
        blocks.append(block(finding, scene, with_picture=index < PICTURES))
    return html.Section(
        [
            section_title(1, say("case.why"), say("case.sealed", sha=scene.evidence.sha256[:12])),
            only_models(findings, scene.models),
            *blocks,
        ],
        className="card",
    )


def section_title(number: int, title: str, note: Part = None) -> Part:
    """Return the heading of a numbered section."""
    parts = [
        html.Span(str(number), className="step", **{"aria-hidden": "true"}),
        title,
        html.Small(note) if note else None,
    ]
    return html.H2(parts, className="section-title")


def block(finding: Row, scene: Scene, with_picture: bool = True) -> Part:
    """Return one finding."""
    text = scene.evidence.rules.get(finding["rule_id"], {})
    shown = picture(finding, scene) if with_picture else None
    said = html.Div(
        [
            html.P(unbroken(sentence(finding)), className="lede"),
            key_facts(finding),
            _linked(finding),
            _notes(text),
            html.P(f"{say('case.basis')}：{'；'.join(text.get('basis', ())) or say('word.none')}", className="basis"),
        ]
    )
    columns = [said, plot(f"f-{finding['finding_id']}", shown.figure, shown.says, shown.numbers)] if shown else [said]
    return html.Article(
        [
            html.Div(
                [
                    severity(finding["severity"]),
                    html.B(finding["title_zh"]),
                    html.Span(
                        CERTAINTIES[finding["certainty"]],
                        className=f"pill {'red' if finding['certainty'] == 'definite' else 'amber'}",
                    ),
                    html.Span(_amount(finding), className="num strong"),
                    html.Span(
                        say("case.rule_version", rule=finding["rule_id"], version=finding["rule_version"]),
                        className="mute",
                    ),
                    html.Span(say("case.by_model"), className="pill grey", title=say("models.never_deducts"))
                    if finding["rule_id"] in scene.models
                    else None,
                    html.Span(say("case.provisional"), className="pill grey", title=say("case.provisional_note"))
                    if finding["is_provisional"]
                    else None,
                ],
                className="title",
            ),
            html.Div(columns, className="columns" if shown else "columns single"),
            expectation(finding),
        ],
        className="finding",
    )


def _amount(finding: Row) -> str:
    if finding["counted"]:
        return f"¥{grouped(finding['counted'])}"
    if finding["exposure"]:
        return f"{say('case.exposure')} ¥{grouped(finding['exposure'])}"
    return say("case.no_effect")


def _linked(finding: Row) -> Part:
    if finding.get("linked_case_no"):
        label = say("case.linked", case_no=finding["linked_case_no"])
        return html.P(dcc.Link(label, href=f"/cases/{finding['linked_case_no']}"))
    if finding["linked_setl_id"]:
        return html.P(say("case.linked_settlement", setl_id=finding["linked_setl_id"]), className="mute num")
    return None


def _notes(text: Cells) -> Part:
    groups = [
        (say("case.not_a_finding"), text.get("not_a_finding_when", ())),
        (say("case.checks"), text.get("reviewer_checks", ())),
    ]
    shown = [html.Div([html.H4(name), html.Ul([html.Li(one) for one in some])]) for name, some in groups if some]
    return html.Div(shown, className="notes") if shown else None
