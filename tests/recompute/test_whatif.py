"""What a changed policy would have meant for a past period."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from typer.testing import CliRunner

from lianshen.cli import build_app
from lianshen.errors import LianshenError, UsageError
from lianshen.policy import PolicyBook
from lianshen.recompute import recompute, whatif
from lianshen.recompute.buckets import PREFIX
from lianshen.recompute.effect import Effect
from lianshen.recompute.whatif import what_if
from lianshen.settlement import Accumulators, settle

OCTOBER, DECEMBER = date(2026, 10, 1), date(2026, 12, 1)
Change = Callable[[str], PolicyBook]


@pytest.fixture
def changed(world: Any, tmp_path: Path) -> Change:
    """Return the book of the world with changed values for Mianyang, given as YAML."""

    def change(values: str) -> PolicyBook:
        path = tmp_path / "what-if.yaml"
        path.write_text(f'title: a proposal\npools: ["5107"]\nvalues:\n{values}', encoding="utf-8")
        book: PolicyBook = world.book
        return book.override(path)

    return change


def tried(world: Any, book: PolicyBook, **differs: Any) -> Effect:
    recompute(world.con, world.book)
    return what_if(world.con, world.book, book, **{"start": OCTOBER, "end": DECEMBER, **differs})


def test_the_same_book_changes_nothing_and_pays_what_the_night_expected(world: Any) -> None:
    world.settlement("S1")
    world.settlement("S2", setl_date=date(2026, 11, 20), begndate=date(2026, 11, 12), cal_ipt_cnt=2)
    total = tried(world, world.book).total
    (expected,) = world.con.execute("SELECT SUM(expected_fund) FROM audit.recomputed").fetchone()
    assert (total.settlements, total.changed, total.difference, total.patients_difference) == (2, 0, 0, 0)
    assert Decimal(total.now) / 100 == expected > 0
    assert total.now + total.patients_now == total.total


def test_the_sums_say_what_the_fund_and_the_patients_would_have_paid(world: Any, changed: Change) -> None:
    world.settlement("S1")
    world.settlement("S2", person="P2", psn_no="N2", insu_admdvs="510600")
    # Unfiled care elsewhere: 84 % less 15 points of 20,800.00 - 800.00; the proposal takes 20 points off.
    effect = tried(world, changed("""
  remote.reduction:
    2026-01-01: {form: points, in_province: {UNFILED: "20"}}
"""))  # fmt: skip
    assert effect.total.settlements == 2
    assert (effect.total.changed, effect.total.difference, effect.total.patients_difference) == (1, -100_000, 100_000)
    assert (effect.by_pool["5107"].now, effect.by_pool["5107"].then) == (1_380_000, 1_280_000)
    assert effect.by_pool["5106"].difference == 0
    assert effect.by_level.keys() == {"tertiary"}
    assert effect.by_person["in_service"].patients_now == 2 * (2_080_000 - 1_380_000)


def test_what_a_settlement_uses_up_under_either_policy_is_missing_to_the_next(world: Any, changed: Change) -> None:
    for number, day in enumerate((3, 5, 7), 1):
        world.settlement(f"S{number}", setl_date=date(2026, 11, day), cal_ipt_cnt=number)
    # Half the ratio and a low cap: 27 % of 20,000.00, 20,050.00 and 20,100.00 are 5,400.00, 5,413.50 and 5,427.00.
    proposal = changed("""
  inpatient.ratio:
    2026-01-01: {employee: {tertiary: "0.42"}}
  inpatient.cap:
    2026-01-01: {employee: "12000.00"}
  supplement.large_amount:
    2026-01-01: "0"
""")
    total = tried(world, proposal).total
    assert (total.now, total.then) == (1_380_000 + 1_383_450 + 1_386_900, 540_000 + 541_350 + 118_650)
    # One day alone: what had been paid before is what was really paid, and that is more than the new cap.
    assert tried(world, proposal, start=date(2026, 11, 7)).total.then == 0


def test_the_outpatient_deductible_of_the_year_follows_the_changed_amounts(world: Any, changed: Change) -> None:
    visit = {"care": "OTP", "med_type": "11", "fix_blng_admdvs": "510700", "hosp_lv": "05", "dedc_hosp_lv": "2",
             "cal_ipt_cnt": None, "lines": ({"pric": "150.00"},)}  # fmt: skip
    for number, (day, paid_before) in enumerate(((3, 0), (4, 15_000), (5, 20_000)), 1):
        used = Accumulators.of(1, deductible_paid=paid_before)
        world.settlement(f"S{number}", setl_date=date(2026, 11, day), used=used, **visit)
    # 60 % above 200.00 a year: 0, 60.00, 90.00; with 300.00 a year: 0, 0, 90.00.
    effect = tried(world, changed("""
  outpatient.deductible:
    2026-01-01: {in_service: "300.00"}
