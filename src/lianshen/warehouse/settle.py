"""A staged package into the warehouse, in one transaction: settled, set aside, superseded, and proven."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from lianshen.warehouse.accounts import AccountRow, account, prove
from lianshen.warehouse.cast import text_sql
from lianshen.warehouse.closing import close_missing
from lianshen.warehouse.merge import REJECTED, merge
from lianshen.warehouse.schema import TableSpec
from lianshen.warehouse.source import Source
from lianshen.warehouse.staged import Staged, StagedTable
from lianshen.warehouse.staging import clear_stage, is_received
from lianshen.warehouse.tables import quoted
from lianshen.warehouse.waiting import hold_and_release_lines, recall_lines

Check = Callable[[duckdb.DuckDBPyConnection, Staged], object]
"""What checks a staged package between :func:`stage` and :func:`settle_in`; ``lianshen.quality.check`` is one."""


@dataclass(frozen=True)
class Receipt:
    """What became of a package: one account per table."""

    package: str
    accounts: tuple[AccountRow, ...]
    already_received: bool = False

    @property
    def stopped(self) -> dict[str, str]:
        """Return the tables of which nothing was taken, with the reason."""
        return {row.table: row.stopped for row in self.accounts if row.stopped is not None}


def settle_in(con: duckdb.DuckDBPyConnection, staged: Staged) -> Receipt:
    """Merge a staged package and return its receipt. Opens and commits a transaction of its own.

    A package that was received already changes nothing. Raise :class:`WarehouseError`, with nothing taken, when
    the account of any table would not close.
    """
    package = staged.package
    if staged.already_received or is_received(con, package):
        return Receipt(package.name, tuple(account(con, package.name)), already_received=True)
    con.begin()
    try:
        _record_package(con, staged)
        for table in staged.tables.values():
            _heed_stops(con, table)
            _record_delivery(con, package.name, table)
            _set_aside(con, package.name, table)
        accounts = merge_staged(con, staged)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    clear_stage(con)
    return Receipt(package.name, tuple(row for row in accounts if row.package == package.name))


def merge_staged(con: duckdb.DuckDBPyConnection, staged: Staged) -> list[AccountRow]:
    """Merge what is accepted of every staged table, and prove the account of every package that this moved."""
    name = staged.package.name
    moved = {name}
    con.execute("CREATE OR REPLACE TEMP TABLE _recalled (setl_id VARCHAR)")
    for table in staged.tables.values():
        if table.spec is None or not table.is_checkable:
            continue
        _rejected_rows(con, table.name)
        if table.name == "fee_list_d":
            recall_lines(con)
        merge(con, table.spec, name)
        moved |= {str(p) for (p,) in con.execute("SELECT DISTINCT package FROM _beaten").fetchall()}
        if table.spec.mode == "snapshot":
            close_missing(con, table.spec)
    moved |= hold_and_release_lines(con, name)
    return prove(con, moved)


def _record_package(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    package = staged.package
    con.execute(
        "INSERT INTO intake.package VALUES (?, ?, ?, ?, ?)",
        [package.name, package.business_date, package.sequence, package.source, package.manifest_sha256],
    )
    files = [(package.name, t.name, *file) for t in staged.tables.values() for file in t.files]
    if files:
        con.executemany("INSERT INTO intake.file VALUES (?, ?, ?, ?, ?)", files)


def _heed_stops(con: duckdb.DuckDBPyConnection, table: StagedTable) -> None:
    """A check may stop a table as well: one row of severity 'stop' is enough."""
    if table.stopped is None:
        row = con.execute(
            "SELECT MIN(message) FROM stage.reject WHERE table_name = ? AND severity = 'stop'", [table.name]
        ).fetchone()
        table.stopped = row[0] if row else None


def _record_delivery(con: duckdb.DuckDBPyConnection, package: str, table: StagedTable) -> None:
    con.execute(
        "INSERT INTO intake.delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            package,
            table.name,
            table.mode,
            table.rows,
            table.rows if table.unread else 0,
            table.stopped,
            sorted(table.unknown_columns),
            json.dumps(table.restored, sort_keys=True),
        ],
    )
    for column, control in sorted(table.controls.items()):
        if table.spec is None or column not in table.spec.by_name or not table.spec[column].is_numeric:
            continue
        declared, found = control.declared, control.found
        unread = Decimal(0)
        if table.stopped is not None and declared is not None:
            unread = declared - (Decimal(0) if table.unread or found is None else found)
        con.execute(
            "INSERT INTO intake.delivery_control VALUES (?, ?, ?, ?, ?, ?)",
            [package, table.name, column, declared, found, unread],
        )


def _rejected_rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Fill the table ``_rejected`` and return how many rows of the table are set aside."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {REJECTED} AS
            SELECT DISTINCT file, row_no FROM stage.reject WHERE table_name = ? AND severity = 'set_aside'""",
        [table],
    )
    counted = con.execute(f"SELECT COUNT(*) FROM {REJECTED}").fetchone()
    return int(counted[0]) if counted else 0


