"""Puts the planted rows of a night into its tables: rows of bills, rows of no bill, findings about institutions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lianshen.errors import UsageError
from lianshen.province.bills import DAY
from lianshen.province.faults import Directed
from lianshen.province.faults.rows import OF_A_BILL, Rows, moment_of
from lianshen.province.landed import is_delivered_whole, landed_schema
from lianshen.province.medicine import DEPARTMENTS
from lianshen.province.places import doctor_codes
from lianshen.province.tables import Night
from lianshen.province.truth import Truth
from lianshen.province.world import World

Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Lookup:
    """The codes that planted rows need, see :class:`lianshen.province.faults.rows.Context`."""

    world: World
    truth: Truth

    def institution(self, place: int) -> str:
        """Return the institution's code."""
        return self.world.places.code[place]

    def agency(self, place: int) -> str:
        """Return the region with which the institution has its agreement."""
        return self.world.places.agreement[place]

    def psn_no(self, person: int) -> str:
        """Return the person number."""
        return str(self.world.names.psn_no[person].as_py())

    def item(self, number: int) -> str:
        """Return the catalogue code of an item."""
        return self.world.catalogue.items[number].code

    def doctor(self, place: int, department: int = 0, serial: int = 0) -> str:
        """Return a doctor of a hospital's department, by the department's number."""
        places = self.world.places
        per = int(places.doctors_per_department[place])
        if not per or not 0 <= department < len(DEPARTMENTS):
            raise UsageError(f"{places.name[place]}: no doctor in department {department}")
        number = int(places.first_doctor[place]) + department * per + serial % per
        return str(doctor_codes(np.array([number]))[0].as_py())

    def setl_id(self, one: Directed) -> str | None:
        """Return the settlement of a planted bill, None before its night."""
        return self.truth.settlement_of(one)


def plant_rows(world: World, night: int, made: Night, directed: list[Directed], truth: Truth, tables: Tables) -> None:
    """Change and add rows in ``tables`` as the planted records of the night want it, in place.

    Rows of persons and of tables that are delivered whole are changed in every delivery, since the newest one holds.
    Raises :class:`UsageError` when a plan names a table that is not landed, or one whose rows belong to no bill.
    """
    look = Lookup(world, truth)
    stamp = moment_of((world.start + night) * DAY + 80_000)
    _of_bills(world, night, made, directed, tables, look, stamp)
    for more in world.more:
        whole = is_delivered_whole(world.content, more.table)
        if (whole and (more.table in tables or night == 0)) or (not whole and more.night == night):
            _append(world, tables, more.table, _filled(world, more.table, more.make(look), {}, stamp))
    for changed in world.changed:
        if changed.table in tables:
            rows = changed.change(look, tables[changed.table].to_pylist())
            tables[changed.table] = tables[changed.table].slice(0, 0)
            _append(world, tables, changed.table, _filled(world, changed.table, rows, {}, stamp))
    for plan in world.subjects:
        if plan.night == night:
            subject = plan.subject if isinstance(plan.subject, str) else world.places.code[plan.subject]
            truth.about_subject(
                plan.rule, plan.kind, subject, plan.period, plan.note, world.start + night,
                group=plan.group, settlement=None, a2=plan.a2,
            )  # fmt: skip


def _of_bills(
    world: World, night: int, made: Night, directed: list[Directed], tables: Tables, look: Lookup, stamp: datetime
) -> None:
    """Let every planted bill change its own rows; rows of a person also where they are delivered again."""
    again = [
        one
        for other, plans in world.directed.items()
        if other != night
        for one in plans
        if any(is_delivered_whole(world.content, table) for table in one.rows)
    ]
    bills = [(one, True) for one in directed if one.rows] + [(one, False) for one in again]
    if not bills:
        return
    row_of = {int(number): row for row, number in enumerate(made.bills.directed.tolist()) if number >= 0}
    keys_of = {id(one): _keys(look, one, made, row_of.get(number)) for number, one in enumerate(directed) if one.rows}
    for one in again:
        keys_of[id(one)] = _keys(look, one, made, None)
    wanted: dict[str, set[str]] = defaultdict(set)
    for one, _ in bills:
        for table in (*one.rows, "fee_list_d"):
            wanted[table].add(keys_of[id(one)].get(_key(table), ""))
    held = {table: _Held.of(tables, table, keys) for table, keys in wanted.items()}
    for one, is_tonight in bills:
        keys = keys_of[id(one)]

        def of(table: str, keys: dict[str, Any] = keys) -> list[dict[str, Any]]:
            if table not in held:
                held[table] = _Held.of(tables, table, {keys[_key(table)]})
            return held[table].rows[keys[_key(table)]]

        for table, change in one.rows.items():
            if is_tonight or (is_delivered_whole(world.content, table) and table in tables):
                key = keys[_key(table)]
                rows = change(Rows(held[table].rows[key], keys, of))
                held[table].rows[key] = _filled(world, table, rows, keys, stamp)
                held[table].changed = True
    for table, some in held.items():
        if some.changed:
            tables[table] = some.rest if some.rest is not None else landed_schema(world.content, table).empty_table()
            _append(world, tables, table, [row for rows in some.rows.values() for row in rows])


