"""The synthetic province: nights of landing packages with planted faults, and the answer key beside them.

The same seed gives the same tables, whatever the format. People and institutions are fixed before the first night;
what crosses nights (late rows, reversals, statements) is carried on explicitly, so memory does not grow with nights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from lianshen.content import content_root
from lianshen.errors import UsageError
from lianshen.policy import PolicyBook
from lianshen.province import money
from lianshen.province.arrow import Ints
from lianshen.province.bills import DAY, SHARES, STAY, Bills, stays, visits
from lianshen.province.catalogue import EPOCH, Catalogue, catalogue_tables, load_catalogue, read_rows
from lianshen.province.dirt import Dirt, spoil
from lianshen.province.faults import Builder, Directed, plant_all
from lianshen.province.faults.base import Draft, Filing
from lianshen.province.filings import claim_table, everyday_filings, filing_tables, registration_table
from lianshen.province.landing import FORMATS, Format, Package, write_package
from lianshen.province.lines import Ledger, Lines, draw_lines
from lianshen.province.medicine import basket
from lianshen.province.people import (
    INCOMING, LONG_RESIDENT, LONG_STATIONED, UNFILED, Names, People, draw_people, name_people, person_tables,
)  # fmt: skip
from lianshen.province.places import PRIMARY, SECONDARY, TERTIARY, Places, build_places, place_tables
from lianshen.province.reconcile import Books, book_night, business_date
from lianshen.province.regions import Regions, admdvs_table, load_regions
from lianshen.province.tables import (
    Night, diagnosis_table, fee_line_table, fund_table, operation_table, settlement_table, visit_table,
)  # fmt: skip
from lianshen.province.truth import Truth

SOURCE = "demo-province"
REVERSED = 0.025
RETURN_AFTER = 20
"""Nights after which the same outpatient may come again."""
CHRONIC_RETURN = 25
FOLLOW_UP_AFTER = 8
LONGEST_DELAY = 10


@dataclass
class World:
    """Everything that is fixed before the first night."""

    seed: int
    start: int
    nights: int
    per_night: int
    regions: Regions
    catalogue: Catalogue
    places: Places
    people: People
    names: Names
    ledger: Ledger
    book: PolicyBook
    clinic_pool: Ints
    chronic_pool: Ints
    stay_pool: Ints
    directed: dict[int, list[Directed]]
    filings: dict[int, list[Filing]]

    def rng(self, night: int, purpose: int) -> np.random.Generator:
        """Return the generator of one night and purpose."""
        return np.random.default_rng([self.seed, night + 1, purpose])

    @property
    def counts(self) -> dict[str, int]:
        """Bills of each stream in an everyday night, before planted ones and reversals take their place."""
        return {stream: round(self.per_night * share) for stream, share in SHARES.items()}

    @property
    def second_edition(self) -> int:
        """Night with which the second edition of the register comes."""
        return self.nights // 2


def build_world(
    content: Path, *, seed: int, nights: int, settlements_per_night: int, start: date, faults: bool = True
) -> World:
    """Return the world: regions, catalogue, institutions, people, and every planted record."""
    knowledge = content / "knowledge"
    travel = {(r["from_pool"], r["to_pool"]): int(r["minutes"]) for r in read_rows(knowledge / "travel.csv")}
    regions = load_regions(travel)
    catalogue = load_catalogue(knowledge)
    first = (start - EPOCH).days
    rng = np.random.default_rng([seed, 0, 0])
    places = build_places(rng, regions)
    ledger = Ledger.of(catalogue, basket(catalogue), regions.pool_code)
    counts = {stream: round(settlements_per_night * share) for stream, share in SHARES.items()}
    cycle = min(nights, RETURN_AFTER)
    people = draw_people(
        rng, regions, max((counts["clinic"] + counts["shop"]) * cycle, 50), first, ages="clinic", employees=0.72
    )
    clinic = np.arange(len(people))
    chronic = people.add(
        draw_people(rng, regions, max(counts["chronic"] * min(nights, CHRONIC_RETURN), 10), first, ages="chronic", employees=0.6)
    )
    # Chronic patients who live elsewhere are filed for good, or not at all.
    people.filing[chronic] = np.where(people.filing[chronic] == UNFILED, UNFILED, np.minimum(people.filing[chronic], LONG_RESIDENT))
    people.filing[chronic] = np.where(
        (people.filing[chronic] < LONG_STATIONED) & (first - people.birth[chronic] < 55 * 365) & (people.filing[chronic] == 0),
        LONG_RESIDENT, people.filing[chronic],
    )  # fmt: skip
    per_night = sum(counts[s] for s in ("primary", "secondary", "tertiary", "abroad"))
    inpatients = people.add(draw_people(rng, regions, max(per_night * nights, 4), first, ages="stay", employees=0.45))
    _from_abroad(rng, regions, people, inpatients, per_night, counts["abroad"])
    if nights > 1:
        night_of = np.arange(len(inpatients)) // max(per_night, 1)
        people.batch[inpatients] = ((night_of >= nights // 2) & (inpatients % 25 == 0)).astype(np.int64)
    builder = Builder(np.random.default_rng([seed, 0, 1]), regions, places, people, ledger, first, nights)
    planned = plant_all(builder, nights * settlements_per_night) if faults else []
    directed: dict[int, list[Directed]] = defaultdict(list)
    night_of_person: dict[int, int] = {}
    for one in planned:
        directed[one.night].append(one)
        who = int(one.bill.person[0])
        night_of_person[who] = min(night_of_person.get(who, one.night), one.night)
    filings: dict[int, list[Filing]] = defaultdict(list)
    for filing in builder.filings:
        filings[night_of_person[filing.person]].append(filing)
    names = name_people(people, regions)
    book = PolicyBook.load(content / "policies")
    return World(seed, first, nights, settlements_per_night, regions, catalogue, places, people, names, ledger, book,
                 clinic, chronic, inpatients, directed, filings)  # fmt: skip


def _from_abroad(
    rng: np.random.Generator, regions: Regions, people: People, inpatients: Ints, per_night: int, abroad: int
) -> None:
    """Make the last ones of every night's inpatients people from other provinces."""
    if not per_night or not abroad:
        return
    last = inpatients[np.arange(len(inpatients)) % per_night >= per_night - abroad]
    drawn = draw_people(rng, regions, len(last) * 8 + 40, int(people.birth.max()) + 20_000, ages="stay", employees=0.45)
    incoming = np.flatnonzero(drawn.scope == INCOMING)[: len(last)]
    for name in ("county", "pool", "treat", "scope"):
        getattr(people, name)[last[: len(incoming)]] = getattr(drawn, name)[incoming]


