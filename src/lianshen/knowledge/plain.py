"""What an import gives, and the simplest of them: a file that has a knowledge table's own columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from lianshen.knowledge.sheets import Sheet
from lianshen.knowledge.tables import KnowledgeTable

Row = dict[str, str]


@dataclass(frozen=True)
class Wanted:
    """What the caller says where the file does not: each may be empty but ``since``."""

    table: str | None = None
    batch: str | None = None
    since: date | None = None
    source: str | None = None
    rule_type: str | None = None


@dataclass(frozen=True)
class SetAside:
    """A row that could not be read, with the reason; ``row`` is that of the sheet, from 1."""

    sheet: str
    row: int
    rule_type: str
    item_name: str
    codes: str
    limit: str
    reason: str


@dataclass
class Imported:
    """What became of a file: rows per table and rule type, and what was set aside. ``received`` counts its points."""

    batch: str
    received: int = 0
    read: int = 0
    restored: int = 0
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    aside: list[SetAside] = field(default_factory=list)

    @property
    def closes(self) -> bool:
        """Whether every received row was read or set aside."""
        return self.received == self.read + len(self.aside)


def safe_name(text: str) -> str:
    """Return a text as it may stand in ids and file names."""
    return re.sub(r"[^0-9A-Za-z\u4e00-\u9fff.-]+", "-", text).strip("-.")


def read_plain(sheet: Sheet, table: KnowledgeTable, batch: str, wanted: Wanted) -> Imported | None:
    """Read a sheet whose first row has the table's own columns; None when it has not.

    Batch, source and first day are those of the row, else those of the call. A row that is wrong is found by the check.
    """
    header = sheet.rows[0] if sheet.rows else []
    given = {"kp_id": "", "batch": batch, "source": wanted.source or ""}
    given["valid_from"] = wanted.since.isoformat() if wanted.since else ""
    needed = {column.name for column in table.columns if column.not_null} - given.keys() - {"note_zh"}
    if not needed <= set(header) or "kp_id" not in {*header, *given}:
        return None
    result = Imported(batch)
    unknown = [name for name in header if name and name not in table.by_name]
    for number, cells in enumerate(sheet.rows[1:], start=2):
        if not any(cells):
            continue
        result.received += 1
        row = {name: cell for name, cell in zip(header, cells, strict=False) if name in table.by_name}
        for name, value in given.items():
            if name in table.by_name and not row.get(name):
                row[name] = value or (f"{safe_name(batch)}-R{number:05d}" if name == "kp_id" else "")
        if unknown:
            reason = f"the column '{unknown[0]}' is not one of {table.name}: remove it, or name it as the table does"
            result.aside.append(SetAside(sheet.name, number, "", "", row.get("hilist_code", ""), "", reason))
            continue
        result.read += 1
        result.rows.setdefault((table.name, ""), []).append(row)
    return result
