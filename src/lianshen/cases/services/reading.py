"""Reading cases: lists, facets, one case with its lines, findings, trail, relatives and dossier.

What is out of scope is not there: every query carries the principal's scope, and a case outside it
raises the same :class:`NotFound` as a case that does not exist.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal, Situation
from lianshen.cases.errors import NotFound
from lianshen.cases.filters import DEFAULT_SORT, CaseFilter
from lianshen.cases.services.columns import Columns, columns_of
from lianshen.cases.services.evaluating import Unanswerable
from lianshen.cases.services.scope import (
    LISTED,
    Row,
    conditions,
    informed_scope,
    present,
    scope,
    select_sort,
    situation,
)
from lianshen.cases.store import Casebook, writing

PAGE = 500
FEW = 500
CUBE = {"state": "state", "region": "treating_agency", "rule": "rules", "severity": "severity", "level": "hosp_lv"}
"""Facets that are counted together, in the order of the covering index."""


def list_cases(
    p: Principal, book: Casebook, f: CaseFilter, start: int = 0, end: int = 100, sort: str | None = None,
    *, want_total: bool = True,
) -> Row:  # fmt: skip
    """Return ``{"items", "total", "at_issue"}``: rows ``start`` to ``end`` (at most 500) and count and fen of all.

    ``sort`` is a comma separated list of the names of ``SORTABLE``, ``-`` for descending; unknown names are ignored.
    """
    where = conditions(p, book, f)
    chosen = select_sort(sort or f.sort or DEFAULT_SORT)
    start = max(0, start)
    limit = min(max(0, end - start), PAGE)
    with book.engine.connect() as con:
        columns = _columns(con, book)
        total, at_issue = _sums(con, columns, where) if want_total or f.q else (None, None)
        if f.q and columns and total is not None and total <= FEW:
            # The database would read every case for a text that few have.
            with suppress(Unanswerable):
                where = [*where, t.cases.c.case_no.in_(columns.numbers(where))]
        query = sa.select(*LISTED).where(*where).order_by(*chosen).offset(start).limit(limit)
        items = [present(p, book, row) for row in con.execute(query).mappings()] if limit and total != 0 else []
    return {"items": items, "total": total if want_total else None, "at_issue": at_issue if want_total else None}


def _columns(con: Connection, book: Casebook) -> Columns | None:
    columns = columns_of(book.engine)
    return columns if columns.ready(con) else None


def _sums(con: Connection, columns: Columns | None, where: Sequence[sa.ColumnElement[bool]]) -> tuple[int, int]:
    """Return how many cases meet the conditions and what they have at issue, fen."""
    if columns:
        with suppress(Unanswerable):
            return columns.count(where)
    summed = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(t.cases.c.at_issue), 0)).where(*where)
    total, at_issue = con.execute(summed).one()
    return int(total), int(at_issue)


def count_cases(p: Principal, book: Casebook, f: CaseFilter) -> int:
    """Return how many cases the filter has within the principal's scope."""
    with book.engine.connect() as con:
        return _sums(con, _columns(con, book), conditions(p, book, f))[0]


def facets(p: Principal, book: Casebook, f: CaseFilter) -> dict[str, dict[str, int]]:
    """Return for each facet how many cases each value has; a facet ignores its own selection, so it can be widened.

    Facets are state, region, rule, severity, level and insured (pool). A case counts once for each of its rules.
    """
    with book.engine.connect() as con:
        if columns := _columns(con, book):
            with suppress(Unanswerable):
                return _tallied(p, book, f, columns)
        return _grouped(p, book, f, con)


def _tallied(p: Principal, book: Casebook, f: CaseFilter, columns: Columns) -> dict[str, dict[str, int]]:
    named = {**CUBE, "insured": "insu_pool"}
    base = conditions(p, book, f.model_copy(update=dict.fromkeys(named, ())))
    nothing = CaseFilter(side=f.side)
    chosen: dict[str, list[sa.ColumnElement[bool]]] = {column: [] for column in named.values()}
    for name, column in named.items():
        if values := getattr(f, name):
            chosen[column] = conditions(p, book, nothing.model_copy(update={name: values}))
    tallied = columns.tally(base, chosen)
    counts: dict[str, dict[str, int]] = {}
    for name, column in named.items():
        counts[name] = {}
        for value, number in sorted(tallied[column].items()):
            for part in filter(None, str(value).split(",")):
                counts[name][part] = counts[name].get(part, 0) + number
    return counts


