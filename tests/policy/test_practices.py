"""What other regions do differently, switched on for a pool; cities that are one; points by age; rows for rules."""

from __future__ import annotations

import shutil
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from lianshen.content import content_root
from lianshen.errors import UsageError
from lianshen.policy import PolicyBook, PolicyTerms
from lianshen.settlement import UNLIMITED, Terms

DAY, NEXT_YEAR = np.array(["2026-11-05"], "M8[D]"), np.array(["2027-01-01"], "M8[D]")


def ask(book: PolicyBook, pool: str, day: Any = DAY, **instead: Any) -> PolicyTerms:
    asked = {"insutype": "310", "psn_type": "11", "care": "IPT", "dedc_hosp_lv": "3"} | instead
    return book.terms(pool, day=day, **asked)


def same(one: PolicyTerms, other: PolicyTerms) -> bool:
    return all(getattr(one.terms, f.name).tolist() == getattr(other.terms, f.name).tolist() for f in fields(Terms))


def test_no_practice_is_on_and_no_cities_are_one_in_the_demonstration(book: PolicyBook) -> None:
    for pool in book.pools:
        assert [one.parameter for one in book.on(pool, date(2026, 12, 31)) if one.parameter[:9] == "practice."] == []


def test_every_practice_of_the_survey_has_a_pack(book: PolicyBook) -> None:
    practices = {name for name in book.packs if name.startswith("practice-")}
    assert practices == {f"practice-{name}" for name in ("fujian", "shenzhen", "guangxi", "xining", "shanghai")}
    for name in practices:
        sources = [source for series in book.packs[name].own.values() for source in series.sources]
        assert any(source.title == "2009 survey of local practice" for source in sources)


def test_a_practice_changes_the_pool_that_has_it_and_no_other(book: PolicyBook) -> None:
    xining = book.practising("5111", ["xining"])
    remote = {"scope": "IN_PROV", "filing_type": "REFERRAL"}
    assert ask(xining, "5111", **remote).terms.prepay.tolist() == [2_000]
    assert ask(xining, "5113", **remote).terms.prepay.tolist() == [0]
    assert ask(book, "5111", **remote).terms.prepay.tolist() == [0]
    with pytest.raises(UsageError, match="no practice xinning; there are fujian"):
        book.practising("5111", ["xinning"])


@pytest.mark.parametrize(
    ("filing", "prepay", "benchmark"),
    [
        ("LONG_RETIREE", 0, 960_000),
        ("LONG_STATIONED", 0, 960_000),
        ("REFERRAL", 2_000, UNLIMITED),
        ("EMERGENCY", 2_000, UNLIMITED),
        ("TEMPORARY_OTHER", 10_000, UNLIMITED),
        ("UNFILED", 10_000, UNLIMITED),
    ],
)
def test_the_share_paid_first_and_the_benchmark_go_by_the_filing(
    book: PolicyBook, filing: str, prepay: int, benchmark: int
) -> None:
    terms = ask(book.practising("5111", ["xining"]), "5111", scope="CROSS_PROV", filing_type=filing).terms
    assert (terms.prepay.tolist(), terms.accept_limit.tolist()) == ([prepay], [benchmark])


def test_a_benchmark_is_for_stays_elsewhere_only(book: PolicyBook) -> None:
    xining = book.practising("5111", ["xining"])
    elsewhere = {"scope": "CROSS_PROV", "filing_type": "LONG_RESIDENT"}
    for asked in ({}, {"care": "OPSP", **elsewhere}, {"care": "OTP", **elsewhere}):
        assert ask(xining, "5111", **asked).terms.accept_limit.tolist() == [UNLIMITED]
    found = ask(xining, "5111", **elsewhere)
    assert found.references(0)["accepted"][0].pack_id == "practice-xining"
    assert "accepted" not in ask(book, "5111", **elsewhere).references(0)


def test_two_practices_of_one_pool_stand_side_by_side(book: PolicyBook) -> None:
    both = book.practising("5113", ["guangxi", "shenzhen"])
    values = {one.parameter: one.value for one in both.on("5113", date(2026, 11, 5))}
    assert (values["practice.claim_days"], len(values["practice.referral_diseases"])) == ("180", 40)


