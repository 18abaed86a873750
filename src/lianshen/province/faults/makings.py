"""People, places, stays and visits to order, of which planted records are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lianshen.province.bills import DAY, STAY, Bills
from lianshen.province.lines import Ledger
from lianshen.province.medicine import DEPARTMENT_OF, IS_MILD, PROFILE_OF, diagnosis
from lianshen.province.people import (
    IN_PROVINCE,
    INCOMING,
    LOCAL,
    LONG_STATIONED,
    OUTGOING,
    REFERRAL,
    People,
    assemble_people,
)
from lianshen.province.places import DRUGSTORE, Places
from lianshen.province.regions import HOME_POOLS, Regions


@dataclass
class Makings:
    """Makes people and bills; every draw comes from its own generator."""

    rng: np.random.Generator
    regions: Regions
    places: Places
    people: People
    ledger: Ledger
    start: int
    nights: int

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

    def person(
        self,
        *,
        insured: str | None = None,
        treat: str | None = None,
        scope: int = IN_PROVINCE,
        sex: int = 0,
        age: tuple[float, float] = (28, 78),
        insurance: int | None = None,
        filing: int = LONG_STATIONED,
        on: int | None = None,
        birth: int | None = None,
    ) -> int:
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
        drawn = assemble_people(
            rng, regions, one([gender]), one([born]), one([home]), one([there]), one([scope]), one([years]), 0.5
        )
        if insurance is not None and years >= 18:
            drawn.insurance[:] = insurance
            drawn.kind[:] = (0 if years < 60 else 1) if insurance == 0 else (4 if years < 60 else 5)
            drawn.civil[:] = 0
        drawn.special[:] = -1
        drawn.filing[:] = filing
        return int(self.people.add(drawn)[0])

    def place(self, pool: int, level: int, *, but: int | None = None, timed: bool = True) -> int:
        """Return an institution of a pool; ``timed`` wants one that records the time of a charge, of another level
        if need be."""
        levels = [level, *(other for other in (3, 2, 1) if other != level and level != DRUGSTORE)]
        members = [m for one in levels for m in self.places.members.get((pool, one), ())]
        fit = [int(m) for m in members if m != but and not (timed and self.places.stamps_midnight[m])]
        same_level = [m for m in fit if self.places.level[m] == level] or fit
        return same_level[int(self.rng.integers(0, len(same_level)))]

    def stay(
        self,
        who: int,
        end: int,
        length: int,
        *,
        level: int = 3,
        diag: int,
        place: int | None = None,
        settled: int | None = None,
        med_type: int = 4,
        leave: int = 1,
        nth: int = 1,
        target: float | None = None,
        lines: int | None = None,
        filing: int | None = None,
        true_filing: int | None = None,
    ) -> Bills:
        """Return one stay; its filing is the person's unless said otherwise."""
        where = self.place(int(self.people.treat[who]), level) if place is None else place
        when = end if settled is None else settled
        begin_time = (end - length) * DAY + int((8.2 + self.rng.random()) * 3600)
        end_time = end * DAY + int((14.6 + self.rng.random()) * 3600)
        settle = end_time + 1200 if when == end else when * DAY + int((9.5 + self.rng.random() * 6) * 3600)
        believed = int(self.people.filing[who]) if filing is None else filing
        cost = float(np.exp(self.rng.normal(9.1, 0.45))) if target is None else target
        if target is None and IS_MILD[diag]:
            # A cheap stay for what a clinic could treat is a matter of its own.
            cost = max(cost, 9_500.0)
        many = int(np.clip(self.rng.normal(110, 30), 50, 260)) if lines is None else lines
        return self._one(
            who,
            where,
            STAY,
            end - length,
            end,
            begin_time,
            end_time,
            settle,
            diag,
            int(PROFILE_OF[diag]),
            med_type,
            leave,
            nth,
            cost,
            many,
            believed,
            believed if true_filing is None else true_filing,
        )

    def visit(
        self,
        who: int,
        on: int,
        hour: float,
        *,
        care: int,
        profile: int,
        diag: int = -1,
        level: int = 2,
        place: int | None = None,
        med_type: int = 1,
        target: float = 260.0,
        lines: int = 5,
        settled: int | None = None,
    ) -> Bills:
        """Return one outpatient, chronic-disease or drugstore visit."""
        pool = int(self.people.treat[who])
        where = self.place(pool, DRUGSTORE if care == 0 else level) if place is None else place
        begin = on * DAY + int(hour * 3600) + int(self.rng.integers(0, 900))
        finish = begin + 1500 + int(self.rng.integers(0, 900))
        settle = finish + 60 if settled is None else settled * DAY + int(15.5 * 3600)
        believed = int(self.people.filing[who])
        return self._one(
            who,
            where,
            care,
            on,
            on,
            begin,
            finish,
            settle,
            diag,
            profile,
            med_type,
            0,
            1,
            target,
            lines,
            believed,
            believed,
        )

    def _one(
        self,
        who: int,
        place: int,
        care: int,
        begin: int,
        end: int,
        begin_time: int,
        end_time: int,
        settle: int,
        diag: int,
        profile: int,
        med_type: int,
        leave: int,
        nth: int,
        target: float,
        lines: int,
        filing: int,
        true_filing: int,
    ) -> Bills:
        department = int(DEPARTMENT_OF[diag]) if diag >= 0 else 0
        values = (
            who,
            place,
            care,
            begin,
            end,
            begin_time,
            end_time,
            settle,
            diag,
            profile,
            department,
            filing,
            true_filing,
            nth,
            med_type,
            leave,
            -1,
            int(target * 100),
            lines,
            -1,
        )
        return Bills(*(np.array([value], dtype=np.int64) for value in values))

    def named(self, *words: str) -> list[int]:
        """Return the items whose names begin with one of ``words``."""
        return [i for i, item in enumerate(self.ledger.catalogue.items) if item.name.startswith(words)]

    def adult_stay(
        self,
        *,
        sex: int = 0,
        icd3: str = "J18",
        level: int = 3,
        length: int | None = None,
        scope: int = IN_PROVINCE,
    ) -> Bills:
        """Return an ordinary stay of a new adult, filed as a referral."""
        who = self.person(sex=sex, filing=REFERRAL, scope=scope)
        days = int(self.rng.integers(5, 11)) if length is None else length
        return self.stay(who, self.night(), days, level=level, diag=diagnosis(icd3))
