"""One source into its staging table: cells cast, identifiers hashed, what was lost recorded cell by cell.

Nothing is looked at twice without need: a column in which as many cells have a value afterwards as had a text
before has lost none, and only the others are searched for the cells that could not be taken.
"""

from __future__ import annotations

from decimal import Decimal

import duckdb

from lianshen.warehouse.cast import Cast, amount_sql, cast_column, text_sql
from lianshen.warehouse.identity import sex_of_certno_sql
from lianshen.warehouse.schema import ColumnSpec, TableSpec
from lianshen.warehouse.source import Source
from lianshen.warehouse.staged import ControlSum, StagedTable
from lianshen.warehouse.tables import quoted


def fill(con: duckdb.DuckDBPyConnection, spec: TableSpec, source: Source, table: StagedTable) -> None:
    """Cast one source into ``stage.<table>`` and its unusable cells into ``stage.reject``."""
    sent = {name.lower(): (quoted(name), kind) for name, kind in source.types.items()}
    kept = {name for name, _ in spec.stored}
    for name in source.types:
        known = name.lower() in spec.by_name or (source.hashed and name in kept)
        if not known and name not in table.unknown_columns:
            table.unknown_columns.append(name)
    casts = {c.name: cast_column(c, *sent[c.name]) for c in spec.columns if c.name in sent and c.identifier is None}
    stored = {name: cast.value for name, cast in casts.items()}
    for column in spec.columns:
        if column.identifier == "hash":
            stored.update(_identifier(column, sent, source.hashed))
    file = source.file.replace("'", "''")
    columns = ", ".join([*map(quoted, stored), "_file", "_row"])
    values = ", ".join([*stored.values(), source.file_sql or f"'{file}'", "_row"])
    con.execute(f"INSERT INTO stage.{spec.name} ({columns}) SELECT {values} FROM {source.relation}")
    _count_source(con, spec, source, casts, sent, table)


def _identifier(column: ColumnSpec, sent: dict[str, tuple[str, str]], hashed: bool) -> dict[str, str]:
    """Return the stored columns of a hashed identifier; rows out of quarantine carry the hash already."""
    if hashed:
        return {name: sent[name][0] for name, _ in column.stored if name in sent}
    if column.name not in sent:
        return {}
    text = f"NULLIF(TRIM({text_sql(*sent[column.name])}), '')"
    values = {f"{column.name}_hash": f"identifier_hash('{column.name}', {text})"}
    if column.name == "certno":
        values["certno_gend"] = sex_of_certno_sql(text)
    return values


def _count_source(
    con: duckdb.DuckDBPyConnection,
    spec: TableSpec,
    source: Source,
    casts: dict[str, Cast],
    sent: dict[str, tuple[str, str]],
    table: StagedTable,
) -> None:
    """Compare what the file holds with what was staged of it: sums, restored codes, lost cells."""
    fallible = [name for name, cast in casts.items() if cast.can_fail]
    restorable = [name for name, cast in casts.items() if cast.restored is not None]
    facts = [
        *(f"COUNT({casts[name].filled})" for name in fallible),
        *(f"COUNT_IF({casts[name].restored})" for name in restorable),
    ]
    found = con.execute(f"SELECT {', '.join([*facts, 'COUNT(*)'])} FROM {source.relation}").fetchone() or ()
    filled = dict(zip(fallible, found, strict=False))
    for name, count in zip(restorable, found[len(fallible) :], strict=False):
        if count:
            table.restored[name] = table.restored.get(name, 0) + int(count)
    _reject_ragged(con, spec, source)
    required = [c.name for c in spec.columns if c.not_null]
    counted = list(dict.fromkeys([*fallible, *required]))
    here, values = _rows_of(source)
    counts = ", ".join(["COUNT(*)", *(f"COUNT({quoted(name)})" for name in counted)])
    staged = con.execute(f"SELECT {counts} FROM stage.{spec.name} WHERE {here}", values).fetchone() or (0,)
    typed = dict(zip(counted, staged[1:], strict=True))
    lost = [name for name in fallible if typed[name] != filled[name]]
    for name in lost:
        _reject_cells(con, spec[name], source, casts[name], spec.name)
    for name in required:
        if typed[name] != staged[0]:
            _reject_empty(con, spec[name], source, spec.name)
    _add_up(con, spec, source, casts, sent, table)


