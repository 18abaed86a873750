"""Institutions beside their peers: is it a pattern? Rates under the principal's scope, peers as one rate only.

An agency's people see its own institutions. What they are measured against is the rate of all institutions of the
same kind and grade in the province, as one number over at least :data:`LEAST_PEERS` of them, counted over cases
that agencies have: no other region's institution, case or count leaves here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.limits import Funnel, Month, Rate, funnel, month_chart
from lianshen.cases.services.institutions import get_institution, is_own
from lianshen.cases.services.scope import Row, scope
from lianshen.cases.store import Casebook
from lianshen.cases.tables.days import month_of
from lianshen.warehouse import compared

LEAST_PEERS = 10
LEAST_SIZE = 20
"""Settlements below which a rate says nothing."""


@dataclass(frozen=True)
class Placed:
    """An institution in scope: its code and name, its rate, and its place in the funnel."""

    code: str
    name: str
    rate: Rate
    place: int


@dataclass(frozen=True)
class Peers:
    """The funnel of a kind and grade; ``placed`` are those of the principal's scope. Too few peers: no funnel."""

    funnel: Funnel | None
    placed: Sequence[Placed]


def compare(p: Principal, book: Casebook, published: Path | None) -> dict[tuple[str, str], Peers]:
    """Return the funnels by kind and grade, over the last twelve months of the snapshot.

    The rate is settlements in cases of all settlements. Institutions below ``LEAST_SIZE`` are left out of sight.
    """
    volumes = compared.volumes(published)
    if not volumes:
        return {}
    hits = _hits(p, book, volumes[0]["since"], volumes[0]["until"])
    groups: dict[tuple[str, str], list[Row]] = {}
    for volume in volumes:
        groups.setdefault((volume["kind"] or "", volume["level"] or ""), []).append(volume)
    found = {}
    for group, members in groups.items():
        rates = {one["code"]: Rate(hits.get(one["code"], 0), one["settlements"]) for one in members}
        sized = [rate for rate in rates.values() if rate.size >= LEAST_SIZE]
        limits = funnel(sized) if len(sized) >= LEAST_PEERS else None
        placed = [
            Placed(one["code"], one["name"] or one["code"], rate, limits.place(rate) if limits else 0)
            for one in members
            if (rate := rates[one["code"]]).size >= LEAST_SIZE and is_own(p, one)
        ]
        if placed:
            found[group] = Peers(limits, placed)
    return found


def _hits(p: Principal, book: Casebook, since: str, until: str) -> dict[str, int]:
    """Return settlements in cases per institution, all regions: only sums of it may leave this module."""
    c = t.cases.c
    month = month_of(c.night)
    seen = [] if p.sees_province else [c.state.notin_(domain.AT_THE_CENTRE_ONLY)]
    query = (
        sa.select(c.fixmedins_code, sa.func.sum(c.settlements))
        .where(month >= since, month <= until, *seen)
        .group_by(c.fixmedins_code)
    )
    with book.engine.connect() as con:
        return {code: int(number) for code, number in con.execute(query).tuples()}


def institution_chart(p: Principal, book: Casebook, published: Path | None, code: str) -> tuple[float, list[Month]]:
    """Return the chart of an institution's last 24 months: settlements in cases of all settlements.

    :raises NotFound: if it is not in scope.
    """
    get_institution(p, book, published, code)
    c = t.cases.c
    month = month_of(c.night)
    query = sa.select(month, sa.func.sum(c.settlements)).where(c.fixmedins_code == code, *scope(p)).group_by(month)
    with book.engine.connect() as con:
        hits = {name: int(number) for name, number in con.execute(query).tuples()}
    months = compared.institution_months(published, code)
    return month_chart([(row["month"], Rate(hits.get(row["month"], 0), row["settlements"])) for row in months])


def rule_mix(p: Principal, book: Casebook, published: Path | None, code: str, most: int = 12) -> list[Row]:
    """Return which rules an institution's cases are about, beside all cases of its kind and grade.

    A row has rule, name, cases, own (share of its cases), peers (share of theirs; None where they are too few).

    :raises NotFound: if it is not in scope.
    """
    about = get_institution(p, book, published, code)
    alike = [
        one["code"]
        for one in compared.volumes(published)
        if (one["kind"], one["level"]) == (about["kind"], about["level"]) and one["code"] != code
    ]
    seen = [] if p.sees_province else [t.cases.c.state.notin_(domain.AT_THE_CENTRE_ONLY)]
    whole, _, own = _rules(book, t.cases.c.fixmedins_code == code, *scope(p))
    among, places, theirs = _rules(book, t.cases.c.fixmedins_code.in_(alike), *seen)
    rows: list[Row] = [
        {
            "rule": rule,
            "name": name,
            "cases": number,
            "own": number / whole,
            "peers": theirs.get(rule, ("", 0))[1] / among if places >= LEAST_PEERS else None,
        }
        for rule, (name, number) in own.items()
    ]
    return sorted(rows, key=lambda row: (-row["cases"], row["rule"]))[:most]


def _rules(book: Casebook, *where: sa.ColumnElement[bool]) -> tuple[int, int, dict[str, tuple[str, int]]]:
    """Return how many cases there are, at how many institutions, and by rule its name and how many have it."""
    c, f = t.cases.c, t.case_finding.c
    cases = sa.select(sa.func.count(), sa.func.count(sa.distinct(c.fixmedins_code))).where(*where)
    rules = (
        sa.select(f.rule_id, sa.func.max(f.title_zh), sa.func.count(sa.distinct(f.case_no)))
        .join_from(t.case_finding, t.cases, f.case_no == c.case_no)
        .where(*where)
        .group_by(f.rule_id)
    )
    with book.engine.connect() as con:
        number, places = con.execute(cases).one()
        return int(number), int(places), {rule: (name, int(n)) for rule, name, n in con.execute(rules).tuples()}
