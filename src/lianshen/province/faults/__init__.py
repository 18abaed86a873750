"""Planted faults and their innocent look-alikes, by family of rules.

A plan is a function of a :class:`Builder` and a rule. It makes a bill, says how the bill differs from an honest one,
and plants it; what cannot be said with lines and headers is said with rows of the landed tables::

    def moved_while_in_intensive_care(b: Builder, rule: str) -> None:
        bill = b.adult_stay(length=8)

        def edit(rows: Rows) -> list[dict[str, Any]]:
            # The bill's rows of icu_d; ids that are left out are filled in.
            return [{"scs_cutd_inpool_time": moment_of(bill.begin_time[0]),
                     "scs_cutd_exit_time": moment_of(bill.end_time[0])}]

        b.plant(bill, rule, FAULT, "…", rows={"icu_d": edit})

    def sold_more_than_was_bought(b: Builder, rule: str) -> None:
        # A finding about an institution in a month (register the rule in known.SUBJECT_RULES), and rows of no bill.
        bills = [b.adult_stay() for _ in range(3)]
        b.plant_subject(rule, FAULT, "…", place=int(bills[0].place[0]), bills=bills)
        b.more_rows("invchg_d", b.night(), lambda context: [{"invchg_sn": "X1", "cnt": Decimal(1), ...}])
"""

from __future__ import annotations

from collections.abc import Callable

from lianshen.province.faults.admissions import ADMISSION_FAULTS, ADMISSION_LOOK_ALIKES
from lianshen.province.faults.agreements import AGREEMENT_FAULTS, AGREEMENT_LOOK_ALIKES
from lianshen.province.faults.amounts import AMOUNT_FAULTS, AMOUNT_LOOK_ALIKES
from lianshen.province.faults.benefits import BENEFIT_FAULTS, BENEFIT_LOOK_ALIKES
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.charges import CHARGE_FAULTS, CHARGE_LOOK_ALIKES
from lianshen.province.faults.clearing import CLEARING_FAULTS, CLEARING_LOOK_ALIKES
from lianshen.province.faults.courses import COURSE_FAULTS, COURSE_LOOK_ALIKES
from lianshen.province.faults.elsewhere import ELSEWHERE_FAULTS, ELSEWHERE_LOOK_ALIKES
from lianshen.province.faults.examinations import EXAMINATION_FAULTS, EXAMINATION_LOOK_ALIKES
from lianshen.province.faults.filing import FILING_FAULTS, FILING_LOOK_ALIKES
from lianshen.province.faults.frauds import FRAUD_FAULTS, FRAUD_LOOK_ALIKES
from lianshen.province.faults.frequency import FREQUENCY_FAULTS, FREQUENCY_LOOK_ALIKES
from lianshen.province.faults.histories import HISTORY_FAULTS, HISTORY_LOOK_ALIKES
from lianshen.province.faults.items import ITEM_FAULTS, ITEM_LOOK_ALIKES
from lianshen.province.faults.journeys import JOURNEY_FAULTS, JOURNEY_LOOK_ALIKES
from lianshen.province.faults.layers import LAYER_FAULTS, LAYER_LOOK_ALIKES
from lianshen.province.faults.limits import LIMIT_FAULTS, LIMIT_LOOK_ALIKES
from lianshen.province.faults.medicines import MEDICINE_FAULTS, MEDICINE_LOOK_ALIKES
from lianshen.province.faults.networks import NETWORK_FAULTS, NETWORK_LOOK_ALIKES
from lianshen.province.faults.pairs_of_items import PAIR_FAULTS, PAIR_LOOK_ALIKES
from lianshen.province.faults.persons import PERSON_FAULTS, PERSON_LOOK_ALIKES
from lianshen.province.faults.planted import Directed, Rows
from lianshen.province.faults.prescriptions import PRESCRIPTION_FAULTS, PRESCRIPTION_LOOK_ALIKES
from lianshen.province.faults.prices import PRICE_FAULTS, PRICE_LOOK_ALIKES
from lianshen.province.faults.records import RECORD_FAULTS, RECORD_LOOK_ALIKES
from lianshen.province.faults.stays import STAY_FAULTS, STAY_LOOK_ALIKES
from lianshen.province.faults.stewardship import STEWARD_FAULTS, STEWARD_LOOK_ALIKES
from lianshen.province.faults.uploads import UPLOAD_FAULTS, UPLOAD_LOOK_ALIKES
from lianshen.province.faults.wallets import WALLET_FAULTS, WALLET_LOOK_ALIKES

