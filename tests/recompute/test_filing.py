"""Which filing applies to an admission, and what it is called when none does (Art. 4, 5, 14)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lianshen.recompute import explain, recompute


def run(world: Any) -> None:
    recompute(world.con, world.book)


@pytest.mark.parametrize(
    ("filing", "status"),
    [
        ({}, "VALID"),
        ({"valid_from": date(2026, 11, 1)}, "VALID"),
        ({"valid_from": date(2026, 11, 2)}, "NOT_IN_FORCE"),
        ({"valid_until": date(2026, 11, 1)}, "NOT_IN_FORCE"),
        ({"valid_until": date(2026, 11, 2)}, "VALID"),
        ({"filed_region": "510000"}, "VALID"),
        ({"filed_region": "510199"}, "VALID"),
        ({"filed_region": "310000"}, "OTHER_REGION"),
        ({"filed_region": "510700"}, "OTHER_REGION"),
        ({"filed_region": "510700", "valid_until": date(2026, 11, 1)}, "NONE"),
        ({"applied_at": "2026-11-05 10:00:00"}, "VALID"),
        ({"applied_at": "2026-11-05 10:00:01"}, "LATE"),
        ({"is_valid": False}, "NOT_APPROVED"),
        ({"is_approved": False}, "NOT_APPROVED"),
        ({"is_uploaded": False}, "NOT_UPLOADED"),
        ({"is_approved": False, "is_uploaded": False}, "NOT_APPROVED"),
        ({"is_approved": False, "filed_region": "510700"}, "NONE"),
        ({"is_uploaded": False, "valid_until": date(2026, 11, 1)}, "NONE"),
        ({"person": "P2"}, "NONE"),
    ],
)
def test_a_filing_applies_where_it_covers_the_place_on_the_day_of_admission(
    world: Any, filing: dict[str, Any], status: str
) -> None:
    world.filing(**filing)
    world.settlement(paid_as={"filing_type": "REFERRAL"})
    run(world)
    row = world.recomputed()
    assert row["filing_status"] == status
    assert row["filing_type"] == ("REFERRAL" if status == "VALID" else "UNFILED")
    assert row["filing_id"] == ("F1" if status != "NONE" else None)
    assert (row["filing_applied_at"] is None) == (status == "NONE")
    assert row["difference"] == ("0.00" if status == "VALID" else "2000.00")


def test_chengdu_filing_covers_the_provincial_agency_and_the_better_type_wins(world: Any) -> None:
    world.filing("F1")
    world.filing("F2", filing_type="LONG_RESIDENT")
    world.settlement(fix_blng_admdvs="519900", paid_as={"filing_type": "LONG_RESIDENT"})
    run(world)
    row = world.recomputed()
    assert (row["filing_id"], row["filing_type"], row["difference"]) == ("F2", "LONG_RESIDENT", "0.00")


@pytest.mark.parametrize("care", [{"care": "OTP", "med_type": "11"}, {"care": "RX", "med_type": "41"},
                                  {"care": "ER", "med_type": "13"}, {"fix_blng_admdvs": "510700"}])  # fmt: skip
def test_ordinary_outpatient_care_drugstores_and_care_at_home_need_no_filing(world: Any, care: dict[str, Any]) -> None:
    world.filing(is_approved=False)
    world.settlement(**care)
    run(world)
    row = world.recomputed()
    assert (row["filing_status"], row["filing_id"], row["filing_applied_at"]) == ("NOT_NEEDED", None, None)


def test_of_several_filings_the_nearest_to_one_that_applies_is_named(world: Any) -> None:
    order = [
        ("F1", "NOT_IN_FORCE", {"valid_until": date(2026, 10, 30)}),
        ("F2", "OTHER_REGION", {"filed_region": "510700"}),
        ("F3", "NOT_APPROVED", {"is_approved": False}),
        ("F4", "NOT_UPLOADED", {"is_uploaded": False}),
        ("F5", "LATE", {"applied_at": "2026-11-06 09:00:00"}),
        ("F6", "VALID", {}),
    ]
    world.settlement(paid_as={"filing_type": "REFERRAL"})
    for filing_id, status, columns in order:
        world.filing(filing_id, **columns)
        run(world)
        row = world.recomputed()
        assert (row["filing_id"], row["filing_status"]) == (filing_id, status)


def test_of_two_filings_out_of_force_the_one_nearer_in_time_is_named(world: Any) -> None:
    world.filing("F1", valid_until=date(2026, 10, 20))
    world.filing("F2", valid_from=date(2026, 11, 3))
    world.settlement()
    run(world)
    assert world.recomputed()["filing_id"] == "F2"


@pytest.mark.parametrize(
    ("filing", "words", "said"),
    [
        ({"applied_at": "2026-11-09 09:00:00"}, "结算后才申请备案", "Filed after the settlement"),
        ({"is_approved": False}, "备案未通过、已撤销或无效", "Filing refused"),
        ({"is_uploaded": False}, "备案未上传", "Filing not uploaded"),
    ],
)
def test_paid_as_filed_on_a_filing_that_does_not_apply_says_why(
    world: Any, filing: dict[str, Any], words: str, said: str
) -> None:
    world.filing(**filing)
    world.settlement(paid_as={"filing_type": "REFERRAL"})
    run(world)
    row = world.recomputed()
    assert (row["cause"], row["by_filing"]) == ("unfiled_as_filed", "2000.00")
    assert row["cause_zh"].startswith(words)
    (step,) = [step for step in explain(world.con, world.book, "S1") if step.step == "filing"]
    assert step.zh.startswith(words)
    assert step.en.startswith(said)


def test_an_emergency_that_became_an_admission_is_deemed_filed(world: Any) -> None:
    world.settlement(med_type="24", paid_as={"filing_type": "EMERGENCY"})
    run(world)
    row = world.recomputed()
    assert (row["filing_status"], row["filing_type"], row["difference"]) == ("VALID", "EMERGENCY", "0.00")
    assert row["filing_id"] is None


def test_an_emergency_admission_is_deemed_filed_whatever_became_of_a_filing_for_it(world: Any) -> None:
    world.filing("F1", applied_at="2026-11-09 09:00:00")
    world.filing("F2", filing_type="TEMPORARY_OTHER")
    world.settlement("S1", med_type="24", paid_as={"filing_type": "EMERGENCY"})
    world.filing("F3", person="P3", is_approved=False)
    world.settlement("S2", person="P3", med_type="24", paid_as={"filing_type": "EMERGENCY"})
    run(world)
    one, two = world.recomputed("S1"), world.recomputed("S2")
    assert (one["filing_status"], one["filing_type"], one["filing_id"]) == ("VALID", "EMERGENCY", "F2")
    assert (two["filing_status"], two["filing_type"], two["filing_id"]) == ("VALID", "EMERGENCY", None)
