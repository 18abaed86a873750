"""Rules that compare a settlement with its own parts or with its recomputation, in pandas. See ``pandas_rules``."""

from __future__ import annotations

from typing import Any

import pandas as pd

from benchmarks.pandas_line_rules import days, keys, not_newborn

FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "othfund_pay")
RATIO_CAUSES = ("no_reduction", "wrong_reduction", "treating_region_ratio", "wrong_level", "retired_bonus_wrong")


def _filed_wrongly(t: Any, p: Any, status: str) -> pd.DataFrame:
    found = t.recomputed[(t.recomputed.status == "recomputed") & (t.recomputed.filing_status == status)]
    found = found[found.by_filing > p("tolerance", 100)].merge(t.settlement, on="setl_id")
    return found[found.is_cross_region & not_newborn(found)]


def xr01(t: Any, p: Any) -> pd.DataFrame:
    """Paid as filed without a filing."""
    return keys(_filed_wrongly(t, p, "NONE"))


def xr03(t: Any, p: Any) -> pd.DataFrame:
    """Treated outside the filed region."""
    found = _filed_wrongly(t, p, "OTHER_REGION")
    return keys(found[~((found.filed_region == "512081") & (found.treat_pool == "5101"))])


def xr05(t: Any, p: Any) -> pd.DataFrame:
    """Filing not in force on admission, unless it was renewed after a gap of days."""
    found = _filed_wrongly(t, p, "NOT_IN_FORCE")
    filing = t.filing[t.filing.is_effective].assign(city=lambda frame: frame.filed_region.str[:4])
    found = found.assign(city=found.filed_region.str[:4])
    ended = found.merge(filing[["person", "city", "valid_until"]], on=["person", "city"], suffixes=("", "_ended"))
    ended = ended[ended.valid_until <= ended.begndate]
    both = ended.merge(filing[["person", "city", "valid_from"]], on=["person", "city"], suffixes=("", "_renewed"))
    renewed = (both.valid_from > both.begndate) & (days(both.valid_until, both.valid_from) <= p("gap_days"))
    return keys(found[~found.setl_id.isin(both.loc[renewed, "setl_id"])])


def xr12(t: Any, p: Any) -> pd.DataFrame:
    """The insured region's catalogue was not applied."""
    lines = t.line_difference[t.line_difference.cause == "other_catalogue"]
    lines = lines.assign(difference=lines.actual_inscp - lines.expected_inscp)
    lines = lines[lines.difference.abs() > p("line_tolerance", 100)]
    lines = lines[lines.setl_id.isin(t.settlement.loc[t.settlement.scope == "IN_PROV", "setl_id"])]
    total = lines.groupby("setl_id").difference.transform("sum")
    lines = lines[total.abs() > p("settlement_tolerance", 100)]
    return keys(lines.merge(t.fee_line[["bkkp_sn"]], on="bkkp_sn"))


def st02(t: Any, p: Any) -> pd.DataFrame:
    """The parts of a settlement do not add up."""
    s, split, least = t.settlement, p("split_tolerance", 100), p("tolerance", 100)
    fund = t.setl_fund_d[~t.setl_fund_d.fund_pay_type.isin(["310200", "310300"])]
    by_type = s.setl_id.map(fund.groupby("setl_id").fund_payamt.sum()).fillna(s.fund_pay_sumamt)
    parts = s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt + s.inscp_amt
    broken = (s.medfee_sumamt - parts).abs() > split
    broken |= (s.fund_pay_sumamt - s[list(FUNDS)].sum(axis=1)).abs() > least
    broken |= (s.fund_pay_sumamt - by_type).abs() > least
    broken |= (s.medfee_sumamt - s.fund_pay_sumamt - s.psn_pay - s.ownpay_hosp_part).abs() > least
    broken |= (s.psn_pay - s.acct_pay - s.acct_mulaid_pay - s.cash_payamt).abs() > least
    return keys(s[broken])


def st04(t: Any, p: Any) -> pd.DataFrame:
    """Another ratio was paid than the policy gives."""
    found = t.recomputed[(t.recomputed.status == "recomputed") & t.recomputed.cause.isin(RATIO_CAUSES)]
    found = found.merge(t.settlement[["setl_id", "hifp_pay"]], on="setl_id")
    least = p("tolerance", 100)
    return keys(found[(found.by_benefit.abs() > least) & ((found.hifp_pay - found.expected_hifp).abs() > least)])


def ch02(t: Any, p: Any) -> pd.DataFrame:
    """The same bill, or the same line, twice."""
    columns = [
        "setl_id", "person", "fixmedins_code", "setl_time", "medins_setl_id", "begndate", "enddate", "medfee_sumamt",
        "care",
    ]  # fmt: skip
    s, least = t.settlement[columns], p("min_amount", 100)
    pair = s.merge(s, on=["person", "fixmedins_code"], suffixes=("_e", ""))
    after = (pair.setl_time_e < pair.setl_time) | (
        (pair.setl_time_e == pair.setl_time) & (pair.setl_id_e < pair.setl_id)
    )
    pair = pair[after & (days(pair.begndate_e, pair.begndate).abs() <= 90) & (pair.medfee_sumamt > 0)]
    alike = (pair.begndate_e == pair.begndate) & (pair.enddate_e == pair.enddate) & (pair.care_e == pair.care)
    alike &= (pair.medfee_sumamt_e == pair.medfee_sumamt) & (pair.medfee_sumamt >= least)
    # Two missing numbers are no equal numbers.
    same_number = pair.medins_setl_id_e.notna() & (pair.medins_setl_id_e == pair.medins_setl_id)
    pair = pair[same_number | alike].sort_values(["setl_time_e", "setl_id_e"])
    bills = keys(pair.drop_duplicates("setl_id"), "setl_id", "setl_id_e")
    lines = t.fee_line[(t.fee_line.det_item_fee_sumamt > 0) & ~t.fee_line.setl_id.isin(bills.setl_id)]
    clock = lines.fee_ocur_time.dt
    lines = lines[(clock.hour + clock.minute + clock.second > 0) & lines.setl_id.isin(s.setl_id)]
    same = ["setl_id", "hilist_code", "fee_ocur_time", "cnt", "pric"]
    lines = lines[lines.duplicated(same, keep=False)].sort_values(["crte_time", "bkkp_sn"])
    copies = lines.groupby(same).bkkp_sn.transform("size")
    lines = lines[lines.duplicated(same) & (lines.det_item_fee_sumamt * (copies - 1) >= least)]
    return pd.concat([keys(lines), bills])


RULES = {"XR-01": xr01, "XR-03": xr03, "XR-05": xr05, "XR-12": xr12, "ST-02": st02, "ST-04": st04, "CH-02": ch02}
