"""Saved views and work on every case of a filter, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Warehouse

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import NotFound, Refused
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import jobs, views

AUDITOR = Principal(7, "shenji", "审计", "auditor")


def here(work: Callable[[], None]) -> None:
    """Run a job where it is started."""
    work()


@pytest.fixture
def six(warehouse: Warehouse, book: Casebook) -> Casebook:
    """Return a casebook with six cases of Chengdu."""
    for number in range(6):
        warehouse.settle(f"S{number}", person=f"{number:032x}")
        warehouse.find("PL-11", f"S{number}", f"{number + 1}00.00", severity=2)
    warehouse.assemble(book.engine)
    return book


def test_a_view_is_kept_in_the_one_written_form_and_replaced_by_its_name(book: Casebook, reviewer: Principal) -> None:
    views.save_view(reviewer, book, " 绵阳  高风险 ", "severity=3&region=510700&view=x")
    assert views.list_views(reviewer, book) == [
        {"name": "绵阳 高风险", "query": "region=510700&severity=3", "is_default": False}
    ]
    views.save_view(reviewer, book, "绵阳 高风险", "state=new")
    assert [view["query"] for view in views.list_views(reviewer, book)] == ["state=new"]


def test_only_one_view_is_the_beginning_and_it_can_be_given_up(book: Casebook, reviewer: Principal) -> None:
    assert views.default_query(reviewer, book) is None
    views.save_view(reviewer, book, "甲", "state=new", is_default=True)
    views.save_view(reviewer, book, "乙", "state=submitted", is_default=True)
    assert views.default_query(reviewer, book) == "state=submitted"
    views.choose_default(reviewer, book, "甲")
    assert [view["is_default"] for view in views.list_views(reviewer, book)] == [False, True]
    views.choose_default(reviewer, book, None)
    assert views.default_query(reviewer, book) is None


def test_views_are_each_persons_own(book: Casebook, reviewer: Principal, other_reviewer: Principal) -> None:
    views.save_view(reviewer, book, "甲", "state=new", is_default=True)
    assert views.list_views(other_reviewer, book) == []
    for refused in (views.delete_view, views.choose_default):
        with pytest.raises(NotFound):
            refused(other_reviewer, book, "甲")
    views.delete_view(reviewer, book, "甲")
    assert views.list_views(reviewer, book) == []


def test_what_is_no_filter_no_name_or_one_too_many_is_refused(book: Casebook, reviewer: Principal) -> None:
    for name, query in (("", ""), ("一" * 41, ""), ("甲", "state=nowhere"), ("甲", "colour=red")):
        with pytest.raises(Refused):
            views.save_view(reviewer, book, name, query)
    with pytest.raises(Refused):
        views.save_view(AUDITOR, book, "甲", "")
    for number in range(views.MOST_VIEWS):
        views.save_view(reviewer, book, str(number), "")
    with pytest.raises(Refused, match="最多"):
        views.save_view(reviewer, book, "再一个", "")
    views.save_view(reviewer, book, "0", "state=new")


def test_every_case_of_a_filter_is_released_and_each_is_accounted_for(six: Casebook, reviewer: Principal) -> None:
    f = CaseFilter.strict("state=new&min_amount=300")
    job = jobs.start_by_filter(reviewer, six, "release", f, 4, run=here)
    told = jobs.get_job(reviewer, six, job["id"])
    assert (told["state"], told["total"], told["done"], len(told["ok"])) == ("done", 4, 4, 4)
    assert services.facets(reviewer, six, CaseFilter())["state"] == {"new": 2, "released": 4}


def test_nothing_is_done_when_the_number_moved_since_it_was_seen(six: Casebook, reviewer: Principal) -> None:
    with pytest.raises(jobs.CountMoved, match="5 件变为 6 件"):
        jobs.start_by_filter(reviewer, six, "release", CaseFilter(), 5, run=here)
    assert services.facets(reviewer, six, CaseFilter())["state"] == {"new": 6}


def test_what_was_moved_by_another_while_the_job_ran_is_a_conflict(
    six: Casebook, reviewer: Principal, other_reviewer: Principal
) -> None:
    def others_first(work: Callable[[], None]) -> None:
        case = services.list_cases(other_reviewer, six, CaseFilter())["items"][0]
        services.transition(other_reviewer, six, case["case_no"], "drop", case["version"], reason="edge")
        work()

    job = jobs.start_by_filter(reviewer, six, "release", CaseFilter(), 6, run=others_first)
    told = jobs.get_job(reviewer, six, job["id"])
    assert (len(told["ok"]), len(told["conflict"]), len(told["denied"])) == (5, 1, 0)


def test_a_job_keeps_to_scope_rights_and_bounds(
    six: Casebook, reviewer: Principal, mianyang: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(jobs.CountMoved):
        jobs.start_by_filter(mianyang, six, "accept", CaseFilter(), 6, run=here)
    with pytest.raises(Refused):
        jobs.start_by_filter(reviewer, six, "submit", CaseFilter(), 6, run=here)
    with pytest.raises(Refused):
        jobs.start_by_filter(reviewer, six, "drop", CaseFilter(), 6, run=here)
    job = jobs.start_by_filter(reviewer, six, "confirm", CaseFilter(), 6, run=here)
    assert len(jobs.get_job(reviewer, six, job["id"])["denied"]) == 6
    with pytest.raises(NotFound):
        jobs.get_job(mianyang, six, job["id"])
    monkeypatch.setattr(jobs, "MOST_BY_LEAD", 5)
    lead = Principal(3, "fuze01", "郑负责", "lead")
    with pytest.raises(Refused, match="一次最多 5 件"):
        jobs.start_by_filter(lead, six, "release", CaseFilter(), 6, run=here)


def test_one_job_at_a_time_and_one_that_failed_says_why(six: Casebook, reviewer: Principal) -> None:
    waiting: list[Callable[[], None]] = []
    first = jobs.start_by_filter(reviewer, six, "release", CaseFilter(), 6, run=waiting.append)
    with pytest.raises(Refused, match="尚未完成"):
        jobs.start_by_filter(reviewer, six, "release", CaseFilter(), 6, run=waiting.append)
    with six.engine.begin() as con:
        con.execute(sa.text("ALTER TABLE event_head RENAME TO hidden"))
    waiting[0]()
    with six.engine.begin() as con:
        con.execute(sa.text("ALTER TABLE hidden RENAME TO event_head"))
    told = jobs.get_job(reviewer, six, first["id"])
    assert (told["state"], told["done"]) == ("failed", 0)
    assert "event_head" in told["error"]
