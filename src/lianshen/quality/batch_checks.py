"""Checks of a package as a whole: sums against each other, registers, the recent past.

Each is one file in ``sql/quality``: a header that says what it means, and one SELECT with
a row for each subject looked at: ``subject``, ``is_broken``, ``shown``. They compare tables,
which Great Expectations cannot; so plain SQL decides them. They warn and never set rows aside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lianshen.content import read_yaml
from lianshen.quality.checks import SAMPLE, CheckResult
from lianshen.quality.errors import CheckFileError

ANY_TABLE = "*"
_STAGED = re.compile(r"\bstage\.(\w+)\b")


class Header(BaseModel):
    """The header of a file in ``sql/quality``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[A-Z]+\d+$")
    table: str
    title_zh: str
    title_en: str
    severity: Literal["warn", "info"]
    tolerated_share: float = Field(ge=0, lt=1)
    about: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class BatchCheck:
    """One check of a whole package.

    It runs when its ``table`` (any, for ``*``) came with the package; ``needs`` names registers
    without a single row of which, in package and warehouse, there is nothing to compare with.
    """

    header: Header
    sql: str

    def tables(self, received: Iterable[str]) -> list[str]:
        """Return those of the ``received`` tables that the check is about."""
        return [table for table in received if self.header.table in (table, ANY_TABLE)]

    def can_compare(self, con: duckdb.DuckDBPyConnection, received: Iterable[str]) -> bool:
        """Return whether each register that the check needs has a row, in the package or in the warehouse."""
        known = set(received)
        return all(
            name in known or con.execute(f"SELECT 1 FROM settled.{name} LIMIT 1").fetchone() is not None
            for name in self.header.needs
        )

    def run(
        self,
        con: duckdb.DuckDBPyConnection,
        package: str,
        table: str,
        received: Iterable[str],
        parameters: dict[str, Any],
    ) -> CheckResult:
        """Return the result. ``parameters`` may hold more than the statement uses.

        A staged table that was not received, or was stopped, is read as an empty one.
        """
        used = {name: value for name, value in parameters.items() if f"${name}" in self.sql}
        found = con.execute(
            f"""
            WITH looked_at AS ({self._on(received)})
            SELECT
                COUNT(*),
                COUNT(*) FILTER (is_broken),
                TO_JSON(LIST_SORT(LIST({{'subject': subject, 'value': shown}}) FILTER (is_broken))[:{SAMPLE}])
            FROM looked_at
            """,
            used,
        ).fetchone()
        evaluated, unexpected, broken = found or (0, 0, None)
        sample = json.loads(broken) if broken else []
        share = unexpected / evaluated if evaluated else 0.0
        return CheckResult(
            package=package,
            table=table,
            code=self.header.code,
            title_zh=self.header.title_zh,
            title_en=self.header.title_en,
            column=None,
            severity=self.header.severity,
            expectation="sql",
            evaluated=evaluated,
            unexpected=unexpected,
            passed=share <= self.header.tolerated_share,
            sample=tuple(sample),
        )

    def _on(self, received: Iterable[str]) -> str:
        known = set(received)

        def place(found: re.Match[str]) -> str:
            return found[0] if found[1] in known else f"(SELECT * FROM settled.{found[1]} WHERE FALSE)"

        return _STAGED.sub(place, self.sql)


@cache
def batch_checks(folder: Path) -> tuple[BatchCheck, ...]:
    """Return the checks in ``folder``, which is ``sql/quality``, by file name.

    Raises :class:`CheckFileError` that names the file and what is wrong with its header.
    """
    return tuple(_read(path) for path in sorted(folder.glob("*.sql")))


def _read(path: Path) -> BatchCheck:
    text = path.read_text(encoding="utf-8")
    head, end, statement = text.removeprefix("/* check\n").partition("*/")
    if not text.startswith("/* check\n") or not end:
        raise CheckFileError(f"{path}: no header; begin the file with a comment '/* check … */'")
    try:
        header = Header.model_validate(read_yaml(head))
    except (yaml.YAMLError, ValidationError) as error:
        raise CheckFileError(f"{path}: the header is wrong: {error}; compare with the other files") from error
    if not path.name.startswith(f"{header.code}_"):
        raise CheckFileError(f"{path}: code {header.code} and file name differ; rename one of them")
    return BatchCheck(header, statement.strip())
