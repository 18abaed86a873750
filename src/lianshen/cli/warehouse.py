"""``lianshen warehouse``: what arrived, where its rows are, what waits in quarantine, and pulling from a source."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianshen.config import SHANGHAI, Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    import duckdb
    from rich.table import Table

    from lianshen.warehouse import AccountRow

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
PackageName = Annotated[str | None, typer.Argument(help="Name of a package, such as 2026-11-20; default: all.")]

warehouse_app = typer.Typer(
    no_args_is_help=True, help="What arrived, where its rows are, what waits in quarantine; pull from a source."
)


def register(app: typer.Typer) -> None:
    app.add_typer(warehouse_app, name="warehouse")


def _reading() -> duckdb.DuckDBPyConnection:
    from lianshen.warehouse.connect import reading

    return reading(Settings())


def _writing() -> duckdb.DuckDBPyConnection:
    from lianshen.warehouse.connect import writing

    return writing(Settings(), make=True)


def _print(rows: list[dict[str, Any]], table: Table, as_json: bool) -> None:
    from rich.console import Console

    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    else:
        Console().print(table)


@warehouse_app.command()
def packages(as_json: AsJson = False) -> None:
    """List the packages in the landing folder and say which were received."""
    from rich.table import Table

    from lianshen.warehouse import PackageRefused, find_packages, is_received

    settings = Settings()
    table = Table("package", "source", "tables", "rows", "state", title=str(settings.landing_folder))
    rows = []
    found = find_packages(settings.landing_folder)
    has_warehouse = settings.warehouse_file.is_file()
    for package in found:
        state = "refused" if package.refused else "waiting"
        why = package.refused
        if has_warehouse and not package.refused:
            try:
                with _reading() as con:
                    state = "received" if is_received(con, package) else "waiting"
            except PackageRefused as error:
                state, why = "altered", str(error)
        entries = package.manifest.tables.values() if package.manifest else ()
        row = {
            "package": package.name,
            "source": package.source,
            "tables": len(entries),
            "rows": sum(entry.rows for entry in entries),
            "state": state,
            "why": why,
        }
        rows.append(row)
        table.add_row(package.name, package.source, str(row["tables"]), f"{row['rows']:,}", why or state)
    _print(rows, table, as_json)


@warehouse_app.command()
def account(package: PackageName = None, as_json: AsJson = False) -> None:
    """Show for each table of a package: received = accepted + set aside + superseded, in rows and in yuan."""
    from rich.table import Table

    from lianshen.warehouse import account as accounts_of

    with _reading() as con:
        found = accounts_of(con, package)
    if package is not None and not found:
        raise UsageError(f"package '{package}' was not received; see: lianshen warehouse packages")
    table = Table("package", "table", "of", "received", "accepted", "set aside", "superseded", "closes", "remarks")
    for row in found:
        figures = (f"{n:,}" for n in (row.received, row.accepted, row.set_aside, row.superseded))
        table.add_row(row.package, row.table, "rows", *figures, "yes" if row.closes else "NO", _remarks(row))
        for c in row.controls:
            sums = (f"{n:,}" for n in (c.received, c.accepted, c.set_aside, c.superseded))
            table.add_row("", "", c.column, *sums, "yes" if c.closes else "NO", "")
    _print([_plain(row) for row in found], table, as_json)


def _remarks(row: AccountRow) -> str:
    remarks = [f"stopped: {row.stopped}"] if row.stopped else []
    if row.unknown_columns:
        remarks.append(f"ignored columns: {', '.join(row.unknown_columns)}")
    restored = json.loads(row.restored)
    if restored:
        remarks.append("restored codes: " + ", ".join(f"{name} {count}" for name, count in restored.items()))
    return "; ".join(remarks)


def _plain(row: AccountRow) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(row), "restored": json.loads(row.restored), "closes": row.closes}


@warehouse_app.command()
def quarantine(
    package: PackageName = None,
    table_name: Annotated[str | None, typer.Option("--table", help="Only this table.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many reasons.")] = 50,
    raw: Annotated[bool, typer.Option(help="Show the row as it was sent, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the rows that were set aside, one line per reason, and how many there are of each."""
    from rich.table import Table

    shown = ["package", "table_name", "file", "row_no", "primary_key", "column_name", "rule", "value", "message"]
    if raw:
        shown.append("raw")
    wanted = "WHERE ($1 IS NULL OR package = $1) AND ($2 IS NULL OR table_name = $2)"
    with _reading() as con:
        rows = con.execute(
            f"SELECT {', '.join(shown)} FROM intake.quarantine {wanted} ORDER BY ALL LIMIT {limit}",
            [package, table_name],
        ).fetchall()
        total = con.execute(f"SELECT COUNT(*) FROM intake.quarantine {wanted}", [package, table_name]).fetchone()
    table = Table(*shown, title=f"{len(rows)} of {total[0] if total else 0:,} reasons")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    _print([dict(zip(shown, row, strict=True)) for row in rows], table, as_json)


