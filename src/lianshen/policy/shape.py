"""Which parameters a policy pack may hold, and what shape each has.

The packs are data and this is their grammar: a name that is not here is refused, and so is a value whose keys are
not those of its axes. Adding a parameter means a line here and a use of it in ``tables.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lianshen.errors import LianshenError
from lianshen.settlement import ONE, UNLIMITED

Unit = Literal["money", "limit", "share", "points", "reduction", "slices"]

INSURANCE = ("employee", "resident")
LEVEL = ("community", "primary", "secondary", "tertiary")
PLACE = (*LEVEL, "drugstore")
PERSON = ("in_service", "retired", "resident")
SCOPE = ("in_province", "cross_province")
FILING = ("LONG_TERM", "REFERRAL", "EMERGENCY", "TEMPORARY_OTHER", "UNFILED")
NEED = ("general", "listed_poor")
SPECIAL = ("destitute", "low_income", "border_family")

AXES = {
    "insurance": INSURANCE, "level": LEVEL, "place": PLACE, "person": PERSON,
    "scope": SCOPE, "filing": FILING, "need": NEED, "special": SPECIAL,
}  # fmt: skip

STAY, CLINIC, CHRONIC = "stay", "clinic", "chronic"
"""Families of care that need a parameter: inpatient and maternity, outpatient and drugstore, chronic disease."""


class PolicyError(LianshenError):
    """A policy file that does not meet the format; the message lists every problem found."""


class PolicyGap(LianshenError):
    """No value is in force on the day asked for. Never answered with zero."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its unit, the keys of its values level by level, and who needs it."""

    name: str
    unit: Unit
    by: tuple[str, ...]
    families: tuple[str, ...]
    optional: bool = False
    """A pack without it says that the thing does not exist there; see ``policies/README.md``."""
    ended: int | None = None
    """What ``ended`` stands for; None where the word is not allowed."""

    @property
    def axes(self) -> tuple[tuple[str, ...], ...]:
        """The keys of a value, level by level."""
        return tuple(AXES[name] for name in self.by)


_STAYS = (STAY, CHRONIC)

PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        Parameter("inpatient.deductible", "money", ("insurance", "level"), (STAY,)),
        Parameter("inpatient.deductible_step", "money", (), (STAY,)),
        Parameter("inpatient.deductible_floor", "money", (), (STAY,)),
        Parameter("inpatient.ratio", "slices", ("insurance", "level"), (STAY,)),
        Parameter("inpatient.retired_bonus", "points", (), (STAY,)),
        Parameter("inpatient.cap", "limit", ("insurance",), _STAYS),
        Parameter("remote.deductible", "money", (), (STAY,), optional=True, ended=-1),
        Parameter("remote.reduction", "reduction", ("scope", "filing"), _STAYS),
        Parameter("remote.prepay", "share", ("scope",), _STAYS, optional=True, ended=0),
        Parameter("outpatient.deductible", "money", ("person",), (CLINIC,), ended=0),
        Parameter("outpatient.ratio", "share", ("person", "place"), (CLINIC,), ended=0),
        Parameter("outpatient.limit", "limit", ("person",), (CLINIC,), ended=UNLIMITED),
        Parameter("chronic.ratio", "share", ("person",), (CHRONIC,), ended=0),
        Parameter("supplement.catastrophic", "slices", ("need",), _STAYS, ended=0),
        Parameter("supplement.large_amount", "share", (), _STAYS, ended=0),
        Parameter("supplement.civil_ratio", "share", (), _STAYS, ended=0),
        Parameter("supplement.civil_limit", "limit", (), _STAYS, ended=UNLIMITED),
        Parameter("assistance.ratio", "share", ("special",), _STAYS, ended=0),
        Parameter("assistance.threshold", "money", ("special",), _STAYS, ended=0),
        Parameter("assistance.limit", "limit", (), _STAYS, ended=UNLIMITED),
    )
}

DECIMALS = {"money": 2, "limit": 2, "share": 4, "points": 2, "factor": 4}
"""Decimals that a text may have; as a whole number it is fen or ten-thousandths."""

HIGHEST = {"share": ONE, "points": ONE, "factor": ONE}
