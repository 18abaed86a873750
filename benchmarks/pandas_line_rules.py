"""Rules that look at one settlement's lines, in pandas. See ``pandas_rules``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

CODE = {
    "101": r"(?:X[A-Z][0-9]{2}[A-Z]{2}[A-Z][0-9]{3}[A-Z][0-9]{3}[0-9]{9}|Z[A-Z0-9]{19})",
    "102": r"T[0-9]{9}",
    "201": r"00[0-9]{13}",
    "301": r"C(?:[0-9]{19}|[0-9]{26})",
}


def in_force(frame: pd.DataFrame) -> pd.Series:
    """Return which rows lie within the half-open validity of their knowledge point."""
    return (frame.fee_date >= frame.valid_from) & (frame.valid_until.isna() | (frame.fee_date < frame.valid_until))


def limited(t: Any, lines: pd.DataFrame, limits: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the lines with the knowledge points in force for their item, and with columns of their settlement."""
    joined = lines.merge(limits, on="hilist_code")
    joined = joined[in_force(joined)]
    return joined.merge(t.settlement[["setl_id", "nwb_flag", *columns]], on="setl_id")


def not_newborn(frame: pd.DataFrame) -> pd.Series:
    """Return which rows are not a newborn's on the mother's card."""
    return frame.nwb_flag.fillna("0") != "1"


