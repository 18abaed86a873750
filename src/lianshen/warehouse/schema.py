"""The landed tables as data: ``sql/schema/landed/*.sql`` read into specifications.

The files are the one source of types, nullability, code lists, formats, ranges and
identities. Receiving, merging, checking and the data dictionary all read this module.

A file looks like this::

    -- setl_d: 结算主表 settlement header
    -- mode: delta
    -- key: setl_id
    -- control: medfee_sumamt, fund_pay_sumamt
    CREATE TABLE setl_d (
        setl_id VARCHAR NOT NULL, -- 结算编号 settlement id {required}
        CONSTRAINT stay_order CHECK (begndate <= enddate) -- {severity: warn} care cannot end before it begins
    );
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, cast

import sqlglot
from sqlglot import exp

from lianshen.content import content_root, read_yaml
from lianshen.errors import LianshenError

Severity = Literal["set_aside", "warn"]
Mode = Literal["delta", "snapshot"]
Identifier = Literal["hash", "drop"]

_HEADER = re.compile(r"^-- ([a-z]\w*): (.+)$")
_COMMENTED = re.compile(r"^\s*(?:CONSTRAINT\s+)?(\w+)\s.*?--\s*(.*)$")
_TAGS = re.compile(r"\{([^}]*)\}")
_SQLGLOT_NAMES = {"TEXT": "VARCHAR", "INT": "INTEGER"}
_KNOWN_TAGS = frozenset({"required", "codes", "prefix", "format", "range", "identifier", "severity"})


class SchemaError(LianshenError):
    """A file under ``sql/schema/landed`` does not follow its grammar."""


@dataclass(frozen=True)
class ColumnSpec:
    """One landed column.

    ``required``: the column must be present; ``not_null``: every row must have a value.
    ``codes``: the value is a member of this list; ``prefix``: it begins with a member (provinces extend
    the codes); ``format``: an anchored regular expression; ``range``: inclusive bounds as text.
    ``severity``: what breaking any of these does to the row. A value that does not fit ``sql_type`` and a
    missing ``not_null`` value always set the row aside.
    """

    name: str
    sql_type: str
    not_null: bool
    required: bool
    codes: Mapping[str, str] | None
    codes_name: str | None
    prefix: Mapping[str, str] | None
    prefix_name: str | None
    format: str | None
    format_name: str | None
    range: tuple[str, str] | None
    identifier: Identifier | None
    severity: Severity
    about: str

    @property
    def stored(self) -> tuple[tuple[str, str], ...]:
        """Return name and type of the columns that the warehouse keeps of it; none for a dropped identifier."""
        if self.identifier == "drop":
            return ()
        if self.identifier == "hash":
            kept = ((f"{self.name}_hash", "VARCHAR"),)
            return (*kept, ("certno_gend", "VARCHAR")) if self.name == "certno" else kept
        return ((self.name, self.sql_type),)

    @property
    def is_numeric(self) -> bool:
        return self.sql_type.startswith(("DECIMAL", "INTEGER", "BIGINT"))


@dataclass(frozen=True)
class CheckSpec:
    """A condition that every row of a table meets; a null result passes, as in SQL."""

    name: str
    expression: str
    severity: Severity
    about: str


@dataclass(frozen=True)
class TableSpec:
    """One landed table.

    ``closes`` names the end-date column that is filled when a later snapshot no longer has the row;
    ``closes_inclusive`` says that this date is the last valid day, not the first invalid one.
    """

    name: str
    title: str
    mode: Mode
    key: tuple[str, ...]
    control: tuple[str, ...]
    closes: str | None
    closes_inclusive: bool
    columns: tuple[ColumnSpec, ...]
    checks: tuple[CheckSpec, ...]
    path: Path = field(compare=False, repr=False)

    @cached_property
    def by_name(self) -> dict[str, ColumnSpec]:
        return {column.name: column for column in self.columns}

    @cached_property
    def stored(self) -> tuple[tuple[str, str], ...]:
        """Return name and type of every column of ``stage.<name>`` and ``settled.<name>``, without bookkeeping."""
        return tuple(pair for column in self.columns for pair in column.stored)

    def __getitem__(self, column: str) -> ColumnSpec:
        return self.by_name[column]


def landed_tables(content: Path | None = None) -> dict[str, TableSpec]:
    """Return every landed table by name, sorted by name. ``content`` is the content folder of the caller's choice."""
    return _read_folder(content_root(content) / "sql" / "schema")


@cache
def _read_folder(schema: Path) -> dict[str, TableSpec]:
    codes = _lists(schema / "codes.yaml")
    formats = {name: str(value) for name, value in read_yaml((schema / "formats.yaml").read_text("utf-8")).items()}
    paths = sorted((schema / "landed").glob("*.sql"))
    if not paths:
        raise SchemaError(f"{schema / 'landed'}: no .sql file; the content folder is incomplete")
    return {path.stem: read_table(path, codes, formats) for path in paths}


def _lists(path: Path) -> dict[str, dict[str, str]]:
    """Read the code lists; a code that is not text would have lost its zeros, so it is refused."""
    lists: dict[str, dict[str, str]] = {}
    for name, members in read_yaml(path.read_text("utf-8")).items():
        wrong = [code for code in members if not isinstance(code, str)]
        if wrong:
            raise SchemaError(f"{path}: {name}: write the code {wrong[0]} in quotes, so that YAML keeps its zeros")
        lists[name] = {code: str(label) for code, label in members.items()}
    return lists


