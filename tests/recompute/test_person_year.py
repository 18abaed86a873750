"""What had been used before in the year: rebuilt from what was paid, held against what each record says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianshen.policy import PolicyBook
from lianshen.recompute import recompute
from lianshen.settlement import Accumulators

from .conftest import World, fen

HOME = {"fix_blng_admdvs": "510700"}
RESULT = "SELECT * FROM audit.recomputed ORDER BY setl_id"
CAP = 40_000_000
LIMIT = 180_000
"""Mianyang's employees in service: 400,000 a year for stays, 1,800 for outpatient care."""


def run(world: World) -> None:
    recompute(world.con, world.book)


def on(day: int, month: int = 11, **differs: Any) -> dict[str, Any]:
    """Columns of care at home, settled on a day of 2026."""
    settled = date(2026, month, day)
    return HOME | {"setl_time": f"{settled} 10:00:00", "setl_date": settled, "begndate": settled - timedelta(4),
                   "enddate": settled} | differs  # fmt: skip


def state(world: World, setl_id: str) -> tuple[Any, ...]:
    row = world.recomputed(setl_id)
    return tuple(row[name] for name in ("nth_recorded", "nth_rebuilt", "room_recorded", "room_rebuilt"))


def says(world: World, setl_id: str, fund: str = "310100", **columns: Any) -> None:
    world.insert("settled.setl_fund_d", setl_id=setl_id, fund_pay_type=fund, fund_payamt=0, **columns)


def test_each_admission_of_the_year_is_counted_and_what_was_paid_leaves_the_room(world: World) -> None:
    world.settlement("S1", **on(1))
    world.settlement("S2", **on(10, cal_ipt_cnt=2))
    world.settlement("S3", **on(20, cal_ipt_cnt=3))
    run(world)
    assert [world.recomputed(f"S{n}")["difference"] for n in (1, 2, 3)] == ["0.00", "0.00", "0.00"]
    assert state(world, "S1") == (1, 1, None, "400000.00")
    # 600, 550 and 500 of deductible: 84 % of 20,200, 20,250 and 20,300.
    assert state(world, "S2") == (2, 2, None, "383032.00")
    assert state(world, "S3") == (3, 3, None, "366022.00")


def test_the_first_record_is_taken_at_its_word_and_the_later_ones_are_held_against_the_sum(world: World) -> None:
    used = {"cap_room": 5_000_000}
    world.settlement("S1", **on(1, cal_ipt_cnt=3), used=Accumulators.of(1, **used))
    says(world, "S1", crt_payb_lmt_amt="50000.00")
    world.settlement("S2", **on(10, cal_ipt_cnt=4), used=Accumulators.of(1, cap_room=5_000_000 - 1_705_200))
    says(world, "S2", crt_payb_lmt_amt="32948.00")
    run(world)
    assert state(world, "S1") == (3, 3, "50000.00", "50000.00")
    assert state(world, "S2") == (4, 4, "32948.00", "32948.00")
    assert {world.recomputed(s)["difference"] for s in ("S1", "S2")} == {"0.00"}


def test_a_record_that_counts_an_admission_too_many_is_an_accumulator(world: World) -> None:
    world.settlement("S1", **on(1))
    world.settlement("S2", **on(10, cal_ipt_cnt=3))
    run(world)
    row = world.recomputed("S2")
    assert (row["nth_recorded"], row["nth_rebuilt"]) == (3, 2)
    assert (row["expected_deductible"], row["deductible_then"]) == ("550.00", "500.00")
    assert (row["cause"], row["layer"], row["parameter"]) == ("accumulator", "deductible", "inpatient.deductible_step")
    assert (row["difference"], row["by_accumulator"], row["by_benefit"]) == ("42.00", "42.00", "0.00")
    assert row["cause_zh"].startswith("结算单所记“住院次数”与本年各次结算累计不符")


def test_a_room_that_forgets_what_was_paid_since_is_an_accumulator(world: World) -> None:
    world.settlement("S1", **on(1), used=Accumulators.of(1, cap_room=2_000_000))
    says(world, "S1", crt_payb_lmt_amt="20000.00")
    world.settlement("S2", **on(10, cal_ipt_cnt=2), used=Accumulators.of(1, cap_room=2_000_000))
    says(world, "S2", crt_payb_lmt_amt="20000.00")
    run(world)
    row = world.recomputed("S2")
    assert (row["room_recorded"], row["room_rebuilt"], row["expected_hifp"]) == ("20000.00", "3032.00", "3032.00")
    assert (row["cause"], row["layer"], row["parameter"]) == ("accumulator", "cap", "inpatient.cap")
    assert row["by_accumulator"] == row["difference"] != "0.00"


