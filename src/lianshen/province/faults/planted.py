"""How a planted record is described: the bills it needs, how they are changed, what is true of it.

A fault is made the way the real one is: the records are generated like any others and then changed at the point where
the real fault happens (a line added, a wrong catalogue, wrong terms, a header rewritten). Look-alikes are the innocent
neighbours of each fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lianshen.province.bills import DAY, Bills
from lianshen.province.faults.draft import Draft
from lianshen.province.faults.rows import Rows
from lianshen.province.headers import Facts, Header, Purse

FAULT, LOOK_ALIKE, RELATED = "fault", "look_alike", "related"

CERTAINTY = {
    "PL-01": "definite",
    "PL-02": "definite",
    "PL-03": "suspicious",
    "PL-04": "definite",
    "PL-05": "suspicious",
    "PL-06": "suspicious",
    "PL-07": "definite",
    "PL-08": "definite",
    "PL-09": "definite",
    "PL-10": "definite",
    "PL-11": "definite",
    "PL-12": "definite",
    "PL-13": "definite",
    "PL-14": "definite",
    "PL-15": "definite",
    "CH-01": "definite",
    "CH-02": "suspicious",
    "CH-03": "suspicious",
    "CH-04": "definite",
    "CH-05": "definite",
    "CH-06": "definite",
    "CH-07": "definite",
    "CH-08": "suspicious",
    "CH-09": "suspicious",
    "CH-10": "definite",
    "MG-01": "definite",
    "MG-02": "definite",
    "MG-03": "suspicious",
    "MG-04": "suspicious",
    "MG-05": "definite",
    "MG-06": "suspicious",
    "MG-07": "definite",
    "MG-08": "suspicious",
    "MG-09": "suspicious",
    "MG-10": "suspicious",
    "MG-11": "suspicious",
    "MG-12": "definite",
    "MG-13": "definite",
    "MD-01": "suspicious",
    "MD-02": "suspicious",
    "MD-03": "definite",
    "MD-04": "suspicious",
    "MD-05": "suspicious",
    "MD-06": "suspicious",
    "MD-07": "suspicious",
    "MD-08": "suspicious",
    "MD-09": "suspicious",
    "MD-10": "suspicious",
    "MD-11": "suspicious",
    "AD-01": "suspicious",
    "AD-02": "suspicious",
    "AD-03": "suspicious",
    "AD-04": "suspicious",
    "AD-05": "suspicious",
    "AD-06": "definite",
    "AD-07": "suspicious",
    "AD-08": "suspicious",
    "AD-09": "suspicious",
    "AD-10": "suspicious",
    "AD-11": "suspicious",
    "AD-12": "suspicious",
    "FR-01": "suspicious",
    "FR-03": "suspicious",
    "FR-04": "suspicious",
    "FR-06": "definite",
    "FR-07": "definite",
    "FR-08": "suspicious",
    "FR-09": "suspicious",
    "FR-12": "suspicious",
    "FR-14": "suspicious",
    "FR-15": "suspicious",
    "FR-16": "suspicious",
    "XR-01": "definite",
    "XR-02": "definite",
    "XR-03": "definite",
    "XR-04": "suspicious",
    "XR-05": "definite",
    "XR-06": "suspicious",
    "XR-07": "suspicious",
    "XR-08": "definite",
    "XR-09": "definite",
    "XR-10": "suspicious",
    "XR-11": "suspicious",
    "XR-12": "definite",
    "XR-13": "definite",
    "XR-14": "suspicious",
    "XR-15": "suspicious",
    "XR-16": "definite",
    "XR-17": "definite",
    "XR-18": "definite",
    "XR-19": "suspicious",
    "XR-20": "suspicious",
    "XR-21": "suspicious",
    "ST-01": "definite",
    "ST-02": "definite",
    "ST-03": "definite",
    "ST-04": "definite",
    "ST-05": "definite",
    "ST-06": "definite",
    "ST-07": "definite",
    "ST-08": "definite",
    "ST-09": "definite",
    "CL-01": "definite",
    "CL-02": "definite",
    "CL-03": "definite",
    "CL-04": "definite",
    "CL-05": "definite",
    "CL-06": "suspicious",
    "CL-08": "definite",
}
"""The rules that the answer key speaks of, with the certainty that decides the floor."""


CAUSES = {
    "CH-10": "not_covered",
    "ST-01": "identity",
    "ST-03": "deductible",
    "ST-05": "split_other",
    "ST-06": "accumulator",
    "ST-07": "supplement",
    "XR-01": "unfiled_as_filed",
    "XR-02": "unfiled_as_filed",
    "XR-03": "unfiled_as_filed",
    "XR-05": "unfiled_as_filed",
    "XR-06": "unfiled_as_filed",
    "XR-12": "other_catalogue",
    "XR-13": "other_catalogue",
}
"""Cause that the recomputation has to name for the differences of a rule, unless the plan of one says another."""
SUBJECT_RULES = frozenset(
    {
        "CH-09",
        "CL-01",
        "CL-02",
        "CL-03",
        "CL-04",
        "CL-05",
        "CL-06",
        "CL-08",
        "FR-04",
        "FR-09",
        "FR-12",
        "FR-14",
        "MG-01",
        "MG-07",
        "MG-09",
        "MG-11",
        "MG-12",
    }
)
"""Rules that speak of an institution or a region in a period: the answer key names that, and the settlement beside."""
AGENCY_RULES = frozenset({"CL-08"})
"""... of those about one settlement: of the treating region instead of the institution."""


@dataclass(frozen=True)
class Filing:
    """One filing for care away from home; ``end`` -1 is open."""

    person: int
    kind: int
    region: str
    begin: int
    end: int
    created: int
    review: str = "1"
    valid: str = "1"
    uploaded: str = "1"
    uses: int | None = None
    """Settlements that a referral allows, None without a number."""


@dataclass
class Directed:
    """One bill of a planted record."""

    bill: Bills
    rule: str
    kind: str
    note: str
    group: int
    linked: Directed | None = None
    also: tuple[str, ...] = ()
    """Other rules that this record breaks too, unavoidably: it is a fault of each, whatever it is of its own rule."""
    maybe: tuple[str, ...] = ()
    """Other rules that may have something to say about it, depending on how the rest of it falls out."""
    rows: Mapping[str, Callable[[Rows], list[dict[str, Any]]]] = field(default_factory=dict)
    """Per landed table: gets the rows that belong to this bill and returns what they shall be instead."""
    of_subject: bool = False
    """Only carries a finding about an institution or a region, see :meth:`Builder.plant_subject`."""
    unstocked: bool = False
    """The institution never bought what the marked lines bill: where it sends movements of stock, none covers them."""
    edit_lines: Callable[[Draft, int], None] | None = None
    edit_facts: Callable[[Facts, int], None] | None = None
    edit_purse: Callable[[Purse, int], None] | None = None
    edit_header: Callable[[Header, int], None] | None = None
    edit_reversal: Callable[[Header, int], None] | None = None
    """Changes what the reversal takes back; its amounts stand without their sign."""
    treating_catalogue: bool = False
    insured_catalogue: bool = False
    says: dict[str, str] = field(default_factory=dict)
    """Text columns of ``setl_d`` that say something else than they should."""
    unregistered: bool = False
    """The chronic disease was never registered."""
    newborn: bool = False
    prices_a2: bool = False
    """The fund at issue is what was paid minus what the right terms and the honest split give."""
    fund_at_issue: int | None = None
    """Hundredths of the record's fund that are at issue, where no other terms would be right."""
    without_marked: bool = False
    """... with the marked lines moved to self-pay."""
    again: str = ""
    """"reversed": taken back later the same day; "resettled": taken back and settled again; "twice": settled twice;
    "reversed_twice": taken back twice; "misnamed": taken back by a reversal that names another settlement."""
    expected_cause: str | None = None
    """Cause that the recomputation has to name for the difference, instead of the rule's of :data:`CAUSES`."""
    uncleared: bool = False
    """Left out of every application for clearing."""
    doctor: int | None = None
    """Number of the doctor who ordered everything, instead of one drawn from the department."""
    archive: int = -1
    """Position of the item that its archive lacks, -1 for none."""
    night: int = 0

    @property
    def settled_on(self) -> int:
        """Day of settlement."""
        return int(self.bill.settle_time[0]) // DAY


@dataclass(frozen=True)
class SubjectPlan:
    """What is planted about an institution or a region in a period, with the bills that carry it."""

    rule: str
    kind: str
    note: str
    subject: int | str
    """Number of an institution, or the code of a region."""
    period: str
    group: int
    night: int
    """Number of the night with which it enters the answer key."""
    a2: int | None = None
    """Fen at issue, where known."""


@dataclass(frozen=True)
class Claim:
    """A claim on paper for a planted bill, with its amounts."""

    of: Directed
    reason: str
    waits: int
    """Nights after the bill's own on which it arrives, at most the last night's."""
    paid: int | None
    """Day of payment; None: the day of arrival."""
    share: int = 100
    """Hundredths of the bill's fund that were paid, or of the person's share where ``of_person``."""
    of_person: bool = False
    same_invoice: bool = True
    elsewhere: int | None = None
    """Institution, where it is another than the bill's; then it is another, smaller bill of a clinic."""


__all__ = [
    "AGENCY_RULES",
    "CAUSES",
    "CERTAINTY",
    "FAULT",
    "LOOK_ALIKE",
    "RELATED",
    "SUBJECT_RULES",
    "Claim",
    "Directed",
    "Draft",
    "Filing",
    "Rows",
    "SubjectPlan",
]