"""))  # fmt: skip
    assert (effect.total.now, effect.total.then, effect.total.changed) == (15_000, 9_000, 1)


def test_reversed_settlements_use_nothing_up_and_are_not_counted(world: Any, changed: Change) -> None:
    world.settlement("S1", setl_date=date(2026, 11, 3))
    world.settlement("S2", setl_date=date(2026, 11, 8), cal_ipt_cnt=1)
    world.reverse("S1", at="2026-11-04 09:00:00")
    effect = tried(world, changed("""
  inpatient.cap:
    2026-01-01: {employee: "14000.00"}
"""))  # fmt: skip
    # 69 % of 20,800.00 less the 700.00 of the 8th stay under the new cap, since nothing was used before.
    assert (effect.total.settlements, effect.total.now, effect.total.then) == (1, 1_386_900, 1_386_900)


def test_what_cannot_be_computed_is_left_out_and_named(world: Any) -> None:
    world.settlement("S1")
    world.settlement("S2", person="P2", setl_type="3")
    world.settlement("S3", person="P3", insutype="510", cal_ipt_cnt=1)
    recompute(world.con, world.book)
    world.settlement("S4", person="P4")
    effect = what_if(world.con, world.book, world.book, start=OCTOBER, end=DECEMBER)
    assert effect.total.settlements == 1
    assert effect.left_out == {
        "no pack speaks of this insurance type; packs know 310 and 390": 1,
        "not recomputed so far": 1,
        "supplementary settlement: it pays on top of another one": 1,
    }


def test_all_that_a_settlement_hangs_on_goes_with_its_person(world: Any) -> None:
    """A statement of the year, a transfer, an employer's plan, what a record says is left, a same-city agreement."""
    world.insert("settled.psn_b", psn_no="N1", certno_hash="P1")
    nothing = dict.fromkeys(("hifp_clinic", "dedc_clinic", "burden", "hifmi", "civil", "assist"), 0)
    world.insert("settled.cum_d", psn_no="N1", insutype="310", year="2026", as_of="2026-10-01 00:00:00",
                 hifp_stay="390000.00", ipt_cnt=5, **nothing)  # fmt: skip
    world.settlement("S1", cal_ipt_cnt=6)
    at_home = {"person": "P2", "psn_no": "N2", "fix_blng_admdvs": "510700"}
    world.settlement("S2", dedc_hosp_lv="1", setl_date=date(2026, 10, 25), begndate=date(2026, 10, 20), **at_home)
    world.settlement("S3", refl_old_mdtrt_id="M-S2", cal_ipt_cnt=2, paid_as={"deductible": 35_000}, **at_home)
    planned = {"insu_admdvs": "510400", "fix_blng_admdvs": "510400"}
    world.insert("settled.psn_insu_d", psn_insu_rlts_id="R", psn_no="N4", insutype="370", psn_insu_stas="1",
                 crt_insu_date=date(2020, 1, 1), psn_type="11", insu_admdvs="510400")  # fmt: skip
    world.settlement("S4", person="P4", psn_no="N4", **planned)
    world.settlement("S5", person="P5", psn_no="N5", **planned)
    world.settlement("S6", person="P6", psn_no="N6")
    world.insert("settled.setl_fund_d", setl_id="S6", fund_pay_type="310100", crt_payb_lmt_amt="5000.00")
    for number, valid in ((7, "0"), (8, "1")):
        world.settlement(f"S{number}", person="P7", psn_no="N7", setl_date=date(2026, 10, number))
        world.reverse(f"S{number}", at=f"2026-12-{number:02} 09:00:00")
        world.con.execute("UPDATE settled.setl_d SET vali_flag = ? WHERE setl_id = ?", [valid, f"S{number}"])
    world.settlement("S9", person="P7", psn_no="N7", cal_ipt_cnt=None)
    city = {"insu_admdvs": "510600", "setl_date": date(2027, 1, 5), "cal_ipt_cnt": None}
    world.settlement("T1", person="P8", psn_no="N8", **city)
    recompute(world.con, world.book)
    for chunk in (1000, 3):
        total = what_if(
            world.con, world.book, world.book, start=OCTOBER, end=date(2027, 2, 1), chunk=chunk, workers=1
        ).total
        expected = world.con.execute("SELECT COUNT(*), SUM(expected_fund) FROM audit.recomputed").fetchone()
        assert (total.settlements, Decimal(total.now) / 100) == expected
    paid = dict(world.con.execute("SELECT setl_id, CAST(expected_hifp AS VARCHAR) FROM audit.recomputed").fetchall())
    assert (paid["S1"], paid["S6"]) == ("10000.00", "5000.00")


