"""Which layer went wrong, and how: assistance, catastrophic, civil servants, large amount, enterprise, veterans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.recompute import price_findings, recompute
from lianshen.recompute.layers import LAYERS, Bill, conditional, in_order
from lianshen.settlement import UNLIMITED, Accumulators, Terms, settle

from .conftest import World, yuan

POOR = {"fix_blng_admdvs": "510700", "insutype": "390", "psn_type": "15", "sp_psn_type": "02"}
WORKER = {"fix_blng_admdvs": "510700"}
BIG = [{"pric": "90000"}]
PARTS = ("by_catalogue", "by_filing", "by_benefit", "by_accumulator", "by_identity", "unexplained")


def bill_of(world: World, columns: dict[str, Any], price: int = 9_000_000) -> tuple[Bill, dict[str, Any]]:
    """Return what the layers look at for a bill of ``price`` fen, and the core's result."""
    terms = world.book.terms(
        np.array(["5107"]), insutype=columns.get("insutype", "310"), psn_type=columns.get("psn_type", "11"),
        care="IPT", day=np.array(["2026-11-05"], "M8[D]"), dedc_hosp_lv="3",
        special_person=columns.get("sp_psn_type"), is_civil_servant=columns.get("cvlserv_flag") == "1",
    ).terms  # fmt: skip
    s = settle(price, terms)
    bill = Bill(s.burden, s.over_cap, s.beyond, s.deductible, terms, Accumulators.of(1))
    return bill, {name: getattr(s, name) for name in ("hifp", *LAYERS, "fund")}


