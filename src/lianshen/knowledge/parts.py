"""Imported rows into part files of the content folder: one per batch and rule type, sorted, to be taken out again."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb

from lianshen.content import read_yaml
from lianshen.knowledge.checking import check_table
from lianshen.knowledge.plain import Imported, Row, SetAside, safe_name
from lianshen.knowledge.tables import KnowledgeTable


@dataclass(frozen=True)
class Part:
    """One part file: where it lies, its rows and points, and its text."""

    table: str
    rule_type: str
    path: Path
    rows: int
    points: int
    text: str

    @property
    def is_changed(self) -> bool:
        """Whether writing it would change the content folder."""
        return not self.path.is_file() or self.path.read_text(encoding="utf-8") != self.text

    def write(self) -> None:
        """Write the file; the same rows give the same bytes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.text, encoding="utf-8", newline="")


def make_parts(result: Imported, tables: Mapping[str, KnowledgeTable], content: Path) -> list[Part]:
    """Return the parts of an import. A point with a row that the check refuses is moved to ``result.aside``."""
    formats = read_yaml((content / "sql" / "schema" / "formats.yaml").read_text("utf-8"))
    parts = []
    with duckdb.connect() as con, tempfile.TemporaryDirectory() as folder:
        con.execute("CREATE TABLE listed (hilist_code VARCHAR)")
        for (name, rule_type), rows in sorted(result.rows.items()):
            table = tables[name]
            kept = _kept(con, table, rows, formats, Path(folder), rule_type, result)
            if kept:
                stem = "_".join(part for part in (safe_name(result.batch), safe_name(rule_type)) if part)
                path = content / "knowledge" / name / f"{stem}.csv"
                points = len({row["kp_id"] for row in kept})
                parts.append(Part(name, rule_type, path, len(kept), points, _text(table, kept)))
    return parts


def _kept(
    con: duckdb.DuckDBPyConnection,
    table: KnowledgeTable,
    rows: list[Row],
    formats: Mapping[str, str],
    folder: Path,
    rule_type: str,
    result: Imported,
) -> list[Row]:
    """Return the rows whose points pass the check, sorted; the others are set aside, each point once."""
    kept = _sorted(table, rows)
    while kept:
        file = folder / f"{table.name}.csv"
        file.write_text(_text(table, kept), encoding="utf-8", newline="")
        wrong: dict[str, str] = {}
        for problem in check_table(con, table, [file], formats):
            if problem.severity == "error" and problem.row:
                kp_id = kept[problem.row - 1].get("kp_id", "")
                wrong.setdefault(kp_id, f"{problem.column}: {problem.message}")
        if not wrong:
            break
        for kp_id, reason in sorted(wrong.items()):
            codes = " ".join(row.get("hilist_code", "") for row in kept if row.get("kp_id") == kp_id)
            count = 1 if rule_type else sum(row.get("kp_id") == kp_id for row in kept)
            # Rows of the table's own shape are received one by one, points of a batch as a whole.
            result.aside += [SetAside("", 0, rule_type, kp_id, codes, "", reason)] * count
            result.read -= count
        kept = [row for row in kept if row.get("kp_id") not in wrong]
    return kept


def _sorted(table: KnowledgeTable, rows: list[Row]) -> list[Row]:
    """Return the rows in order of id and of every other column, each once."""
    names = [column.name for column in table.columns]
    return [
        dict(zip(names, cells, strict=True)) for cells in sorted({tuple(r.get(n, "") for n in names) for r in rows})
    ]


def _text(table: KnowledgeTable, rows: list[Row]) -> str:
    names = [column.name for column in table.columns]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue()


def write_aside(path: Path, aside: list[SetAside]) -> None:
    """Write the rows that were set aside, each with its reason, as a CSV file that Excel opens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        names = [field.name for field in fields(SetAside)]
        writer.writerow(names)
        writer.writerows([getattr(one, name) for name in names] for one in sorted(aside, key=_place))


def _place(one: SetAside) -> tuple[str, int, str]:
    return one.sheet, one.row, one.item_name
