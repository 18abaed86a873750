"""The SQL that means the same on DuckDB and Spark; everything else is refused, with what to write instead.

SQLGlot translates many constructs without complaint into something that gives other rows. What is barred here was
measured on both engines; what is not on the list of functions was not, and is refused for that reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

BARRED: dict[type[exp.Expr], str] = {
    exp.Div: "a quotient is a double on one engine and a decimal on the other; compare by multiplying (a > r * b), "
    "or use // on integers with NULLIF around the divisor",
    exp.Avg: "an average of decimals differs between engines; compare sums",
    exp.DayOfWeek: "days of the week are numbered differently; join a calendar",
    exp.DayOfWeekIso: "days of the week are numbered differently; join a calendar",
    exp.Interval: "a date plus an interval changes its type; compare with DATE_DIFF('day', a, b)",
    exp.DateAdd: "a date plus days changes its type; compare with DATE_DIFF('day', a, b)",
    exp.DateSub: "a date minus days changes its type; compare with DATE_DIFF('day', a, b)",
    exp.PercentileCont: "quantiles have no common form; put them in a feature view",
    exp.PercentileDisc: "quantiles have no common form; put them in a feature view",
    exp.Quantile: "quantiles have no common form; put them in a feature view",
    exp.ApproxQuantile: "an approximate quantile differs from run to run; put it in a feature view",
    exp.Median: "a median of decimals differs between engines; put it in a feature view",
    exp.Mode: "ties are broken differently; rank with ROW_NUMBER and a full order",
    exp.First: "which row is first is not specified; use ROW_NUMBER with a full order",
    exp.AnyValue: "which row it takes is not specified; use MIN or MAX",
    exp.ArgMax: "ties are broken differently; use ROW_NUMBER with a full order",
    exp.ArgMin: "ties are broken differently; use ROW_NUMBER with a full order",
    exp.Log: "LOG is base 10 here and base e there; rules need no logarithm",
    exp.ArrayAgg: "the order of a list, and whether it keeps NULL, differ; use STRING_AGG(… ORDER BY …)",
    exp.Bracket: "list positions start differently; use SUBSTRING or STRING_AGG",
    exp.SimilarTo: "SIMILAR TO exists on one engine only; use REGEXP_MATCHES with ^ and $",
    exp.Struct: "structs print differently; return plain columns",
    exp.Pivot: "PIVOT is a statement here; use SUM(CASE …)",
    exp.Rand: "a rule must give the same rows every time",
    exp.Uuid: "a rule must give the same rows every time",
    exp.CurrentDate: "the record's date chooses the rule, never the day of the run",
    exp.CurrentTimestamp: "the record's date chooses the rule, never the day of the run",
    exp.Parameter: "write parameters as $name",
}

ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.Abs,
    exp.And,
    exp.Case,
    exp.Cast,
    exp.Ceil,
    exp.Coalesce,
    exp.Count,
    exp.DateDiff,
    exp.Day,
    exp.Exists,
    exp.Floor,
    exp.Greatest,
    exp.GroupConcat,
    exp.Hour,
    exp.If,
    exp.IntDiv,
    exp.Lag,
    exp.Lead,
    exp.Least,
    exp.Left,
    exp.Length,
    exp.Lower,
    exp.Max,
    exp.Min,
    exp.Minute,
    exp.Month,
    exp.Nullif,
    exp.Or,
    exp.RegexpLike,
    exp.Right,
    exp.Round,
    exp.RowNumber,
    exp.Second,
    exp.Substring,
    exp.Sum,
    exp.Trim,
    exp.TryCast,
    exp.Upper,
    exp.Xor,
    exp.Year,
)

FUNCTIONS = (
    "ABS", "CASE", "CAST", "CEIL", "COALESCE", "COUNT", "DATE_DIFF('day')", "DAY", "EXISTS", "FLOOR", "GREATEST",
    "HOUR", "LAG", "LEAD", "LEAST", "LEFT", "LENGTH", "LOWER", "MAX", "MIN", "MINUTE", "MONTH", "NULLIF",
    "REGEXP_MATCHES", "RIGHT", "ROUND", "ROW_NUMBER", "SECOND", "STRING_AGG", "SUBSTRING", "SUM", "TRIM", "TRY_CAST",
    "UPPER", "YEAR",
)  # fmt: skip
"""How :data:`ALLOWED` is called in SQL, for people."""

INTEGERS = (exp.DType.INT, exp.DType.BIGINT, exp.DType.SMALLINT, exp.DType.TINYINT, exp.DType.INT128)
WHOLE = (exp.Round, exp.Floor, exp.Ceil, exp.Count, exp.DateDiff, exp.IntDiv, exp.Case, exp.Boolean)
DATES = (exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ)
FLOATS = (exp.DType.FLOAT, exp.DType.DOUBLE)


def problems_of(query: exp.Expr, date_columns: frozenset[str], time_columns: frozenset[str] = frozenset()) -> list[str]:
    """Return what in ``query`` would mean something else on the other engine.

    ``date_columns`` are the names of columns that hold a date or a time, ``time_columns`` of those that hold a time.
    """
    found: list[str] = []
    for node in query.walk():
        found.extend(f"'{_short(node)}': {reason}" for reason in _reasons(node, date_columns, time_columns))
    return list(dict.fromkeys(found))


def _reasons(node: exp.Expr, date_columns: frozenset[str], time_columns: frozenset[str]) -> Iterator[str]:
    barred = next((reason for kind, reason in BARRED.items() if isinstance(node, kind)), None)
    if barred is not None:
        yield barred
        return
    if isinstance(node, exp.Anonymous) or (isinstance(node, exp.Func) and not isinstance(node, ALLOWED)):
        yield f"not one of the functions known to mean the same on both engines: {', '.join(FUNCTIONS)}"
    elif isinstance(node, exp.DateDiff) and node.text("unit").upper() not in {"", "DAY"}:
        yield "units other than 'day' count boundaries here and whole units there; use 'day', or HOUR and MINUTE"
    elif isinstance(node, exp.DateDiff) and any(_is_time(side, time_columns) for side in (node.this, node.expression)):
        yield "days between times are midnights here and whole 24 hours there; write CAST(… AS DATE) around the time"
    elif isinstance(node, exp.IntDiv) and not isinstance(node.expression.unnest(), exp.Nullif | exp.Literal):
        yield "write NULLIF(divisor, 0): a divisor of zero is an error on one engine"
    elif isinstance(node, exp.Sub) and all(_is_date(side, date_columns) for side in (node.this, node.expression)):
        yield "a date minus a date is an interval on Spark; write DATE_DIFF('day', earlier, later)"
    elif isinstance(node, exp.Add) and any(_is_date(side, date_columns) for side in (node.this, node.expression)):
        yield "a date plus a number changes its type; compare with DATE_DIFF('day', a, b)"
    elif isinstance(node, exp.Cast):
        if node.to.this in FLOATS:
            yield "money and quantities are never floating point; keep DECIMAL or integer fen"
        elif node.to.this in INTEGERS and not isinstance(node.this.unnest(), WHOLE):
            yield "a cast to an integer rounds here and cuts there; write CAST(ROUND(x) AS BIGINT) or FLOOR"
    elif isinstance(node, exp.Join) and (node.method or "").upper() in {"ASOF", "POSITIONAL"}:
        yield "ASOF and POSITIONAL joins are not translated; join on valid_from and valid_until"
    elif isinstance(node, exp.Window) and node.find(exp.Distinct):
        yield "a DISTINCT over a window exists on one engine only; group in a CTE first"
    elif isinstance(node, exp.RegexpLike) and not _is_anchored(node):
        yield "anchor the pattern with ^ and $: an unanchored match changes between versions"


def _is_date(node: exp.Expr, date_columns: frozenset[str]) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return node.to.this in DATES
    if isinstance(node, exp.Min | exp.Max | exp.Coalesce | exp.Least | exp.Greatest | exp.Lag | exp.Lead | exp.Window):
        return _is_date(node.this, date_columns)
    return isinstance(node, exp.Column) and node.name in date_columns


def _is_time(node: exp.Expr, time_columns: frozenset[str]) -> bool:
    node = node.unnest()
    return isinstance(node, exp.Column) and node.name in time_columns


def _is_anchored(node: exp.RegexpLike) -> bool:
    pattern = node.expression
    if not isinstance(pattern, exp.Literal) or not (pattern.name.startswith("^") and pattern.name.endswith("$")):
        return False
    depth = 0
    for mark in re.sub(r"\\.|\[[^\]]*\]", "", pattern.name):
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if mark == "|" and depth == 0:
            # '^a|b$' anchors each end of another alternative.
            return False
    return True


def _short(node: exp.Expr) -> str:
    text = node.sql(dialect="duckdb", comments=False)
    return text if len(text) <= 60 else text[:57] + "…"
