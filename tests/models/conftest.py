"""Inpatient stays made up in DuckDB: costs follow diagnosis, grade, operation and age, and a few stays are inflated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from lianshen.anomaly import ModelStore, train
from lianshen.anomaly.profiles import refresh_profiles
from lianshen.warehouse.connect import open_warehouse
from lianshen_models.stay_cost import MODEL

FIRST_DAY = date(2026, 1, 1)
DAYS = 100
COST_OF = {"J18": 6000, "I63": 11000, "E11": 7000, "K80": 14000, "M17": 38000, "Z51": 9000, "J96": 45000, "I10": 4000}
LEVELS = {"02": 1.6, "05": 1.0, "08": 0.55}
TYPES = ("09", "11", "10", "08", "04", "03", "05", "06", "07", "01", "02", "14")
TYPICAL = np.array([20, 5, 2, 12, 16, 14, 13, 6, 5, 4, 1, 2]) / 100
OPERATED = np.array([14, 3, 1, 35, 10, 8, 7, 15, 3, 2, 1, 1]) / 100


@dataclass
class Stay:
    """One stay to plant; ``amounts`` in yuan by charge type replaces what a typical stay would cost."""

    setl_id: str
    icd3: str = "J18"
    hosp_lv: str = "05"
    operation: str | None = None
    age: int = 60
    day: int = DAYS - 2
    amounts: dict[str, int] = field(default_factory=dict)
    times: float = 1.0
    days: int | None = None
    tests: int | None = None
    """Days and laboratory lines; None for what is usual with the diagnosis."""


def new_warehouse(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return an empty warehouse, in memory or in a file."""
    return open_warehouse(path)


