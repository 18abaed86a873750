"""The day in Shanghai of a moment in the casebook, and the month of a day, on either database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class shanghai_day(GenericFunction[str]):
    """The day of a moment as text, YYYY-MM-DD."""

    type = sa.String()
    inherit_cache = True


@compiles(shanghai_day)
def _on_sqlite(element: shanghai_day, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+8 hours')"


@compiles(shanghai_day, "postgresql")
def _on_postgresql(element: shanghai_day, compiler: SQLCompiler, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"


def day_of(column: sa.ColumnElement[datetime | None]) -> sa.ColumnElement[str]:
    """Return the day in Shanghai of a column of moments, as text."""
    return shanghai_day(column)


def month_of(column: sa.ColumnElement[date] | sa.Column[date]) -> sa.ColumnElement[str]:
    """Return the month of a column of days, YYYY-MM."""
    return sa.func.substr(sa.cast(column, sa.String), 1, 7)
