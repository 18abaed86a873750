"""Settlement lists of hospital stays: declared some days after the settlement, with charges that add up to the bill."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Flags, Ints, coded, day, decimal, digits, moment, pick, same
from lianshen.province.bills import DAY, STAY, scope_of
from lianshen.province.catalogue import CLASS_C
from lianshen.province.medicine import CHEMO, DIAGNOSES
from lianshen.province.people import INSUTYPE, OUTGOING
from lianshen.province.places import PRIMARY, TERTIARY, Places, doctor_codes
from lianshen.province.regions import HOME_POOLS, Regions
from lianshen.province.registers import GROUP_OF, GROUPED
from lianshen.province.tables import Night, mdtrt_id, or_null, setl_id, sex_on_record
from lianshen.province.visit_tables import way_of_admission

Parts = dict[str, pa.Table]
Waiting = dict[int, list[Parts]]
LONGEST_WAIT = 7


def sends_lists(places: Places) -> Flags:
    """Return which hospitals send settlement lists."""
    return np.asarray((places.pool < HOME_POOLS) & (places.level > PRIMARY) & (np.arange(len(places.code)) % 3 == 0))


def list_tables(
    made: Night, wait: Ints, number: int, waiting: Waiting, tables: Parts, regions: Regions, planted: Ints
) -> Parts:
    """Return ``setl_list_d`` and ``setl_list_item_d`` that come on night ``number``, and keep those of later nights.

    Everyday lists come one to seven nights after the settlement, those of ``planted`` rows with it. Reversals
    have none.
    """
    b = made.bills
    scope = scope_of(b, made.people, made.places)
    wanted = (b.care == STAY) & (scope != OUTGOING) & sends_lists(made.places)[b.place] & (made.reverses < 0)
    rows = np.flatnonzero(wanted)
    is_planted = np.isin(rows, planted)
    later = 1 + made.settlement[rows] % LONGEST_WAIT
    declared = b.settle_time[rows] + np.where(is_planted, 3_600, 0)
    declared = np.where(is_planted, declared, (b.settle_time[rows] // DAY + later) * DAY + 54_000 + rows % 7_200)
    night = np.where(is_planted, number, number + np.maximum(later, wait[rows]))
    for due in np.unique(night):
        these = np.flatnonzero(night == due)
        at = rows[these]
        some = {
            "setl_list_d": _lists(made, at, declared[these], tables, regions),
            "setl_list_item_d": _charges(made, at, declared[these]),
        }
        waiting.setdefault(int(due), []).append(some)
    came: dict[str, list[pa.Table]] = defaultdict(list)
    for parts in waiting.pop(number, []):
        for name, table in parts.items():
            came[name].append(table)
    return {name: pa.concat_tables(some).combine_chunks() for name, some in came.items()}


def _lists(made: Night, rows: Ints, declared: Ints, tables: Parts, regions: Regions) -> pa.Table:
    b, n = made.bills, len(rows)
    who, place, diag = b.person[rows], b.place[rows], np.maximum(b.diag[rows], 0)
    listed = setl_id(made.settlement[rows])
    diagnoses, operations = (_count(tables[name], made.visit[rows]) for name in ("diag_d", "oprn_d"))
    by_group = np.isin(made.places.pool[place], [regions.pool(code) for code in GROUPED])
    by_group &= made.places.level[place] == TERTIARY
    # A settlement made again brings no diagnoses: the visit has sent them.
    group = np.where(by_group, diag * 2 + (diagnoses <= 1), -1)
    grade = [code + last if code else None for code in GROUP_OF for last in ("1", "5")]
    nights = np.maximum(b.end[rows] - b.begin[rows], 1)
    return pa.table(
        {
            "setl_list_id": pa.compute.binary_join_element_wise("L", listed, ""),
            "setl_id": listed,
            "mdtrt_id": mdtrt_id(made.visit[rows]),
            "fixmedins_code": pick(place, made.places.code),
            "medcasno": digits(made.visit[rows], 15, "C"),
            "dcla_time": moment(declared),
            "gend": pick(sex_on_record(made.people, who), ["1", "2"]),
            "brdy": day(made.people.birth[who]),
            "insutype": coded(made.people.insurance[who], INSUTYPE),
            "adm_way": pick(way_of_admission(b)[rows], ["1", "2", "3"]),
            "adm_time": moment(b.begin_time[rows]),
            "dscg_time": moment(b.end_time[rows]),
            "act_ipt_days": decimal(nights * 100, 8, 2),
            "dscg_way": coded(b.leave[rows], [str(k) for k in range(10)]),
            "maindiag_code": pick(b.diag[rows], [d.code for d in DIAGNOSES]),
            "diag_code_cnt": pa.array(diagnoses.astype(np.int32)),
            "oprn_oprt_code_cnt": pa.array(operations.astype(np.int32)),
            "days_rinp_flag_31": pick((b.profile[rows] == CHEMO).astype(np.int64), ["0", "1"]),
            "chfpdr_code": doctor_codes(made.doctor[rows]),
            "hi_paymtd": pick(by_group.astype(np.int64), ["1", "4"]),
            "grp_code": or_null(group, pick(group, grade)),
            "vali_flag": same("1", n),
            "updt_time": moment(declared + 60),
        }
    )


def _count(table: pa.Table, visits: Ints) -> Ints:
    """Return how many rows of a table each visit has."""
    numbers = pa.compute.utf8_slice_codeunits(table["mdtrt_id"], 2).cast(pa.int64()).to_numpy()
    numbers = np.sort(numbers)
    return np.searchsorted(numbers, visits, side="right") - np.searchsorted(numbers, visits, side="left")


def _charges(made: Night, rows: Ints, declared: Ints) -> pa.Table:
    """Return the charges of the lists by category and class; together they are the lines of the bill."""
    x, s = made.lines, made.split
    position = np.full(len(made.bills), -1)
    position[rows] = np.arange(len(rows))
    lines = np.flatnonzero(position[x.owner] >= 0)
    category = np.array([int(item.category) for item in made.catalogue.items])[x.item[lines]]
    groups, of = np.unique(position[x.owner[lines]] * 100 + category, return_inverse=True)
    amount, own = s.amount[lines], s.parts.full_self_pay[lines]
    kind = s.item_class[lines]

    def sums(values: Ints) -> pa.Array:
        return decimal(np.bincount(of, values.astype(np.float64), len(groups)).astype(np.int64))

    rest = amount - own
    at = groups // 100
    return pa.table(
        {
            "setl_list_id": pa.compute.binary_join_element_wise("L", setl_id(made.settlement[rows[at]]), ""),
            "med_chrgitm": pick(groups % 100, [f"{k:02d}" for k in range(100)]),
            "amt": sums(amount),
            "claa_sumfee": sums(np.where(kind == 1, rest, 0)),
            "clab_amt": sums(np.where(kind == 2, rest, 0)),
            "fulamt_ownpay_amt": sums(own),
            "oth_amt": sums(np.where((kind == CLASS_C) | (kind < 1), rest, 0)),
            "updt_time": moment(declared[at] + 60),
        }
    )
