"""What is registered once: prices, contracts, equipment, disease groups, payable items, approvals of special drugs."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_CEILING, Decimal

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Flags, day, decimal, digits, moment, pick, same
from lianshen.province.bills import DAY, STAY, Bills
from lianshen.province.catalogue import Catalogue
from lianshen.province.lines import CENT, Ledger, Lines
from lianshen.province.medicine import (
    CHEMO,
    CHRONIC,
    CHRONIC_CODE,
    CHRONIC_DIALYSIS,
    CLINIC,
    DEPARTMENTS,
    DIAGNOSES,
)
from lianshen.province.people import Names, People
from lianshen.province.places import DRUGSTORE, Places
from lianshen.province.regions import HOME_POOLS, Regions

_SINCE = 18_993  # 2022-01-01
_CARES = {False: ["IPT", "OTP", "ER", "OPSP"], True: ["RX"]}
EQUIPMENT = {
    "CT": "X线计算机体层摄影装置",
    "MR": "磁共振成像装置",
    "DSA": "数字减影血管造影装置",
    "LINAC": "直线加速器",
    "HD": "血液透析装置",
    "ICU": "重症医学科",
    "LAMINAR": "层流病房",
    "PET": "正电子发射断层成像装置",
}
_OF_SOME = {"LAMINAR": 3, "PET": 3, "LINAC": 3, "DSA": 2}
"""Least level of a hospital that has it; all others are in every hospital of the demo."""
SCOPED = ["5103", "5107", "5111"]
"""Pools that publish which items are payable for a chronic disease."""
GROUPED = ["5101", "5104", "5106", "5107", "5113", "5199"]
"""Pools that pay hospitals by disease group."""


def _open(n: int) -> pa.Array:
    return pa.nulls(n, pa.date32())


def register_tables(places: Places, catalogue: Catalogue, ledger: Ledger, regions: Regions) -> dict[str, pa.Table]:
    """Return the tables that the first package brings whole."""
    return {
        "drug_price_b": price_table(catalogue),
        "opsp_scope_b": scope_table(catalogue, ledger),
        "fixmedins_cntr_d": contract_table(places),
        "fixmedins_equip_b": equipment_table(places),
        "drg_group_b": group_table(regions),
    }


def price_table(catalogue: Catalogue) -> pa.Table:
    """Return ``drug_price_b``: what drugs and consumables are listed at, rounded up to the cent; a few won a tender."""
    rows = np.array([i for i, x in enumerate(catalogue.items) if x.list_type in ("101", "102", "301")])
    listed = -(-catalogue.price[rows] // CENT) * CENT
    tender = np.array([catalogue.items[i].list_type == "101" for i in rows]) & (rows % 10 == 0)
    n = len(rows)
    return pa.table(
        {
            "hilist_code": pa.array([catalogue.items[i].code for i in rows], pa.string()),
            "begndate": day(np.full(n, _SINCE)),
            "enddate": _open(n),
            "list_pric": decimal(listed, 16, 6),
            "vbp_pric": pa.compute.if_else(
                pa.array(tender), decimal(listed, 16, 6), pa.scalar(None, pa.decimal128(16, 6))
            ),
            "vali_flag": same("1", n).cast(pa.string()),
        }
    )


def scope_table(catalogue: Catalogue, ledger: Ledger) -> pa.Table:
    """Return ``opsp_scope_b`` of a few regions: what their clinics give for each chronic disease."""

    def given(profile: int) -> list[int]:
        drawn = np.flatnonzero(np.diff(ledger.baskets[profile], prepend=0.0) > 0)
        generics = {catalogue.items[i].generic for i in drawn} - {""}
        # Lists name generics: every product of one is payable where one is.
        return [i for i, item in enumerate(catalogue.items) if i in drawn or item.generic in generics]

    of_dialysis = [*given(CHRONIC_DIALYSIS), *ledger.dialysis.tolist(), *ledger.dialysis_goods.tolist()]
    rows = [
        (f"{pool}00", disease, item)
        for pool in SCOPED
        for icd3, (disease, _) in CHRONIC_CODE.items()
        for item in sorted(set(of_dialysis if icd3 == "N18" else given(CHRONIC)))
    ]
    n = len(rows)
    return pa.table(
        {
            "insu_admdvs": pa.array([region for region, _, _ in rows], pa.string()),
            "opsp_dise_code": pa.array([disease for _, disease, _ in rows], pa.string()),
            "hilist_code": pa.array([catalogue.items[item].code for _, _, item in rows], pa.string()),
            "begndate": day(np.full(n, _SINCE)),
            "enddate": _open(n),
            "vali_flag": same("1", n).cast(pa.string()),
        }
    )


def contract_table(places: Places) -> pa.Table:
    """Return ``fixmedins_cntr_d``: every institution of the province has an agreement for what it does."""
    rows = [
        (place, care)
        for place in np.flatnonzero(places.pool < HOME_POOLS).tolist()
        for care in _CARES[bool(places.level[place] == DRUGSTORE)]
    ]
    n = len(rows)
    return pa.table(
        {
            "fixmedins_code": pa.array([places.code[place] for place, _ in rows], pa.string()),
            "care": pa.array([care for _, care in rows], pa.string()),
            "begndate": day(np.full(n, _SINCE)),
            "enddate": _open(n),
            "vali_flag": same("1", n).cast(pa.string()),
        }
    )


def equipment_table(places: Places) -> pa.Table:
    """Return ``fixmedins_equip_b``: departments and equipment of the hospitals of the province."""
    known = [*DEPARTMENTS, *EQUIPMENT.items()]
    rows = [
        (place, code, name)
        for place in np.flatnonzero((places.pool < HOME_POOLS) & (places.level > DRUGSTORE)).tolist()
        for code, name in known
        if places.level[place] >= _OF_SOME.get(code, 0)
    ]
    n = len(rows)
    return pa.table(
        {
            "fixmedins_code": pa.array([places.code[place] for place, _, _ in rows], pa.string()),
            "equip_code": pa.array([code for _, code, _ in rows], pa.string()),
            "begndate": day(np.full(n, _SINCE)),
            "enddate": _open(n),
            "equip_name": pa.array([name for _, _, name in rows], pa.string()),
            "vali_flag": same("1", n).cast(pa.string()),
        }
    )


def _groups() -> list[str]:
    """Return the disease group of each diagnosis without its last digit: chapter, operated or not, serial."""
    serial: Counter[str] = Counter()
    found = []
    for d in DIAGNOSES:
        kind = f"{d.code[0]}{'B' if d.operation else 'R'}"
        serial[kind] += d.profile < CLINIC
        found.append(f"{kind}{serial[kind] % 10}" if d.profile < CLINIC else "")
    return found


GROUP_OF = _groups()


def group_table(regions: Regions) -> pa.Table:
    """Return ``drg_group_b``: per diagnosis a group with and one without complications."""
    found: dict[tuple[str, str], tuple[str, Decimal, str]] = {}
    for pool in GROUPED:
        for number, group in enumerate(GROUP_OF):
            if not group:
                continue
            weight = Decimal(60 + number * 37 % 90 + (80 if "B" in group else 0)) / 100
            for last, factor, what in (("1", Decimal("1.4"), "伴并发症"), ("5", Decimal(1), "不伴并发症")):
                found[pool, group + last] = DIAGNOSES[number].name + what, weight * factor, f"{group}5"
    rows = [(*key, *what) for key, what in found.items()]
    n = len(rows)
    fen = Decimal("0.01")
    return pa.table(
        {
            "admdvs": pa.array([f"{pool}00" for pool, *_ in rows], pa.string()),
            "grp_code": pa.array([code for _, code, *_ in rows], pa.string()),
            "begndate": day(np.full(n, _SINCE)),
            "enddate": _open(n),
            "grp_name": pa.array([name for _, _, name, _, _ in rows], pa.string()),
            "weight": pa.array([weight.quantize(Decimal("0.0001")) for *_, weight, _ in rows], pa.decimal128(8, 4)),
            "mean_fee": pa.array(
                [(weight * 9_000).quantize(fen, ROUND_CEILING) for *_, weight, _ in rows], pa.decimal128(16, 2)
            ),
            "base_grp_code": pa.array([base for *_, base in rows], pa.string()),
            "vali_flag": same("1", n).cast(pa.string()),
        }
    )


def outage_table(rng: np.random.Generator, on: int, regions: Regions) -> pa.Table:
    """Return ``outage_d``: every third night the network of a region is down for an hour or two, at night."""
    n = int(on % 3 == 0)
    begin = np.full(n, on * DAY) + (rng.random(n) * 4 * 3600).astype(np.int64)
    return pa.table(
        {
            "outage_id": digits(np.full(n, on), 6, "OUT"),
            "admdvs": pick(rng.integers(0, HOME_POOLS - 1, n), regions.city_code),
            "fixmedins_code": pa.nulls(n, pa.string()),
            "begntime": moment(begin),
            "endtime": moment(begin + 3_600 + rng.integers(0, 3_600, n)),
            "updt_time": moment(np.full(n, (on + 1) * DAY + 7_000)),
        }
    )


def approval_table(
    bills: Bills, lines: Lines, catalogue: Catalogue, people: People, names: Names, first_visit: Flags, on: int
) -> pa.Table:
    """Return ``spdrug_appr_d``: who gets a dear drug against a tumour on a stay has an approval for half a year."""
    dear = np.array([x.kind == "chemo" and x.item_class == "02" for x in catalogue.items])
    is_new = (bills.care == STAY) & (bills.profile == CHEMO) & first_visit
    rows = np.flatnonzero(
        dear[lines.item] & is_new[lines.owner] & (people.pool[bills.person[lines.owner]] < HOME_POOLS)
    )
    person, item = bills.person[lines.owner[rows]], lines.item[rows]
    _, once = np.unique(person * 10_000 + item, return_index=True)
    at = np.sort(once)
    who, what, owner = person[at], item[at], lines.owner[rows][at]
    begin, n = bills.begin[owner] - 3 - who % 40, len(at)
    return pa.table(
        {
            "psn_no": names.psn_no.take(pa.array(who)),
            "hilist_code": pick(what, [x.code for x in catalogue.items]),
            "begndate": day(begin),
            "enddate": day(begin + 364),
            "diag_code": pick(bills.diag[owner], [d.code for d in DIAGNOSES]),
            "rchk_flag": same("1", n),
            "vali_flag": same("1", n),
            "updt_time": moment(np.full(n, on * DAY + 61_000)),
        }
    )
