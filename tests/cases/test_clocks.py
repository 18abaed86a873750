"""Clocks that run out: told once for each deadline, whoever asks and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cases.moving import STAFF, do, lead_to
from cases.warehouse_rows import Clock, Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.clocks import Swept, sweep
from lianshen.cases.store import writing

Case = dict[str, Any]
REVIEWER, LEAD, CHENGDU, CHENGDU_LEAD = STAFF.values()
MONDAY = date(2026, 11, 23)
At = Callable[[date], Swept]


@pytest.fixture
def at(book: Casebook, clock: Clock) -> At:
    """Return a function that sweeps on a day."""

    def on(day: date) -> Swept:
        clock.passed = timedelta(days=(day - MONDAY).days)
        return sweep(book)

    return on


def told(book: Casebook, case: Case) -> list[tuple[str, str]]:
    return [
        (event["action"].removeprefix("clock_"), f"{event['detail']['clock']} {event['detail']['day']}")
        for event in services.get_events(REVIEWER, book, case["case_no"])[::-1]
        if event["action"].startswith("clock_")
    ]


def notices(book: Casebook) -> list[tuple[str, str | None, str]]:
    n = t.notice.c
    with book.engine.connect() as con:
        rows = con.execute(sa.select(n.agency, n.login, n.kind).where(n.kind.like("clock%")).order_by(n.id))
        return [tuple(row) for row in rows]


def test_while_there_is_time_nothing_is_told(book: Casebook, case: Case, at: At) -> None:
    assert at(MONDAY) == Swept()
    due = lead_to(book, case, "accept")["due_at"]
    assert at(due - timedelta(days=7)) == Swept()


def test_a_due_day_is_warned_of_breached_and_escalated_each_once(book: Casebook, case: Case, at: At) -> None:
    due = lead_to(book, case, "accept")["due_at"]
    assert due == date(2027, 1, 5)
    # 1 January is off: three working days before Tuesday the 5th is Wednesday the 30th.
    assert at(date(2026, 12, 29)) == Swept()
    assert at(date(2026, 12, 30)) == Swept(warned=1)
    assert at(date(2026, 12, 31)) == at(due) == Swept()
    assert services.get_case(CHENGDU, book, case["case_no"])["escalation"] == 1
    assert at(date(2027, 1, 6)) == Swept(breached=1)
    assert at(date(2027, 1, 11)) == Swept()
    assert at(date(2027, 1, 12)) == Swept(escalated=1)
    assert at(date(2027, 3, 1)) == Swept()
    assert told(book, case) == [("warned", f"due {due}"), ("breached", f"due {due}"), ("escalated", f"due {due}")]
    assert notices(book) == [
        ("510100", None, "clock_warned"),  # the assignee of this test has no account: the whole desk is told
        ("510100", None, "clock_breached"),
        ("510100", None, "clock_escalated"),
        ("510000", None, "clock_escalated"),
    ]
    assert services.get_case(CHENGDU, book, case["case_no"])["escalation"] == 3
    assert verify_events(book.engine) is None


def test_a_warning_goes_to_whoever_has_the_case(book: Casebook, case: Case, at: At) -> None:
    with writing(book.engine) as con:
        con.execute(t.users.insert().values(
            login="chengdu01", name="成都经办1", role="handler", agency="510100", is_active=True, password_hash="-",
            failures=0, created_at=book.now()))  # fmt: skip
    due = lead_to(book, case, "accept")["due_at"]
    at(due)
    at(due + timedelta(days=1))
    assert notices(book) == [("510100", "chengdu01", "clock_warned"), ("510100", None, "clock_breached")]


def test_a_sweep_moves_no_version(book: Casebook, case: Case, at: At) -> None:
    accepted = lead_to(book, case, "accept")
    at(date(2027, 3, 1))
    services.transition(CHENGDU, book, case["case_no"], "ask_evidence", accepted["version"], text="请补充")


def test_whoever_was_not_warned_in_time_is_not_warned_when_it_is_late(book: Casebook, case: Case, at: At) -> None:
    due = lead_to(book, case, "accept")["due_at"]
    assert at(date(2027, 3, 1)) == Swept(breached=1, escalated=1)
    assert told(book, case) == [("breached", f"due {due}"), ("escalated", f"due {due}")]


def test_a_day_that_is_moved_is_a_new_deadline(book: Casebook, case: Case, at: At) -> None:
    due = lead_to(book, case, "accept")["due_at"]
    at(due)
    do(CHENGDU_LEAD, book, case, "ask_extension", text="病历未到")
    later = do(REVIEWER, book, case, "grant_extension")["due_at"]
    assert services.get_case(CHENGDU, book, case["case_no"])["escalation"] == 0
    assert at(due + timedelta(days=1)) == Swept()
    assert at(later) == Swept(warned=1)
    assert told(book, case) == [("warned", f"due {due}"), ("warned", f"due {later}")]


def test_a_case_that_is_not_signed_for_is_told_of_and_forgotten_when_it_is(book: Casebook, case: Case, at: At) -> None:
    do(REVIEWER, book, case, "release")
    assert at(date(2026, 11, 25)) == Swept()
    assert at(date(2026, 11, 26)) == Swept(breached=1)
    assert at(date(2026, 12, 2)) == Swept(escalated=1)
    assert services.get_case(CHENGDU, book, case["case_no"])["escalation"] == 3
    do(CHENGDU, book, case, "accept")
    assert at(date(2026, 12, 2)) == Swept()
    assert services.get_case(CHENGDU, book, case["case_no"])["escalation"] == 0


@pytest.mark.parametrize(
    ("action", "which", "days"), [("ask_institution", "hearing", 5), ("ask_evidence", "evidence", 10)]
)
def test_an_answer_that_does_not_come_is_told_of(
    book: Casebook, case: Case, at: At, action: str, which: str, days: int
) -> None:
    lead_to(book, case, "accept")
    reply_by = do(CHENGDU, book, case, action, text="请在期限内答复")["reply_by"]
    assert reply_by == book.workdays.add(MONDAY, days)
    assert at(reply_by) == Swept()
    assert at(reply_by + timedelta(days=1)) == Swept(breached=1)
    assert told(book, case) == [("breached", f"{which} {reply_by}")]


def test_while_evidence_is_awaited_the_due_day_is_silent(book: Casebook, case: Case, at: At) -> None:
    lead_to(book, case, "accept")
    do(CHENGDU, book, case, "ask_evidence", text="请提供")
    assert at(date(2027, 3, 1)) == Swept(breached=1, escalated=1)
    assert {what.split()[0] for _, what in told(book, case)} == {"evidence"}


@pytest.mark.parametrize("last", ["submit", "confirm", "archive"])
def test_what_is_handed_in_or_closed_has_no_clock(book: Casebook, case: Case, at: At, last: str) -> None:
    lead_to(book, case, last)
    assert at(date(2027, 6, 1)) == Swept()


def test_an_appeal_has_its_own_day(book: Casebook, case: Case, at: At) -> None:
    lead_to(book, case, "confirm")
    due = do(CHENGDU, book, case, "appeal", text="机构不服")["due_at"]
    assert at(due) == Swept(warned=1)
    assert at(due + timedelta(days=1)) == Swept(breached=1)


def test_many_cases_are_told_in_few_statements(warehouse: Warehouse, book: Casebook, at: At) -> None:
    for number in range(60):
        warehouse.settle(f"S{number:03}")
        warehouse.find("PL-11", f"S{number:03}", "10.00")
    warehouse.assemble(book.engine)
    page = services.list_cases(REVIEWER, book, CaseFilter(), 0, 500)
    services.bulk(REVIEWER, book, "release", page["items"])
    statements: list[str] = []
    sa.event.listen(book.engine, "before_cursor_execute", lambda _con, _cursor, said, *_: statements.append(said))
    assert at(date(2026, 11, 26)) == Swept(breached=60)
    reads = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(reads) < 12
    statements.clear()
    assert at(date(2026, 11, 26)) == Swept()
    assert len([statement for statement in statements if not statement.startswith("BEGIN")]) == 2
    assert verify_events(book.engine) is None
