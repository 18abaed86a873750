"""Dirt as sources really deliver it: lost zeros, missing values, broken dates and numbers, older copies of a row.

Each kind names what intake must do with it. Rows that the answer key needs are left clean, and so are columns whose
control sums the sender gives: a sum over a broken number does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lianshen.province.arrow import Ints
from lianshen.province.landing import Package, plain_text

SET_ASIDE, RESTORED, SUPERSEDED, WARN = "set_aside", "restored", "superseded", "warn"


@dataclass(frozen=True)
class Trap:
    """One kind of dirt: ``value`` replaces the cell (None: empty; "strip": the code without its leading zero)."""

    table: str
    column: str
    name: str
    value: str | None
    outcome: str


TRAPS = [
    Trap("setl_d", "hosp_lv", "code_as_integer", "strip", RESTORED),
    Trap("setl_d", "mdtrt_cert_type", "code_as_integer", "strip", RESTORED),
    Trap("setl_d", "hosp_lv", "ambiguous_integer", "0", SET_ASIDE),
    Trap("setl_d", "gend", "unknown_code", "5", SET_ASIDE),
    Trap("setl_d", "pay_loc", "unknown_code", "7", SET_ASIDE),
    Trap("setl_d", "insutype", "missing_value", None, SET_ASIDE),
    Trap("setl_d", "psn_no", "missing_value", None, SET_ASIDE),
    Trap("setl_d", "brdy", "invalid_date_text", "1985-13-45", SET_ASIDE),
    Trap("setl_d", "brdy", "date_in_the_future", "2099-01-01", SET_ASIDE),
    Trap("setl_d", "begndate", "date_out_of_order", "2098-12-31", SET_ASIDE),
    Trap("setl_d", "setl_time", "invalid_time_text", "2026-11-31 10:00:00", SET_ASIDE),
    Trap("setl_d", "updt_time", "date_out_of_range", "0226-11-05 10:00:00", SET_ASIDE),
    Trap("setl_d", "fulamt_ownpay_amt", "broken_decimal", "12.3.4", SET_ASIDE),
    Trap("setl_d", "cash_payamt", "huge_number", "123456789012345678.90", SET_ASIDE),
    Trap("setl_d", "insu_admdvs", "malformed_code", "5101", SET_ASIDE),
    Trap("setl_d", "psn_cert_type", "unknown_code_harmless", "77", WARN),
    Trap("fee_list_d", "chrgitm_lv", "code_as_integer", "strip", RESTORED),
    Trap("fee_list_d", "med_chrgitm_type", "code_as_integer", "strip", RESTORED),
    Trap("fee_list_d", "list_type", "unknown_code", "999", SET_ASIDE),
    Trap("fee_list_d", "hilist_name", "missing_value", None, SET_ASIDE),
    Trap("fee_list_d", "fee_ocur_time", "invalid_time_text", "2026-11-00 00:00:00", SET_ASIDE),
    Trap("fee_list_d", "cnt", "broken_decimal", "两盒", SET_ASIDE),
    Trap("fee_list_d", "pric", "broken_decimal", "1,234.50", SET_ASIDE),
    Trap("fee_list_d", "crte_time", "missing_value", None, SET_ASIDE),
    Trap("fee_list_d", "prd_days", "negative_number", "-3.00", WARN),
    Trap("mdtrt_d", "endtime", "date_out_of_order", "1999-01-01 00:00:00", SET_ASIDE),
    Trap("mdtrt_d", "inhosp_stas", "unknown_code_harmless", "8", WARN),
    Trap("diag_d", "maindiag_flag", "unknown_code", "x", SET_ASIDE),
    Trap("diag_d", "diag_code", "malformed_code_harmless", "肺炎", WARN),
    Trap("stmt_d", "stmt_begndate", "invalid_date_text", "20261101", SET_ASIDE),
]
KEYS = {
    "setl_d": "setl_id",
    "fee_list_d": "bkkp_sn",
    "mdtrt_d": "mdtrt_id",
    "diag_d": "mdtrt_id",
    "stmt_d": "fixmedins_code",
}
_OLDER_SECONDS = 3_600


class Recorder(Protocol):
    """What takes note of each spoiled cell."""

    planted: list[dict[str, object]]
    linked: set[str]

    def spoil(self, **row: object) -> None:
        """Record one row."""

    def explain(self, rule: str, subject: str, period: str, settlement: str | None, note: str, on: date) -> None:
        """Record a difference that follows from a row set aside."""


@dataclass
class Dirt:
    """How much, and from which generator."""

    rng: np.random.Generator
    share: float


def spoil(package: Package, dirt: Dirt, truth: Recorder) -> None:
    """Spoil ``dirt.share`` of the rows of each table that has traps, in place, and record every one."""
    kept_clean = {str(row["setl_id"])[2:] for row in truth.planted} | truth.linked
    kept_clean |= {str(row["linked_setl_id"])[2:] for row in truth.planted if row["period"] and row["linked_setl_id"]}
    for name in sorted({trap.table for trap in TRAPS}):
        table = package.tables.get(name)
        if table is None or table.num_rows == 0:
            continue
        traps = [trap for trap in TRAPS if trap.table == name]
        wanted = max(len(traps) + 1, round(table.num_rows * dirt.share))
        free = _free_rows(table, name, kept_clean)
        chosen = dirt.rng.choice(free, size=min(wanted, len(free)), replace=False) if len(free) else free
        cuts = np.array_split(chosen, len(traps) + 1)
        if name in ("setl_d", "stmt_d"):
            lost = [rows for trap, rows in zip(traps, cuts, strict=False) if trap.outcome == SET_ASIDE]
            _explain(table.take(pa.array(np.sort(np.concatenate(lost)))), name, package.business_date, truth)
        plain = plain_text(table)
        for trap, rows in zip(traps, cuts, strict=False):
            plain = _apply(plain, package.name, trap, np.sort(rows), truth)
        if name in ("setl_d", "fee_list_d"):
            plain = _older_copies(plain, package.name, name, np.sort(cuts[-1]), truth)
        package.tables[name] = plain


def _explain(rows: pa.Table, name: str, on: date, truth: Recorder) -> None:
    """Note the differences in reconciliation that follow when a settlement or a statement is set aside."""
    day = rows["setl_time" if name == "setl_d" else "stmt_begndate"].cast(pa.date32())
    known = rows["setl_id"].to_pylist() if name == "setl_d" else [None] * rows.num_rows
    for code, when, setl in zip(rows["fixmedins_code"].to_pylist(), day.to_pylist(), known, strict=True):
        truth.explain("CL-01", code, when.isoformat(), None, "入库时暂存，日对账因此不平", on)
        if setl is not None:
            listed = (on + timedelta(days=1)).isoformat()
            truth.explain("CL-02", code, listed, setl, "入库时暂存，中心因此缺记录", on)


def _free_rows(table: pa.Table, name: str, kept_clean: set[str]) -> Ints:
    """Return rows that no planted record and no reversal needs."""
    if name == "stmt_d":
        return np.arange(table.num_rows)
    key = "setl_id" if "setl_id" in table.column_names else "mdtrt_id"
    numbers = pc.utf8_slice_codeunits(table[key], 2)
    needed = pc.is_in(numbers, value_set=pa.array(sorted(kept_clean), pa.string()))
    free = np.asarray(pc.invert(needed).to_numpy(zero_copy_only=False), dtype=bool)
    return np.flatnonzero(free)


def _apply(table: pa.Table, package: str, trap: Trap, rows: Ints, truth: Recorder) -> pa.Table:
    if not len(rows):
        return table
    place = table.column_names.index(trap.column)
    text = table.column(place).cast(pa.string()).combine_chunks()
    if isinstance(text, pa.ChunkedArray):
        text = text.chunk(0) if text.num_chunks else pa.array([], pa.string())
    if trap.value == "strip":
        old = text.take(pa.array(rows)).to_pylist()
        rows = np.array([r for r, code in zip(rows, old, strict=True) if code and code[0] == "0"], dtype=np.int64)
        values = [code[1:] for code in old if code and code[0] == "0"]
        if not len(rows):
            return table
    else:
        values = [trap.value] * len(rows)
    mask = np.zeros(table.num_rows, dtype=bool)
    mask[rows] = True
    spoiled = pc.replace_with_mask(text, pa.array(mask), pa.array(values, pa.string()))
    keys = table[KEYS[trap.table]].take(pa.array(rows)).to_pylist()
    for row, key, value in zip(rows, keys, values, strict=True):
        truth.spoil(
            table_name=trap.table,
            package=package,
            row_no=int(row) + 1,
            key=key,
            column_name=trap.column,
            trap=trap.name,
            value=value,
            outcome=trap.outcome,
        )
    return table.set_column(place, trap.column, spoiled)


def _older_copies(table: pa.Table, package: str, name: str, rows: Ints, truth: Recorder) -> pa.Table:
    """Append copies of rows with an older ``updt_time``: they change nothing."""
    copies = table.take(pa.array(rows))
    stamps = copies["updt_time"].cast(pa.string()).cast(pa.timestamp("s"))
    older = pc.subtract(stamps, pa.scalar(_OLDER_SECONDS, pa.duration("s")))
    older = (
        older.cast(pa.string()) if pa.types.is_string(table["updt_time"].type) else older.cast(table["updt_time"].type)
    )
    copies = copies.set_column(copies.column_names.index("updt_time"), "updt_time", older)
    for number, key in enumerate(copies[KEYS[name]].to_pylist()):
        truth.spoil(
            table_name=name,
            package=package,
            row_no=table.num_rows + number + 1,
            key=key,
            column_name="updt_time",
            trap="older_copy",
            value=None,
            outcome=SUPERSEDED,
        )
    return pa.concat_tables([table, copies]).combine_chunks()
