"""What every person had used of the year's benefits before a settlement, kept from night to night.

A benefit year is a calendar year. Care that counts against the inpatient cap (stays, chronic diseases) and outpatient
care count apart. What the paying system knew when a person's first settlement of a year and family comes is drawn; from
then on it follows from what was paid, right or wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lianshen.province.arrow import Flags, Ints
from lianshen.province.bills import CHRONIC_VISIT, DAY, STAY
from lianshen.province.headers import Facts, Header

INPATIENT, OUTPATIENT = 0, 1
_NO_ACCOUNT_YET = -1
_STATED = 43
"""Of one in so many people it is written down what had been used before the first settlement of the year."""


def family_of(care: Ints) -> Ints:
    """Return INPATIENT for stays and chronic-disease care, else OUTPATIENT."""
    return np.where((care == STAY) | (care == CHRONIC_VISIT), INPATIENT, OUTPATIENT)


def year_of(seconds: Ints) -> Ints:
    """Return the calendar year of moments since 1970."""
    return (seconds // DAY).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


@dataclass
class Balances:
    """One row per human; amounts in fen, of the year in ``year``."""

    year: Ints
    seen: NDArray[np.bool_]
    """(n, 2): something of the family was settled in the year."""
    pooled: Ints
    """(n, 2): paid by the pooled fund."""
    deductible: Ints
    """Paid of the year's outpatient deductible."""
    burden: Ints
    """In-scope amounts that the pooled fund did not pay."""
    catastrophic: Ints
    civil: Ints
    enterprise: Ints
    veteran: Ints
    assistance: Ints
    admissions: Ints
    account: Ints
    """In the personal account, -1 before it was first looked at; goes on from year to year."""
    month: Ints
    """Month, since 1970, until which the employer's payments have been credited."""
    stated: list[dict[str, Ints]] = field(default_factory=list)
    """What was written down since :meth:`statement` was last asked."""

    @classmethod
    def of(cls, n: int) -> Balances:
        """Return the balances of ``n`` humans of whom nothing is known."""

        def zero() -> Ints:
            return np.zeros(n, dtype=np.int64)

        return cls(
            year=zero(), seen=np.zeros((n, 2), dtype=bool), pooled=np.zeros((n, 2), dtype=np.int64), deductible=zero(),
            burden=zero(), catastrophic=zero(), civil=zero(), enterprise=zero(), veteran=zero(), assistance=zero(),
            admissions=zero(), account=np.full(n, _NO_ACCOUNT_YET), month=zero(),
        )  # fmt: skip

    def begin(self, human: Ints, settle_time: Ints) -> None:
        """Begin a new year, and credit the months since, for those whose settlement is the first of either."""
        year = year_of(settle_time)
        new = human[self.year[human] != year]
        self.year[human] = year
        self.seen[new] = False
        for column in (self.pooled, self.deductible, self.burden, self.catastrophic, self.civil, self.enterprise,
                       self.veteran, self.assistance, self.admissions):  # fmt: skip
            column[new] = 0
        month = (settle_time // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        known = self.account[human] >= 0
        passed = np.where(known, month - self.month[human], 0)
        self.account[human] += passed * monthly_credit(human)
        self.month[human] = month

    def tell(self, facts: Facts, rows: Ints, human: Ints, care: Ints) -> Flags:
        """Write into ``facts`` what is known of those who were seen; return who was seen in the family."""
        family = family_of(care)
        seen: Flags = self.seen[human, family]
        at, who, deep = rows[seen], human[seen], family[seen] == INPATIENT
        facts.cap_used[at] = self.pooled[who, family[seen]]
        facts.nth[at] = np.where(care[seen] == STAY, self.admissions[who] + 1, facts.nth[at])
        facts.deductible_paid[at] = np.where(deep, facts.deductible_paid[at], -1)
        facts.deductible_before[at] = self.deductible[who]
        for name, column in (
            ("burden", self.burden),
            ("tier_used", self.catastrophic),
            ("civil_used", self.civil),
            ("enterprise_used", self.enterprise),
            ("veteran_used", self.veteran),
            ("assist_used", self.assistance),
        ):
            getattr(facts, name)[at] = np.where(deep, column[who], 0)
        facts.counted[rows] = facts.nth[rows]
        return seen

    def open(
        self, facts: Facts, rows: Ints, human: Ints, care: Ints, cap_used: Ints, deductible: Ints, settle_time: Ints,
        may_state: Flags,
    ) -> None:  # fmt: skip
        """Take the first records of a person-year at their word.

        ``cap_used`` and ``deductible`` are what those records show, in fen. For some of those with ``may_state`` it is
        written down, for both families: a statement of the year leaves nothing out.
        """
        family = family_of(care)
        whole = may_state & (human % _STATED == 9) & ~self.seen[human].any(axis=1)
        self.seen[human, family] = True
        self.pooled[human, family] = cap_used
        deep = family == INPATIENT
        self.deductible[human[~deep]] = deductible[~deep]
        at, who = rows[deep], human[deep]
        self.burden[who] = facts.burden[at]
        self.catastrophic[who] = facts.tier_used[at]
        self.civil[who] = facts.civil_used[at]
        self.enterprise[who] = facts.enterprise_used[at]
        self.veteran[who] = facts.veteran_used[at]
        self.assistance[who] = facts.assist_used[at]
        self.admissions[who] = np.where(care[deep] == STAY, facts.counted[at] - 1, 0)
        some = human[whole]
        self.seen[some] = True
        self.stated.append(
            {
                "person": some,
                "since": settle_time[whole] // DAY,
                "hifp_stay": self.pooled[some, INPATIENT],
                "hifp_clinic": self.pooled[some, OUTPATIENT],
                "dedc_clinic": self.deductible[some],
                "burden": self.burden[some],
                "hifmi": self.catastrophic[some],
                "civil": self.civil[some],
                "assist": self.assistance[some],
                "ipt_cnt": self.admissions[some],
            }
        )

    def statement(self) -> dict[str, Ints]:
        """Return what was written down since the last call, one row per person."""
        found, self.stated = self.stated, []
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}

    def post(self, header: Header, rows: Ints, human: Ints, care: Ints, sign: int) -> None:
        """Add what was paid, or with ``sign`` -1 take back what is taken back."""
        family = family_of(care)
        deep = family == INPATIENT
        self.pooled[human, family] += sign * header.hifp[rows]
        self.deductible[human[~deep]] += sign * header.deductible[rows[~deep]]
        at, who = rows[deep], human[deep]
        self.burden[who] += sign * (header.scope[at] - header.hifp[at])
        self.catastrophic[who] += sign * header.hifmi[at]
        self.civil[who] += sign * header.civil[at]
        self.enterprise[who] += sign * header.hifes[at]
        self.veteran[who] += sign * header.hifdm[at]
        self.assistance[who] += sign * header.maf[at]
        self.admissions[who] += sign * (care[deep] == STAY)

    def purse(self, human: Ints, opening: Ints, has_account: Flags) -> Ints:
        """Return what is in the account, ``opening`` where nobody has looked yet, -1 for who has none."""
        new = has_account & (self.account[human] < 0)
        self.account[human[new]] = opening[new]
        return np.where(has_account, self.account[human], -1)

    def draw(self, header: Header, rows: Ints, human: Ints) -> None:
        """Keep what the records say is left in the account."""
        has = header.balance[rows] >= 0
        self.account[human[has]] = header.balance[rows[has]]


def monthly_credit(human: Ints) -> Ints:
    """Return what an employer pays into the account each month, in fen; fixed for a person."""
    return 12_000 + human * 3_701 % 14_003
