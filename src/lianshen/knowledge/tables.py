"""The knowledge tables as data: their columns from ``sql/schema/knowledge``, their rows from CSV files.

A schema file looks like this::

    -- An item is for persons of an age. Loaded from knowledge/age_limit.csv.
    -- touches: everything
    CREATE TABLE age_limit (
        hilist_code VARCHAR NOT NULL, -- the item {item}
        CONSTRAINT unit_known CHECK (unit IN ('DAY', 'VISIT'))
    );

A tag, such as ``{item}``, says what a column names; those of :data:`NAMED` need none. ``touches`` says what a changed
row makes the next night look at again: by default the settlements with a line of an item that the row names, or of the
institution, and everything where no column names either; ``nothing`` where every night reads the table anyway.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, cast, get_args

from lianshen.errors import LianshenError

Names = Literal["item", "class", "institution", "diagnosis", "disease"]
Touches = Literal["rows", "everything", "nothing"]

NAMED: dict[str, Names] = {
    "hilist_code": "item",
    "code_a": "item",
    "bundle_code": "item",
    "component_code": "item",
    "other_code": "item",
    "code_b": "class",
    "hilist_prefix": "class",
    "first_line_prefix": "class",
    "fixmedins_code": "institution",
    "icd_prefix": "diagnosis",
    "icd3": "diagnosis",
    "opsp_dise_code": "disease",
}
"""What columns of these names hold. A class is an item or the first characters that the codes of several share."""
UNTIL = "valid_until"
PROSE = frozenset({"note_zh", "name_zh", "source", "batch", "valid_from", UNTIL})
"""Columns that say where a point comes from and when it holds, not what it says."""

_TABLE = re.compile(r"^CREATE TABLE (\w+) \($", re.MULTILINE)
_HEADER = re.compile(r"^-- (touches): (\w+)$")
_COLUMN = re.compile(r"^    (\w+) ([A-Z]+(?:\(\d+(?:, ?\d+)?\))?)( NOT NULL)?,?(?:\s*-- ?(.*))?$")
_CHECK = re.compile(r"^    CONSTRAINT (\w+) CHECK \((.*)\),?(?:\s*-- ?(.*))?$")
_TAG = re.compile(r"\s*\{(\w+)\}")


class KnowledgeError(LianshenError):
    """Knowledge files, or a schema of them, that cannot be used; the message names file, row and column."""


@dataclass(frozen=True)
class Column:
    """One column: ``names`` says what its values are codes of."""

    name: str
    sql_type: str
    not_null: bool
    about: str
    names: Names | None


@dataclass(frozen=True)
class Check:
    """A condition that every row meets."""

    name: str
    expression: str
    about: str


@dataclass(frozen=True)
class KnowledgeTable:
    """One knowledge table as its schema file has it."""

    name: str
    about: str
    touches: Touches
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]
    ddl: str

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def has_points(self) -> bool:
        """Whether its rows belong to points of the libraries, with source, batch and dates."""
        return {"kp_id", "source", "batch", "valid_from", UNTIL} <= self.by_name.keys()

    def naming(self, what: Names) -> list[str]:
        """Return the columns whose values are codes of that."""
        return [column.name for column in self.columns if column.names == what]

    @property
    def key(self) -> list[str]:
        """Return the columns that two rows of one point never share on one day: its id and what else is text."""
        return [c.name for c in self.columns if c.sql_type == "VARCHAR" and c.name not in PROSE]


def knowledge_tables(sql: Path) -> dict[str, KnowledgeTable]:
    """Return every knowledge table of ``sql/schema/knowledge`` by name. Raise KnowledgeError naming file and line."""
    return {path.stem: read_schema(path) for path in sorted((sql / "schema" / "knowledge").glob("*.sql"))}


def read_schema(path: Path) -> KnowledgeTable:
    """Read one schema file; its lines are one column or one check each."""
    text = path.read_text(encoding="utf-8")
    head, _, body = text.partition("CREATE TABLE")
    named = _TABLE.search(text)
    if named is None or named[1] != path.stem:
        raise KnowledgeError(f"{path}: want 'CREATE TABLE {path.stem} (' on a line of its own")
    notes, touches = [], "rows"
    for line in head.splitlines():
        found = _HEADER.match(line)
        if found is None:
            notes.append(line.removeprefix("--").strip())
        else:
            touches = found[2]
    if touches not in ("rows", "everything", "nothing"):
        raise KnowledgeError(f"{path}: touches is '{touches}': write rows, everything or nothing")
    columns: list[Column] = []
    checks: list[Check] = []
    above: list[str] = []
    for number, line in enumerate(body.splitlines()[1:], start=len(head.splitlines()) + 2):
        if line.strip() in ("", ");"):
            continue
        if line.strip().startswith("--"):
            above.append(line.strip().removeprefix("--").strip())
        elif found := _CHECK.match(line):
            checks.append(Check(found[1], found[2], (found[3] or "").strip()))
        elif found := _COLUMN.match(line):
            note = " ".join([*above, *([found[4]] if found[4] else [])])
            columns.append(_column(path, found[1], found[2], found[3] is not None, note))
            above.clear()
        else:
            raise KnowledgeError(f"{path}: line {number}: want one column or one CHECK per line, got '{line.strip()}'")
    about = " ".join(notes).split(" Loaded from ")[0].strip()
    return KnowledgeTable(path.stem, about, cast(Touches, touches), tuple(columns), tuple(checks), text)


def _column(path: Path, name: str, kind: str, not_null: bool, note: str) -> Column:
    names = NAMED.get(name)
    tag = _TAG.search(note)
    if tag is not None:
        if tag[1] not in get_args(Names):
            raise KnowledgeError(f"{path}: {name}: unknown tag '{tag[1]}'; known: {', '.join(get_args(Names))}")
        names = cast(Names, tag[1])
    return Column(name, kind, not_null, _TAG.sub("", note).strip(), names)


def knowledge_files(folder: Path) -> dict[str, list[Path]]:
    """Return the CSV files of each table: ``<table>.csv`` first, then the parts ``<table>/*.csv`` by name."""
    found: dict[str, list[Path]] = {path.stem: [path] for path in sorted(folder.glob("*.csv"))}
    for part in sorted(folder.glob("*/*.csv")):
        found.setdefault(part.parent.name, []).append(part)
    return dict(sorted(found.items()))


