"""What a principal may see, what a filter means, and how a case is presented: shared by all services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

import sqlalchemy as sa

from lianshen.agency import CENTRE, agencies
from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.bytewise import starts_with
from lianshen.cases.domain import Principal, Situation
from lianshen.cases.filters import SORTABLE, CaseFilter
from lianshen.cases.store import Casebook

Row = dict[str, Any]
LEVELS = {
    "01": "三级特等", "02": "三级甲等", "03": "三级乙等", "04": "三级丙等", "05": "二级甲等", "06": "二级乙等",
    "07": "二级丙等", "08": "一级甲等", "09": "一级乙等", "10": "一级丙等", "11": "未定级",
}  # fmt: skip
SITUATION = tuple(field.name for field in fields(Situation))
SEXES = {"1": "男", "2": "女"}


def scope(p: Principal) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that keep a query inside what the principal may see."""
    if p.sees_province:
        return []
    if not p.sees_cases or p.agency is None:
        return [sa.false()]
    column = t.cases.c.county if domain.is_county(p.agency) else t.cases.c.treating_agency
    return [column == p.agency, t.cases.c.state.notin_(domain.AT_THE_CENTRE_ONLY)]


def informed_scope(p: Principal) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on cases of persons whom the principal's region insures and who were treated elsewhere."""
    if not p.sees_insured or p.agency is None:
        return [sa.false()]
    c = t.cases.c
    elsewhere = sa.func.substr(c.treating_agency, 1, 4) != p.agency[:4]
    return [c.insu_pool == p.agency[:4], elsewhere, c.state.notin_(domain.AT_THE_CENTRE_ONLY)]


def conditions(p: Principal, book: Casebook, f: CaseFilter) -> list[sa.ColumnElement[bool]]:
    """Return the WHERE of a filter under the principal's scope."""
    c = t.cases.c
    where = informed_scope(p) if f.side == "insured" else scope(p)
    for column, values in ((c.state, f.state), (c.treating_agency, f.region), (c.hosp_lv, f.level),
                           (c.severity, f.severity), (c.decision, f.decision)):  # fmt: skip
        if values:
            where.append(column.in_(values))
    if f.rule:
        where.append(sa.or_(*(c.rules.contains(f",{rule},", autoescape=True) for rule in f.rule)))
    if f.insured:
        where.append(c.insu_pool.in_(sorted({code[:4] for code in f.insured})))
    if f.min_fen is not None:
        where.append(c.at_issue >= f.min_fen)
    if f.since:
        where.append(c.night >= f.since)
    if f.until:
        where.append(c.night <= f.until)
    if f.person:
        where.append(starts_with(c.person, f.person.lower()) if len(f.person) == 8 else c.person == f.person)
    if f.inst:
        where.append(c.fixmedins_code == f.inst)
    if f.county:
        where.append(c.county == f.county)
    if f.mine or f.assignee:
        where.append(c.assignee == (p.login if f.mine else f.assignee))
    if f.changed:
        where.append(c.changed_sha256.is_not(None))
    if f.unrecovered:
        where += [c.state.in_(domain.DECIDED), c.determined > c.recovered]
    if f.due:
        where.append(c.state.in_(domain.ON_THE_CLOCK))
        where.append(c.due_at < book.today if f.due == "overdue" else c.due_at >= book.today)
        if f.due != "overdue":
            where.append(c.due_at <= book.workdays.add(book.today, int(f.due[0])))
    if f.q and (wanted := f.q.strip()):
        where.append(_search(wanted))
    return where


def _search(wanted: str) -> sa.ColumnElement[bool]:
    c = t.cases.c
    if wanted.upper().startswith("SC") and len(wanted) > 2 and wanted[2].isdigit():
        return starts_with(c.case_no, wanted.upper())
    return sa.or_(
        c.fixmedins_name.contains(wanted, autoescape=True),
        c.fixmedins_code == wanted,
        c.diag_name.contains(wanted, autoescape=True),
        c.diag_code == wanted.upper(),
        c.person == wanted,
        starts_with(c.person, wanted.lower()) if len(wanted) == 8 and wanted.isalnum() else sa.false(),
    )


UNLISTED = frozenset({"case_key", "first_setl_id", "evidence_sha256", "conclusion", "worth_checking"})
RANKED = ("chance", "expected", "kind", "basis")
"""What a list says of a case's last ranking; each None before the first."""
LISTED: list[sa.ColumnElement[Any]] = [
    *(column for column in t.cases.c if column.name not in UNLISTED),
    *(
        sa.select(t.case_rank.c[name])
        .where(t.case_rank.c.case_no == t.cases.c.case_no)
        .correlate(t.cases)
        .scalar_subquery()
        .label(name)
        for name in RANKED
    ),
]


def agency_name(code: str) -> str:
    if code == CENTRE:
        return "省级中心（跨省）"
    if code in agencies():
        return agencies()[code].name_zh
    return f"{pool_name(code[:4])} {code}"


@cache
def _pools() -> dict[str, str]:
    return {agency.pool: agency.name_zh for agency in agencies().values()}


def pool_name(pool: str) -> str:
    return _pools().get(pool, f"外省 {pool}")


def present(p: Principal, book: Casebook, row: sa.RowMapping) -> Row:
    """Return a case as everyone outside reads it: its columns, its words, and what the principal may do."""
    case = dict(row)
    case["rules"] = [rule for rule in case["rules"].split(",") if rule]
    case["state_name"] = domain.STATES[case["state"]][0]
    case["severity_name"] = domain.SEVERITIES[case["severity"]]
    case["certainty_name"] = domain.CERTAINTIES[case["certainty"]]
    case["decision_name"] = domain.DECISIONS.get(case["decision"] or "")
    case["region_name"] = agency_name(case["treating_agency"])
    case["insured_name"] = pool_name(case["insu_pool"])
    case["level_name"] = LEVELS.get(case["hosp_lv"], case["hosp_lv"])
    case["person_name"] = domain.person_label(case["person"])
    case["sex_name"] = SEXES.get(case["gend"] or "", "未知")
    case["escalation_name"] = domain.ESCALATIONS[case["escalation"]]
    case["evidence_changed"] = case.pop("changed_sha256") is not None
    if "chance" in case and not domain.in_scope(p, situation(row)):
        # What it is worth an hour to look at is the business of who looks.
        case |= {**dict.fromkeys(RANKED), "per_hour": 0}
    on_clock = case["state"] in domain.ON_THE_CLOCK and case["due_at"] is not None
    case["days_left"] = book.workdays.between(book.today, case["due_at"]) if on_clock else None
    case["actions"] = domain.actions_for(p, situation(row))
    return case


def situation(row: Mapping[str, Any] | sa.RowMapping) -> Situation:
    """Return what the state machine has to know of a row."""
    return Situation(**{name: row[name] for name in SITUATION})


def select_sort(sort: str) -> list[sa.ColumnElement[Any]]:
    """Return the ORDER BY of a sort; it ends in the case number, so that pages never overlap."""
    order: list[sa.ColumnElement[Any]] = []
    for part in sort.split(","):
        name = part.strip().removeprefix("-")
        if name in SORTABLE:
            column = t.cases.c[SORTABLE[name]]
            way = column.desc() if part.strip().startswith("-") else column.asc()
            # What is not known comes last on either database; where nothing is unknown the index gives the order.
            order.append(way.nulls_last() if column.nullable else way)
    return [*order, t.cases.c.case_no.desc()]