def _grouped(p: Principal, book: Casebook, f: CaseFilter, con: Connection) -> dict[str, dict[str, int]]:
    columns = [t.cases.c[column] for column in CUBE.values()]
    open_filter = f.model_copy(update=dict.fromkeys(CUBE, ()))
    cube = sa.select(*columns, sa.func.count()).where(*conditions(p, book, open_filter)).group_by(*columns)
    pool = t.cases.c.insu_pool
    others = conditions(p, book, f.model_copy(update={"insured": ()}))
    cells = con.execute(cube).all()
    insured = con.execute(sa.select(pool, sa.func.count()).where(*others).group_by(pool)).tuples()
    return {**_count(cells, f), "insured": dict(sorted(insured))}


def _count(cells: Sequence[sa.Row[Any]], f: CaseFilter) -> dict[str, dict[str, int]]:
    """Add up the cube: a cell counts for every facet where it meets all selections, else for the only one it misses."""
    chosen = [{str(value) for value in getattr(f, name)} for name in CUBE]
    known: list[dict[Any, tuple[tuple[str, ...], bool]]] = [{} for _ in CUBE]
    sums: list[dict[tuple[str, ...], int]] = [{} for _ in CUBE]
    for *values, number in cells:
        missed = -1
        own = []
        for index, value in enumerate(values):
            found = known[index].get(value)
            if found is None:
                parts = tuple(part for part in str(value).split(",") if part)
                found = known[index][value] = parts, not chosen[index] or not chosen[index].isdisjoint(parts)
            own.append(found[0])
            if not found[1]:
                if missed >= 0:
                    break
                missed = index
        else:
            for index in range(len(own)) if missed < 0 else (missed,):
                sums[index][own[index]] = sums[index].get(own[index], 0) + number
    counts: dict[str, dict[str, int]] = {}
    for name, summed in zip(CUBE, sums, strict=True):
        counts[name] = {}
        for parts, number in sorted(summed.items()):
            for part in parts:
                counts[name][part] = counts[name].get(part, 0) + number
    return counts


def fetch(p: Principal, con: Connection, case_no: str, *, lock: bool = False, informed: bool = False) -> sa.RowMapping:
    """Return a case's row under the principal's scope; ``lock`` keeps others from moving it until the commit.

    ``informed``: also for the region that insures the person, which may read the summary and what came of it.

    :raises NotFound: if it does not exist or may not be known.
    """
    bounds = [sa.or_(sa.and_(sa.true(), *scope(p)), sa.and_(*informed_scope(p)))] if informed else scope(p)
    query = sa.select(t.cases).where(t.cases.c.case_no == case_no, *bounds)
    row = con.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound(case_no)
    return row


def get_case(p: Principal, book: Casebook, case_no: str) -> Row:
    """Return everything of one case but its lines, findings and events.

    :raises NotFound: if it does not exist or may not be known.
    """
    with book.engine.connect() as con:
        case = present(p, book, row := fetch(p, con, case_no, informed=True))
        settled = sa.select(t.case_settlement.c.setl_id).where(t.case_settlement.c.case_no == case_no)
        case["setl_ids"] = sorted(con.scalars(settled))
        case["may_determine"] = domain.may_determine(p, situation(row))
        case["may_recover"] = domain.may_recover(p, situation(row))
        case["is_whole"] = domain.in_scope(p, situation(row))
        return case


