"""A night settled: lines drawn, planted records changed, benefits computed, bills taken back and settled again."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from lianshen.province import money
from lianshen.province.arrow import Ints
from lianshen.province.balances import Balances
from lianshen.province.bills import Bills
from lianshen.province.drawing import draw_lines
from lianshen.province.events import SETTLED, TAKEN_BACK, TWICE, Events, events_of_night
from lianshen.province.faults import Directed
from lianshen.province.faults.planted import Draft
from lianshen.province.headers import Facts, Header, Purse, Split
from lianshen.province.lines import Lines
from lianshen.province.people import EMPLOYEE
from lianshen.province.reconcile import business_date
from lianshen.province.tables import Night
from lianshen.province.truth import Truth
from lianshen.province.world import World
from lianshen.settlement import UNLIMITED

_OF_A_STREAM = 4_000_000
"""Settlements of a night that a stream has numbers for."""
_UNKNOWN = 5_000_000
"""Added to the number of a settlement: one that no night gives."""


def settle_night(
    world: World, night: int, bills: Bills, directed: list[Directed], truth: Truth, balances: Balances
) -> Night:
    """Draw the lines, let planted records change what they change, and settle everything in the order of its time.

    ``balances`` holds what everybody had used before the night, and afterwards what they have used since.
    """
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
    wrong = np.array([rows[number] for number, one in enumerate(directed) if one.insured_catalogue], dtype=np.int64)
    region[wrong] = ledger.region_of_pool[people.pool[bills.person[wrong]]]
    split = money.split(ledger, bills, places, lines, region)

    rng = world.rng(night, 4)
    outgoing = money.outgoing_amounts(rng, bills)
    totals = money.bill_parts(bills, people, places, lines, split, outgoing)
    events = events_of_night(world.rng(night, 6), world.per_night, bills, people.human[bills.person], directed, rows)
    facts = money.facts(rng, bills, people, places, world.regions.pool_code).take(events.source)
    purses = money.purses(rng, bills, people).take(events.source)
    header, right = _settle(world, events, directed, rows, totals, facts, purses, balances)
    expected = _expected_funds(world, bills, directed, rows, lines, right_region, right, sum(totals[1:], totals[0]))
    made = _night(world, night, bills, events, lines, split, header, directed, rows)
    truth.plant(made, directed, rows, expected, business_date(world.start + night))
    return made


def _settle(
    world: World,
    events: Events,
    directed: list[Directed],
    rows: dict[int, int],
    totals: tuple[Ints, Ints, Ints, Ints],
    facts: Facts,
    purses: Purse,
    balances: Balances,
) -> tuple[Header, Facts]:
    """Settle the events in rounds and return the headers, and the facts as they would be without faults."""
    people, places, bills = world.people, world.places, events.bills
    human = people.human[bills.person]
    pools = np.array(world.regions.pool_code, dtype=object)
    header = Header.empty(len(events))
    right = facts.take(np.arange(len(events)))
    right.filing = bills.true_filing.copy()
    own, over, pre, scope = (part[events.source] for part in totals)
    planted = {row: directed[number] for number, row in rows.items()}
    edited = np.isin(events.source, list(planted)) & (events.role != TAKEN_BACK)
    may_state = world.is_plain_insured[bills.person] & ~np.isin(events.source, list(planted))
    for turn in events.rounds(human):
        balances.begin(human[turn], bills.settle_time[turn])
        back = turn[events.role[turn] == TAKEN_BACK]
        header.copy(back, events.source[back])
        for row in back.tolist():
            of = planted.get(int(events.source[row]))
            if of is not None and of.edit_reversal is not None:
                of.edit_reversal(header, row)
        balances.post(header, back, human[back], bills.care[back], -1)
        has_account = people.insurance[bills.person[back]] == EMPLOYEE
        held = balances.purse(human[back], purses.opening[back], has_account)
        header.balance[back] = np.where(has_account, held + header.account[back], -1)
        balances.draw(header, back, human[back])

        at = turn[events.role[turn] != TAKEN_BACK]
        who, care = human[at], bills.care[at]
        seen = balances.tell(facts, at, who, care)
        balances.tell(right, at, who, care)
        marked = [int(row) for row in at[edited[at]]]
        for row in marked:
            one = planted[int(events.source[row])]
            if one.edit_facts is not None:
                one.edit_facts(facts, row)
                if not one.prices_a2:
                    one.edit_facts(right, row)
            if one.edit_purse is not None:
                one.edit_purse(purses, row)
        some, known = bills.take(at), facts.take(at)
        parts = own[at], over[at], pre[at], scope[at]
        terms = money.terms_of(world.book, some, people, places, known, pools)
        done = money.settled(terms, parts[3], sum(parts[1:], parts[0]), known)
        has_account = people.insurance[some.person] == EMPLOYEE
        held = balances.purse(who, purses.opening[at], has_account)
        header.put(at, money.header(some, parts, done, known, purses.take(at), held))
        for row in marked:
            one = planted[int(events.source[row])]
            if one.edit_header is not None:
                one.edit_header(header, row)
        used = np.where(terms.cap >= UNLIMITED, 0, terms.cap - done.room)
        paid = terms.deductible - header.deductible_due[at]
        new = ~seen
        when = some.settle_time[new]
        balances.open(facts, at[new], who[new], care[new], used[new], paid[new], when, may_state[at[new]])
        balances.post(header, at, who, care, 1)
        balances.draw(header, at, who)
    bills.nth = facts.counted
    return header, right


def _expected_funds(
    world: World,
    bills: Bills,
    directed: list[Directed],
    rows: dict[int, int],
    lines: Lines,
    region: Ints,
    right: Facts,
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
    facts = right.take(at)
    pools = np.array(world.regions.pool_code, dtype=object)
    terms = money.terms_of(world.book, bills.take(at), world.people, world.places, facts, pools)
    fund = money.settled(terms, scope[at], total[at], facts).fund
    return {number: int(value) for number, value in zip(wanted, fund, strict=True)}


def _night(
    world: World,
    night: int,
    bills: Bills,
    events: Events,
    lines: Lines,
    split: Split,
    header: Header,
    directed: list[Directed],
    rows: dict[int, int],
) -> Night:
    """Give every event its lines and its numbers."""
    source, role = events.source, events.role
    lines_of = _copies(lines, source)
    copied = lines.take(lines_of[0])
    copied.owner = lines_of[1]
    parts = split.parts
    new_split = Split(
        split.amount[lines_of[0]],
        type(parts)(*(getattr(parts, f.name)[lines_of[0]] for f in fields(parts))),
        split.item_class[lines_of[0]],
        split.share[lines_of[0]],
        split.limit[lines_of[0]],
    )
    today = business_date(world.start + night)
    base = (today.year * 10_000 + today.month * 100 + today.day) * 10**7
    numbers = base + 1 + world.stream * _OF_A_STREAM + np.arange(len(source))
    newborn = np.zeros(len(source), dtype=np.int64)
    reverses = np.where(role == TAKEN_BACK, numbers[source], -1)
    for number, one in enumerate(directed):
        newborn[rows[number]] = int(one.newborn)
        if one.again == "misnamed":
            reverses[(role == TAKEN_BACK) & (source == rows[number])] += _UNKNOWN
    doctor = world.places.doctor(world.rng(night, 7), bills.place, bills.department)
    for number, one in enumerate(directed):
        if one.doctor is not None:
            doctor[rows[number]] = one.doctor
    return Night(
        bills=events.bills,
        lines=copied,
        split=new_split,
        header=header,
        names=world.names,
        people=world.people,
        places=world.places,
        catalogue=world.catalogue,
        settlement=numbers,
        visit=np.where(role == TWICE, numbers, numbers[source]),
        sender=numbers,
        reverses=reverses,
        is_planted=bills.directed[source] >= 0,
        after=events.after,
        owns_visit=(role == SETTLED) | (role == TWICE),
        newborn=newborn,
        referred_from=np.full(len(source), -1),
        doctor=doctor[source],
        updated=events.bills.settle_time + 300,
        valid=np.ones(len(source), dtype=np.int64),
        says=tuple((rows[n], column, word) for n, one in enumerate(directed) for column, word in one.says.items()),
    )


def _copies(lines: Lines, source: Ints) -> tuple[Ints, Ints]:
    """Return positions of the lines of every row of ``source`` and the new owner of each."""
    n = int(source.max()) + 1 if len(source) else 0
    edges = np.searchsorted(lines.owner, np.arange(n + 1))
    length = (edges[1:] - edges[:-1])[source]
    owner = np.repeat(np.arange(len(source)), length)
    start = np.repeat(edges[source] - (np.cumsum(length) - length), length)
    return start + np.arange(len(owner)), owner
