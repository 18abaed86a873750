"""How a planted record is described: the bills it needs, how they are changed, what is true of it.

A fault is made the way the real one is: the records are generated like any others and then changed at the point where
the real fault happens (a line added, a wrong catalogue, wrong terms, a header rewritten). Look-alikes are the innocent
neighbours of each fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from lianshen.province.arrow import Ints
from lianshen.province.bills import DAY, STAY, Bills
from lianshen.province.lines import ONE, Ledger, Lines, prices
from lianshen.province.medicine import DEPARTMENT_OF, PROFILE_OF
from lianshen.province.money import Facts, Header
from lianshen.province.people import (
    EMERGENCY,
    IN_PROVINCE,
    INCOMING,
    LOCAL,
    LONG_STATIONED,
    OUTGOING,
    UNFILED,
    People,
    assemble_people,
)  # fmt: skip
from lianshen.province.places import DRUGSTORE, Places
from lianshen.province.regions import HOME_POOLS, Regions

FAULT, LOOK_ALIKE, RELATED = "fault", "look_alike", "related"

CERTAINTY = {
    "PL-04": "definite", "PL-11": "definite", "PL-13": "definite", "CH-02": "suspicious", "CH-04": "definite",
    "CH-10": "definite", "MG-02": "definite", "MD-03": "definite", "AD-01": "suspicious", "AD-06": "definite",
    "AD-07": "suspicious", "FR-01": "suspicious", "FR-06": "definite", "XR-01": "definite", "XR-03": "definite",
    "XR-05": "definite", "XR-11": "suspicious", "XR-12": "definite", "ST-02": "definite", "ST-04": "definite",
    "MD-11": "suspicious",
}  # fmt: skip
"""The rules that the answer key speaks of, with the certainty that decides the floor."""


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
    """Other rules that this record breaks too, unavoidably."""
    edit_lines: Callable[[Draft, int], None] | None = None
    edit_facts: Callable[[Facts, int], None] | None = None
    edit_header: Callable[[Header, int], None] | None = None
    treating_catalogue: bool = False
    newborn: bool = False
    prices_a2: bool = False
    """The fund at issue is what was paid minus what the right terms and the honest split give."""
    without_marked: bool = False
    """... with the marked lines moved to self-pay."""
    again: str = ""
    """"reversed": taken back later the same day; "resettled": taken back and settled again; "twice": settled twice."""
    night: int = 0

    @property
    def settled_on(self) -> int:
        """Day of settlement."""
        return int(self.bill.settle_time[0]) // DAY


class Draft:
    """The lines of a night while planted records change them."""

    def __init__(self, ledger: Ledger, bills: Bills, lines: Lines, people: People, places: Places, rng: np.random.Generator):
        self.ledger, self.bills, self.lines, self.people, self.places, self.rng = ledger, bills, lines, people, places, rng
        self._edges = np.searchsorted(lines.owner, np.arange(len(bills) + 1))
        self._more: list[Lines] = []

    def of(self, row: int) -> Ints:
        """Return the positions of a bill's lines."""
        return np.arange(self._edges[row], self._edges[row + 1])

    def days(self, row: int) -> int:
        """Return how many dates the bill's care covers."""
        return int(self.bills.end[row] - self.bills.begin[row]) + 1

    def at(self, row: int, offset: int, hour: float) -> int:
        """Return a moment of the ``offset``-th day, inside the visit or stay."""
        wanted = (int(self.bills.begin[row]) + offset) * DAY + int(hour * 3600) + int(self.rng.integers(0, 1800))
        return int(np.clip(wanted, self.bills.begin_time[row] + 30, max(self.bills.end_time[row] - 30, self.bills.begin_time[row] + 31)))

    def price(self, row: int, item: int, time: int) -> int:
        """Return what the institution charges for the item."""
        owner = np.array([row], dtype=np.int64)
        return int(prices(self.ledger, self.bills, self.people, self.places, np.array([item]), owner, np.array([time]))[0])

    def add(
        self, row: int, item: int, *, count: float = 1, time: int | None = None, price: int | None = None, covered: int = 0,
        flaw: int = 0, mark: bool = True,
    ) -> None:  # fmt: skip
        """Add one line to a bill."""
        when = self.at(row, min(1, self.days(row) - 1), 10.0) if time is None else time
        line = Lines.of(*(np.array([v], dtype=np.int64) for v in (
            row, item, round(count * ONE), self.price(row, item, when) if price is None else price, when)))  # fmt: skip
        line.covered[0], line.flaw[0], line.mark[0] = covered, flaw, int(mark)
        self._more.append(line)

    def drop(self, row: int, items: Ints) -> None:
        """Take the bill's lines of these items out."""
        these = self.of(row)
        self.lines.quantity[these[np.isin(self.lines.item[these], items)]] = 0

    def result(self) -> Lines:
        """Return all lines by bill and time."""
        lines = Lines.join([self.lines, *self._more]) if self._more else self.lines
        lines = lines.take(np.flatnonzero(lines.quantity != 0))
        return lines.take(np.argsort(lines.owner * 2**34 + (lines.time - 15_000 * DAY), kind="stable"))


