"""What the night says of settlements: nothing of the right ones, the cause of the wrong ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lianshen.recompute import CAUSES, recompute
from lianshen.settlement import Accumulators

PARTS = ("by_catalogue", "by_filing", "by_benefit", "by_identity", "unexplained")


def run(world: Any) -> None:
    recompute(world.con, world.book)


def parts(row: dict[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in PARTS if row[name] != "0.00"}


@pytest.mark.parametrize(
    ("columns", "paid_as"),
    [
        ({}, {"filing_type": "REFERRAL"}),
        ({"insutype": "390", "psn_type": "15", "sp_psn_type": "02"}, {"filing_type": "REFERRAL"}),
        ({"psn_type": "12", "cal_ipt_cnt": 3}, {"filing_type": "REFERRAL"}),
        ({"cvlserv_flag": "1"}, {"filing_type": "REFERRAL"}),
        ({"fix_blng_admdvs": "510700"}, {}),
        ({"fix_blng_admdvs": "510700", "insu_admdvs": "519900"}, {"filing_type": "UNFILED"}),
        ({"care": "OTP", "med_type": "11", "dedc_hosp_lv": "2"}, {}),
        ({"care": "RX", "med_type": "41", "insu_admdvs": "510100"}, {}),
        ({"care": "OPSP", "med_type": "14"}, {"filing_type": "REFERRAL"}),
        ({"care": "MAT", "med_type": "52"}, {}),
        ({"insu_admdvs": "350100"}, {"filing_type": "UNFILED"}),
        ({"insu_admdvs": "513200", "setl_date": date(2026, 11, 11)}, {"filing_type": "REFERRAL"}),
    ],
)
def test_a_settlement_paid_by_the_same_core_has_no_difference(
    world: Any, columns: dict[str, Any], paid_as: dict[str, Any]
) -> None:
    if paid_as.get("filing_type") == "REFERRAL":
        world.filing()
    world.settlement(paid_as=paid_as, lines=[{}, {"pric": "33.333333", "cnt": "3"}], **columns)
    run(world)
    row = world.recomputed()
    assert (row["status"], row["difference"], row["cause"], row["cause_zh"]) == ("recomputed", "0.00", None, None)
    assert parts(row) == {}
    assert world.rows("SELECT * FROM audit.line_difference") == []


def test_referral_benefit_without_any_filing_is_by_filing(world: Any) -> None:
    world.settlement(paid_as={"filing_type": "REFERRAL"})
    run(world)
    row = world.recomputed()
    # 20,800 - 800 = 20,000 at 84 % less 5 points, where 15 points less was due.
    assert (row["filing_status"], row["filing_type"], row["filing_id"]) == ("NONE", "UNFILED", None)
    assert (row["expected_hifp"], row["difference"], row["cause"]) == ("13800.00", "2000.00", "unfiled_as_filed")
    assert parts(row) == {"by_filing": "2000.00"}
    assert (row["paid_ratio"], row["policy_ratio"]) == ("0.7900", "0.6900")
    assert row["cause_zh"] == (
        "无有效备案，按未备案计算（按“转诊待遇”支付）：统筹应付 13800.00 元，实付 15800.00 元；"
        "基金合计多付 2000.00 元。"
    )


def test_in_province_lines_by_the_treating_regions_catalogue(world: Any) -> None:
    """Worked example 4: over 20, pre 8, in scope 72 instead of 85.50."""
    world.filing()
    world.item("B", "510700", lv="02", ceiling="80", share="0.10")
    world.item("B", "510100", lv="02", ceiling="90", share="0.05")
    world.settlement(paid_as={"filing_type": "REFERRAL"},
                     lines=[{}, {"code": "B", "pric": "100", "ceiling": "90", "share": "0.05"}])  # fmt: skip
    run(world)
    assert world.rows("SELECT * FROM audit.line_difference") == [
        ("S1-1", "S1", "510700", "02", "0.00", "20.00", "8.00", "72.00", "85.50", "other_catalogue")
    ]
    row = world.recomputed()
    assert (row["expected_inscp"], row["cause"]) == ("20872.00", "other_catalogue")
    # 13.50 at 79 % is 10.665; the fund's part is rounded once for the whole settlement.
    assert parts(row) == {"by_catalogue": row["difference"]}
    assert row["difference"] in {"10.66", "10.67"}
    assert "未按参保地目录" in row["cause_zh"]


def test_across_provinces_the_treating_regions_catalogue_is_right(world: Any) -> None:
    world.item("B", "350100", lv="02", ceiling="80", share="0.10")
    world.item("B", "510100", lv="02", ceiling="90", share="0.05")
    world.settlement(insu_admdvs="350100", lines=[{}, {"code": "B", "pric": "100", "ceiling": "90", "share": "0.05"}])
    run(world)
    assert world.recomputed()["difference"] == "0.00"


def test_the_most_specific_row_of_the_day_decides(world: Any) -> None:
    world.item("B", "000000", lv="03")
    world.item("B", "510000", lv="02", share="0.10", until=date(2026, 10, 31))
    world.item("B", "510700", lv="02", share="0.20", since=date(2026, 11, 1), until=date(2026, 11, 2))
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3)]
    shares = [("0.10", True), ("0.20", True), ("0.20", True), ("0", False)]
    world.settlement(
        fix_blng_admdvs="510700",
        lines=[{"code": "B", "pric": "1000", "day": day, "share": share, "covered": covered}
               for day, (share, covered) in zip(days, shares, strict=True)],
    )  # fmt: skip
    run(world)
    assert world.rows("SELECT * FROM audit.line_difference") == []


def test_a_limit_for_the_level_wins_over_one_for_any_level_and_a_share_for_the_insurance_over_everyones(
    world: Any,
) -> None:
    world.item("B", "510700", lv="02", ceiling="50", share="0.50")
    world.insert("settled.hilist_lmtpric_d", hilist_code="B", insu_admdvs="510700", hilist_lmtpric_type="3",
                 hilist_pric_uplmt_amt="80", begndate=date(2020, 1, 1))  # fmt: skip
    world.insert("settled.hilist_selfpay_prop_b", hilist_code="B", insu_admdvs="510700", selfpay_prop="0.10",
                 selfpay_prop_type="10", selfpay_prop_psn_type="310", begndate=date(2020, 1, 1))  # fmt: skip
    world.settlement(fix_blng_admdvs="510700", lines=[{"code": "B", "pric": "100", "ceiling": "80", "share": "0.10"}])
    run(world)
    assert world.rows("SELECT * FROM audit.line_difference") == []


@pytest.mark.parametrize("code", ["C", "NOT-LISTED"])
def test_an_item_that_is_not_covered_was_paid_for(world: Any, code: str) -> None:
    world.item("C", lv="03")
    world.settlement(fix_blng_admdvs="510700", lines=[{}, {"code": code, "pric": "1000"}])
    run(world)
    row = world.recomputed()
    assert (row["cause"], row["difference"], parts(row)) == ("not_covered", "840.00", {"by_catalogue": "840.00"})
    (line,) = world.rows("SELECT catalogue_class, expected_fulamt, actual_inscp, cause FROM audit.line_difference")
    assert line == ("03" if code == "C" else None, "1000.00", "1000.00", "not_covered")


def test_a_restriction_that_is_not_met_is_full_self_pay(world: Any) -> None:
    refused = {"lmt_used_flag": "1", "hosp_appr_flag": "2"}
    world.settlement(fix_blng_admdvs="510700", lines=[{}, {"pric": "1000", "covered": False, **refused}])
    world.settlement("S2", person="P2", fix_blng_admdvs="510700", lines=[{}, {"pric": "1000", **refused}])
    run(world)
    assert world.recomputed("S1")["difference"] == "0.00"
    assert world.recomputed("S2")["difference"] == "840.00"


BENEFIT = [
    ("no_reduction", {"filing_type": "LONG_RESIDENT"}, {}),
    ("wrong_reduction", {"filing_type": "TEMPORARY_OTHER"}, {}),
    ("wrong_reduction", {"filing_type": "UNFILED"}, {}),
    ("wrong_reduction", {"scope": "CROSS_PROV"}, {}),
    ("treating_region_ratio", {"insu_pool": "5101", "scope": "LOCAL"}, {}),
    ("wrong_level", {"dedc_hosp_lv": "2"}, {}),
    ("retired_bonus_wrong", {"psn_type": "12"}, {}),
    ("retired_bonus_wrong", {"psn_type": "11"}, {"psn_type": "12"}),
    ("deductible", {"deductible": 60000}, {}),
    ("deductible", {"nth_admission": 2}, {}),
]


@pytest.mark.parametrize(("cause", "believed", "columns"), BENEFIT)
def test_the_alternative_that_reproduces_what_was_paid_names_the_cause(
    world: Any, cause: str, believed: dict[str, Any], columns: dict[str, Any]
) -> None:
    world.filing()
    world.settlement(paid_as={"filing_type": "REFERRAL"} | believed, **columns)
    run(world)
    row = world.recomputed()
    assert row["cause"] == cause
    assert parts(row) == {"by_benefit": row["difference"]}
    assert row["difference"] != "0.00"
    assert row["cause_zh"].endswith("元。")


def test_a_second_mistake_behind_the_first_is_found_with_the_deductible_taken(world: Any) -> None:
    world.settlement(paid_as={"filing_type": "REFERRAL", "deductible": 10000})
    run(world)
    row = world.recomputed()
    assert (row["cause"], row["difference"]) == ("unfiled_as_filed", "2553.00")
    assert parts(row) == {"by_filing": "2553.00"}


def test_the_cap_was_not_kept_to(world: Any) -> None:
    world.settlement(fix_blng_admdvs="510700", hifob_pay=Decimal(0))
    world.insert("settled.setl_fund_d", setl_id="S1", fund_pay_type="310100", crt_payb_lmt_amt="5000.00")
    run(world)
    row = world.recomputed()
    assert (row["cause"], row["expected_hifp"]) == ("cap", "5000.00")
    # 11,968.00 above the cap, of which the large-amount fund would have borne 85 %.
    assert parts(row) == {"by_benefit": row["difference"]}
    assert row["difference"] == "1795.20"


def test_accumulators_come_from_the_record(world: Any) -> None:
    used = Accumulators.of(1, cap_room=500000, burden=2000000, assist_room=10000)
    world.settlement(fix_blng_admdvs="510700", insutype="390", psn_type="15", sp_psn_type="02", used=used)
    ((inscp, hifp),) = world.con.execute("SELECT inscp_amt, hifp_pay FROM mart.settlement").fetchall()
    fund = {"setl_id": "S1"}
    world.insert("settled.setl_fund_d", fund_pay_type="390100", crt_payb_lmt_amt="5000.00", **fund)
    world.insert("settled.setl_fund_d", fund_pay_type="390200", inscp_scp_amt=20000 + inscp - hifp, **fund)
    world.insert("settled.setl_fund_d", fund_pay_type="610100", crt_payb_lmt_amt="100.00", **fund)
    run(world)
    assert world.recomputed()["difference"] == "0.00"


def test_the_yearly_outpatient_deductible_paid_before_counts(world: Any) -> None:
    world.settlement(care="OTP", med_type="11", dedc_hosp_lv="2", fix_blng_admdvs="510700", lines=[{"pric": "600"}],
                     used=Accumulators.of(1, deductible_paid=15000), crt_dedc=Decimal("50.00"))  # fmt: skip
    run(world)
    row = world.recomputed()
    assert (row["expected_deductible"], row["difference"]) == ("50.00", "0.00")


EARLIER = {"fix_blng_admdvs": "510700", "dedc_hosp_lv": "1", "begndate": date(2026, 10, 20),
           "setl_time": "2026-10-25 10:00:00"}  # fmt: skip
LATER = {"fix_blng_admdvs": "510700", "cal_ipt_cnt": 2}


def test_after_a_transfer_the_difference_of_the_deductible_or_all_of_it_is_right(world: Any) -> None:
    """The second admission of the year costs 550, of which 200 were paid before the transfer."""
    for person, deductible in (("P1", 55000), ("P2", 35000), ("P3", 45000)):
        world.settlement(f"{person}-1", person=person, **EARLIER)
        world.settlement(f"{person}-2", person=person, refl_old_mdtrt_id=f"M-{person}-1",
                         paid_as={"deductible": deductible}, **LATER)  # fmt: skip
    run(world)
    assert [world.recomputed(f"{p}-2")["difference"] for p in ("P1", "P2")] == ["0.00", "0.00"]
    assert world.recomputed("P3-2")["cause"] == "deductible"


def test_an_earlier_admission_that_arrives_later_has_the_transfer_looked_at_again(world: Any) -> None:
    world.settlement("S1", refl_old_mdtrt_id="M-S0", paid_as={"deductible": 35000}, **LATER)
    run(world)
    assert world.recomputed("S1")["cause"] == "deductible"
    world.con.execute("DELETE FROM work.touched_settlement")
    world.settlement("S0", **EARLIER)
    run(world)
    assert world.recomputed("S1")["difference"] == "0.00"


def test_a_layer_that_is_wrong_is_a_supplement(world: Any) -> None:
    world.settlement(fix_blng_admdvs="510700", cvlserv_flag="1", cvlserv_pay=Decimal("0.00"),
                     fund_pay_sumamt=Decimal("16968.00"))  # fmt: skip
    run(world)
    row = world.recomputed()
    assert (row["cause"], row["difference"], parts(row)) == ("supplement", "-2874.00", {"by_benefit": "-2874.00"})
    assert "少付 2874.00 元" in row["cause_zh"]


def test_layers_that_come_back_collapsed_across_provinces_are_no_difference(world: Any) -> None:
    world.settlement(fix_blng_admdvs="110100", cvlserv_flag="1", lines=[], inscp_amt=Decimal("20800.00"),
                     medfee_sumamt=Decimal("20800.00"), cvlserv_pay=Decimal(0),
                     othfund_pay=Decimal("5700.00"))  # fmt: skip
    run(world)
    row = world.recomputed()
    assert (row["status"], row["difference"]) == ("no_lines", "0.00")
    assert row["reason"] == "no fee lines were delivered"


def test_a_header_that_contradicts_itself_is_identity(world: Any) -> None:
    world.settlement(fix_blng_admdvs="510700", fund_pay_sumamt=Decimal("17000.00"))
    run(world)
    row = world.recomputed()
    assert (row["cause"], parts(row)) == ("identity", {"by_identity": "32.00"})


def test_missing_lines_are_not_taken_for_wrong_ones(world: Any) -> None:
    world.settlement(fix_blng_admdvs="510700", lines=[{}, {"pric": "1000"}])
    world.con.execute("DELETE FROM mart.fee_line WHERE bkkp_sn = 'S1-1'")
    run(world)
    assert world.recomputed()["difference"] == "0.00"


def test_what_nothing_reproduces_stays_unexplained(world: Any) -> None:
    world.settlement(fix_blng_admdvs="510700", hifp_pay=Decimal("12345.67"), fund_pay_sumamt=Decimal("12345.67"))
    run(world)
    row = world.recomputed()
    assert (row["cause"], parts(row)) == ("unexplained", {"unexplained": "-4622.33"})


@pytest.mark.parametrize(
    ("columns", "status", "reason"),
    [
        ({"setl_type": "3"}, "not_benefit", "supplementary settlement"),
        ({"insutype": "340"}, "no_policy", "no pack speaks of this insurance type"),
        ({"insu_admdvs": "510200"}, "no_policy", "no pack speaks of this pool"),
        ({"setl_date": date(2023, 12, 31)}, "no_policy", "first starts on 2024-01-01"),
        ({"inscp_amt": Decimal("-5.00"), "hifp_pay": Decimal(0)}, "not_benefit", "negative"),
    ],
)
def test_what_cannot_be_recomputed_says_why(world: Any, columns: dict[str, Any], status: str, reason: str) -> None:
    paid = {name: Decimal(0) for name in ("hifp_pay", "fund_pay_sumamt", "act_pay_dedc")}
    world.settlement("S0")
    template = dict(zip([c[0] for c in world.con.execute("SELECT * FROM mart.settlement").description],
                        world.con.execute("SELECT * FROM mart.settlement").fetchone(), strict=True))  # fmt: skip
    changed = template | paid | {"setl_id": "S1"} | columns
    changed["insu_pool"] = changed["insu_admdvs"][:4]
    world.insert("mart.settlement", **changed)
    world.touch("S1")
    run(world)
    row = world.recomputed()
    assert row["status"] == status
    assert reason in row["reason"]
    assert (row["difference"], row["cause"]) == (None, None)


def test_a_drugstore_purchase_from_the_account_claims_nothing(world: Any) -> None:
    nothing = {"fund_pay_sumamt": Decimal(0), "hifp_pay": Decimal(0), "act_pay_dedc": Decimal(0)}
    world.settlement(care="RX", med_type="41", insu_admdvs="510100", **nothing)
    run(world)
    assert world.recomputed()["difference"] == "0.00"


def test_a_day_after_the_review_of_the_pack_is_provisional(world: Any) -> None:
    world.settlement("S1", insu_admdvs="513300", setl_date=date(2026, 11, 10))
    world.settlement("S2", insu_admdvs="513300", setl_date=date(2026, 11, 11))
    run(world)
    assert [world.recomputed(s)["is_provisional"] for s in ("S1", "S2")] == [False, True]


def test_running_again_changes_nothing_and_what_vanished_is_removed(world: Any) -> None:
    world.item("C", lv="03")
    world.settlement("S1", lines=[{"code": "C"}])
    world.settlement("S2", lines=[{"code": "C"}])
    world.settlement("S3")
    world.con.begin()
    run(world)
    world.con.commit()
    tables = ("SELECT * FROM audit.recomputed ORDER BY 1", "SELECT * FROM audit.line_difference ORDER BY 1")
    first = [world.rows(sql) for sql in tables]
    world.con.begin()
    assert recompute(world.con, world.book, chunk=1).settlements == 3
    world.con.commit()
    assert [world.rows(sql) for sql in tables] == first
    world.con.execute("DELETE FROM mart.settlement WHERE setl_id = 'S1'")
    world.con.execute("UPDATE mart.settlement SET counts = FALSE WHERE setl_id = 'S2'")
    summary = recompute(world.con, world.book)
    assert world.rows("SELECT setl_id FROM audit.recomputed") == [("S3",)]
    assert world.rows("SELECT * FROM audit.line_difference") == []
    assert (summary.settlements, summary.by_status) == (1, {"recomputed": 1})


def test_the_parts_add_up_to_the_difference_and_every_cause_is_documented(world: Any) -> None:
    world.filing()
    world.item("C", lv="03")
    for number, (_, believed, columns) in enumerate(BENEFIT):
        world.settlement(f"S{number}", paid_as={"filing_type": "REFERRAL"} | believed, lines=[{}, {"code": "C"}],
                         fund_pay_sumamt=Decimal("20000.00"), **columns)  # fmt: skip
    run(world)
    assert world.rows(f"SELECT setl_id FROM audit.recomputed WHERE difference <> {' + '.join(PARTS)}") == []
    assert {cause for (cause,) in world.rows("SELECT DISTINCT cause FROM audit.recomputed")} <= set(CAUSES)
