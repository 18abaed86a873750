"""The money of a night: lines split, bills settled, and who pays what, all by the product's own settlement core."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lianshen.policy import PolicyBook
from lianshen.province.arrow import Ints
from lianshen.province.bills import CARES, CHRONIC_VISIT, SCOPES, SHOPPING, STAY, Bills, scope_of
from lianshen.province.catalogue import CLASS_C, UNLISTED
from lianshen.province.headers import Facts, Header, Purse, Split
from lianshen.province.lines import Ledger, Lines
from lianshen.province.people import EMPLOYEE, FILING_NAMES, INCOMING, INSUTYPE, OUTGOING, PERSON_TYPES, SPECIAL, People
from lianshen.province.places import PRIMARY, Places
from lianshen.settlement import (
    UNLIMITED,
    Accumulators,
    Settlement,
    Terms,
    line_amount,
    settle,
    split_lines,
)

NOT_MET = 2


def catalogue_region(ledger: Ledger, bills: Bills, people: People, places: Places) -> Ints:
    """Return whose catalogue applies: across provinces the treating region's, else the insured region's (Art. 3, 9)."""
    across = scope_of(bills, people, places) >= INCOMING
    pool = np.where(across, places.pool[bills.place], people.pool[bills.person])
    return ledger.region_of_pool[pool]


def treating_region(ledger: Ledger, bills: Bills, places: Places) -> Ints:
    """Return the catalogue region of the institution."""
    return ledger.region_of_pool[places.pool[bills.place]]


def split(ledger: Ledger, bills: Bills, places: Places, lines: Lines, region: Ints, *, honest: bool = False) -> Split:
    """Split lines by the catalogue of ``region`` (per bill); ``honest`` ignores what was settled as if covered."""
    catalogue = ledger.catalogue
    phase = catalogue.phase(lines.time // 86_400)
    where = region[lines.owner]
    level = np.maximum(places.level[bills.place], PRIMARY)[lines.owner] - 1
    listed = np.where(lines.flaw == 1, UNLISTED, catalogue.item_class[phase, where, lines.item])
    limit = catalogue.limit[phase, where, level, lines.item]
    share = catalogue.share[phase, where, lines.item]
    covered = (listed != UNLISTED) & (listed != CLASS_C) & (lines.restricted != NOT_MET)
    if not honest:
        forced = lines.covered == 1
        covered |= forced
        limit = np.where(forced, UNLIMITED, limit)
        share = np.where(forced, 0, share)
    amount = np.where(lines.amount >= 0, lines.amount, line_amount(lines.quantity, lines.price))
    parts = split_lines(amount, lines.quantity, lines.price, covered=covered, ceiling=limit, share=share)
    return Split(amount, parts, np.where(listed == UNLISTED, CLASS_C, listed), share, limit)


def sums(lines: Lines, values: Ints, n: int) -> Ints:
    """Return fen per bill."""
    edges = np.searchsorted(lines.owner, np.arange(n + 1))
    running = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(running[edges[1:]] - running[edges[:-1]], dtype=np.int64)


def facts(rng: np.random.Generator, bills: Bills, people: People, places: Places, pools: list[str]) -> Facts:
    """Return what the paying system knew: levels, classes, and what was used before in the year where it is the
    person's first settlement of the year and family."""
    n = len(bills)
    who = bills.person
    u = rng.random(n)
    stay = bills.care == STAY
    seldom = rng.lognormal(8.5, 0.9, n)
    used = np.where(bills.nth > 1, seldom, 0.0) if n else seldom
    burden = np.where((people.insurance[who] != EMPLOYEE) & (bills.nth > 1), rng.lognormal(8.2, 0.8, n), 0.0)
    # In a drugstore most people have not used up the year's deductible, so the fund pays nothing there.
    paid_share = np.where(bills.care == SHOPPING, np.where(u < 0.04, 1.0, 0.0), np.where(u < 0.5, 1.0, u * 0.8))
    paid_share = np.where(stay, 0.0, paid_share)

    def zero() -> Ints:
        return np.zeros(n, dtype=np.int64)

    return Facts(
        filing=bills.filing.copy(),
        level=[places.deductible_level[p] for p in bills.place],
        psn_type=people.kind[who].copy(),
        pool=[pools[p] for p in people.pool[who]],
        nth=bills.nth.copy(),
        counted=bills.nth.copy(),
        cap_used=(np.where(stay | (bills.care == CHRONIC_VISIT), used, 0.0) * 100).astype(np.int64),
        burden=(burden * 100).astype(np.int64),
        deductible_paid=(paid_share * 10_000).astype(np.int64),
        deductible_before=zero(),
        tier_used=zero(),
        civil_used=zero(),
        enterprise_used=zero(),
        veteran_used=zero(),
        assist_used=zero(),
    )