@dataclass
class Builder:
    """Collects planted records; every draw comes from its own generator."""

    rng: np.random.Generator
    regions: Regions
    places: Places
    people: People
    ledger: Ledger
    start: int
    nights: int
    directed: list[Directed] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    group: int = 0

    def night(self) -> int:
        """Return a day on which something is settled."""
        return self.start + int(self.rng.integers(0, self.nights))

    def pick(self, options: list[str] | list[int]) -> int | str:
        """Return one of ``options``."""
        return options[int(self.rng.integers(0, len(options)))]

    def item(self, **wanted: str) -> int:
        """Return a random item with these attributes."""
        found = self.ledger.catalogue.where(**wanted)
        return int(found[int(self.rng.integers(0, len(found)))])

    def new(self) -> int:
        """Begin a new planted record and return its number."""
        self.group += 1
        return self.group

    def person(
        self, *, insured: str | None = None, treat: str | None = None, scope: int = IN_PROVINCE, sex: int = 0,
        age: tuple[float, float] = (28, 78), insurance: int | None = None, filing: int = LONG_STATIONED, on: int | None = None,
        birth: int | None = None,
    ) -> int:  # fmt: skip
        """Return a new person who is insured in ``insured`` and goes for care to ``treat`` (pools, four digits)."""
        regions, rng = self.regions, self.rng
        if insured is None:
            home = int(rng.choice(HOME_POOLS - 1, p=regions.outflow[:-1] / regions.outflow[:-1].sum()))
            if scope == INCOMING:
                home = int(rng.integers(HOME_POOLS, len(regions.pool_code)))
            elif treat is not None and scope != LOCAL:
                others = [p for p in range(HOME_POOLS - 1) if regions.pool_code[p] != treat]
                home = others[int(rng.integers(0, len(others)))]
        else:
            home = regions.pool(insured)
        if treat is not None:
            there = regions.pool(treat)
        elif scope == LOCAL:
            there = home
        elif scope == OUTGOING:
            there = int(rng.integers(HOME_POOLS, len(regions.pool_code)))
        else:
            weight = regions.flow[home] if home < HOME_POOLS else regions.outflow @ regions.flow
            there = int(rng.choice(HOME_POOLS, p=weight / weight.sum()))
        years = age[0] + float(rng.random()) * (age[1] - age[0])
        born = (on or self.start) - int(years * 365.2425) - 1 if birth is None else birth
        gender = sex or int(rng.integers(1, 3))
        one = np.array
        drawn = assemble_people(rng, regions, one([gender]), one([born]), one([home]), one([there]), one([scope]),
                                one([years]), 0.5)  # fmt: skip
        if insurance is not None and years >= 18:
            drawn.insurance[:] = insurance
            drawn.kind[:] = (0 if years < 60 else 1) if insurance == 0 else (4 if years < 60 else 5)
            drawn.civil[:] = 0
        drawn.special[:] = -1
        drawn.filing[:] = filing
        return int(self.people.add(drawn)[0])

    def place(self, pool: int, level: int, *, but: int | None = None, timed: bool = True) -> int:
        """Return an institution of a pool; ``timed`` wants one that records the time of a charge."""
        members = self.places.members[pool, level]
        fit = [int(m) for m in members if m != but and not (timed and self.places.stamps_midnight[m])]
        if not fit:
            fit = [int(m) for m in members if m != but]
        return fit[int(self.rng.integers(0, len(fit)))]

    def stay(
        self, who: int, end: int, length: int, *, level: int = 3, diag: int, place: int | None = None, settled: int | None = None,
        med_type: int = 4, leave: int = 1, nth: int = 1, target: float | None = None, lines: int | None = None,
        filing: int | None = None, true_filing: int | None = None,
    ) -> Bills:  # fmt: skip
        """Return one stay; its filing is the person's unless said otherwise."""
        where = self.place(int(self.people.treat[who]), level) if place is None else place
        when = end if settled is None else settled
        begin_time = (end - length) * DAY + int((8.2 + self.rng.random()) * 3600)
        end_time = end * DAY + int((14.6 + self.rng.random()) * 3600)
        settle = end_time + 1200 if when == end else when * DAY + int((9.5 + self.rng.random() * 6) * 3600)
        believed = int(self.people.filing[who]) if filing is None else filing
        cost = float(np.exp(self.rng.normal(9.1, 0.45))) if target is None else target
        many = int(np.clip(self.rng.normal(110, 30), 50, 260)) if lines is None else lines
        return self._one(who, where, STAY, end - length, end, begin_time, end_time, settle, diag, int(PROFILE_OF[diag]),
                         med_type, leave, nth, cost, many, believed, believed if true_filing is None else true_filing)  # fmt: skip

    def visit(
        self, who: int, on: int, hour: float, *, care: int, profile: int, diag: int = -1, level: int = 2, place: int | None = None,
        med_type: int = 1, target: float = 260.0, lines: int = 5, settled: int | None = None,
    ) -> Bills:  # fmt: skip
        """Return one outpatient, chronic-disease or drugstore visit."""
        pool = int(self.people.treat[who])
        where = self.place(pool, DRUGSTORE if care == 0 else level) if place is None else place
        begin = on * DAY + int(hour * 3600) + int(self.rng.integers(0, 900))
        finish = begin + 1500 + int(self.rng.integers(0, 900))
        settle = finish + 60 if settled is None else settled * DAY + int(15.5 * 3600)
        believed = int(self.people.filing[who])
        return self._one(who, where, care, on, on, begin, finish, settle, diag, profile, med_type, 0, 1, target, lines, believed, believed)

    def _one(
        self, who: int, place: int, care: int, begin: int, end: int, begin_time: int, end_time: int, settle: int, diag: int,
        profile: int, med_type: int, leave: int, nth: int, target: float, lines: int, filing: int, true_filing: int,
    ) -> Bills:  # fmt: skip
        department = int(DEPARTMENT_OF[diag]) if diag >= 0 else 0
        values = (who, place, care, begin, end, begin_time, end_time, settle, diag, profile, department, filing, true_filing,
                  nth, med_type, leave, -1, int(target * 100), lines, -1)  # fmt: skip
        return Bills(*(np.array([value], dtype=np.int64) for value in values))

    def file(self, who: int, kind: int, begin: int, *, region: str | None = None, end: int | None = None, review: str = "1",
             valid: str = "1", created: int | None = None) -> None:  # fmt: skip
        """Add a filing; by default to the city of treatment, open for long-term kinds and half a year for others."""
        city = self.regions.city_code[int(self.people.treat[who])] if region is None else region
        until = (-1 if kind <= LONG_STATIONED else begin + 180) if end is None else end
        made = (begin * DAY + 9 * 3600) if created is None else created
        self.filings.append(Filing(who, kind, city, begin, until, made, review, valid))

    def plant(self, bill: Bills, rule: str, kind: str, note: str, *, group: int | None = None, file: bool = True,
              **more: object) -> Directed:  # fmt: skip
        """Add a bill of a planted record; stays away from home get their filing unless ``file`` is False."""
        who = int(bill.person[0])
        if file and int(bill.care[0]) in (3, STAY) and self.people.scope[who] != LOCAL:
            kind_filed = int(bill.true_filing[0])
            if kind_filed != UNFILED and not (kind_filed == EMERGENCY and int(bill.med_type[0]) == 6):
                begin = int(bill.begin[0]) - (0 if kind_filed == EMERGENCY else int(self.rng.integers(1, 15)))
                self.file(who, kind_filed, begin)
        one = Directed(bill, rule, kind, note, self.new() if group is None else group, **more)  # type: ignore[arg-type]
        one.night = int(np.clip(one.settled_on - self.start, 0, self.nights - 1))
        self.directed.append(one)
        return one
