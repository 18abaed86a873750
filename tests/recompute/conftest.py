"""A small warehouse for recomputation: real tables from the schema files, settlements that were paid by the core."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from lianshen.content import content_root
from lianshen.policy import PolicyBook
from lianshen.settlement import UNLIMITED, Accumulators, line_amount, settle, split_lines

SCHEMA = content_root() / "sql" / "schema"
LANDED = ("setl_d", "setl_fund_d", "hilist_b", "hilist_lmtpric_d", "hilist_selfpay_prop_b", "cum_d",
          "psn_b", "psn_insu_d")  # fmt: skip
OPEN = date(9999, 12, 31)


def create(con: duckdb.DuckDBPyConnection, schema: str, path: Path) -> None:
    """Run a schema file inside a schema."""
    con.execute(re.sub(r"(?m)^CREATE TABLE ", f"CREATE TABLE {schema}.", path.read_text(encoding="utf-8")))


class World:
    """Adds settlements, lines, filings and catalogue rows; ``pay`` settles them as a paying system would."""

    def __init__(self, book: PolicyBook) -> None:
        self.book = book
        self.con = duckdb.connect()
        for schema in ("mart", "audit", "work", "settled", "landed"):
            self.con.execute(f"CREATE SCHEMA {schema}")
        for schema in ("mart", "audit", "work"):
            for path in sorted((SCHEMA / schema).glob("*.sql")):
                create(self.con, schema, path)
        for table in LANDED:
            create(self.con, "landed", SCHEMA / "landed" / f"{table}.sql")
            # Without the constraints: a test states only what matters to it.
            self.con.execute(f"CREATE TABLE settled.{table} AS FROM landed.{table} LIMIT 0")
        # Received ID numbers are kept as hashes only.
        self.con.execute("ALTER TABLE settled.psn_b RENAME COLUMN certno TO certno_hash")

    def insert(self, table: str, **row: Any) -> None:
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        self.con.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))

    def item(
        self, code: str, region: str = "510000", *, lv: str = "01", ceiling: str | None = None,
        share: str | None = None, since: date = date(2020, 1, 1), until: date | None = None, level: str = "0",
        person: str = "0",
    ) -> None:  # fmt: skip
        days = {"begndate": since, "enddate": until}
        self.insert("settled.hilist_b", hilist_code=code, insu_admdvs=region, chrgitm_lv=lv, vali_flag="1", **days)
        if ceiling is not None:
            self.insert("settled.hilist_lmtpric_d", hilist_code=code, insu_admdvs=region, hilist_lmtpric_type=level,
                        hilist_pric_uplmt_amt=ceiling, **days)  # fmt: skip
        if share is not None:
            self.insert("settled.hilist_selfpay_prop_b", hilist_code=code, insu_admdvs=region, selfpay_prop=share,
                        selfpay_prop_type="10", selfpay_prop_psn_type=person, **days)  # fmt: skip

    def filing(self, filing_id: str = "F1", **differs: Any) -> None:
        row = {
            "filing_id": filing_id, "person": "P1", "psn_no": "N1", "insu_admdvs": "510700", "filed_region": "510100",
            "filing_type": "REFERRAL", "valid_from": date(2026, 10, 1), "valid_until": OPEN,
            "applied_at": "2026-09-30 09:00:00", "is_valid": True, "is_approved": True, "is_uploaded": True,
            "source_table": "refl_appy_d",
        } | differs  # fmt: skip
        row["is_effective"] = row["is_valid"] and row["is_approved"] and row["is_uploaded"]
        self.insert("mart.filing", **row)

    def settlement(
        self,
        setl_id: str = "S1",
        *,
        lines: Sequence[Mapping[str, Any]] = ({},),
        paid_as: Mapping[str, Any] | None = None,
        used: Accumulators | None = None,
        **differs: Any,
    ) -> None:
        """Add a settlement of a person from Mianyang in a tertiary hospital in Chengdu, paid by the core.

        ``lines`` say how the paying system saw each line (see :meth:`_line`); ``paid_as`` replaces what it believed
        about the settlement (``filing_type`` first of all; default: none needed or unfiled); other keywords replace
        columns, and win over what was computed.
        """
        header: dict[str, Any] = {
            "setl_id": setl_id, "mdtrt_id": f"M-{setl_id}", "person": "P1", "psn_no": "N1", "insutype": "310",
            "psn_type": "11", "insu_admdvs": "510700", "pay_loc": "3", "fixmedins_code": "H51010000001",
            "hosp_lv": "02", "lmtpric_hosp_lv": "3", "dedc_hosp_lv": "3", "fix_blng_admdvs": "510100",
            "treating_agency": "510100", "begndate": date(2026, 11, 1), "enddate": date(2026, 11, 5), "los_days": 4,
            "setl_date": date(2026, 11, 5), "year": "2026", "med_type": "21", "care": "IPT", "setl_type": "2",
            "cal_ipt_cnt": 1, "is_reversal": False, "is_reversed": False, "counts": True,
        }  # fmt: skip
        header |= differs
        header.setdefault("setl_time", f"{header['setl_date']} 10:00:00")
        header["insu_pool"], header["treat_pool"] = header["insu_admdvs"][:4], header["fix_blng_admdvs"][:4]
        same_province = header["insu_admdvs"][:2] == header["fix_blng_admdvs"][:2]
        header["scope"] = "IN_PROV" if same_province else "CROSS_PROV"
        if header["insu_pool"] == header["treat_pool"]:
            header["scope"] = "LOCAL"
        header["is_cross_region"] = header["scope"] != "LOCAL"
        split = [self._line(header, number, line) for number, line in enumerate(lines)]
        sums = {name: sum((row[name] for row in split), Decimal("0.00")) for name in (
            "det_item_fee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt")}  # fmt: skip
        header = {"medfee_sumamt": sums.pop("det_item_fee_sumamt"), **sums, "n_lines": len(split)} | header
        paid = self._pay(header, paid_as or {}, used, bool(differs.get("cvlserv_flag") == "1"))
        self.insert("mart.settlement", **(paid | header))
        self.insert("settled.setl_d", setl_id=setl_id, mdtrt_id=header["mdtrt_id"], vali_flag="1")
        self.touch(setl_id)

    def _line(self, header: Mapping[str, Any], number: int, line: Mapping[str, Any]) -> dict[str, Decimal]:
        """Add one line: ``code``, ``cnt``, ``pric``, and ``covered``, ``ceiling``, ``share`` as the payer saw them."""
        cnt, pric = Decimal(line.get("cnt", "1")), Decimal(line.get("pric", "20800.00"))
        quantity, price = int(cnt.scaleb(4)), int(pric.scaleb(6))
        ceiling = line.get("ceiling")
        amount = line_amount(quantity, price)
        split = split_lines(
            amount, quantity, price, covered=line.get("covered", True),
            ceiling=UNLIMITED if ceiling is None else int(Decimal(ceiling).scaleb(6)),
            share=int(Decimal(line.get("share", "0")).scaleb(4)),
        )  # fmt: skip
        row = {
            "det_item_fee_sumamt": yuan(amount), "fulamt_ownpay_amt": yuan(split.full_self_pay),
            "overlmt_selfpay": yuan(split.over_ceiling), "preselfpay_amt": yuan(split.pre_self_pay),
            "inscp_amt": yuan(split.in_scope),
        }  # fmt: skip
        day = line.get("day", header["begndate"])
        self.insert(
            "mart.fee_line", bkkp_sn=f"{header['setl_id']}-{number}", feedetl_sn=str(number), cnt=cnt, pric=pric,
            setl_id=header["setl_id"], mdtrt_id=header["mdtrt_id"], person=header["person"],
            fixmedins_code=header["fixmedins_code"], fee_ocur_time=f"{day} 00:00:00", fee_date=day,
            chrgitm_lv="01", hilist_code=line.get("code", "A"), hilist_name="item", list_type="201",
            med_chrgitm_type="05", lmt_used_flag=line.get("lmt_used_flag"), hosp_appr_flag=line.get("hosp_appr_flag"),
            crte_time=f"{day} 00:00:00", **row,
        )  # fmt: skip
        return row

    def _pay(
        self, header: Mapping[str, Any], believed: Mapping[str, Any], used: Accumulators | None, civil: bool
    ) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "insu_pool": header["insu_pool"], "insutype": header["insutype"], "psn_type": header["psn_type"],
            "care": header["care"], "scope": header["scope"], "filing_type": "UNFILED",
            "nth_admission": header["cal_ipt_cnt"] or 1, "dedc_hosp_lv": header["dedc_hosp_lv"],
            "special_person": header.get("sp_psn_type"), "is_civil_servant": civil,
        } | believed  # fmt: skip
        own = {name: asked.pop(name) for name in ("deductible", "cap") if name in asked}
        day = np.array([header["setl_date"]], "M8[D]")
        terms = self.book.terms(asked.pop("insu_pool"), day=day, **asked, on_gap="mark").terms
        terms = replace(terms, **{name: np.array([value]) for name, value in own.items()})
        s = settle(fen(header["inscp_amt"]), terms, used)
        person = Decimal(header["medfee_sumamt"]) - yuan(s.fund)
        nothing = dict.fromkeys(("hifes_pay", "hifdm_pay", "othfund_pay", "acct_pay", "acct_mulaid_pay",
                                 "ownpay_hosp_part"), Decimal(0))  # fmt: skip
        return nothing | {
            "act_pay_dedc": yuan(s.deductible), "dedc_std": yuan(s.terms.deductible), "hifp_pay": yuan(s.hifp),
            "hifmi_pay": yuan(s.hifmi), "hifob_pay": yuan(s.hifob), "cvlserv_pay": yuan(s.cvlserv),
            "maf_pay": yuan(s.maf), "fund_pay_sumamt": yuan(s.fund), "psn_pay": person, "cash_payamt": person,
        }  # fmt: skip

    def reverse(self, setl_id: str, at: str) -> str:
        """Take a settlement back at a time; return the id of the reversal."""
        amounts = ", ".join(
            f"-{name} AS {name}" for name in (
                "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt",
                "act_pay_dedc", "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay",
                "maf_pay", "othfund_pay", "fund_pay_sumamt", "psn_pay", "cash_payamt")
        )  # fmt: skip
        back = f"{setl_id}-R"
        self.con.execute(
            f"""
            INSERT INTO mart.settlement BY NAME
            SELECT * REPLACE (
                {amounts}, '{back}' AS setl_id, '{setl_id}' AS init_setl_id, TIMESTAMP '{at}' AS setl_time,
                DATE '{at[:10]}' AS setl_date, TRUE AS is_reversal, FALSE AS counts
            )
            FROM mart.settlement WHERE setl_id = '{setl_id}'
            """
        )
        self.con.execute("UPDATE mart.settlement SET is_reversed = TRUE, counts = FALSE WHERE setl_id = ?", [setl_id])
        self.insert("settled.setl_d", setl_id=back, mdtrt_id=f"M-{back}", vali_flag="1")
        return back

    def touch(self, *setl_ids: str) -> None:
        for setl_id in setl_ids:
            self.con.execute("INSERT OR IGNORE INTO work.touched_settlement VALUES (?)", [setl_id])

    def recomputed(self, setl_id: str = "S1") -> dict[str, Any]:
        found = self.con.execute("SELECT * FROM audit.recomputed WHERE setl_id = ?", [setl_id])
        names = [column[0] for column in found.description or ()]
        row = found.fetchone()
        assert row is not None, f"{setl_id} was not recomputed"
        return {k: str(v) if isinstance(v, Decimal) else v for k, v in zip(names, row, strict=True)}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows with amounts as text."""
        return [tuple(str(v) if isinstance(v, Decimal) else v for v in row) for row in self.con.execute(sql).fetchall()]

    def finding(self, finding_id: str, *, lines: Mapping[str, str] | None = None, **differs: Any) -> None:
        """Add a definite line finding on S1; ``lines`` maps bkkp_sn to the in-scope amount at issue."""
        a1 = str(sum((Decimal(v) for v in (lines or {}).values()), Decimal("0.00")))
        row = {
            "finding_id": finding_id, "source_id": "PL-04", "source_version": 1, "fingerprint": "x",
            "certainty": "definite", "severity": 3, "level": "line", "setl_id": "S1", "person": "P1",
            "fixmedins_code": "H51010000001", "treating_agency": "510100", "insu_admdvs": "510700",
            "subject_date": date(2026, 11, 5), "a0": a1, "a1": a1, "exposure": "0.00", "is_provisional": False,
            "because": "{}",
        } | differs  # fmt: skip
        self.insert("audit.finding", **row)
        for bkkp_sn, amount in (lines or {}).items():
            self.insert("audit.finding_line", finding_id=finding_id, bkkp_sn=bkkp_sn, setl_id=row["setl_id"],
                        a0=amount, a1=amount, because="{}")  # fmt: skip
        self.con.execute("INSERT OR IGNORE INTO work.dirty_settlement VALUES (?)", [row["setl_id"]])


def yuan(fen: Any) -> Decimal:
    return Decimal(int(np.atleast_1d(fen)[0])).scaleb(-2)


def fen(amount: Any) -> int:
    return int(Decimal(amount).scaleb(2))


def day_before(day: date) -> date:
    return day - timedelta(days=1)


@pytest.fixture(scope="session")
def book() -> PolicyBook:
    return PolicyBook.load(content_root() / "policies")


@pytest.fixture
def world(book: PolicyBook) -> World:
    """Yield an empty warehouse whose catalogue lists item A in class A without limits."""
    world = World(book)
    world.item("A")
    return world
