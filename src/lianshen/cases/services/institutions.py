"""Institutions within the principal's scope: their cases, their items, and what was found about them as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import NotFound
from lianshen.cases.services.scope import Row, agency_name, scope
from lianshen.cases.services.statistics import decided
from lianshen.cases.store import Casebook
from lianshen.warehouse import compared

KINDS = {"1": "医疗机构", "2": "零售药店"}


def institutions(p: Principal, book: Casebook, code: str | None = None) -> list[Row]:
    """Return per institution within scope its cases and their money (fen), most money first.

    A row has code, name, level, region, county, cases, settlements, open, overdue, decided, upheld, at_issue,
    determined, recovered.
    """
    c = t.cases.c
    on_clock = c.state.in_(domain.ON_THE_CLOCK)
    stands, upheld = decided()
    summed = {
        "cases": sa.func.count(),
        "settlements": sa.func.sum(c.settlements),
        "open": _if(on_clock),
        "overdue": _if(sa.and_(on_clock, c.due_at < book.today)),
        "decided": _if(stands),
        "upheld": _if(upheld),
        "at_issue": sa.func.sum(c.at_issue),
        "determined": sa.func.sum(sa.case((stands, sa.func.coalesce(c.determined, 0)), else_=0)),
        "recovered": sa.func.sum(c.recovered),
    }
    query = (
        sa.select(
            c.fixmedins_code.label("code"),
            sa.func.max(c.fixmedins_name).label("name"),
            sa.func.max(c.hosp_lv).label("level"),
            sa.func.max(c.treating_agency).label("region"),
            sa.func.max(c.county).label("county"),
            *[value.label(name) for name, value in summed.items()],
        )
        .where(*scope(p), *([c.fixmedins_code == code] if code else []))
        .group_by(c.fixmedins_code)
    )
    with book.engine.connect() as con:
        rows: list[Row] = [
            {name: int(value) if name in summed else value for name, value in row.items()}
            for row in con.execute(query).mappings()
        ]
    rows.sort(key=lambda row: (-abs(row["at_issue"]), row["code"]))
    return [{**row, "region_name": agency_name(row["region"])} for row in rows]


def get_institution(p: Principal, book: Casebook, published: Path | None, code: str) -> Row:
    """Return an institution within scope: its row of :func:`institutions`, with kind and beds where known.

    :raises NotFound: if there is none, or it is another agency's: the two look the same.
    """
    rows = institutions(p, book, code)
    known = compared.institution(published, code)
    if known is not None and not is_own(p, known):
        known = None
    if not rows and known is None:
        raise NotFound(code)
    row = rows[0] if rows else _without_cases(known or {})
    more = known or {"kind": "", "beds": None, "uscc": None}
    return {**row, "kind": more["kind"] or "", "beds": more["beds"], "uscc": more["uscc"]}


def top_items(p: Principal, book: Casebook, code: str, most: int = 12) -> list[Row]:
    """Return the items of an institution's case lines that carry most money, within scope; fen.

    A row has hilist_code, name, lines, cases, at_issue, determined.
    """
    c, line = t.cases.c, t.case_line.c
    at_issue = sa.func.sum(line.at_issue)
    query = (
        sa.select(
            line.hilist_code,
            sa.func.max(line.item_name).label("name"),
            sa.func.count().label("lines"),
            sa.func.count(sa.distinct(line.case_no)).label("cases"),
            at_issue.label("at_issue"),
            sa.func.coalesce(sa.func.sum(line.determined), 0).label("determined"),
        )
        .join_from(t.case_line, t.cases, line.case_no == c.case_no)
        .where(c.fixmedins_code == code, line.is_fee_line, *scope(p))
        .group_by(line.hilist_code)
        .order_by(at_issue.desc(), line.hilist_code)
        .limit(most)
    )
    with book.engine.connect() as con:
        rows = [dict(row) for row in con.execute(query).mappings()]
    return [{**row, "at_issue": int(row["at_issue"]), "determined": int(row["determined"])} for row in rows]


def subject_findings(p: Principal, book: Casebook, published: Path | None, code: str) -> list[Row]:
    """Return the findings about the institution as a whole, for those who see the province and the agency to act.

    :raises NotFound: if it is not in scope.
    """
    get_institution(p, book, published, code)
    rows = compared.subject_findings(published, code)
    return [row for row in rows if p.sees_province or row["agency"] == p.agency]


def is_own(p: Principal, volume: Mapping[str, Any]) -> bool:
    """Return whether an institution of the snapshot is in the principal's scope."""
    return domain.in_scope(p, domain.Situation("released", volume["agency"], county=volume["county"]))


def _without_cases(volume: Row) -> Row:
    counts = dict.fromkeys(("cases", "settlements", "open", "overdue", "decided", "upheld"), 0)
    money = dict.fromkeys(("at_issue", "determined", "recovered"), 0)
    named = {"code": volume["code"], "name": volume["name"] or volume["code"], "level": volume["level"] or ""}
    region = volume["agency"]
    return {**named, "region": region, "county": "", "region_name": agency_name(region), **counts, **money}


def _if(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
