"""What a rule says when an auditor sets a switch that is off in the file: the examples run with the defaults."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lianshen.content import content_root
from lianshen.rules.document import Rule, load_rules
from lianshen.rules.engines import DuckDBEngine, Found, run_example
from lianshen.rules.head import Example
from lianshen.rules.tables import Tables

CONTENT = content_root()
TABLES = Tables(CONTENT / "sql")
RULES = {rule.id: rule for rule in load_rules(CONTENT)}


def switched(rule: Rule, **values: str) -> Rule:
    """Return the rule with other values of some parameters."""
    params = {
        name: param.model_copy(update={"default": Decimal(values[name])}) if name in values else param
        for name, param in rule.head.params.items()
    }
    return replace(rule, head=rule.head.model_copy(update={"params": params}))


def findings(rule: Rule, **given: list[dict[str, Any]]) -> dict[str, Found]:
    example = Example(name="given", kind="edge", given=given)
    return run_example(rule, example, DuckDBEngine(), TABLES)


UNFILED = {"filing_status": "NONE", "filing_type": "UNFILED", "filing_id": None, "filing_applied_at": None}


def test_where_nothing_is_settled_directly_without_a_filing_the_whole_fund_is_at_issue() -> None:
    strict = switched(RULES["XR-01"], no_direct="1")
    paid_as_unfiled: dict[str, Any] = {"settlement": [{}], "recomputed": [UNFILED]}
    assert findings(RULES["XR-01"], **paid_as_unfiled) == {}
    assert findings(strict, **paid_as_unfiled)["S1"].a2 == Decimal("6800.00")
    assert findings(strict, settlement=[{"setl_type": "1"}], recomputed=[UNFILED]) == {}, "claimed at the counter"
    assert findings(strict, settlement=[{}], recomputed=[{}]) == {}, "filed"


def test_in_the_strict_mode_a_planned_stay_is_filed_on_the_day_of_admission_at_the_latest() -> None:
    strict = switched(RULES["XR-02"], planned_first="1")

    def filed(at: str, **settlement: Any) -> dict[str, Any]:
        return {"settlement": [settlement], "recomputed": [{"filing_applied_at": at, "filed_from": "2026-11-02"}]}

    assert findings(RULES["XR-02"], **filed("2026-11-03 09:00:00")) == {}
    assert findings(strict, **filed("2026-11-02 23:59:59")) == {}
    late = findings(strict, **filed("2026-11-03 00:00:00"))["S1"]
    assert (late.a2, late.exposure, late.severity) == (Decimal(0), Decimal("6800.00"), 1)
    assert findings(strict, **filed("2026-11-03 00:00:00", care="OPSP", med_type="140104")) == {}, "no stay"


@pytest.mark.parametrize(
    ("filing", "found"),
    [
        ([], 1),
        ([{}], 0),
        ([{"is_effective": False}], 1),
        ([{"valid_from": "2026-11-02"}], 0),
        ([{"valid_until": "2026-11-02"}], 1),
    ],
)
def test_where_a_region_asks_for_it_pooled_outpatient_care_needs_a_filing(
    filing: list[dict[str, Any]], found: int
) -> None:
    visit = {"care": "OTP", "med_type": "11"}
    assert findings(RULES["XR-18"], settlement=[visit], filing=filing) == {}
    asked = switched(RULES["XR-18"], outpatient_needs_filing="1")
    assert len(findings(asked, settlement=[visit], filing=filing)) == found
    account_only = visit | {"hifp_pay": "0.00"}
    assert findings(asked, settlement=[account_only], filing=filing) == {}