def test_a_period_without_settlements_is_refused_with_the_days_that_are_there(world: Any) -> None:
    with pytest.raises(UsageError, match="it holds no settlements at all"):
        what_if(world.con, world.book, world.book, start=OCTOBER, end=DECEMBER)
    world.settlement("S1")
    with pytest.raises(UsageError, match="holds settlements from 2026-11-05 to 2026-11-05"):
        what_if(world.con, world.book, world.book, start=date(2026, 1, 1), end=OCTOBER)
    with pytest.raises(UsageError, match="give an earlier first day"):
        what_if(world.con, world.book, world.book, start=DECEMBER, end=OCTOBER)


LAYERS = {"cap": ("cap", "cap_room", "hifp"), "tier": ("tier_limit", "tier_room", "hifmi"),
          "civil": ("civil_limit", "civil_room", "cvlserv"), "assist": ("assist_limit", "assist_room", "maf"),
          "veteran": ("veteran_limit", "veteran_room", "hifdm")}  # fmt: skip


def one_after_the_other(book: PolicyBook, bills: list[dict[str, Any]]) -> list[int]:
    """Settle bills singly in their order, each on what the ones before it used; what the funds pay, in fen."""
    used: dict[tuple[str, str, bool], dict[str, int]] = {}
    paid = []
    for bill in sorted(bills, key=lambda one: (one["setl_time"], one["setl_id"])):
        stay = bill["care"] != "OTP"
        so_far = used.setdefault((bill["person"], bill["insutype"], stay), defaultdict(int))
        terms = book.terms(
            "5107", insutype=bill["insutype"], psn_type="11", care=bill["care"], scope="IN_PROV",
            day=np.array([bill["setl_date"]], "M8[D]"), filing_type="UNFILED", nth_admission=so_far["admissions"] + 1,
            dedc_hosp_lv=bill["dedc_hosp_lv"], special_person=bill["sp_psn_type"],
            is_civil_servant=bill["cvlserv_flag"] == "1",
        ).terms  # fmt: skip
        rooms = {room: getattr(terms, limit) - so_far[name] for name, (limit, room, _) in LAYERS.items()}
        state = Accumulators.of(1, deductible_paid=so_far["deductible"], burden=so_far["burden"], **rooms)
        settled = settle(bill["in_scope"], terms, state)
        paid.append(int(settled.fund[0]))
        for name, (_, _, fund) in LAYERS.items():
            so_far[name] += int(getattr(settled, fund)[0])
        so_far["burden"] += bill["in_scope"] - int(settled.hifp[0])
        so_far["admissions"] += bill["care"] == "IPT"
        if not stay:
            so_far["deductible"] += int(settled.deductible[0])
    return paid


@pytest.mark.parametrize(("chunk", "part"), [(7, 1000), (1000, 9), (1000, 1000)])
def test_years_of_many_persons_come_out_as_settled_one_after_the_other(
    world: Any, changed: Change, monkeypatch: pytest.MonkeyPatch, chunk: int, part: int
) -> None:
    monkeypatch.setattr(whatif, "PART", part)
    chance = random.Random(20261122)
    bills = []
    for number in range(80):
        care = chance.choice(["IPT", "IPT", "OTP", "OPSP"])
        person = chance.choice("ABCDEFG")
        day = date(2026, 10, 1) + timedelta(days=chance.randrange(55))
        bill = {
            "setl_id": f"S{number:03}", "person": person, "psn_no": person, "care": care,
            "insutype": "390" if person < "D" else "310", "sp_psn_type": "02" if person == "A" else None,
            "cvlserv_flag": "1" if person == "G" else "0", "med_type": {"IPT": "21", "OTP": "11", "OPSP": "14"}[care],
            "dedc_hosp_lv": chance.choice("123"), "setl_date": day, "begndate": day,
            "setl_time": f"{day} {chance.randrange(8, 12):02}:00:00", "cal_ipt_cnt": None,
        }  # fmt: skip
        price = Decimal(chance.randrange(1, 9_000_000)).scaleb(-2)
        world.settlement(lines=({"pric": str(price)},), **bill)
        bills.append(bill | {"in_scope": int(price * 100)})
    proposal = changed("""
  inpatient.cap:
    2026-01-01: {employee: "90000.00", resident: "60000.00"}
  inpatient.ratio:
    2026-01-01: {resident: {tertiary: "0.55"}, employee: {secondary: "0.95"}}
  supplement.civil_limit:
    2026-01-01: "2500.00"
  supplement.catastrophic_limit:
    2026-01-01: {general: "20000.00"}
  assistance.limit:
    2026-11-01: "8000.00"
""")
    total = tried(world, proposal, chunk=chunk).total
    now, then = one_after_the_other(world.book, bills), one_after_the_other(proposal, bills)
    assert (total.now, total.then) == (sum(now), sum(then))
    assert total.changed == sum(a != b for a, b in zip(now, then, strict=True)) > 20


