"""The book with other values on top, for asking what they would cost."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from lianshen.content import content_root
from lianshen.policy import PolicyBook, PolicyError, Reference

POLICIES = content_root() / "policies"


DAY = date(2026, 11, 10)


def in_force(book: PolicyBook, pool: str, parameter: str, day: date = DAY) -> Reference:
    (found,) = [one for one in book.on(pool, day) if one.parameter == parameter and one.bound is None]
    return found


def write(folder: Path, text: str) -> Path:
    path = folder / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_leaf_is_changed_and_the_rest_stays(book: PolicyBook, tmp_path: Path) -> None:
    path = write(
        tmp_path, 'title: more\npools: ["5107"]\nvalues:\n  inpatient.cap: {2026-06-01: {employee: "500000.00"}}\n'
    )
    other = book.override(path)
    cap = in_force(other, "5107", "inpatient.cap")
    assert cap.value == {"employee": "500000.00", "resident": "200000.00"}
    assert (str(cap.source), cap.since) == ("What if: more", date(2026, 6, 1))
    assert in_force(other, "5107", "inpatient.cap", date(2026, 5, 31)).value["employee"] == "400000.00"
    assert in_force(other, "5106", "inpatient.cap").value["employee"] == "400000.00"
    assert in_force(book, "5107", "inpatient.cap").value["employee"] == "400000.00"


def test_it_holds_whatever_the_book_says_later_and_whoever_prevails(book: PolicyBook, tmp_path: Path) -> None:
    values = '  remote.deductible: {2026-01-01: "900.00"}\n  assistance.limit: {2026-01-01: "1.00"}\n'
    other = book.override(write(tmp_path, f"title: more\npools: all\nvalues:\n{values}"))
    for day in (date(2026, 11, 7), date(2026, 11, 8), date(2028, 1, 1)):
        assert in_force(other, "5107", "remote.deductible", day).value == "900.00"
        assert in_force(other, "5107", "assistance.limit", day).value == "1.00"
    assert in_force(other, "3501", "assistance.limit").value == "1.00"


def test_points_may_take_the_place_of_factors_when_all_are_given(book: PolicyBook, tmp_path: Path) -> None:
    points = '{LONG_TERM: "0", REFERRAL: "5", EMERGENCY: "5", TEMPORARY_OTHER: "10", UNFILED: "20"}'
    change = f"{{form: points, in_province: {points}, cross_province: {points}}}"
    text = f'title: points\npools: ["5101"]\nvalues:\n  remote.reduction: {{2026-01-01: {change}}}\n'
    other = book.override(write(tmp_path, text))
    found = other.terms(
        "5101", insutype="310", psn_type="11", care="IPT", day=np.array([DAY], "M8[D]"), scope="IN_PROV",
        filing_type="UNFILED", dedc_hosp_lv="3",
    ).terms  # fmt: skip
    assert (found.reduction_points[0], found.reduction_factor[0]) == (2_000, 10_000)


def test_a_practice_is_tried_out(book: PolicyBook, tmp_path: Path) -> None:
    other = book.override(write(tmp_path, 'title: Xining\npools: ["5111"]\npractices: [xining]\n'))
    prepay = in_force(other, "5111", "remote.prepay")
    assert (prepay.value["in_province"]["REFERRAL"], prepay.pack_id) == ("0.20", "practice-xining")
    assert "remote.prepay" not in {one.parameter for one in book.on("5111", DAY)}


def test_a_pack_takes_the_place_of_the_one_of_its_name(book: PolicyBook, tmp_path: Path) -> None:
    folder = shutil.copytree(POLICIES / "mianyang", tmp_path / "mianyang")
    path = folder / "remote.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"700.00"', '"650.00"'), encoding="utf-8")
    assert in_force(book.override(folder), "5107", "remote.deductible").value == "650.00"
    assert in_force(book.override(folder), "5107", "inpatient.cap").pack_id == "group-b"


def test_everything_wrong_with_a_trial_is_told_once(book: PolicyBook, tmp_path: Path) -> None:
    text = """
pools: ["5107", "9999"]
practices: [xinning]
notes: none
values:
  inpatient.cup: {2026-01-01: "1.00"}
  remote.deductible: {2026-01-01: 900}
  inpatient.cap: {2026-01-01: {employees: "1.00"}}
"""
    with pytest.raises(PolicyError) as refused:
        book.override(write(tmp_path, text))
    told = [line.strip().split("; ")[0] for line in str(refused.value).splitlines()]
    assert told == [
        f"{tmp_path / 'trial.yaml'}: 7 problem(s)",
        f"{tmp_path.name}/trial.yaml:2: title missing: write it",
        f"{tmp_path.name}/trial.yaml:2: pools.2: no pack has the pool '9999'",
        f"{tmp_path.name}/trial.yaml:4: notes: unknown key",
        f"{tmp_path.name}/trial.yaml:6: values.inpatient.cup: unknown parameter, did you mean inpatient.cap?",
        f"{tmp_path.name}/trial.yaml:7: values.remote.deductible.2026-01-01: 900 (int): write amounts in quotes, "
        "so that YAML keeps them exact",
        f"{tmp_path.name}/trial.yaml:8: values.inpatient.cap.2026-01-01.employees: no such key, did you mean employee?",
        "mianyang/pack.yaml: practices: no practice xinning, did you mean xining?",
    ]


def test_a_path_that_is_not_there_says_what_to_give(book: PolicyBook, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no such file or folder; give a file of changed values"):
        book.override(tmp_path / "nothing.yaml")
    with pytest.raises(PolicyError, match=r"no pack\.yaml in it"):
        book.override(tmp_path)


def test_one_number_for_points_and_factors_is_refused_with_who_writes_which(book: PolicyBook, tmp_path: Path) -> None:
    values = '  remote.reduction: {2026-01-01: {in_province: {REFERRAL: "0"}}}\n'
    with pytest.raises(PolicyError, match=r"factor: chengdu, provincial; points: .*name pools of one form"):
        book.override(write(tmp_path, f"title: free referrals\npools: all\nvalues:\n{values}"))
    other = book.override(write(tmp_path, f'title: free referrals\npools: ["5107", "5113"]\nvalues:\n{values}'))
    assert in_force(other, "5107", "remote.reduction").value["in_province"]["REFERRAL"] == "0"