@dataclass
class _Held:
    """Rows taken out of a table, by key, and what is left of it."""

    rows: dict[str, list[dict[str, Any]]]
    rest: pa.Table | None
    changed: bool = False

    @classmethod
    def of(cls, tables: Tables, table: str, keys: set[str]) -> _Held:
        rows: dict[str, list[dict[str, Any]]] = {key: [] for key in sorted(keys)}
        whole = tables.get(table)
        if whole is None or whole.num_rows == 0:
            return cls(rows, None)
        is_wanted = pc.is_in(whole[_key(table)], value_set=pa.array(sorted(keys), pa.string()))
        for row in whole.filter(is_wanted).to_pylist():
            rows[row[_key(table)]].append(row)
        return cls(rows, whole.filter(pc.invert(is_wanted)))


def _key(table: str) -> str:
    if table not in OF_A_BILL:
        raise UsageError(
            f"{table}: its rows belong to no bill; add them with more_rows or change them with change_rows"
        )
    return OF_A_BILL[table]


def _keys(look: Lookup, one: Directed, made: Night, row: int | None) -> dict[str, Any]:
    """Return what identifies the bill in the landed tables; without settlement and visit on another night than its."""
    keys = {
        "psn_no": look.psn_no(int(one.bill.person[0])),
        "fixmedins_code": look.institution(int(one.bill.place[0])),
    }
    if row is not None:
        setl = f"51{int(made.settlement[row]):015d}"
        keys |= {"setl_id": setl, "mdtrt_id": f"50{int(made.visit[row]):015d}", "setl_list_id": f"L{setl}"}
    return keys


def _filled(
    world: World, table: str, rows: list[dict[str, Any]], keys: dict[str, Any], stamp: datetime
) -> list[dict[str, Any]]:
    """Return the rows with the keys of their bill where they have none; raises where a column is unknown."""
    known = landed_schema(world.content, table).names
    given = {**keys, "vali_flag": "1", "updt_time": stamp}
    filling = {name: value for name, value in given.items() if name in known}
    for row in rows:
        unknown = set(row) - set(known)
        if unknown:
            raise UsageError(f"{table}: a planted row has columns that the table has not: {', '.join(sorted(unknown))}")
    return [{**filling, **row} for row in rows]


def _append(world: World, tables: Tables, table: str, rows: list[dict[str, Any]]) -> None:
    """Put rows at the end of a table, which gets the columns that only they have."""
    schema = landed_schema(world.content, table)
    whole = tables.get(table)
    if whole is None or not whole.column_names:
        whole = pa.table({})
    used = [name for name in schema.names if name in whole.column_names or any(name in row for row in rows)]
    used += [name for name in whole.column_names if name not in used]
    columns = {}
    for name in used:
        values = [row.get(name) for row in rows]
        old = whole[name] if name in whole.column_names else pa.nulls(whole.num_rows, schema.field(name).type)
        kind = old.type
        if pa.types.is_dictionary(kind):
            new = pa.array(values, pa.string()).dictionary_encode().cast(kind)
        else:
            new = pa.array(values, pa.string() if pa.types.is_null(kind) else kind)
            old = old.cast(new.type)
        parts = old.chunks if isinstance(old, pa.ChunkedArray) else [old]
        columns[name] = pa.chunked_array([*parts, new]).unify_dictionaries()
    tables[table] = pa.table(columns).combine_chunks() if columns else whole
