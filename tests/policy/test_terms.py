"""Terms for many settlements at once."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lianshen.errors import UsageError
from lianshen.policy import PolicyBook, PolicyGap
from lianshen.settlement import ONE, UNLIMITED, Terms

DAY = np.array(["2026-11-05"], dtype="M8[D]")


def ask(book: PolicyBook, pool: Any = "5101", day: Any = DAY, **instead: Any) -> Any:
    asked = {"insutype": "310", "psn_type": "11", "care": "IPT", "dedc_hosp_lv": "3"} | instead
    return book.terms(pool, day=day, **asked)


def test_a_million_at_once_come_out_as_one_by_one(book: PolicyBook) -> None:
    rng = np.random.default_rng(20261105)
    n = 400

    def pick(*values: Any) -> Any:
        return np.array(values, dtype=object)[rng.integers(0, len(values), n)]

    columns: dict[str, Any] = {
        "insutype": pick("310", "390"), "psn_type": pick("11", "12", "1204", "15", None),
        "care": pick("IPT", "OTP", "ER", "OPSP", "RX", "MAT", "OTHER"), "scope": pick("LOCAL", "IN_PROV", "CROSS_PROV"),
        "filing_type": pick("LONG_RETIREE", "REFERRAL", "EMERGENCY", "TEMPORARY_OTHER", "UNFILED"),
        "dedc_hosp_lv": pick("1", "2", "3", "9", None), "hosp_lv": pick("02", "06", "10", "11", None),
        "special_person": pick(None, "01", "02", "03", "99"),
    }  # fmt: skip
    columns["treat_pool"] = pick("5101", "5106", "5120", "5107", "5001", None)
    numbers = {"nth_admission": rng.integers(1, 5, n), "age": rng.integers(-1, 105, n)} | {
        name: rng.integers(0, 2, n).astype(bool) for name in ("is_civil_servant", "has_enterprise", "is_veteran")
    }
    day = np.datetime64("2025-12-25") + rng.integers(0, 1_200, n).astype("m8[D]")
    pool = pick(*book.pools, "3501")
    many = book.terms(pool, day=day, **numbers, **columns)
    assert many.is_same_city.any()
    for i in range(n):
        one = book.terms(pool[i], day=day[i : i + 1], **{name: value[i] for name, value in numbers.items()},
                         **{name: column[i] for name, column in columns.items()})  # fmt: skip
        assert (one.pack_id[0], one.is_same_city[0]) == (many.pack_id[i], many.is_same_city[i])
        for field in fields(Terms):
            assert getattr(one.terms, field.name)[0].tolist() == getattr(many.terms, field.name)[i].tolist(), field.name


def test_numpy_text_objects_masked_arrays_and_arrow_are_all_taken(book: PolicyBook) -> None:
    day = np.repeat(DAY, 2)
    masked = np.ma.masked_array(np.array(["1", "3"], dtype=object), mask=[False, True])
    answers = [
        ask(book, day=day, dedc_hosp_lv=values, hosp_lv="02").terms.deductible.tolist()
        for values in (np.array(["1", "3"]), np.array(["1", None], dtype=object), masked, pa.array(["1", None]),
                       pa.chunked_array([["1"], [None]]))
    ]  # fmt: skip
    assert answers == [[20_000, 80_000]] * 5


def test_points_stay_points_and_factors_stay_factors(book: PolicyBook) -> None:
    chengdu = ask(book, "5101", scope="IN_PROV", filing_type="UNFILED").terms
    mianyang = ask(book, "5107", scope="IN_PROV", filing_type="UNFILED").terms
    assert (chengdu.reduction_points[0], chengdu.reduction_factor[0]) == (0, 7_000)
    assert (mianyang.reduction_points[0], mianyang.reduction_factor[0]) == (1_500, ONE)


@pytest.mark.parametrize("care", ["OTP", "ER", "RX", "MAT", "OTHER"])
def test_care_that_needs_no_filing_is_settled_as_at_home(book: PolicyBook, care: str) -> None:
    away, home = (ask(book, "5107", care=care, scope=scope).terms for scope in ("CROSS_PROV", "LOCAL"))
    assert all(getattr(away, f.name).tolist() == getattr(home, f.name).tolist() for f in fields(Terms))


def test_drugstores_pay_only_where_drugstore_pooling_is_on(book: PolicyBook) -> None:
    assert [int(ask(book, pool, care="RX").terms.slice_ratio[0, 0]) for pool in ("5101", "5107")] == [5_000, 0]


def test_assistance_and_civil_servants_are_for_those_entitled(book: PolicyBook) -> None:
    plain, entitled = ask(book).terms, ask(book, is_civil_servant=True, special_person="01").terms
    assert (int(plain.civil_ratio[0]), int(plain.assist_ratio[0])) == (0, 0)
    assert (int(entitled.civil_ratio[0]), int(entitled.assist_ratio[0])) == (7_500, ONE)
    resident = ask(book, insutype="390", is_civil_servant=True).terms
    assert int(resident.civil_ratio[0]) == 0
    assert (int(plain.tier_start[0, 0]), int(resident.tier_start[0, 0])) == (UNLIMITED, 1_800_000)


def test_a_pool_of_another_province_gets_the_stand_in_and_an_unknown_one_nothing(book: PolicyBook) -> None:
    assert ask(book, "3501").pack_id[0] == "incoming"
    found = ask(book, np.array(["5102", "5101"]), day=np.repeat(DAY, 2), on_gap="mark")
    assert found.has_terms.tolist() == [False, True]
    assert found.reason.tolist() == ["no pack speaks of this pool", None]
    with pytest.raises(PolicyGap, match="settlement 0: no pack speaks of this pool"):
        ask(book, "5102")


def test_a_day_before_the_first_value_is_a_gap_and_never_zero(book: PolicyBook) -> None:
    early = np.array(["2023-12-31", "2024-01-01"], dtype="M8[D]")
    found = ask(book, day=early, on_gap="mark")
    assert found.has_terms.tolist() == [False, True]
    assert found.reason[0].startswith("chengdu: inpatient.deductible has no value on 2023-12-31; the first starts on")


def test_a_day_after_the_review_is_provisional(book: PolicyBook) -> None:
    days = np.array(["2026-11-10", "2026-11-11"], dtype="M8[D]")
    assert ask(book, "5133", day=days).is_provisional.tolist() == [False, True]


def test_remote_care_without_a_filing_type_and_unknown_codes_are_refused(book: PolicyBook) -> None:
    with pytest.raises(UsageError, match="filing_type: row 0"):
        ask(book, scope="IN_PROV")
    with pytest.raises(UsageError, match="care: 'IPD' is not one of IPT"):
        ask(book, care="IPD")


def test_references_name_the_pack_that_gave_the_value(book: PolicyBook) -> None:
    found = ask(book, "5107", day=np.array(["2026-11-08"], dtype="M8[D]"), scope="IN_PROV", filing_type="REFERRAL")
    references = found.references(0)
    first = references["deductible"][0]
    assert (first.pack_id, first.parameter, str(first.since)) == ("mianyang", "remote.deductible", "2026-11-08")
    assert [one.parameter for one in references["ratio"]] == [
        "inpatient.ratio", "inpatient.retired_bonus", "remote.reduction",
    ]  # fmt: skip
    assert references["ratio"][0].pack_id == "group-b"