def header_of(path: Path) -> list[str]:
    """Return the column names in the first row of a CSV file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [name.strip() for name in next(csv.reader(file), [])]
    except UnicodeDecodeError as error:
        raise KnowledgeError(
            f"{path}: is not UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8, "
            "or bring it in with `lianshen knowledge import`, which reads GB 18030"
        ) from error


def header_problems(table: KnowledgeTable, header: list[str]) -> list[str]:
    """Return what is wrong with the columns of a file of ``table``, each with what to do."""
    problems = [
        f"column '{name}' stands twice: remove one" for name in sorted({n for n in header if header.count(n) > 1})
    ]
    known = ", ".join(table.by_name)
    problems += [f"column '{name}' is unknown: the table has {known}" for name in header if name not in table.by_name]
    problems += [
        f"column '{column.name}' is missing: add it to the header row"
        for column in table.columns
        if column.not_null and column.name not in header
    ]
    return problems


def digest(table: KnowledgeTable | None, paths: list[Path]) -> str:
    """Return the hash of what a table is loaded from: its schema and every file of it."""
    seen = hashlib.sha256((table.ddl if table else "").encode())
    for path in paths:
        seen.update(path.name.encode())
        seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def read_csv_sql(path: Path, columns: Mapping[str, str], header: list[str]) -> str:
    """Return DuckDB's table function that reads a CSV file whose ``columns``, by name, have these types."""
    kinds = ", ".join(f"'{name}': '{columns[name]}'" for name in header)
    literal = str(path).replace("'", "''")
    return (
        f"read_csv('{literal}', columns = {{{kinds}}}, header = TRUE, auto_detect = FALSE, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '', dateformat = '%Y-%m-%d')"
    )
