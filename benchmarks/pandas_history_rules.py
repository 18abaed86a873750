"""Rules that compare a person's settlements with each other, in pandas. See ``pandas_rules``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.pandas_line_rules import days, in_force, keys, not_newborn

OUTSIDE = ("OTP", "OPSP", "RX", "ER")


def nights_shared(a_begin: pd.Series, a_end: pd.Series, b_begin: pd.Series, b_end: pd.Series) -> pd.Series:
    """Return the nights that two intervals share; negative when they lie apart."""
    return days(a_begin.where(a_begin > b_begin, b_begin), a_end.where(a_end < b_end, b_end))


def ad01(t: Any, p: Any) -> pd.DataFrame:
    """A stay broken into two."""
    stays = t.settlement[(t.settlement.care == "IPT") & t.settlement.icd3.notna()]
    pair = stays.merge(stays, on=["person", "fixmedins_code", "icd3"], suffixes=("", "_e"))
    gap = days(pair.enddate_e, pair.begndate)
    kept = (pair.setl_id != pair.setl_id_e) & (pair.mdtrt_id != pair.mdtrt_id_e)
    kept &= (pair.begndate > pair.begndate_e) | (pair.enddate > pair.enddate_e)
    kept &= gap.between(0, min(p("gap_days"), 30))
    kept &= (pair.med_type.str[:2] != "28") & (pair.med_type_e.str[:2] != "28")
    kept &= pair.adm_dept.isna() | pair.dscg_dept_e.isna() | (pair.adm_dept == pair.dscg_dept_e)
    kept &= ~pair.dscg_way_e.isin(["2", "3", "5"]) & (pair.dscg_way.fillna("") != "5")
    kept &= pair.refl_old_mdtrt_id.isna() & (pair.fund_pay_sumamt > 0) & ~pair.icd3.isin(t.periodic_treatment.icd3)
    nearest = pair[kept].sort_values(["enddate_e", "setl_id_e"], ascending=[False, True]).drop_duplicates("setl_id")
    return keys(nearest, "setl_id", "setl_id_e")


def ad06(t: Any, p: Any) -> pd.DataFrame:
    """Two stays at once."""
    stays = t.settlement[(t.settlement.care == "IPT") & (t.settlement.fund_pay_sumamt > 0) & not_newborn(t.settlement)]
    pair = stays.merge(stays, on="person", suffixes=("", "_b"))
    shared = nights_shared(pair.begndate, pair.enddate, pair.begndate_b, pair.enddate_b)
    kept = (pair.setl_id != pair.setl_id_b) & (pair.fixmedins_code != pair.fixmedins_code_b)
    kept &= shared >= p("min_nights")
    handed = pair.refl_old_mdtrt_id == pair.mdtrt_id_b
    handed |= pair.refl_old_mdtrt_id_b == pair.mdtrt_id
    handed |= (pair.begndate < pair.begndate_b) & pair.dscg_way.isin(["2", "3"])
    handed |= (pair.begndate_b < pair.begndate) & pair.dscg_way_b.isin(["2", "3"])
    return keys(pair[kept & ~((shared <= p("transfer_nights")) & handed)], "setl_id", "setl_id_b")


def ad07(t: Any, p: Any) -> pd.DataFrame:
    """Settled elsewhere during a stay."""
    s = t.settlement.assign(from_account=t.settlement.acct_pay + t.settlement.acct_mulaid_pay)
    outside = s[s.care.isin(OUTSIDE) & not_newborn(s) & ((s.fund_pay_sumamt > 0) | (s.from_account > 0))]
    stays = s.loc[s.care == "IPT", ["setl_id", "person", "mdtrt_id", "begndate", "enddate", "treat_pool"]]
    pair = outside.merge(stays, on="person", suffixes=("", "_stay"))
    pair = pair[(days(pair.begndate_stay, pair.enddate) >= 1) & (days(pair.begndate, pair.enddate_stay) >= 1)]
    pair = pair[pair.refl_old_mdtrt_id.fillna("") != pair.mdtrt_id_stay]
    lines = pair.merge(t.fee_line.loc[t.fee_line.setl_id.isin(pair.setl_id), ["setl_id", "fee_date"]], on="setl_id")
    within = (days(lines.begndate_stay, lines.fee_date) >= 1) & (days(lines.fee_date, lines.enddate_stay) >= 1)
    pair = pair.merge(keys(lines[within], "setl_id", "setl_id_stay"), on=["setl_id", "setl_id_stay"])
    small = (pair.fund_pay_sumamt == 0) & (pair.from_account < p("small_purchase", 100))
    small &= pair.treat_pool == pair.treat_pool_stay
    few = pair[small]
    both = few.merge(few[["setl_id_stay", "begndate"]], on="setl_id_stay", suffixes=("", "_j"))
    both = both[days(both.begndate, both.begndate_j).abs() <= 180]
    purchases = both.groupby(["setl_id", "setl_id_stay"]).size().rename("purchases").reset_index()
    pair = pair.assign(is_small=small).merge(purchases, on=["setl_id", "setl_id_stay"], how="left")
    found = pair[~pair.is_small | (pair.purchases >= p("many_purchases"))]
    first = found.sort_values(["begndate_stay", "setl_id_stay"]).drop_duplicates("setl_id")
    return keys(first, "setl_id", "setl_id_stay")


def fr01(t: Any, p: Any) -> pd.DataFrame:
    """More of a drug than anyone can take."""
    supply = t.drug_supply[["hilist_code", "generic", "days_per_unit", "is_resale_prone", "valid_from", "valid_until"]]
    lines = t.fee_line[(t.fee_line.cnt > 0) & (t.fee_line.inscp_amt > 0)].merge(supply, on="hilist_code")
    s = t.settlement.loc[t.settlement.care.isin(OUTSIDE), ["setl_id", "person", "fixmedins_code"]]
    lines = lines[in_force(lines)].merge(s, on="setl_id")
    lines["supply"] = lines.cnt * lines.days_per_unit
    fills = lines.groupby(["person", "generic", "setl_id", "fixmedins_code"], as_index=False).agg(
        filled_on=("fee_date", "min"), supply=("supply", "sum"), resale=("is_resale_prone", "max")
    )
    # Tenths of a ratio, and a day of supply in units of 1e-8.
    window, one_day = p("window_days"), 10**8
    plenty = window * one_day * np.where(fills.resale == "1", p("resale_ratio", 10), p("ratio", 10)) // 10
    fills = fills.assign(plenty=plenty).sort_values(["person", "generic", "filled_on", "setl_id"])
    drug = ["person", "generic"]
    fills["until"] = fills.groupby(drug).supply.cumsum()
    fills["place"] = np.arange(len(fills))
    least = min(p("resale_ratio", 10) * window // 10, p("ratio", 10) * window // 10, p("most_on_hand")) * one_day
    fills = fills[fills.groupby(drug).supply.transform("sum") >= least]
    pair = fills.merge(fills, on=drug, suffixes=("", "_f"))
    apart = days(pair.filled_on_f, pair.filled_on)
    pair = pair.assign(apart=apart)[(pair.place_f <= pair.place) & (apart <= 180)]
    row = ["setl_id", "generic"]
    pair["remains"] = pair.until - (pair.until_f - pair.supply_f) - pair.apart * one_day
    recent = (
        pair[pair.apart < window]
        .groupby(row, as_index=False)
        .agg(taken=("supply_f", "sum"), institutions=("fixmedins_code_f", "nunique"), plenty=("plenty", "max"))
    )
    found = recent.merge(pair.groupby(row, as_index=False).remains.max(), on=row)
    much = (found.taken >= found.plenty) & (found.institutions >= p("min_institutions"))
    return keys(found[much | (found.remains > p("most_on_hand") * one_day)])


def xr11(t: Any, p: Any) -> pd.DataFrame:
    """In two regions on one day."""
    columns = [
        "setl_id", "person", "treat_pool", "mdtrt_id", "refl_old_mdtrt_id", "nwb_flag", "care", "begndate", "enddate",
        "dscg_way",
    ]  # fmt: skip
    s = t.settlement.loc[not_newborn(t.settlement), columns]
    pair = s.merge(s, on="person", suffixes=("", "_b"))
    pair = pair[(pair.setl_id != pair.setl_id_b) & (pair.treat_pool != pair.treat_pool_b)]
    pair = pair.merge(t.travel, left_on=["treat_pool", "treat_pool_b"], right_on=["from_pool", "to_pool"])
    kept = pair.minutes >= p("near_minutes")
    kept &= (days(pair.enddate, pair.begndate_b) <= 1) & (days(pair.enddate_b, pair.begndate) <= 1)
    kept &= (pair.refl_old_mdtrt_id.fillna("") != pair.mdtrt_id_b) & (
        pair.refl_old_mdtrt_id_b.fillna("") != pair.mdtrt_id
    )
    both_stay = (pair.care == "IPT") & (pair.care_b == "IPT")
    kept &= ~(both_stay & (nights_shared(pair.begndate, pair.enddate, pair.begndate_b, pair.enddate_b) >= 1))
    pair = pair.loc[kept, ["setl_id", "setl_id_b", "minutes"]]
    served = t.fee_line[(t.fee_line.cnt > 0) & t.fee_line.setl_id.isin(pair.setl_id)].merge(s, on="setl_id")
    served = served[(served.list_type == "201") | (served.care == "RX")]
    on_edge = (served.fee_date == served.begndate) | (served.fee_date == served.enddate)
    served = served[(served.care != "IPT") | on_edge]
    clock = served.fee_ocur_time.dt
    served["minute"] = clock.hour * 60 + clock.minute
    served["timed"] = clock.hour + clock.minute + clock.second > 0
    handing = (served.care == "IPT") & (served.fee_date == served.enddate) & served.dscg_way.isin(["2", "3"])
    served = served.loc[~handing, ["setl_id", "care", "begndate", "enddate", "fee_date", "minute", "timed"]]
    served = served.drop_duplicates()
    both = pair.merge(served, on="setl_id").merge(
        served, left_on="setl_id_b", right_on="setl_id", suffixes=("", "_there")
    )
    apart = days(both.fee_date, both.fee_date_there)
    both = both.assign(apart=apart)[apart.abs() <= 1]
    inside = (both.care == "IPT") & (both.fee_date_there > both.begndate) & (both.fee_date_there < both.enddate)
    inside |= (both.care_there == "IPT") & (both.fee_date > both.begndate_there) & (both.fee_date < both.enddate_there)
    timed = both.timed & both.timed_there
    minutes = (both.apart * 1440 + both.minute_there - both.minute).abs()
    too_soon = timed & (minutes * 10 < p("factor", 10) * both.minutes)
    admitted = (both.care == "ER") & (both.care_there == "IPT") | (both.care_there == "ER") & (both.care == "IPT")
    same_day = ~timed & (both.apart == 0) & (both.minutes >= p("date_only_minutes")) & ~admitted
    return keys(both[~inside & (too_soon | same_day)], "setl_id", "setl_id_b")


RULES = {"AD-01": ad01, "AD-06": ad06, "AD-07": ad07, "FR-01": fr01, "XR-11": xr11}
