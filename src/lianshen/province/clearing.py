"""Weekly applications for clearing, what is in them, and deductions from them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Ints, coded, day, decimal, moment, pick, same
from lianshen.province.bills import DAY
from lianshen.province.faults.clearing import CLEARED_EVERY, Tonight
from lianshen.province.received import NATIONAL_FUNDS, Received
from lianshen.province.reconcile import business_date
from lianshen.province.tables import CLEARING_TYPES, setl_id

_FIRST, _AGAIN, _REJECTED = "", "B", "R"
_SUFFIXES = [_FIRST, _AGAIN, _REJECTED]
_LARGEST = 6
"""Institutions with a small deduction in each clearing."""


def apply_for_clearing(waiting: list[Received], tonight: Tonight) -> dict[str, pa.Table]:
    """Return the applications, their settlements and a few deductions, for everything in ``waiting``; empties it.

    A settlement that is taken back and its reversal need no clearing and are left out.
    """
    everything = Received.join(waiting)
    waiting.clear()
    owed = everything.is_remote & (everything.parts != 0).any(axis=1) & ~everything.is_uncleared
    paired = everything.is_taken_back | everything.is_reversal
    some = everything.take(np.flatnonzero(owed & ~paired))
    taken_back = everything.take(np.flatnonzero(owed & paired))
    suffix = np.zeros(len(some), dtype=np.int64)
    parts = some.parts.copy()
    month = _month(tonight)
    plain = ~some.is_planted & (some.fund > 0)

    def free(rows: Ints) -> list[int]:
        return [int(i) for i in rows if int(some.number[i]) not in tonight.touched]

    more: list[tuple[Received, Ints, int]] = []
    for kind in tonight.wanted("CL-05"):
        row = tonight.choose(free(np.flatnonzero(plain & (parts[:, :2].max(axis=1) > 20_000))))
        if row is None:
            continue
        settlement, place = int(some.number[row]), int(some.place[row])
        tonight.touched.add(settlement)
        pooled = int(parts[row, 1] > 0)
        if kind == "type":
            moved = int(parts[row, pooled])
            parts[row, pooled], parts[row, 5] = 0, parts[row, 5] + moved
            tonight.fault("CL-05", place, month, "款项类型归并错误", settlement=settlement, a2=moved)
        else:
            changed = int(tonight.rng.integers(1_000, 15_000))
            parts[row, pooled] += changed
            tonight.fault("CL-05", place, month, "清算金额不符", settlement=settlement, a2=changed)
    for _ in tonight.neighbours("CL-05"):
        mapped = np.flatnonzero(plain & (parts[:, 3] != 0))
        row = tonight.choose(free(mapped if len(mapped) else np.flatnonzero(plain & (parts[:, 2] + parts[:, 4] != 0))))
        if row is not None:
            tonight.touched.add(int(some.number[row]))
            tonight.look_alike(
                "CL-05", int(some.place[row]), month, "大病保险归并为国家款项类型", settlement=int(some.number[row])
            )
    for kind in tonight.wanted("CL-04"):
        if kind == "twice":
            row = tonight.choose(free(np.flatnonzero(plain)))
            if row is not None:
                tonight.touched.add(int(some.number[row]))
                more.append((some.take(np.array([row])), parts[[row]], 1))
                _note(tonight, some, row, "同一结算进入两次清算", int(some.fund[row]))
        else:
            _leave_reversed(taken_back, tonight, more, alone=True)
    for kind in tonight.neighbours("CL-04"):
        if kind == "taken_off":
            _leave_reversed(taken_back, tonight, more, alone=False)
            continue
        row = tonight.choose(free(np.flatnonzero(plain)))
        if row is not None:
            same_application = (some.place == some.place[row]) & (some.kind == some.kind[row])
            rows = np.flatnonzero(same_application)
            more.append((some.take(rows), parts[rows], 2))
            tonight.touched.add(int(some.number[row]))
            _note(tonight, some, row, "申请被退回后重新申报", None)
    rows_of = Received.join([some, *(one for one, *_ in more)])
    parts = np.concatenate([parts, *(their for _, their, _ in more)])
    suffix = np.concatenate([suffix, *(np.full(len(one), which) for one, _, which in more)])
    return _tables(rows_of, parts, suffix, month, tonight)


def _month(tonight: Tonight) -> str:
    return business_date(tonight.on).isoformat()[:7]


def _note(tonight: Tonight, some: Received, row: int, note: str, a2: int | None) -> None:
    """Write down a fault, or where there is no amount an innocent neighbour, of the month of the settlement."""
    period = business_date(int(some.settled[row])).isoformat()[:7]
    place, settlement = int(some.place[row]), int(some.number[row])
    if a2 is None:
        tonight.look_alike("CL-04", place, period, note, settlement=settlement)
    else:
        tonight.fault("CL-04", place, period, note, settlement=settlement, a2=a2)


def _leave_reversed(
    taken_back: Received, tonight: Tonight, more: list[tuple[Received, Ints, int]], *, alone: bool
) -> None:
    """Clear a settlement that was taken back, ``alone`` or with its reversal as a negative line."""
    pairs = [
        (int(original), int(reversal))
        for reversal in np.flatnonzero(taken_back.is_reversal & ~taken_back.is_planted)
        for original in np.flatnonzero(taken_back.number == taken_back.reverses[reversal])
        if int(taken_back.number[original]) not in tonight.touched
    ]
    pair = tonight.choose(pairs)
    if pair is None:
        return
    tonight.touched.add(int(taken_back.number[pair[0]]))
    rows = np.array(pair[:1] if alone else pair)
    more.append((taken_back.take(rows), taken_back.parts[rows], 0))
    note = "已退费仍参与清算" if alone else "退费在清算中以负数冲减"
    _note(tonight, taken_back, pair[0], note, int(taken_back.fund[pair[0]]) if alone else None)


def _tables(rows: Received, parts: Ints, suffix: Ints, month: str, tonight: Tonight) -> dict[str, pa.Table]:
    on, places = tonight.on, tonight.places
    key = (rows.place * 16 + rows.kind) * 4 + suffix
    distinct, which = np.unique(key, return_inverse=True)
    n = len(distinct)
    institution, kind, end = distinct // 64, distinct // 4 % 16, distinct % 4
    events = [
        f"CLR{on}{place:05d}{CLEARING_TYPES[k]}{_SUFFIXES[s]}"
        for place, k, s in zip(institution.tolist(), kind.tolist(), end.tolist(), strict=True)
    ]
    sums = np.zeros((n, 5), dtype=np.int64)
    for column, values in enumerate((rows.total, rows.recognised, parts.sum(axis=1), rows.cash, rows.account)):
        np.add.at(sums[:, column], which, values)
    stamp = (on + 1) * DAY + 7_200
    application = pa.table(
        {
            "clr_appy_evt_id": pa.array(events, pa.string()),
            "clr_type": coded(kind, CLEARING_TYPES),
            "clr_way": same("10", n),
            "clr_ym": same(month.replace("-", ""), n),
            "begndate": day(np.full(n, on - CLEARED_EVERY + 1)),
            "enddate": day(np.full(n, on)),
            "fixmedins_code": pick(institution, places.code),
            "medfee_sumamt": decimal(np.ascontiguousarray(sums[:, 0])),
            "med_sumfee": decimal(np.ascontiguousarray(sums[:, 1])),
            "fund_appy_sum": decimal(np.ascontiguousarray(sums[:, 2])),
            "cash_payamt": decimal(np.ascontiguousarray(sums[:, 3])),
            "acct_pay": decimal(np.ascontiguousarray(sums[:, 4])),
            "clr_optins": same("510000", n),
            "clr_stas": coded((end == 2).astype(np.int64), ["10", "70"]),
            "updt_time": moment(np.full(n, stamp)),
        }
    )
    line, fund = np.nonzero(parts)
    detail = pa.table(
        {
            "clr_appy_evt_id": pick(which[line], events),
            "setl_id": setl_id(rows.number[line]),
            "fund_pay_type": coded(fund, NATIONAL_FUNDS),
            "amt": decimal(np.ascontiguousarray(parts[line, fund])),
            "updt_time": moment(np.full(len(line), stamp)),
        }
    )
    largest = np.sort(np.argsort(-sums[:, 2], kind="stable")[:_LARGEST])
    deduction = pa.table(
        {
            "case_id": pa.array([f"HIST-{events[i][3:]}" for i in largest], pa.string()),
            "clr_ym": same(month.replace("-", ""), len(largest)),
            "det_type": same("10", len(largest)),
            "detd_stas": same("10", len(largest)),
            "det_amt": decimal(np.maximum(sums[largest, 2], 0) // 200),
            "updt_time": moment(np.full(len(largest), stamp)),
        }
    )
    return {"clr_appy_d": application, "clr_detl_d": detail, "det_d": deduction}