def purses(rng: np.random.Generator, bills: Bills, people: People) -> Purse:
    """Return how people pay: most employees from the account, a few people from a relative's."""
    n = len(bills)
    u = rng.random(n)
    drawn = (rng.lognormal(7.2, 0.9, n) * 100).astype(np.int64)
    employee = people.insurance[bills.person] == EMPLOYEE
    uses = employee & np.where(bills.care == SHOPPING, u < 0.92, u < 0.75)
    return Purse(uses, ~uses & (u > 0.94), drawn, drawn // 2)


def completed_years(birth: Ints, on: Ints) -> Ints:
    """Return ages in whole years from days since 1970."""

    def parts(days: Ints) -> tuple[Ints, Ints]:
        day = days.astype("datetime64[D]")
        month = day.astype("datetime64[M]")
        months = month.astype(np.int64)
        return months // 12, months % 12 * 31 + (day - month.astype("datetime64[D]")).astype(np.int64)

    (born, birthday), (year, today) = parts(birth), parts(on)
    return np.asarray(year - born - (today < birthday), dtype=np.int64)


def terms_of(
    book: PolicyBook, bills: Bills, people: People, places: Places, f: Facts, pools: NDArray[np.object_]
) -> Terms:
    """Return the benefit terms of each bill; ``pools`` are the four digits of every pool."""
    who = bills.person
    days = (bills.settle_time // 86_400).astype("datetime64[D]")
    found = book.terms(
        np.array(f.pool, dtype=object),
        insutype=np.array(INSUTYPE, dtype=object)[people.insurance[who]],
        psn_type=np.array(PERSON_TYPES, dtype=object)[f.psn_type],
        care=np.array(CARES, dtype=object)[bills.care],
        day=days,
        scope=np.array(SCOPES, dtype=object)[scope_of(bills, people, places)],
        filing_type=np.array(FILING_NAMES, dtype=object)[f.filing],
        nth_admission=f.nth,
        dedc_hosp_lv=np.array(f.level, dtype=object),
        special_person=np.array([*SPECIAL, None], dtype=object)[people.special[who]],
        is_civil_servant=people.civil[who] == 1,
        treat_pool=pools[places.pool[bills.place]],
        age=np.maximum(completed_years(people.birth[who], bills.begin), 0),
    )
    return found.terms


def settled(terms: Terms, scope: Ints, total: Ints, f: Facts) -> Settlement:
    """Settle bills on ``terms`` with what was used before."""

    def room(limit: Ints, used: Ints) -> Ints:
        return np.where(limit >= UNLIMITED, UNLIMITED, np.maximum(limit - used, 0))

    before = Accumulators.of(
        len(scope),
        cap_room=room(terms.cap, f.cap_used),
        deductible_paid=deductible_paid(terms, f),
        burden=f.burden,
        tier_room=room(terms.tier_limit, f.tier_used),
        civil_room=room(terms.civil_limit, f.civil_used),
        enterprise_room=room(terms.enterprise_limit, f.enterprise_used),
        veteran_room=room(terms.veteran_limit, f.veteran_used),
        assist_room=room(terms.assist_limit, f.assist_used),
    )
    return settle(scope, terms, before, total=total)


def deductible_paid(terms: Terms, f: Facts) -> Ints:
    """Return the part of the year's outpatient deductible that was paid before: a share, or as carried."""
    share = np.maximum(f.deductible_paid, 0)
    return np.where(f.deductible_paid < 0, f.deductible_before, terms.deductible * share // 1_000_000 * 100)


def outgoing_amounts(rng: np.random.Generator, bills: Bills) -> tuple[Ints, Ints, Ints, Ints]:
    """Return full self-pay, above limit, pre-self-pay and in-scope of bills that come without lines."""
    n = len(bills)
    own = (bills.target * (0.05 + 0.08 * rng.random(n))).astype(np.int64)
    over = (bills.target * 0.03 * rng.random(n)).astype(np.int64)
    pre = (bills.target * (0.04 + 0.04 * rng.random(n))).astype(np.int64)
    return own, over, pre, bills.target - own - over - pre


def header(
    bills: Bills,
    totals: tuple[Ints, Ints, Ints, Ints],
    s: Settlement,
    f: Facts,
    purse: Purse,
    balance: Ints,
) -> Header:
    """Return the amounts of the headers; the person's account pays what it can. ``balance`` is -1 without account."""
    n = len(bills)
    own, over, pre, scope = totals
    account = np.where(purse.uses & (balance >= 0), np.minimum(s.psn, balance), 0)
    family = np.where(purse.asks_family, np.minimum(s.psn, purse.family), 0)
    base = np.maximum(scope - s.deductible, 1)
    # Outpatient deductibles are of the year: the record says what was left of them.
    left = np.maximum(s.terms.deductible - s.accumulators.deductible_paid, 0)
    due = np.where(bills.care == STAY, s.terms.deductible, left)

    def room(limit: Ints, left: Ints) -> Ints:
        return np.where(limit >= UNLIMITED, -1, left)

    return Header(
        total=own + over + pre + scope,
        own=own,
        over=over,
        pre=pre,
        scope=scope,
        deductible_standard=s.terms.deductible,
        deductible_due=due,
        deductible=s.deductible,
        hifp=s.hifp,
        civil=s.cvlserv,
        hifmi=s.hifmi,
        hifob=s.hifob,
        maf=s.maf,
        hifes=s.hifes,
        hifdm=s.hifdm,
        other=np.zeros(n, dtype=np.int64),
        fund=s.fund,
        psn=s.psn,
        account=account,
        family=family,
        cash=s.psn - account - family,
        balance=np.where(balance >= 0, balance - account, -1),
        ratio=(s.hifp * 10_000 * 2 + base) // (base * 2),
        cap_room=room(s.terms.cap, s.room),
        burden_scope=f.burden + scope - s.hifp,
        civil_room=room(s.terms.civil_limit, s.accumulators.civil_room),
        assist_room=room(s.terms.assist_limit, s.accumulators.assist_room),
        fund_shift=np.zeros(n, dtype=np.int64),
    )


def bill_parts(
    bills: Bills, people: People, places: Places, lines: Lines, parts: Split, outgoing: tuple[Ints, Ints, Ints, Ints]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the four parts of each bill: sums of the lines, or as reported where there are none."""
    n = len(bills)
    away = scope_of(bills, people, places) == OUTGOING
    p = parts.parts
    columns = (p.full_self_pay, p.over_ceiling, p.pre_self_pay, p.in_scope)
    own, over, pre, scope = (
        np.where(away, reported, sums(lines, column, n)) for column, reported in zip(columns, outgoing, strict=True)
    )
    return own, over, pre, scope