@warehouse_app.command()
def replay(
    package: PackageName = None,
    table_name: Annotated[str | None, typer.Option("--table", help="Only this table.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check the rows in quarantine again, after a code list or a format was mended, and take those that pass."""
    from rich.table import Table

    from lianshen.quality import check
    from lianshen.warehouse import replay_quarantine

    with _writing() as con:
        before = con.execute("SELECT COUNT(*) FROM intake.quarantine_row").fetchone() or (0,)
        receipts = replay_quarantine(con, check=check, package=package, table=table_name)
        after = con.execute("SELECT COUNT(*) FROM intake.quarantine_row").fetchone() or (0,)
    title = f"released {before[0] - after[0]:,} of {before[0]:,} rows; the next night screens them"
    table = Table("package", "table", "received", "accepted", "set aside", "superseded", title=title)
    rows = [row for receipt in receipts for row in receipt.accounts]
    for row in rows:
        figures = (f"{n:,}" for n in (row.received, row.accepted, row.set_aside, row.superseded))
        table.add_row(row.package, row.table, *figures)
    _print([_plain(row) for row in rows], table, as_json)


@warehouse_app.command()
def pull(
    url: Annotated[str, typer.Argument(help="postgresql://user@host/database", envvar="LIANSHEN_SOURCE")],
    since: Annotated[datetime | None, typer.Option(help="From then on; default: where the last pull ended.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Up to then; default: now.")] = None,
    source: Annotated[str, typer.Option(help="Name of the source in packages and watermark.")] = "postgres",
    schema: Annotated[str, typer.Option(help="Schema of the source that holds the tables.")] = "public",
    table_name: Annotated[list[str] | None, typer.Option("--table", help="Only these tables.")] = None,
    landing: Annotated[Path | None, typer.Option(help="Landing folder; default: that of the settings.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write what changed in a PostgreSQL source as a landing package."""
    from rich.table import Table

    from lianshen.warehouse.adapters.postgres import pull as pull_package

    settings = Settings()
    package = pull_package(
        url,
        landing or settings.landing_folder,
        until=until or datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0),
        since=since,
        source=source,
        schema=schema,
        tables=table_name or None,
        content=settings.content,
    )
    entries = package.require_manifest().tables if package else {}
    table = Table("table", "rows", "control sums", title=str(package.folder) if package else "nothing changed")
    for name, entry in entries.items():
        table.add_row(name, f"{entry.rows:,}", ", ".join(f"{c} {v}" for c, v in entry.control.items()))
    rows = [{"package": package.name if package else None, "table": n, "rows": e.rows} for n, e in entries.items()]
    _print(rows, table, as_json)


@warehouse_app.command()
def key() -> None:
    """Make the identity key of a new warehouse; it never overwrites one."""
    from lianshen.warehouse import IdentityKey

    path = Settings().key_file
    made = IdentityKey.create(path)
    typer.echo(f"{path}: made, fingerprint {made.fingerprint}; keep a copy apart from the warehouse")
