"""Rules that compare a person's settlements with each other, in polars. See ``polars_rules``."""

from __future__ import annotations

from typing import Any

import polars as pl

from benchmarks.pandas_history_rules import OUTSIDE
from benchmarks.polars_line_rules import days, first, in_force, keys, not_newborn

c = pl.col


def nights_shared() -> pl.Expr:
    """Return the nights that the two intervals of a pair share; negative when they lie apart."""
    begins, ends = pl.max_horizontal("begndate", "begndate_b"), pl.min_horizontal("enddate", "enddate_b")
    return (ends - begins).dt.total_days()


def paired(frame: pl.LazyFrame, on: list[str], suffix: str) -> pl.LazyFrame:
    """Return the frame joined with itself, the other one's columns with ``suffix``."""
    return frame.join(frame, on=on, suffix=suffix)


def ad01(t: Any, p: Any) -> pl.LazyFrame:
    """A stay broken into two."""
    stays = t.settlement.filter(c.care == "IPT", c.icd3.is_not_null())
    pair = paired(stays, ["person", "fixmedins_code", "icd3"], "_e").filter(
        c.setl_id != c.setl_id_e,
        c.mdtrt_id != c.mdtrt_id_e,
        (c.begndate > c.begndate_e) | (c.enddate > c.enddate_e),
        days("enddate_e", "begndate").is_between(0, min(p("gap_days"), 30)),
        c.med_type.str.slice(0, 2) != "28",
        c.med_type_e.str.slice(0, 2) != "28",
        c.adm_dept.is_null() | c.dscg_dept_e.is_null() | (c.adm_dept == c.dscg_dept_e),
        ~c.dscg_way_e.is_in(["2", "3", "5"]).fill_null(False),
        c.dscg_way.fill_null("") != "5",
        c.refl_old_mdtrt_id.is_null(),
        c.fund_pay_sumamt > 0,
    )
    pair = pair.join(t.periodic_treatment.select("icd3"), on="icd3", how="anti")
    return keys(first(pair, "setl_id", "enddate_e", "setl_id_e", descending=[True, False]), "setl_id", "setl_id_e")


def ad06(t: Any, p: Any) -> pl.LazyFrame:
    """Two stays at once."""
    stays = t.settlement.filter(c.care == "IPT", c.fund_pay_sumamt > 0, not_newborn())
    handed = (c.refl_old_mdtrt_id == c.mdtrt_id_b).fill_null(False)
    handed |= (c.refl_old_mdtrt_id_b == c.mdtrt_id).fill_null(False)
    handed |= (c.begndate < c.begndate_b) & c.dscg_way.is_in(["2", "3"]).fill_null(False)
    handed |= (c.begndate_b < c.begndate) & c.dscg_way_b.is_in(["2", "3"]).fill_null(False)
    pair = paired(stays, ["person"], "_b").filter(
        c.setl_id != c.setl_id_b,
        c.fixmedins_code != c.fixmedins_code_b,
        nights_shared() >= p("min_nights"),
        ~((nights_shared() <= p("transfer_nights")) & handed),
    )
    return keys(pair, "setl_id", "setl_id_b")


def ad07(t: Any, p: Any) -> pl.LazyFrame:
    """Settled elsewhere during a stay."""
    s = t.settlement.with_columns(from_account=c.acct_pay + c.acct_mulaid_pay)
    outside = s.filter(c.care.is_in(OUTSIDE), not_newborn(), (c.fund_pay_sumamt > 0) | (c.from_account > 0))
    stays = s.filter(c.care == "IPT").select("setl_id", "person", "mdtrt_id", "begndate", "enddate", "treat_pool")
    pair = outside.join(stays, on="person", suffix="_stay").filter(
        days("begndate_stay", "enddate") >= 1,
        days("begndate", "enddate_stay") >= 1,
        c.refl_old_mdtrt_id.fill_null("") != c.mdtrt_id_stay,
    )
    lines = pair.join(t.fee_line.select("setl_id", "fee_date"), on="setl_id").filter(
        days("begndate_stay", "fee_date") >= 1, days("fee_date", "enddate_stay") >= 1
    )
    pair = pair.join(keys(lines, "setl_id", "setl_id_stay"), on=["setl_id", "setl_id_stay"], how="semi")
    small = (c.fund_pay_sumamt == 0) & (c.from_account < p("small_purchase", 100))
    small &= c.treat_pool == c.treat_pool_stay
    few = pair.filter(small)
    both = few.join(few.select("setl_id_stay", "begndate"), on="setl_id_stay", suffix="_j")
    both = both.filter(days("begndate", "begndate_j").abs() <= 180)
    purchases = both.group_by("setl_id", "setl_id_stay").agg(purchases=pl.len().cast(pl.Int64))
    pair = pair.with_columns(is_small=small).join(purchases, on=["setl_id", "setl_id_stay"], how="left")
    found = pair.filter(~c.is_small | (c.purchases >= p("many_purchases")))
    return keys(first(found, "setl_id", "begndate_stay", "setl_id_stay"), "setl_id", "setl_id_stay")


