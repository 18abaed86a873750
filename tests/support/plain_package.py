"""Landing packages of plainly correct rows; a test states only what differs."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from lianshen.warehouse.package import Package, find_packages
from lianshen.warehouse.schema import ColumnSpec, landed_tables

Row = dict[str, str]

FORMATS = {
    "region": "510100",
    "institution": "H51010000001",
    "staff": "D510100000001",
    "year": "2026",
    "month": "202611",
    "count": "1",
    "opsp_disease": "M03900",
    "diagnosis": "I10.x00",
    "operation": "47.0100",
    "hilist_code": "001204000010000",
}
OWN = {
    "setl_d": {
        "brdy": "1970-01-01",
        "begndate": "2026-11-10",
        "enddate": "2026-11-19",
        "setl_time": "2026-11-19 16:00:00",
        "med_type": "21",
        "insu_admdvs": "510400",
        "medfee_sumamt": "100.00",
        "preselfpay_amt": "10.00",
        "inscp_amt": "90.00",
        "hifp_pay": "60.00",
        "fund_pay_sumamt": "60.00",
        "psn_pay": "40.00",
        "cash_payamt": "40.00",
        "refd_setl_flag": "0",
        "vali_flag": "1",
    },
    "fee_list_d": {
        "cnt": "2",
        "pric": "50",
        "det_item_fee_sumamt": "100.00",
        "preselfpay_amt": "10.00",
        "inscp_amt": "90.00",
        "vali_flag": "1",
    },
    "setl_fund_d": {"fund_pay_type": "310100", "fund_payamt": "60.00"},
    "diag_d": {"maindiag_flag": "1", "vali_flag": "1", "inout_diag_type": "2", "diag_srt_no": "1"},
}


def plain_row(table: str, **changes: str) -> Row:
    """Return a correct row of ``table``; an empty text in ``changes`` is a missing value."""
    spec = landed_tables()[table]
    row = {column.name: _plain(column) for column in spec.columns if column.required or column.not_null}
    return {**row, **OWN.get(table, {}), **changes}


def plain_rows(table: str, count: int, **changes: str) -> list[Row]:
    """Return correct rows whose text keys differ."""
    spec = landed_tables()[table]
    keys = [name for name in spec.key if spec[name].sql_type == "VARCHAR" and spec[name].format is None]
    keys = [name for name in keys if spec[name].codes is None]
    return [plain_row(table, **{**{key: f"{key}-{n}" for key in keys}, **changes}) for n in range(count)]


def land(
    landing: Path, name: str, tables: Mapping[str, Sequence[Row]], *, without: Mapping[str, str] | None = None
) -> Package:
    """Write a package of CSV files and return it. ``without`` leaves one column out of a table's file."""
    folder = landing / name
    folder.mkdir(parents=True)
    described = {}
    for table, rows in tables.items():
        spec = landed_tables()[table]
        left_out = (without or {}).get(table)
        columns = [
            c.name for c in spec.columns if c.name != left_out and (c.required or any(c.name in r for r in rows))
        ]
        path = folder / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        described[table] = {"mode": spec.mode, "files": [{"name": path.name, "rows": len(rows), "sha256": digest}]}
    date, _, sequence = name.partition(".")
    manifest = {
        "format": "lianshen-landing/1",
        "business_date": date,
        "source": "test",
        "sequence": int(sequence or 1),
        "tables": described,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return next(package for package in find_packages(landing) if package.name == name)


def _plain(column: ColumnSpec) -> str:
    if column.codes is not None:
        return next(iter(column.codes))
    if column.prefix is not None:
        return next(iter(column.prefix))
    if column.format_name is not None:
        return FORMATS[column.format_name]
    if column.sql_type == "DATE":
        return "2026-11-19"
    if column.sql_type == "TIMESTAMP":
        return "2026-11-19 10:00:00"
    if column.not_null:
        return "0" if column.is_numeric else column.name
    return ""
