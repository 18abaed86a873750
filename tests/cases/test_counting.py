"""Counts from columns in memory: the same as the database's for every filter and scope, and never stale."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Warehouse
from sqlalchemy.engine import Engine

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import columns as module
from lianshen.cases.services import listing
from lianshen.cases.services.columns import columns_of

AGENCIES = ("510100", "510700", "511700")
QUERIES = (
    "", "state=new", "state=released,accepted", "region=510100", "rule=MG-02", "rule=PL-11,ST-04&severity=2,3",
    "level=05", "severity=3&state=new", "insured=510700", "insured=5103,510100", "min_amount=20", "min_amount=0.01",
    "since=2026-11-20", "until=2026-11-19", "person=ffff0000aaaa", "person=FFFF0000", "inst=H2", "county=510722",
    "mine=true", "assignee=chengdu01", "decision=confirmed", "changed=true", "due=overdue", "due=3d", "due=7d",
    "q=绵阳", "q=50%25", "q=_", "q=%25", "q=/", "q=ffff0000", "q=sc2026", "q=j18.901", "q=肺", "q=H2", "side=insured",
    "unrecovered=true", "side=insured&state=released", "q=abc医院&state=new", "state=closed&q=nothing",
)  # fmt: skip


@pytest.fixture
def large(warehouse: Warehouse, book: Casebook, reviewer: Principal, monkeypatch: Any) -> Casebook:
    """Return a casebook that counts as a large one, with cases of several agencies and states."""
    monkeypatch.setattr(module, "LARGE", 1)
    for number in range(24):
        agency = AGENCIES[number % 3]
        warehouse.settle(
            f"S{number}", treating_agency=agency, fixmedins_code=f"H{number % 5}", hosp_lv=("02", "05")[number % 2],
            fixmedins_name=("成都模拟医院", "绵阳模拟医院", "ABC医院")[number % 3],
            insu_pool=("5107", "5103")[number % 2],
            main_diag_name=(None, "肺炎", "胃炎_50%/")[number % 3], setl_date=date(2026, 11, 19 + number % 2),
            person="ffff0000aaaa" if number == 7 else f"{number:032x}",
        )  # fmt: skip
        warehouse.find(
            ("PL-11", "MG-02", "ST-04")[number % 3], f"S{number}", f"{number * 7}.50", severity=1 + number % 3
        )
    warehouse.assemble(book.engine)
    found = services.list_cases(reviewer, book, CaseFilter(), 0, 500)["items"]
    services.bulk(reviewer, book, "release", found[::2])
    with book.engine.begin() as con:
        number = t.cases.c.case_no
        con.execute(t.cases.update().where(number == found[0]["case_no"]).values(county="510122"))
        closed = t.cases.update().where(number.in_([found[1]["case_no"], found[3]["case_no"]]))
        con.execute(closed.values(state="closed", determined=500, decision="partial"))
        con.execute(t.cases.update().where(number == found[3]["case_no"]).values(recovered=500))
    columns_of(book.engine).load()
    return book


def people(**more: Any) -> list[Principal]:
    kinds: list[tuple[str, str | None]] = [
        ("reviewer", None), ("handler", "510100"), ("handler", "510122"), ("region_lead", "510700"),
        ("manager", None), ("manager", "511700"), ("sysadmin", None), ("handler", None),
    ]  # fmt: skip
    return [Principal(n, f"one{n}", "某", role, agency, sees_insured=role == "region_lead", **more)  # type: ignore[arg-type]
            for n, (role, agency) in enumerate(kinds)]  # fmt: skip


def both(engine: Engine, ask: Any) -> tuple[Any, Any]:
    """Return the answer from the columns and the database's own."""
    kept = columns_of(engine)
    with engine.connect() as con:
        assert kept.ready(con)
    quick = ask()
    original, kept.ready = kept.ready, lambda con: False  # type: ignore[method-assign]
    try:
        return quick, ask()
    finally:
        kept.ready = original  # type: ignore[method-assign]


@pytest.mark.parametrize("query", QUERIES)
def test_every_filter_counts_the_same_in_memory_and_in_the_database(large: Casebook, query: str) -> None:
    f = CaseFilter.strict(query)
    questions = (services.list_cases, services.facets, listing.count_cases)
    for p in people():
        quick, slow = both(large.engine, lambda p=p: [ask(p, large, f) for ask in questions])
        assert quick == slow, (p.role, p.agency)


def test_nothing_is_left_to_the_database_that_a_filter_can_ask(large: Casebook) -> None:
    from lianshen.cases.services.scope import conditions

    kept = columns_of(large.engine)
    for p in people():
        for query in QUERIES:
            kept.count(conditions(p, large, CaseFilter.strict(query)))


def test_what_changed_a_moment_ago_is_counted_as_it_is_now(
    large: Casebook, reviewer: Principal, chengdu: Principal, warehouse: Warehouse
) -> None:
    def states() -> dict[str, int]:
        quick, slow = both(large.engine, lambda: services.facets(reviewer, large, CaseFilter())["state"])
        assert quick == slow
        return dict(quick)

    before = states()
    (case, *_) = services.list_cases(reviewer, large, CaseFilter(state=("new",)))["items"]
    services.transition(reviewer, large, case["case_no"], "release", case["version"])
    assert states() == {**before, "new": before["new"] - 1, "released": before["released"] + 1}
    warehouse.settle("S99", fixmedins_name="新来的医院", person="9" * 32)
    warehouse.find("PL-11", "S99", "12.00", severity=1)
    warehouse.assemble(large.engine)
    assert states()["new"] == before["new"]
    assert services.list_cases(reviewer, large, CaseFilter(q="新来的"))["total"] == 1
    warehouse.con.execute("DELETE FROM audit.finding WHERE setl_id = 'S99'")
    warehouse.dirty("S99")
    warehouse.assemble(large.engine)
    assert services.list_cases(reviewer, large, CaseFilter(q="新来的"))["total"] == 0
    assert states()["new"] == before["new"] - 1


def test_a_casebook_with_another_past_is_read_anew(large: Casebook) -> None:
    kept = columns_of(large.engine)
    with large.engine.connect() as con:
        assert kept.ready(con)
    kept._head = (kept._head[0], "another past") if kept._head else None
    with large.engine.connect() as con:
        assert not kept.ready(con)
    kept.load()
    with large.engine.connect() as con:
        assert kept.ready(con)


def test_a_small_casebook_keeps_nothing_in_memory(book: Casebook, reviewer: Principal) -> None:
    services.list_cases(reviewer, book, CaseFilter())
    kept = columns_of(book.engine)
    kept.load()
    with book.engine.connect() as con:
        assert not kept.ready(con)


def test_a_condition_about_something_else_is_refused_rather_than_answered_wrongly(large: Casebook) -> None:
    from lianshen.cases.services.evaluating import Unanswerable

    kept, c = columns_of(large.engine), t.cases.c
    unknown = (
        c.conclusion == "x", c.case_no.contains("x"), c.night.is_(None), sa.not_(sa.exists().where(c.version > 1)),
        c.fixmedins_name.like("a%"), c.at_issue == c.exposure, c.severity > 1.5 * c.version,
        c.at_issue.in_((1, 2)), sa.func.lower(c.state) == "new",
    )  # fmt: skip
    for clause in unknown:
        with pytest.raises(Unanswerable):
            kept.count([clause])
