"""Quarantine once more: rows that were set aside are checked again after a code list or a format was mended."""

from __future__ import annotations

from pathlib import Path

import duckdb

from lianshen.errors import UsageError
from lianshen.warehouse.accounts import account
from lianshen.warehouse.filling import fill
from lianshen.warehouse.package import Package, order_key
from lianshen.warehouse.schema import TableSpec
from lianshen.warehouse.settle import Check, Receipt, merge_staged, record_reasons
from lianshen.warehouse.source import Source
from lianshen.warehouse.staged import Staged, StagedTable
from lianshen.warehouse.staging import clear_stage
from lianshen.warehouse.tables import known_tables, quoted, stage_table_sql

_ROWS = """FROM intake.quarantine_row
    WHERE NOT is_stopped AND raw IS NOT NULL AND json_extract_string(raw, '$._text') IS NULL"""


def replay_quarantine(
    con: duckdb.DuckDBPyConnection,
    *,
    check: Check | None = None,
    package: str | None = None,
    table: str | None = None,
) -> list[Receipt]:
    """Stage the rows in quarantine again and release those that pass now; one transaction and receipt per package.

    ``check`` runs between, as in a night; without it only types and missing values are checked. ``package`` and
    ``table`` narrow what is replayed. Rows of stopped tables and rows whose cells cannot be told apart stay: the
    sender sends them again. Raise :class:`UsageError` for an unknown package or table.
    """
    specs = known_tables(con)
    if table is not None and table not in specs:
        raise UsageError(f"'{table}' is not a landed table; known: {', '.join(specs)}")
    if package is not None and not account(con, package):
        raise UsageError(f"package '{package}' was not received; see 'lianshen warehouse packages'")
    found = con.execute(
        f"SELECT package, LIST(DISTINCT table_name ORDER BY table_name) {_ROWS} "
        "AND ($package IS NULL OR package = $package) AND ($table IS NULL OR table_name = $table) GROUP BY package",
        {"package": package, "table": table},
    ).fetchall()
    return [
        _replay_package(con, name, [specs[t] for t in tables if t in specs], check)
        for name, tables in sorted(found, key=lambda row: order_key(row[0]))
    ]


def _replay_package(con: duckdb.DuckDBPyConnection, name: str, specs: list[TableSpec], check: Check | None) -> Receipt:
    staged = Staged(_received_package(con, name), {}, is_replay=True)
    clear_stage(con)
    for spec in specs:
        staged.tables[spec.name] = _stage_again(con, name, spec)
    if check is not None:
        check(con, staged)
    con.begin()
    try:
        for spec in specs:
            _renew_quarantine(con, name, spec.name)
        merge_staged(con, staged)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    clear_stage(con)
    return Receipt(name, tuple(account(con, name)))


def _received_package(con: duckdb.DuckDBPyConnection, name: str) -> Package:
    row = con.execute(
        "SELECT business_date, sequence, source, manifest_sha256 FROM intake.package WHERE package = ?", [name]
    ).fetchone()
    day, sequence, source, digest = row or (None, 0, "", "")
    if day is None:
        raise UsageError(f"package '{name}' was not received; see 'lianshen warehouse packages'")
    return Package(name, Path(name), day, sequence, source, None, digest)


def _stage_again(con: duckdb.DuckDBPyConnection, package: str, spec: TableSpec) -> StagedTable:
    """Lay the stored rows out as text columns, as if they came from a CSV file."""
    names = [name for column in spec.columns for name in (
        [n for n, _ in column.stored] if column.identifier else [column.name]
    )]  # fmt: skip
    cells = ", ".join(f"json_extract_string(raw, '$.{name}') AS {quoted(name)}" for name in names)
    relation = f"incoming_{spec.name}_0"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {relation} AS SELECT {cells}, file AS _source_file, row_no AS _row {_ROWS} "
        "AND package = ? AND table_name = ?",
        [package, spec.name],
    )
    counted = con.execute(f"SELECT COUNT(*) FROM {relation}").fetchone()
    source = Source("", relation, dict.fromkeys(names, "VARCHAR"), counted[0] if counted else 0)
    source.hashed, source.file_sql = True, "_source_file"
    table = StagedTable(spec.name, spec.mode, source.rows, [], sources=[source], spec=spec)
    con.execute(stage_table_sql(spec))
    fill(con, spec, source, table)
    return table


def _renew_quarantine(con: duckdb.DuckDBPyConnection, package: str, table: str) -> None:
    """Forget the old reasons of the replayed rows, record the new ones, and let go of rows without any."""
    replayed = f"""table_name = ? AND package = ? AND (file, row_no) IN (SELECT (_file, _row) FROM stage.{table})"""
    con.execute(f"DELETE FROM intake.quarantine_reason WHERE {replayed}", [table, package])
    record_reasons(con, package, table)
    con.execute(
        f"""DELETE FROM intake.quarantine_row WHERE {replayed} AND NOT EXISTS (
                FROM intake.quarantine_reason AS r
                WHERE r.table_name = quarantine_row.table_name AND r.package = quarantine_row.package
                    AND r.file = quarantine_row.file AND r.row_no = quarantine_row.row_no)""",
        [table, package],
    )
