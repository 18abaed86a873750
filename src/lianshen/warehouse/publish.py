"""The published snapshot: what pages, notebooks and reports read while the next night writes.

A snapshot is a folder of Parquet files; the file ``current`` names the one in force and is swapped
atomically. The folder's name carries a hash of the contents, so the same warehouse gives the same
snapshot, whenever it is written.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from lianshen.warehouse.accounts import account

POINTER = "current"
KEPT = 3
_PARQUET = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"

_FLAGGED = "SELECT setl_id FROM audit.finding UNION SELECT setl_id FROM audit.score"

# Sorted, so that the bytes do not depend on the order in which nights came.
TABLES = {
    "settlement": "FROM mart.settlement ORDER BY setl_date, setl_id",
    "fee_line": f"FROM mart.fee_line WHERE setl_id IN ({_FLAGGED}) ORDER BY setl_id, bkkp_sn",
    "finding": "FROM audit.finding ORDER BY finding_id",
    "subject_finding": "FROM audit.subject_finding ORDER BY finding_id",
    "finding_line": "FROM audit.finding_line ORDER BY finding_id, bkkp_sn",
    "recomputed": "FROM audit.recomputed ORDER BY setl_id",
    "score": "FROM audit.score ORDER BY model_id, setl_id",
    "subject_score": "FROM audit.subject_score ORDER BY model_id, subject_kind, subject_id, period",
    "model_lack": "FROM audit.model_lack ORDER BY model_id",
    "explanation": "FROM audit.explanation ORDER BY setl_id",
    "institution": (
        "FROM settled.fixmedins_b QUALIFY ROW_NUMBER() OVER (PARTITION BY fixmedins_code ORDER BY begntime DESC) = 1 "
        "ORDER BY fixmedins_code"
    ),
    # What findings are measured against: how much each institution settled in each month.
    "institution_month": """
        SELECT fixmedins_code, MAX(fixmedins_name) AS name, MAX(treating_agency) AS treating_agency,
            MAX(fix_blng_admdvs) AS fix_blng_admdvs, MAX(fixmedins_type) AS fixmedins_type, MAX(hosp_lv) AS hosp_lv,
            STRFTIME(setl_date, '%Y-%m') AS month, COUNT(*) AS settlements,
            COUNT(*) FILTER (care = 'IPT') AS stays, SUM(fund_pay_sumamt) AS fund
        FROM mart.settlement WHERE counts
        GROUP BY fixmedins_code, month ORDER BY fixmedins_code, month
    """,
    "account": "FROM intake.account ORDER BY intake.package_order(package), table_name",
    "account_control": "FROM _account_control ORDER BY intake.package_order(package), table_name, column_name",
    "quality": "FROM ledger.quality ORDER BY package, table_name, code",
    "rule_run": "FROM ledger.rule_run ORDER BY night, rule_id",
    "model_drift": "FROM ledger.model_drift ORDER BY model_id, model_version, period, kind, name",
    "run": "FROM ledger.run ORDER BY run_id",
    "step": "FROM ledger.step ORDER BY run_id, started_at, step",
}


def publish(con: duckdb.DuckDBPyConnection, folder: Path, night: str) -> Path:
    """Write a snapshot of the warehouse under ``folder`` and make it the current one; return its folder.

    Killed half way it leaves a folder that nobody reads, which the next call removes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(".writing-*"):
        shutil.rmtree(stale)
    writing = folder / f".writing-{os.getpid()}"
    writing.mkdir()
    with _in_order(con):
        con.register("_account_control", _control_sums(con))
        for name, query in TABLES.items():
            con.execute(f"COPY ({query}) TO '{writing / name}.parquet' {_PARQUET}")
        con.unregister("_account_control")
    target = folder / f"{night.replace('..', '_')}-{_digest(writing)}"
    if target.exists():
        shutil.rmtree(writing)
    else:
        writing.rename(target)
    _point_to(folder, target.name)
    _forget_old(folder, target.name)
    return target


@contextmanager
def _in_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let COPY keep the order of its query, so that the same rows give the same bytes."""
    con.execute("SET preserve_insertion_order = TRUE")
    try:
        yield
    finally:
        con.execute("SET preserve_insertion_order = FALSE")


def _control_sums(con: duckdb.DuckDBPyConnection) -> pa.Table:
    rows = [
        (row.package, row.table, c.column, c.declared, c.found, c.received, c.accepted, c.set_aside, c.superseded)
        for row in account(con)
        for c in row.controls
    ]
    names = ("package", "table_name", "column_name")
    sums = ("declared", "found", "received", "accepted", "set_aside", "superseded")
    schema = pa.schema([*((n, pa.string()) for n in names), *((n, pa.decimal128(38, 10)) for n in sums)])
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def current_snapshot(folder: Path) -> Path | None:
    """Return the folder of the snapshot in force; None before the first night."""
    pointer = folder / POINTER
    return folder / pointer.read_text(encoding="utf-8").strip() if pointer.exists() else None


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def _point_to(folder: Path, name: str) -> None:
    temporary = folder / f".{POINTER}-{os.getpid()}"
    temporary.write_text(f"{name}\n", encoding="utf-8")
    os.replace(temporary, folder / POINTER)


def _forget_old(folder: Path, current: str) -> None:
    """Keep the last few: a reader may still be in the one before."""
    found = [
        path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name != current
    ]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT - 1 :]:
        shutil.rmtree(path)
