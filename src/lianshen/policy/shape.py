"""Which parameters a policy pack may hold, and what shape each has.

The packs are data and this is their grammar: a name that is not here is refused, and so is a value whose keys are
not those of its axes. Adding a parameter means a line here and a use of it in ``terms.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lianshen.errors import LianshenError
from lianshen.settlement import ONE, UNLIMITED

Unit = Literal[
    "money", "limit", "share", "points", "reduction", "slices", "ages", "flag", "days", "months", "word",
    "list", "groups",
]  # fmt: skip

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

RANKS = ("national", "provincial", "city")
"""Highest first: where two contradict each other the higher one prevails (Art. 21)."""

TEXTS = ("word", "list", "groups")
"""Units whose values are no numbers; they are looked up, not computed with."""

BOUNDED = ("money", "limit", "share", "points", "reduction")
"""Units that a higher rank may bound with ``most`` and ``least`` instead of giving a value."""


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
    words: tuple[str, ...] = ()
    """The words that a value of unit ``word`` or ``list`` may hold; empty: any."""

    @property
    def axes(self) -> tuple[tuple[str, ...], ...]:
        """The keys of a value, level by level."""
        return tuple(AXES[name] for name in self.by)

    @property
    def is_text(self) -> bool:
        """Whether the values are looked up instead of computed with."""
        return self.unit in TEXTS


_STAYS = (STAY, CHRONIC)


def _practice(
    name: str, unit: Unit, by: tuple[str, ...] = (), ended: int = 0, words: tuple[str, ...] = ()
) -> Parameter:
    return Parameter(f"practice.{name}", unit, by, (), optional=True, ended=ended, words=words)


PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        Parameter("inpatient.deductible", "money", ("insurance", "level"), (STAY,)),
        Parameter("inpatient.deductible_step", "money", (), (STAY,)),
        Parameter("inpatient.deductible_floor", "money", (), (STAY,)),
        Parameter("inpatient.ratio", "slices", ("insurance", "level"), (STAY,)),
        Parameter("inpatient.retired_bonus", "points", (), (STAY,)),
        Parameter("inpatient.age_bonus", "ages", (), (STAY,), optional=True, ended=0),
        Parameter("inpatient.cap", "limit", ("insurance",), _STAYS),
        Parameter("remote.deductible", "money", (), (STAY,), optional=True, ended=-1),
        Parameter("remote.reduction", "reduction", ("scope", "filing"), _STAYS),
        Parameter("remote.prepay", "share", ("scope", "filing"), _STAYS, optional=True, ended=0),
        Parameter("outpatient.deductible", "money", ("person",), (CLINIC,), ended=0),
        Parameter("outpatient.ratio", "share", ("person", "place"), (CLINIC,), ended=0),
        Parameter("outpatient.limit", "limit", ("person",), (CLINIC,), ended=UNLIMITED),
        Parameter("chronic.ratio", "share", ("person",), (CHRONIC,), ended=0),
        Parameter("supplement.catastrophic", "slices", ("need",), _STAYS, ended=0),
        Parameter("supplement.catastrophic_limit", "limit", ("need",), _STAYS, optional=True, ended=UNLIMITED),
        Parameter("supplement.large_amount", "share", (), _STAYS, ended=0),
        Parameter("supplement.large_burden", "slices", (), _STAYS, optional=True, ended=0),
        Parameter("supplement.civil_ratio", "share", (), _STAYS, ended=0),
        Parameter("supplement.civil_limit", "limit", (), _STAYS, ended=UNLIMITED),
        Parameter("supplement.enterprise_ratio", "share", (), _STAYS, optional=True, ended=0),
        Parameter("supplement.enterprise_limit", "limit", (), _STAYS, optional=True, ended=UNLIMITED),
        Parameter("supplement.veteran_ratio", "share", (), _STAYS, optional=True, ended=0),
        Parameter("supplement.veteran_limit", "limit", (), _STAYS, optional=True, ended=UNLIMITED),
        Parameter("assistance.ratio", "share", ("special",), _STAYS, ended=0),
        Parameter("assistance.threshold", "money", ("special",), _STAYS, ended=0),
        Parameter("assistance.limit", "limit", (), _STAYS, ended=UNLIMITED),
        _practice("unified_code", "flag"),
        _practice("centre_route", "flag"),
        _practice("referral_diseases", "list"),
        _practice("referral_target", "word", words=("same_level_or_nonprofit",)),
        _practice("register", "flag"),
        _practice("claim_days", "days"),
        _practice("benchmark", "money", ("person",), ended=UNLIMITED),
        _practice("first_tranche", "share"),
        _practice("second_tranche_months", "months"),
        _practice("approval_chain", "list", words=("tertiary_hospital", "health_authority", "agency")),
        _practice("entrusted_check_days", "days"),
        _practice("entrusted_claims", "flag"),
        _practice("same_city", "groups"),
    )
}

DECIMALS = {"money": 2, "limit": 2, "share": 4, "points": 2, "factor": 4, "flag": 0, "days": 0, "months": 0, "age": 0}
"""Decimals that a text may have; as a whole number it is fen, ten-thousandths, or the thing counted."""

HIGHEST = {"share": ONE, "points": ONE, "factor": ONE, "flag": 1, "days": 3_660, "months": 120, "age": 150}
