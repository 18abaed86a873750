"""A planted mistake is led back to the layer and the parameter that it was made in."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lianshen.policy import PolicyBook
from lianshen.recompute import CAUSES, recompute

from .conftest import World

AWAY: dict[str, Any] = {}
HOME = {"fix_blng_admdvs": "510700"}
SAID = tuple[str, str, str]

# What the paying system believed, the columns, and what is to be found: cause, layer, parameter.
FILED: list[tuple[dict[str, Any], dict[str, Any], SAID]] = [
    ({"filing_type": "LONG_RESIDENT"}, AWAY, ("no_reduction", "ratio", "remote.reduction")),
    ({"filing_type": "UNFILED"}, AWAY, ("wrong_reduction", "ratio", "remote.reduction")),
    ({"scope": "CROSS_PROV"}, AWAY, ("wrong_reduction", "ratio", "remote.reduction")),
    ({"insu_pool": "5101", "scope": "LOCAL"}, AWAY, ("treating_region_ratio", "ratio", "inpatient.ratio")),
    ({"dedc_hosp_lv": "2"}, AWAY, ("wrong_level", "ratio", "inpatient.ratio")),
    ({"dedc_hosp_lv": "1"}, HOME, ("wrong_level", "ratio", "inpatient.ratio")),
    ({"psn_type": "12"}, AWAY, ("retired_bonus_wrong", "ratio", "inpatient.retired_bonus")),
    ({"psn_type": "11"}, HOME | {"psn_type": "12"}, ("retired_bonus_wrong", "ratio", "inpatient.retired_bonus")),
    ({"nth_admission": 2}, HOME, ("deductible", "deductible", "inpatient.deductible_step")),
    ({"deductible": 12_300}, HOME, ("deductible", "deductible", "inpatient.deductible")),
    ({"deductible": 12_300}, AWAY, ("deductible", "deductible", "remote.deductible")),
    ({"cap": 100_000}, HOME, ("unexplained", "", "")),
]
UNFILED: list[tuple[dict[str, Any], dict[str, Any], SAID]] = [
    ({"filing_type": "REFERRAL"}, AWAY, ("unfiled_as_filed", "filing", "remote.reduction")),
    ({"filing_type": "LONG_RESIDENT"}, AWAY, ("unfiled_as_filed", "filing", "remote.reduction")),
]


def plant(
    world: World, number: int, believed: Mapping[str, Any], columns: Mapping[str, Any], price: int, *, filed: bool
) -> str:
    setl_id, person = f"S{number}", f"P{number}"
    if filed:
        world.filing(f"F{number}", person=person)
    world.settlement(setl_id, person=person, psn_no=f"N{number}", paid_as={"filing_type": "REFERRAL"} | dict(believed),
                     lines=[{"pric": f"{price / 100:.2f}"}], **columns)  # fmt: skip
    return setl_id


def test_ninety_nine_in_a_hundred_planted_mistakes_are_found_where_they_were_made(world: World) -> None:
    draw = random.Random(20261105)
    planted: dict[str, SAID] = {}
    for number in range(300):
        filed = draw.random() < 0.8
        believed, columns, said = draw.choice(FILED[:-1] if filed else UNFILED)
        planted[plant(world, number, believed, columns, draw.randint(500_000, 8_000_000), filed=filed)] = said
    recompute(world.con, world.book)
    found = {row[0]: row[1:] for row in world.rows(
        "SELECT setl_id, cause, layer, parameter FROM audit.recomputed WHERE difference <> 0"
    )}  # fmt: skip
    differ = [setl_id for setl_id in planted if setl_id in found]
    right = [setl_id for setl_id in differ if found[setl_id] == planted[setl_id]]
    assert len(differ) > 280
    assert len(right) >= 0.99 * len(differ), {s: (planted[s], found[s]) for s in differ if found[s] != planted[s]}
    assert world.rows("SELECT setl_id FROM audit.recomputed WHERE unexplained <> 0") == []


def test_what_no_mistake_gives_is_left_unexplained_in_whole(world: World) -> None:
    believed, columns, (cause, _, _) = FILED[-1]
    plant(world, 1, believed | {"deductible": 777}, columns, 2_080_000, filed=True)
    recompute(world.con, world.book)
    row = world.recomputed("S1")
    assert (row["cause"], row["layer"], row["parameter"]) == (cause, None, None)
    assert row["unexplained"] == row["difference"] != "0.00"


def test_amounts_rounded_slice_by_slice_or_cut_off_are_rounding(world: World) -> None:
    world.settlement(**HOME, lines=[{"pric": "20800.07"}])
    ((hifp, fund),) = world.con.execute("SELECT hifp_pay, fund_pay_sumamt FROM mart.settlement").fetchall()
    # 20,200.07 at 84 % is 16,968.0588.
    assert hifp == Decimal("16968.06")
    fen = Decimal("0.01")
    world.con.execute("UPDATE mart.settlement SET hifp_pay = ?, fund_pay_sumamt = ?", [hifp - fen, fund - fen])
    recompute(world.con, world.book)
    row = world.recomputed()
    assert (row["cause"], row["layer"], row["parameter"]) == ("rounding", "ratio", "rounding")
    assert (row["by_benefit"], row["unexplained"]) == ("-0.01", "0.00")


@pytest.fixture
def xining(book: PolicyBook) -> World:
    """Mianyang with the practice of Xining: 20 % first for a referral, nothing without one, benchmarks."""
    world = World(book.practising("5107", ["xining"]))
    world.item("A")
    return world


def test_twenty_per_cent_first_and_nothing_without_approval_are_kept_to(xining: World) -> None:
    xining.filing()
    xining.settlement("S1", paid_as={"filing_type": "REFERRAL"})
    xining.settlement("S2", person="P2")
    recompute(xining.con, xining.book)
    assert [xining.recomputed(s)["difference"] for s in ("S1", "S2")] == ["0.00", "0.00"]
    assert (xining.recomputed("S1")["expected_hifp"], xining.recomputed("S2")["expected_hifp"]) == ("12513.60", "0.00")


def test_a_referral_without_its_twenty_per_cent_is_a_prepay(xining: World, book: PolicyBook) -> None:
    xining.filing()
    xining.book = book
    xining.settlement("S1", paid_as={"filing_type": "REFERRAL"})
    recompute(xining.con, book.practising("5107", ["xining"]))
    row = xining.recomputed()
    assert (row["cause"], row["layer"], row["parameter"]) == ("prepay", "prepay", "remote.prepay")
    assert row["by_benefit"] == row["difference"] == "3286.40"


def test_more_than_the_benchmark_is_the_benchmarks(xining: World, book: PolicyBook) -> None:
    xining.filing(filing_type="LONG_STATIONED")
    xining.book = book
    xining.settlement("S1", paid_as={"filing_type": "LONG_STATIONED"})
    recompute(xining.con, book.practising("5107", ["xining"]))
    row = xining.recomputed()
    assert (row["cause"], row["layer"], row["parameter"]) == ("benchmark", "accepted", "practice.benchmark")
    # 20,000 at 84 % instead of 8,800.
    assert row["by_benefit"] == row["difference"] == "9408.00"


def test_a_person_without_approval_paid_as_a_referral_is_the_filings(xining: World) -> None:
    xining.settlement("S1", paid_as={"filing_type": "REFERRAL"})
    recompute(xining.con, xining.book)
    row = xining.recomputed()
    assert (row["cause"], row["layer"], row["by_filing"]) == ("unfiled_as_filed", "filing", "12513.60")


def test_every_cause_has_its_words_and_the_values_of_the_packs_stand_as_rows(world: World) -> None:
    assert all(CAUSES.values())
    recompute(world.con, world.book)
    ((rows,),) = world.rows("SELECT COUNT(*) FROM work.policy_value")
    assert rows == world.book.policy_values().num_rows
    world.con.execute("UPDATE work.policy_value SET number = 1 WHERE parameter = 'inpatient.cap'")
    recompute(world.con, world.book)
    capped = world.rows(
        "SELECT DISTINCT number FROM work.policy_value WHERE pool = '5107' AND parameter = 'inpatient.cap'"
    )
    assert ("400000.0000",) in capped


def test_a_settlement_without_lines_is_computed_from_its_header(world: World) -> None:
    world.filing()
    world.settlement(paid_as={"filing_type": "LONG_RESIDENT"}, lines=[], inscp_amt=Decimal("20800.00"),
                     medfee_sumamt=Decimal("22000.00"), setl_date=date(2026, 11, 5))  # fmt: skip
    recompute(world.con, world.book)
    row = world.recomputed()
    assert (row["status"], row["cause"], row["difference"]) == ("no_lines", "no_reduction", "1000.00")