def _set_aside(con: duckdb.DuckDBPyConnection, package: str, table: StagedTable) -> None:
    """Put the rejected rows of a table into quarantine, or all of them when the table is stopped."""
    if table.spec is None or table.unread:
        return
    rejected = _rejected_rows(con, table.name)
    if table.stopped is None and not rejected:
        return
    for source in table.sources:
        _quarantine_rows(con, package, table.spec, source, whole=table.stopped is not None)
    _touch_set_aside(con, package, table.name)
    if table.stopped is None:
        record_reasons(con, package, table.name)
    else:
        con.execute(
            """INSERT INTO intake.quarantine_reason
               SELECT table_name, package, file, row_no, NULL, 'stopped', NULL, ?
               FROM intake.quarantine_row WHERE table_name = ? AND package = ?""",
            [table.stopped, table.name, package],
        )


def _touch_set_aside(con: duckdb.DuckDBPyConnection, package: str, table: str) -> None:
    """Touch the settlements of headers and lines that were set aside: what is known to be missing is not wrong."""
    con.execute(
        """INSERT INTO intake.touched
           SELECT DISTINCT 'settlement', json_extract_string(raw, '$.setl_id'), CAST(NULL AS DATE), CAST(NULL AS DATE)
           FROM intake.quarantine_row
           WHERE table_name = $table AND package = $package AND table_name IN ('setl_d', 'fee_list_d')
               AND json_extract_string(raw, '$.setl_id') IS NOT NULL""",
        {"table": table, "package": package},
    )


def record_reasons(con: duckdb.DuckDBPyConnection, package: str, table: str) -> None:
    """Record why rows were set aside: one reason per cell and rule.

    A cell that could not be cast is empty in the staging table; that it is empty is then no reason of its own.
    """
    con.execute(
        """INSERT INTO intake.quarantine_reason
           SELECT r.table_name, ?, r.file, r.row_no, r.column_name, r.rule, r.value, r.message
           FROM stage.reject AS r
           WHERE r.table_name = ? AND r.severity = 'set_aside' AND NOT (r.rule = 'not_null' AND EXISTS (
               FROM stage.reject AS o WHERE o.table_name = r.table_name AND o.file = r.file AND o.row_no = r.row_no
                   AND o.column_name = r.column_name AND o.rule <> 'not_null' AND o.severity = 'set_aside'))
           QUALIFY ROW_NUMBER() OVER (
               PARTITION BY r.file, r.row_no, r.column_name, r.rule ORDER BY r.message, r.value) = 1""",
        [package, table],
    )


def _quarantine_rows(
    con: duckdb.DuckDBPyConnection, package: str, spec: TableSpec, source: Source, *, whole: bool
) -> None:
    sent = {name.lower(): text_sql(f"i.{quoted(name)}", kind) for name, kind in source.types.items()}
    cells = {c.name: sent[c.name] for c in spec.columns if c.name in sent and c.identifier is None}
    for column in spec.columns:
        if column.identifier == "hash" and column.name in sent:
            cells.update({name: f"s.{quoted(name)}" for name, _ in column.stored})
    raw = ", ".join(f"'{name}': {cell}" for name, cell in cells.items())
    key = ", ".join(f"COALESCE(CAST(s.{quoted(name)} AS VARCHAR), {cells.get(name, 'NULL')}, '')" for name in spec.key)
    wanted = "" if whole else f"SEMI JOIN {REJECTED} AS r ON r.file = $file AND r.row_no = i._row"
    con.execute(
        f"""INSERT INTO intake.quarantine_row
            SELECT '{spec.name}', $package, $file, i._row, NULLIF(CONCAT_WS('|', {key}), ''),
                CAST(to_json({{{raw}}}) AS VARCHAR), $whole
            FROM (SELECT * FROM {source.relation} AS i {wanted}) AS i
            JOIN (SELECT * FROM stage.{spec.name} WHERE _file = $file) AS s ON s._row = i._row""",
        {"package": package, "file": source.file, "whole": whole},
    )
    private = {c.name for c in spec.columns if c.identifier} & sent.keys()
    for row in source.ragged:
        text = None if private else json.dumps({"_text": row.text}, ensure_ascii=False)
        con.execute(
            "INSERT INTO intake.quarantine_row VALUES (?, ?, ?, ?, NULL, ?, ?)",
            [spec.name, package, source.file, row.row, text, whole],
        )
