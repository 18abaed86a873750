"""A package into ``stage.*``: files verified, cells cast without loss, identifiers hashed, sums compared.

A file or a table that breaks the contract stops its table; a cell that cannot be taken rejects its row. Neither
raises: the account of the package shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from lianshen.warehouse.cast import Cast, amount_sql, cast_column, text_sql
from lianshen.warehouse.identity import IdentityKey, bind_key, install_hash, remove_hash, sex_of_certno_sql
from lianshen.warehouse.package import Package, PackageRefused, TableEntry
from lianshen.warehouse.schema import ColumnSpec, TableSpec
from lianshen.warehouse.source import FileUnusable, Source, open_source, verify_file
from lianshen.warehouse.tables import known_tables, quoted, stage_table_sql


@dataclass
class ControlSum:
    """A sum as the sender declared it and as it was found; either may be missing."""

    declared: Decimal | None
    found: Decimal | None

    @property
    def agrees(self) -> bool:
        return self.declared is None or self.found == self.declared


@dataclass
class StagedTable:
    """One table of the package. ``stopped`` says why nothing of it is taken; ``unread`` that its rows were not read."""

    name: str
    mode: str
    rows: int
    files: list[tuple[str, int, str]]
    stopped: str | None = None
    unread: bool = False
    controls: dict[str, ControlSum] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)
    restored: dict[str, int] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    spec: TableSpec | None = None

    @property
    def is_checkable(self) -> bool:
        """Say whether ``stage.<name>`` holds rows that may be settled in."""
        return self.stopped is None and self.spec is not None


@dataclass
class Staged:
    """What :func:`stage` prepared; ``settle_in`` of the same connection takes it from there."""

    package: Package
    tables: dict[str, StagedTable]
    already_received: bool = False
    is_replay: bool = False


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
