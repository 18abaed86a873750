"""Writing landing packages: Parquet or CSV, hashes, row counts, control sums, and the manifest last."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

Format = Literal["parquet", "csv", "csv.gz", "csv-gb18030"]
FORMATS: tuple[Format, ...] = ("parquet", "csv", "csv.gz", "csv-gb18030")

SNAPSHOTS = frozenset(
    {
        "psn_b",
        "psn_insu_d",
        "fixmedins_b",
        "dr_info_b",
        "hilist_b",
        "hilist_lmtpric_d",
        "hilist_selfpay_prop_b",
        "admdvs_b",
        "drug_price_b",
        "opsp_scope_b",
        "fixmedins_cntr_d",
        "fixmedins_equip_b",
        "drg_group_b",
    }
)
CONTROL = {
    "setl_d": ("medfee_sumamt", "fund_pay_sumamt"),
    "fee_list_d": ("det_item_fee_sumamt", "inscp_amt"),
    "setl_fund_d": ("fund_payamt",),
    "manl_claim_d": ("medfee_sumamt", "fund_pay_sumamt"),
    "stmt_d": ("medfee_sumamt", "fund_pay_sumamt"),
    "stmt_detl_d": ("medfee_sumamt", "fund_pay_sumamt"),
    "clr_appy_d": ("medfee_sumamt", "fund_appy_sum"),
    "clr_detl_d": ("amt",),
    "det_d": ("det_amt",),
    "setl_list_item_d": ("amt",),
    "revolv_fund_d": ("out_clear",),
    "local_stay_d": ("medfee_sumamt",),
}
"""Columns whose sums the sender gives."""


@dataclass
class Package:
    """One delivery: tables by name, written by :func:`write_package`."""

    business_date: date
    sequence: int = 1
    tables: dict[str, pa.Table] = field(default_factory=dict)
    control: dict[str, dict[str, str]] = field(default_factory=dict)
    """Control sums that replace the true ones, for a package that is meant to fail."""

    @property
    def name(self) -> str:
        """Folder name: the date, and the sequence from the second one on."""
        return self.business_date.isoformat() + (f".{self.sequence}" if self.sequence > 1 else "")


def write_package(landing: Path, package: Package, kind: Format, source: str) -> Path:
    """Write one package and return its folder. The manifest is written last: without it a package is still arriving."""
    folder = landing / package.name
    folder.mkdir(parents=True, exist_ok=True)
    entries = {}
    for name, table in sorted(package.tables.items()):
        if table.num_rows == 0:
            continue
        file = folder / f"{name}.{'csv' if kind == 'csv-gb18030' else kind}"
        _write(file, table, kind)
        entry: dict[str, object] = {
            "name": file.name,
            "rows": table.num_rows,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
        if kind == "csv-gb18030":
            entry["encoding"] = "gb18030"
        entries[name] = {
            "mode": "snapshot" if name in SNAPSHOTS else "delta",
            "files": [entry],
            "control": package.control.get(name) or _control(table, CONTROL.get(name, ())),
        }
    manifest = {
        "format": "lianshen-landing/1",
        "business_date": package.business_date.isoformat(),
        "source": source,
        "sequence": package.sequence,
        "tables": entries,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return folder


def _write(file: Path, table: pa.Table, kind: Format) -> None:
    if kind == "parquet":
        pq.write_table(table, file, compression="zstd", compression_level=1, write_statistics=False, version="2.6")
        return
    plain = plain_text(table)
    sink = pa.BufferOutputStream()
    pacsv.write_csv(plain, sink, pacsv.WriteOptions(quoting_style="needed"))
    data = sink.getvalue().to_pybytes()
    if kind == "csv-gb18030":
        data = data.decode("utf-8").encode("gb18030")
    elif kind == "csv.gz":
        data = gzip.compress(data, compresslevel=1, mtime=0)
    file.write_bytes(data)


def plain_text(table: pa.Table) -> pa.Table:
    """Return the table with dictionary columns as plain text, as CSV needs them."""
    columns = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in table.itercolumns()
    ]
    return pa.table(columns, names=table.column_names)


def _control(table: pa.Table, columns: tuple[str, ...]) -> dict[str, str]:
    return {name: control_sum(table[name]) for name in columns if name in table.column_names}


def control_sum(column: pa.ChunkedArray) -> str:
    """Return the sum of a money column as text with two decimals."""
    total = pc.sum(column.cast(pa.decimal128(38, 2))).as_py()
    return f"{total if total is not None else 0:.2f}"