def test_care_in_a_city_that_is_one_with_home_is_settled_as_at_home(book: PolicyBook) -> None:
    unfiled = {"scope": "IN_PROV", "filing_type": "UNFILED"}
    home = ask(book, "5106", NEXT_YEAR)
    there = ask(book, "5106", NEXT_YEAR, treat_pool="5101", **unfiled)
    assert (there.is_same_city.tolist(), there.is_remote.tolist()) == ([True], [False])
    assert same(there, home)
    assert there.references(0)["same_city"][0].pack_id == "sichuan"
    assert "remote.reduction" not in {one.parameter for step in there.references(0).values() for one in step}


def test_cities_are_one_from_the_day_on_for_those_of_the_group_and_wherever_it_is_said(book: PolicyBook) -> None:
    unfiled = {"scope": "IN_PROV", "filing_type": "UNFILED"}
    for found in (
        ask(book, "5106", np.array(["2026-12-31"], "M8[D]"), treat_pool="5101", **unfiled),
        ask(book, "5106", NEXT_YEAR, treat_pool="5107", **unfiled),
        ask(book, "5107", NEXT_YEAR, treat_pool="5101", **unfiled),
        ask(book, "5106", NEXT_YEAR, **unfiled),
        ask(book, "3501", NEXT_YEAR, treat_pool="5101", scope="CROSS_PROV", filing_type="UNFILED"),
    ):
        assert found.is_same_city.tolist() == [False]
        assert found.is_remote.tolist() == [True]


def test_one_city_needs_no_filing_type_and_home_is_not_called_so(book: PolicyBook) -> None:
    assert ask(book, "5106", NEXT_YEAR, treat_pool="5101", scope="IN_PROV").is_same_city.tolist() == [True]
    assert ask(book, "5106", NEXT_YEAR, treat_pool="5106").is_same_city.tolist() == [False]


def test_many_treating_pools_at_once(book: PolicyBook) -> None:
    pools = np.array(["5101", "5107", None, "5120", "5001"], dtype=object)
    days = np.repeat(NEXT_YEAR, 5)
    found = ask(book, "5114", days, treat_pool=pools, scope="IN_PROV", filing_type="REFERRAL")
    assert found.is_same_city.tolist() == [True, False, False, True, False]