def days(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Return the days from the one date to the other; NaN where one is missing."""
    return (later - earlier).dt.days


def keys(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the findings: each settlement (and partner) once."""
    return frame[list(columns) or ["setl_id"]].drop_duplicates()


def pl04(t: Any, p: Any) -> pd.DataFrame:
    """Age-restricted items."""
    found = limited(t, t.fee_line[t.fee_line.inscp_amt > 0], t.age_limit, ["brdy"])
    found = found[not_newborn(found)]
    age = days(found.brdy, found.fee_date)
    found = found[(age >= 0) & ((age < found.min_days) | (age > found.max_days + p("grace_days")))]
    return keys(found.sort_values("kp_id").drop_duplicates("bkkp_sn"))


def md03(t: Any, p: Any) -> pd.DataFrame:
    """Items for the other sex."""
    limits = t.sex_limit.rename(columns={"gend": "only_for"})
    found = limited(t, t.fee_line[t.fee_line.inscp_amt > 0], limits, ["gend", "icd3"])
    found = found[not_newborn(found) & found.gend.isin(["1", "2"]) & found.only_for.isin(["1", "2"])]
    found = found[found.gend != found.only_for]
    hormones = found.list_type.str.startswith("1") & found.icd3.isin(["C50", "C61"])
    return keys(found[~hormones].sort_values("kp_id").drop_duplicates("bkkp_sn"))


def fr06(t: Any, p: Any) -> pd.DataFrame:
    """Charges after death."""
    dead = t.settlement.loc[t.settlement.die_date.notna(), ["setl_id", "die_date"]]
    found = t.fee_line[t.fee_line.det_item_fee_sumamt > 0].merge(dead, on="setl_id")
    return keys(found[days(found.die_date, found.fee_date) > p("grace_days")])


def mg02(t: Any, p: Any) -> pd.DataFrame:
    """Lines whose product, code, doctor or amount cannot be."""
    found = t.fee_line.merge(t.settlement[["setl_id", "fixmedins_type"]], on="setl_id")
    product = found.cnt * found.pric
    cents = np.sign(product) * ((product.abs() + 50_000_000) // 100_000_000)
    # Half a fen a unit is a two-hundredth of a yuan: with ten-thousandths of units, one in twenty thousand.
    per_unit = found.cnt.abs() * p("tolerance_per_unit", 1000) // 5
    tolerated = np.maximum(p("tolerance", 100) * 20_000, per_unit)
    wrong = (cents - found.det_item_fee_sumamt).abs() * 20_000 > tolerated
    for list_type, pattern in CODE.items():
        of_type = found.list_type == list_type
        wrong |= of_type & ~found.hilist_code.where(of_type, "").str.fullmatch(pattern)
    wrong |= (found.fixmedins_type == "1") & (found.bilg_dr_codg.fillna("").str.strip() == "")
    wrong |= found.det_item_fee_sumamt <= 0
    return keys(found[wrong])


def ch04(t: Any, p: Any) -> pd.DataFrame:
    """More days charged than the stay has."""
    found = limited(t, t.fee_line[t.fee_line.cnt > 0], t.day_item, ["care", "los_days"])
    found = found[(found.care == "IPT") & not_newborn(found)]
    found = found.sort_values("kp_id").drop_duplicates("bkkp_sn")
    by_family = ["setl_id", "family"]
    total = found.groupby(by_family).agg(
        total=("cnt", "sum"), codes=("hilist_code", "nunique"), los=("los_days", "max")
    )
    extra = np.where(total.index.get_level_values("family") != "BED", 1, (total.codes > 1) * p("transfer_days"))
    total["allowed"] = (total.los + extra) * 10_000
    found = found.merge(total[total.total > total.allowed + p("slack_days", 10_000)], on=by_family)
    found = found.sort_values(["pric", "bkkp_sn"], ascending=[False, True])
    before = found.groupby(by_family).cnt.cumsum() - found.cnt
    return keys(found[found.total - found.allowed > before])


def pl13(t: Any, p: Any) -> pd.DataFrame:
    """Quantities above the cap of the day or the visit."""
    beds = t.day_item.loc[t.day_item.family == "BED", "hilist_code"]
    lines = t.fee_line[(t.fee_line.cnt > 0) & ~t.fee_line.hilist_code.isin(beds)]
    found = limited(t, lines, t.quantity_limit, ["care", "begndate", "enddate"])
    found = found[not_newborn(found)].sort_values(["unit", "cap", "kp_id"]).drop_duplicates("bkkp_sn")
    found["calendar"] = days(found.begndate, found.enddate) + 1
    posted = found.groupby(["setl_id", "hilist_code"]).fee_date.transform("nunique")
    at_once = (found.care == "IPT") & (posted <= p("batch_dates")) & (found.calendar > posted)
    whole = (found.unit == "VISIT") | at_once
    found["allowed"] = found.cap * np.where(whole & (found.unit != "VISIT"), found.calendar, 1)
    found["period"] = found.fee_date.where(~whole, pd.Timestamp(0))
    by_period = ["setl_id", "hilist_code", "period"]
    found = found.sort_values(["pric", "bkkp_sn"], ascending=[False, True])
    grouped = found.groupby(by_period).cnt
    surplus = grouped.transform("sum") - found.allowed
    return keys(found[(surplus > 0) & (surplus > grouped.cumsum() - found.cnt)])


def pl11(t: Any, p: Any) -> pd.DataFrame:
    """Services dearer than the ceiling of the region that treats."""
    lines = t.fee_line[(t.fee_line.list_type == "201") & (t.fee_line.cnt > 0) & (t.fee_line.inscp_amt > 0)]
    ceilings = t.hilist_lmtpric_d.rename(columns={"hilist_pric_uplmt_amt": "ceiling", "hilist_lmtpric_type": "kind"})
    ceilings = ceilings[["hilist_code", "insu_admdvs", "kind", "begndate", "enddate", "ceiling"]]
    found = lines.merge(ceilings, on="hilist_code")
    found = found[(found.fee_date >= found.begndate) & (found.enddate.isna() | (found.fee_date <= found.enddate))]
    columns = ["setl_id", "fix_blng_admdvs", "treat_pool", "lmtpric_hosp_lv", "age_years"]
    found = found.merge(t.settlement[columns], on="setl_id")
    found = found[(found.kind == "0") | (found.kind == found.lmtpric_hosp_lv)]
    region = found.insu_admdvs
    nearness = pd.Series(-1, index=found.index)
    for rank, other in enumerate(("000000", found.fix_blng_admdvs.str[:2] + "0000", found.treat_pool + "00")):
        nearness[region == other] = rank
    nearness[region == found.fix_blng_admdvs] = 3
    found = found.assign(nearness=nearness, leveled=found.kind != "0")[nearness >= 0]
    found = found.sort_values(["nearness", "leveled", "begndate"], ascending=False).drop_duplicates("bkkp_sn")
    tenths = 10 + (found.age_years <= p("child_years")) * p("child_surcharge", 10)
    allowed = tenths * (1000 + p("tolerance", 1000))
    found = found.assign(allowed=allowed)[found.pric * 10_000 > found.ceiling * allowed]
    older = ceilings.rename(columns={"ceiling": "was", "enddate": "ended"})
    before = found.merge(
        older[["hilist_code", "insu_admdvs", "kind", "ended", "was"]], on=["hilist_code", "insu_admdvs", "kind"]
    )
    lag = days(before.ended, before.fee_date)
    excused = before[lag.between(1, p("lag_days")) & (before.pric * 10_000 <= before.was * before.allowed)]
    return keys(found[~found.bkkp_sn.isin(excused.bkkp_sn)])


def ch10(t: Any, p: Any) -> pd.DataFrame:
    """Items that are not covered and were settled as covered."""
    found = t.line_difference[t.line_difference.cause == "not_covered"].drop(columns="setl_id")
    found = found[found.actual_inscp > found.expected_inscp].merge(
        t.fee_line[["setl_id", "bkkp_sn", "hilist_code", "fee_date"]], on="bkkp_sn"
    )
    found = found[found.setl_id.isin(t.settlement.setl_id)]
    listed = t.hilist_b.loc[t.hilist_b.chrgitm_lv != "03", ["hilist_code", "insu_admdvs", "enddate"]]
    before = found[found.catalogue_class.isna()].merge(listed, on="hilist_code")
    own = before.catalogue_region
    near = before.insu_admdvs == "000000"
    for region in (own, own.str[:4] + "00", own.str[:2] + "0000"):
        near |= before.insu_admdvs == region
    excused = before[near & days(before.enddate, before.fee_date).between(1, p("lag_days"))]
    return keys(found[~found.bkkp_sn.isin(excused.bkkp_sn)])


RULES = {
    "PL-04": pl04,
    "MD-03": md03,
    "FR-06": fr06,
    "MG-02": mg02,
    "CH-04": ch04,
    "PL-13": pl13,
    "PL-11": pl11,
    "CH-10": ch10,
}
