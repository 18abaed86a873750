"""Each local practice from landing to finding: with the practice on its rules find what they should, off nothing.

The settlements are paid as the pool's policy says without the practice, so that what is found is the practice's own.
To add to a practice, add rows to its night and what they give to its findings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rules.practice_rows import CONTENT, Rows, content_with, local_findings, night, pay


@dataclass(frozen=True)
class Practice:
    """Where a practice is switched on, a night under it, and what its rules find there."""

    pack: str
    rows: Callable[[], Rows]
    findings: frozenset[tuple[str, str]]


def fujian() -> Rows:
    """S1 has a line under the hospital's own code; S2 has none."""
    rows = Rows().stay("S1").filed("P1").stay("S2").filed("P2")
    return rows.add("fee_list_d", **{
        **rows.tables["fee_list_d"][0], "bkkp_sn": "B1a", "feedetl_sn": "F1a", "hilist_code": "XCG001",
        "hilist_name": "血常规", "medins_list_codg": "XCG001", "pric": "20.00", "det_item_fee_sumamt": "20.00",
        "fulamt_ownpay_amt": "20.00", "inscp_amt": "0.00", "chrgitm_lv": "03",
    })  # fmt: skip


def shenzhen() -> Rows:
    """S1 goes to a lower hospital for profit, S2 has a listed disease, S3 has none that is listed."""
    rows = (
        Rows().stay("S1", hospital="H51010000002").referred("P1", reflin_medins_no="H51010000002", diag_code="C34.900")
    )
    return rows.stay("S2").referred("P2", diag_code="C34.900").stay("S3").referred("P3")


def guangxi() -> Rows:
    """P1 is on no register, P2 on that of persons, P3 by the employer; S4 is claimed late, S5 in time."""
    rows = Rows().stay("S1").filed("P1").stay("S2").filed("P2").stay("S3", emp_no="E3").filed("P3")
    listed = {"insu_admdvs": "510700", "begndate": "2026-01-01", "vali_flag": "1", "updt_time": "2026-01-01 09:00:00"}
    rows.add("remote_reg_psn_d", psn_no="P2", **listed).add("remote_reg_emp_d", emp_no="E3", **listed)
    for number, claimed in (("4", "2026-11-16"), ("5", "2026-10-01")):
        stay = {"begndate": "2026-04-20", "enddate": "2026-05-01"}
        rows.stay(f"S{number}", setl_type="1", pay_loc="1", invono=f"I{number}", **stay).filed(f"P{number}")
        rows.add("remote_reg_psn_d", psn_no=f"P{number}", **listed)
        rows.add("manl_claim_d", **{
            "manl_claim_no": f"L{number}", "psn_no": f"P{number}", "insu_admdvs": "510700", **stay,
            "fixmedins_code": "H51010000001",
            "medfee_sumamt": "20000.00", "fund_pay_sumamt": "0.00", "manl_reim_rea": "03", "invono": f"I{number}",
            "appy_date": claimed, "paid_date": "2026-11-18", "vali_flag": "1", "updt_time": "2026-11-18 09:00:00",
        })  # fmt: skip
    return rows


def xining() -> Rows:
    """A retired person costs more than the benchmark; a referral is paid without the share to be paid first, another
    was proposed by a secondary hospital; S4 costs little. Of the first tranches one is not eighty of a hundred."""
    rows = Rows().stay("S1", psn_type="12").filed("P1", rloc_rea="4")
    rows.stay("S2").referred("P2").stay("S3").referred("P3", fixmedins_code="H51070000002")
    rows.stay("S4", psn_type="12", amount="5000.00").filed("P4", rloc_rea="4")
    tranche = {"tranche": "1", "approved_amt": "3000.00", "pay_date": "2026-11-19", "appeal_flag": "0"}
    for setl_id, amount in (("S1", "3000.00"), ("S4", "2400.00")):
        rows.add("pay_sched_d", setl_id=setl_id, amt=amount, **tranche, updt_time="2026-11-19 09:00:00")
    return rows


def shanghai() -> Rows:
    """A person of Guang'an in Chongqing, unfiled; a request without answer and one with; an invoice claimed twice."""
    rows = Rows().stay("S1", insured="511602", hospital="H50010300001", pay_loc="4")
    request = {
        "from_admdvs": "511600", "to_admdvs": "510100", "fixmedins_code": "H51010000001", "due_date": "2026-10-30",
        "req_date": "2026-09-28", "updt_time": "2026-11-01 09:00:00",
    }  # fmt: skip
    rows.add("coop_req_d", req_id="Q1", **request, reply_date="", result="")
    rows.add("coop_req_d", req_id="Q2", **{**request, "reply_date": "2026-10-12", "result": "GENUINE"})
    claim = {
        "agent_code": "H50010300001", "insu_admdvs": "511602", "begndate": "2026-09-01", "enddate": "2026-09-08",
        "amt": "900.00", "fund_amt": "500.00", "vali_flag": "1", "updt_time": "2026-11-01 09:00:00",
    }  # fmt: skip
    rows.filed("P7", insu_admdvs="511602", rloc_admdvs="500000")
    rows.add("entr_batch_d", batch_id="E1", invono="I1", psn_no="P7", paid_date="2026-09-30", **claim)
    return rows.add("entr_batch_d", batch_id="E2", invono="I1", psn_no="P7", paid_date="2026-10-30", **claim)


PRACTICES = {
    "fujian": Practice("chengdu", fujian, frozenset({("LP-01", "S1")})),
    "shenzhen": Practice("mianyang", shenzhen, frozenset({("LP-03", "S1"), ("LP-02", "S3")})),
    "guangxi": Practice("mianyang", guangxi, frozenset({("LP-04", "S1"), ("LP-05", "S4")})),
    "xining": Practice(
        "mianyang",
        xining,
        frozenset({("LP-06", "S1"), ("LP-08", "S2"), ("LP-08", "S3"), ("LP-07", "H51010000001/2026-11/S1")}),
    ),
    "shanghai": Practice(
        "guangan",
        shanghai,
        frozenset({("LP-11", "S1"), ("LP-09", "H51010000001/2026-10"), ("LP-10", "H50010300001/2026-10")}),
    ),
}


@pytest.mark.parametrize("name", PRACTICES)
def test_a_practice_finds_what_it_should_where_it_is_on_and_nothing_where_it_is_off(tmp_path: Path, name: str) -> None:
    practice = PRACTICES[name]
    rows = practice.rows()
    pay(tmp_path / "landing", CONTENT, rows)
    with night(tmp_path / "landing", CONTENT, rows) as con:
        assert local_findings(con) == set()
    on = content_with(tmp_path / "on", {practice.pack: [name]})
    with night(tmp_path / "landing", on, rows) as con:
        assert local_findings(con) == practice.findings


def test_a_practice_of_one_pool_is_nothing_to_another(tmp_path: Path) -> None:
    rows = PRACTICES["xining"].rows()
    pay(tmp_path / "landing", CONTENT, rows)
    elsewhere = content_with(tmp_path / "elsewhere", {"nanchong": ["xining", "guangxi", "shenzhen"]})
    with night(tmp_path / "landing", elsewhere, rows) as con:
        assert local_findings(con) == set()
