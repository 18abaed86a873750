"""The visits of a night as tables of the landing contract: visits, diagnoses, operations."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Ints, coded, day, decimal, digits, moment, pick, same
from lianshen.province.bills import DAY, MED_TYPES, STAY, Bills, scope_of
from lianshen.province.medicine import DEPARTMENTS, DIAGNOSES, IS_OPERATED, MEDICAL, diagnosis
from lianshen.province.people import (
    INSUTYPE,
    LOCAL,
    OUTGOING,
)
from lianshen.province.places import DRUGSTORE, Places, doctor_codes
from lianshen.province.tables import Night, mdtrt_id, or_null, setl_id

_CONDITIONS = ("因病情需要收入院，神志清楚。", "行走时不慎自行跌倒，局部肿痛、活动受限。")
_INCISION = {
    **dict.fromkeys(("13", "79", "80", "81", "85"), "1"),
    **dict.fromkeys(("32", "43", "45", "47", "48", "51", "60", "68", "74"), "2"),
    **dict.fromkeys(("36", "39", "56", "73"), "0"),
}
"""Class of incision by the chapter of the operation; class 1 is clean."""


def visit_table(night: Night, death: Ints) -> pa.Table:
    """Return ``mdtrt_d``: one row per visit; reversals bring none."""
    rows = np.flatnonzero(night.owns_visit)
    b = night.bills.take(rows)
    stay = b.care == STAY
    hospital = night.places.level[b.place] > DRUGSTORE
    department = np.where(stay, b.department, -1)
    diag = np.where(stay, b.diag, -1)
    people = night.people
    filed = np.where((scope_of(b, people, night.places) != LOCAL) & stay, b.filing, -1)
    died = np.where((b.leave == 5) & stay, b.end, -1)
    bed = _beds(night, rows, int(b.settle_time.max()) // DAY if len(b) else 0)
    died = np.where(death[rows] >= 0, death[rows], died)
    return pa.table(
        {
            "mdtrt_id": mdtrt_id(night.visit[rows]),
            "medins_setl_id": digits(night.sender[rows], 15, "M"),
            "psn_no": night.names.psn_no.take(pa.array(b.person)),
            "psn_name": night.names.name.take(pa.array(b.person)),
            "certno": night.names.certno.take(pa.array(b.person)),
            "insutype": coded(people.insurance[b.person], INSUTYPE),
            "fixmedins_code": pick(b.place, night.places.code),
            "begntime": moment(b.begin_time),
            "endtime": moment(np.maximum(b.end_time, b.begin_time)),
            "med_type": coded(b.med_type, MED_TYPES),
            "rloc_type": coded(filed, ["1", "1", "1", "2", "3", "4", None]),
            "refl_old_mdtrt_id": or_null(night.referred_from[rows], mdtrt_id(np.maximum(night.referred_from[rows], 0))),
            "chfpdr_code": doctor_codes(np.where(hospital, night.doctor[rows], -1)),
            "adm_dept_codg": coded(department, [c for c, _ in DEPARTMENTS]),
            "adm_dept_name": coded(department, [name for _, name in DEPARTMENTS]),
            "dscg_maindiag_code": coded(diag, [d.code for d in DIAGNOSES]),
            "dscg_maindiag_name": coded(diag, [d.name for d in DIAGNOSES]),
            "dscg_dept_codg": coded(department, [c for c, _ in DEPARTMENTS]),
            "dscg_dept_name": coded(department, [name for _, name in DEPARTMENTS]),
            "dscg_way": coded(np.where(b.leave > 0, b.leave, -1), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]),
            "inhosp_stas": same("0", len(b)),
            "die_date": day(np.maximum(died, 0), died < 0),
            "adm_bed": bed,
            "wardarea_bed": bed,
            "main_cond_dscr": pick(_condition(b), [*_CONDITIONS]),
            "ttp_pay_flag": same("0", len(b)),
            "mdtrt_mode": same("1", len(b)),
            "adm_way": coded(way_of_admission(b), ["1", "2", "3"]),
            "geso_val": _weeks(b),
            "crte_time": moment(b.begin_time + 240 + night.visit[rows] * 7 % np.where(stay, 9_000, 900)),
            "vali_flag": coded(night.valid[rows], ["0", "1"]),
            "updt_time": moment(night.updated[rows]),
        }
    )


def way_of_admission(b: Bills) -> Ints:
    """Return 0 through the emergency room, 1 from the clinic, 2 by transfer; -1 where nobody was admitted."""
    med = np.array(MED_TYPES)[b.med_type]
    return np.where(b.care == STAY, np.select([med == "24", med == "23"], [0, 2], 1), -1)


def _beds(night: Night, rows: Ints, on: int) -> pa.Array:
    """Return the beds of the stays in ``rows``, which nobody else has within more than a year."""
    b = night.bills.take(rows)
    place = np.where(b.care == STAY, b.place, -1)
    order = np.argsort(place, kind="stable")
    first = np.searchsorted(place[order], place[order])
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows)) - first
    number = digits(np.where(place >= 0, on % 400 * 1_000 + rank % 1_000, 0), 6, "")
    ward = pick(b.department, [code for code, _ in DEPARTMENTS])
    named = pa.compute.binary_join_element_wise(ward, number, "-")
    return or_null(np.where(place >= 0, 0, -1), named)


def _condition(b: Bills) -> Ints:
    """Return which of the sentences tells the condition on admission, -1 for none."""
    letter = np.array([d.code[0] for d in DIAGNOSES])[np.maximum(b.diag, 0)]
    injured = np.isin(letter, ["S", "T"]).astype(np.int64)
    return np.where(b.care == STAY, injured, -1)


def _weeks(b: Bills) -> pa.Array:
    """Return the week of pregnancy of those who give birth."""
    birth = np.isin(b.diag, [diagnosis("O80"), diagnosis("O82")])
    weeks = decimal(370 + b.person % 40, 4, 1)
    return pa.compute.if_else(pa.array(birth), weeks, pa.scalar(None, weeks.type))


def sends_few_diagnoses(places: Places) -> Ints:
    """Return 1 for the institutions that send diagnoses of stays only."""
    return np.asarray(np.arange(len(places.code)) % 6 == 0, dtype=np.int64)


def diagnosis_table(night: Night, missing: Ints) -> pa.Table:
    """Return ``diag_d``: a main diagnosis for every visit but a drugstore's; institutions in ``missing`` send few."""
    b = night.bills
    rows = np.flatnonzero(night.owns_visit & (b.diag >= 0) & ((missing[b.place] == 0) | (b.care == STAY)))
    d, order = b.diag[rows], np.ones(len(rows), dtype=np.int64)
    for further in (2, 3):
        # Old patients have more than one disease; which ones follows from the visit, not from a draw.
        first = rows[order == 1]
        chance = (night.visit[first] * 31 + further * 17) % 100
        age = (b.begin[first] - night.people.birth[b.person[first]]) // 365
        chosen = first[(b.care[first] == STAY) & (chance < age)]
        secondary = np.array([diagnosis(c, MEDICAL) for c in ("I10", "E11", "K29", "I48")])[
            (night.visit[chosen] + further) % 4
        ]
        rows, d = np.concatenate([rows, chosen]), np.concatenate([d, secondary])
        order = np.concatenate([order, np.full(len(chosen), further)])
    kind = np.where(b.care[rows] == STAY, 1, 0)
    n = len(rows)
    return pa.table(
        {
            "mdtrt_id": mdtrt_id(night.visit[rows]),
            "inout_diag_type": coded(kind, ["1", "2"]),
            "diag_srt_no": pa.array(order.astype(np.int32)),
            "setl_id": setl_id(night.settlement[rows]),
            "maindiag_flag": coded((order == 1).astype(np.int64), ["0", "1"]),
            "diag_type": same("1", n),
            "diag_code": coded(d, [x.code for x in DIAGNOSES]),
            "diag_name": coded(d, [x.name for x in DIAGNOSES]),
            "adm_cond_type": same("1", n),
            "diag_dr_code": doctor_codes(night.doctor[rows]),
            "diag_time": moment(b.begin_time[rows] + 1_200),
            "vali_flag": coded(night.valid[rows], ["0", "1"]),
            "updt_time": moment(night.updated[rows]),
        }
    )


def operation_table(night: Night) -> pa.Table:
    """Return ``oprn_d``."""
    b = night.bills
    rows = np.flatnonzero(
        night.owns_visit
        & (b.care == STAY)
        & IS_OPERATED[np.maximum(b.diag, 0)]
        & (scope_of(b, night.people, night.places) != OUTGOING)
    )
    d, n = b.diag[rows], len(rows)
    on = np.minimum(b.begin[rows] + 1, b.end[rows])
    return pa.table(
        {
            "mdtrt_id": mdtrt_id(night.visit[rows]),
            "oprn_oprt_sn": same("1", n),
            "setl_id": setl_id(night.settlement[rows]),
            "main_oprn_flag": same("1", n),
            "oprn_oprt_code": coded(d, [x.operation for x in DIAGNOSES]),
            "oprn_oprt_name": coded(d, [x.operation_name for x in DIAGNOSES]),
            "oprn_oprt_date": day(on),
            "oper_dr_code": doctor_codes(night.doctor[rows]),
            "incs_lv": coded(d, [_INCISION.get(x.operation[:2]) for x in DIAGNOSES]),
            "vali_flag": coded(night.valid[rows], ["0", "1"]),
            "updt_time": moment(night.updated[rows]),
        }
    )
