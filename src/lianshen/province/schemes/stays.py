"""Schemes of single stays: visitors treated more, padded departments, dear stays, bills from a template."""

from __future__ import annotations

import numpy as np

from lianshen.province.arrow import Ints
from lianshen.province.faults.draft import Draft
from lianshen.province.medicine import DEPARTMENT_OF, MEDICAL, SURGICAL
from lianshen.province.places import SECONDARY, TERTIARY
from lianshen.province.schemes.builder import (
    MARKED,
    SchemeBuilder,
    add_marked,
    diagnoses,
    later,
    one_by_one,
    pad,
    weights,
)

LABORATORY, EXAMINATION, TREATMENT, MATERIAL, WESTERN, PATENT = "04", "03", "05", "08", "09", "11"
_DEAR = [LABORATORY, EXAMINATION, MATERIAL, WESTERN]


def visitor_overtreatment(b: SchemeBuilder, size: int) -> None:
    """One hospital bills every patient from elsewhere 1.4 to 1.8 times what the stay costs: tests and materials."""
    instance = b.begin()
    place = b.out_of_the_way(SECONDARY, TERTIARY)
    shares = {LABORATORY: 0.35, EXAMINATION: 0.30, MATERIAL: 0.35}
    _padded(b, "visitor_overtreatment", instance, place, size, shares, (1.4, 1.8), None)


def institution_padding(b: SchemeBuilder, size: int) -> None:
    """Every stay of two departments of one hospital carries further tests and drugs, whoever the patient is."""
    instance = b.begin()
    place = b.out_of_the_way(SECONDARY, TERTIARY)
    common = np.unique(DEPARTMENT_OF[diagnoses({MEDICAL, SURGICAL})])
    chosen = b.rng.choice(common, 2, replace=False)
    wanted = diagnoses({MEDICAL, SURGICAL}) & np.isin(DEPARTMENT_OF, chosen)
    shares = {LABORATORY: 0.35, WESTERN: 0.45, EXAMINATION: 0.20}
    _padded(b, "institution_padding", instance, place, size, shares, (1.35, 1.7), wanted)


def _padded(
    b: SchemeBuilder,
    scheme: str,
    instance: int,
    place: int,
    size: int,
    shares: dict[str, float],
    ratios: tuple[float, float],
    wanted: np.ndarray[tuple[int], np.dtype[np.bool_]] | None,
) -> None:
    bills = one_by_one(b.admitted(size, place, wanted=wanted))
    for bill, night in zip(bills, b.nights_for(size).tolist(), strict=True):
        ratio = float(b.rng.uniform(*ratios))

        def edit(draft: Draft, row: int, ratio: float = ratio) -> None:
            pad(draft, row, shares, ratio)

        b.bill(later(bill, night), scheme, MARKED, instance, edit_lines=edit)


def single_stay_excess(b: SchemeBuilder, size: int) -> None:
    """Stays here and there that cost two to three times their peers', in two or three charge categories."""
    for place in b.hospitals(size):
        instance = b.begin()
        many = int(b.rng.integers(2, 4))
        shares = {str(one): 1.0 + float(b.rng.random()) for one in b.rng.choice(_DEAR, many, replace=False)}
        ratio = float(b.rng.uniform(2.0, 3.0))

        def edit(draft: Draft, row: int, shares: dict[str, float] = shares, ratio: float = ratio) -> None:
            pad(draft, row, shares, ratio)

        bill = later(b.admitted(1, place), int(b.nights_for(1)[0]))
        b.bill(bill, "single_stay_excess", MARKED, instance, edit_lines=edit)


def template_bills(b: SchemeBuilder, size: int) -> None:
    """Patients of one hospital with different diseases get one and the same bill, but for an item here and there."""
    instance = b.begin()
    place = b.quiet(SECONDARY)
    template: dict[str, Ints] = {}
    seed = int(b.rng.integers(0, 2**31))

    def written(draft: Draft) -> dict[str, Ints]:
        if not template:
            rng = np.random.default_rng(seed)
            for category, many in ((WESTERN, 11), (LABORATORY, 7), (EXAMINATION, 3), (MATERIAL, 3), (TREATMENT, 2)):
                weight = weights(draft, MEDICAL, category)
                few = min(many, int((weight > 0).sum()))
                template[category] = rng.choice(len(weight), few, replace=False, p=weight / weight.sum())
            items = np.concatenate(list(template.values()))
            template["days"] = np.where(np.isin(items, template[WESTERN]), rng.integers(2, 5, len(items)), 1)
            template["items"] = items
        return template

    def edit(draft: Draft, row: int) -> None:
        known, rng = written(draft), draft.rng
        ledger = draft.ledger
        daily = np.concatenate([ledger.beds, ledger.consults, ledger.nursing, ledger.heating])
        lines = draft.of(row)
        draft.lines.quantity[lines[~np.isin(draft.lines.item[lines], daily)]] = 0
        left_out = int(rng.integers(0, len(known["items"])))
        items: list[int] = []
        counts: list[int] = []
        offsets: list[int] = []
        for number, (item, days) in enumerate(zip(known["items"].tolist(), known["days"].tolist(), strict=True)):
            for offset in range(min(days, draft.days(row))) if number != left_out else ():
                items.append(item)
                counts.append(1 if ledger.is_service[item] else 1 + number % 3)
                offsets.append(offset)
        add_marked(draft, row, items, counts, offsets)

    wanted = diagnoses({MEDICAL}, operated=False)
    bills = one_by_one(b.admitted(size, place, wanted=wanted, longest=10))
    for bill, night in zip(bills, b.nights_for(size).tolist(), strict=True):
        b.bill(later(bill, night), "template_bills", MARKED, instance, edit_lines=edit)
