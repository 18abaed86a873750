"""What the knowledge files hold: points, rows and batches of every table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from lianshen.knowledge.tables import header_of, knowledge_files, knowledge_tables, read_csv_sql


def summaries(content: Path, readers: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """Return one mapping per table: table, about, points, rows, files, batches (rows by name), rules."""
    tables, files = knowledge_tables(content / "sql"), knowledge_files(content / "knowledge")
    found = []
    with duckdb.connect() as con:
        for name in sorted({*tables, *files}):
            rows = points = 0
            batches: dict[str, int] = {}
            for path in files.get(name, []):
                header = header_of(path)
                kinds = dict.fromkeys(header, "VARCHAR")
                batch = "batch" if "batch" in header else "NULL"
                point = "COUNT(DISTINCT kp_id)" if "kp_id" in header else "COUNT(*)"
                for label, count, of_them in con.execute(
                    f"SELECT {batch}, COUNT(*), {point} FROM {read_csv_sql(path, kinds, header)} GROUP BY 1 ORDER BY 1"
                ).fetchall():
                    rows, points = rows + count, points + of_them
                    if label is not None:
                        batches[label] = batches.get(label, 0) + count
            found.append(
                {
                    "table": name,
                    "about": tables[name].about if name in tables else "",
                    "points": points,
                    "rows": rows,
                    "files": [str(path.relative_to(content)) for path in files.get(name, [])],
                    "batches": dict(sorted(batches.items())),
                    "rules": list(readers.get(name, [])),
                }
            )
    return found
