"""Hand-made landing rows for one night under a local practice, paid as the policy of the pool without it says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml
from support.parcels import Row, deliver, receive, row

from lianshen.content import FOLDERS, content_root
from lianshen.policy import PolicyBook
from lianshen.recompute import recompute
from lianshen.rules import load_rules, screen
from lianshen.warehouse import open_warehouse
from lianshen.warehouse.marts import refresh

NIGHT = "2026-11-20"
CONTENT = content_root()
RULES = [rule for rule in load_rules(CONTENT) if rule.id.startswith("LP-")]
"""The rules about local practices: what the others find there is their own tests' matter."""
ITEM = "001101000010000"
HOSPITALS = {
    "H51010000001": ("510100", "02", "1"),
    "H51010000002": ("510100", "05", "2"),
    "H51070000001": ("510700", "02", "1"),
    "H51070000002": ("510700", "05", "1"),
    "H50010300001": ("500103", "02", "1"),
}
"""Region, grade and nature (1 non-profit, 2 for profit)."""
PAID = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay")
EXPECTED = ("hifp", "cvlserv", "hifes", "hifmi", "hifob", "hifdm", "maf")


@dataclass
class Rows:
    """The tables of one package."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **cells: str) -> Rows:
        self.tables.setdefault(table, []).append(cells)
        return self

    def stay(
        self, setl_id: str, *, insured: str = "510700", hospital: str = "H51010000001", amount: str = "20000.00",
        **changes: str,
    ) -> Rows:  # fmt: skip
        """Add a stay of one line that is wholly in scope, of a person of the same number."""
        region, grade, _ = HOSPITALS[hospital]
        level = {"02": "3", "05": "2"}[grade]
        number = setl_id.removeprefix("S")
        keys = {"setl_id": setl_id, "mdtrt_id": f"M{number}", "psn_no": f"P{number}", "fixmedins_code": hospital}
        zero = dict.fromkeys((*PAID, "othfund_pay", "fund_pay_sumamt", "act_pay_dedc"), "0.00")
        self.tables.setdefault("setl_d", []).append(
            row(
                "setl_d",
                **{
                    **keys,
                    **zero,
                    "insu_admdvs": insured,
                    "fix_blng_admdvs": region,
                    "hosp_lv": grade,
                    "lmtpric_hosp_lv": level,
                    "dedc_hosp_lv": level,
                    "clr_type": "9902",
                    "cal_ipt_cnt": "1",
                    "medfee_sumamt": amount,
                    "fulamt_ownpay_amt": "0.00",
                    "preselfpay_amt": "0.00",
                    "inscp_amt": amount,
                    "psn_pay": amount,
                    "cash_payamt": amount,
                    **changes,
                },
            )
        )
        line = {"fulamt_ownpay_amt": "0.00", "preselfpay_amt": "0.00", "chrgitm_lv": "01", "cnt": "1", "pric": amount}
        self.tables.setdefault("fee_list_d", []).append(
            row(
                "fee_list_d",
                **{
                    **keys,
                    **line,
                    "bkkp_sn": f"B{number}",
                    "feedetl_sn": f"F{number}",
                    "det_item_fee_sumamt": amount,
                    "inscp_amt": amount,
                    "hilist_code": ITEM,
                    "fee_ocur_time": f"{self._begins(setl_id)} 09:00:00",
                },
            )
        )
        keys.pop("setl_id")
        self.tables.setdefault("mdtrt_d", []).append(row("mdtrt_d", **keys))
        self.tables.setdefault("psn_b", []).append(row("psn_b", psn_no=f"P{number}"))
        diagnosis = {"mdtrt_id": f"M{number}", "setl_id": setl_id, "diag_code": "J18.900", "diag_name": "肺炎"}
        self.tables.setdefault("diag_d", []).append(row("diag_d", **diagnosis))
        return self

    def _begins(self, setl_id: str) -> str:
        return next(str(one["begndate"]) for one in self.tables["setl_d"] if one["setl_id"] == setl_id)

    def filed(self, person: str, **changes: str) -> Rows:
        """Add a filing of long residence, in force."""
        self.tables.setdefault("out_appy_d", []).append(
            row("out_appy_d", trt_dcla_detl_sn=f"A{person}", psn_no=person, **changes)
        )
        return self

    def referred(self, person: str, **changes: str) -> Rows:
        """Add a referral by the tertiary hospital of Mianyang to that of Chengdu, approved."""
        return self.add("refl_appy_d", **{
            "evtsn": f"R{person}", "psn_no": person, "insu_admdvs": "510700", "fixmedins_code": "H51070000001",
            "reflin_medins_no": "H51010000001", "mdtrtarea_admdvs": "510100", "refl_date": "2026-11-09",
            "refl_fil_type": "1", "diag_code": "J18.900", "begndate": "2026-11-09", "enddate": "2026-12-31",
            "out_fil_upld_stas": "1", "rchk_flag": "7", "vali_flag": "1", "crte_time": "2026-11-09 09:00:00",
            "updt_time": "2026-11-09 09:00:00", **changes,
        })  # fmt: skip

    def with_registers(self) -> dict[str, list[Row]]:
        """Return all tables, with the institutions and the catalogue that every night has."""
        hospitals = [
            row("fixmedins_b", fixmedins_code=code, fix_blng_admdvs=region, fixmedins_name=f"医院{code[-5:]}",
                hosp_lv=grade, lmtpric_hosp_lv={"02": "3", "05": "2"}[grade],
                dedc_hosp_lv={"02": "3", "05": "2"}[grade], medins_natu=nature)
            for code, (region, grade, nature) in HOSPITALS.items()
        ]  # fmt: skip
        catalogue = [row("hilist_b", insu_admdvs="000000", chrgitm_lv="01")]
        return {**self.tables, "fixmedins_b": hospitals, "hilist_b": catalogue}


def content_with(folder: Path, practices: dict[str, list[str]]) -> Path:
    """Return a copy of the content folder in which packs have practices switched on."""
    for name in FOLDERS:
        shutil.copytree(CONTENT / name, folder / name)
    for pack, wanted in practices.items():
        path = folder / "policies" / pack / "pack.yaml"
        kept = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**kept, "practices": wanted}, allow_unicode=True), encoding="utf-8")
    return folder


@cache
def _book(content: Path) -> PolicyBook:
    return PolicyBook.load(content / "policies")


@contextmanager
def night(landing: Path, content: Path, rows: Rows) -> Iterator[duckdb.DuckDBPyConnection]:
    """Receive the rows and screen the night; yield the warehouse."""
    with received(landing, content, rows) as con:
        runs = screen(con, RULES, night=NIGHT)
        assert [(run.rule_id, run.error) for run in runs if run.error] == []
        yield con


@contextmanager
def received(landing: Path, content: Path, rows: Rows) -> Iterator[duckdb.DuckDBPyConnection]:
    """Receive the rows and compute the settlements again; yield the warehouse."""
    package = deliver(landing, NIGHT, **rows.with_registers())
    con = open_warehouse(None, content=content)
    try:
        receive(con, package)
        refresh(con)
        recompute(con, _book(content))
        assert con.execute("SELECT table_name, rule, message FROM intake.quarantine").fetchall() == []
        yield con
    finally:
        con.close()
        shutil.rmtree(landing)


def pay(landing: Path, content: Path, rows: Rows) -> None:
    """Give every settlement what the policies of ``content`` say that each fund pays."""
    with received(landing, content, rows) as con:
        columns = ", ".join(f"expected_{name}" for name in EXPECTED)
        query = f"SELECT setl_id, expected_deductible, {columns} FROM audit.recomputed WHERE status = 'recomputed'"
        expected = {setl_id: amounts for setl_id, *amounts in con.execute(query).fetchall()}
    assert set(expected) == {one["setl_id"] for one in rows.tables["setl_d"]}
    rows.tables["setl_d"] = [_paid(one, expected[one["setl_id"]]) for one in rows.tables["setl_d"]]


def _paid(settlement: Row, expected: list[Any]) -> Row:
    deductible, *funds = (Decimal(amount or 0) for amount in expected)
    rest = str(Decimal(settlement["medfee_sumamt"]) - sum(funds))
    amounts = {name: str(amount) for name, amount in zip(PAID, funds, strict=True)}
    fund = {"fund_pay_sumamt": str(sum(funds)), "act_pay_dedc": str(deductible)}
    return {**settlement, **amounts, **fund, "psn_pay": rest, "cash_payamt": rest}


def local_findings(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Return the findings of rules for local practices: rule, and settlement or subject with its period."""
    query = """
        SELECT source_id, setl_id FROM audit.finding WHERE source_id LIKE 'LP-%'
        UNION ALL
        SELECT source_id, CONCAT_WS('/', subject_id, period, setl_id) FROM audit.subject_finding
        WHERE source_id LIKE 'LP-%'
    """
    return {(rule, about) for rule, about in con.execute(query).fetchall()}
