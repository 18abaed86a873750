"""A warehouse with hand-made settlements, statements and accounts, for the tests of clearing."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from lianshen.warehouse import marts, open_warehouse

CHENGDU, MIANYANG, LESHAN, PROVINCIAL = "510100", "510700", "511100", "519900"
JILIN = "220100"
HOSPITAL = "H51010000001"

_PARTS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "othfund_pay")
_EMPTIED = (
    "settled.setl_d", "settled.setl_fund_d", "settled.stmt_d", "settled.stmt_detl_d", "settled.tri_stmt_d",
    "settled.mdtrt_d", "settled.det_d", "settled.revolv_fund_d", "settled.clr_appy_d", "settled.clr_detl_d",
    "casework.audit_case", "intake.quarantine_row", "intake.package", "intake.touched", "mart.settlement",
    "clearing.closed_month",
    "clearing.cleared_settlement", "clearing.carried_deduction", "clearing.net_line", "clearing.fund_entry",
    "clearing.topup_request", "clearing.statement_check", "clearing.detail_check", "clearing.partner_check",
)  # fmt: skip


class ClearingBooks:
    """A warehouse, in memory unless a file is named, and short ways to fill it."""

    def __init__(self, file: Path | None = None) -> None:
        self.con: duckdb.DuckDBPyConnection = open_warehouse(file)

    def empty(self) -> None:
        """Forget every row that clearing reads or writes."""
        for table in _EMPTIED:
            self.con.execute(f"DELETE FROM {table}")

    def reach(self, day: date) -> None:
        """Have the warehouse reach a business day."""
        self.insert("intake.package", package=f"{day}", business_date=day, sequence=1, source="t", manifest_sha256="")

    def insert(self, table: str, **cells: Any) -> None:
        """Insert one row."""
        names, marks = ", ".join(cells), ", ".join("?" for _ in cells)
        self.con.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(cells.values()))

    def settle(
        self,
        setl_id: str,
        day: date,
        fund: str | Decimal = "100.00",
        *,
        insured: str = MIANYANG,
        treating: str = CHENGDU,
        reverses: str | None = None,
        funds: dict[str, str] | None = None,
        **cells: Any,
    ) -> None:
        """Land a settlement; ``funds`` are its fund rows, else the whole fund is the pooled one's."""
        amount = Decimal(fund)
        row: dict[str, Any] = {
            "setl_id": setl_id, "mdtrt_id": f"V{setl_id}", "psn_no": "P1", "gend": "1", "insutype": "310",
            "psn_type": "11", "insu_admdvs": insured, "pay_loc": "3", "fixmedins_code": f"H{treating}00001",
            "hosp_lv": "03", "fix_blng_admdvs": treating, "begndate": day, "enddate": day,
            "setl_time": datetime.combine(day, time(10)), "med_type": "21", "setl_type": "2", "clr_type": "9902",
            "medfee_sumamt": amount * 2, "fulamt_ownpay_amt": 0, "overlmt_selfpay": 0, "preselfpay_amt": 0,
            "inscp_amt": amount * 2, **dict.fromkeys(_PARTS, 0), "hifp_pay": amount, "fund_pay_sumamt": amount,
            "psn_pay": amount, "acct_pay": 0, "cash_payamt": amount, "year": str(day.year), "vali_flag": "1",
            "refd_setl_flag": "1" if reverses else "0", "init_setl_id": reverses, "updt_time": "2026-01-01 00:00:00",
            "brdy": date(1980, 1, 1), "medins_setl_id": f"M{setl_id}",
        }  # fmt: skip
        self.insert("settled.setl_d", **{**row, **cells})
        for kind, paid in (funds or {}).items():
            self.insert("settled.setl_fund_d", setl_id=setl_id, fund_pay_type=kind, fund_payamt=Decimal(paid))

    def refresh(self) -> None:
        """Renew the marts after rows were landed, changed or withdrawn."""
        marts.touch_everything(self.con)
        marts.refresh(self.con)
        marts.clear_touched(self.con)

    def state(self, day: date, count: int, fund: str, *, total: str | None = None, **cells: Any) -> None:
        """Land an institution's statement of a day."""
        row: dict[str, Any] = {
            "fixmedins_code": HOSPITAL, "setl_optins": CHENGDU, "insutype": "310", "clr_type": "9902",
            "stmt_begndate": day, "stmt_enddate": day, "medfee_sumamt": Decimal(total or Decimal(fund) * 2),
            "fund_pay_sumamt": Decimal(fund), "acct_pay": 0, "fixmedins_setl_cnt": count, "stmt_rslt": "0",
            "updt_time": "2026-01-01 00:00:00",
        }  # fmt: skip
        self.insert("settled.stmt_d", **{**row, **cells})

    def detail(self, setl_id: str, fund: str, *, msgid: str | None = None, **cells: Any) -> None:
        """Land a row of an institution's detail file."""
        row: dict[str, Any] = {
            "setl_id": setl_id, "msgid": msgid or f"M{setl_id}", "psn_no": "P1", "mdtrt_id": f"V{setl_id}",
            "refd_setl_flag": "0", "medfee_sumamt": Decimal(fund) * 2, "fund_pay_sumamt": Decimal(fund), "acct_pay": 0,
            "updt_time": "2026-11-06 00:00:00",
        }  # fmt: skip
        self.insert("settled.stmt_detl_d", **{**row, **cells})

    def case(self, case_no: str, determined: str | None, closed_on: date | None, **cells: Any) -> None:
        """Mirror a case of Chengdu's hospital whose fund is Mianyang's."""
        row: dict[str, Any] = {
            "case_no": case_no, "treating_agency": CHENGDU, "fixmedins_code": HOSPITAL, "insu_admdvs": MIANYANG,
            "insu_pool": "5107", "state": "closed" if closed_on else "submitted",
            "determined": Decimal(determined) if determined else None, "recovered": "0.00", "closed_on": closed_on,
        }  # fmt: skip
        self.insert("casework.audit_case", **{**row, **cells})

    def account(self, day: date, opening: int, *, out: int = 0, refill: int = 0, **cells: Any) -> int:
        """Land a day of Mianyang's revolving fund, whole yuan, and return its closing balance."""
        closing = opening + refill - out + int(cells.get("in_interest", 0)) + int(cells.get("adjust", 0))
        row: dict[str, Any] = {
            "insured_region": MIANYANG, "acct_date": day, "opening": opening, "in_replenish": refill, "in_interest": 0,
            "out_clear": out, "adjust": 0, "closing": closing, "quota": 1000, "updt_time": "2026-01-01 00:00:00",
        }  # fmt: skip
        self.insert("settled.revolv_fund_d", **{**row, **cells})
        return closing
