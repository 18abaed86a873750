"""Rows for a small warehouse: every helper states only what its test is about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection
from sqlalchemy.engine import Engine

from lianshen.cases import AssemblyResult, AssemblySettings, assemble, forget_assembled
from lianshen.findings import finding_id

SCHEMA = Path(__file__).parents[2] / "sql" / "schema"
TABLES = {
    "mart": ("settlement", "fee_line"),
    "audit": ("finding", "finding_line", "score", "explanation", "recomputed"),
    "work": ("touched",),
    "casework": ("audit_case", "verdict"),
    "intake": ("package", "reached"),
}


@dataclass
class Clock:
    """A clock that tests move."""

    start: datetime
    passed: timedelta

    def __call__(self) -> datetime:
        return self.start + self.passed

    def forward(self, **by: float) -> None:
        self.passed += timedelta(**by)


@dataclass(frozen=True)
class Text:
    """The text of a rule, as rules and models hand it over."""

    title_zh: str
    sentence_zh: str = "与规定不符。"
    facts: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    fingerprint: str = "f0"
    certainty: str = "definite"
    severity: int = 2
    level: str = "line"
    basis: tuple[str, ...] = ("R Art.9",)
    handler: tuple[str, ...] = ("H1",)
    not_a_finding_when: tuple[str, ...] = ("医师签字确认的例外用药。",)
    reviewer_checks: tuple[str, ...] = ("核对医嘱。",)


TEXTS = {
    "PL-04": Text(
        "限年龄段",
        "患者{because_age}岁，{because_item}限{because_limit}使用。",
        {"because_age": "年龄（岁）", "because_item": "项目", "because_unstated": "未列出的事实"},
    ),
    "PL-11": Text("超限定单价收费"),
    "ST-04": Text("支付比例执行错误", level="settlement"),
    "AD-01": Text("分解住院", level="patient-episode", certainty="suspicious"),
    "AD-06": Text("住院时间重叠", level="network"),
    "MG-02": Text("结算明细信息异常"),
    "XR-01": Text("未备案按已备案结算", level="settlement"),
    "MD-11": Text("同病同级费用离群", level="settlement", certainty="suspicious"),
}


@dataclass
class Warehouse:
    """The tables that cases are made of, in memory."""

    con: DuckDBPyConnection
    visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    columns: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Warehouse]:
        with duckdb.connect(":memory:") as con:
            for schema, files in TABLES.items():
                con.execute(f"CREATE SCHEMA {schema}; SET schema = '{schema}'")
                for name in files:
                    con.execute((SCHEMA / schema / f"{name}.sql").read_text(encoding="utf-8"))
            con.execute("SET schema = 'main'")
            yield cls(con)

    def _insert(self, table: str, **given: Any) -> None:
        """Insert a row; a column that must be filled and is not given gets a zero of its type."""
        if table not in self.columns:
            self.columns[table] = self.con.execute(f"DESCRIBE {table}").fetchall()
        columns = [(column, kind, null) for column, kind, null, *_ in self.columns[table]]
        unknown = set(given) - {column for column, _, _ in columns}
        assert not unknown, f"{table} has no {unknown}"
        row = {c: given[c] if c in given else _zero(kind) for c, kind, null in columns if c in given or null == "NO"}
        marks = ", ".join("?" for _ in row)
        self.con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))

    def settle(self, setl_id: str, **given: Any) -> None:
        """Add a stay in Chengdu of somebody insured in Mianyang: 10,000.00, of which the fund paid 6,000.00."""
        row = {
            "mdtrt_id": f"M{setl_id}",
            "person": "a1b2c3d4e5f6",
            "psn_no": "51000000000000000001",
            "gend": "2",
            "age_years": 61,
            "insutype": "310",
            "insu_admdvs": "510700",
            "insu_pool": "5107",
            "fixmedins_code": "H51010000001",
            "fixmedins_name": "成都模拟医院",
            "hosp_lv": "02",
            "treating_agency": "510100",
            "scope": "IN_PROV",
            "care": "IPT",
            "begndate": date(2026, 11, 10),
            "enddate": date(2026, 11, 18),
            "setl_date": date(2026, 11, 19),
            "medfee_sumamt": Decimal("10000.00"),
            "fund_pay_sumamt": Decimal("6000.00"),
            "main_diag_code": "J18.900",
            "main_diag_name": "肺炎",
            "counts": True,
            **given,
        }
        row.setdefault("fix_blng_admdvs", row["treating_agency"])
        self.visits[setl_id] = row
        self._insert("mart.settlement", setl_id=setl_id, **row)
        self.dirty(setl_id)

    def line(self, bkkp_sn: str, setl_id: str, amount: str = "100.00", **given: Any) -> None:
        """Add a fee line of a settlement, wholly in scope."""
        row = {
            "hilist_code": "XA0001",
            "hilist_name": "注射用模拟药",
            "fee_date": date(2026, 11, 12),
            "fee_ocur_time": datetime.fromisoformat("2026-11-12 08:00"),
            "cnt": Decimal(2),
            "pric": Decimal(amount) / 2,
            "det_item_fee_sumamt": Decimal(amount),
            "inscp_amt": Decimal(amount),
            **given,
        }
        self._insert("mart.fee_line", bkkp_sn=bkkp_sn, setl_id=setl_id, mdtrt_id=f"M{setl_id}", **row)

    def find(
        self, rule: str, setl_id: str, counted: str | None = "0.00", *, lines: tuple[str, ...] = (), **given: Any
    ) -> str:
        """Add a finding that carries ``counted`` yuan, with its hit lines; return its id."""
        visit = self.visits[setl_id]
        linked = given.get("linked_setl_id")
        key = finding_id(rule, setl_id, linked)
        because = given.pop("because", {})
        self._insert(
            "audit.finding",
            finding_id=key,
            source_id=rule,
            setl_id=setl_id,
            **{
                "source_version": 1,
                "fingerprint": "f0",
                "certainty": TEXTS[rule].certainty,
                "severity": TEXTS[rule].severity,
                "level": TEXTS[rule].level,
                "person": visit["person"],
                "fixmedins_code": visit["fixmedins_code"],
                "treating_agency": visit["treating_agency"],
                "insu_admdvs": visit["insu_admdvs"],
                "subject_date": visit["setl_date"],
                "a2": counted,
                "counted_a2": counted,
                "because": json.dumps(because, ensure_ascii=False),
                **given,
            },
        )
        for bkkp_sn in lines:
            self.con.execute(
                "INSERT INTO audit.finding_line SELECT ?, bkkp_sn, setl_id, det_item_fee_sumamt, inscp_amt, '{}' "
                "FROM mart.fee_line WHERE bkkp_sn = ?",
                [key, bkkp_sn],
            )
        self.dirty(setl_id)
        return key

    def lose(self, key: str) -> None:
        """Take a finding away, as a corrected settlement does."""
        self.con.execute(
            "INSERT OR IGNORE INTO work.dirty_settlement SELECT setl_id FROM audit.finding WHERE finding_id = ?", [key]
        )
        self.con.execute("DELETE FROM audit.finding_line WHERE finding_id = ?", [key])
        self.con.execute("DELETE FROM audit.finding WHERE finding_id = ?", [key])

    def dirty(self, setl_id: str) -> None:
        self.con.execute("INSERT OR IGNORE INTO work.dirty_settlement VALUES (?)", [setl_id])

    def reach(self, day: date) -> None:
        """Say that the package of a business date was received."""
        self._insert("intake.package", package=day.isoformat(), business_date=day)

    def assemble(self, engine: Engine, waits: Mapping[str, int] | None = None, **settings: int) -> AssemblyResult:
        """Assemble as a night does: what is dirty becomes cases and is then forgotten, unless it waits."""
        result = assemble(self.con, engine, texts=TEXTS, waits=waits, settings=AssemblySettings(**settings))
        forget_assembled(self.con, waits or {})
        return result

    def everything_dirty(self) -> None:
        self.con.execute("INSERT OR IGNORE INTO work.dirty_settlement SELECT setl_id FROM mart.settlement")


def _zero(kind: str) -> Any:
    if kind.startswith(("DECIMAL", "BIGINT", "INTEGER", "DOUBLE")):
        return 0
    return {"BOOLEAN": False, "DATE": date(2026, 11, 1), "TIMESTAMP": datetime.fromisoformat("2026-11-01")}.get(
        kind, "-"
    )
