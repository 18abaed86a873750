"""The filter that pages, interface, saved views, exports and notebooks share, and its one written form.

``CaseFilter`` is a whitelist: what is not a field cannot be asked. Its query string is canonical, so that
two filters that mean the same are written the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from lianshen.agency import CENTRE, agencies
from lianshen.cases.domain import DECISIONS, STATES
from lianshen.cases.errors import Refused

LISTS = ("state", "rule", "region", "insured", "level", "severity", "decision")
SORTABLE = {
    "per_hour": "per_hour",
    "severity": "severity",
    "at_issue": "at_issue",
    "exposure": "exposure",
    "score": "score",
    "due_at": "due_at",
    "night": "night",
    "case_no": "case_no",
    "fund_fee": "fund_fee",
    "total_fee": "total_fee",
    "inst": "fixmedins_name",
    "rule": "main_rule",
    "region": "treating_agency",
    "insured": "insu_pool",
    "admit": "admit",
    "discharge": "discharge",
    "state": "state",
    "assignee": "assignee",
    "determined": "determined",
    "recovered": "recovered",
}
"""What may be sorted by, and the column it stands for."""
DEFAULT_SORT = "-per_hour,-severity,-at_issue"


def _written_day(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and not DAY.fullmatch(value)):
        raise ValueError("a day is written YYYY-MM-DD")
    return value


DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Day = Annotated[date, BeforeValidator(_written_day)]
"""A day as people write it; alone, a number would be read as seconds since 1970."""
Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{1,40}$")]


class CaseFilter(BaseModel):
    """Which cases: every field optional, lists meaning any of. Amounts in yuan, dates of the settlements."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(None, max_length=60, description="case number, institution, diagnosis or pseudonym")
    state: tuple[str, ...] = ()
    rule: tuple[Token, ...] = Field((), description="rules among the case's findings")
    region: tuple[str, ...] = Field((), description="treating agencies, six digits")
    insured: tuple[str, ...] = Field((), description="insured regions: six digits, or the four of the pool")
    level: tuple[Token, ...] = Field((), description="hosp_lv of the institution")
    severity: tuple[Annotated[int, Field(ge=1, le=3)], ...] = ()
    min_amount: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=2, description="fund at issue, yuan")
    due: str | None = Field(None, pattern="^(overdue|3d|7d)$", description="working days left")
    since: Day | None = Field(None, description="first night, inclusive")
    until: Day | None = Field(None, description="last night, inclusive")
    person: Token | None = Field(None, description="pseudonym, whole or from its eighth character on cut off")
    inst: Token | None = Field(None, description="fixmedins_code")
    side: Literal["insured"] | None = Field(None, description="insured: of persons insured here and treated elsewhere")
    county: Token | None = Field(None, description="agency below a city that holds the agreement")
    mine: bool = False
    assignee: Annotated[str, Field(max_length=40)] | None = None
    decision: tuple[str, ...] = ()
    changed: bool = Field(False, description="only cases whose evidence changed after they were sealed")
    unrecovered: bool = Field(False, description="only decided cases of which money is still to come back")
    sort: str | None = Field(None, max_length=120)
    view: Token | None = None

    @field_validator("state")
    @classmethod
    def _known_state(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known("state", value, STATES)

    @field_validator("decision")
    @classmethod
    def _known_decision(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known("decision", value, DECISIONS)

    @field_validator("region")
    @classmethod
    def _known_region(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known("region", value, {**agencies(), CENTRE: CENTRE})

    @field_validator("insured")
    @classmethod
    def _digits(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            if not (code.isascii() and code.isdigit() and len(code) in (4, 6)):
                raise ValueError(f"insured: {code!r} is no region; write six digits, such as 510700")
        return tuple(sorted(set(value)))

    @field_validator("rule", "level", "severity")
    @classmethod
    def _in_order(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(sorted(set(value)))

    @field_validator("sort")
    @classmethod
    def _known_sort(cls, value: str | None) -> str | None:
        if value is None or value == DEFAULT_SORT:
            return None
        _known("sort", tuple(part.removeprefix("-") for part in value.split(",")), SORTABLE)
        return value

    @classmethod
    def from_query(cls, query: str | Mapping[str, str]) -> tuple[CaseFilter, list[str]]:
        """Read a query string, a whole address or its parameters; return the filter and what was not understood.

        Lists are comma separated. A key that is no field, and a value that its field refuses, are left out and
        named, so that an old address still opens; :meth:`strict` refuses instead.
        """
        given = _pairs(query)
        dropped = [key for key in given if key not in cls.model_fields]
        kept = {key: _split(key, value) for key, value in given.items() if key in cls.model_fields and value != ""}
        try:
            return cls.model_validate(kept), dropped
        except ValidationError as error:
            bad = {str(problem["loc"][0]) for problem in error.errors()}
            kept = {key: value for key, value in kept.items() if key not in bad}
            return cls.model_validate(kept), sorted({*dropped, *bad})

    @classmethod
    def strict(cls, query: str | Mapping[str, str]) -> CaseFilter:
        """Read a query and refuse what is not understood, naming it.

        :raises Refused: for an unknown key or a value that its field does not take.
        """
        given = _pairs(query)
        try:
            return cls.model_validate({key: _split(key, value) for key, value in given.items() if value != ""})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise Refused(f"filter {where}: {first['msg']}; fields are {', '.join(cls.model_fields)}") from error

    def to_query(self) -> str:
        """Return the canonical query string: fields in their order, defaults left out."""
        parts = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value is None or value is False or value == ():
                continue
            text = ",".join(map(str, value)) if isinstance(value, tuple) else "true" if value is True else str(value)
            parts.append(f"{name}={quote(text, safe=',-')}")
        return "&".join(parts)

    @property
    def min_fen(self) -> int | None:
        """The least fund at issue in fen."""
        return None if self.min_amount is None else int(self.min_amount * 100)


def _known(field: str, values: tuple[str, ...], known: Mapping[str, object]) -> tuple[str, ...]:
    unknown = [value for value in values if value not in known]
    if unknown:
        raise ValueError(f"{field}: {', '.join(unknown)} is unknown; one of {', '.join(known)}")
    order = list(known)
    return values if field == "sort" else tuple(sorted(set(values), key=order.index))


def _split(key: str, value: str) -> object:
    return tuple(part for part in value.split(",") if part) if key in LISTS else value


def _pairs(query: str | Mapping[str, str]) -> dict[str, str]:
    if not isinstance(query, str):
        return dict(query)
    text = urlsplit(query).query if "?" in query else query
    return dict(parse_qsl(text, keep_blank_values=True))