def test_a_statement_of_the_year_opens_it_whatever_the_first_record_says(world: World) -> None:
    world.insert("settled.psn_b", psn_no="N1", certno_hash="P1")
    nothing = dict.fromkeys(("hifp_clinic", "dedc_clinic", "burden", "hifmi", "civil", "assist"), 0)
    world.insert("settled.cum_d", psn_no="N1", insutype="310", year="2026", as_of="2026-10-01 00:00:00",
                 hifp_stay="390000.00", ipt_cnt=5, **nothing)  # fmt: skip
    world.settlement("S1", **on(1, cal_ipt_cnt=6), used=Accumulators.of(1, cap_room=1_000_000))
    says(world, "S1", crt_payb_lmt_amt="99999.00")
    run(world)
    assert state(world, "S1") == (6, 6, "99999.00", "10000.00")
    assert world.recomputed("S1")["difference"] == "0.00"


def test_a_person_with_two_numbers_has_one_year(world: World) -> None:
    world.settlement("S1", **on(1))
    world.settlement("S2", **on(10, cal_ipt_cnt=2, psn_no="N2"))
    run(world)
    assert world.recomputed("S2")["nth_rebuilt"] == 2


@pytest.mark.parametrize(
    ("differs", "nth"),
    [
        ({"insutype": "390", "psn_type": "15"}, 1),
        ({"setl_time": "2027-01-02 10:00:00", "setl_date": date(2027, 1, 2)}, 1),
        ({"person": "P2"}, 1),
        ({"insu_admdvs": "513200", "fix_blng_admdvs": "513200"}, 2),
    ],
)
def test_another_insurance_another_year_or_another_person_begins_anew_and_another_region_does_not(
    world: World, differs: dict[str, Any], nth: int
) -> None:
    world.settlement("S1", **on(1))
    world.settlement("S2", **(on(10, cal_ipt_cnt=nth) | differs))
    run(world)
    assert world.recomputed("S2")["nth_rebuilt"] == nth


def test_the_room_moves_with_the_cap_of_the_region_that_the_person_moved_to(world: World) -> None:
    """Mianyang caps at 400,000, Aba at 350,000."""
    world.settlement("S1", **on(1))
    says(world, "S1", crt_payb_lmt_amt="390000.00")
    world.settlement("S2", **on(10, insu_admdvs="513200", fix_blng_admdvs="513200", cal_ipt_cnt=2))
    run(world)
    assert world.recomputed("S2")["room_rebuilt"] == "323032.00"


def test_outpatient_care_counts_its_own_deductible_and_limit(world: World) -> None:
    clinic = {"care": "OTP", "med_type": "11", "dedc_hosp_lv": "2", "cal_ipt_cnt": None}
    world.settlement("S1", **on(1, **clinic), lines=[{"pric": "300"}])
    world.settlement("S2", **on(2), lines=[{}])
    world.settlement("S3", **on(3, **clinic), lines=[{"pric": "300"}], used=Accumulators.of(1, deductible_paid=20000))
    run(world)
    assert [world.recomputed(s)["difference"] for s in ("S1", "S2", "S3")] == ["0.00"] * 3
    assert world.recomputed("S3")["expected_deductible"] == "0.00"


def test_a_residents_burden_adds_up_over_the_year(world: World) -> None:
    resident = {"insutype": "390", "psn_type": "15"}
    world.settlement("S1", **on(1, **resident), lines=[{"pric": "60000"}])
    burden = fen(world.rows("SELECT inscp_amt - hifp_pay FROM mart.settlement")[0][0])
    world.settlement("S2", **on(10, cal_ipt_cnt=2, **resident), used=Accumulators.of(1, burden=burden))
    run(world)
    row = world.recomputed("S2")
    assert (row["burden_recorded"], row["burden_rebuilt"]) == (None, str(Decimal(burden).scaleb(-2)))
    assert row["difference"] == "0.00"
    assert Decimal(row["expected_hifmi"]) > 0


def test_a_tier_from_no_burden_at_all_is_a_layer_not_the_pooled_fund(world: World) -> None:
    resident = {"insutype": "390", "psn_type": "15"}
    world.settlement("S1", **on(1, **resident), lines=[{"pric": "60000"}])
    world.settlement("S2", **on(10, cal_ipt_cnt=2, **resident))
    run(world)
    row = world.recomputed("S2")
    assert (row["cause"], row["layer"], row["parameter"]) == ("supplement", "hifmi", "supplement.catastrophic")
    assert row["by_benefit"] == row["difference"] != "0.00"


