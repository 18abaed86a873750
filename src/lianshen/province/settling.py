"""A night settled: lines drawn, planted records changed, benefits computed, bills taken back and settled again."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from lianshen.province import money
from lianshen.province.arrow import Ints
from lianshen.province.bills import DAY, STAY, Bills
from lianshen.province.everyday import REVERSED
from lianshen.province.faults import Directed
from lianshen.province.faults.planted import Draft
from lianshen.province.lines import Lines, draw_lines
from lianshen.province.reconcile import business_date
from lianshen.province.tables import Night
from lianshen.province.truth import Truth
from lianshen.province.world import World


def settle_night(world: World, night: int, bills: Bills, directed: list[Directed], truth: Truth) -> Night:
    """Draw the lines, let planted records change what they change, settle, and take back what is taken back."""
    people, places, ledger = world.people, world.places, world.ledger
    rows = {number: len(bills) - len(directed) + number for number in range(len(directed))}
    lines = draw_lines(world.rng(night, 2), ledger, bills, people, places)
    draft = Draft(ledger, bills, lines, people, places, world.rng(night, 3))
    for number, one in enumerate(directed):
        if one.edit_lines is not None:
            one.edit_lines(draft, rows[number])
    lines = draft.result()
    region = money.catalogue_region(ledger, bills, people, places)
    right_region = region.copy()
    wrong = np.array([rows[number] for number, one in enumerate(directed) if one.treating_catalogue], dtype=np.int64)
    region[wrong] = money.treating_region(ledger, bills, places)[wrong]
    split = money.split(ledger, bills, places, lines, region)

    rng = world.rng(night, 4)
    facts = money.facts(rng, bills, people, places, world.regions.pool_code)
    right = facts.take(np.arange(len(bills)))
    right.filing = bills.true_filing.copy()
    for number, one in enumerate(directed):
        if one.edit_facts is not None:
            one.edit_facts(facts, rows[number])
            if not one.prices_a2:
                one.edit_facts(right, rows[number])
    outgoing = money.outgoing_amounts(rng, bills)
    totals = money.bill_parts(bills, people, places, lines, split, outgoing)
    terms = money.terms_of(world.book, bills, people, places, facts)
    settled = money.settled(terms, totals[3], sum(totals, np.zeros(len(bills), dtype=np.int64)), facts)
    header = money.header(rng, bills, people, totals, settled, facts)
    for number, one in enumerate(directed):
        if one.edit_header is not None:
            one.edit_header(header, rows[number])
    expected = _expected_funds(
        world, bills, directed, rows, lines, right_region, right, sum(totals, np.zeros(len(bills), dtype=np.int64))
    )
    made = _with_reversals(world, night, bills, lines, split, header, directed, rows)
    truth.plant(made, directed, rows, expected, business_date(world.start + night))
    return made


def _expected_funds(
    world: World,
    bills: Bills,
    directed: list[Directed],
    rows: dict[int, int],
    lines: Lines,
    region: Ints,
    right: money.Facts,
    total: Ints,
) -> dict[int, int]:
    """Return, per planted bill that has a price, what the funds should have paid."""
    wanted = [number for number, one in enumerate(directed) if one.prices_a2]
    if not wanted:
        return {}
    at = np.array([rows[number] for number in wanted], dtype=np.int64)
    some = lines.take(np.flatnonzero(np.isin(lines.owner, at)))
    honest = money.split(world.ledger, bills, world.places, some, region, honest=True)
    moved = np.array([directed[n].without_marked for n in wanted])
    out = np.isin(some.owner, at[moved]) & (some.mark == 1)
    scope = money.sums(some, np.where(out, 0, honest.parts.in_scope), len(bills))
    terms = money.terms_of(world.book, bills, world.people, world.places, right).take(at)
    facts = right.take(at)
    fund = money.settled(terms, scope[at], total[at], facts).fund
    return {number: int(value) for number, value in zip(wanted, fund, strict=True)}


def _with_reversals(
    world: World,
    night: int,
    bills: Bills,
    lines: Lines,
    split: money.Split,
    header: money.Header,
    directed: list[Directed],
    rows: dict[int, int],
) -> Night:
    """Add the bills that take others back, those settled again, and those settled twice; number everything."""
    rng, n = world.rng(night, 6), len(bills)
    count = min(round(world.per_night * REVERSED), n)
    everyday = np.flatnonzero(bills.directed < 0)
    back = np.sort(rng.choice(everyday, size=min(count, len(everyday)), replace=False)) if len(everyday) else everyday
    again = back[(rng.random(len(back)) < np.where(bills.care[back] == STAY, 0.9, 0.3))]
    planned = {
        kind: np.array([rows[k] for k, one in enumerate(directed) if one.again == kind], dtype=np.int64)
        for kind in ("reversed", "resettled", "twice")
    }
    taken_back = np.concatenate([back, planned["reversed"], planned["resettled"]])
    settled_again = np.concatenate([again, planned["resettled"]])
    twice = planned["twice"]
    source = np.concatenate([np.arange(n), taken_back, settled_again, twice])
    role = np.repeat([0, 1, 2, 3], [n, len(taken_back), len(settled_again), len(twice)])
    everything = bills.take(source)
    delay = np.where(rng.random(len(source)) < 0.7, 0, rng.integers(1, 4, len(source))) * DAY
    delay = np.where((role == 1) & (bills.directed[source] < 0), delay, 0)
    everything.settle_time += np.select([role == 1, role == 2, role == 3], [5_400 + delay, 7_200, 1_500], 0)
    # A bill settled again is settled after it was taken back.
    returned = {int(source[row]): int(row) for row in np.flatnonzero(role == 1)}
    after = np.full(len(source), -1, dtype=np.int64)
    for row in np.flatnonzero(role == 2):
        after[row] = returned[int(source[row])]
        everything.settle_time[row] = everything.settle_time[after[row]] + 900
    everything.directed = np.where(role == 0, everything.directed, -1)
    lines_of = _copies(lines, source)
    copied = lines.take(lines_of[0])
    copied.owner = lines_of[1]
    parts = split.parts
    new_split = money.Split(
        split.amount[lines_of[0]],
        type(parts)(*(getattr(parts, f.name)[lines_of[0]] for f in fields(parts))),
        split.item_class[lines_of[0]],
        split.share[lines_of[0]],
        split.limit[lines_of[0]],
    )
    new_header = money.Header(**{f.name: getattr(header, f.name)[source] for f in fields(header)})
    today = business_date(world.start + night)
    base = (today.year * 10_000 + today.month * 100 + today.day) * 10**7
    numbers = base + 1 + np.arange(len(source))
    visit = np.where(role == 3, numbers, numbers[source])
    reverses = np.where(role == 1, numbers[source], -1)
    newborn = np.zeros(len(source), dtype=np.int64)
    for number, one in enumerate(directed):
        newborn[rows[number]] = int(one.newborn)
    doctor = world.places.doctor(world.rng(night, 7), bills.place, bills.department)[source]
    return Night(
        bills=everything,
        lines=copied,
        split=new_split,
        header=new_header,
        names=world.names,
        people=world.people,
        places=world.places,
        catalogue=world.catalogue,
        settlement=numbers,
        visit=visit,
        sender=numbers,
        reverses=reverses,
        is_planted=bills.directed[source] >= 0,
        after=after,
        owns_visit=(role == 0) | (role == 3),
        newborn=newborn,
        referred_from=np.full(len(source), -1),
        doctor=doctor,
        updated=everything.settle_time + 300,
        valid=np.ones(len(source), dtype=np.int64),
    )


def _copies(lines: Lines, source: Ints) -> tuple[Ints, Ints]:
    """Return positions of the lines of every row of ``source`` and the new owner of each."""
    n = int(source.max()) + 1 if len(source) else 0
    edges = np.searchsorted(lines.owner, np.arange(n + 1))
    length = (edges[1:] - edges[:-1])[source]
    owner = np.repeat(np.arange(len(source)), length)
    start = np.repeat(edges[source] - (np.cumsum(length) - length), length)
    return start + np.arange(len(owner)), owner
