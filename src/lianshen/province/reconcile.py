"""Daily reconciliation, clearing, deductions and the revolving fund: small, and consistent with the settlements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Ints, coded, day, decimal, moment, pick, same
from lianshen.province.bills import DAY, scope_of
from lianshen.province.catalogue import EPOCH
from lianshen.province.people import INSUTYPE
from lianshen.province.places import Places
from lianshen.province.regions import HOME_POOLS, Regions
from lianshen.province.tables import CLEARING_TYPES, Night, clearing, mdtrt_id, setl_id

KEPT_DAYS = 45
CLEARED_EVERY = 7
_CLEARING_HOSPITALS = 3


@dataclass
class Books:
    """What reconciliation remembers from night to night."""

    statements: dict[tuple[int, ...], Ints] = field(default_factory=dict)
    """(institution, insurance, clearing type, day) to totals, so that a late row corrects its day."""
    to_clear: list[tuple[int, str, int, int]] = field(default_factory=list)
    """(institution, settlement id, fund, total) of the last days, for a few hospitals."""
    balance: dict[int, int] = field(default_factory=dict)


def book_night(books: Books, night: Night, places: Places, regions: Regions, on: int) -> dict[str, pa.Table]:
    """Return the tables that follow from the settlements of a night."""
    tables = {"stmt_d": _statements(books, night, on), "stmt_detl_d": _details(night, on)}
    tables["revolv_fund_d"] = _revolving(books, night, regions, on)
    _remember(books, night, places)
    if (on - 1) % CLEARED_EVERY == 0 and books.to_clear:
        tables |= _clear(books, places, on)
    old = on - KEPT_DAYS
    books.statements = {key: totals for key, totals in books.statements.items() if key[3] >= old}
    return tables


def _signed(night: Night, values: Ints) -> Ints:
    return np.where(night.reverses >= 0, -values, values)


def _statements(books: Books, night: Night, on: int) -> pa.Table:
    b, h = night.bills, night.header
    kind = clearing(scope_of(b, night.people, night.places), b.care)
    settled = b.settle_time // DAY
    insurance = night.people.insurance[b.person]
    key = ((b.place * 2 + insurance) * 16 + kind) * 2**20 + settled
    distinct, which = np.unique(key, return_inverse=True)
    totals = np.zeros((len(distinct), 4), dtype=np.int64)
    one = np.ones(len(b), dtype=np.int64)
    for column, values in enumerate((h.total, h.fund, h.account, one)):
        np.add.at(totals[:, column], which, _signed(night, values))
    keys = [
        (int(k >> 20) // 32, int(k >> 20) // 16 % 2, int(k >> 20) % 16, int(k & (2**20 - 1))) for k in distinct.tolist()
    ]
    for place, parts in zip(keys, totals, strict=True):
        books.statements[place] = books.statements.get(place, 0) + parts
    rows = np.array(keys, dtype=np.int64).reshape(-1, 4)
    sums = np.array([books.statements[place] for place in keys], dtype=np.int64).reshape(-1, 4)
    n = len(rows)
    return pa.table(
        {
            "fixmedins_code": pick(rows[:, 0], night.places.code),
            "setl_optins": pick(rows[:, 0], night.places.agreement),
            "insutype": coded(rows[:, 1], INSUTYPE),
            "clr_type": coded(rows[:, 2], CLEARING_TYPES),
            "stmt_begndate": day(rows[:, 3]),
            "stmt_enddate": day(rows[:, 3]),
            "medfee_sumamt": decimal(sums[:, 0]),
            "fund_pay_sumamt": decimal(sums[:, 1]),
            "acct_pay": decimal(sums[:, 2]),
            "fixmedins_setl_cnt": pa.array(sums[:, 3].astype(np.int32)),
            "stmt_rslt": same("0", n),
            "stmt_rslt_dscr": same("平", n),
            "updt_time": moment(np.full(n, (on + 1) * DAY + 3_600)),
        }
    )


def _details(night: Night, on: int) -> pa.Table:
    b, h = night.bills, night.header
    rows = np.flatnonzero(night.settlement % 97 == 0)
    n = len(rows)
    return pa.table(
        {
            "setl_id": setl_id(night.settlement[rows]),
            "msgid": setl_id(night.sender[rows]),
            "psn_no": night.names.psn_no.take(pa.array(b.person[rows])),
            "mdtrt_id": mdtrt_id(night.visit[rows]),
            "refd_setl_flag": coded((night.reverses[rows] >= 0).astype(np.int64), ["0", "1"]),
            "medfee_sumamt": decimal(_signed(night, h.total)[rows]),
            "fund_pay_sumamt": decimal(_signed(night, h.fund)[rows]),
            "acct_pay": decimal(_signed(night, h.account)[rows]),
            "stmt_rslt": same("0", n),
            "updt_time": moment(np.full(n, (on + 1) * DAY + 3_700)),
        }
    )


def _revolving(books: Books, night: Night, regions: Regions, on: int) -> pa.Table:
    pool = night.people.pool[night.bills.person]
    treating = night.places.pool[night.bills.place]
    remote = pool != treating
    out = np.zeros(len(regions.pool_code), dtype=np.int64)
    np.add.at(out, pool[remote], _signed(night, night.header.fund)[remote])
    home = np.arange(HOME_POOLS)
    quota = np.maximum((regions.population[:HOME_POOLS] * 2_500_000).astype(np.int64), 500_000_000)
    opening = np.array([books.balance.get(int(p), int(quota[p])) for p in home], dtype=np.int64)
    paid = out[:HOME_POOLS]
    low = opening - paid < quota * 3 // 10
    filled = np.where(low, quota - opening + paid, 0)
    interest = np.where((on % 30) == 0, opening // 12_000, 0)
    closing = opening + filled + interest - paid
    books.balance = {int(p): int(c) for p, c in zip(home, closing, strict=True)}
    n = HOME_POOLS
    return pa.table(
        {
            "insured_region": pa.array(regions.city_code[:n], pa.string()),
            "acct_date": day(np.full(n, on)),
            "opening": decimal(opening),
            "in_replenish": decimal(filled),
            "in_interest": decimal(interest),
            "out_clear": decimal(paid),
            "adjust": decimal(np.zeros(n, dtype=np.int64)),
            "closing": decimal(closing),
            "quota": decimal(quota),
            "updt_time": moment(np.full(n, (on + 1) * DAY + 5_400)),
        }
    )


def _remember(books: Books, night: Night, places: Places) -> None:
    chosen = np.flatnonzero(places.level == 2)[:_CLEARING_HOSPITALS]
    rows = np.flatnonzero(np.isin(night.bills.place, chosen) & (night.people.insurance[night.bills.person] == 0))
    ids = setl_id(night.settlement[rows]).to_pylist()
    fund, total = _signed(night, night.header.fund)[rows], _signed(night, night.header.total)[rows]
    books.to_clear += [
        (int(p), str(i), int(f), int(t)) for p, i, f, t in zip(night.bills.place[rows], ids, fund, total, strict=True)
    ]


def _clear(books: Books, places: Places, on: int) -> dict[str, pa.Table]:
    """Return a week's clearing application of each chosen hospital, its settlements, and a small deduction."""
    ends = EPOCH + timedelta(days=on)
    month = f"{ends.year}{ends.month:02d}"
    hospitals = sorted({row[0] for row in books.to_clear})
    event = {p: f"CLR{on}{number:03d}" for number, p in enumerate(hospitals)}
    rows, books.to_clear = books.to_clear, []
    n = len(hospitals)
    fund = np.array([sum(r[2] for r in rows if r[0] == p) for p in hospitals], dtype=np.int64)
    total = np.array([sum(r[3] for r in rows if r[0] == p) for p in hospitals], dtype=np.int64)
    stamp = (on + 1) * DAY + 7_200
    zero = np.zeros(n, dtype=np.int64)
    application = pa.table(
        {
            "clr_appy_evt_id": pa.array([event[p] for p in hospitals], pa.string()),
            "clr_type": same("9903", n),
            "clr_way": same("10", n),
            "clr_ym": same(month, n),
            "begndate": day(np.full(n, on - CLEARED_EVERY + 1)),
            "enddate": day(np.full(n, on)),
            "fixmedins_code": pa.array([places.code[p] for p in hospitals], pa.string()),
            "medfee_sumamt": decimal(total),
            "med_sumfee": decimal(total),
            "fund_appy_sum": decimal(fund),
            "cash_payamt": decimal(zero),
            "acct_pay": decimal(zero),
            "clr_optins": same("510000", n),
            "clr_stas": same("10", n),
            "updt_time": moment(np.full(n, stamp)),
        }
    )
    detail = pa.table(
        {
            "clr_appy_evt_id": pa.array([event[r[0]] for r in rows], pa.string()),
            "setl_id": pa.array([r[1] for r in rows], pa.string()),
            "fund_pay_type": same("310100", len(rows)),
            "amt": decimal(np.array([r[2] for r in rows], dtype=np.int64)),
            "updt_time": moment(np.full(len(rows), stamp)),
        }
    )
    deduction = pa.table(
        {
            "case_id": pa.array([f"HIST-{on}-{p}" for p in hospitals], pa.string()),
            "clr_ym": same(month, n),
            "det_type": same("10", n),
            "detd_stas": same("10", n),
            "det_amt": decimal(fund // 200),
            "updt_time": moment(np.full(n, stamp)),
        }
    )
    return {"clr_appy_d": application, "clr_detl_d": detail, "det_d": deduction}


def business_date(on: int) -> date:
    """Return the calendar day of a number of days since 1970."""
    return EPOCH + timedelta(days=on)