def generate(
    out: Path,
    *,
    seed: int,
    nights: int,
    settlements_per_night: int,
    start: date = date(2026, 11, 1),
    format: Format = "parquet",
    dirty: float = 0.0,
    faults: bool = True,
    oddities: bool = False,
    content: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Write ``out/landing/<date>/`` for every night and the answer key to ``out/truth/``.

    ``dirty`` is the share of rows of each delivered table that are spoiled; ``oddities`` adds small packages that are
    wrong as a whole. ``progress`` is called with the package's name, its settlements and its lines. The same arguments
    give the same tables. Raises :class:`UsageError` for counts or a format that make no sense, and for a folder that
    holds packages already.
    """
    _check(out, nights, settlements_per_night, format, dirty)
    world = build_world(
        content_root(content), seed=seed, nights=nights, settlements_per_night=settlements_per_night, start=start, faults=faults
    )
    carried: dict[int, list[dict[str, pa.Table]]] = defaultdict(list)
    books, truth, serials = Books(), Truth(), Serials()
    for night in range(nights):
        tables = night_tables(world, night, carried, books, truth, serials)
        package = Package(business_date(world.start + night), tables=tables)
        if dirty > 0:
            spoil(package, Dirt(world.rng(night, 9), dirty), truth)
        write_package(out / "landing", package, format, SOURCE)
        if progress is not None:
            progress(package.name, tables["setl_d"].num_rows, tables["fee_list_d"].num_rows)
        carried.pop(night, None)
    truth.never_sent(carried)
    if oddities:
        from lianshen.province.oddities import odd_packages

        odd_packages(out / "landing", business_date(world.start + nights - 1), format, SOURCE)
    truth.write(out / "truth")


def _check(out: Path, nights: int, settlements: int, format: str, dirty: float) -> None:
    if nights < 1 or settlements < 40:
        raise UsageError(f"{nights} nights of {settlements} settlements: at least 1 night of 40 is wanted")
    if format not in FORMATS:
        raise UsageError(f"format {format}: known are {', '.join(FORMATS)}")
    if not 0 <= dirty <= 0.5:
        raise UsageError(f"dirty {dirty}: a share between 0 and 0.5 is wanted")
    landing = out / "landing"
    if landing.exists() and any(landing.iterdir()):
        raise UsageError(f"{landing}: holds packages already; name another folder or remove it first")


@dataclass
class Serials:
    """Numbers that go on from night to night."""

    filing: int = 1
    claim: int = 1
    seen: set[int] = field(default_factory=set)


def night_tables(
    world: World, night: int, carried: dict[int, list[dict[str, pa.Table]]], books: Books, truth: Truth, serials: Serials
) -> dict[str, pa.Table]:
    """Return the tables that arrive on one night, and put what arrives later into ``carried``."""
    on = world.start + night
    bills, directed = _bills(world, night)
    made = _settle(world, night, bills, directed, truth)
    rng = world.rng(night, 5)
    people, places = world.people, world.places
    first_visit = np.array([int(w) not in serials.seen for w in made.bills.person]) & made.owns_visit
    serials.seen.update(int(w) for w in made.bills.person[made.bills.care == 3])
    filed = [*world.filings.get(night, ()), *everyday_filings(rng, made.bills, people, places, world.regions, first_visit, world.start)]
    sparse = (np.arange(len(places.code)) % 6 == 0).astype(np.int64)
    death = np.full(len(made.bills), -1)
    tables = {
        "setl_d": settlement_table(made), "fee_list_d": fee_line_table(made), "mdtrt_d": visit_table(made, death),
        "diag_d": diagnosis_table(made, sparse), "oprn_d": operation_table(made), "setl_fund_d": fund_table(made),
    }  # fmt: skip
    later = _postpone(world, night, made, directed, tables, carried)
    tables |= filing_tables(filed, serials.filing, people, world.names, places, world.regions)
    serials.filing += len(filed)
    tables["opsp_reg_d"] = registration_table(made.bills, first_visit, people, world.names, world.start)
    claims = max(1, world.per_night // 400)
    tables["manl_claim_d"] = claim_table(rng, claims, on, serials.claim, people, world.names, places)
    serials.claim += claims
    tables |= book_night(books, made, places, world.regions, on)
    tables |= _snapshots(world, night)
    truth.arrivals(later)
    return tables


def _bills(world: World, night: int) -> tuple[Bills, list[Directed]]:
    """Return the everyday and the planted bills of a night."""
    rng, on, counts = world.rng(night, 1), world.start + night, world.counts
    directed = world.directed.get(night, [])
    clinic_rows = _round(world.clinic_pool, night * (counts["clinic"] + counts["shop"]), counts["clinic"])
    extra = round(world.per_night * REVERSED * 1.6) + len(directed)
    shop = max(counts["shop"] - extra, 4)
    fresh = _round(world.clinic_pool, night * (counts["clinic"] + counts["shop"]) + counts["clinic"], shop)
    if night > 0:
        # Yesterday's outpatients fill their prescriptions.
        before = _round(world.clinic_pool, (night - 1) * (counts["clinic"] + counts["shop"]), counts["clinic"])
        some = min(shop * 3 // 10, len(before))
        fresh[:some] = before[:some]
    per_night = len(world.stay_pool) // world.nights
    inpatients = world.stay_pool[night * per_night : (night + 1) * per_night]
    level = np.repeat(
        [PRIMARY, SECONDARY, TERTIARY], [counts["primary"], counts["secondary"], counts["tertiary"] + counts["abroad"]]
    )[: len(inpatients)]
    if night >= FOLLOW_UP_AFTER:
        back = world.stay_pool[(night - FOLLOW_UP_AFTER) * per_night : (night - FOLLOW_UP_AFTER + 1) * per_night]
        back = back[back % 4 == 0]
        clinic_rows[: len(back)] = back[: len(clinic_rows)]
    chronic_rows = _round(world.chronic_pool, night * counts["chronic"], counts["chronic"])
    people, places = world.people, world.places
    parts = [
        stays(rng, people, places, inpatients, level, on),
        visits(rng, people, places, clinic_rows, on, shop=False),
        visits(rng, people, places, chronic_rows, on, shop=False, chronic=True),
        visits(rng, people, places, fresh, on, shop=True),
    ]
    everyday = Bills.join([part for part in parts if len(part)])
    planted = []
    for number, one in enumerate(directed):
        one.bill.directed[0] = number
        planted.append(one.bill)
    return Bills.join([everyday, *planted]), directed


def _round(pool: Ints, first: int, n: int) -> Ints:
    """Return ``n`` people of a pool, going round."""
    return pool[(first + np.arange(n)) % len(pool)]


def _settle(world: World, night: int, bills: Bills, directed: list[Directed], truth: Truth) -> Night:
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
    right = money.Facts(**{f.name: _copy(getattr(facts, f.name)) for f in fields(facts)})
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
    expected = _expected_funds(world, bills, directed, rows, lines, right_region, right, sum(totals, np.zeros(len(bills), dtype=np.int64)))
    made = _with_reversals(world, night, bills, lines, split, header, directed, rows)
    truth.plant(made, directed, rows, expected, business_date(world.start + night))
    return made


def _copy(value: Ints | list[str]) -> Ints | list[str]:
    return value.copy()


def _expected_funds(
    world: World, bills: Bills, directed: list[Directed], rows: dict[int, int], lines: Lines, region: Ints, right: money.Facts,
    total: Ints,
) -> dict[int, int]:  # fmt: skip
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
    facts = money.Facts(**{f.name: _taken(getattr(right, f.name), at) for f in fields(right)})
    fund = money.settled(terms, scope[at], total[at], facts).fund
    return {number: int(value) for number, value in zip(wanted, fund, strict=True)}


def _taken(value: Ints | list[str], rows: Ints) -> Ints | list[str]:
    return [value[int(i)] for i in rows] if isinstance(value, list) else value[rows]


def _with_reversals(
    world: World, night: int, bills: Bills, lines: Lines, split: money.Split, header: money.Header, directed: list[Directed],
    rows: dict[int, int],
) -> Night:  # fmt: skip
    """Add the bills that take others back, those settled again, and those settled twice; number everything."""
    rng, n = world.rng(night, 6), len(bills)
    count = min(round(world.per_night * REVERSED), n)
    everyday = np.flatnonzero(bills.directed < 0)
    back = np.sort(rng.choice(everyday, size=min(count, len(everyday)), replace=False)) if len(everyday) else everyday
    again = back[(rng.random(len(back)) < np.where(bills.care[back] == STAY, 0.9, 0.3))]
    planned = {kind: np.array([rows[k] for k, one in enumerate(directed) if one.again == kind], dtype=np.int64)
               for kind in ("reversed", "resettled", "twice")}  # fmt: skip
    taken_back = np.concatenate([back, planned["reversed"], planned["resettled"]])
    settled_again = np.concatenate([again, planned["resettled"]])
    twice = planned["twice"]
    source = np.concatenate([np.arange(n), taken_back, settled_again, twice])
    role = np.repeat([0, 1, 2, 3], [n, len(taken_back), len(settled_again), len(twice)])
    everything = bills.take(source)
    delay = np.where(rng.random(len(source)) < 0.7, 0, rng.integers(1, 4, len(source))) * DAY
    delay = np.where((role == 1) & (everything.directed < 0), delay, 0)
    everything.settle_time += np.select([role == 1, role == 2, role == 3], [5_400 + delay, 7_200, 1_500], 0)
    # A bill settled again is settled after it was taken back.
    returned = {int(r): int(t) for r, t in zip(taken_back, everything.settle_time[role == 1], strict=True)}
    for position in np.flatnonzero(role == 2):
        everything.settle_time[position] = returned[int(source[position])] + 900
    everything.directed = np.where(role == 0, everything.directed, -1)
    owners = np.argsort(source, kind="stable")
    lines_of = _copies(lines, source)
    copied = lines.take(lines_of[0])
    copied.owner = lines_of[1]
    parts = split.parts
    new_split = money.Split(
        split.amount[lines_of[0]],
        type(parts)(*(getattr(parts, f.name)[lines_of[0]] for f in fields(parts))),
        split.item_class[lines_of[0]], split.share[lines_of[0]], split.limit[lines_of[0]],
    )  # fmt: skip
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
    del owners
    return Night(
        bills=everything, lines=copied, split=new_split, header=new_header, names=world.names, people=world.people,
        places=world.places, catalogue=world.catalogue, settlement=numbers, visit=visit, sender=numbers,
        reverses=reverses, owns_visit=(role == 0) | (role == 3), newborn=newborn,
        referred_from=np.full(len(source), -1), doctor=doctor, updated=everything.settle_time + 300,
        valid=np.ones(len(source), dtype=np.int64),
    )  # fmt: skip


def _copies(lines: Lines, source: Ints) -> tuple[Ints, Ints]:
    """Return positions of the lines of every row of ``source`` and the new owner of each."""
    n = int(source.max()) + 1 if len(source) else 0
    edges = np.searchsorted(lines.owner, np.arange(n + 1))
    length = (edges[1:] - edges[:-1])[source]
    owner = np.repeat(np.arange(len(source)), length)
    start = np.repeat(edges[source] - (np.cumsum(length) - length), length)
    return start + np.arange(len(owner)), owner


def _postpone(
    world: World, night: int, made: Night, directed: list[Directed], tables: dict[str, pa.Table],
    carried: dict[int, list[dict[str, pa.Table]]],
) -> dict[int, int]:  # fmt: skip
    """Split the tables by the night on which they arrive; return the arrival night by settlement number."""
    rng = world.rng(night, 8)
    n = len(made.bills)
    u = rng.random(n)
    wait = np.where(u < 0.92, 0, np.where(u < 0.98, 1, 2 + rng.integers(0, LONGEST_DELAY - 1, n)))
    wait = np.where(made.bills.directed >= 0, 0, wait)
    settled_on = made.bills.settle_time // DAY - world.start
    wait = np.maximum(wait, np.maximum(settled_on - night, 0))
    arrives = {int(s): night + int(w) for s, w in zip(made.settlement, wait, strict=True) if w}
    del directed
    owner = made.lines.owner
    kept: dict[str, pa.Table] = {}
    late_of = {"setl_d": wait, "fee_list_d": wait[owner]}
    by_id = {made.settlement[i]: wait[i] for i in np.flatnonzero(wait)}
    by_visit = {made.visit[i]: wait[i] for i in np.flatnonzero((wait > 0) & made.owns_visit)}
    for name, table in tables.items():
        if name not in late_of:
            key = "setl_id" if "setl_id" in table.column_names and name == "setl_fund_d" else "mdtrt_id"
            chosen = by_id if key == "setl_id" else by_visit
            late_of[name] = _waits(table[key], chosen)
        late = late_of[name]
        kept[name] = table.filter(pa.array(late == 0))
        for days in np.unique(late[late > 0]):
            carried[night + int(days)].append({name: table.filter(pa.array(late == days))})
    for name in tables:
        arrived = [part[name] for part in carried.get(night, ()) if name in part]
        tables[name] = pa.concat_tables([kept[name], *arrived]).combine_chunks() if arrived else kept[name]
    return arrives


def _waits(ids: pa.ChunkedArray, waits: dict[int, int]) -> Ints:
    """Return the wait of every row by the number in its id (15 digits behind two)."""
    if not waits:
        return np.zeros(len(ids), dtype=np.int64)
    numbers = pa.compute.utf8_slice_codeunits(ids, 2).cast(pa.int64()).to_numpy()
    keys = np.array(sorted(waits), dtype=np.int64)
    values = np.array([waits[k] for k in keys.tolist()], dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, numbers), len(keys) - 1)
    return np.where(keys[at] == numbers, values[at], 0)


def _snapshots(world: World, night: int) -> dict[str, pa.Table]:
    """Return the dimension tables with the first package, and the register again when somebody was added or died."""
    on = world.start + night
    tables: dict[str, pa.Table] = {}
    if night == 0:
        tables |= place_tables(world.places, world.regions) | catalogue_tables(world.catalogue)
        tables["admdvs_b"] = admdvs_table(world.regions)
    if night in (0, world.second_edition, world.nights - 1):
        batch = 1 if night >= world.second_edition else 0
        tables |= person_tables(world.people, world.names, world.regions, on, batch)
    return tables
