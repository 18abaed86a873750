"""The figures of the monthly bulletin and the quarterly assessment."""

from __future__ import annotations

from pydantic import Field

from lianshen_dashboards.answers.common import Answer, Day, Yuan


class Period(Answer):
    """A month or a quarter."""

    first: Day
    months: int


class AgencyMonth(Answer):
    """An agency's row of the bulletin."""

    agency: str
    name: str
    released: int
    at_issue: Yuan
    closed: int
    held: int
    determined: Yuan
    recovered: Yuan
    open: int
    overdue: int


class Ranked(Answer):
    """A rule or an institution by what was determined."""

    code: str
    name: str
    cases: int
    determined: Yuan


class Bulletin(Answer):
    """A month; ``before`` is the month before it, all agencies together."""

    period: Period
    as_of: Day
    raised: int
    at_issue: Yuan
    agencies: list[AgencyMonth]
    before: AgencyMonth
    rules: list[Ranked]
    institutions: list[Ranked]


class Prior(Answer):
    """What the agencies have in common in a measure: mean, and after how many cases an own rate weighs half."""

    mean: float
    strength: float


class Standing(Answer):
    """An agency in one measure, raw and shrunk, with its rank and where that lies in nine of ten draws."""

    successes: float
    trials: float
    raw: float | None
    shrunk: float
    low: float
    high: float
    rank: int | None
    rank_low: int | None
    rank_high: int | None


class Overall(Answer):
    """An agency over all measures."""

    score: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None


class Assessment(Answer):
    """A quarter: by measure and agency."""

    period: Period
    as_of: Day
    agencies: list[str]
    priors: dict[str, Prior]
    standings: dict[str, dict[str, Standing]] = Field(description="measure: agency: standing")
    overall: dict[str, Overall]
