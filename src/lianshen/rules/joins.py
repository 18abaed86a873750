"""Days in outer joins, written so that DuckDB joins by key.

``valid_until IS NULL OR day < valid_until`` in the condition of a LEFT JOIN makes DuckDB compare every row with every
row: with fifty thousand points beside a night's lines that takes a thousand times as long. The same with the open end
as the last of days is a comparison of the one side with the other, which a join by key can hold; and so is a distance
of days. Rules are written the plain way; this is done when their SQL is written for DuckDB.
"""

from __future__ import annotations

from sqlglot import exp

ENDS = frozenset({"valid_until", "enddate", "endtime"})
"""Columns whose NULL means that there is no end."""
_LAST = "9999-12-31"


def joined_by_key(query: exp.Select) -> exp.Select:
    """Return a copy of the query whose outer joins compare one side with the other.

    It finds the same rows, given that the day held against an open end is never NULL: a record has its dates.
    """
    copy = query.copy()
    for join in copy.find_all(exp.Join):
        condition = join.args.get("on")
        if join.side and condition is not None:
            for either in list(condition.find_all(exp.Or)):
                _replace(either, _until_last(either))
            for between in list(join.args["on"].find_all(exp.Between)):
                _replace(between, _from_to(between))
    return copy


def _replace(node: exp.Expr, new: exp.Expr | None) -> None:
    if new is not None:
        (node.parent if isinstance(node.parent, exp.Paren) else node).replace(new)


def _until_last(either: exp.Or) -> exp.Expr | None:
    """Return the comparison that an open end stands for; None when it is something else."""
    for asked, other in ((either.this, either.expression), (either.expression, either.this)):
        if not (isinstance(asked, exp.Is) and isinstance(asked.expression, exp.Null)):
            continue
        end = asked.this
        if not (isinstance(end, exp.Column) and end.name in ENDS):
            continue
        if isinstance(other, exp.LT | exp.LTE) and _is_of(other.expression, end):
            return type(other)(this=other.this.copy(), expression=_filled(other.expression))
        if isinstance(other, exp.GT | exp.GTE) and _is_of(other.this, end):
            return type(other)(this=_filled(other.this), expression=other.expression.copy())
    return None


def _is_of(side: exp.Expr, end: exp.Expr) -> bool:
    return side == end or (isinstance(side, exp.Cast) and side.this == end)


def _filled(end: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=end.copy(), expressions=[exp.cast(exp.Literal.string(_LAST), "DATE")])


def _from_to(between: exp.Between) -> exp.Expr | None:
    """Return days between two distances as two comparisons of days; None when it is no distance of days."""
    distance = between.this
    if not (isinstance(distance, exp.DateDiff) and distance.text("unit").upper() == "DAY"):
        return None
    later, earlier = distance.this, distance.expression
    return exp.Paren(
        this=exp.and_(
            exp.GTE(this=later.copy(), expression=_moved(earlier, exp.Ceil(this=between.args["low"].copy()))),
            exp.LTE(this=later.copy(), expression=_moved(earlier, exp.Floor(this=between.args["high"].copy()))),
        )
    )


def _moved(day: exp.Expr, days: exp.Expr) -> exp.Expr:
    return exp.Add(this=exp.Paren(this=day.copy()), expression=exp.cast(days, "INTEGER"))
