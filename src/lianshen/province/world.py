"""What is fixed before the first night: regions, catalogue, institutions, people, and every planted record."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from lianshen.policy import PolicyBook
from lianshen.province.arrow import Flags, Ints
from lianshen.province.bills import SHARES
from lianshen.province.catalogue import EPOCH, Catalogue, load_catalogue, read_rows
from lianshen.province.faults import Builder, Directed, fewest_of, plant_all
from lianshen.province.faults.clearing import Orders, plan_orders
from lianshen.province.faults.planted import Claim, Filing, SubjectPlan
from lianshen.province.faults.rows import ChangedRows, MoreRows
from lianshen.province.lines import Ledger
from lianshen.province.medicine import basket
from lianshen.province.people import (
    INCOMING,
    LONG_RESIDENT,
    LONG_STATIONED,
    UNFILED,
    Names,
    People,
    draw_people,
    name_people,
)
from lianshen.province.places import Places, build_places
from lianshen.province.regions import HOME_POOLS, Regions, load_regions

RETURN_AFTER = 20
"""Nights after which the same outpatient may come again."""
CHRONIC_RETURN = 25
_MOVED = 97
"""One of so many outpatients has a second person number, from moving within the region."""


@dataclass
class World:
    """Everything that is fixed before the first night."""

    content: Path
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
    second_number: Ints
    """Person who is the same human under another number, -1 for nearly everyone; as long as ``people``."""
    chronic_pool: Ints
    stay_pool: Ints
    directed: dict[int, list[Directed]]
    filings: dict[int, list[Filing]]
    claims: list[Claim]
    orders: Orders
    subjects: list[SubjectPlan]
    more: list[MoreRows]
    changed: list[ChangedRows]
    stream: int = 0
    """0 for the province itself; what is laid beside it draws, and numbers its settlements, in a stream of its own."""

    @property
    def is_plain_insured(self) -> Flags:
        """Return who is in the province's register from the start, under one number."""
        people = self.people
        return np.asarray(
            (people.pool < HOME_POOLS) & (people.batch == 0) & (people.same_as < 0) & (self.second_number < 0)
        )

    def rng(self, night: int, purpose: int) -> np.random.Generator:
        """Return the generator of one night and purpose."""
        own = [self.stream] if self.stream else []
        return np.random.default_rng([self.seed, night + 1, purpose, *own])

    @property
    def counts(self) -> dict[str, int]:
        """Bills of each stream in an everyday night, before planted ones and reversals take their place."""
        return {stream: round(self.per_night * share) for stream, share in SHARES.items()}

    @property
    def second_edition(self) -> int:
        """Night with which the second edition of the register comes."""
        return self.nights // 2


def build_world(
    content: Path,
    *,
    seed: int,
    nights: int,
    settlements_per_night: int,
    start: date,
    faults: bool = True,
    fewest: int | None = None,
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
        draw_people(
            rng, regions, max(counts["chronic"] * min(nights, CHRONIC_RETURN), 10), first, ages="chronic", employees=0.6
        )
    )
    # Chronic patients who live elsewhere are filed for good, or not at all.
    people.filing[chronic] = np.where(
        people.filing[chronic] == UNFILED, UNFILED, np.minimum(people.filing[chronic], LONG_RESIDENT)
    )
    people.filing[chronic] = np.where(
        (people.filing[chronic] < LONG_STATIONED)
        & (first - people.birth[chronic] < 55 * 365)
        & (people.filing[chronic] == 0),
        LONG_RESIDENT,
        people.filing[chronic],
    )
    per_night = sum(counts[s] for s in ("primary", "secondary", "tertiary", "abroad"))
    inpatients = people.add(draw_people(rng, regions, max(per_night * nights, 4), first, ages="stay", employees=0.45))
    _from_abroad(rng, regions, people, inpatients, per_night, counts["abroad"])
    if nights > 1:
        night_of = np.arange(len(inpatients)) // max(per_night, 1)
        people.batch[inpatients] = ((night_of >= nights // 2) & (inpatients % 25 == 0)).astype(np.int64)
    builder = Builder(np.random.default_rng([seed, 0, 1]), regions, places, people, ledger, first, nights)
    total = nights * settlements_per_night
    if faults:
        plant_all(builder, total, fewest)
    directed, filings = by_night(builder)
    second_number = _moved(people, clinic)
    names = name_people(people, regions)
    ordering = np.random.default_rng([seed, 0, 2])
    least = fewest_of(total, 2, fewest), fewest_of(total, 1, fewest)
    orders = plan_orders(ordering, first, nights, total, least) if faults else Orders.none()
    book = PolicyBook.load(content / "policies")
    return World(
        content,
        seed,
        first,
        nights,
        settlements_per_night,
        regions,
        catalogue,
        places,
        people,
        names,
        ledger,
        book,
        clinic,
        second_number,
        chronic,
        inpatients,
        directed,
        filings,
        builder.claims,
        orders,
        builder.subjects,
        builder.more,
        builder.changed,
    )


def by_night(builder: Builder) -> tuple[dict[int, list[Directed]], dict[int, list[Filing]]]:
    """Return the planted bills by night, and the filings by the night of the person's first one."""
    directed: dict[int, list[Directed]] = defaultdict(list)
    night_of_person: dict[int, int] = {}
    for one in builder.directed:
        directed[one.night].append(one)
        who = int(one.bill.person[0])
        night_of_person[who] = min(night_of_person.get(who, one.night), one.night)
    filings: dict[int, list[Filing]] = defaultdict(list)
    for filing in builder.filings:
        filings[night_of_person[filing.person]].append(filing)
    return directed, filings


def _moved(people: People, clinic: Ints) -> Ints:
    """Give some outpatients of the province a second number, and return it for each person."""
    chosen = clinic[(clinic % _MOVED == 5) & (people.pool[clinic] < HOME_POOLS)]
    again = people.take(chosen)
    again.same_as = chosen.copy()
    added = people.add(again)
    second = np.full(len(people), -1, dtype=np.int64)
    second[chosen] = added
    return second


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