def test_a_withdrawn_settlement_was_never_paid(world: World) -> None:
    world.settlement("S1", **on(1))
    world.con.execute("UPDATE mart.settlement SET counts = FALSE, is_reversed = TRUE")
    world.con.execute("UPDATE settled.setl_d SET vali_flag = '0'")
    world.settlement("S2", **on(10))
    run(world)
    assert state(world, "S2") == (1, 1, None, "400000.00")


@dataclass
class Visit:
    day: int
    is_stay: bool
    price: int
    is_reversed: bool
    pool: str = "510700"


@dataclass
class Payer:
    """A paying system that keeps its own books, in plain sums."""

    paid: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    deductible: int = 0
    admissions: int = 0

    def pay(self, world: World, setl_id: str, person: str, visit: Visit) -> None:
        settled = date(2026, 1, 1) + timedelta(days=visit.day)
        clinic = {"care": "OTP", "med_type": "11", "dedc_hosp_lv": "2", "cal_ipt_cnt": None}
        columns = on(1) | {"setl_time": f"{settled} 10:00:00", "setl_date": settled, "person": person}
        if visit.is_stay:
            used = Accumulators.of(1, cap_room=max(CAP - self.paid[True], 0))
            columns |= {"cal_ipt_cnt": self.admissions + 1}
        else:
            used = Accumulators.of(1, cap_room=max(LIMIT - self.paid[False], 0), deductible_paid=self.deductible)
            columns |= clinic
        world.settlement(setl_id, **columns, used=used, lines=[{"pric": str(visit.price)}])
        ((hifp, deductible),) = world.rows(
            f"SELECT hifp_pay, act_pay_dedc FROM mart.settlement WHERE setl_id = '{setl_id}'"
        )
        if visit.is_reversed:
            world.reverse(setl_id, f"{settled} 10:05:00")
            return
        self.paid[visit.is_stay] += fen(hifp)
        self.deductible += 0 if visit.is_stay else fen(deductible)
        self.admissions += int(visit.is_stay)


VISITS = st.lists(
    st.builds(Visit, day=st.integers(0, 300), is_stay=st.booleans(), price=st.integers(1, 300_000),
              is_reversed=st.booleans()),
    min_size=1, max_size=6, unique_by=lambda visit: visit.day,
)  # fmt: skip


def filled(book: PolicyBook, persons: Sequence[list[Visit]], *, backwards: bool = False) -> World:
    world = World(book)
    world.item("A")
    people = list(enumerate(persons))
    for number, visits in reversed(people) if backwards else people:
        payer = Payer()
        for place, visit in enumerate(sorted(visits, key=lambda one: one.day)):
            payer.pay(world, f"S{number}-{place}", f"P{number}", visit)
    return world


@settings(max_examples=12, deadline=None)
@given(persons=st.lists(VISITS, min_size=1, max_size=3))
def test_a_year_paid_in_order_has_no_difference_and_one_person_alone_comes_out_as_all_together(
    book: PolicyBook, persons: list[list[Visit]]
) -> None:
    world = filled(book, persons)
    run(world)
    together = world.rows(RESULT)
    assert {row[0] for row in world.rows("SELECT DISTINCT difference FROM audit.recomputed")} <= {"0.00"}
    world.con.execute("DELETE FROM work.touched_settlement")
    world.touch(*(row[0] for row in world.rows("SELECT setl_id FROM mart.settlement WHERE person = 'P0'")))
    run(world)
    assert world.rows(RESULT) == together

    alone = filled(book, persons[:1])
    run(alone)
    own = {row[0] for row in alone.rows(RESULT)}
    assert alone.rows(RESULT) == [row for row in together if row[0] in own]

    other_order = filled(book, persons, backwards=True)
    recompute(other_order.con, book, chunk=1)
    assert other_order.rows(RESULT) == together


@settings(max_examples=12, deadline=None)
@given(visits=VISITS, taken_back=st.builds(Visit, day=st.integers(0, 300), is_stay=st.booleans(),
                                           price=st.integers(1, 300_000), is_reversed=st.just(True)))  # fmt: skip
def test_what_was_paid_and_taken_back_leaves_the_year_as_it_was(
    book: PolicyBook, visits: list[Visit], taken_back: Visit
) -> None:
    without, with_it = filled(book, [visits]), filled(book, [visits])
    Payer().pay(with_it, "X", "P0", taken_back)
    run(without)
    run(with_it)
    assert with_it.rows(RESULT) == without.rows(RESULT)