def paid(world: World, columns: dict[str, Any], layers: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Record a settlement whose layers were paid as given, and return the row of its recomputation."""
    amounts = {f"{name}_pay": yuan(layers.get(name, result[name])) for name in LAYERS}
    fund = yuan(result["hifp"]) + sum(amounts.values(), Decimal(0))
    world.settlement(**columns, **amounts, fund_pay_sumamt=fund, lines=BIG)
    recompute(world.con, world.book)
    row = world.recomputed()
    assert sum(Decimal(row[name]) for name in PARTS) == Decimal(row["difference"])
    return row


def place(row: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    return row["cause"], row["layer"], row["parameter"]


@pytest.mark.parametrize("columns", [POOR, WORKER | {"cvlserv_flag": "1"}, WORKER])
def test_layers_paid_in_their_order_have_no_difference(world: World, columns: dict[str, Any]) -> None:
    _, result = bill_of(world, columns)
    row = paid(world, columns, {}, result)
    assert (row["difference"], place(row)) == ("0.00", (None, None, None))
    assert [row[f"expected_{name}"] for name in LAYERS] == [str(yuan(result[name])) for name in LAYERS]


def test_assistance_before_catastrophic_is_the_order_of_the_layers(world: World) -> None:
    bill, result = bill_of(world, POOR)
    wrong = in_order(bill, ("hifob", "maf", "hifmi", "cvlserv", "hifes", "hifdm"))
    row = paid(world, POOR, wrong, result)
    assert place(row) == ("layer_order", "maf", "order")
    assert "救助先于大病" in row["cause_zh"]
    assert row["by_benefit"] == row["difference"]


def test_the_order_of_the_layers_is_named_even_where_the_sum_is_right(world: World) -> None:
    _, result = bill_of(world, POOR)
    moved = {"hifmi": result["hifmi"] - 10_000, "maf": result["maf"] + 10_000}
    row = paid(world, POOR, moved, result)
    assert (row["difference"], row["layer"]) == ("0.00", "hifmi")


def test_a_civil_servants_subsidy_before_the_large_amount_fund(world: World) -> None:
    columns = WORKER | {"cvlserv_flag": "1"}
    used = {"cap_room": np.array([1_000_000])}
    bill, _ = bill_of(world, columns)
    s = settle(9_000_000, bill.terms, Accumulators.of(1, **used))
    result = {name: getattr(s, name) for name in ("hifp", *LAYERS)}
    after = Bill(s.burden, s.over_cap, s.beyond, s.deductible, bill.terms, Accumulators.of(1))
    wrong = in_order(after, ("cvlserv", "hifob", "hifmi", "hifes", "hifdm", "maf"))
    world.insert(
        "settled.setl_fund_d", setl_id="S1", fund_pay_type="310100", crt_payb_lmt_amt="10000.00", fund_payamt=0
    )
    row = paid(world, columns | {"hifp_pay": yuan(s.hifp)}, wrong, result)
    assert place(row) == ("layer_order", "cvlserv", "order")


MISTAKES = [
    ("hifmi", POOR, 0, "supplement.catastrophic", "大病保险未支付"),
    ("maf", POOR, 0, "assistance.ratio", "医疗救助未支付"),
    ("cvlserv", WORKER | {"cvlserv_flag": "1"}, 0, "supplement.civil_ratio", "公务员补助未支付"),
]


@pytest.mark.parametrize(("layer", "columns", "amount", "parameter", "words"), MISTAKES)
def test_a_layer_that_was_not_paid(
    world: World, layer: str, columns: dict[str, Any], amount: int, parameter: str, words: str
) -> None:
    bill, result = bill_of(world, columns)
    wrong = {name: result[name] for name in LAYERS} | {layer: np.array([amount])}
    later = LAYERS[LAYERS.index(layer) + 1 :]
    for name in later:
        wrong[name] = conditional(bill, wrong)[name][1]
    row = paid(world, columns, wrong, result)
    assert place(row) == ("supplement", layer, parameter)
    assert row["cause_zh"].startswith(words)
    assert row["unexplained"] == "0.00"


@pytest.mark.parametrize(
    ("columns", "believed", "layer", "parameter"),
    [
        (POOR, {"sp_psn_type": "01"}, "maf", "assistance.ratio"),
        (POOR | {"sp_psn_type": None}, {"sp_psn_type": "01"}, "hifmi", "supplement.catastrophic"),
        (WORKER, {"cvlserv_flag": "1"}, "cvlserv", "supplement.civil_ratio"),
    ],
)
def test_a_layer_of_another_class_of_person(
    world: World, columns: dict[str, Any], believed: dict[str, Any], layer: str, parameter: str
) -> None:
    _, result = bill_of(world, columns)
    _, as_believed = bill_of(world, columns | believed)
    wrong = {name: as_believed[name] for name in LAYERS}
    row = paid(world, columns, wrong, result)
    assert place(row) == ("supplement", layer, parameter)
    assert row["unexplained"] == "0.00"


def test_a_layer_cut_off_below_the_fen_is_rounding(world: World) -> None:
    world.settlement(**WORKER, cvlserv_flag="1", lines=[{"pric": "20800.06"}])
    ((due, fund),) = world.con.execute("SELECT cvlserv_pay, fund_pay_sumamt FROM mart.settlement").fetchall()
    fen = Decimal("0.01")
    world.con.execute("UPDATE mart.settlement SET cvlserv_pay = ?, fund_pay_sumamt = ?", [due - fen, fund - fen])
    recompute(world.con, world.book)
    row = world.recomputed()
    assert place(row) == ("rounding", "cvlserv", "rounding")
    assert row["unexplained"] == "0.00"


def test_a_layer_that_no_mistake_gives_is_unexplained_and_names_the_layer(world: World) -> None:
    _, result = bill_of(world, POOR)
    row = paid(world, POOR, {"maf": result["maf"] - 12_345}, result)
    assert place(row) == ("unexplained", "maf", None)
    assert row["unexplained"] == row["difference"] == "-123.45"


def test_an_enterprise_supplement_is_taken_as_paid_without_a_plan_and_computed_with_one(world: World) -> None:
    plan = [
        pool for pool in world.book.pools
        if world.book.terms(pool, insutype="310", psn_type="11", care="IPT", day=np.array(["2026-11-05"], "M8[D]"),
                            dedc_hosp_lv="3", has_enterprise=True).terms.enterprise_ratio[0] > 0
    ]  # fmt: skip
    assert plan
    region = f"{plan[0]}00"
    world.settlement("S1", insu_admdvs="510700", fix_blng_admdvs="510700", hifes_pay=Decimal("100.00"),
                     fund_pay_sumamt=Decimal("17068.00"))  # fmt: skip
    home = {"insu_admdvs": region, "fix_blng_admdvs": region}
    world.insert("settled.psn_insu_d", psn_insu_rlts_id="R", psn_no="N2", insutype="370", psn_insu_stas="1",
                 crt_insu_date=date(2020, 1, 1), psn_type="11", insu_admdvs=region)  # fmt: skip
    world.settlement("S2", person="P2", psn_no="N2", paid_as={"has_enterprise": True}, **home)
    world.settlement("S3", person="P3", psn_no="N2", **home)
    recompute(world.con, world.book)
    assert (world.recomputed("S1")["expected_hifes"], world.recomputed("S1")["difference"]) == ("100.00", "0.00")
    assert Decimal(world.recomputed("S2")["expected_hifes"]) > 0
    assert world.recomputed("S2")["difference"] == "0.00"
    assert place(world.recomputed("S3")) == ("supplement", "hifes", "supplement.enterprise_ratio")


def test_a_reduction_inside_one_city_is_the_agreements(world: World) -> None:
    """Chengdu and Deyang are one city from 2027 in the illustrative packs."""
    there = {"insu_admdvs": "510600", "fix_blng_admdvs": "510100", "setl_date": date(2027, 1, 5)}
    world.settlement("S1", **there, paid_as={"scope": "LOCAL"})
    world.settlement("S2", person="P2", **there, paid_as={"filing_type": "REFERRAL"})
    world.settlement("S3", person="P3", **(there | {"setl_date": date(2026, 12, 31)}))
    recompute(world.con, world.book)
    before = world.recomputed("S3")
    assert (before["filing_status"], before["is_same_city"], before["difference"]) == ("NONE", False, "0.00")
    one, two = world.recomputed("S1"), world.recomputed("S2")
    assert (one["filing_status"], one["is_same_city"], one["difference"]) == ("NOT_NEEDED", True, "0.00")
    assert place(two) == ("same_city", "filing", "practice.same_city")
    assert two["by_benefit"] == two["difference"]
    assert Decimal(two["difference"]) < 0


def test_a_finding_is_priced_on_what_was_really_left_in_the_year(world: World) -> None:
    """The record believes in 20,000 under the cap, of which 16,968 had been paid since: what is left binds."""
    left = Accumulators.of(1, cap_room=2_000_000)
    world.settlement("S0", **WORKER, setl_time="2026-11-01 10:00:00", used=left)
    world.settlement("S1", **WORKER, cal_ipt_cnt=2, used=left, lines=[{"pric": "20000"}, {"pric": "800"}])
    for setl_id in ("S0", "S1"):
        world.insert("settled.setl_fund_d", setl_id=setl_id, fund_pay_type="310100", crt_payb_lmt_amt="20000.00",
                     fund_payamt=0)  # fmt: skip
    world.finding("A", lines={"S1-1": "800.00"})
    recompute(world.con, world.book)
    price_findings(world.con, world.book)
    # The cap binds with and without the line: the large-amount fund pays 85 % of the 84 % that fall away.
    large = world.book.terms("5107", insutype="310", psn_type="11", care="IPT",
                             day=np.array(["2026-11-05"], "M8[D]"), dedc_hosp_lv="3").terms.large_ratio[0]  # fmt: skip
    assert world.rows("SELECT a2 FROM audit.finding") == [(str(yuan(67_200 * int(large) // 10_000)),)]


AMOUNT = st.integers(0, 30_000_000)
RATIO = st.integers(0, 10_000)


@given(
    scope=AMOUNT, deductible=st.integers(0, 100_000), ratio=RATIO, cap=st.integers(0, 5_000_000), large=RATIO,
    start=st.integers(0, 3_000_000), tiers=st.tuples(RATIO, RATIO), civil=RATIO, enterprise=RATIO, veteran=RATIO,
    assist=RATIO, threshold=st.integers(0, 300_000), limit=st.integers(0, 5_000_000), burden=AMOUNT,
)  # fmt: skip
def test_the_layers_one_by_one_are_the_layers_of_the_core(
    scope: int, deductible: int, ratio: int, cap: int, large: int, start: int, tiers: tuple[int, int], civil: int,
    enterprise: int, veteran: int, assist: int, threshold: int, limit: int, burden: int,
) -> None:  # fmt: skip
    terms = Terms.of(
        1, deductible=deductible, ratio=ratio, cap=cap, large_ratio=large, large_threshold=start,
        large_burden_ratio=10_000 - large, tier_start=[start, start + 500_000], tier_ratio=list(tiers),
        tier_limit=limit, civil_ratio=civil, civil_limit=limit, enterprise_ratio=enterprise,
        enterprise_limit=UNLIMITED, veteran_ratio=veteran, veteran_limit=limit, assist_ratio=assist,
        assist_threshold=threshold, assist_limit=limit,
    )  # fmt: skip
    used = Accumulators.of(1, burden=burden, civil_room=limit // 2, assist_room=limit // 3)
    s = settle(scope, terms, used)
    bill = Bill(s.burden, s.over_cap, s.beyond, s.deductible, terms, used)
    again, theirs = in_order(bill, LAYERS), {name: getattr(s, name) for name in LAYERS}
    assert {name: int(again[name][0]) for name in LAYERS} == {name: int(theirs[name][0]) for name in LAYERS}
    assert all(amount[0] == theirs[name][0] for name, (_, amount) in conditional(bill, theirs).items())
