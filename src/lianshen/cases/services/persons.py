"""One person over all institutions, as far as the principal's scope reaches: settlements, fees and cases, no names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal, Situation
from lianshen.cases.errors import NotFound
from lianshen.cases.services.scope import LISTED, Row, informed_scope, present, scope
from lianshen.cases.store import Casebook, writing
from lianshen.warehouse import compared

WORKS_WITH_PERSONS = frozenset({"reviewer", "lead", "handler", "region_lead", "analyst"})
SHORT = 8
"""Characters of a pseudonym that lists show; they name a person as long as no other begins with them."""


@dataclass(frozen=True)
class PersonView:
    """A person in scope: the whole pseudonym, settlements in order of admission, cases newest first."""

    person: str
    label: str
    settlements: list[Row]
    cases: list[Row]


def get_person(p: Principal, book: Casebook, published: Path | None, person: str, most: int = 100) -> PersonView:
    """Return a person with at least one case in scope, and note in the log that those cases were looked at.

    ``person`` is the pseudonym, whole or its first eight characters. The insured region's people, where told of
    them, see the cases and settlements of their own persons elsewhere too.

    :raises NotFound: if there is no such case in scope, or the role does not work with persons.
    """
    c = t.cases.c
    if p.role not in WORKS_WITH_PERSONS or len(person) < SHORT:
        raise NotFound(person)
    wanted = person.lower()
    named = c.person == wanted if len(wanted) > SHORT else sa.and_(c.person >= wanted, c.person < wanted + "\U0010ffff")
    seen = sa.or_(sa.and_(sa.true(), *scope(p)), sa.and_(*informed_scope(p)))
    query = sa.select(*LISTED).where(named, seen).order_by(c.admit.desc(), c.case_no.desc()).limit(most)
    with writing(book.engine) as con:
        rows = con.execute(query).mappings().all()
        # Two people may share eight characters; then only the whole pseudonym says who is meant.
        if len({row["person"] for row in rows}) != 1:
            raise NotFound(person)
        con.execute(
            t.view_log.insert(),
            [
                {"at": book.now(), "login": p.login, "case_no": row["case_no"], "what": "person", "ip": p.ip or None}
                for row in rows
            ],
        )
    whole = str(rows[0]["person"])
    settlements = [row for row in compared.person_settlements(published, whole) if _is_seen(p, row)]
    return PersonView(whole, domain.person_label(whole), settlements, [present(p, book, row) for row in rows])


def _is_seen(p: Principal, row: Mapping[str, Any]) -> bool:
    """Return whether a settlement is in scope: treated under the principal's agency, or insured in its region."""
    about = Situation("released", row["agency"], county=row["county"], insu_pool=row["pool"])
    return domain.in_scope(p, about) or domain.is_informed(p, about)
