"""Knowledge into the warehouse: typed, only where a file changed, and what it changes is looked at again.

A point that was added, changed or taken away makes the next night look at the settlements with a line of one of its
items on a day on which it holds or held, not at the whole history. A table that names no item makes it look at
everything, unless its schema says that every night reads the table anyway.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from lianshen.knowledge.tables import (
    UNTIL,
    KnowledgeTable,
    digest,
    header_of,
    header_problems,
    knowledge_files,
    knowledge_tables,
    read_csv_sql,
)
from lianshen.warehouse.tables import WarehouseError, quoted

_INTEGERS = frozenset({"min_days", "max_days", "minutes", "tile_col", "tile_row", "days", "due_days", "shift"})
_DECIMALS = frozenset({"cap", "days_per_unit"})
_DATES = frozenset({"day", "valid_from", "valid_until"})
_CREATE = "CREATE TABLE "


def load_knowledge(con: duckdb.DuckDBPyConnection, content: Path) -> list[str]:
    """Load every knowledge table whose files or schema changed into ``knowledge.<name>``; return the changed ones.

    A table with a schema has its columns, whether or not it has files; another one has text, but for columns that
    are known by name. An empty cell is null. Changed rows go to ``intake.touched`` once there are settlements.
    """
    con.execute("CREATE TABLE IF NOT EXISTS knowledge._file (table_name VARCHAR, sha256 VARCHAR)")
    known = dict(con.execute("SELECT table_name, sha256 FROM knowledge._file").fetchall())
    tables = knowledge_tables(content / "sql")
    files = knowledge_files(content / "knowledge")
    has_settlements = _has_settlements(con)
    changed: list[str] = []
    there: dict[str, str] = {}
    for name in sorted({*tables, *files, *known}):
        table, paths = tables.get(name), files.get(name, [])
        now = digest(table, paths)
        if known.get(name) == now:
            continue
        _replace(con, name, table, paths, has_settlements)
        if table is not None or paths:
            there[name] = now
        changed.append(name)
    con.execute("DELETE FROM knowledge._file WHERE list_contains($names, table_name)", {"names": changed})
    con.execute("INSERT INTO knowledge._file SELECT UNNEST($1), UNNEST($2)", [list(there), list(there.values())])
    return changed


def _replace(
    con: duckdb.DuckDBPyConnection, name: str, table: KnowledgeTable | None, paths: list[Path], has_settlements: bool
) -> None:
    place = f"knowledge.{quoted(name)}"
    if table is None:
        con.execute(f"DROP TABLE IF EXISTS {place}")
        if paths:
            con.execute(f"CREATE TABLE {place} AS {' UNION ALL BY NAME '.join(_untyped(path) for path in paths)}")
        return
    is_kept = table.touches != "nothing" and has_settlements
    if is_kept:
        _keep_old(con, table)
    con.execute(table.ddl.replace(_CREATE, "CREATE OR REPLACE TABLE knowledge.", 1))
    for path in paths:
        _load(con, table, path)
    if is_kept:
        _touch(con, table)
        con.execute("DROP TABLE temp.knowledge_before")


def _load(con: duckdb.DuckDBPyConnection, table: KnowledgeTable, path: Path) -> None:
    header = header_of(path)
    if problems := header_problems(table, header):
        raise WarehouseError(f"{path}: {'; '.join(problems)}")
    kinds = {column.name: column.sql_type for column in table.columns}
    try:
        con.execute(f"INSERT INTO knowledge.{quoted(table.name)} BY NAME FROM {read_csv_sql(path, kinds, header)}")
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise WarehouseError(
            f"{path}: {said}; correct the file: `lianshen knowledge check` names every row and column"
        ) from error


def _untyped(path: Path) -> str:
    header = header_of(path)
    return f"SELECT * FROM {read_csv_sql(path, {name: _type(name) for name in header}, header)}"


def _type(name: str) -> str:
    if name in _DATES:
        return "DATE"
    if name in _INTEGERS:
        return "INTEGER"
    return "DECIMAL(18, 4)" if name in _DECIMALS else "VARCHAR"


def _has_settlements(con: duckdb.DuckDBPyConnection) -> bool:
    found = con.execute("SELECT EXISTS (FROM settled.setl_d)").fetchone()
    return bool(found and found[0])


def _keep_old(con: duckdb.DuckDBPyConnection, table: KnowledgeTable) -> None:
    """Keep what the table says now as ``knowledge_before``, in today's columns: a new column was empty."""
    have = {
        row[0]
        for row in con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'knowledge' AND table_name = ?", [table.name]
        ).fetchall()
    }
    cells = ", ".join(
        f"TRY_CAST({quoted(c.name) if c.name in have else 'NULL'} AS {c.sql_type}) AS {quoted(c.name)}"
        for c in table.columns
    )
    source = f"FROM knowledge.{quoted(table.name)}" if have else "WHERE FALSE"
    con.execute(f"CREATE OR REPLACE TEMP TABLE knowledge_before AS SELECT {cells} {source}")