def fr01(t: Any, p: Any) -> pl.LazyFrame:
    """More of a drug than anyone can take."""
    supply = t.drug_supply.select(
        "hilist_code", "generic", "days_per_unit", "is_resale_prone", "valid_from", "valid_until"
    )
    lines = t.fee_line.filter(c.cnt > 0, c.inscp_amt > 0).join(supply, on="hilist_code").filter(in_force())
    s = t.settlement.filter(c.care.is_in(OUTSIDE)).select("setl_id", "person", "fixmedins_code")
    window, one_day, drug = p("window_days"), 10**8, ["person", "generic"]
    resale, plain = (pl.lit(p(name, 10) * window * one_day // 10, dtype=pl.Int64) for name in ("resale_ratio", "ratio"))
    least = min(p("resale_ratio", 10) * window // 10, p("ratio", 10) * window // 10, p("most_on_hand")) * one_day
    fills = (
        lines.join(s, on="setl_id")
        .group_by("person", "generic", "setl_id", "fixmedins_code")
        .agg(
            filled_on=c.fee_date.min(),
            supply=(c.cnt * c.days_per_unit).sum(),
            resale=c.is_resale_prone.max(),
        )
        .with_columns(plenty=pl.when(c.resale == "1").then(resale).otherwise(plain))
        .filter(c.supply.sum().over(drug) >= least)
        .sort("person", "generic", "filled_on", "setl_id")
        .with_columns(until=c.supply.cum_sum().over(drug))
        .with_row_index("place")
    )
    pair = paired(fills, drug, "_f").with_columns(apart=days("filled_on_f", "filled_on"))
    pair = pair.filter(c.place_f <= c.place, c.apart <= 180)
    pair = pair.with_columns(remains=c.until - (c.until_f - c.supply_f) - c.apart * one_day)
    near = c.apart < window
    found = pair.group_by("setl_id", "generic").agg(
        taken=c.supply_f.filter(near).sum(),
        institutions=c.fixmedins_code_f.filter(near).n_unique().cast(pl.Int64),
        plenty=c.plenty.max(),
        remains=c.remains.max(),
    )
    much = (c.taken >= c.plenty) & (c.institutions >= p("min_institutions"))
    return keys(found.filter(much | (c.remains > p("most_on_hand") * one_day)))


def xr11(t: Any, p: Any) -> pl.LazyFrame:
    """In two regions on one day."""
    columns = [
        "setl_id", "person", "treat_pool", "mdtrt_id", "refl_old_mdtrt_id", "nwb_flag", "care", "begndate", "enddate",
        "dscg_way",
    ]  # fmt: skip
    s = t.settlement.filter(not_newborn()).select(columns)
    both_stay = (c.care == "IPT") & (c.care_b == "IPT")
    pair = paired(s, ["person"], "_b").filter(c.setl_id != c.setl_id_b, c.treat_pool != c.treat_pool_b)
    pair = (
        pair.join(t.travel, left_on=["treat_pool", "treat_pool_b"], right_on=["from_pool", "to_pool"])
        .filter(
            c.minutes >= p("near_minutes"),
            days("enddate", "begndate_b") <= 1,
            days("enddate_b", "begndate") <= 1,
            c.refl_old_mdtrt_id.fill_null("") != c.mdtrt_id_b,
            c.refl_old_mdtrt_id_b.fill_null("") != c.mdtrt_id,
            ~(both_stay & (nights_shared() >= 1)),
        )
        .select("setl_id", "setl_id_b", "minutes")
    )
    served = t.fee_line.filter(c.cnt > 0).join(pair.select("setl_id").unique(), on="setl_id", how="semi")
    served = served.join(s, on="setl_id").filter((c.list_type == "201") | (c.care == "RX"))
    on_edge = (c.fee_date == c.begndate) | (c.fee_date == c.enddate)
    handing = (c.care == "IPT") & (c.fee_date == c.enddate) & c.dscg_way.is_in(["2", "3"]).fill_null(False)
    clock = c.fee_ocur_time.dt
    minute = clock.hour().cast(pl.Int64) * 60 + clock.minute()
    served = (
        served.filter((c.care != "IPT") | on_edge, ~handing)
        .with_columns(minute=minute, timed=minute + clock.second() > 0)
        .select("setl_id", "care", "begndate", "enddate", "fee_date", "minute", "timed")
        .unique()
    )
    both = pair.join(served, on="setl_id").join(served, left_on="setl_id_b", right_on="setl_id", suffix="_there")
    both = both.with_columns(apart=days("fee_date", "fee_date_there")).filter(c.apart.abs() <= 1)
    inside = (c.care == "IPT") & (c.fee_date_there > c.begndate) & (c.fee_date_there < c.enddate)
    inside |= (c.care_there == "IPT") & (c.fee_date > c.begndate_there) & (c.fee_date < c.enddate_there)
    timed = c.timed & c.timed_there
    minutes = (c.apart * 1440 + c.minute_there - c.minute).abs()
    too_soon = timed & (minutes * 10 < p("factor", 10) * c.minutes)
    admitted = (c.care == "ER") & (c.care_there == "IPT") | (c.care_there == "ER") & (c.care == "IPT")
    same_day = ~timed & (c.apart == 0) & (c.minutes >= p("date_only_minutes")) & ~admitted
    return keys(both.filter(~inside & (too_soon | same_day)), "setl_id", "setl_id_b")


RULES = {"AD-01": ad01, "AD-06": ad06, "AD-07": ad07, "FR-01": fr01, "XR-11": xr11}
