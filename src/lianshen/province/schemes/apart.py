"""The schemes' own nights, made apart from the province's and laid beside them.

Everything random about them comes from streams of their own, they have people of their own, and their settlements are
numbered apart, so that every row of the province is what it is without them. Only what institutions state of a day
holds both.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from lianshen.province.balances import Balances
from lianshen.province.bills import DAY, Bills, scope_of
from lianshen.province.books import Books, book_night
from lianshen.province.faults.clearing import Orders
from lianshen.province.filings import filing_tables, registration_table
from lianshen.province.landing import plain_text
from lianshen.province.line_tables import fee_line_table, fund_table
from lianshen.province.lists import Waiting, list_tables
from lianshen.province.people import name_people, person_tables
from lianshen.province.planting import plant_rows
from lianshen.province.reconcile import Statements, statement_table
from lianshen.province.registers import approval_table
from lianshen.province.schemes.builder import SchemeBuilder
from lianshen.province.schemes.plan import plant_schemes
from lianshen.province.schemes.truth import SchemeTruth
from lianshen.province.settling import settle_night
from lianshen.province.stock import pack_table, purchases
from lianshen.province.tables import Night, clearing, settlement_table
from lianshen.province.visit_tables import diagnosis_table, operation_table, sends_few_diagnoses, visit_table
from lianshen.province.wards import intensive_care_table
from lianshen.province.world import World, by_night

Tables = dict[str, pa.Table]
STREAM = 1
_FIRST_FILING = 500_000_000
_FIRST_NIGHT = 5_000
"""Added to the number of a night where movements of stock and packs are numbered by it."""
_FILED_AGAIN = "S"
"""Ends the number of an application for clearing that holds only these settlements."""
_NOT_OURS = ("stmt_d", "revolv_fund_d", "coop_req_d", "det_d")
"""Tables that are made of everything: statements are added up, the others are the province's."""


