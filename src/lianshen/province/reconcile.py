"""Daily reconciliation: what institutions state, in sum and one by one, and what three parties hold."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Flags, Ints, coded, day, decimal, digits, moment, pick, same
from lianshen.province.bills import DAY
from lianshen.province.catalogue import EPOCH
from lianshen.province.faults.clearing import Tonight
from lianshen.province.people import INCOMING, INSUTYPE, Names
from lianshen.province.places import Places
from lianshen.province.received import Received
from lianshen.province.regions import HOME_POOLS
from lianshen.province.tables import CLEARING_TYPES, mdtrt_id, setl_id

KEPT_DAYS = 45
PARTNERS_AFTER = 2
"""Days after a settlement with which the three parties' records come."""
Statements = dict[tuple[int, int, int, int], Ints]
"""(institution, insurance, clearing type, day) to total, fund, account and number."""


def business_date(on: int) -> date:
    """Return the calendar day of a number of days since 1970."""
    return EPOCH + timedelta(days=on)


def state(
    statements: Statements,
    withheld: set[tuple[int, int, int, int]],
    came: Received,
    tonight: Tonight,
    beside: Statements,
) -> tuple[pa.Table, set[tuple[int, int, int, int]]]:
    """Return ``stmt_d`` of the days that something arrived for, and which these are; a late settlement has its day
    stated anew.

    ``statements`` is kept from night to night, ``withheld`` are those that are planted to be missing. ``beside`` is
    what else the institutions state of the same days, which no fault of a statement is chosen by.
    """
    key = ((came.place * 2 + came.insurance) * 16 + came.kind) * 2**20 + came.settled
    distinct, which = np.unique(key, return_inverse=True)
    totals = np.zeros((len(distinct), 4), dtype=np.int64)
    for column, values in enumerate((came.total, came.fund, came.account, np.where(came.is_reversal, -1, 1))):
        np.add.at(totals[:, column], which, values)
    keys = [
        (int(k >> 20) // 32, int(k >> 20) // 16 % 2, int(k >> 20) % 16, int(k & (2**20 - 1))) for k in distinct.tolist()
    ]
    new = [place not in statements for place in keys]
    for place, parts in zip(keys, totals, strict=True):
        statements[place] = statements.get(place, 0) + parts
    # Nobody asks institutions of other provinces for a statement.
    clean = np.array([tonight.places.pool[place[0]] < HOME_POOLS for place in keys], dtype=bool)
    np.logical_and.at(clean, which, ~came.is_planted)
    _misstate(statements, withheld, keys, clean & np.array(new, dtype=bool), tonight)
    _innocent(came, which, keys, clean, tonight)
    sent = [place for place in keys if place not in withheld]
    stated = statement_table(
        sent, [statements[place] + beside.get(place, 0) for place in sent], tonight.places, tonight.on
    )
    old = tonight.on - KEPT_DAYS
    for place in [place for place in statements if place[3] < old]:
        del statements[place]
    return stated, set(sent)


def statement_table(keys: list[tuple[int, int, int, int]], totals: list[Ints], places: Places, on: int) -> pa.Table:
    """Return ``stmt_d`` made on a day: total, fund, account and number of each (institution, insurance, type, day)."""
    rows = np.array(keys, dtype=np.int64).reshape(-1, 4)
    sums = np.array(totals, dtype=np.int64).reshape(-1, 4)
    n = len(rows)
    return pa.table(
        {
            "fixmedins_code": pick(rows[:, 0], places.code),
            "setl_optins": pick(rows[:, 0], places.agreement),
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


def _misstate(
    statements: Statements,
    withheld: set[tuple[int, int, int, int]],
    keys: list[tuple[int, int, int, int]],
    clean: Flags,
    tonight: Tonight,
) -> None:
    """Plant CL-01: a statement that is wrong, and stays wrong when a late settlement has its day stated anew."""
    for kind in tonight.wanted("CL-01"):
        fit = [i for i in np.flatnonzero(clean) if statements[keys[i]][1] > 0 and keys[i][3] == tonight.on]
        place = tonight.choose([keys[i] for i in fit if keys[i][0] not in tonight.used])
        if place is None:
            continue
        tonight.used.add(place[0])
        period = business_date(place[3]).isoformat()
        amount = int(tonight.rng.integers(2_000, 60_000))
        if kind == "missing":
            withheld.add(place)
            tonight.fault("CL-01", place[0], period, "当日无对账单", a2=int(statements[place][1]))
        elif kind == "fund":
            statements[place] = statements[place] + np.array([0, amount, 0, 0])
            tonight.fault("CL-01", place[0], period, "机构多报基金", a2=amount)
        elif kind == "total":
            statements[place] = statements[place] + np.array([amount, 0, 0, 0])
            tonight.fault("CL-01", place[0], period, "机构多报总费用", a2=0)
        else:
            statements[place] = statements[place] + np.array([0, 0, 0, 2])
            tonight.fault("CL-01", place[0], period, "退费按正数计笔", a2=0)


def _innocent(
    came: Received, which: Ints, keys: list[tuple[int, int, int, int]], clean: Flags, tonight: Tonight
) -> None:
    """Name the neighbours of CL-01: a reversal that counts minus one, a late settlement that corrects its day."""
    for kind in tonight.neighbours("CL-01"):
        wanted = came.is_reversal if kind == "reversal" else came.is_late & ~came.is_reversal
        fit = [keys[i] for i in np.unique(which[wanted]) if clean[i] and keys[i][0] not in tonight.used]
        place = tonight.choose(fit)
        if place is not None:
            tonight.used.add(place[0])
            note = "退费按负一笔计" if kind == "reversal" else "迟传结算更正当日对账"
            tonight.look_alike("CL-01", place[0], business_date(place[3]).isoformat(), note)


def detail_places(places: Places) -> Ints:
    """Return the few institutions that send their settlements one by one: some of every level."""
    some = [
        np.flatnonzero((places.level == level) & (places.pool < HOME_POOLS))[:count]
        for level, count in ((3, 4), (2, 5), (1, 3))
    ]
    return np.concatenate(some)


def list_details(came: Received, names: Names, tonight: Tonight) -> pa.Table:
    """Return ``stmt_detl_d``: every settlement of a few institutions."""
    some = came.take(np.flatnonzero(np.isin(came.place, detail_places(tonight.places))))
    n = len(some)
    kept = np.ones(n, dtype=bool)
    number, fund, flag = some.number.copy(), some.fund.copy(), some.is_reversal.astype(np.int64)
    extra: list[int] = []
    plain = ~some.is_planted & ~some.is_taken_back & ~some.is_reversal & (some.fund > 0)
    alone = _listed_with_others(some)
    stamp = (tonight.on + 1) * DAY + 3_700
    for kind in tonight.wanted("CL-02"):
        free = plain & kept & (alone if kind == "unlisted" else True)
        row = tonight.choose([i for i in np.flatnonzero(free) if int(some.number[i]) not in tonight.touched])
        if row is None:
            continue
        tonight.touched.add(int(some.number[row]))
        settled = business_date(int(some.settled[row])).isoformat()
        settlement, due = int(some.number[row]), int(some.fund[row])
        if kind == "unlisted":
            kept[row] = False
            tonight.fault("CL-02", int(some.place[row]), settled, "机构明细缺一笔", settlement=settlement, a2=due)
        elif kind == "amount":
            more = int(tonight.rng.integers(1_000, 30_000))
            fund[row] += more
            tonight.fault("CL-02", int(some.place[row]), settled, "明细金额不符", settlement=settlement, a2=more)
        elif kind == "flag":
            flag[row] = 1
            tonight.fault("CL-02", int(some.place[row]), settled, "退费标志不符", settlement=settlement, a2=0)
        else:
            # Only the institution has it: the transaction never reached the centre.
            extra.append(int(row))
            period = business_date(stamp // DAY).isoformat()
            tonight.fault("CL-02", int(some.place[row]), period, "中心缺记录", a2=due)
    for kind in tonight.neighbours("CL-02"):
        free = kept & (plain if kind == "renumbered" else some.is_reversal & ~some.is_planted)
        row = tonight.choose([i for i in np.flatnonzero(free) if int(some.number[i]) not in tonight.touched])
        if row is None:
            continue
        tonight.touched.add(int(some.number[row]))
        period = business_date(int(some.settled[row])).isoformat()
        note = "超时补偿：结算号不同，报文号相同" if kind == "renumbered" else "退费成对列出"
        tonight.look_alike("CL-02", int(some.place[row]), period, note, settlement=int(some.number[row]))
        if kind == "renumbered":
            number[row] += 6 * 10**6
    rows = np.concatenate([np.flatnonzero(kept), np.array(extra, dtype=np.int64)])
    added = np.arange(len(rows)) >= int(kept.sum())
    shift = np.where(added, 5 * 10**6, 0)
    m = len(rows)
    return pa.table(
        {
            "setl_id": setl_id(number[rows] + shift),
            "msgid": digits(some.sender[rows] + shift, 15, "M"),
            "psn_no": names.psn_no.take(pa.array(some.person[rows])),
            "mdtrt_id": mdtrt_id(some.visit[rows]),
            "refd_setl_flag": coded(flag[rows], ["0", "1"]),
            "medfee_sumamt": decimal(some.total[rows]),
            "fund_pay_sumamt": decimal(fund[rows]),
            "acct_pay": decimal(some.account[rows]),
            "stmt_rslt": same("0", m),
            "updt_time": moment(np.full(m, stamp)),
        }
    )


def _listed_with_others(some: Received) -> Flags:
    """Return which have company in their institution's day, insurance and clearing type: without it nothing shows
    that a settlement is missing."""
    key = ((some.place * 2 + some.insurance) * 16 + some.kind) * 2**20 + some.settled
    _, which, count = np.unique(key, return_inverse=True, return_counts=True)
    return np.asarray(count[which] > 1)


def list_partners(waiting: list[Received], came: Received, tonight: Tonight) -> pa.Table:
    """Return ``tri_stmt_d`` of cross-province settlements, two days after each; ``waiting`` is kept between nights."""
    waiting.append(came.take(np.flatnonzero(came.scope >= INCOMING)))
    everything = Received.join(waiting)
    later = everything.settled + PARTNERS_AFTER + np.isin(everything.number, list(tonight.batch_late)) * 2 > tonight.on
    some = everything.take(np.flatnonzero(~later))
    n = len(some)
    holds = np.ones((n, 3), dtype=np.int64)
    funds = np.repeat(some.fund[:, None], 3, axis=1)
    sent = np.ones(n, dtype=bool)
    plain = ~some.is_planted & ~some.is_taken_back & ~some.is_reversal & (some.fund > 0)
    for kind in tonight.wanted("CL-03"):
        row = tonight.choose([i for i in np.flatnonzero(plain & sent) if int(some.number[i]) not in tonight.touched])
        if row is None:
            continue
        settlement, due = int(some.number[row]), int(some.fund[row])
        tonight.touched.add(settlement)
        period = business_date(int(some.settled[row])).isoformat()
        if kind == "none":
            sent[row] = False
        elif kind == "amount":
            due = int(tonight.rng.integers(1_000, 50_000))
            funds[row, 2] += due
        else:
            party = 2 if kind == "insured" else 1
            holds[row, party] = 0
        note = {"none": "无三方对账记录", "amount": "参保地金额不符", "insured": "参保地缺记录"}.get(
            kind, "就医地缺记录"
        )
        tonight.fault("CL-03", int(some.place[row]), period, note, settlement=settlement, a2=due)
    still = np.flatnonzero(later & ~everything.is_planted & (everything.settled == tonight.on))
    for _ in tonight.neighbours("CL-03"):
        row = tonight.choose([i for i in still if int(everything.number[i]) not in tonight.touched])
        if row is not None:
            tonight.touched.add(int(everything.number[row]))
            tonight.batch_late.add(int(everything.number[row]))
            tonight.look_alike(
                "CL-03", int(everything.place[row]), business_date(int(everything.settled[row])).isoformat(),
                "国家平台批处理晚两日", settlement=int(everything.number[row]),
            )  # fmt: skip
    waiting[:] = [everything.take(np.flatnonzero(later))]
    some, holds, funds = some.take(np.flatnonzero(sent)), holds[sent], funds[sent]
    n = len(some)
    flags = {name: coded(holds[:, i], ["0", "1"]) for i, name in enumerate(("hosp_flag", "treat_flag", "insu_flag"))}
    empty = pa.scalar(None, pa.decimal128(16, 2))
    amounts = {
        name: pa.compute.if_else(pa.array(holds[:, i] == 1), decimal(np.ascontiguousarray(funds[:, i])), empty)
        for i, name in enumerate(("hosp_fund", "treat_fund", "insu_fund"))
    }
    return pa.table(
        {
            "setl_id": setl_id(some.number),
            "stmt_date": day(np.full(n, tonight.on)),
            **flags,
            **amounts,
            "updt_time": moment(np.full(n, (tonight.on + 1) * DAY + 4_000)),
        }
    )
