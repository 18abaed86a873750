"""The account of every delivery: received = accepted + set aside + superseded, in rows and in money.

Nothing is counted as it happens; every figure is taken from where the rows are now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from lianshen.warehouse.account_sql import ROWS_VIEW, control_sums_sql
from lianshen.warehouse.tables import WarehouseError, known_tables


@dataclass(frozen=True)
class ControlRow:
    """One control sum. ``declared`` is the sender's figure, ``found`` what the files hold; either may be missing."""

    column: str
    declared: Decimal | None
    found: Decimal | None
    received: Decimal
    accepted: Decimal
    set_aside: Decimal
    superseded: Decimal

    @property
    def closes(self) -> bool:
        return self.received == self.accepted + self.set_aside + self.superseded


@dataclass(frozen=True)
class AccountRow:
    """One table of one package. ``stopped`` says why nothing of it was taken."""

    package: str
    table: str
    mode: str
    received: int
    accepted: int
    set_aside: int
    superseded: int
    controls: tuple[ControlRow, ...]
    stopped: str | None
    unknown_columns: tuple[str, ...]
    restored: str
    """How many codes had lost their zeros, by column, as JSON."""

    @property
    def closes(self) -> bool:
        rows = self.received == self.accepted + self.set_aside + self.superseded
        return rows and all(control.closes for control in self.controls)


def account(con: duckdb.DuckDBPyConnection, package: str | None = None) -> list[AccountRow]:
    """Return the account of one package, or of all, by package and table."""
    return _accounts(con, None if package is None else [package])


def prove(con: duckdb.DuckDBPyConnection, packages: Iterable[str]) -> list[AccountRow]:
    """Return the accounts of these packages; raise :class:`WarehouseError` naming a table that does not close."""
    rows = _accounts(con, sorted(packages))
    for row in rows:
        if not row.closes:
            sums = "; ".join(
                f"{c.column}: {c.received} <> {c.accepted} + {c.set_aside} + {c.superseded}"
                for c in row.controls
                if not c.closes
            )
            raise WarehouseError(
                f"package {row.package}, table {row.table}: {row.received} rows received, but {row.accepted} accepted, "
                f"{row.set_aside} set aside and {row.superseded} superseded{'; ' + sums if sums else ''}: "
                "nothing of the package was taken; this is a fault of the program, keep the package and report it"
            )
    return rows


def _accounts(con: duckdb.DuckDBPyConnection, packages: list[str] | None) -> list[AccountRow]:
    filtered, values = (
        ("TRUE", {}) if packages is None else ("list_contains($packages, package)", {"packages": packages})
    )
    rows = con.execute(
        f"""SELECT package, table_name, mode, received, accepted, set_aside, superseded, stopped, unknown_columns,
                CAST(restored AS VARCHAR)
            FROM {ROWS_VIEW} WHERE {filtered} ORDER BY intake.package_order(package), table_name""",
        values,
    ).fetchall()
    controls = _controls(con, packages)
    return [
        AccountRow(
            package=package,
            table=table,
            mode=mode,
            received=received,
            accepted=accepted,
            set_aside=set_aside,
            superseded=superseded,
            controls=tuple(controls.get((package, table), ())),
            stopped=stopped,
            unknown_columns=tuple(unknown),
            restored=restored,
        )
        for package, table, mode, received, accepted, set_aside, superseded, stopped, unknown, restored in rows
    ]


def _controls(con: duckdb.DuckDBPyConnection, packages: list[str] | None) -> dict[tuple[str, str], list[ControlRow]]:
    filtered, values = (
        ("TRUE", {}) if packages is None else ("list_contains($packages, package)", {"packages": packages})
    )
    declared = con.execute(
        f"""SELECT package, table_name, column_name, declared, found, unread
            FROM intake.delivery_control WHERE {filtered} ORDER BY ALL""",
        values,
    ).fetchall()
    specs = known_tables(con)
    placed: dict[tuple[str, str, str, str], Decimal] = {}
    for table in {row[1] for row in declared}:
        columns = sorted({row[2] for row in declared if row[1] == table})
        query = control_sums_sql(specs[table], columns, all_packages=packages is None)
        for place, package, *sums in con.execute(query, values).fetchall():
            for column, total in zip(columns, sums, strict=True):
                placed[(place, package, table, column)] = total
    found: dict[tuple[str, str], list[ControlRow]] = {}
    for package, table, column, sent, summed, unread in declared:
        here = [
            _exact(placed.get((place, package, table, column))) for place in ("accepted", "set_aside", "superseded")
        ]
        received = sent if sent is not None else summed
        row = ControlRow(
            column, _maybe(sent), _maybe(summed), _exact(received), here[0], _exact(here[1] + unread), here[2]
        )
        found.setdefault((package, table), []).append(row)
    return found


def _exact(value: Decimal | None) -> Decimal:
    """Return an amount without the zeros that only the storage type gave it, but with its cents."""
    amount = Decimal(0) if value is None else Decimal(value)
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else amount.normalize()


def _maybe(value: Decimal | None) -> Decimal | None:
    return None if value is None else _exact(value)
