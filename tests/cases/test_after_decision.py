"""After a decision: the institution's appeal, money coming back, the archive, and taking a case up again."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from cases.moving import LONG, STAFF, do, lead_to, recover
from cases.warehouse_rows import Clock

from lianshen.cases import Casebook, services
from lianshen.cases.domain import DETERMINATIONS, STATES, WAYS
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.services.archiving import pieces

Case = dict[str, Any]
REVIEWER, LEAD, CHENGDU, CHENGDU_LEAD = STAFF.values()
TODAY = date(2026, 11, 23)


def decide(book: Casebook, case: Case, amounts: dict[str, int]) -> Case:
    """Determine lines anew, submit and confirm."""
    for line, fen in amounts.items():
        reason = "violation" if fen else "clinical"
        services.set_determination(CHENGDU, book, case["case_no"], line, fen, reason)
    do(CHENGDU, book, case, "submit", text=LONG, worth_checking=True)
    return do(REVIEWER, book, case, "confirm")


def altered(book: Casebook, case: Case) -> set[str]:
    """Return the pieces of an archived case that are missing or no longer have the hash of the list."""
    listed = {row["name"]: row["sha256"] for row in services.get_archive(CHENGDU, book, case["case_no"])}
    with book.engine.connect() as con:
        now = {name: hashlib.sha256(body).hexdigest() for name, body in pieces(con, case["case_no"]).items()}
    return {name for name, _ in listed.items() ^ now.items()}


def appeals(book: Casebook, case: Case) -> list[tuple[int, int, int | None, str | None]]:
    return [
        (row["round"], row["determined_before"], row["determined_after"], row["outcome"])
        for row in services.get_appeals(CHENGDU, book, case["case_no"])
    ]


@pytest.mark.parametrize(
    ("amounts", "outcome", "after", "decision"),
    [
        ({}, "dismissed", 9000, "confirmed"),
        ({"L1": 1000}, "partly", 4600, "partial"),
        ({"L1": 0, "L2": 0}, "upheld", 0, "dismissed"),
    ],
)
def test_the_outcome_of_an_appeal_follows_from_what_is_determined_anew(
    book: Casebook, case: Case, amounts: dict[str, int], outcome: str, after: int, decision: str
) -> None:
    lead_to(book, case, "confirm")
    filed = do(CHENGDU, book, case, "appeal", text="机构认为符合指南")
    assert (filed["state"], filed["appeal_round"], filed["due_at"]) == ("appealed", 1, date(2026, 12, 21))
    assert appeals(book, case) == [(1, 9000, None, None)]
    closed = decide(book, case, amounts)
    assert (closed["state"], closed["determined"], closed["decision"]) == ("closed", after, decision)
    assert appeals(book, case) == [(1, 9000, after, outcome)]


def test_an_appeal_makes_nothing_worse(book: Casebook, case: Case) -> None:
    services_before = {"L1": 1000, "L2": 1000}
    lead_to(book, case, "accept")
    decide(book, case, services_before)
    do(CHENGDU, book, case, "appeal", text="机构不服")
    services.set_determination(CHENGDU, book, case["case_no"], "L1", 1001, "violation")
    with pytest.raises(Refused, match="复议不加重"):
        do(CHENGDU, book, case, "submit", text=LONG, worth_checking=True)
    services.set_determination(CHENGDU, book, case["case_no"], "L2", 999, "violation")
    assert do(CHENGDU, book, case, "submit", text=LONG, worth_checking=True)["determined"] == 2000


def test_an_appeal_that_is_returned_is_still_the_same_appeal(book: Casebook, case: Case) -> None:
    lead_to(book, case, "confirm")
    do(CHENGDU, book, case, "appeal", text="机构不服")
    do(CHENGDU, book, case, "submit", text=LONG, worth_checking=True)
    do(REVIEWER, book, case, "return", text="请听取机构意见")
    do(CHENGDU, book, case, "ask_institution", text="请补充意见")
    do(CHENGDU, book, case, "statement", text="机构补充意见")
    decide(book, case, {"L1": 0, "L2": 0})
    assert appeals(book, case) == [(1, 9000, 0, "upheld")]


def test_an_appeal_comes_within_its_term_and_at_most_twice(book: Casebook, case: Case, clock: Clock) -> None:
    lead_to(book, case, "confirm")
    clock.forward(days=(date(2026, 12, 7) - TODAY).days)
    do(CHENGDU, book, case, "appeal", text="第十个工作日")
    decide(book, case, {"L1": 1000})
    clock.forward(days=14)
    do(CHENGDU, book, case, "appeal", text="第二次，自重新办结起算")
    decide(book, case, {"L1": 1000})
    assert [row[0] for row in appeals(book, case)] == [1, 2]
    with pytest.raises(Forbidden):
        do(CHENGDU, book, case, "appeal", text="第三次")


def test_a_day_too_late_there_is_no_appeal(book: Casebook, case: Case, clock: Clock) -> None:
    lead_to(book, case, "confirm")
    clock.forward(days=(date(2026, 12, 8) - TODAY).days)
    with pytest.raises(Refused, match="2026-12-07 届满"):
        do(CHENGDU, book, case, "appeal", text="第十一个工作日")


def test_where_nothing_was_found_there_is_nothing_to_appeal(book: Casebook, case: Case) -> None:
    lead_to(book, case, "confirm", how="none")
    with pytest.raises(Refused, match="没有可复议的事项"):
        do(CHENGDU, book, case, "appeal", text="机构不服")


def test_an_archive_does_not_take_the_appeal_away(book: Casebook, case: Case, clock: Clock) -> None:
    lead_to(book, case, "archive")
    filed = do(CHENGDU, book, case, "appeal", text="机构在期限内申请")
    assert (filed["state"], filed["archived_at"]) == ("appealed", None)
    assert services.get_archive(CHENGDU, book, case["case_no"]) == []


def test_money_comes_back_up_to_what_was_determined_and_penalties_on_top(book: Casebook, case: Case) -> None:
    lead_to(book, case, "confirm")
    recover(CHENGDU, book, case, 4000, TODAY, cycle="2026-12")
    for fen, more in (
        (5001, {}), (0, {}), (-1, {}), (100, {"way": "gift"}), (100, {"voucher": " "}), (100, {"cycle": "2026-13"}),
        (-5, {"way": "penalty"}), (0, {"way": "penalty"}),
    ):  # fmt: skip
        with pytest.raises(Refused):
            recover(CHENGDU, book, case, fen, TODAY, **more)
    with pytest.raises(Refused, match="晚于今天"):
        recover(CHENGDU, book, case, 100, TODAY + timedelta(days=1))
    recover(CHENGDU, book, case, 5000, TODAY, way="refund")
    recover(CHENGDU, book, case, 20000, TODAY, way="penalty")
    assert services.get_case(CHENGDU, book, case["case_no"])["recovered"] == 9000
    rows = services.get_recoveries(CHENGDU, book, case["case_no"])
    assert [(row["amount"], row["way_name"], row["cycle"]) for row in rows] == [
        (4000, WAYS["deduction"], "2026-12"), (5000, WAYS["refund"], None), (20000, WAYS["penalty"], None),
    ]  # fmt: skip


def test_a_wrong_entry_is_reversed_once_and_both_stay(book: Casebook, case: Case) -> None:
    lead_to(book, case, "confirm")
    wrong = recover(CHENGDU, book, case, 9000, TODAY)
    version = services.get_case(CHENGDU, book, case["case_no"])["version"]
    for entry, text in ((wrong, " "), (wrong + 99, "录错")):
        with pytest.raises(Refused):
            services.reverse_recovery(CHENGDU, book, case["case_no"], entry, text, version)
    negative = services.reverse_recovery(CHENGDU, book, case["case_no"], wrong, "金额录错", version)
    with pytest.raises(Refused, match="已经冲销"):
        services.reverse_recovery(CHENGDU, book, case["case_no"], wrong, "再冲", version + 1)
    with pytest.raises(Refused, match="没有可冲销"):
        services.reverse_recovery(CHENGDU, book, case["case_no"], negative, "冲冲销", version + 1)
    rows = services.get_recoveries(CHENGDU, book, case["case_no"])
    assert [(row["amount"], row["is_reversed"]) for row in rows] == [(9000, True), (-9000, False)]
    recover(CHENGDU, book, case, 8000, TODAY)
    assert services.get_case(CHENGDU, book, case["case_no"])["recovered"] == 8000


def test_the_ledger_moves_the_version_so_that_two_clerks_do_not_enter_one_payment_twice(
    book: Casebook, case: Case
) -> None:
    version = lead_to(book, case, "confirm")["version"]
    given = (book, case["case_no"], 9000, "deduction", "KK-1", TODAY, version)
    services.record_recovery(CHENGDU, *given)
    with pytest.raises(Conflict):
        services.record_recovery(CHENGDU_LEAD, *given)


def test_what_came_back_too_much_is_given_back_after_an_appeal(book: Casebook, case: Case) -> None:
    lead_to(book, case, "confirm")
    recover(CHENGDU, book, case, 9000, TODAY)
    do(CHENGDU, book, case, "appeal", text="机构不服")
    decide(book, case, {"L1": 1000})
    with pytest.raises(Refused, match=r"44\.00 元未退还"):
        do(CHENGDU, book, case, "archive")
    with pytest.raises(Refused):
        recover(CHENGDU, book, case, 1, TODAY)
    recover(CHENGDU, book, case, -4400, TODAY, way="refund")
    assert do(CHENGDU, book, case, "archive")["recovered"] == 4600


@pytest.mark.parametrize("state", ["new", "released", "accepted", "submitted"])
def test_before_a_decision_no_money_is_entered(book: Casebook, case: Case, state: str) -> None:
    last = {"released": "release", "accepted": "accept", "submitted": "submit"}.get(state)
    if last:
        lead_to(book, case, last)
    with pytest.raises((Forbidden, NotFound), match=STATES[state][0] if last else "不存在"):
        services.record_recovery(
            CHENGDU, book, case["case_no"], 1, "refund", "V", TODAY,
            services.get_case(REVIEWER, book, case["case_no"])["version"],
        )  # fmt: skip


def test_a_file_is_archived_when_the_money_is_back_or_it_is_said_why_not(book: Casebook, case: Case) -> None:
    lead_to(book, case, "confirm")
    with pytest.raises(Refused, match=r"90\.00 元未追回"):
        do(CHENGDU, book, case, "archive")
    recover(CHENGDU, book, case, 9000, TODAY)
    archived = do(CHENGDU, book, case, "archive")
    assert archived["state"] == "archived"
    listed = services.get_archive(CHENGDU, book, case["case_no"])
    assert [row["place"] for row in listed] == list(range(1, len(listed) + 1))
    assert {row["name"][:2] for row in listed} >= {"01", "02", "03", "04", "05", "06", "07"}
    assert all(len(row["sha256"]) == 64 and row["bytes"] > 0 and row["keep_years"] == 30 for row in listed)
    assert altered(book, case) == set()


def test_what_comes_later_leaves_the_archived_pieces_as_they_are(book: Casebook, case: Case, clock: Clock) -> None:
    lead_to(book, case, "archive")
    recover(CHENGDU, book, case, 9000, TODAY)
    services.comment(REVIEWER, book, case["case_no"], "已收到凭证")
    services.export_case(CHENGDU, book, case["case_no"])
    clock.forward(days=3)
    recover(CHENGDU, book, case, 500, TODAY, way="penalty")
    assert altered(book, case) == set()


def test_a_case_is_taken_up_again_with_a_new_clock_and_its_lines_and_money_stay(
    book: Casebook, case: Case, clock: Clock
) -> None:
    lead_to(book, case, "confirm")
    do(CHENGDU, book, case, "appeal", text="机构不服")
    decide(book, case, {})
    recover(CHENGDU, book, case, 9000, TODAY)
    do(CHENGDU, book, case, "archive")
    clock.forward(days=30)
    with pytest.raises(Refused, match="须填写说明"):
        do(LEAD, book, case, "reopen")
    opened = do(LEAD, book, case, "reopen", text="举报材料")
    assert (opened["state"], opened["assignee"], opened["decision"]) == ("accepted", "chengdu01", None)
    assert opened["due_at"] == book.workdays.add(book.today, 30)
    assert (opened["recovered"], opened["archived_at"], opened["appeal_round"]) == (9000, None, 0)
    assert services.get_archive(CHENGDU, book, case["case_no"]) == []
    lines = services.get_lines(CHENGDU, book, case["case_no"])
    assert {DETERMINATIONS[line["reason"]].holds for line in lines} == {True}
    decide(book, case, {})
    do(CHENGDU, book, case, "appeal", text="对新认定不服")
    assert [row[0] for row in appeals(book, case)] == [1, 2]
    assert verify_events(book.engine) is None
