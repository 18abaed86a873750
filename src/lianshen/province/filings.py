"""Filings for care away from home, chronic-disease registrations, and claims on paper."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Flags, Ints, coded, day, decimal, digits, moment, pick, same
from lianshen.province.bills import CHRONIC_VISIT, DAY, STAY, Bills, scope_of
from lianshen.province.faults.planted import Filing
from lianshen.province.medicine import CHRONIC_CODE, DIAGNOSES
from lianshen.province.people import (
    EMERGENCY,
    INSUTYPE,
    LOCAL,
    LONG_STATIONED,
    REFERRAL,
    TEMPORARY,
    UNFILED,
    Names,
    People,
)
from lianshen.province.places import SECONDARY, Places
from lianshen.province.regions import HOME_POOLS, Regions

FROM_EMERGENCY = 6
"""Position of care type 24 in MED_TYPES: deemed filed."""
_REASON = ["4", "5", "3"]
_REFERRAL_KIND = {REFERRAL: 0, EMERGENCY: 1, TEMPORARY: 2}


def everyday_filings(
    rng: np.random.Generator,
    bills: Bills,
    people: People,
    places: Places,
    regions: Regions,
    first_visit: Flags,
    start: int,
) -> list[Filing]:
    """Return the filings under which a night's everyday stays and chronic patients were treated away from home.

    ``first_visit`` marks the rows whose person has not been seen before: a filing is sent once.
    """
    remote = scope_of(bills, people, places) != LOCAL
    needs = np.isin(bills.care, (STAY, CHRONIC_VISIT)) & remote & (bills.true_filing != UNFILED) & first_visit
    needs &= (bills.directed < 0) & ~((bills.true_filing == EMERGENCY) & (bills.med_type == FROM_EMERGENCY))
    rows = np.flatnonzero(needs)
    kind = bills.true_filing[rows]
    u, v = rng.random(len(rows)), rng.random(len(rows))
    chronic = bills.care[rows] == CHRONIC_VISIT
    before = np.select(
        [chronic, kind <= LONG_STATIONED, kind == EMERGENCY],
        [bills.begin[rows] - start + 20 + u * 700, 30 + u * 900, 0],
        u * 20,
    ).astype(np.int64)
    begin = bills.begin[rows] - before
    end = np.where(kind <= LONG_STATIONED, -1, begin + 180)
    created = np.where(
        kind == EMERGENCY, bills.begin_time[rows] + 7_200, begin * DAY + 9 * 3600 + (v * 25_000).astype(np.int64)
    )
    pool = places.pool[bills.place[rows]]
    city = np.array(regions.city_code)
    chengdu = regions.pool("5101")
    # The provincial agency's hospitals lie in Chengdu, and most people file for Chengdu.
    named = np.where((pool == regions.pool("5199")) & (v < 0.7), chengdu, pool)
    region = np.where((u < 0.22) & (pool < HOME_POOLS), "510000", city[named])
    return [
        Filing(int(who), int(k), str(where), int(b), int(e), int(c))
        for who, k, where, b, e, c in zip(bills.person[rows], kind, region, begin, end, created, strict=True)
    ]


def filing_tables(
    filings: list[Filing], serial: int, people: People, names: Names, places: Places
) -> dict[str, pa.Table]:
    """Return ``out_appy_d`` and ``refl_appy_d``; ids count from ``serial``."""
    tables: dict[str, pa.Table] = {}
    number = np.arange(serial, serial + len(filings), dtype=np.int64)
    long_term = np.array([f.kind <= LONG_STATIONED for f in filings], dtype=bool)

    def column(rows: Ints, name: str) -> Ints:
        return np.array([getattr(filings[i], name) for i in rows], dtype=np.int64)

    def text(rows: Ints, name: str) -> pa.Array:
        return pa.array([getattr(filings[i], name) for i in rows], pa.string())

    for table, wanted in (("out_appy_d", long_term), ("refl_appy_d", ~long_term)):
        rows = np.flatnonzero(wanted)
        if not len(rows):
            continue
        n, who = len(rows), column(rows, "person")
        take = pa.array(who)
        kind, begin, end, created = (column(rows, c) for c in ("kind", "begin", "end", "created"))
        inside = (people.treat[who] < HOME_POOLS).astype(np.int64)
        common = {
            "insutype": coded(people.insurance[who], INSUTYPE),
            "psn_no": names.psn_no.take(take),
            "psn_cert_type": same("01", n),
            "certno": names.certno.take(take),
            "psn_name": names.name.take(take),
            "insu_admdvs": names.county.take(take),
            "begndate": day(begin),
            "enddate": day(np.maximum(end, 0), end < 0),
            "out_fil_upld_stas": text(rows, "uploaded"),
            "rchk_flag": text(rows, "review"),
            "vali_flag": text(rows, "valid"),
            "crte_time": moment(created),
            "updt_time": moment(created + 60),
        }
        if table == "out_appy_d":
            tables[table] = pa.table(
                {
                    "trt_dcla_detl_sn": digits(number[rows], 12, "T"),
                    "dcla_souc": coded(number[rows] % 4, ["0", "1", "2", "3"]),
                    "rloc_admdvs": text(rows, "region"),
                    "rloc_coty_type": coded(1 - inside, ["0", "1"]),
                    "out_onln_way": coded(1 - inside, ["2", "1"]),
                    "rloc_rea": coded(kind, _REASON),
                    **common,
                }
            )
            continue
        kinds = np.array([_REFERRAL_KIND[k] for k in kind], dtype=np.int64)
        sender = np.array([_county_hospital(places, int(people.pool[w])) for w in who], dtype=np.int64)
        target = np.array([_county_hospital(places, int(people.treat[w])) for w in who], dtype=np.int64)
        tables[table] = pa.table(
            {
                "evtsn": digits(number[rows], 12, "R"),
                "fixmedins_code": pick(sender, places.code),
                "fixmedins_name": pick(sender, places.name),
                "reflin_medins_no": pick(target, places.code),
                "reflin_medins_name": pick(target, places.name),
                "mdtrtarea_admdvs": text(rows, "region"),
                "out_flag": same("1", n),
                "refl_date": day(begin),
                "refl_fil_type": coded(kinds, ["1", "2", "3"]),
                "hosp_agre_refl_flag": same("1", n),
                "allo_setl_cnt": pa.array([filings[i].uses for i in rows], pa.int32()),
                **common,
            }
        )
    return tables


def _county_hospital(places: Places, pool: int) -> int:
    return int(places.members[pool, SECONDARY][0])


def registration_table(
    bills: Bills, first_visit: Flags, people: People, names: Names, start: int, without: Ints
) -> pa.Table:
    """Return ``opsp_reg_d``: the registrations of chronic patients seen for the first time.

    The persons in ``without`` have none, and other provinces keep theirs.
    """
    rows = np.flatnonzero((bills.care == CHRONIC_VISIT) & first_visit & (people.pool[bills.person] < HOME_POOLS))
    rows = rows[~np.isin(bills.person[rows], without)]
    _, once = np.unique(bills.person[rows], return_index=True)
    rows = rows[np.sort(once)]
    who, n = bills.person[rows], len(rows)
    known = list(CHRONIC_CODE)
    disease = np.array([known.index(d.icd3) if d.icd3 in known else 0 for d in DIAGNOSES])[bills.diag[rows]]
    begin = start - 40 - who % 900
    take = pa.array(who)
    return pa.table(
        {
            "psn_no": names.psn_no.take(take),
            "opsp_dise_code": coded(disease, [code for code, _ in CHRONIC_CODE.values()]),
            "opsp_dise_name": coded(disease, [name for _, name in CHRONIC_CODE.values()]),
            "begndate": day(begin),
            "enddate": pa.nulls(n, pa.date32()),
            "insutype": coded(people.insurance[who], INSUTYPE),
            "insu_admdvs": names.county.take(take),
            "dise_type_code": same("11", n),
            "appy_date": day(begin - 10),
            "rchk_flag": same("1", n),
            "vali_flag": same("1", n),
            "updt_time": moment(begin * DAY + 36_000),
        }
    )


def claim_table(
    rng: np.random.Generator, n: int, on: int, serial: int, people: People, names: Names, places: Places
) -> pa.Table:
    """Return ``manl_claim_d``: a few claims on paper for care that was not settled directly."""
    home = np.flatnonzero((people.pool < HOME_POOLS) & (people.death < 0))
    who = home[rng.integers(0, len(home), n)]
    begin = on - rng.integers(40, 120, n)
    total = (rng.lognormal(8.6, 0.7, n) * 100).astype(np.int64)
    away = np.flatnonzero(places.pool >= HOME_POOLS)
    take = pa.array(who)
    return pa.table(
        {
            "manl_claim_no": digits(np.arange(serial, serial + n), 12, "C"),
            "psn_no": names.psn_no.take(take),
            "certno": names.certno.take(take),
            "psn_name": names.name.take(take),
            "insu_admdvs": names.county.take(take),
            "insutype": coded(people.insurance[who], INSUTYPE),
            "fixmedins_code": pick(away[rng.integers(0, len(away), n)], places.code),
            "med_type": same("21", n),
            "begndate": day(begin),
            "enddate": day(begin + rng.integers(3, 15, n)),
            "medfee_sumamt": decimal(total),
            "fund_pay_sumamt": decimal(total * 45 // 100),
            "manl_reim_rea": coded(rng.integers(0, 3, n), ["03", "04", "05"]),
            "paid_date": day(np.full(n, on)),
            "vali_flag": same("1", n),
            "updt_time": moment(np.full(n, on * DAY + 60_000)),
        }
    )
