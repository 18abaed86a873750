"""The working days that rules count are those of the casebook's calendar."""

from __future__ import annotations

import csv
from datetime import date, timedelta

from lianshen.content import content_root
from lianshen.rules import load_rules
from lianshen.rules.engines import DuckDBEngine, run_example
from lianshen.rules.head import Example
from lianshen.rules.tables import Tables
from lianshen.workdays import Workdays

CONTENT = content_root()
CALENDAR = Workdays.shipped()
LIMIT = 5


def shifts() -> list[dict[str, object]]:
    with (CONTENT / "knowledge" / "workday.csv").open(encoding="utf-8", newline="") as file:
        return [
            {"day": date.fromisoformat(row["day"]), "shift": int(row["shift"]), "note_zh": row["note_zh"]}
            for row in csv.DictReader(file)
        ]


def test_the_knowledge_names_every_day_that_differs_from_the_week() -> None:
    named = {row["day"]: row["shift"] for row in shifts()}
    years = {day.year for day in CALENDAR.off}
    day, last = date(min(years), 1, 1), date(max(years), 12, 31)
    while day <= last:
        usual = int(day.weekday() < 5)
        assert int(CALENDAR.is_workday(day)) - usual == named.get(day, 0), day
        day += timedelta(days=1)


def test_a_case_is_late_when_the_calendar_says_so() -> None:
    rule = next(rule for rule in load_rules(CONTENT) if rule.id == "CL-09")
    tables = Tables(CONTENT / "sql")
    reached = date(2026, 10, 20)
    # Over the holiday of the first week of October, each submitted on a day of its own.
    submitted = [reached - timedelta(days=number) for number in range(45)]
    cases = [
        {"case_no": f"C{number}", "treating_agency": f"51{number:02d}00", "state": "submitted", "submitted_on": day}
        for number, day in enumerate(submitted)
    ]
    example = Example.model_validate(
        {
            "name": "many",
            "kind": "edge",
            "given": {"audit_case": cases, "agency": [], "workday": shifts(), "reached": [{"as_of": reached}]},
        }
    )
    found = {key.split("/")[0] for key in run_example(rule, example, DuckDBEngine(), tables)}
    late = {f"51{n:02d}00" for n, day in enumerate(submitted) if CALENDAR.between(day, reached) > LIMIT}
    assert found == late
    assert late
    assert len(late) < len(cases)
