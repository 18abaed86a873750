"""Ending the points of a batch: what a later batch replaces holds until the day before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lianshen.knowledge.tables import UNTIL, KnowledgeError, KnowledgeTable, header_of, knowledge_files


@dataclass(frozen=True)
class Ended:
    """One file: how many rows end now, how many would have begun later and are left out, and its new text."""

    path: Path
    ended: int
    left_out: int
    text: str

    def write(self) -> None:
        """Write the file; a part without rows is removed."""
        if self.text.count("\n") > 1 or self.path.parent.name == "knowledge":
            self.path.write_text(self.text, encoding="utf-8", newline="")
        else:
            self.path.unlink()


def end_batch(
    content: Path, tables: Mapping[str, KnowledgeTable], batch: str, day: date, only: str | None = None
) -> list[Ended]:
    """Return the files with the points of a batch ended on ``day``, which is the first day no longer.

    :raises KnowledgeError: when no row of the batch holds on that day or later.
    """
    if only is not None and only not in tables:
        raise KnowledgeError(f"there is no knowledge table '{only}': `lianshen knowledge list` names them")
    found = []
    for name, paths in knowledge_files(content / "knowledge").items():
        if name in tables and tables[name].has_points and only in (None, name):
            found += [one for path in paths if (one := _ended(path, batch, day.isoformat())) is not None]
    if not found:
        where = f" of {only}" if only else ""
        raise KnowledgeError(
            f"no point{where} of the batch '{batch}' holds on {day}: `lianshen knowledge list` names them"
        )
    return found


def _ended(path: Path, batch: str, day: str) -> Ended | None:
    header = header_of(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, header))[1:]
    kept = []
    ended = left_out = 0
    for row in rows:
        if row["batch"] == batch and (not row[UNTIL] or row[UNTIL] > day):
            if row["valid_from"] >= day:
                left_out += 1
                continue
            row[UNTIL] = day
            ended += 1
        kept.append(row)
    if not ended + left_out:
        return None
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    return Ended(path, ended, left_out, text.getvalue())
