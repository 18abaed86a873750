"""Rules that compare a settlement with its own parts or with its recomputation, in polars. See ``polars_rules``."""

from __future__ import annotations

from typing import Any

import polars as pl

from benchmarks.pandas_settlement_rules import FUNDS, RATIO_CAUSES
from benchmarks.polars_line_rules import days, keys, not_newborn

c = pl.col


def _filed_wrongly(t: Any, p: Any, status: str) -> pl.LazyFrame:
    found = t.recomputed.filter(
        c.status == "recomputed", c.filing_status == status, c.by_filing > p("tolerance", 100)
    ).join(t.settlement, on="setl_id")
    return found.filter(c.is_cross_region, not_newborn())


def xr01(t: Any, p: Any) -> pl.LazyFrame:
    """Paid as filed without a filing."""
    return keys(_filed_wrongly(t, p, "NONE"))


def xr03(t: Any, p: Any) -> pl.LazyFrame:
    """Treated outside the filed region."""
    near = ((c.filed_region == "512081") & (c.treat_pool == "5101")).fill_null(False)
    return keys(_filed_wrongly(t, p, "OTHER_REGION").filter(~near))


def xr05(t: Any, p: Any) -> pl.LazyFrame:
    """Filing not in force on admission, unless it was renewed after a gap of days."""
    city = c.filed_region.str.slice(0, 4)
    found = _filed_wrongly(t, p, "NOT_IN_FORCE").with_columns(city=city)
    filing = t.filing.filter(c.is_effective).with_columns(city=city)
    ended = found.join(filing.select("person", "city", "valid_until"), on=["person", "city"])
    both = ended.filter(c.valid_until <= c.begndate).join(
        filing.select("person", "city", "valid_from"), on=["person", "city"]
    )
    renewed = both.filter(c.valid_from > c.begndate, days("valid_until", "valid_from") <= p("gap_days"))
    return keys(found.join(renewed.select("setl_id"), on="setl_id", how="anti"))


def xr12(t: Any, p: Any) -> pl.LazyFrame:
    """The insured region's catalogue was not applied."""
    inside = t.settlement.filter(c.scope == "IN_PROV").select("setl_id")
    lines = (
        t.line_difference.filter(c.cause == "other_catalogue")
        .with_columns(difference=c.actual_inscp - c.expected_inscp)
        .filter(c.difference.abs() > p("line_tolerance", 100))
        .join(inside, on="setl_id", how="semi")
        .filter(c.difference.sum().over("setl_id").abs() > p("settlement_tolerance", 100))
    )
    return keys(lines.join(t.fee_line.select("bkkp_sn"), on="bkkp_sn", how="semi"))


def st02(t: Any, p: Any) -> pl.LazyFrame:
    """The parts of a settlement do not add up."""
    split, least = p("split_tolerance", 100), p("tolerance", 100)
    fund = t.setl_fund_d.filter(~c.fund_pay_type.is_in(["310200", "310300"]))
    s = t.settlement.join(fund.group_by("setl_id").agg(by_type=c.fund_payamt.sum()), on="setl_id", how="left")
    parts = c.fulamt_ownpay_amt + c.overlmt_selfpay + c.preselfpay_amt + c.inscp_amt
    broken = (c.medfee_sumamt - parts).abs() > split
    broken |= (c.fund_pay_sumamt - pl.sum_horizontal(*FUNDS)).abs() > least
    broken |= (c.fund_pay_sumamt - c.by_type.fill_null(c.fund_pay_sumamt)).abs() > least
    broken |= (c.medfee_sumamt - c.fund_pay_sumamt - c.psn_pay - c.ownpay_hosp_part).abs() > least
    broken |= (c.psn_pay - c.acct_pay - c.acct_mulaid_pay - c.cash_payamt).abs() > least
    return keys(s.filter(broken))


def st04(t: Any, p: Any) -> pl.LazyFrame:
    """Another ratio was paid than the policy gives."""
    least = p("tolerance", 100)
    found = t.recomputed.filter(
        c.status == "recomputed", c.cause.is_in(list(RATIO_CAUSES)), c.by_benefit.abs() > least
    ).join(t.settlement.select("setl_id", "hifp_pay"), on="setl_id")
    return keys(found.filter((c.hifp_pay - c.expected_hifp).abs() > least))


def ch02(t: Any, p: Any) -> pl.LazyFrame:
    """The same bill, or the same line, twice."""
    columns = [
        "setl_id", "person", "fixmedins_code", "setl_time", "medins_setl_id", "begndate", "enddate", "medfee_sumamt",
        "care",
    ]  # fmt: skip
    s, least = t.settlement.select(columns), p("min_amount", 100)
    pair = s.join(s, on=["person", "fixmedins_code"], suffix="_e")
    later = (c.setl_time_e < c.setl_time) | ((c.setl_time_e == c.setl_time) & (c.setl_id_e < c.setl_id))
    pair = pair.filter(later, days("begndate_e", "begndate").abs() <= 90, c.medfee_sumamt > 0)
    alike = (c.begndate_e == c.begndate) & (c.enddate_e == c.enddate) & (c.care_e == c.care)
    alike &= (c.medfee_sumamt_e == c.medfee_sumamt) & (c.medfee_sumamt >= least)
    same_number = (c.medins_setl_id_e == c.medins_setl_id).fill_null(False)
    pair = pair.filter(same_number | alike).sort("setl_time_e", "setl_id_e")
    bills = pair.unique("setl_id", keep="first", maintain_order=True).select("setl_id", "setl_id_e")
    lines = t.fee_line.filter(c.det_item_fee_sumamt > 0).join(bills, on="setl_id", how="anti")
    clock = c.fee_ocur_time.dt
    lines = lines.filter(clock.hour().cast(pl.Int64) + clock.minute() + clock.second() > 0)
    lines = lines.join(s.select("setl_id"), on="setl_id", how="semi")
    same = ["setl_id", "hilist_code", "fee_ocur_time", "cnt", "pric"]
    twice = lines.group_by(same).agg(copies=pl.len().cast(pl.Int64), largest=c.det_item_fee_sumamt.max())
    found = keys(twice.filter(c.copies > 1, c.largest * (c.copies - 1) >= least))
    return pl.concat([found.with_columns(setl_id_e=pl.lit(None, dtype=pl.String)), bills])


RULES = {"XR-01": xr01, "XR-03": xr03, "XR-05": xr05, "XR-12": xr12, "ST-02": st02, "ST-04": st04, "CH-02": ch02}
