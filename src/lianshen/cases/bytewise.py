"""Comparing texts byte by byte on either database.

SQLite compares so of itself. PostgreSQL compares by the collation of its database, under which the last character there
is need not sort last, so that a range from a prefix to it holds other texts than those that begin with the prefix. Its
pattern operators go by bytes, and an index with ``text_pattern_ops`` serves them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

LAST = "\U0010ffff"


class BytesBetween(FunctionElement[bool]):
    """``column`` from ``low`` to before ``high``, by bytes."""

    type = sa.Boolean()
    inherit_cache = True
    name = "bytes_between"

    def self_group(self, against: Any = None) -> BytesBetween:
        """Stand as it is among other conditions: compared with 1, as functions are, it would use no index."""
        return self


def starts_with(column: sa.Column[str], prefix: str) -> BytesBetween:
    """Return the condition that a column begins with a text; an index answers it on either database."""
    return BytesBetween(column, sa.literal(prefix), sa.literal(prefix + LAST))


@compiles(BytesBetween)
def _plain(element: BytesBetween, compiler: SQLCompiler, **more: Any) -> str:
    column, low, high = (compiler.process(one, **more) for one in element.clauses)
    return f"({column} >= {low} AND {column} < {high})"


@compiles(BytesBetween, "postgresql")
def _by_pattern_operators(element: BytesBetween, compiler: SQLCompiler, **more: Any) -> str:
    column, low, high = (compiler.process(one, **more) for one in element.clauses)
    return f"({column} ~>=~ {low} AND {column} ~<~ {high})"
