"""Reading institutions under the principal's scope."""

from __future__ import annotations

import dash

from lianshen.cases import services
from lianshen.cases.errors import NotFound
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import institutions as reading
from lianshen.cases.services import peers
from lianshen.cases.services.persons import WORKS_WITH_PERSONS
from lianshen.cases.texts import say as said
from lianshen.rules.installed import Worded, installed_models
from lianshen_dashboards.context import Desk, current, desk
from lianshen_dashboards.pages import institution, institutions
from lianshen_dashboards.parts.common import Part, empty
from lianshen_dashboards.present import Row
from lianshen_dashboards.texts import say

CASES = 30


def every_institution(group: str = "", **_query: str) -> Part:
    """Return the list, or a word to those who see no cases."""
    p, at = current(), desk()
    if not p.sees_cases:
        return empty(say("error.no_cases"))
    return institutions.page(reading.institutions(p, at.book), peers.compare(p, at.book, at.published), group)


def one_institution(code: str = "", **_query: str) -> Part:
    """Return one institution."""
    p, at = current(), desk()
    try:
        row = reading.get_institution(p, at.book, at.published, code)
    except NotFound:
        return institution.missing()
    group = (row["kind"], row["level"])
    found = peers.compare(p, at.book, at.published).get(group)
    is_placed = found is not None and any(one.code == code for one in found.placed)
    centre, months = peers.institution_chart(p, at.book, at.published, code)
    view = institution.InstitutionView(
        row,
        group,
        found if is_placed else None,
        centre,
        months,
        peers.rule_mix(p, at.book, at.published, code),
        reading.top_items(p, at.book, code),
        [_worded(at, one) for one in reading.subject_findings(p, at.book, at.published, code)],
        services.list_cases(p, at.book, CaseFilter(inst=code), 0, CASES)["items"],
        p.role in WORKS_WITH_PERSONS,
    )
    return institution.page(view)


def _worded(at: Desk, finding: Row) -> Row:
    """Return a finding with the title and sentence of its rule or model; one whose rule is gone says its id."""
    text: Worded | None = at.rules.get(finding["source_id"]) or installed_models().get(finding["source_id"])
    if text is None:
        return {**finding, "title": "", "sentence": finding["source_id"]}
    facts = {name: said(value) for name, value in finding["because"].items()}
    return {**finding, "title": text.title_zh, "sentence": text.sentence(facts)}


def register(app: dash.Dash) -> None:
    """Register both pages."""
    dash.register_page("institutions", path=institutions.PATH, title=institutions.TITLE, layout=every_institution)
    dash.register_page("institution", path_template=institution.PATH, title=institution.TITLE, layout=one_institution)