def _add_up(
    con: duckdb.DuckDBPyConnection,
    spec: TableSpec,
    source: Source,
    casts: dict[str, Cast],
    sent: dict[str, tuple[str, str]],
    table: StagedTable,
) -> None:
    """Add this source to the control sums: all rows as sent, so also the numbers in cells that were rejected."""
    for column in spec.control:
        if column in sent:
            table.controls.setdefault(column, ControlSum(None, None))
    here, values = _rows_of(source)
    for name, control in table.controls.items():
        if name not in sent:
            continue
        if name in casts and spec[name].is_numeric:
            cast = casts[name]
            total = _number(con, f"SELECT SUM({quoted(name)}) FROM stage.{spec.name} WHERE {here}", values)
            if cast.can_fail:
                rejected = f"FROM {source.relation} WHERE {cast.value} IS NULL AND {cast.filled} IS NOT NULL"
                total += _number(con, f"SELECT SUM({amount_sql(cast.text)}) {rejected}", [])
        else:
            total = _number(con, f"SELECT SUM({amount_sql(text_sql(*sent[name]))}) FROM {source.relation}", [])
        control.found = (control.found or Decimal(0)) + total


def _number(con: duckdb.DuckDBPyConnection, query: str, values: list[str]) -> Decimal:
    row = con.execute(query, values).fetchone()
    return Decimal(0) if row is None or row[0] is None else Decimal(row[0])


def _rows_of(source: Source) -> tuple[str, list[str]]:
    return ("TRUE", []) if source.file_sql else ("_file = ?", [source.file])


def _reject_cells(con: duckdb.DuckDBPyConnection, column: ColumnSpec, source: Source, cast: Cast, table: str) -> None:
    rule = "codes" if column.codes else "prefix" if column.prefix else "type"
    wanted = f"a code of the list {column.codes_name or column.prefix_name}" if rule != "type" else column.sql_type
    con.execute(
        f"""INSERT INTO stage.reject
            SELECT ?, {source.file_sql or "?"}, _row, ?, ?, LEFT({cast.text}, 200), 'set_aside', ?
            FROM {source.relation} WHERE {cast.text} IS NOT NULL AND {cast.value} IS NULL""",
        [
            table,
            *([] if source.file_sql else [source.file]),
            column.name,
            rule,
            f"{column.name} cannot be taken as {wanted} without loss",
        ],
    )


def _reject_empty(con: duckdb.DuckDBPyConnection, column: ColumnSpec, source: Source, table: str) -> None:
    here, values = _rows_of(source)
    con.execute(
        f"""INSERT INTO stage.reject
            SELECT ?, s._file, s._row, ?, 'not_null', NULL, 'set_aside', ?
            FROM stage.{table} AS s
            WHERE {here} AND s.{quoted(column.name)} IS NULL AND NOT EXISTS (
                FROM stage.reject AS r
                WHERE r.table_name = ? AND r.file = s._file AND r.row_no = s._row AND r.column_name = ?)""",
        [table, column.name, f"{column.name} has no value", *values, table, column.name],
    )


def _reject_ragged(con: duckdb.DuckDBPyConnection, spec: TableSpec, source: Source) -> None:
    """Reject rows with a wrong number of cells; their text is withheld where an identifier may stand in it."""
    if not source.ragged:
        return
    private = {c.name for c in spec.columns if c.identifier} & {name.lower() for name in source.types}
    rows = [
        (spec.name, source.file, r.row, None, "ragged", None if private else r.text[:200], "set_aside",
         f"the row has {r.cells} cells, the header {r.expected}")
        for r in source.ragged
    ]  # fmt: skip
    con.executemany("INSERT INTO stage.reject VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
