"""Merging one staged table into ``settled.*``: the newest version of each key wins, whatever came first.

Newest means the greatest (updt_time, package, file, row); for snapshot tables, which carry no time of their
own, the greatest (package, file, row). The others are recorded in ``intake.superseded``.
"""

from __future__ import annotations

import duckdb

from lianshen.warehouse.schema import TableSpec
from lianshen.warehouse.tables import quoted
from lianshen.warehouse.touch import touch_changed, touch_old

REJECTED = "_rejected"
"""Temporary table of the rows of the table at hand that are set aside: file, row_no."""


def key_text_sql(spec: TableSpec, alias: str) -> str:
    """Return the primary key of a row as one text, its parts joined by a bar."""
    parts = ", ".join(f"COALESCE(CAST({alias}.{quoted(name)} AS VARCHAR), '')" for name in spec.key)
    return f"CONCAT_WS('|', {parts})"


def amounts_sql(spec: TableSpec, alias: str) -> str:
    """Return the numbers of a row as a JSON object, or null for a table without any."""
    numeric = [c.name for c in spec.columns if c.is_numeric and c.name not in spec.key]
    if not numeric:
        return "CAST(NULL AS JSON)"
    return "to_json({" + ", ".join(f"'{n}': CAST({alias}.{quoted(n)} AS VARCHAR)" for n in numeric) + "})"


def version_sql(spec: TableSpec, alias: str, package: str) -> str:
    """Return what versions of one key are ordered by."""
    moment = f"{alias}.updt_time, " if spec.mode == "delta" else ""
    return f"({moment}intake.package_order({package}), {alias}._file, {alias}._row)"


def merge(con: duckdb.DuckDBPyConnection, spec: TableSpec, package: str) -> None:
    """Merge the accepted rows of ``stage.<table>``, leaving out those in the table ``_rejected``."""
    accepted = (
        f"(SELECT * FROM stage.{spec.name} AS a ANTI JOIN {REJECTED} AS r ON a._file = r.file AND a._row = r.row_no)"
    )
    _find_losers(con, spec, accepted)
    _match_settled(con, spec, accepted, package)
    if con.execute("SELECT EXISTS (FROM _loser) OR EXISTS (FROM _beaten)").fetchone() != (False,):
        _supersede(con, spec, package)
    _insert(con, spec, accepted, package)
    touch_changed(con, spec, _without_losers(accepted))


def _without_losers(rows: str) -> str:
    return f"(SELECT * FROM {rows} AS a ANTI JOIN _loser AS l ON a._file = l._file AND a._row = l._row)"


def _supersede(con: duckdb.DuckDBPyConnection, spec: TableSpec, package: str) -> None:
    con.execute(
        f"""INSERT INTO intake.superseded
            SELECT '{spec.name}', ?, t._file, t._row, {key_text_sql(spec, "t")}, {amounts_sql(spec, "t")}
            FROM stage.{spec.name} AS t SEMI JOIN _loser AS l ON t._file = l._file AND t._row = l._row""",
        [package],
    )
    con.execute(
        f"""INSERT INTO intake.superseded
            SELECT '{spec.name}', s._package, s._file, s._row, {key_text_sql(spec, "s")}, {amounts_sql(spec, "s")}
            FROM settled.{spec.name} AS s SEMI JOIN _beaten AS b ON s.rowid = b.old_id"""
    )
    touch_old(con, spec)
    con.execute(f"DELETE FROM settled.{spec.name} WHERE rowid IN (SELECT old_id FROM _beaten)")


def _find_losers(con: duckdb.DuckDBPyConnection, spec: TableSpec, accepted: str) -> None:
    """Fill ``_loser`` with rows of the batch that a row of the same batch beats."""
    keys = ", ".join(quoted(name) for name in spec.key)
    joined = " AND ".join(f"t.{quoted(name)} = d.{quoted(name)}" for name in spec.key)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _twice AS SELECT {keys} FROM {accepted} GROUP BY {keys} HAVING COUNT(*) > 1"
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE _loser AS
            SELECT t._file, t._row FROM {accepted} AS t SEMI JOIN _twice AS d ON {joined}
            QUALIFY ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY {version_sql(spec, "t", "''")} DESC) > 1"""
    )


def _match_settled(con: duckdb.DuckDBPyConnection, spec: TableSpec, accepted: str, package: str) -> None:
    """Compare with what is settled: the beaten go to ``_beaten``, incoming rows that lose to ``_loser``."""
    joined = " AND ".join(f"s.{quoted(name)} = t.{quoted(name)}" for name in spec.key)
    same = "FALSE"
    if spec.mode == "snapshot":
        pairs = " AND ".join(f"s.{quoted(n)} IS NOT DISTINCT FROM t.{quoted(n)}" for n, _ in spec.stored)
        same = f"({pairs})"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE _match AS
            SELECT s.rowid AS old_id, s._package AS package, t._file, t._row, {same} AS is_same,
                {version_sql(spec, "t", "?")} > {version_sql(spec, "s", "s._package")} AS is_newer
            FROM settled.{spec.name} AS s
            JOIN {_without_losers(accepted)} AS t
            ON {joined}""",
        [package],
    )
    con.execute("INSERT INTO _loser SELECT _file, _row FROM _match WHERE NOT is_newer")
    con.execute("CREATE OR REPLACE TEMP TABLE _beaten AS SELECT * FROM _match WHERE is_newer")


def _insert(con: duckdb.DuckDBPyConnection, spec: TableSpec, accepted: str, package: str) -> None:
    columns = [quoted(name) for name, _ in spec.stored]
    values = [f"t.{name}" for name in columns]
    if spec.mode == "snapshot":
        columns.append("_closed_by")
        values.append("NULL")
        if spec.closes:
            columns.append("_closes_as_sent")
            values.append(f"t.{quoted(spec.closes)}")
    con.execute(
        f"""INSERT INTO settled.{spec.name} ({", ".join(columns)}, _package, _file, _row)
            SELECT {", ".join(values)}, ?, t._file, t._row
            FROM {accepted} AS t ANTI JOIN _loser AS l ON t._file = l._file AND t._row = l._row""",
        [package],
    )
