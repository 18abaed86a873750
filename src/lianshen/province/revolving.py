"""The revolving fund of each insured region, day by day."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.province.arrow import Ints, day, decimal, moment
from lianshen.province.bills import DAY
from lianshen.province.faults.clearing import Tonight
from lianshen.province.received import Received
from lianshen.province.reconcile import business_date
from lianshen.province.regions import HOME_POOLS, Regions

_FLOOR = 500_000_000
_DAYS_OF_QUOTA = 60
_FUND_OF_A_BILL = 120_000
"""Fen that the funds pay for a bill on the average: what a quota is reckoned from."""
_REFILLED_AT = 2
"""A fund is refilled when one half of its quota is spent."""
_USAGE = {"yellow": 78, "red": 94, "over": 106}
_NOTE = {"yellow": "使用率超过七成", "red": "使用率超过九成", "over": "超过额度"}


class Funds:
    """Balances and what was spent since the last refill, kept from night to night; fen, one row per home pool."""

    def __init__(self, regions: Regions, per_night: int) -> None:
        shares: NDArray[np.float64] = regions.outflow[:HOME_POOLS] / regions.outflow[:HOME_POOLS].sum()
        wanted = (shares * per_night * _FUND_OF_A_BILL * _DAYS_OF_QUOTA).astype(np.int64)
        self.quota: Ints = np.maximum(wanted, _FLOOR) // 100_000_000 * 100_000_000
        self.balance: Ints = self.quota.copy()
        self.spent: Ints = np.zeros(HOME_POOLS, dtype=np.int64)
        self.is_alerted: NDArray[np.bool_] = np.zeros(HOME_POOLS, dtype=bool)
        self.region = regions.city_code[:HOME_POOLS]

    def book(self, came: Received, tonight: Tonight) -> pa.Table:
        """Return ``revolv_fund_d`` of one day: what was paid for care elsewhere, refills and interest."""
        on, n = tonight.on, HOME_POOLS
        paid = np.zeros(n, dtype=np.int64)
        mine = np.flatnonzero(came.is_remote & (came.insured < HOME_POOLS))
        np.add.at(paid, came.insured[mine], came.fund[mine])
        refill = self.is_alerted | ((self.spent + paid) * _REFILLED_AT >= self.quota)
        planned: list[tuple[str, int]] = []
        for kind in tonight.wanted("CL-06"):
            place = tonight.choose([int(i) for i in np.flatnonzero(~refill) if i not in {one for _, one in planned}])
            if place is not None:
                planned.append((kind, place))
                if kind in _USAGE:
                    # A clearing of several months at once.
                    paid[place] = max(self.quota[place] * _USAGE[kind] // 100 - self.spent[place], paid[place])
        opening = self.balance.copy()
        period = business_date(on).isoformat()
        for kind, place in planned:
            amount = int(tonight.rng.integers(5_000, 900_000))
            if kind == "unconnected":
                opening[place] += amount
                tonight.fault("CL-06", self.region[place], period, "期初与上日期末不衔接", a2=amount)
            elif kind in _USAGE:
                tonight.fault("CL-06", self.region[place], period, _NOTE[kind], a2=0)
        interest = np.where((on % 30) == 0, np.maximum(opening, 0) // 12_000, 0)
        replenished = np.where(refill, np.maximum(self.quota - opening + paid, 1), 0)
        closing = opening + replenished + interest - paid
        for kind, place in planned:
            if kind == "unbalanced":
                amount = int(tonight.rng.integers(5_000, 900_000))
                closing[place] -= amount
                tonight.fault("CL-06", self.region[place], period, "当日期末余额不平", a2=amount)
        self.spent = np.where(refill, 0, self.spent + paid)
        self.is_alerted = np.zeros(n, dtype=bool)
        for kind, place in planned:
            self.is_alerted[place] = kind in _USAGE
        for _ in tonight.neighbours("CL-06"):
            busy = {one for _, one in planned}
            refilled = [int(i) for i in np.flatnonzero(refill) if i not in busy]
            calm = [int(i) for i in np.argsort(-self.spent) if i not in busy and not refill[i]][:3]
            place = tonight.choose(refilled or calm)
            if place is not None:
                note = "当日补充后余额恢复" if refilled else "使用率未到预警线"
                tonight.look_alike("CL-06", self.region[place], period, note)
        self.balance = closing
        return pa.table(
            {
                "insured_region": pa.array(self.region, pa.string()),
                "acct_date": day(np.full(n, on)),
                "opening": decimal(opening),
                "in_replenish": decimal(replenished),
                "in_interest": decimal(interest),
                "out_clear": decimal(paid),
                "adjust": decimal(np.zeros(n, dtype=np.int64)),
                "closing": decimal(closing),
                "quota": decimal(self.quota),
                "updt_time": moment(np.full(n, (on + 1) * DAY + 5_400)),
            }
        )
