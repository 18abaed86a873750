"""Sums about local patients at the gate: what says too much of too few, or does not add up, is set aside."""

from __future__ import annotations

from typing import Any

import pytest

ROW = {
    "fixmedins_code": "H51010000001", "setl_ym": "202610", "icd3": "J18", "oprn_class": "-", "age_band": "4",
    "gend": "*", "psn_cnt": "5", "stay_cnt": "6", "medfee_sumamt": "42000.00", "days_sum": "48", "test_cnt": "120",
    "ln_fee_sum": "53.1", "ln_fee_sumsq": "470.2", "ln_days_sum": "12.4", "ln_days_sumsq": "25.9",
    "ln_test_sum": "18.2", "ln_test_sumsq": "55.4", "western_amt": "20000.00", "patent_amt": "0.00",
    "herbal_amt": "0.00", "material_amt": "2000.00", "laboratory_amt": "9000.00", "examination_amt": "5000.00",
    "treatment_amt": "3000.00", "surgery_amt": "0.00", "nursing_amt": "1000.00", "bed_amt": "1500.00",
    "consultation_amt": "500.00", "other_amt": "0.00", "vali_flag": "1", "updt_time": "2026-11-01 07:00:00",
}  # fmt: skip


def test_a_cell_that_adds_up_passes(checked: Any, rejected: Any) -> None:
    checked(local_stay_d=[ROW, ROW | {"icd3": "*", "oprn_class": "*", "age_band": "*"}])
    assert rejected() == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"psn_cnt": "4"}, "enough_people"),
        ({"psn_cnt": "7"}, "person_once"),
        ({"days_sum": "5"}, "day_each"),
        ({"material_amt": "2000.05"}, "categories"),
        ({"ln_fee_sumsq": "460.0"}, "fee_spread"),
        ({"icd3": "J18.9"}, "format"),
        ({"oprn_class": "47"}, "format"),
        ({"age_band": "60-74"}, "codes"),
    ],
)
def test_what_does_not_add_up_or_tells_too_much_is_set_aside(
    checked: Any, rejected: Any, change: dict[str, str], rule: str
) -> None:
    ordinary = [ROW | {"icd3": f"K{number}"} for number in range(20, 32)]
    checked(local_stay_d=[*ordinary, ROW | change])
    assert [(row, found) for _, row, _, found, _ in rejected()] == [(13, rule)]
