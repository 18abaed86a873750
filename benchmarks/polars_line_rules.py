"""Rules that look at one settlement's lines, in polars. See ``polars_rules``."""

from __future__ import annotations

from typing import Any

import polars as pl

from benchmarks.pandas_line_rules import CODE

c = pl.col


def in_force() -> pl.Expr:
    """Return which rows lie within the half-open validity of their knowledge point."""
    return (c.fee_date >= c.valid_from) & (c.valid_until.is_null() | (c.fee_date < c.valid_until))


def limited(t: Any, lines: pl.LazyFrame, limits: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """Return the lines with the knowledge points in force for their item, and with columns of their settlement."""
    joined = lines.join(limits, on="hilist_code").filter(in_force())
    return joined.join(t.settlement.select("setl_id", "nwb_flag", *columns), on="setl_id")


def not_newborn(column: str = "nwb_flag") -> pl.Expr:
    """Return which rows are not a newborn's on the mother's card."""
    return c(column).fill_null("0") != "1"


def days(earlier: str, later: str) -> pl.Expr:
    """Return the days from the one date to the other; null where one is missing."""
    return (c(later) - c(earlier)).dt.total_days()


def keys(frame: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    """Return the findings: each settlement (and partner) once."""
    return frame.select(*(columns or ("setl_id",))).unique()


def first(frame: pl.LazyFrame, of: str, *order: str, descending: bool | list[bool] = False) -> pl.LazyFrame:
    """Return the first row of each ``of`` in the given order."""
    return frame.sort(*order, descending=descending).unique(of, keep="first", maintain_order=True)


def pl04(t: Any, p: Any) -> pl.LazyFrame:
    """Age-restricted items."""
    found = limited(t, t.fee_line.filter(c.inscp_amt > 0), t.age_limit, ["brdy"])
    age = days("brdy", "fee_date")
    return keys(found.filter(not_newborn(), age >= 0, (age < c.min_days) | (age > c.max_days + p("grace_days"))))


def md03(t: Any, p: Any) -> pl.LazyFrame:
    """Items for the other sex."""
    limits = t.sex_limit.rename({"gend": "only_for"})
    found = limited(t, t.fee_line.filter(c.inscp_amt > 0), limits, ["gend", "icd3"]).filter(
        not_newborn(), c.gend.is_in(["1", "2"]), c.only_for.is_in(["1", "2"]), c.gend != c.only_for
    )
    hormones = c.list_type.str.starts_with("1") & c.icd3.is_in(["C50", "C61"]).fill_null(False)
    return keys(found.filter(~hormones))


def fr06(t: Any, p: Any) -> pl.LazyFrame:
    """Charges after death."""
    dead = t.settlement.filter(c.die_date.is_not_null()).select("setl_id", "die_date")
    found = t.fee_line.filter(c.det_item_fee_sumamt > 0).join(dead, on="setl_id")
    return keys(found.filter(days("die_date", "fee_date") > p("grace_days")))


def mg02(t: Any, p: Any) -> pl.LazyFrame:
    """Lines whose product, code, doctor or amount cannot be."""
    found = t.fee_line.join(t.settlement.select("setl_id", "fixmedins_type"), on="setl_id")
    product = c.cnt * c.pric
    cents = product.sign() * ((product.abs() + 50_000_000) // 100_000_000)
    per_unit = c.cnt.abs() * p("tolerance_per_unit", 1000) // 5
    tolerated = pl.max_horizontal(pl.lit(p("tolerance", 100) * 20_000, dtype=pl.Int64), per_unit)
    wrong = (cents - c.det_item_fee_sumamt).abs() * 20_000 > tolerated
    for list_type, pattern in CODE.items():
        wrong |= (c.list_type == list_type) & ~c.hilist_code.str.contains(f"^(?:{pattern})$")
    wrong |= ((c.fixmedins_type == "1") & (c.bilg_dr_codg.fill_null("").str.strip_chars() == "")).fill_null(False)
    return keys(found.filter(wrong | (c.det_item_fee_sumamt <= 0)))


def ch04(t: Any, p: Any) -> pl.LazyFrame:
    """More days charged than the stay has."""
    found = limited(t, t.fee_line.filter(c.cnt > 0), t.day_item, ["care", "los_days"])
    found = first(found.filter(c.care == "IPT", not_newborn()), "bkkp_sn", "kp_id")
    extra = (
        pl.when(c.family != "BED")
        .then(1)
        .otherwise((c.hilist_code.n_unique() > 1).cast(pl.Int64) * p("transfer_days"))
        .first()
    )
    total = found.group_by("setl_id", "family").agg(
        total=c.cnt.sum(), allowed=(c.los_days.max().cast(pl.Int64) + extra) * 10_000
    )
    # Some line of a surplus is always dear enough to be at issue, so the settlement is found.
    return keys(total.filter(c.total > c.allowed + p("slack_days", 10_000)))


def pl13(t: Any, p: Any) -> pl.LazyFrame:
    """Quantities above the cap of the day or the visit."""
    beds = t.day_item.filter(c.family == "BED").select("hilist_code")
    lines = t.fee_line.filter(c.cnt > 0).join(beds, on="hilist_code", how="anti")
    found = limited(t, lines, t.quantity_limit, ["care", "begndate", "enddate"]).filter(not_newborn())
    found = first(found, "bkkp_sn", "unit", "cap", "kp_id").with_columns(
        calendar=days("begndate", "enddate") + 1,
        posted=c.fee_date.n_unique().over("setl_id", "hilist_code").cast(pl.Int64),
    )
    at_once = (c.care == "IPT") & (c.posted <= p("batch_dates")) & (c.calendar > c.posted)
    whole = (c.unit == "VISIT") | at_once
    times = pl.when(whole & (c.unit != "VISIT")).then(c.calendar).otherwise(1)
    found = found.with_columns(
        allowed=c.cap * times, period=pl.when(whole).then(None).otherwise(c.fee_date)
    ).with_columns(total=c.cnt.sum().over("setl_id", "hilist_code", "period"))
    # The dearest line is at issue whenever the smallest cap of the group is exceeded there.
    found = found.sort("pric", "bkkp_sn", descending=[True, False]).with_columns(
        before=c.cnt.cum_sum().over("setl_id", "hilist_code", "period") - c.cnt
    )
    return keys(found.filter(c.total > c.allowed, c.total - c.allowed > c.before))


def pl11(t: Any, p: Any) -> pl.LazyFrame:
    """Services dearer than the ceiling of the region that treats."""
    lines = t.fee_line.filter(c.list_type == "201", c.cnt > 0, c.inscp_amt > 0)
    ceilings = t.hilist_lmtpric_d.select(
        "hilist_code", "insu_admdvs", "begndate", "enddate",
        kind=c.hilist_lmtpric_type, ceiling=c.hilist_pric_uplmt_amt,
    )  # fmt: skip
    found = lines.join(ceilings, on="hilist_code").filter(
        c.fee_date >= c.begndate, c.enddate.is_null() | (c.fee_date <= c.enddate)
    )
    columns = ["setl_id", "fix_blng_admdvs", "treat_pool", "lmtpric_hosp_lv", "age_years"]
    found = found.join(t.settlement.select(columns), on="setl_id")
    found = found.filter((c.kind == "0") | (c.kind == c.lmtpric_hosp_lv))
    nearness = (
        pl.when(c.insu_admdvs == c.fix_blng_admdvs).then(3)
        .when(c.insu_admdvs == c.treat_pool + "00").then(2)
        .when(c.insu_admdvs == c.fix_blng_admdvs.str.slice(0, 2) + "0000").then(1)
        .when(c.insu_admdvs == "000000").then(0)
        .otherwise(-1)
    )  # fmt: skip
    found = found.with_columns(nearness=nearness, leveled=c.kind != "0").filter(c.nearness >= 0)
    found = first(found, "bkkp_sn", "nearness", "leveled", "begndate", descending=True)
    is_child = (c.age_years <= p("child_years")).fill_null(False).cast(pl.Int64)
    found = found.with_columns(allowed=(10 + is_child * p("child_surcharge", 10)) * (1000 + p("tolerance", 1000)))
    found = found.filter(c.pric * 10_000 > c.ceiling * c.allowed)
    older = ceilings.select("hilist_code", "insu_admdvs", "kind", ended=c.enddate, was=c.ceiling)
    excused = found.join(older, on=["hilist_code", "insu_admdvs", "kind"]).filter(
        days("ended", "fee_date").is_between(1, p("lag_days")), c.pric * 10_000 <= c.was * c.allowed
    )
    return keys(found.join(excused.select("bkkp_sn"), on="bkkp_sn", how="anti"))


def ch10(t: Any, p: Any) -> pl.LazyFrame:
    """Items that are not covered and were settled as covered."""
    found = t.line_difference.filter(c.cause == "not_covered", c.actual_inscp > c.expected_inscp).drop("setl_id")
    found = found.join(t.fee_line.select("setl_id", "bkkp_sn", "hilist_code", "fee_date"), on="bkkp_sn")
    found = found.join(t.settlement.select("setl_id"), on="setl_id", how="semi")
    listed = t.hilist_b.filter(c.chrgitm_lv != "03").select("hilist_code", "insu_admdvs", "enddate")
    own = c.catalogue_region
    near = (c.insu_admdvs == "000000") | (c.insu_admdvs == own)
    near |= (c.insu_admdvs == own.str.slice(0, 4) + "00") | (c.insu_admdvs == own.str.slice(0, 2) + "0000")
    excused = found.filter(c.catalogue_class.is_null()).join(listed, on="hilist_code")
    excused = excused.filter(near, days("enddate", "fee_date").is_between(1, p("lag_days")))
    return keys(found.join(excused.select("bkkp_sn"), on="bkkp_sn", how="anti"))


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
