"""What stands in the header and in the examples of a rule file, as checked shapes.

Nothing here needs DuckDB or SQLGlot: the review pages read headers too.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lianshen.findings import Certainty, Level

RULE_ID = re.compile(r"^[A-Z]{2}-\d{2}$")
GROUPS = {
    "PL": "policy",
    "CH": "charging",
    "MG": "management",
    "MD": "medical",
    "AD": "admission",
    "FR": "fraud",
    "XR": "crossregion",
    "ST": "settlement",
    "CL": "clearing",
    "LP": "local",
}
"""Letters of an id and the folder under ``sql/rules`` that its file lies in."""
FILE = re.compile(r"\A/\* rule\n(?P<head>.*?)\n\*/\n(?P<sql>.*?)\n/\* examples\n(?P<examples>.*?)\n\*/\n\Z", re.S)
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
NO_REASON = frozenset({"unknown", "none", "n/a", "na", "-", "tbd", "todo", "不详", "无", "未知", "待定"})

Status = Literal["draft", "shadow", "active", "retired"]
Amount = Literal["a1", "a2", "exposure"]
DatedBy = Literal["begndate", "enddate", "setl_date", "fee_date", "period"]
Subject = Literal["settlement", "institution", "region"]
Handler = Literal["H1", "H2", "H3", "H4", "H5", "H6", "H7"]
Suppressor = Literal[
    "S-REF", "S-DAY", "S-BED", "S-TRF", "S-EMG", "S-NB", "S-LONG", "S-OPSP", "S-SPEC", "S-PKG", "S-CAT", "S-SMALL",
    "S-LEARN",
]  # fmt: skip


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError(f"write the amount {value!r} in quotes, so that YAML keeps it exact")
    if isinstance(value, bool):
        raise ValueError(f"want a number in quotes, got {value!r}")
    return value


def _real_reason(value: str) -> str:
    if value.strip().rstrip(".。").lower() in NO_REASON:
        raise ValueError(f"'{value}' is no reason: name a real case, or leave the rule in draft until you know one")
    return value


def _joined(value: object) -> object:
    # YAML folds a line break into a space, which Chinese text does not have.
    return re.sub(r"(?<=[，。；：、（）“”]) +", "", value) if isinstance(value, str) else value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Text = Annotated[str, Field(min_length=1)]
Label = Annotated[str, Field(min_length=1, max_length=20, pattern=r"[\u4e00-\u9fff]")]
Reason = Annotated[Text, BeforeValidator(lambda value: _real_reason(value) if isinstance(value, str) else value)]


class Strict(BaseModel):
    """A shape that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InForce(Strict):
    """Half-open interval: ``since`` belongs to it, ``until`` does not."""

    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> InForce:
        if self.until is not None and self.until <= self.since:
            raise ValueError(f"until {self.until} must lie after since {self.since}")
        return self


class Days(Strict):
    """A look-back of so many days.

    Of a rule about settlements: those of one person that lie further apart never matter to each other. Of a rule about
    institutions: what lies further from a month never matters to what is found about that month.
    """

    days: Annotated[int, Field(ge=1, le=366)]


class Param(Strict):
    """A number that the auditor chooses, bound to ``$name`` in the SQL; what the law says is knowledge or policy."""

    about: Text
    default: Exact
    least: Exact
    most: Exact

    @model_validator(mode="after")
    def _within(self) -> Param:
        if not self.least <= self.default <= self.most:
            raise ValueError(f"default {self.default} must lie between least {self.least} and most {self.most}")
        return self


class Expected(Strict):
    """What an example expects of one finding; only what is given is compared."""

    a0: Exact | None = None
    a1: Exact | None = None
    a2: Exact | None = None
    exposure: Exact | None = None
    severity: int | None = None
    lines: int | None = None
    because: dict[str, str | None] = Field(default_factory=dict)


class Example(Strict):
    """Rows in, findings out. ``expect`` maps a finding to the rule's amount or to more.

    A finding is named 'S1', or 'S2/S1' for S2 linked to S1; of a rule about another subject 'subject_id/period', or
    'subject_id/period/S1' where it names a settlement. ``suppressed`` maps those that a suppressor took, wholly or
    some lines of them, to its code.
    """

    name: Text
    kind: Literal["flag", "clear", "edge"]
    given: dict[str, list[dict[str, Any]]]
    expect: dict[str, Exact | Expected] = Field(default_factory=dict)
    suppressed: dict[str, Suppressor] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _honest(self) -> Example:
        if self.kind == "flag" and not self.expect:
            raise ValueError("a flag example expects at least one finding")
        if self.kind == "clear" and self.expect:
            raise ValueError("a clear example expects no finding")
        return self