def full_warehouse(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return a warehouse with 3,000 ordinary stays over a hundred days, none of them touched."""
    con = new_warehouse(path)
    add_stays(con, ordinary_stays(3000))
    con.execute("DELETE FROM work.touched_settlement")
    return con


@pytest.fixture(scope="session")
def stays() -> SimpleNamespace:
    """Return what tests make stays and warehouses with."""
    return SimpleNamespace(
        Stay=Stay,
        ordinary=ordinary_stays,
        typical=typical_amounts,
        add=add_stays,
        until=FIRST_DAY + timedelta(days=DAYS),
        empty=new_warehouse,
        full=full_warehouse,
    )


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, full_file: Path) -> Path:
    """Return a store with a champion that was fitted on the full warehouse. Do not write to it."""
    folder = tmp_path_factory.mktemp("trained")
    with new_warehouse(Path(shutil.copy(full_file, folder))) as con:
        train(con, MODEL, ModelStore(folder), until=FIRST_DAY + timedelta(days=DAYS))
    return folder


def quick_build(seed: int, quantile: float, categorical: tuple[int, ...]) -> Any:
    """Return a regressor for tests of training itself: a few steps, large ones."""
    return MODEL.build(seed, quantile, categorical).set_params(max_iter=12, learning_rate=0.4)


QUICK = replace(MODEL, build=quick_build, counts=(), build_count=None)
"""MD-11 in a tenth of the time, where it does not matter how well it fits."""


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory, full_file: Path) -> Path:
    """Return a store with a quick champion that was fitted on the full warehouse. Do not write to it."""
    folder = tmp_path_factory.mktemp("quick")
    with new_warehouse(Path(shutil.copy(full_file, folder))) as con:
        train(con, QUICK, ModelStore(folder), until=FIRST_DAY + timedelta(days=DAYS))
    return folder


@pytest.fixture
def quick_store(quick: Path, tmp_path: Path) -> ModelStore:
    """Return a copy of the quick store that a test may spoil."""
    shutil.copytree(quick / "MD-11", tmp_path / "quick" / "MD-11")
    return ModelStore(tmp_path / "quick")


@pytest.fixture
def store(trained: Path, tmp_path: Path) -> ModelStore:
    """Return a copy of the trained store that a test may spoil."""
    shutil.copytree(trained, tmp_path / "models")
    return ModelStore(tmp_path / "models")


@pytest.fixture(scope="session")
def full_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a full warehouse. Copy it, do not write to it."""
    path = tmp_path_factory.mktemp("full") / "warehouse.duckdb"
    with full_warehouse(path):
        return path


@pytest.fixture
def warehouse(full_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a full warehouse that a test may change."""
    with new_warehouse(Path(shutil.copy(full_file, tmp_path_factory.mktemp("warehouse")))) as con:
        yield con


def ordinary_stays(count: int, *, seed: int = 7, prefix: str = "S", first: int = 0, last: int = DAYS) -> list[Stay]:
    """Return stays of every diagnosis and grade, spread over the days [first, last)."""
    rng = np.random.default_rng(seed)
    diagnoses, levels = list(COST_OF), list(LEVELS)
    stays = []
    for number in range(count):
        icd3 = diagnoses[rng.integers(len(diagnoses))]
        operated = icd3 in ("K80", "M17") and rng.random() < 0.7
        stays.append(
            Stay(
                setl_id=f"{prefix}{number:06d}",
                icd3=icd3,
                hosp_lv=levels[rng.integers(len(levels))],
                operation=("51.2300x001" if icd3 == "K80" else "81.5400x001") if operated else None,
                age=int(rng.integers(18, 90)),
                day=int(rng.integers(first, last)),
                times=float(np.exp(rng.normal(0, 0.3))),
            )
        )
    return stays


def typical_amounts(stay: Stay) -> dict[str, float]:
    """Return what each charge type costs in a stay like this one, before chance and before what is planted."""
    cost = COST_OF[stay.icd3] * LEVELS[stay.hosp_lv] * (1.8 if stay.operation else 1.0) * (0.8 + stay.age / 300)
    shares = OPERATED if stay.operation else TYPICAL
    return dict(zip(TYPES, (cost * shares).tolist(), strict=True))


def add_stays(con: duckdb.DuckDBPyConnection, stays: list[Stay]) -> None:
    """Insert the stays, one fee line for each charge type; a stay that is there already is replaced."""
    lines, heads = [], []
    for stay in stays:
        rng = np.random.default_rng(int.from_bytes(stay.setl_id.encode()[-6:], "big"))
        amounts = {
            code: max(1, round(value * stay.times * rng.uniform(0.7, 1.3)))
            for code, value in typical_amounts(stay).items()
        }
        amounts.update(stay.amounts)
        day = FIRST_DAY + timedelta(days=stay.day)
        usual = COST_OF[stay.icd3] / 2000
        days = 1 + int(rng.poisson(usual)) if stay.days is None else stay.days
        tests = 1 + int(rng.poisson(2 * usual)) if stay.tests is None else stay.tests
        total = float(sum(amounts.values()))
        heads.append((stay.setl_id, day, stay.icd3, stay.hosp_lv, stay.operation, stay.age, total, days))
        laboratory = amounts.pop("04")
        parts = [laboratory // tests + (place < laboratory % tests) for place in range(tests)]
        lines.extend((stay.setl_id, f"{stay.setl_id}-{code}", code, float(amount)) for code, amount in amounts.items())
        lines.extend((stay.setl_id, f"{stay.setl_id}-04-{n}", "04", float(part)) for n, part in enumerate(parts))
    names = ("setl_id", "day", "icd3", "hosp_lv", "operation", "age", "cost", "days")
    head = pa.table({name: list(values) for name, values in zip(names, zip(*heads, strict=True), strict=True)})
    line = pa.table(
        dict(zip(("setl_id", "bkkp_sn", "type", "amount"), map(list, zip(*lines, strict=True)), strict=True))
    )
    con.register("new_head", head)
    con.register("new_line", line)
    for table in ("mart.settlement", "settled.fee_list_d"):
        con.execute(f"DELETE FROM {table} WHERE setl_id IN (SELECT setl_id FROM new_head)")
    insert_typed(con, "mart.settlement", "FROM new_head", HEAD)
    insert_typed(con, "settled.fee_list_d", "FROM new_line", LINE)
    insert_typed(con, "settled.diag_d", "FROM new_head", DIAGNOSIS)
    con.execute("INSERT OR IGNORE INTO work.touched_settlement SELECT setl_id FROM new_head")
    con.unregister("new_head")
    con.unregister("new_line")
    refresh_profiles(con)


HEAD = {
    "setl_id": "setl_id", "mdtrt_id": "'M' || setl_id", "person": "'P' || setl_id", "psn_no": "'N' || setl_id",
    "gend": "'2'", "age_years": "age", "insutype": "'310'", "psn_type": "'11'", "insu_admdvs": "'510700'",
    "insu_pool": "'5107'", "fixmedins_code": "'H5101'", "hosp_lv": "hosp_lv", "fix_blng_admdvs": "'510100'",
    "treat_pool": "'5101'", "treating_agency": "'510100'", "scope": "'IN_PROV'", "is_cross_region": "TRUE",
    "begndate": "day - days::INTEGER", "enddate": "day", "los_days": "days", "setl_time": "day", "setl_date": "day",
    "year": "YEAR(day)", "med_type": "'21'", "care": "'IPT'", "medfee_sumamt": "cost", "icd3": "icd3",
    "main_diag_code": "icd3 || '.900'", "main_oprn_code": "operation", "adm_dept": "'A03'", "n_lines": "12",
    "is_reversal": "FALSE", "is_reversed": "FALSE", "counts": "TRUE",
}  # fmt: skip
LINE = {
    "setl_id": "setl_id", "bkkp_sn": "bkkp_sn", "feedetl_sn": "bkkp_sn", "mdtrt_id": "'M' || setl_id",
    "med_chrgitm_type": "type", "hilist_code": "'I' || type", "det_item_fee_sumamt": "amount", "cnt": "1",
    "pric": "amount", "vali_flag": "'1'",
}  # fmt: skip
DIAGNOSIS = {
    "mdtrt_id": "'M' || setl_id", "setl_id": "setl_id", "inout_diag_type": "'2'", "diag_srt_no": "1",
    "maindiag_flag": "'1'", "diag_type": "'1'", "diag_code": "icd3 || '.900'", "vali_flag": "'1'",
}  # fmt: skip


def insert_typed(con: duckdb.DuckDBPyConnection, table: str, source: str, given: dict[str, str]) -> None:
    """Insert into ``table``; columns that must be there and are not given are zero, empty or the first day."""
    described = con.execute(f"DESCRIBE {table}").fetchall()
    filler = {"VARCHAR": "''", "DATE": "DATE '2026-01-01'", "TIMESTAMP": "TIMESTAMP '2026-01-01'", "BOOLEAN": "FALSE"}
    values = [
        given.get(name) or ("NULL" if nullable == "YES" else filler.get(kind, "0"))
        for name, kind, nullable, *_ in described
    ]
    con.execute(f"INSERT INTO {table} SELECT {', '.join(values)} {source}")
