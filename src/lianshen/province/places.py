"""Hospitals, clinics, drugstores and their doctors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Flags, Ints, digits, moment, pick, same
from lianshen.province.medicine import DEPARTMENTS
from lianshen.province.regions import HOME_POOLS, Regions

PRIMARY, SECONDARY, TERTIARY = 1, 2, 3
DRUGSTORE = 0
_GRADE = {TERTIARY: ("02", "03"), SECONDARY: ("05", "06"), PRIMARY: ("08", "10"), DRUGSTORE: ("11", "11")}
_DOCTORS = {TERTIARY: 4, SECONDARY: 2, PRIMARY: 1, DRUGSTORE: 0}
# Hospitals by level and drugstores of a pool, by population in million.
_BIG_CITY = {"5101": (14, 14, 22, 60), "5199": (5, 1, 2, 4)}
_OPENED = 15_340  # 2012-01-01
_CHANGED = 20_089  # 2025-01-01
SHUT = {"closed": ("1", "01"), "province": ("1", "02"), "suspended": ("0", "03"), "opened": ("1", "03")}
"""Kind of institution, with its online flag and to whom it is open: to nobody from elsewhere, to the province only,
suspended, and open only since 2025."""
_SHUT_IN = ("5101", "5107", "5113")


@dataclass(frozen=True)
class Places:
    """Institutions 0…; ``level`` is 1, 2, 3, or 0 for a drugstore."""

    code: list[str]
    name: list[str]
    pool: Ints
    level: Ints
    grade: list[str]
    agreement: list[str]
    """``fix_blng_admdvs``"""
    deductible_level: list[str]
    first_doctor: Ints
    doctors_per_department: Ints
    stamps_midnight: Flags
    """Its system posts charges by the day, without a time."""
    members: dict[tuple[int, int], Ints]
    """Institutions by (pool, level), the busiest first."""
    shut: dict[tuple[str, str], int]
    """Hospitals that nobody from elsewhere may be settled at, or not everybody, by pool and :data:`SHUT`; they are in
    no list of members, so that only planted patients come."""

    def choose(self, rng: np.random.Generator, pool: Ints, level: Ints) -> Ints:
        """Return an institution for each (pool, level); the first of a pool are visited most."""
        found = np.empty(len(pool), dtype=np.int64)
        key = pool * 4 + level
        for one in np.unique(key):
            rows = np.flatnonzero(key == one)
            members = self.members[int(one) // 4, int(one) % 4]
            weight = 1.0 / (np.arange(len(members)) + 1.6)
            found[rows] = rng.choice(members, size=len(rows), p=weight / weight.sum())
        return found

    def doctor(self, rng: np.random.Generator, place: Ints, department: Ints) -> Ints:
        """Return a doctor of the department, -1 in a drugstore."""
        per = self.doctors_per_department[place]
        drawn = (rng.random(len(place)) * np.maximum(per, 1)).astype(np.int64)
        return np.where(per > 0, self.first_doctor[place] + department * per + drawn, -1)


def build_places(rng: np.random.Generator, regions: Regions) -> Places:
    """Return the institutions of every pool; those of other provinces are only named, for people treated there."""
    code: list[str] = []
    name: list[str] = []
    pool: list[int] = []
    level: list[int] = []
    grade: list[str] = []
    agreement: list[str] = []
    deductible: list[str] = []
    for p, short in enumerate(regions.pool_code):
        million = regions.population[p] / 100
        if p >= HOME_POOLS:
            counts = (3, 1, 0, 2)
        else:
            counts = _BIG_CITY.get(
                short, (2 + int(million > 3) + int(million > 4.5), 3 + int(million > 3), 6, 12 + int(million * 3))
            )
        counties = regions.counties_of[regions.pool("5101") if short == "5199" else p]
        for kind, count in zip((TERTIARY, SECONDARY, PRIMARY, DRUGSTORE), counts, strict=True):
            for serial in range(1, count + 1):
                county = int(counties[serial % len(counties)])
                place = regions.county_code[county]
                letter = "P" if kind == DRUGSTORE else "H"
                code.append(f"{letter}{place}{(p % 22) * 1000 + kind * 200 + serial:05d}")
                name.append(_name(regions, p, county, kind, serial))
                pool.append(p)
                level.append(kind)
                grade.append(_GRADE[kind][int(rng.random() < 0.35)])
                by_county = kind in (PRIMARY, DRUGSTORE) and short != "5199"
                agreement.append(place if by_county else f"{short}00")
                township = kind == PRIMARY and serial % 2 == 0
                deductible.append("9" if kind == DRUGSTORE or township else str(kind))
    everyday = len(code)
    shut: dict[tuple[str, str], int] = {}
    for short in _SHUT_IN:
        p = regions.pool(short)
        county = int(regions.counties_of[p][0])
        for serial, kind_of_opening in enumerate(SHUT, 181):
            shut[short, kind_of_opening] = len(code)
            code.append(f"H{regions.county_code[county]}{(p % 22) * 1000 + SECONDARY * 200 + serial:05d}")
            name.append(f"{regions.county_name[county]}第{serial}专科医院（演示）")
            pool.append(p)
            level.append(SECONDARY)
            grade.append(_GRADE[SECONDARY][0])
            agreement.append(f"{short}00")
            deductible.append(str(SECONDARY))
    pools, levels = np.array(pool), np.array(level)
    per = np.array([_DOCTORS[k] for k in level], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(per * len(DEPARTMENTS))[:-1]])
    members = {
        (p, k): np.flatnonzero((pools[:everyday] == p) & (levels[:everyday] == k))
        for p in range(len(regions.pool_code))
        for k in (DRUGSTORE, PRIMARY, SECONDARY, TERTIARY)
    }
    midnight = np.concatenate([rng.random(everyday) < 0.15, np.zeros(len(code) - everyday, dtype=bool)])
    midnight &= levels > DRUGSTORE
    return Places(
        code,
        name,
        pools,
        levels,
        grade,
        agreement,
        deductible,
        first,
        per,
        midnight,
        {key: found for key, found in members.items() if len(found)},
        shut,
    )


def _name(regions: Regions, pool: int, county: int, kind: int, serial: int) -> str:
    city, area = regions.pool_name[pool], regions.county_name[county]
    if kind == TERTIARY:
        return f"{city}第{serial}人民医院（演示）" if serial % 4 else f"{city}中医医院{serial // 4}部（演示）"
    if kind == SECONDARY:
        return f"{area}第{serial}人民医院（演示）"
    if kind == PRIMARY:
        return f"{area}第{serial}{'社区卫生服务中心' if serial % 2 else '中心卫生院'}（演示）"
    return f"{area}康民大药房{serial}店（演示）"


def place_tables(places: Places) -> dict[str, pa.Table]:
    """Return ``fixmedins_b`` and ``dr_info_b`` for the institutions of the province."""
    own = np.flatnonzero(places.pool < HOME_POOLS)
    n = len(own)
    level = places.level[own]

    def of(words: list[str]) -> pa.Array:
        return pa.array([words[i] for i in own], pa.string())

    online, opened_to = np.zeros(len(places.code), dtype=np.int64), np.full(len(places.code), 2)
    since = np.full(len(places.code), _OPENED)
    for (_, kind), place in places.shut.items():
        flag, to = SHUT[kind]
        online[place], opened_to[place] = 1 - int(flag), int(to) - 1
        since[place] = _CHANGED if kind in ("opened", "suspended") else _OPENED
    fixmedins = pa.table(
        {
            "fixmedins_code": of(places.code),
            "begntime": moment(since[own] * 86_400),
            "endtime": pa.nulls(n, pa.timestamp("s")),
            "fix_blng_admdvs": of(places.agreement),
            "fixmedins_name": of(places.name),
            "fixmedins_type": pick(np.where(level == DRUGSTORE, 1, 0), ["1", "2"]),
            "hosp_lv": of(places.grade),
            "lmtpric_hosp_lv": pick(level, ["1", "1", "2", "3"]),
            "dedc_hosp_lv": of(places.deductible_level),
            "fix_onln_open_flag": pick(online[own], ["1", "0"]),
            "out_onln_open_type": pick(opened_to[own], ["01", "02", "03"]),
            "aprv_bed_cnt": pa.array(np.array([0, 60, 300, 1200])[level].astype(np.int32)),
            "medins_natu": same("1", n).cast(pa.string()),
            "vali_flag": same("1", n).cast(pa.string()),
        }
    )
    fixmedins = pa.concat_tables([fixmedins, _before(fixmedins, since[own] == _CHANGED)])
    per = places.doctors_per_department[own] * len(DEPARTMENTS)
    hospital = np.repeat(own, per)
    number = np.repeat(places.first_doctor[own] - np.concatenate([[0], np.cumsum(per)[:-1]]), per) + np.arange(
        per.sum()
    )
    rank = number % 4
    opened = np.full(len(number), _OPENED * 86_400)
    doctors = pa.table(
        {
            "dr_code": doctor_codes(number),
            "medins_code": pick(hospital, places.code),
            "dr_prac_type": same("1", len(number)).cast(pa.string()),
            "dr_pro_tech_duty": pick(rank, ["231", "232", "233", "234"]),
            "prac_stas": same("1", len(number)).cast(pa.string()),
            "cntr_begntime": moment(opened),
            "cntr_endtime": pa.nulls(len(number), pa.timestamp("s")),
            "vali_flag": same("1", len(number)).cast(pa.string()),
        }
    )
    return {"fixmedins_b": fixmedins, "dr_info_b": doctors}


def _before(now: pa.Table, changed: Flags) -> pa.Table:
    """Return what was registered before the change of 2025: whoever is suspended now was open, and the reverse."""
    was = now.filter(pa.array(changed))
    n = was.num_rows
    suspended = pa.compute.equal(was["fix_onln_open_flag"], "0")
    row = {name: was[name] for name in was.column_names}
    row["begntime"], row["endtime"] = moment(np.full(n, _OPENED * 86_400)), moment(np.full(n, _CHANGED * 86_400))
    row["fix_onln_open_flag"] = same("1", n).cast(pa.string())
    row["out_onln_open_type"] = pa.compute.if_else(suspended, "03", "01")
    return pa.table(row)


def doctor_codes(number: Ints) -> pa.Array:
    """Return national doctor codes: D and twelve digits; a negative number is null."""
    codes = digits(np.maximum(number, 0) * 7 + 5_100_000_000, 12, "D")
    return pa.compute.if_else(pa.array(number >= 0), codes, pa.scalar(None, pa.string()))