class RuleHead(Strict):
    """The header of a rule file: why the rule exists, for which dates, with which numbers, and when it is wrong."""

    id: Annotated[str, Field(pattern=RULE_ID.pattern)]
    version: Annotated[int, Field(ge=1)]
    title_zh: Annotated[str, Field(min_length=2, max_length=30)]
    title: Annotated[str, Field(min_length=3, max_length=70)]
    status: Status
    certainty: Certainty
    severity: Annotated[int, Field(ge=1, le=3)]
    level: Level
    subject: Subject = "settlement"
    owner: Text
    summary: Text
    sentence_zh: Annotated[Text, BeforeValidator(_joined)]
    facts: dict[Annotated[str, Field(pattern=r"^because_[a-z][a-z0-9_]*$")], Label]
    basis: Annotated[list[Text], Field(min_length=1)]
    national_code: Text
    in_force: InForce
    dated_by: DatedBy
    reads: Annotated[list[Text], Field(min_length=1)]
    look_back: Literal["none"] | Days
    peers: bool = False
    wait_days: Annotated[int, Field(ge=0, le=30)] = 0
    params: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Param] = Field(default_factory=dict)
    amount: Amount
    amount_note: str | None = None
    not_a_finding_when: Annotated[list[Reason], Field(min_length=1)]
    reviewer_checks: Annotated[list[Reason], Field(min_length=1)]
    handler: Annotated[list[Handler], Field(min_length=1)]
    suppressors: list[Suppressor] = Field(default_factory=list)
    suppressors_in_sql: list[Suppressor] = Field(default_factory=list)
    suppressors_for_reviewer: list[Suppressor] = Field(default_factory=list)

    @model_validator(mode="after")
    def _suppressed_once(self) -> RuleHead:
        said = [*self.suppressors, *self.suppressors_in_sql, *self.suppressors_for_reviewer]
        for code in sorted({code for code in said if said.count(code) > 1}):
            raise ValueError(
                f"suppressors: {code} is named twice: applied by the engine, decided by the SQL or looked "
                "at by the reviewer, one of the three"
            )
        if self.suppressors and self.subject != "settlement":
            raise ValueError(
                "suppressors: the engine takes away findings about settlements only; a rule about an "
                f"{self.subject} decides it itself: suppressors_in_sql"
            )
        if "S-SMALL" in self.suppressors and self.amount != "a1":
            raise ValueError("suppressors: S-SMALL adds up a1, which this rule is not about")
        return self

    @model_validator(mode="after")
    def _end(self) -> RuleHead:
        if self.status == "retired" and self.in_force.until is None:
            raise ValueError("in_force.until: a retired rule needs the day it ended; it still runs for earlier records")
        return self

    @model_validator(mode="after")
    def _about(self) -> RuleHead:
        if self.peers and (self.subject != "institution" or self.look_back_days is None):
            raise ValueError("peers: only a rule about institutions with a look_back compares them within its months")
        if (self.subject != "settlement") != (self.dated_by == "period"):
            raise ValueError("dated_by: a rule about an institution or region is dated by period, and no other rule is")
        if self.subject == "settlement":
            return self
        if self.wait_days:
            raise ValueError(f"wait_days: a rule about an {self.subject} makes no cases that could wait")
        if self.look_back_days is not None and self.subject == "region":
            raise ValueError(
                "look_back: only rules about settlements and institutions are narrowed to what was touched"
            )
        if self.level in ("line", "patient-episode"):
            raise ValueError(f"level: a rule about an {self.subject} is of level settlement, provider or network")
        return self

    @property
    def is_about_settlements(self) -> bool:
        """Whether its findings become cases; the others are said anew each night and stand in a list of their own."""
        return self.subject == "settlement"

    @property
    def look_back_days(self) -> int | None:
        """Days of the past and future that decide a finding; None: the settlement alone, or, of others, everything."""
        return None if isinstance(self.look_back, str) else self.look_back.days

    @property
    def placeholders(self) -> list[str]:
        """The names in braces of ``sentence_zh``."""
        return PLACEHOLDER.findall(self.sentence_zh)
