"""The people: who they are, where they are insured, where they go for care, and under which filing.

Every number here is synthetic. Certificate numbers carry a correct check digit, because the product reads the sex from
them, and belong to nobody: the names say 测试.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.province.arrow import Ints, day, digits, fixed_text, pick, same
from lianshen.province.regions import HOME_POOLS, Regions

EMPLOYEE, RESIDENT = 0, 1
INSUTYPE = ["310", "390"]
PERSON_TYPES = ["11", "12", "1402", "1403", "15", "16"]
SPECIAL = ["01", "02", "03"]
LOCAL, IN_PROVINCE, INCOMING, OUTGOING = range(4)
LONG_RETIREE, LONG_RESIDENT, LONG_STATIONED, REFERRAL, EMERGENCY, TEMPORARY, UNFILED = range(7)
FILING_NAMES = [
    "LONG_RETIREE",
    "LONG_RESIDENT",
    "LONG_STATIONED",
    "REFERRAL",
    "EMERGENCY",
    "TEMPORARY_OTHER",
    "UNFILED",
]
_SCOPE_SHARES = np.cumsum([0.03, 0.75, 0.20, 0.02])
_FILING_SHARES = np.cumsum([0.12, 0.13, 0.05, 0.35, 0.08, 0.15, 0.12])
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)


@dataclass
class People:
    """One row per person, numbers only; grown by :meth:`add`, which returns the positions of the new rows."""

    sex: Ints
    birth: Ints
    county: Ints
    pool: Ints
    treat: Ints
    """Pool where the person goes for care."""
    scope: Ints
    insurance: Ints
    kind: Ints
    """Position in PERSON_TYPES."""
    special: Ints
    """Position in SPECIAL, -1 for nearly everyone."""
    civil: Ints
    filing: Ints
    """Kind of filing for care away from home, UNFILED where there is none."""
    death: Ints
    """Day of death, -1 while alive."""
    batch: Ints
    """0: in the register from the start; 1: in its second edition."""
    twist: Ints
    """1 where the settlement header carries the wrong sex."""
    same_as: Ints
    """Person whose identity this one has under another number, -1 for nearly everyone."""
    insured_since: Ints
    """First day of the insurance relation, -1 where it is as old as the person or the register."""
    insured_until: Ints
    """Day on which the relation was paused, -1 while it lasts."""

    def __len__(self) -> int:
        return len(self.sex)

    def add(self, other: People) -> Ints:
        """Append ``other``."""
        first = len(self)
        for field in fields(self):
            setattr(self, field.name, np.concatenate([getattr(self, field.name), getattr(other, field.name)]))
        return np.arange(first, first + len(other), dtype=np.int64)

    @property
    def human(self) -> Ints:
        """Return the one person behind each number."""
        return np.where(self.same_as >= 0, self.same_as, np.arange(len(self)))

    def take(self, rows: Ints) -> People:
        """Return some people, as copies."""
        return People(*(getattr(self, field.name)[rows] for field in fields(self)))

    def age(self, who: Ints, on: Ints) -> Ints:
        """Return completed years (by mean years, exact enough to choose a diagnosis)."""
        return ((on - self.birth[who]) / 365.2425).astype(np.int64)


def draw_people(
    rng: np.random.Generator, regions: Regions, n: int, today: int, *, ages: str, employees: float
) -> People:
    """Return ``n`` people; ``ages`` is "stay", "clinic" or "chronic", ``employees`` the share insured as such."""
    if ages == "stay":
        years = np.where(rng.random(n) < 0.1, rng.random(n) * 11.5, np.clip(rng.normal(60, 15, n), 18, 93))
    elif ages == "clinic":
        years = np.where(rng.random(n) < 0.14, 0.3 + rng.random(n) * 13, np.clip(rng.normal(52, 17, n), 18, 92))
    else:
        years = np.clip(rng.normal(64, 11, n), 35, 93)
    sex = np.where(rng.random(n) < 0.52, 2, 1)
    birth = (today - years * 365.2425 - 1).astype(np.int64)
    scope = np.searchsorted(_SCOPE_SHARES, rng.random(n), side="right").clip(0, 3)
    home = _draw(rng, np.cumsum(regions.outflow), n)
    abroad_weight = regions.population[HOME_POOLS:]
    abroad = HOME_POOLS + _draw(rng, np.cumsum(abroad_weight / abroad_weight.sum()), n)
    pool = np.where(scope == INCOMING, abroad, home)
    there = _rows(rng, np.cumsum(regions.flow, axis=1)[home])
    inward = _draw(rng, np.cumsum(regions.outflow @ regions.flow), n)
    treat = np.select([scope == LOCAL, scope == INCOMING, scope == OUTGOING], [home, inward, abroad], there)
    return assemble_people(rng, regions, sex, birth, pool, treat, scope, years, employees)


def assemble_people(
    rng: np.random.Generator,
    regions: Regions,
    sex: Ints,
    birth: Ints,
    pool: Ints,
    treat: Ints,
    scope: Ints,
    years: NDArray[np.float64],
    employees: float,
) -> People:
    """Return people with the rest drawn to fit: county, insurance, class, assistance, filing."""
    n = len(sex)
    county = np.array(
        [
            regions.counties_of[p][int(u * len(regions.counties_of[p]))]
            for p, u in zip(pool, rng.random(n), strict=True)
        ],
        dtype=np.int64,
    )
    provincial = pool == regions.pool("5199")
    employee = ((rng.random(n) < employees) | provincial) & (years >= 18)
    insurance = np.where(employee, EMPLOYEE, RESIDENT)
    kind = np.select([employee & (years < 60), employee, years < 7, years < 18, years < 60], [0, 1, 2, 3, 4], 5)
    special = np.where(~employee & (rng.random(n) < 0.05), (rng.random(n) * 3).astype(np.int64), -1)
    civil = (employee & (rng.random(n) < 0.08)).astype(np.int64)
    filing = np.searchsorted(_FILING_SHARES, rng.random(n), side="right").clip(0, UNFILED)
    filing = np.where((filing == LONG_RETIREE) & (years < 55), LONG_RESIDENT, filing)
    filing = np.where((filing == LONG_STATIONED) & (years > 62), LONG_RESIDENT, filing)
    whole = np.zeros(n, dtype=np.int64)
    return People(
        sex.astype(np.int64),
        birth,
        county,
        pool,
        treat,
        scope,
        insurance,
        kind.astype(np.int64),
        special,
        civil,
        filing.astype(np.int64),
        np.full(n, -1),
        whole,
        whole.copy(),
        np.full(n, -1),
        np.full(n, -1),
        np.full(n, -1),
    )


def _draw(rng: np.random.Generator, edges: NDArray[np.float64], n: int) -> Ints:
    return np.minimum(np.searchsorted(edges, rng.random(n), side="right"), len(edges) - 1)


def _rows(rng: np.random.Generator, edges: NDArray[np.float64]) -> Ints:
    """Draw one column per row of cumulative weights."""
    return np.asarray(
        np.minimum((edges < rng.random(len(edges))[:, None]).sum(axis=1), edges.shape[1] - 1), dtype=np.int64
    )


@dataclass(frozen=True)
class Names:
    """Texts of every person, made once: numbers of person, relation and certificate, and a name."""

    psn_no: pa.Array
    relation: pa.Array
    certno: pa.Array
    name: pa.Array
    county: pa.Array
    credential: pa.Array
    """Number of the electronic credential, one for each person number."""


def name_people(people: People, regions: Regions) -> Names:
    """Return the texts; certificate numbers are unique and follow GB 11643."""
    n = len(people)
    codes = np.array([int(code) for code in regions.county_code], dtype=np.int64)
    # The provincial agency has no county of its own in certificate numbers; its people were born somewhere.
    lived = np.where(codes[people.county] == 519_900, 510_104, codes[people.county])
    serial = np.arange(n, dtype=np.int64)
    ymd = people.birth.astype("datetime64[D]")
    month = ymd.astype("datetime64[M]").astype(np.int64)
    date_number = (
        (month // 12 + 1970) * 10_000
        + (month % 12 + 1) * 100
        + (ymd - ymd.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
        + 1
    )
    place_and_day = lived * 10**8 + date_number
    order = np.argsort(place_and_day, kind="stable")
    sorted_keys = place_and_day[order]
    starts = np.flatnonzero(np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]]))
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n) - np.repeat(starts, np.diff(np.append(starts, n)))
    sequence = (100 + rank * 2) % 1000 // 2 * 2 + (people.sex == 1)
    body = place_and_day * 1000 + sequence
    chars = np.empty((n, 18), dtype=np.uint8)
    rest = body
    for column in range(16, -1, -1):
        rest, digit = np.divmod(rest, 10)
        chars[:, column] = digit + 48
    remainder = ((chars[:, :17].astype(np.int64) - 48) * _WEIGHTS).sum(axis=1) % 11
    chars[:, 17] = _CHECK[remainder]
    # Whoever has a second number after moving keeps name and certificate.
    chars = chars[people.human]
    surname = (people.human * 7 + people.birth) % len(_SURNAMES)
    return Names(
        digits(codes[people.county] * 10**10 + serial, 16, "51"),
        digits(serial + 10**9, 12, "51"),
        fixed_text(chars),
        pick(surname, [f"测试{surname}" for surname in _SURNAMES]),
        pick(people.county, regions.county_code),
        digits(serial * 104_729 + 7, 18, "EC"),
    )


def person_tables(people: People, names: Names, today: int, batch: int) -> dict[str, pa.Table]:
    """Return ``psn_b`` and ``psn_insu_d`` as of ``today``: the province's own insured of batches up to ``batch``."""
    own = np.flatnonzero((people.pool < HOME_POOLS) & (people.batch <= batch) & (people.birth <= today))
    take = pa.array(own)
    n = len(own)
    dead = (people.death[own] >= 0) & (people.death[own] <= today)
    since, until = people.insured_since[own], people.insured_until[own]
    paused = (until >= 0) & (until <= today)
    county = names.county.take(take)
    person = pa.table(
        {
            "psn_no": names.psn_no.take(take),
            "gend": pick(people.sex[own] - 1, ["1", "2"]),
            "brdy": day(people.birth[own]),
            "psn_cert_type": same("01", n).cast(pa.string()),
            "certno": names.certno.take(take),
            "psn_name": names.name.take(take),
            # Two people to a flat.
            "live_addr": digits(people.human[own] // 2, 8, "测试路"),
            "live_admdvs": county,
            "hsecfc": names.credential.take(take),
            "surv_stas": pick(dead.astype(np.int64), ["1", "2"]),
            "die_date": day(people.death[own], ~dead),
            "vali_flag": same("1", n).cast(pa.string()),
        }
    )
    insured = pa.table(
        {
            "psn_insu_rlts_id": names.relation.take(take),
            "psn_no": names.psn_no.take(take),
            "insutype": pick(people.insurance[own], INSUTYPE),
            "psn_insu_stas": pick(np.select([dead, paused], [1, 2], 0), ["1", "4", "2"]),
            "crt_insu_date": day(np.where(since >= 0, since, np.maximum(people.birth[own] + 30, 15_000))),
            "paus_insu_date": day(np.where(dead, people.death[own], until), ~(dead | paused)),
            "psn_type": pick(people.kind[own], PERSON_TYPES),
            "insu_admdvs": county,
        }
    )
    return {"psn_b": person, "psn_insu_d": insured}
