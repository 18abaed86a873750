"""Faults between lines, header and deductible: ST-01, ST-03, ST-05."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lianshen.province.faults.builder import Builder
from lianshen.province.faults.pairs import WHOLE, bear, insured, one_stay, pay, two_stays
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED, Draft
from lianshen.province.headers import Facts, Header
from lianshen.province.people import EMPLOYEE
from lianshen.settlement import UNLIMITED


def st01_scope(b: Builder, rule: str) -> None:
    """Part of the pre-self-pay of the lines stands in scope in the header, and was paid so."""

    def edit(header: Header, row: int) -> None:
        moved = int(header.pre[row]) // 2
        above = int(header.scope[row] - header.deductible[row])
        paid = (2 * (above + moved) * int(header.ratio[row]) + WHOLE) // (2 * WHOLE)
        header.pre[row] -= moved
        header.scope[row] += moved
        pay(header, row, "hifp", paid - int(header.hifp[row]))

    bill = one_stay(b, insured(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "结算单范围内金额大于明细合计", edit_header=edit, prices_a2=True)


def st01_total(b: Builder, rule: str) -> None:
    """The bill charges full self-pay that no line stands for."""
    extra = int(b.rng.integers(8_000, 60_000))

    def edit(header: Header, row: int) -> None:
        header.own[row] += extra
        header.total[row] += extra
        bear(header, row, extra)

    bill = one_stay(b, insured(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "结算单总额大于明细合计", edit_header=edit, prices_a2=True)


def st01_rounding(b: Builder, rule: str) -> None:
    """Four fen between header and lines: the lines were rounded one by one."""

    def edit(header: Header, row: int) -> None:
        header.own[row] += 4
        header.pre[row] -= 4

    b.plant(one_stay(b, insured(b, EMPLOYEE)), rule, LOOK_ALIKE, "四分以内的逐行舍入差", edit_header=edit)


def st03_half(b: Builder, rule: str) -> None:
    """Half of the deductible was charged."""

    def edit(facts: Facts, row: int) -> None:
        facts.deductible_paid[row] = WHOLE // 2

    bill = one_stay(b, insured(b, EMPLOYEE))
    b.plant(bill, rule, FAULT, "起付线只扣了一半", edit_facts=edit, prices_a2=True)


def st03_as_first(b: Builder, rule: str) -> None:
    """The second admission of the year, charged like the first: the patient paid too much."""

    def edit(facts: Facts, row: int) -> None:
        facts.nth[row] = 1

    bill = one_stay(b, insured(b, EMPLOYEE), nth=2)
    b.plant(bill, rule, FAULT, "第二次住院按首次起付线", edit_facts=edit, prices_a2=True)


def st03_second(b: Builder, rule: str) -> None:
    """The lower deductible of a second admission."""
    first, second = two_stays(b, insured(b, EMPLOYEE))
    group = b.new()
    start = b.plant(first, rule, RELATED, "第一次住院", group=group)
    b.plant(second, rule, LOOK_ALIKE, "第二次住院起付线降低", group=group, linked=start)


def _drugs(b: Builder, who: int, *, item_class: int, limited: bool) -> list[int]:
    """Return drugs for in-patients that are of one class at home and where treated, with or without a limit."""
    catalogue = b.ledger.catalogue
    here = int(b.ledger.region_of_pool[int(b.people.pool[who])])
    there = int(b.ledger.region_of_pool[int(b.people.treat[who])])
    same = (catalogue.item_class[-1, here] == item_class) & (catalogue.item_class[-1, there] == item_class)
    for region in (here, there):
        has_limit = (catalogue.limit[-1, region] < UNLIMITED).all(axis=0)
        has_share = catalogue.share[-1, region] > 0
        same &= (has_limit == limited) & (has_share == (item_class == 2))
    items = catalogue.items
    return [int(i) for i in np.flatnonzero(same) if "I" in items[i].setting and items[i].list_type == "101"]


def _add_drug(drugs: list[int], *, covered: int, over: bool) -> Callable[[Draft, int], None]:
    """Return an edit that adds a few of the drugs; ``over`` charges twice their limit."""

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(drugs))
        for number, item in enumerate(drugs[:3]):
            when = draft.at(row, 1 + number, 10.0)
            limit = int(draft.ledger.catalogue.limit[-1, 0, -1, item])
            draft.add(row, item, count=4, time=when, price=2 * limit if over else None, covered=covered)

    return edit


def _some(b: Builder, drugs: list[int]) -> list[int]:
    return [drugs[i] for i in b.rng.permutation(len(drugs))[:3]]


def st05_share(b: Builder, rule: str) -> None:
    """Class B drugs settled without the share that comes first."""
    who = insured(b, EMPLOYEE)
    drugs = _some(b, _drugs(b, who, item_class=2, limited=False))
    edit = _add_drug(drugs, covered=1, over=False)
    b.plant(one_stay(b, who), rule, FAULT, "乙类未扣先行自付", edit_lines=edit, prices_a2=True)


def st05_limit(b: Builder, rule: str) -> None:
    """Class A drugs above their payment limit, all of it in scope."""
    who = insured(b, EMPLOYEE)
    drugs = _some(b, _drugs(b, who, item_class=1, limited=True))
    edit = _add_drug(drugs, covered=1, over=True)
    b.plant(one_stay(b, who), rule, FAULT, "超限价部分计入范围", edit_lines=edit, prices_a2=True, maybe=("CH-07",))


def st05_right(b: Builder, rule: str) -> None:
    """Class A drugs above their payment limit, split as the catalogue says."""
    who = insured(b, EMPLOYEE)
    drugs = _some(b, _drugs(b, who, item_class=1, limited=True))
    edit = _add_drug(drugs, covered=0, over=True)
    b.plant(one_stay(b, who), rule, LOOK_ALIKE, "超限价部分已自付", edit_lines=edit, maybe=("CH-07",))


SPLIT_FAULTS = [
    ("ST-01", st01_scope),
    ("ST-01", st01_total),
    ("ST-03", st03_half),
    ("ST-03", st03_as_first),
    ("ST-05", st05_share),
    ("ST-05", st05_limit),
]
SPLIT_LOOK_ALIKES = [
    ("ST-01", st01_rounding),
    ("ST-03", st03_second),
    ("ST-05", st05_right),
]