def _touch(con: duckdb.DuckDBPyConnection, table: KnowledgeTable) -> None:
    """Have the next night look at what the rows that came, went or changed concern."""
    place = f"knowledge.{quoted(table.name)}"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE knowledge_changed AS
            SELECT TRUE AS is_new, * FROM (FROM {place} EXCEPT ALL FROM temp.knowledge_before)
            UNION ALL
            SELECT FALSE, * FROM (FROM temp.knowledge_before EXCEPT ALL FROM {place})"""
    )
    items = [f"k.{quoted(name)}" for name in table.naming("item")]
    institutions = [f"k.{quoted(name)}" for name in table.naming("institution")]
    if not items + institutions or table.touches == "everything":
        con.execute(f"INSERT INTO intake.touched {_EVERYTHING} WHERE EXISTS (FROM temp.knowledge_changed)")
    else:
        con.execute(f"CREATE OR REPLACE TEMP TABLE knowledge_days AS {_days_sql(table)}")
        # A point of several rows speaks of all its items when one row of it changes.
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE knowledge_named AS
                SELECT [{", ".join(items)}] AS items, [{", ".join(institutions)}] AS institutions,
                    d.first_date, d.last_date
                FROM (FROM {place} UNION FROM temp.knowledge_before) AS k
                INNER JOIN temp.knowledge_days AS d ON {_same_point(table)}"""
        )
        con.execute(f"INSERT INTO intake.touched {_NAMED}")
        con.execute("DROP TABLE temp.knowledge_days")
        con.execute("DROP TABLE temp.knowledge_named")
    con.execute("DROP TABLE temp.knowledge_changed")


_EVERYTHING = "SELECT 'everything', '', CAST(NULL AS DATE), CAST(NULL AS DATE)"

# Where a row names an item, the item is the narrower of the two.
_NAMED = f"""
    WITH named AS (
        SELECT
            first_date, last_date, LIST_FILTER(items, lambda x: x IS NOT NULL) AS items,
            LIST_FILTER(institutions, lambda x: x IS NOT NULL) AS institutions
        FROM temp.knowledge_named
    )
    SELECT DISTINCT 'point', UNNEST(items), first_date, last_date FROM named
    UNION ALL
    SELECT DISTINCT 'institution', UNNEST(institutions), NULL, NULL FROM named WHERE LEN(items) = 0
    UNION ALL
    (SELECT {_EVERYTHING.removeprefix("SELECT ")} FROM named WHERE LEN(items) = 0 AND LEN(institutions) = 0 LIMIT 1)
"""


def _days_sql(table: KnowledgeTable) -> str:
    """Return the SELECT of the days on which a changed point, or a changed row, says something else.

    A row of which nothing but the end was moved says the same until the earlier of its two ends.
    """
    columns = [quoted(column.name) for column in table.columns]
    point = "kp_id" if "kp_id" in table.by_name else ", ".join(columns)
    if not {"valid_from", UNTIL} <= table.by_name.keys():
        return (
            f"SELECT {point}, CAST(NULL AS DATE) AS first_date, CAST(NULL AS DATE) AS last_date {_CHANGED} GROUP BY ALL"
        )
    rest = ", ".join(name for name in columns if name != quoted(UNTIL))
    return f"""
        WITH ends AS (
            SELECT {rest}, COUNT(*) = 2 AND COUNT(DISTINCT is_new) = 2 AS is_moved,
                MIN(COALESCE(valid_until, DATE '9999-12-31')) AS first_end,
                MAX(COALESCE(valid_until, DATE '9999-12-31')) AS last_end, ANY_VALUE(valid_until) AS valid_until
            {_CHANGED}
            GROUP BY {rest}
        )
        SELECT {point}, MIN(CASE WHEN is_moved THEN first_end ELSE valid_from END) AS first_date,
            MAX(last_end) - 1 AS last_date
        FROM ends
        GROUP BY {point}"""


_CHANGED = "FROM temp.knowledge_changed"


def _same_point(table: KnowledgeTable) -> str:
    if "kp_id" in table.by_name:
        return "k.kp_id = d.kp_id"
    rest = [column.name for column in table.columns if column.name != UNTIL]
    return " AND ".join(f"k.{quoted(name)} IS NOT DISTINCT FROM d.{quoted(name)}" for name in rest)
