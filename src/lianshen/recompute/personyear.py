"""What a person had used before in the year: as the record says, and as the settlements of the year give it.

The windows are in ``sql/recompute/person_year.sql``; this module turns them into what the settlement core takes. Only
rooms need the policy: a limit that changed during the year, or with a move to another region, moves what is left.
The threshold of medical assistance stays per settlement: it is not a quantity of the year.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.settlement import UNLIMITED, Accumulators, Ints, Terms

ROOMS = {"cap": "cap", "tier": "tier_limit", "civil": "civil_limit", "enterprise": "enterprise_limit",
         "veteran": "veteran_limit", "assist": "assist_limit"}  # fmt: skip
"""Quantities of which the record says what is left, with the term that limits them in the year."""

SUMS = ("deductible", "burden", "admissions")
"""Quantities of which it says what had been used."""

ALL = (*ROOMS, *SUMS)

_USED = f"""
SELECT
    s.settlement_no, LIST_POSITION({list(ALL)}, u.name) - 1 AS quantity, u.seen, u.since, u.opening_seen,
    o.opening_no, u.opening_id = u.setl_id AS is_own
FROM temp.recompute_used AS u
INNER JOIN temp.recompute_settlement AS s ON u.setl_id = s.setl_id
LEFT JOIN temp.recompute_opening AS o ON u.opening_id = o.setl_id
"""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of n settlements, in fen (admissions in hundredths, so that all are alike); (n,)."""

    seen: Ints
    says: NDArray[np.bool_]
    """The record says something of it."""
    since: Ints
    """Used since the opening, by what was paid."""
    opening: Ints
    """What the record at the opening of the year says."""
    opening_no: Ints
    """Its place among the openings; -1 where nothing or a statement of the year opens it, -2 where it is this one."""

    def take(self, rows: NDArray[np.intp]) -> Quantity:
        return Quantity(*(getattr(self, name)[rows] for name in self.__slots__))

    @property
    def has_opening(self) -> NDArray[np.bool_]:
        return np.asarray(self.opening_no != -1)

    def used(self) -> Ints:
        """Return what had been used before, for a quantity of which the record says just that."""
        return np.maximum(np.where(self.has_opening, self.opening, 0) + self.since, 0)


@dataclass(frozen=True, slots=True)
class PersonYear:
    """What n settlements find used, by quantity; the limits of the openings are filled in by :meth:`limits`."""

    quantities: dict[str, Quantity]
    openings: pa.Table

    def take(self, rows: NDArray[np.intp]) -> PersonYear:
        """Return some of the settlements, in that order."""
        return PersonYear({name: one.take(rows) for name, one in self.quantities.items()}, self.openings)

    @property
    def nth_rebuilt(self) -> Ints:
        """Admission of the year, this one counted, as the settlements count."""
        return np.asarray(self.quantities["admissions"].used() // 100 + 1, dtype=np.int64)

    @property
    def nth_recorded(self) -> Ints:
        """The same as the record says, as rebuilt where it says nothing."""
        one = self.quantities["admissions"]
        return np.where(one.says, one.seen // 100 + 1, self.nth_rebuilt)

    def rebuilt(self, terms: Terms, book: PolicyBook) -> Accumulators:
        """Return what had been used before each settlement on ``terms``, as the settlements of the year give it."""
        limits = self._opening_limits(book)
        rooms = {name: self._room(name, getattr(terms, term), limits[name]) for name, term in ROOMS.items()}
        return Accumulators.of(
            len(terms),
            deductible_paid=self.quantities["deductible"].used(),
            burden=self.quantities["burden"].used(),
            **{_ROOM_OF[name]: room for name, room in rooms.items()},
        )

    def recorded(self, rebuilt: Accumulators) -> Accumulators:
        """Return the same as the records say, as rebuilt where they say nothing."""
        q = self.quantities
        fields = _ROOM_OF | {"deductible": "deductible_paid", "burden": "burden"}
        values = {
            field: np.where(q[name].says, q[name].seen, getattr(rebuilt, field)) for name, field in fields.items()
        }
        return Accumulators.of(len(rebuilt.burden), **values)

    def _room(self, name: str, now: Ints, then: Ints) -> Ints:
        """What is left: of the opening, moved by what the limit moved since; of the whole limit where nothing opens."""
        one = self.quantities[name]
        before = np.where(one.opening_no >= 0, then[np.maximum(one.opening_no, 0)], now)
        moved = np.where((now < UNLIMITED) & (before < UNLIMITED), now - before, 0)
        untouched = np.where(now < UNLIMITED, now - one.since, UNLIMITED)
        return np.where(one.has_opening, one.opening - one.since + moved, untouched)

    def _opening_limits(self, book: PolicyBook) -> dict[str, Ints]:
        """Return the limits that held for the records at the openings."""
        o = self.openings
        if not o.num_rows:
            return dict.fromkeys(ROOMS, np.full(1, UNLIMITED, dtype=np.int64))
        policy = book.terms(
            o["insu_pool"], insutype=o["insutype"], psn_type=o["psn_type"], care=o["care"],
            day=o["setl_date"].to_numpy(), dedc_hosp_lv=o["dedc_hosp_lv"], hosp_lv=o["hosp_lv"],
            special_person=o["sp_psn_type"], is_civil_servant=np.asarray(o["is_civil_servant"].to_numpy(), np.bool_),
            on_gap="mark",
        )  # fmt: skip
        known = policy.has_terms
        return {name: np.where(known, getattr(policy.terms, term), UNLIMITED) for name, term in ROOMS.items()}


_ROOM_OF = {name: f"{name}_room" for name in ROOMS}


def read_person_years(con: duckdb.DuckDBPyConnection, settlements: int) -> PersonYear:
    """Return what ``temp.recompute_used`` says, by ``settlement_no``; nothing used where it says nothing."""
    openings = con.execute("FROM temp.recompute_opening ORDER BY opening_no").to_arrow_table()
    table = con.execute(_USED).to_arrow_table()
    quantity = np.asarray(table["quantity"].to_numpy())
    number = np.asarray(table["settlement_no"].to_numpy(), dtype=np.int64)
    is_own = np.asarray(table["is_own"].fill_null(False).to_numpy(), dtype=np.bool_)
    opening = np.where(is_own, -2, np.asarray(table["opening_no"].fill_null(-1).to_numpy(), dtype=np.int64))
    columns = {name: np.asarray(table[name].fill_null(0).to_numpy(), dtype=np.int64)
               for name in ("seen", "since", "opening_seen")}  # fmt: skip
    says = np.asarray(table["seen"].is_valid().to_numpy(), dtype=np.bool_)

    def scattered(values: NDArray[np.generic], here: NDArray[np.bool_], otherwise: int) -> Ints:
        found = np.full(settlements, otherwise, dtype=np.int64)
        found[number[here]] = values[here]
        return found

    quantities = {}
    for place, name in enumerate(ALL):
        here = np.asarray(quantity == place)
        quantities[name] = Quantity(
            scattered(columns["seen"], here, 0),
            scattered(says, here, 0).astype(np.bool_),
            scattered(columns["since"], here, 0),
            scattered(columns["opening_seen"], here, 0),
            scattered(opening, here, -1),
        )
    return PersonYear(quantities, openings)
