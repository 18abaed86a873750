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
    """Cause that the recomputation has to name for the difference, instead of the one that is known of the rule."""
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
    "FAULT",
    "LOOK_ALIKE",
    "RELATED",
    "Claim",
    "Directed",
    "Draft",
    "Filing",
    "Rows",
    "SubjectPlan",
]
