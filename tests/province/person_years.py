"""Walks the settlements of a person-year in order and adds up what was used: independent of the product's own SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb

STAY, CLINIC = "stay", "clinic"
ROWS = """
    SELECT
        p.human, s.insutype, YEAR(s.setl_time) AS year, s.setl_id, s.setl_time, s.med_type, s.refd_setl_flag = '1',
        s.hifp_pay, s.inscp_amt, s.act_pay_dedc, s.cvlserv_pay, s.maf_pay, s.acct_pay, s.dedc_std, s.crt_dedc,
        CAST(s.cal_ipt_cnt AS INTEGER), s.balc,
        MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type IN ('310100', '390100')),
        MAX(f.inscp_scp_amt) FILTER (WHERE f.fund_pay_type = '390200'),
        MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '320100'),
        MAX(f.crt_payb_lmt_amt) FILTER (WHERE f.fund_pay_type = '610100')
    FROM setl_d AS s
    LEFT JOIN (SELECT psn_no, ANY_VALUE(certno) AS human FROM setl_d GROUP BY psn_no) AS p ON s.psn_no = p.psn_no
    LEFT JOIN setl_fund_d AS f ON s.setl_id = f.setl_id
    GROUP BY ALL
    ORDER BY p.human, s.insutype, year, s.setl_time, s.setl_id
"""


@dataclass
class Used:
    """What one family of care has used: per quantity the amount, None before a record said anything of it."""

    before: dict[str, Decimal] = field(default_factory=dict)
    since: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def holds(self, name: str, said: Decimal | None, *, left: bool, most: Decimal | None = None) -> bool:
        """Return whether a record's word agrees with the sum; the first word is taken."""
        if said is None:
            return True
        known = self.before.setdefault(name, said)
        if name not in self.since:
            self.since[name] = Decimal(0)
        wanted = known - self.since[name] if left else known + self.since[name]
        wanted = max(wanted, Decimal(0)) if left else wanted
        return said == (wanted if most is None else min(wanted, most))

    def add(self, **amounts: Decimal) -> None:
        """Add what a settlement paid, to the quantities that have an opening."""
        for name, amount in amounts.items():
            if name in self.before:
                self.since[name] += amount


def contradictions(con: duckdb.DuckDBPyConnection) -> tuple[list[tuple[str, str]], int]:
    """Return (settlement, quantity) wherever evidence and sums differ, and how many records had a predecessor."""
    found: list[tuple[str, str]] = []
    followed = 0
    for rows in _years(con):
        used = {STAY: Used(), CLINIC: Used()}
        balance: tuple[Decimal, Any] | None = None
        for (setl, when, med, back, hifp, scope, dedc, civil, maf, acct, std, due, nth, balc, room, burden, civil_room,
             assist_room) in rows:  # fmt: skip
            is_stay = med[0] == "2"
            family = used[STAY if is_stay or med[:2] in ("14", "15") else CLINIC]
            followed += bool(family.before) and not back
            if not back:
                checks = {"cap": family.holds("cap", room, left=True)}
                if family is used[STAY]:
                    own = None if burden is None else burden - (scope - hifp)
                    checks["burden"] = family.holds("burden", own, left=False)
                    checks["civil"] = family.holds("civil", civil_room, left=True)
                    checks["assist"] = family.holds("assist", assist_room, left=True)
                    if is_stay:
                        checks["admissions"] = family.holds("admissions", Decimal(nth) - 1, left=False)
                elif std > 0:
                    checks["deductible"] = family.holds("deductible", max(std - due, Decimal(0)), left=False, most=std)
                found += [(setl, name) for name, good in checks.items() if not good]
            if balance is not None and balc is not None:
                credited = balc - (balance[0] - acct)
                if credited != 0 and (when.year, when.month) == balance[1]:
                    found.append((setl, "account"))
                if credited < 0:
                    found.append((setl, "account"))
            if balc is not None:
                balance = balc, (when.year, when.month)
            one = Decimal(-1 if back else 1)
            family.add(cap=hifp, burden=scope - hifp, civil=civil, assist=maf, deductible=dedc,
                       admissions=one if is_stay else Decimal(0))  # fmt: skip
    return found, followed


def _years(con: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in con.execute(ROWS).fetchall():
        groups[row[:3]].append(row[3:])
    yield from groups.values()