def test_points_by_age_come_from_the_table_and_never_above_all_of_it(book: PolicyBook) -> None:
    ages = np.array([-1, 49, 50, 59, 60, 75, 89, 90, 120])
    days = np.repeat(NEXT_YEAR, len(ages))
    ratios = ask(book, "5104", days, age=ages).terms.slice_ratio[:, 0]
    assert ((ratios - 8_400) // 100).tolist() == [0, 0, 2, 2, 4, 6, 8, 10, 10]
    assert ask(book, "5104", days, age=ages, dedc_hosp_lv="1").terms.slice_ratio[:, 0].max() == 10_000
    assert set(ask(book, "5104", days, age=ages, insutype="390").terms.slice_ratio[:, 0].tolist()) == {6_200}
    assert set(ask(book, "5104", np.repeat(DAY, len(ages)), age=ages).terms.slice_ratio[:, 0].tolist()) == {8_400}


def test_enterprise_and_veterans_funds_are_for_those_entitled_where_they_exist(book: PolicyBook) -> None:
    entitled = {"has_enterprise": True, "is_veteran": True}
    plain, both = ask(book, "5106").terms, ask(book, "5106", **entitled).terms
    assert (plain.enterprise_ratio[0], plain.veteran_ratio[0]) == (0, 0)
    assert (both.enterprise_ratio[0], both.enterprise_limit[0]) == (5_000, 2_000_000)
    assert (both.veteran_ratio[0], both.veteran_limit[0]) == (8_000, 4_000_000)
    assert ask(book, "5110", **entitled).terms.enterprise_ratio[0] == 0
    assert ask(book, "5106", care="OTP", **entitled).terms.veteran_ratio[0] == 0
    assert {"hifes", "hifdm"} <= set(ask(book, "5106", **entitled).references(0))


def test_the_rows_for_rules_fit_their_table_and_say_what_the_book_says(book: PolicyBook) -> None:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA work; USE work")
    con.execute((content_root() / "sql/schema/work/policy_value.sql").read_text(encoding="utf-8"))
    con.register("rows", book.practising("5113", ["guangxi", "shenzhen", "xining"]).policy_values())
    con.execute("INSERT INTO policy_value SELECT * FROM rows")

    def value(pool: str, parameter: str, key: str, day: str = "2026-11-05") -> tuple[Any, ...] | None:
        return con.execute(
            "SELECT value, number, rank FROM policy_value WHERE pool = ? AND parameter = ? AND key = ? "
            "AND valid_from <= CAST(? AS DATE) AND valid_until > CAST(? AS DATE)",
            [pool, parameter, key, day, day],
        ).fetchone()  # fmt: skip

    assert value("5113", "practice.claim_days", "") == ("180", Decimal(180), "provincial")
    assert value("5107", "practice.claim_days", "") is None
    assert value("5113", "practice.referral_diseases", "C34") == ("C34", None, "city")
    assert value("5113", "practice.referral_target", "") == ("same_level_or_nonprofit", None, "city")
    assert value("5113", "practice.benchmark", "retired") == ("9800.00", Decimal(9800), "city")
    assert value("5113", "practice.benchmark", "retired", "2025-12-31") == ("9500.00", Decimal(9500), "city")
    assert value("5113", "remote.prepay", "cross_province.UNFILED") == ("1.00", Decimal(1), "city")
    assert value("5106", "practice.same_city", "cheng-de-mei-zi.5101", "2027-01-01") == ("5101", None, "provincial")
    assert value("5106", "practice.same_city", "cheng-de-mei-zi.5101") is None
    assert value("5107", "remote.deductible", "", "2026-11-07") == ("800.00", Decimal(800), "city")
    assert value("5107", "remote.deductible", "", "2026-11-08") == ("700.00", Decimal(700), "city")
    assert value("5132", "inpatient.ratio", "employee.tertiary.>50000.00") == ("0.91", Decimal("0.91"), "city")
    assert value("5104", "inpatient.age_bonus", ">=60", "2027-01-01") == ("4", Decimal(4), "city")
    assert value("5101", "remote.reduction", "form") == ("factor", None, "city")
    assert value("5101", "supplement.veteran_limit", "") is None
    assert value("5106", "supplement.catastrophic_limit", "listed_poor") == ("unlimited", None, "city")
    # What national policy put in the place of the city's value bears its rank.
    assert value("5118", "remote.reduction", "cross_province.TEMPORARY_OTHER", "2027-01-01") == (
        "20", Decimal(20), "national",
    )  # fmt: skip
    assert value("5118", "remote.reduction", "cross_province.UNFILED", "2027-01-01") == ("25", Decimal(25), "city")


def test_what_has_ended_has_no_row(book: PolicyBook, tmp_path: Path) -> None:
    trial = tmp_path / "trial.yaml"
    trial.write_text(
        'title: no more\npools: ["5113"]\npractices: [shenzhen]\n'
        "values: {practice.referral_diseases: {2026-06-01: ended}}\n",
        encoding="utf-8",
    )
    rows = book.practising("5113", ["shenzhen"]).override(trial).policy_values().to_pylist()
    diseases = [row for row in rows if row["parameter"] == "practice.referral_diseases"]
    assert {(row["valid_from"], row["valid_until"]) for row in diseases} == {(date(2024, 1, 1), date(2026, 6, 1))}
    assert len(diseases) == 40


def test_the_rows_of_one_value_never_overlap(book: PolicyBook) -> None:
    con = duckdb.connect()
    con.register("rows", book.policy_values())
    overlaps = con.execute(
        "SELECT count(*) FROM (SELECT valid_from, lag(valid_until) OVER (PARTITION BY pool, parameter, key "
        "ORDER BY valid_from) AS before FROM rows) WHERE valid_from < before"
    ).fetchone()
    assert overlaps == (0,)


def test_a_pack_of_a_pool_switches_practices_on_by_name(tmp_path: Path) -> None:
    folder = shutil.copytree(content_root() / "policies", tmp_path / "policies")
    for pack, practices in (("group-b", "[guangxi]"), ("leshan", "[]"), ("nanchong", "[xining, guangxi]")):
        path = folder / pack / "pack.yaml"
        path.write_text(path.read_text(encoding="utf-8") + f"practices: {practices}\n", encoding="utf-8")
    book = PolicyBook.load(folder)

    def has(pool: str, parameter: str) -> bool:
        return parameter in {one.parameter for one in book.on(pool, date(2026, 11, 5))}

    assert has("5106", "practice.claim_days")
    assert not has("5111", "practice.claim_days")
    assert has("5113", "practice.claim_days")
    assert has("5113", "practice.benchmark")