def get_lines(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the lines to determine, those with most money first; amounts in fen.

    A finding without fee lines, such as a wrong ratio, is one line with the finding's id as ``bkkp_sn``.
    """
    line = t.case_line.c
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        found = con.execute(
            sa.select(t.case_line)
            .where(line.case_no == case_no)
            .order_by(sa.func.abs(line.at_most).desc(), line.fee_date, line.bkkp_sn)
        ).mappings()
        rows = [dict(row) for row in found]
    for row in rows:
        row["rules"] = [rule for rule in row["rules"].split(",") if rule]
    return rows


def get_findings(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the findings with their sentences, numbers and the case of the other settlement, most money first."""
    f, other = t.case_finding, t.case_settlement.alias("other")
    seen = t.cases.alias("seen")
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        linked = sa.select(f, seen.c.case_no.label("linked_case_no"), seen.c.treating_agency.label("linked_agency"),
                           seen.c.county.label("linked_county"), seen.c.state.label("linked_state")).outerjoin(
            other, sa.and_(other.c.setl_id == f.c.linked_setl_id, other.c.case_no != f.c.case_no)
        ).outerjoin(seen, seen.c.case_no == other.c.case_no)  # fmt: skip
        order = (sa.func.abs(f.c.counted).desc(), f.c.exposure.desc(), f.c.finding_id)
        rows = [dict(row) for row in con.execute(linked.where(f.c.case_no == case_no).order_by(*order)).mappings()]
    for row in rows:
        agency, county, state = row.pop("linked_agency"), row.pop("linked_county"), row.pop("linked_state")
        if row["linked_case_no"] and not domain.in_scope(p, Situation(state, agency, county=county)):
            row["linked_case_no"] = None
    return rows


def get_events(p: Principal, book: Casebook, case_no: str) -> list[Row]:
    """Return the trail of the case, newest first; ``detail`` is what the event recorded."""
    e = t.event.c
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        query = sa.select(t.event).where(e.case_no == case_no).order_by(e.seq.desc())
        rows = [dict(row) for row in con.execute(query).mappings()]
    for row in rows:
        row["detail"] = json.loads(row["detail"]) if row["detail"] else None
    return rows


def related(p: Principal, book: Casebook, case_no: str, limit: int = 20) -> dict[str, list[Row]]:
    """Return cases linked by a finding, of the same person, and of the same institution and rule, within scope."""
    c = t.cases.c
    with book.engine.connect() as con:
        case = fetch(p, con, case_no)
        numbers = sa.union(*_links(case_no))

        def some(*where: sa.ColumnElement[bool], order: sa.ColumnElement[Any]) -> list[Row]:
            query = sa.select(*LISTED).where(*where, c.case_no != case_no, *scope(p)).order_by(order).limit(limit)
            return [present(p, book, row) for row in con.execute(query).mappings()]

        return {
            "linked": some(c.case_no.in_(sa.select(numbers.subquery().c[0])), order=c.admit.desc()),
            "person": some(c.person == case["person"], order=c.admit.desc()),
            "institution": some(
                c.fixmedins_code == case["fixmedins_code"],
                c.main_rule == case["main_rule"],
                order=c.night.desc(),
            ),
        }


def _links(case_no: str) -> list[sa.Select[tuple[str]]]:
    f, s = t.case_finding, t.case_settlement
    mine = sa.select(s.c.setl_id).where(s.c.case_no == case_no)
    return [
        sa.select(s.c.case_no).join(f, f.c.linked_setl_id == s.c.setl_id).where(f.c.case_no == case_no),
        sa.select(f.c.case_no).where(f.c.linked_setl_id.in_(mine)),
    ]


def get_dossier(p: Principal, book: Casebook, case_no: str) -> Row:
    """Return the sealed evidence: ``{"sha256", "sealed", "body"}``.

    ``body`` holds settlements, lines and recomputed as lists of rows (texts, money exact), steps by setl_id,
    findings, and rules with their texts and versions, all as they were when the case was sealed. Where the text
    no longer has the hash it was sealed with, ``sealed`` is false and ``body`` None: it proves nothing.
    """
    with book.engine.connect() as con:
        fetch(p, con, case_no)
        row = con.execute(sa.select(t.dossier).where(t.dossier.c.case_no == case_no)).mappings().one()
    try:
        text = zlib.decompress(row["body"])
    except zlib.error:
        text = b""
    if hashlib.sha256(text).hexdigest() != row["sha256"]:
        return {"sha256": row["sha256"], "sealed": False, "body": None}
    body = json.loads(text)
    for name in ("settlements", "lines", "recomputed"):
        table = body[name]
        body[name] = [dict(zip(table["columns"], values, strict=True)) for values in table["rows"]]
    return {"sha256": row["sha256"], "sealed": True, "body": body}


def log_view(p: Principal, book: Casebook, case_no: str, what: str = "case") -> None:
    """Record that the principal opened the case.

    :raises NotFound: if it does not exist or may not be known; then nothing is recorded.
    """
    with writing(book.engine) as con:
        fetch(p, con, case_no, informed=True)
        con.execute(
            t.view_log.insert().values(at=book.now(), login=p.login, case_no=case_no, what=what[:20], ip=p.ip or None)
        )
