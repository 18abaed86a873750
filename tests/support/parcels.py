"""Small hand-written packages for the tests of the warehouse."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lianshen.warehouse import (
    IdentityKey,
    Package,
    Receipt,
    Staged,
    find_packages,
    landed_tables,
    read_package,
    settle_in,
    stage,
)

KEY = IdentityKey(b"k" * 32)
Row = Mapping[str, Any]

_BASE: dict[str, dict[str, str]] = {
    "setl_d": {
        "setl_id": "S1", "mdtrt_id": "M1", "psn_no": "P1", "gend": "1", "brdy": "1960-05-01", "insutype": "310",
        "psn_type": "11", "insu_admdvs": "510700", "pay_loc": "3", "fixmedins_code": "H51010000001", "hosp_lv": "02",
        "fix_blng_admdvs": "510100", "begndate": "2026-11-10", "enddate": "2026-11-18",
        "setl_time": "2026-11-18 10:00:00", "med_type": "21", "setl_type": "2", "medfee_sumamt": "1000.00",
        "fulamt_ownpay_amt": "100.00", "overlmt_selfpay": "0.00", "preselfpay_amt": "100.00", "inscp_amt": "800.00",
        "act_pay_dedc": "300.00", "hifp_pay": "400.00", "cvlserv_pay": "0.00", "hifes_pay": "0.00",
        "hifmi_pay": "0.00", "hifob_pay": "0.00", "hifdm_pay": "0.00", "maf_pay": "0.00", "othfund_pay": "0.00",
        "fund_pay_sumamt": "400.00", "psn_pay": "600.00", "acct_pay": "0.00", "acct_mulaid_pay": "0.00",
        "cash_payamt": "600.00", "refd_setl_flag": "0", "init_setl_id": "", "year": "2026", "vali_flag": "1",
        "updt_time": "2026-11-18 10:00:00",
    },
    "fee_list_d": {
        "bkkp_sn": "B1", "feedetl_sn": "F1", "mdtrt_id": "M1", "setl_id": "S1", "psn_no": "P1",
        "fixmedins_code": "H51010000001", "fee_ocur_time": "2026-11-11 08:00:00", "cnt": "2", "pric": "250.00",
        "det_item_fee_sumamt": "500.00", "fulamt_ownpay_amt": "50.00", "overlmt_selfpay": "0.00",
        "preselfpay_amt": "50.00", "inscp_amt": "400.00", "chrgitm_lv": "02", "hilist_code": "001101000010000",
        "hilist_name": "普通床位费", "list_type": "201", "med_chrgitm_type": "01",
        "crte_time": "2026-11-11 20:00:00", "vali_flag": "1", "updt_time": "2026-11-11 20:00:00",
    },
    "mdtrt_d": {
        "mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H51010000001", "begntime": "2026-11-10 09:00:00",
        "endtime": "2026-11-18 09:00:00", "med_type": "21", "vali_flag": "1", "updt_time": "2026-11-18 10:00:00",
    },
    "diag_d": {
        "mdtrt_id": "M1", "inout_diag_type": "2", "diag_srt_no": "1", "setl_id": "S1", "maindiag_flag": "1",
        "diag_type": "1", "diag_code": "I10.x00", "diag_name": "高血压", "vali_flag": "1",
        "updt_time": "2026-11-18 10:00:00",
    },
    "out_appy_d": {
        "trt_dcla_detl_sn": "A1", "psn_no": "P1", "insu_admdvs": "510700", "rloc_admdvs": "510100", "rloc_rea": "5",
        "begndate": "2026-01-01", "enddate": "", "out_fil_upld_stas": "1", "rchk_flag": "1", "vali_flag": "1",
        "crte_time": "2026-01-01 09:00:00", "updt_time": "2026-01-01 09:00:00",
    },
    "refl_appy_d": {
        "evtsn": "R1", "psn_no": "P1", "insu_admdvs": "510700", "fixmedins_code": "H51070300001",
        "reflin_medins_no": "H51010000001", "mdtrtarea_admdvs": "510100", "refl_date": "2026-11-08",
        "refl_fil_type": "1", "begndate": "2026-11-08", "enddate": "2027-05-07", "out_fil_upld_stas": "1",
        "rchk_flag": "1", "vali_flag": "1", "crte_time": "2026-11-08 09:00:00", "updt_time": "2026-11-08 09:00:00",
    },
    "admdvs_b": {
        "admdvs": "510700", "name": "绵阳市", "parent": "510000", "pool_code": "5107", "valid_from": "2000-01-01",
        "valid_to": "",
    },
    "psn_b": {
        "psn_no": "P1", "gend": "1", "brdy": "1960-05-01", "certno": "", "surv_stas": "1", "vali_flag": "1",
    },
    "fixmedins_b": {
        "fixmedins_code": "H51010000001", "fix_blng_admdvs": "510100", "fixmedins_name": "成都市示例医院",
        "fixmedins_type": "1", "hosp_lv": "02", "lmtpric_hosp_lv": "3", "dedc_hosp_lv": "3",
        "begntime": "2020-01-01 00:00:00", "endtime": "", "fix_onln_open_flag": "1", "out_onln_open_type": "03",
        "vali_flag": "1",
    },
    "hilist_b": {
        "hilist_code": "001101000010000", "insu_admdvs": "510000", "begndate": "2020-01-01", "enddate": "",
        "hilist_name": "普通床位费", "list_type": "201", "chrgitm_lv": "02", "med_chrgitm_type": "01",
        "vali_flag": "1",
    },
}  # fmt: skip


def row(table: str, **changes: str) -> dict[str, str]:
    """Return a plainly correct row of a table, with what differs."""
    return {**_BASE[table], **changes}


def csv_bytes(rows: Sequence[Row], encoding: str = "utf-8", columns: Sequence[str] | None = None) -> bytes:
    names = list(columns or dict.fromkeys(name for r in rows for name in r))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([r.get(name, "") for name in names] for r in rows)
    return text.getvalue().encode(encoding)


def parquet_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue().to_pybytes())


def typed_table(name: str, rows: Sequence[Row]) -> pa.Table:
    """Return rows of text as the typed Arrow table that a careful sender would write."""
    con = duckdb.connect()
    spec = landed_tables()[name]
    names = list(dict.fromkeys(n for r in rows for n in r))
    texts = pa.table({n: pa.array([r.get(n) or None for r in rows], pa.string()) for n in names})
    con.register("texts", texts)
    casts = ", ".join(f'CAST("{n}" AS {spec[n].sql_type}) AS "{n}"' if n in spec.by_name else f'"{n}"' for n in names)
    return con.execute(f"SELECT {casts} FROM texts").to_arrow_table()


def control_of(table: str, rows: Sequence[Row]) -> dict[str, str]:
    return {c: str(sum((Decimal(r[c]) for r in rows), Decimal(0))) for c in landed_tables()[table].control}


class Parcel:
    """A package under construction: add files, then seal it with a manifest."""

    def __init__(self, landing: Path, name: str) -> None:
        self.folder = landing / name
        self.folder.mkdir(parents=True)
        day, _, sequence = name.partition(".")
        self.manifest: dict[str, Any] = {
            "format": "lianshen-landing/1",
            "business_date": day,
            "source": "test",
            "sequence": int(sequence or 1),
            "tables": {},
        }

    def file(
        self, table: str, name: str, data: bytes, rows: int, control: Mapping[str, str] | None = None, **entry: str
    ) -> Parcel:
        (self.folder / name).write_bytes(data)
        spec = landed_tables().get(table)
        mode = spec.mode if spec else "delta"
        described = self.manifest["tables"].setdefault(table, {"mode": mode, "files": [], "control": {}})
        digest = hashlib.sha256(data).hexdigest()
        described["files"].append({"name": name, "rows": rows, "sha256": digest, **entry})
        for column, amount in (control or {}).items():
            before = Decimal(described["control"].get(column, "0"))
            described["control"][column] = str(before + Decimal(amount))
        return self

    def rows(self, table: str, rows: Sequence[Row], dialect: str = "csv", part: str = "") -> Parcel:
        suffix = f"-{part}" if part else ""
        control = control_of(table, rows) if rows else {}
        if dialect == "parquet":
            data, name, entry = parquet_bytes(typed_table(table, rows)), f"{table}{suffix}.parquet", {}
        elif dialect == "csv.gz":
            data, name, entry = gzip.compress(csv_bytes(rows), mtime=0), f"{table}{suffix}.csv.gz", {}
        elif dialect == "gb18030":
            data, name, entry = csv_bytes(rows, "gb18030"), f"{table}{suffix}.csv", {"encoding": "gb18030"}
        else:
            data, name, entry = csv_bytes(rows, "utf-8-sig"), f"{table}{suffix}.csv", {}
        return self.file(table, name, data, len(rows), control, **entry)

    def seal(self) -> Package:
        (self.folder / "manifest.json").write_text(json.dumps(self.manifest, ensure_ascii=False), "utf-8")
        return read_package(self.folder)


def deliver(landing: Path, name: str, dialect: str = "csv", **tables: Sequence[Row]) -> Package:
    parcel = Parcel(landing, name)
    for table, rows in tables.items():
        parcel.rows(table, rows, dialect)
    return parcel.seal()


def check_codes(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Set aside what breaks a list, a range or a condition: the plain SQL of the schema, without the suites."""
    for table in staged.tables.values():
        if not table.is_checkable or table.spec is None:
            continue
        for column in table.spec.columns:
            if column.identifier or column.severity != "set_aside":
                continue
            broken = {}
            if column.codes:
                broken["codes"] = f"{column.name} NOT IN ({', '.join(repr(c) for c in column.codes)})"
            if column.format:
                broken["format"] = f"NOT regexp_matches({column.name}, '{column.format}')"
            if column.range:
                low, high = column.range
                broken["range"] = f"{column.name} NOT BETWEEN '{low}' AND '{high}'"
            for rule, condition in broken.items():
                con.execute(
                    f"""INSERT INTO stage.reject SELECT '{table.name}', _file, _row, '{column.name}', '{rule}',
                        CAST({column.name} AS VARCHAR), 'set_aside', '{rule} of {column.name}'
                        FROM stage.{table.name} WHERE {condition}"""
                )
        for check in table.spec.checks:
            if check.severity == "set_aside":
                con.execute(
                    f"""INSERT INTO stage.reject SELECT '{table.name}', _file, _row, NULL, '{check.name}', NULL,
                        'set_aside', ? FROM stage.{table.name} WHERE NOT ({check.expression})""",
                    [check.about],
                )


def receive(con: duckdb.DuckDBPyConnection, package: Package) -> Receipt:
    """Take one package as a night does: stage, check, settle in."""
    staged = stage(con, package, KEY)
    check_codes(con, staged)
    return settle_in(con, staged)


def receive_all(con: duckdb.DuckDBPyConnection, landing: Path) -> list[Receipt]:
    return [receive(con, package) for package in find_packages(landing)]
