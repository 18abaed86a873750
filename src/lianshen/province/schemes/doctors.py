"""A scheme of one doctor, who prescribes several times what the colleagues do."""

from __future__ import annotations

from lianshen.province.faults.draft import Draft
from lianshen.province.medicine import CLINIC, diagnosis
from lianshen.province.people import LONG_RESIDENT
from lianshen.province.places import SECONDARY
from lianshen.province.schemes.builder import MARKED, SchemeBuilder, pad

_DISEASES = ("J06", "I10", "E11", "K29", "M47", "R42")
_SHARES = {"09": 0.5, "04": 0.3, "03": 0.2}


def doctor_overprescribing(b: SchemeBuilder, size: int) -> None:
    """The visits of one doctor cost three to five times what they would: drugs and tests."""
    instance = b.begin()
    place = b.quiet(SECONDARY)
    pool = b.regions.pool_code[int(b.places.pool[place])]
    doctor = int(b.places.first_doctor[place])
    for night in b.nights_for(size).tolist():
        who = b.person(treat=pool, age=(28, 78), filing=LONG_RESIDENT)
        disease = diagnosis(str(b.pick(list(_DISEASES))), CLINIC)
        cost = float(b.rng.lognormal(5.3, 0.5))
        hour = 8.0 + 9 * float(b.rng.random())
        bill = b.visit(
            who, b.start + night, hour, care=1, profile=CLINIC, diag=disease, place=place, target=cost, lines=6
        )
        ratio = float(b.rng.uniform(3.0, 5.0))

        def edit(draft: Draft, row: int, ratio: float = ratio) -> None:
            pad(draft, row, _SHARES, ratio)

        b.bill(bill, "doctor_overprescribing", MARKED, instance, edit_lines=edit, doctor=doctor)
