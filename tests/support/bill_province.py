"""Ordinary institutions made up in ``profile.bill``: levels, cities, doctors, diagnoses, chance; nothing planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from lianshen.anomaly import ModelStore, SubjectModel
from lianshen.anomaly.nights import score_subjects
from lianshen.anomaly.profiles import note_views
from lianshen.anomaly.subject_training import train_subjects
from lianshen.warehouse import open_warehouse

MONTH = "2026-11"
AGENCIES = ("510100", "510700", "511300", "511700", "513300", "510500")
COST = {"TERTIARY": 14000.0, "SECONDARY": 8000.0, "PRIMARY": 4000.0}
DIAGNOSES = {"J18": 1.0, "I63": 1.6, "E11": 1.1, "K80": 1.8, "M17": 2.6, "I10": 0.7}
COUNTIES = ("510703", "511302", "511702", "513301", "510502", "510311", "511002", "511402")


@dataclass
class Province:
    """A warehouse with bills; ``institutions`` are (code, level, agency)."""

    con: duckdb.DuckDBPyConnection
    institutions: list[tuple[str, str, str]] = field(default_factory=list)

    def fill(self, month: str, each: int = 120, *, seed: int = 3, change: Callable[..., None] | None = None) -> None:
        """Add a month's bills of every institution; ``change(columns, rng)`` may alter them first."""
        rng = np.random.default_rng(seed)
        first = date.fromisoformat(f"{month}-01")
        code, level, agency = (np.repeat([one[part] for one in self.institutions], each) for part in range(3))
        n = len(code)
        icd3 = rng.choice(list(DIAGNOSES), n)
        stay = rng.random(n) < 0.4
        own = np.repeat(np.exp(rng.normal(0, 0.08, len(self.institutions))), each)
        base = np.array([COST[one] for one in level]) * np.array([DIAGNOSES[one] for one in icd3])
        cost = np.rint(base * np.where(stay, 1.0, 0.03) * own * np.exp(rng.normal(0, 0.35, n))) * 100
        drugs = cost * np.clip(rng.normal(0.35, 0.08, n), 0.05, 0.9)
        days = np.where(stay, 1 + rng.poisson(7, n), 0)
        day = rng.integers(0, 28, n)
        out = [first + timedelta(days=int(one)) for one in day]
        columns: dict[str, Any] = {
            "setl_id": [f"{month}-{number:06d}" for number in range(n)],
            "mdtrt_id": [f"M{month}-{number:06d}" for number in range(n)],
            "setl_date": out,
            "begndate": [one - timedelta(days=int(long)) for one, long in zip(out, days, strict=True)],
            "enddate": out,
            "settled_at": [f"{one} {hour:02d}:{minute:02d}:00" for one, hour, minute in zip(
                out, rng.integers(8, 18, n), rng.integers(0, 60, n), strict=True)],
            "los_days": days,
            "person": [f"P{number}" for number in rng.integers(0, 10**9, n)],
            "sex": rng.choice(["1", "2"], n),
            "age": rng.integers(18, 90, n),
            "insu_admdvs": rng.choice(COUNTIES, n),
            "fixmedins_code": code,
            "level": level,
            "treating_agency": agency,
            "scope": rng.choice(["LOCAL", "IN_PROV", "CROSS_PROV"], n, p=[0.3, 0.5, 0.2]),
            "care": np.where(stay, "IPT", "OTP"),
            "icd3": icd3,
            "department": np.where(stay, "A03", None),
            "doctor": [f"D{one}" for one in rng.integers(0, 4, n)],
            "n_tests": rng.poisson(np.where(stay, 30, 2)),
            "n_drugs": 1 + rng.poisson(np.where(stay, 15, 2)),
            "cost_fen": cost, "fund_fen": np.rint(cost * 0.6), "cash_fen": np.rint(cost * 0.35),
            "western_fen": np.rint(drugs),
        }  # fmt: skip
        if change is not None:
            change(columns, rng)
        self.add(columns)

    def add(self, columns: dict[str, Any]) -> None:
        """Insert bills; columns that are not given hold what an ordinary bill holds."""
        table = pa.table({name: pa.array(list(values), from_pandas=True) for name, values in columns.items()})
        self.con.register("new_bill", table)
        given = set(columns)
        described = self.con.execute("DESCRIBE profile.bill").fetchall()
        usual = {
            "setl_month": "STRFTIME(setl_date, '%Y-%m')", "insu_pool": "LEFT(insu_admdvs, 4)",
            "treat_pool": "LEFT(treating_agency, 4)", "chapter": "LEFT(icd3, 1)", "fixmedins_type": "'1'",
            "insutype": "'310'", "med_type": "CASE care WHEN 'IPT' THEN '21' ELSE '11' END", "operation": "NULL",
            "n_doctors": "1", "n_lines": "12", "n_items": "10",
        }  # fmt: skip
        values = [name if name in given else usual.get(name, "0") for name, *_ in described]
        self.con.execute(f"INSERT INTO profile.bill SELECT {', '.join(values)} FROM new_bill")
        # Settlements that count stand behind the bills; a night would drop the bills of others.
        settlements = self.con.execute("DESCRIBE mart.settlement").fetchall()
        filler = {"VARCHAR": "''", "DATE": "setl_date", "TIMESTAMP": "setl_date", "BOOLEAN": "FALSE"}
        same = {name for name, *_ in described}
        known = {"counts": "TRUE", "fund_pay_sumamt": "fund_fen / 100", "medfee_sumamt": "cost_fen / 100",
                 "dscg_way": "'1'", "setl_time": "settled_at"}  # fmt: skip
        head = [
            known.get(name) or (name if name in same else "NULL" if null == "YES" else filler.get(kind, "0"))
            for name, kind, null, *_ in settlements
        ]
        self.con.execute(
            f"INSERT INTO mart.settlement SELECT {', '.join(head)} FROM profile.bill "
            "WHERE setl_id IN (SELECT setl_id FROM new_bill)"
        )
        self.con.unregister("new_bill")
        note_views(self.con)

    def reach(self, day: date) -> None:
        """Let packages be received up to ``day``."""
        self.con.execute("DELETE FROM intake.package")
        described = self.con.execute("DESCRIBE intake.package").fetchall()
        filler = {"VARCHAR": "''", "DATE": f"DATE '{day}'", "TIMESTAMP": f"DATE '{day}'", "BOOLEAN": "FALSE"}
        values = [filler.get(kind, "1" if null == "NO" else "NULL") for _, kind, null, *_ in described]
        self.con.execute(f"INSERT INTO intake.package SELECT {', '.join(values)}")

    def judge(self, model: SubjectModel, folder: Path, day: date, *, train: bool = True) -> None:
        """Train on all that there is, then judge as a night does."""
        self.reach(day)
        store = ModelStore(folder)
        if train:
            train_subjects(self.con, model, store, until=day + timedelta(days=1), holdout_days=1)
        run = score_subjects(self.con, store, [model])
        assert [one.reason for one in run.models] == [None]

    def findings(self) -> list[tuple[Any, ...]]:
        """Return (subject, month, because) of the findings about institutions and doctors."""
        return self.con.execute("SELECT subject_id, period, because FROM audit.subject_finding ORDER BY ALL").fetchall()

    def scores(self) -> list[tuple[Any, ...]]:
        """Return every score, with its reasons and members."""
        return self.con.execute(
            "SELECT * EXCLUDE (model_version) FROM audit.subject_score ORDER BY model_id, subject_id, period"
        ).fetchall()


def new_province(many: int = 60) -> Province:
    """Return a province of ``many`` institutions without bills."""
    levels = list(COST)
    institutions = [
        (f"H{number:03d}", levels[number % 3], AGENCIES[number // 3 % len(AGENCIES)]) for number in range(many)
    ]
    return Province(open_warehouse(None), institutions)
