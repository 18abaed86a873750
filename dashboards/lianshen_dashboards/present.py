"""How amounts, dates and clocks are written: exact text for programs, grouped text for people.

Money comes as integer fen and never becomes a float on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from lianshen.cases.domain import STATES
from lianshen.config import SHANGHAI
from lianshen_dashboards.basis import basis_short
from lianshen_dashboards.texts import say

Row = dict[str, Any]
MONEY = frozenset(
    {
        "at_issue",
        "exposure",
        "gross",
        "total_fee",
        "fund_fee",
        "determined",
        "amount",
        "inscp",
        "at_most",
        "a0",
        "a1",
        "a2",
        "counted",
        "recovered",
        "recalculated",
        "determined_before",
        "determined_after",
        "expected",
        "per_hour",
    }
)
PLAIN = frozenset({str, int, bool, float, type(None)})
WAN = 1_000_000
YI = 10_000_000_000


def yuan(fen: int | None) -> str | None:
    """Return fen as exact yuan text, ``12345`` as ``"123.45"``."""
    if fen is None:
        return None
    sign, size = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{size // 100}.{size % 100:02d}"


def grouped(fen: int | None) -> str:
    """Return fen as people read it, ``123456789`` as ``"1,234,567.89"``; nothing as a dash."""
    if fen is None:
        return say("word.none")
    sign, size = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{size // 100:,}.{size % 100:02d}"


def short(fen: int) -> tuple[str, str]:
    """Return a large amount and its unit: yuan, ten thousands, or hundred millions, rounded half up."""
    for size, unit in ((YI, "word.hundred_million"), (WAN, "word.ten_thousand")):
        if abs(fen) >= size:
            hundredths = (abs(fen) * 100 + size // 2) // size
            return f"{'-' if fen < 0 else ''}{hundredths // 100:,}.{hundredths % 100:02d}", say(unit)
    return grouped(fen), say("word.yuan")


def share(part: int, whole: int) -> str:
    """Return a percentage without decimals; nothing of nothing is 0 %."""
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else "0%"


def moment(at: datetime | None) -> str:
    """Return a time as the office reads it: Shanghai, to the minute."""
    if at is None:
        return ""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def clock(days_left: int | None) -> tuple[str, str]:
    """Return the words and the class of a deadline; working days, empty where no clock runs."""
    if days_left is None:
        return "", ""
    if days_left < 0:
        return say("clock.late", n=-days_left), "late"
    if days_left == 0:
        return say("clock.today"), "soon"
    return say("clock.left", n=days_left), "soon" if days_left <= 3 else "fine"


def outside(row: Mapping[str, Any]) -> Row:
    """Return a row of a service as JSON says it: money and dates as text."""
    said: Row = {}
    for column, value in row.items():
        # Names of columns are strings of SQLAlchemy's own kind, at which a JSON writer looks long.
        name = str(column)
        if name in MONEY and isinstance(value, list):
            # An event keeps what there was and what there is.
            said[name] = [yuan(one) for one in value]
        elif name in MONEY and not isinstance(value, Mapping):
            # An event keeps what an action set as text.
            said[name] = yuan(int(value) if isinstance(value, str) else value)
        elif type(value) in PLAIN:
            said[name] = value
        elif isinstance(value, datetime | date):
            said[name] = value.isoformat()
        elif isinstance(value, Mapping):
            said[name] = outside(value)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            said[name] = [outside(one) for one in value]
        else:
            said[name] = value
    return said


def listed(row: Mapping[str, Any], rule_names: Mapping[str, str]) -> Row:
    """Return a case as a row of the queue: what :func:`outside` says and the words of its cells."""
    text, tone = clock(row["days_left"])
    return {
        **outside(row),
        "state_colour": STATES[row["state"]][1],
        "rule_name": rule_names.get(row["main_rule"], row["main_rule"]),
        "clock_text": text,
        "clock_class": tone,
        "basis_text": basis_short(row["kind"], row["basis"]),
    }