def read_table(path: Path, codes: Mapping[str, Mapping[str, str]], formats: Mapping[str, str]) -> TableSpec:
    """Read one file of ``sql/schema/landed``. Raise :class:`SchemaError` naming file and line's subject."""
    text = path.read_text("utf-8")
    header = {m.group(1): m.group(2) for line in text.splitlines() if (m := _HEADER.match(line))}
    notes = {m.group(1).lower(): m.group(2) for line in text.splitlines() if (m := _COMMENTED.match(line))}
    try:
        create = cast(exp.Create, sqlglot.parse_one(text, read="duckdb"))
        schema = cast(exp.Schema, create.this)
        name = cast(exp.Table, schema.this).name
        title, mode = header[name], header["mode"]
        key = _names(header["key"])
    except (sqlglot.ParseError, KeyError, AttributeError) as error:
        raise SchemaError(
            f"{path}: not a landed table: {error}; see the module text of lianshen.warehouse.schema"
        ) from error
    if mode not in ("delta", "snapshot"):
        raise SchemaError(f"{path}: mode is '{mode}'; write delta or snapshot")
    columns = [_column(path, d, notes, codes, formats) for d in schema.expressions if isinstance(d, exp.ColumnDef)]
    checks = [_check(path, c, notes) for c in schema.expressions if isinstance(c, exp.Constraint)]
    closes, _, inclusive = header.get("closes", "").partition(" ")
    spec = TableSpec(
        name=name,
        title=title,
        mode=cast(Mode, mode),
        key=key,
        control=_names(header.get("control", "")),
        closes=closes or None,
        closes_inclusive=inclusive == "inclusive",
        columns=tuple(columns),
        checks=tuple(checks),
        path=path,
    )
    named = {*spec.key, *spec.control, *((spec.closes,) if spec.closes else ())}
    if unknown := named - spec.by_name.keys():
        raise SchemaError(f"{path}: header names {', '.join(sorted(unknown))}, which is no column of the table")
    return spec


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _tags(path: Path, subject: str, note: str) -> tuple[dict[str, str], str]:
    """Split a trailing comment into its tags and its words."""
    match = _TAGS.search(note)
    if match is None:
        return {}, note.strip()
    pairs = (part.partition(":") for part in match.group(1).split(","))
    tags = {key.strip(): value.strip() for key, _, value in pairs}
    if unknown := tags.keys() - _KNOWN_TAGS:
        raise SchemaError(f"{path}: {subject}: unknown tag '{min(unknown)}'; known: {', '.join(sorted(_KNOWN_TAGS))}")
    return tags, (note[: match.start()] + note[match.end() :]).strip()


def _severity(path: Path, subject: str, tags: Mapping[str, str]) -> Severity:
    severity = tags.get("severity", "set_aside")
    if severity not in ("set_aside", "warn"):
        raise SchemaError(f"{path}: {subject}: severity is '{severity}'; write set_aside or warn")
    return cast(Severity, severity)


def _column(
    path: Path,
    definition: exp.ColumnDef,
    notes: Mapping[str, str],
    codes: Mapping[str, Mapping[str, str]],
    formats: Mapping[str, str],
) -> ColumnSpec:
    name = definition.name
    tags, about = _tags(path, name, notes.get(name, ""))
    for tag, source in (("codes", codes), ("prefix", codes), ("format", formats)):
        if tag in tags and tags[tag] not in source:
            raise SchemaError(
                f"{path}: {name}: {tag} '{tags[tag]}' is not in {'formats' if tag == 'format' else 'codes'}.yaml"
            )
    low, _, high = tags.get("range", "").partition("..")
    kind = definition.args["kind"]
    identifier = tags.get("identifier")
    if identifier not in (None, "hash", "drop"):
        raise SchemaError(f"{path}: {name}: identifier is '{identifier}'; write hash or drop")
    return ColumnSpec(
        name=name,
        sql_type=_SQLGLOT_NAMES.get(kind.sql(dialect="duckdb"), kind.sql(dialect="duckdb")),
        not_null=any(isinstance(c.kind, exp.NotNullColumnConstraint) for c in definition.constraints),
        required="required" in tags,
        codes=codes[tags["codes"]] if "codes" in tags else None,
        codes_name=tags.get("codes"),
        prefix=codes[tags["prefix"]] if "prefix" in tags else None,
        prefix_name=tags.get("prefix"),
        format=formats[tags["format"]] if "format" in tags else None,
        format_name=tags.get("format"),
        range=(low, high) if "range" in tags else None,
        identifier=cast("Identifier | None", identifier),
        severity=_severity(path, name, tags),
        about=about,
    )


def _check(path: Path, constraint: exp.Constraint, notes: Mapping[str, str]) -> CheckSpec:
    name = constraint.name
    check = constraint.find(exp.CheckColumnConstraint)
    if check is None:
        raise SchemaError(f"{path}: constraint {name}: only CHECK constraints belong here")
    tags, about = _tags(path, name, notes.get(name, ""))
    return CheckSpec(name, check.this.sql(dialect="duckdb"), _severity(path, name, tags), about)