@pytest.fixture
def home(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse file with two settlements, and a file of changed values beside it."""
    world.settlement("S1")
    world.settlement("S2", person="P2", psn_no="N2", insu_admdvs="510600", psn_type="12")
    recompute(world.con, world.book)
    world.con.execute(f"ATTACH '{tmp_path / 'warehouse.duckdb'}' AS copy")
    world.con.execute("COPY FROM DATABASE memory TO copy")
    world.con.execute("DETACH copy")
    (tmp_path / "proposal.yaml").write_text(
        'title: test\npools: ["5107"]\nvalues:\n  remote.deductible: {2026-01-01: "1000.00"}\n', encoding="utf-8"
    )
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "140")
    return tmp_path


def try_out(home: Path, *arguments: str, file: str = "proposal.yaml") -> Any:
    period = () if "--from" in arguments else ("--from", "2026-11-01", "--to", "2026-11-05")
    return CliRunner().invoke(build_app(), ["policy", "try", str(home / file), *period, *arguments])


def test_the_command_prints_regions_levels_and_persons(home: Path) -> None:
    output = try_out(home).output
    for text in (
        "绵阳市 5107",
        "德阳市 5106",
        "三级",
        "退休职工",
        "合计",
        "-138.00",
        "+138.00",
        "2026-11-01 至 2026-11-05",
    ):
        assert text in output


def test_the_command_prints_json_whose_parts_add_up(home: Path) -> None:
    found = json.loads(try_out(home, "--json").output)
    assert found["total"]["fund_difference"] == "-138.00"
    assert (found["from"], found["to"]) == ("2026-11-01", "2026-11-05")
    for part in ("by_pool", "by_level", "by_person", "cells"):
        assert sum(Decimal(row["fund_then"]) for row in found[part]) == Decimal(found["total"]["fund_then"])


@pytest.mark.parametrize(
    ("arguments", "file", "message"),
    [
        (("--from", "2026-11-5x", "--to", "2026-11-30"), "proposal.yaml", "--from 2026-11-5x is no date"),
        (("--from", "2026-12-01", "--to", "2026-11-30"), "proposal.yaml", "give the earlier day first"),
        (("--from", "2024-02-01", "--to", "2024-03-31"), "proposal.yaml", "from 2026-11-05 to 2026-11-05"),
        ((), "nowhere.yaml", "no such file"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(home: Path, arguments: tuple[str, ...], file: str, message: str) -> None:
    error = try_out(home, *arguments, file=file).exception
    assert isinstance(error, LianshenError)
    assert message in str(error)


def test_without_a_warehouse_the_command_says_so(home: Path) -> None:
    (home / "warehouse.duckdb").unlink()
    assert "no warehouse yet" in str(try_out(home).exception)


def test_two_processes_come_to_what_one_comes_to_and_tell_how_far_they_are(world: Any, changed: Change) -> None:
    for number in range(12):
        world.settlement(f"S{number:02}", person=f"P{number % 5}", psn_no=f"N{number % 5}", cal_ipt_cnt=None,
                         setl_date=date(2026, 11, 1 + number))  # fmt: skip
    proposal = changed("""
  inpatient.cap:
    2026-01-01: {employee: "14000.00"}
""")
    told: list[tuple[int, int]] = []
    alone = tried(world, proposal, chunk=4, workers=1)
    together = tried(world, proposal, chunk=4, workers=2, progress=lambda *far: told.append(far))
    assert (alone.cells, alone.left_out) == (together.cells, together.left_out)
    assert alone.total.changed > 0
    assert (told[0], told[-1]) == ((0, 12), (12, 12))
    assert told == sorted(told)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_the_temporary_files_beside_the_warehouse_are_gone_whatever_happens(
    home: Path, world: Any, workers: int, stop: type[BaseException]
) -> None:
    before = set(home.iterdir())
    seen: list[int] = []

    def tell(done: int, number: int) -> None:
        seen.append(len(list(home.glob(f"{PREFIX}*"))))
        if done:
            raise stop

    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        asked = "SELECT current_setting('memory_limit'), current_setting('partitioned_write_max_open_files')"
        settings = con.execute(asked).fetchall()
        with pytest.raises(stop):
            what_if(con, world.book, world.book, start=OCTOBER, end=DECEMBER, chunk=1, workers=workers, progress=tell)
        assert con.execute(asked).fetchall() == settings
        assert seen == [0, 1]
        assert set(home.iterdir()) == before
        effect = what_if(con, world.book, world.book, start=OCTOBER, end=DECEMBER, chunk=1, workers=workers)
    assert effect.total.settlements == 2
    assert set(home.iterdir()) == before