Plan = Callable[[Builder, str], None]

FAULTS: list[tuple[str, Plan]] = [
    *ITEM_FAULTS,
    *CHARGE_FAULTS,
    *STAY_FAULTS,
    *PERSON_FAULTS,
    *BENEFIT_FAULTS,
    *FILING_FAULTS,
    *ELSEWHERE_FAULTS,
    *LAYER_FAULTS,
    *CLEARING_FAULTS,
    *LIMIT_FAULTS,
    *COURSE_FAULTS,
    *AMOUNT_FAULTS,
    *PAIR_FAULTS,
    *PRICE_FAULTS,
    *MEDICINE_FAULTS,
    *AGREEMENT_FAULTS,
    *RECORD_FAULTS,
    *STEWARD_FAULTS,
    *UPLOAD_FAULTS,
    *ADMISSION_FAULTS,
    *EXAMINATION_FAULTS,
    *FREQUENCY_FAULTS,
    *PRESCRIPTION_FAULTS,
    *FRAUD_FAULTS,
    *HISTORY_FAULTS,
    *JOURNEY_FAULTS,
    *NETWORK_FAULTS,
    *WALLET_FAULTS,
]
"""Rule and the function that plants one fault of it; a rule may have several kinds, planted in turn."""
LOOK_ALIKES: list[tuple[str, Plan]] = [
    *ITEM_LOOK_ALIKES,
    *CHARGE_LOOK_ALIKES,
    *STAY_LOOK_ALIKES,
    *PERSON_LOOK_ALIKES,
    *BENEFIT_LOOK_ALIKES,
    *FILING_LOOK_ALIKES,
    *ELSEWHERE_LOOK_ALIKES,
    *LAYER_LOOK_ALIKES,
    *CLEARING_LOOK_ALIKES,
    *LIMIT_LOOK_ALIKES,
    *COURSE_LOOK_ALIKES,
    *AMOUNT_LOOK_ALIKES,
    *PAIR_LOOK_ALIKES,
    *PRICE_LOOK_ALIKES,
    *MEDICINE_LOOK_ALIKES,
    *AGREEMENT_LOOK_ALIKES,
    *RECORD_LOOK_ALIKES,
    *STEWARD_LOOK_ALIKES,
    *UPLOAD_LOOK_ALIKES,
    *ADMISSION_LOOK_ALIKES,
    *EXAMINATION_LOOK_ALIKES,
    *FREQUENCY_LOOK_ALIKES,
    *PRESCRIPTION_LOOK_ALIKES,
    *FRAUD_LOOK_ALIKES,
    *HISTORY_LOOK_ALIKES,
    *JOURNEY_LOOK_ALIKES,
    *NETWORK_LOOK_ALIKES,
    *WALLET_LOOK_ALIKES,
]

FAULT_RATE = 1.6e-4
LOOK_ALIKE_RATE = 0.45e-4


def fewest_of(settlements: int, least: int, fewest: int | None = None) -> int:
    """Return how many are planted at the least: ``fewest`` where it is given, else 5 in a province of some size and
    fewer, down to ``least``, in a small one."""
    return max(least, min(5, settlements // 4_000)) if fewest is None else fewest


def plant_all(builder: Builder, settlements: int, fewest: int | None = None) -> list[Directed]:
    """Plant every kind of fault and look-alike and return the bills.

    Their numbers grow with the volume. Of each rule there are at least ``fewest`` faults, and of each look-alike as
    many (see :func:`fewest_of`); every kind of a rule's faults comes at least once.
    """
    rules = sorted({rule for rule, _ in FAULTS})
    for rule in rules:
        plans = [plan for name, plan in FAULTS if name == rule]
        wanted = max(fewest_of(settlements, 2, fewest), round(settlements * FAULT_RATE))
        for turn in range(max(len(plans), wanted)):
            plans[turn % len(plans)](builder, rule)
    for rule, plan in LOOK_ALIKES:
        for _ in range(max(fewest_of(settlements, 1, fewest), round(settlements * LOOK_ALIKE_RATE))):
            plan(builder, rule)
    return builder.directed


__all__ = ["FAULTS", "LOOK_ALIKES", "Builder", "Directed", "Rows", "fewest_of", "plant_all"]
