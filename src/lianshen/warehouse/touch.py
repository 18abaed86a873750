"""What a package changes decides what a night looks at again: keys by kind, in ``intake.touched``.

Resolving keys to settlements is done later, by ``marts.refresh``, when everything of the night has arrived.
"""

from __future__ import annotations

import duckdb

from lianshen.warehouse.partners import touch_partners_of_old
from lianshen.warehouse.schema import TableSpec
from lianshen.warehouse.tables import quoted

TOUCHES: dict[str, tuple[tuple[str, str], ...]] = {
    "setl_d": (("settlement", "setl_id"), ("settlement", "init_setl_id"), ("paid", "setl_id")),
    "fee_list_d": (("settlement", "setl_id"),),
    "setl_fund_d": (("settlement", "setl_id"), ("paid", "setl_id")),
    "mdtrt_d": (("visit", "mdtrt_id"),),
    "diag_d": (("visit", "mdtrt_id"),),
    "oprn_d": (("visit", "mdtrt_id"),),
    "icu_d": (("visit", "mdtrt_id"),),
    "setl_list_d": (("settlement", "setl_id"),),
    "setl_list_item_d": (("list", "setl_list_id"),),
    "drug_trac_d": (("settlement", "setl_id"),),
    "drg_group_b": (("group", "grp_code"),),
    "spdrug_appr_d": (("person", "psn_no"),),
    "fixmedins_cntr_d": (("institution", "fixmedins_code"),),
    "fixmedins_equip_b": (("institution", "fixmedins_code"),),
    "drug_price_b": (("item", "hilist_code"),),
    "opsp_scope_b": (("item", "hilist_code"),),
    "out_appy_d": (("person", "psn_no"),),
    "refl_appy_d": (("person", "psn_no"),),
    "opsp_reg_d": (("person", "psn_no"),),
    "manl_claim_d": (("person", "psn_no"),),
    "stmt_detl_d": (("settlement", "setl_id"),),
    "clr_detl_d": (("settlement", "setl_id"),),
    "psn_b": (("person", "psn_no"),),
    "psn_insu_d": (("person", "psn_no"),),
    "cum_d": (("person", "psn_no"),),
    "remote_reg_psn_d": (("person", "psn_no"),),
    "remote_reg_emp_d": (("employer", "emp_no"),),
    "fixmedins_b": (("institution", "fixmedins_code"),),
    "dr_info_b": (("doctor", "dr_code"),),
    "hilist_b": (("item", "hilist_code"),),
    "hilist_lmtpric_d": (("item", "hilist_code"),),
    "hilist_selfpay_prop_b": (("item", "hilist_code"),),
    "admdvs_b": (("region", "admdvs"),),
}
"""Kind and column per table. ``paid``: what the year adds up changed.

Tables that concern no single settlement (statements, deductions) touch nothing."""

DATED: dict[str, tuple[str, str, str, str]] = {
    "invchg_d": (
        "stock",
        "{0}.fixmedins_code",
        "CAST({0}.inv_chg_time AS DATE)",
        "CAST({0}.inv_chg_time AS DATE)",
    ),
    "outage_d": (
        "outage",
        "COALESCE({0}.fixmedins_code, {0}.admdvs)",
        "CAST({0}.begntime AS DATE)",
        "CAST({0}.endtime AS DATE)",
    ),
}
"""Kind, key, first and last day per table whose rows concern what happened near their days."""

FOREVER = "DATE '9999-12-31'"


def touch_old(con: duckdb.DuckDBPyConnection, spec: TableSpec) -> None:
    """Touch what the rows in ``_beaten`` pointed to: a corrected row may have moved to another settlement."""
    for kind, column in TOUCHES.get(spec.name, ()):
        con.execute(
            f"""INSERT INTO intake.touched
                SELECT DISTINCT '{kind}', s.{quoted(column)}, CAST(NULL AS DATE), CAST(NULL AS DATE)
                FROM settled.{spec.name} AS s SEMI JOIN (FROM _beaten WHERE NOT is_same) AS b ON s.rowid = b.old_id
                WHERE s.{quoted(column)} IS NOT NULL AND '{kind}' <> 'item'"""
        )
    if any(kind == "item" for kind, _ in TOUCHES.get(spec.name, ())) and spec.closes:
        _touch_items(con, spec)
    if spec.name in DATED:
        _touch_dated(con, spec.name, f"settled.{spec.name} AS s SEMI JOIN _beaten AS b ON s.rowid = b.old_id", "s")
    touch_partners_of_old(con, spec.name)


def _touch_dated(con: duckdb.DuckDBPyConnection, table: str, rows: str, alias: str) -> None:
    kind, key, first, last = DATED[table]
    con.execute(
        f"INSERT INTO intake.touched SELECT DISTINCT '{kind}', {key.format(alias)}, {first.format(alias)}, "
        f"{last.format(alias)} FROM {rows}"
    )


def _touch_items(con: duckdb.DuckDBPyConnection, spec: TableSpec) -> None:
    """Touch a changed catalogue row from the first day on which it says something else.

    On the first of January the whole catalogue ends and begins anew; without the day every line of the
    history would be looked at again.
    """
    end = spec.closes
    rest = [n for n, _ in spec.stored if n != end]
    same_but_end = " AND ".join(f"s.{quoted(n)} IS NOT DISTINCT FROM t.{quoted(n)}" for n in rest)
    con.execute(
        f"""INSERT INTO intake.touched
            SELECT DISTINCT 'item', s.hilist_code,
                CASE WHEN {same_but_end} THEN LEAST(COALESCE(s.{end}, {FOREVER}), COALESCE(t.{end}, {FOREVER}))
                ELSE s.begndate END,
                CAST(NULL AS DATE)
            FROM _beaten AS b
            JOIN settled.{spec.name} AS s ON s.rowid = b.old_id
            JOIN stage.{spec.name} AS t ON t._file = b._file AND t._row = b._row
            WHERE NOT b.is_same"""
    )


def touch_changed(con: duckdb.DuckDBPyConnection, spec: TableSpec, winners: str) -> None:
    """Touch what the rows that were taken point to, unless they say what was known already."""
    if spec.name in DATED:
        _touch_dated(con, spec.name, f"{winners} AS w", "w")
    for kind, column in TOUCHES.get(spec.name, ()):
        # A replaced catalogue row is touched with its days by touch_old.
        known = "_beaten" if kind == "item" else "(FROM _beaten WHERE is_same)"
        first = "w.begndate" if kind == "item" else "CAST(NULL AS DATE)"
        con.execute(
            f"""INSERT INTO intake.touched
                SELECT DISTINCT '{kind}', w.{quoted(column)}, {first}, CAST(NULL AS DATE)
                FROM {winners} AS w ANTI JOIN {known} AS k ON w._file = k._file AND w._row = k._row
                WHERE w.{quoted(column)} IS NOT NULL"""
        )
