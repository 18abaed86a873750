"""A package into ``stage.*``: files verified, cells cast without loss, identifiers hashed, sums compared.

A file or a table that breaks the contract stops its table; a cell that cannot be taken rejects its row. Neither
raises: the account of the package shows it.
"""

from __future__ import annotations

from decimal import Decimal

import duckdb

from lianshen.warehouse.filling import fill
from lianshen.warehouse.identity import IdentityKey, bind_key, install_hash, remove_hash
from lianshen.warehouse.package import Package, PackageRefused, TableEntry
from lianshen.warehouse.schema import TableSpec
from lianshen.warehouse.source import FileUnusable, open_source, verify_file
from lianshen.warehouse.staged import ControlSum, Staged, StagedTable
from lianshen.warehouse.tables import known_tables, quoted, stage_table_sql

__all__ = ["ControlSum", "Staged", "StagedTable", "clear_stage", "is_received", "stage"]


def is_received(con: duckdb.DuckDBPyConnection, package: Package) -> bool:
    """Say whether the package was settled in. Raise :class:`PackageRefused` when its manifest was altered since."""
    row = con.execute("SELECT manifest_sha256 FROM intake.package WHERE package = ?", [package.name]).fetchone()
    if row is None:
        return False
    if row[0] != package.manifest_sha256:
        raise PackageRefused(
            f"{package.folder}: the manifest was altered after the package was received, so nothing is read again; "
            f"put the old manifest back and send what is new as a further package of that date, such as "
            f"{package.business_date}.{package.sequence + 1}"
        )
    return True


def stage(con: duckdb.DuckDBPyConnection, package: Package, identity: IdentityKey) -> Staged:
    """Verify a package and fill ``stage.<table>`` and ``stage.reject`` with it, replacing what was staged before.

    A package that was received already gives ``already_received`` and stages nothing. Raise
    :class:`PackageRefused` for an unusable or altered manifest, :class:`IdentityKeyError` for a wrong key.
    """
    manifest = package.require_manifest()
    staged = Staged(package, {}, already_received=is_received(con, package))
    if staged.already_received:
        return staged
    specs = known_tables(con)
    con.begin()
    try:
        bind_key(con, identity)
        clear_stage(con)
        install_hash(con, identity)
        try:
            for name in sorted(manifest.tables):
                staged.tables[name] = _stage_table(con, package, name, manifest.tables[name], specs.get(name))
        finally:
            remove_hash(con)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return staged


def clear_stage(con: duckdb.DuckDBPyConnection) -> None:
    """Empty the staging area."""
    tables = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'stage' AND table_name <> 'reject'"
    ).fetchall()
    for (name,) in tables:
        con.execute(f"DROP TABLE stage.{quoted(name)}")
    con.execute("DELETE FROM stage.reject")


def _stage_table(
    con: duckdb.DuckDBPyConnection, package: Package, name: str, entry: TableEntry, spec: TableSpec | None
) -> StagedTable:
    table = StagedTable(
        name, entry.mode, entry.rows, [(f.name, f.rows, f.sha256.lower()) for f in entry.files], spec=spec
    )
    table.controls = {column.lower(): ControlSum(Decimal(text), None) for column, text in entry.control.items()}
    table.stopped = _open_all(con, package, entry, table)
    if spec is None or table.stopped is not None:
        table.unread = True
        return table
    con.execute(stage_table_sql(spec))
    for source in table.sources:
        fill(con, spec, source, table)
    table.stopped = _missing_columns(spec, table) or _sums_differ(table)
    return table


def _open_all(con: duckdb.DuckDBPyConnection, package: Package, entry: TableEntry, table: StagedTable) -> str | None:
    """Open every file of the table; return why that cannot be done, if so."""
    if table.spec is None:
        return f"{table.name} is not a table of the landing contract"
    if entry.mode != table.spec.mode:
        return f"the manifest says mode {entry.mode}, but {table.name} is delivered as {table.spec.mode}"
    try:
        for file in entry.files:
            verify_file(package.folder / file.name, file)
        for number, file in enumerate(sorted(entry.files, key=lambda f: f.name)):
            relation = f"incoming_{table.name}_{number}"
            table.sources.append(open_source(con, package.folder / file.name, file, relation))
    except FileUnusable as error:
        table.sources.clear()
        return str(error)
    return None


def _missing_columns(spec: TableSpec, table: StagedTable) -> str | None:
    for source in table.sources:
        present = {name.lower() for name in source.types}
        missing = [c.name for c in spec.columns if c.required and c.name not in present]
        if missing:
            return f"{source.file}: required column {', '.join(missing)} is missing"
    return None


def _sums_differ(table: StagedTable) -> str | None:
    """Compare the control sums; a sum over no file at all is zero."""
    for column, control in table.controls.items():
        if control.declared is not None and control.found is None:
            if table.sources:
                return f"control sum over {column}, which no file of the table has"
            control.found = Decimal(0)
        if not control.agrees:
            return f"control sum {column}: the manifest says {control.declared}, the files hold {control.found}"
    return None