@dataclass
class Apart:
    """The schemes of a province, night by night."""

    world: World
    """The province with the people of the schemes at the end, and with their bills alone."""
    everyone: int
    """People of the province itself: those of the schemes come after them."""
    books: Books
    balances: Balances
    truth: SchemeTruth = field(default_factory=SchemeTruth)
    lists: Waiting = field(default_factory=dict)
    filing: int = _FIRST_FILING
    _tonight: set[tuple[int, int, int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, world: World) -> Apart:
        """Plan the schemes of a province."""
        people = world.people.take(np.arange(len(world.people)))
        rng = np.random.default_rng([world.seed, 0, 0, STREAM])
        builder = SchemeBuilder(rng, world.regions, world.places, people, world.ledger, world.start, world.nights)
        plant_schemes(builder, world.nights * world.per_night)
        directed, filings = by_night(builder)
        second = np.full(len(people), -1, dtype=np.int64)
        second[: len(world.people)] = world.second_number
        beside = replace(
            world, people=people, names=name_people(people, world.regions), second_number=second, directed=directed,
            filings=filings, claims=[], orders=Orders.none(), subjects=[], more=[], changed=[], stream=STREAM,
        )  # fmt: skip
        return cls(beside, len(world.people), Books.of(beside), Balances.of(len(people)))

    @property
    def statements(self) -> Statements:
        """What the institutions have to state of the schemes' settlements, by institution, kind and day."""
        return self.books.statements

    def night(self, night: int) -> Tables:
        """Return what a night brings of the schemes, but for the statements."""
        world, on = self.world, self.world.start + night
        directed = world.directed.get(night, [])
        for number, one in enumerate(directed):
            one.bill.directed[0] = number
        nobody = next(iter(world.directed.values()))[0].bill.take(np.zeros(0, dtype=np.int64))
        bills = Bills.join([nobody, *(one.bill for one in directed)])
        made = settle_night(world, night, bills, directed, self.truth, self.balances)
        everything = np.arange(len(made.bills))
        number = night + 1 + _FIRST_NIGHT
        tables = {
            "setl_d": settlement_table(made),
            "fee_list_d": fee_line_table(made),
            "mdtrt_d": visit_table(made, np.full(len(bills), -1)),
            "diag_d": diagnosis_table(made, sends_few_diagnoses(world.places)),
            "oprn_d": operation_table(made),
            "setl_fund_d": fund_table(made),
            "icu_d": intensive_care_table(made),
            "drug_trac_d": pack_table(made, world.catalogue, number),
            "invchg_d": purchases(made, world.catalogue, number, everything[:0]),
        }
        wait = np.zeros(len(made.bills), dtype=np.int64)
        tables |= list_tables(made, wait, night, self.lists, tables, world.regions, everything)
        filed = world.filings.get(night, [])
        tables |= filing_tables(filed, self.filing, world.people, world.names, world.places)
        self.filing += len(filed)
        first = made.owns_visit
        tables["opsp_reg_d"] = registration_table(
            made.bills, first, world.people, world.names, world.start, everything[:0]
        )
        tables["spdrug_appr_d"] = approval_table(
            made.bills, made.lines, world.catalogue, world.people, world.names, first, on
        )
        books = book_night(self.books, world, night, made, wait, self.truth, {})
        for name in ("clr_appy_d", "clr_detl_d"):
            if name in books:
                books[name] = _renamed(books[name], "clr_appy_evt_id", _FILED_AGAIN)
        tables |= {name: table for name, table in books.items() if name not in _NOT_OURS}
        if night in (0, world.second_edition, world.nights - 1):
            tables |= self._people(on)
        plant_rows(world, night, made, directed, self.truth, tables)
        self._tonight = set(_keys(made))
        return tables

    def _people(self, on: int) -> Tables:
        """Return the schemes' own people, as of a day; all of them are in the register from the start."""
        world = self.world
        before = person_tables(world.people.take(np.arange(self.everyone)), world.names, on, 1)
        everybody = person_tables(world.people, world.names, on, 1)
        return {name: table.slice(before[name].num_rows) for name, table in everybody.items()}

    def stated(self, night: int, books: Books) -> pa.Table:
        """Return the statements of tonight's settlements that the province's own ``books`` do not state tonight."""
        keys = sorted(self._tonight - books.stated - books.withheld)
        sums = [self.statements[key] + books.statements.get(key, 0) for key in keys]
        return statement_table(keys, sums, self.world.places, self.world.start + night)


def _keys(made: Night) -> list[tuple[int, int, int, int]]:
    """Return institution, insurance, clearing type and day of every settlement."""
    b = made.bills
    kind = clearing(scope_of(b, made.people, made.places), b.care)
    columns = b.place, made.people.insurance[b.person], kind, b.settle_time // DAY
    return [(int(place), int(i), int(k), int(day)) for place, i, k, day in zip(*columns, strict=True)]


def _renamed(table: pa.Table, column: str, end: str) -> pa.Table:
    words = pa.compute.binary_join_element_wise(table[column].cast(pa.string()), end, "")
    return table.set_column(table.column_names.index(column), column, words)


def laid_beside(tables: Tables, more: Tables) -> Tables:
    """Return the tables of a night with the rows of ``more`` at the end; the rows before them stay what they are."""
    joined = dict(tables)
    for name, table in more.items():
        if table.num_rows:
            there = tables.get(name)
            joined[name] = table if there is None or there.num_rows == 0 else _below(there, table)
    return joined


def _below(there: pa.Table, more: pa.Table) -> pa.Table:
    """Return ``there`` and below it ``more``, in the types of ``there``; a table with dirt in it is text."""
    there, more = plain_text(there), plain_text(more)
    names = [*there.column_names, *(name for name in more.column_names if name not in there.column_names)]
    columns = {}
    for name in names:
        kind = (there if name in there.column_names else more).schema.field(name).type
        parts = [
            one[name].cast(kind) if name in one.column_names else pa.chunked_array([pa.nulls(one.num_rows, kind)])
            for one in (there, more)
        ]
        columns[name] = pa.chunked_array([chunk for part in parts for chunk in part.chunks], kind)
    return pa.table(columns).combine_chunks()
