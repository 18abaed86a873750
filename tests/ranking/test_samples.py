"""Blind samples and second looks in the casebook: who may look, what they see, and what comes of it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Clock, Warehouse
from ranking.conftest import receive

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import ranking as lists
from lianshen.cases.services import reviewing
from lianshen.ranking import RankingRefused, RankingSettings, rank
from lianshen.ranking.audits import draw_rows, extrapolate_rows
from lianshen.ranking.reading import read_decisions
from lianshen.ranking.services import read_samples

NIGHT = date(2026, 11, 20)
ANSWER = "查看了费用明细与诊断，逐项核对。"


@pytest.fixture
def manager() -> Principal:
    return Principal(9, "guanli01", "管理员甲", "manager")


def looking(settings: RankingSettings, *, control: float = 0.0, second: float = 0.0) -> RankingSettings:
    exploration = settings.exploration.model_copy(update={"control": control, "second_look": second})
    return settings.model_copy(update={"exploration": exploration})


def stays(warehouse: Warehouse, clear: int, found: int = 0) -> None:
    """Receive a night of stays, some with a finding."""
    for n in range(clear + found):
        warehouse.settle(f"S{n:03}", person=f"p{n:03}")
        warehouse.line(f"L{n:03}", f"S{n:03}")
    for n in range(found):
        warehouse.find("PL-11", f"S{n:03}", "90.00", lines=(f"L{n:03}",))
    receive(warehouse, NIGHT)


def tasks(book: Casebook) -> list[dict[str, Any]]:
    with book.engine.connect() as con:
        return [dict(row) for row in con.execute(sa.select(t.review_task).order_by(t.review_task.c.task_no)).mappings()]


def dismiss(
    book: Casebook, reviewer: Principal, handler: Principal, case_no: str, how: str = "none", reason: str = "clinical"
) -> None:
    def move(p: Principal, action: str, **more: Any) -> None:
        with book.engine.connect() as con:
            version = con.scalar(sa.select(t.cases.c.version).where(t.cases.c.case_no == case_no))
        services.transition(p, book, case_no, action, int(version or 0), **more)

    move(reviewer, "release")
    move(handler, "accept")
    services.determine_rest(handler, book, case_no, how, reason)
    move(handler, "submit", text="核查后认为有病历依据，临床确有需要，不属违规。", worth_checking=True)
    move(reviewer, "confirm")


def test_stays_without_a_finding_are_drawn_once_and_only_they(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings
) -> None:
    stays(warehouse, 40, 10)
    warehouse.assemble(book.engine)
    said = rank(warehouse.con, book, looking(shipped, control=0.1), night="a")
    drawn = tasks(book)
    assert said.drawn == len(drawn) == 4
    assert {task["kind"] for task in drawn} == {"control"}
    assert all(int(task["setl_id"][1:]) >= 10 for task in drawn)
    with book.engine.connect() as con:
        (stratum,) = con.execute(sa.select(t.sample_stratum)).mappings().all()
    assert (stratum["stratum"], stratum["clear"], stratum["found"], stratum["drawn"]) == (
        "510100|TERTIARY|IPT", 40, 10, 4)  # fmt: skip
    assert rank(warehouse.con, book, looking(shipped, control=0.1), night="a").drawn == 0
    assert tasks(book) == drawn
    assert verify_events(book.engine) is None


def test_the_seed_that_was_recorded_draws_the_same_stays_in_another_casebook(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, tmp_path: Path
) -> None:
    from lianshen.cases import open_casebook

    stays(warehouse, 60)
    rank(warehouse.con, book, looking(shipped, control=0.1), night="a")
    other = Casebook(open_casebook(f"sqlite:///{tmp_path / 'other.sqlite'}"), now=book.now)
    rank(warehouse.con, other, looking(shipped, control=0.1), night="b")
    assert [task["setl_id"] for task in tasks(book)] == [task["setl_id"] for task in tasks(other)]


def test_a_task_shows_the_stay_and_nothing_that_tells_where_it_comes_from(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal, chengdu: Principal,
    other_reviewer: Principal,
) -> None:  # fmt: skip
    stays(warehouse, 1, 1)
    warehouse.assemble(book.engine)
    with book.engine.connect() as con:
        case_no = str(con.scalar(sa.select(t.cases.c.case_no)))
    dismiss(book, reviewer, chengdu, case_no)
    rank(warehouse.con, book, looking(shipped, control=1.0, second=1.0), night="a")
    kinds = {task["task_no"]: task["kind"] for task in tasks(book)}
    assert sorted(kinds.values()) == ["control", "second"]
    shown = [reviewing.get_task(other_reviewer, book, task_no) for task_no in kinds]
    first, other = shown
    assert first.keys() == other.keys()
    assert first["settlements"][0].keys() == other["settlements"][0].keys()
    assert first["lines"][0].keys() == other["lines"][0].keys()
    for task in shown:
        said = str(task)
        assert not {"control", "second", "PL-11", case_no, "超限定单价"} & {word for word in (
            "control", "second", "PL-11", case_no, "超限定单价") if word in said}  # fmt: skip


def test_who_dismissed_never_gets_it_for_the_second_look(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal, other_reviewer: Principal,
    chengdu: Principal,
) -> None:  # fmt: skip
    stays(warehouse, 0, 1)
    warehouse.assemble(book.engine)
    with book.engine.connect() as con:
        case_no = str(con.scalar(sa.select(t.cases.c.case_no)))
    dismiss(book, reviewer, chengdu, case_no)
    rank(warehouse.con, book, looking(shipped, second=1.0), night="a")
    (task,) = tasks(book)
    assert reviewing.list_tasks(reviewer, book) == []
    with pytest.raises(NotFound):
        reviewing.get_task(reviewer, book, task["task_no"])
    with pytest.raises(NotFound):
        reviewing.answer_task(reviewer, book, task["task_no"], holds=True, amount=0, text=ANSWER)
    assert [one["task_no"] for one in reviewing.list_tasks(other_reviewer, book)] == [task["task_no"]]
    assert rank(warehouse.con, book, looking(shipped, second=1.0), night="b").drawn == 0


def test_agencies_answer_no_tasks_and_see_no_sample(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, chengdu: Principal, chengdu_lead: Principal,
    reviewer: Principal,
) -> None:  # fmt: skip
    stays(warehouse, 5)
    rank(warehouse.con, book, looking(shipped, control=1.0), night="a")
    for p in (chengdu, chengdu_lead):
        with pytest.raises(Forbidden):
            reviewing.list_tasks(p, book)
        with pytest.raises(Forbidden):
            reviewing.answer_task(p, book, tasks(book)[0]["task_no"], holds=False, amount=0, text=ANSWER)
    for p in (chengdu, chengdu_lead, reviewer):
        with pytest.raises(Forbidden):
            read_samples(p, book)


def test_an_answer_is_given_once_and_has_to_fit_together(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal, other_reviewer: Principal
) -> None:
    stays(warehouse, 1)
    rank(warehouse.con, book, looking(shipped, control=1.0), night="a")
    (task,) = tasks(book)
    for holds, amount, text in ((False, 100, ANSWER), (True, -1, ANSWER), (True, 100, "短")):
        with pytest.raises(Refused):
            reviewing.answer_task(reviewer, book, task["task_no"], holds=holds, amount=amount, text=text)
    done = reviewing.answer_task(reviewer, book, task["task_no"], holds=True, amount=12_300, text=ANSWER)
    assert (done["holds"], done["amount"], done["answered_by"]) == (True, 12_300, "shenhe01")
    with pytest.raises(Refused, match="shenhe01"):
        reviewing.answer_task(other_reviewer, book, task["task_no"], holds=False, amount=0, text=ANSWER)
    assert reviewing.list_tasks(reviewer, book) == []
    assert len(reviewing.list_tasks(reviewer, book, done=True)) == 1
    assert verify_events(book.engine) is None


def test_answers_say_how_much_is_overlooked(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal, chengdu: Principal,
    manager: Principal,
) -> None:  # fmt: skip
    stays(warehouse, 40, 4)
    warehouse.assemble(book.engine)
    rank(warehouse.con, book, looking(shipped, control=0.5), night="a")
    assert read_samples(manager, book).blind is None
    for number, task in enumerate(reviewing.list_tasks(reviewer, book)):
        holds = number < 2
        reviewing.answer_task(reviewer, book, task["task_no"], holds=holds, amount=5_000 * holds, text=ANSWER)
    with book.engine.connect() as con:
        case_no = str(con.scalar(sa.select(t.cases.c.case_no).limit(1)))
    dismiss(book, reviewer, chengdu, case_no, "full", "violation")
    said = read_samples(manager, book)
    assert said.blind is not None
    assert (said.answered, said.blind.rate.of) == (20, 40)
    assert said.blind.rate.share == pytest.approx(0.1)
    assert said.blind.rate.lower < 0.1 < said.blind.rate.upper
    assert said.blind.missed is not None
    assert said.blind.missed.total == pytest.approx(20_000)
    assert 10_000 <= said.blind.missed.lower <= 20_000
    assert said.recall is not None
    assert said.recall.recall == pytest.approx(4 / (4 + 4))
    assert len(said.overlooked) == 2


def test_a_second_look_that_finds_the_dismissal_wrong_teaches_the_ranking(
    warehouse: Warehouse, book: Casebook, shipped: RankingSettings, reviewer: Principal, other_reviewer: Principal,
    chengdu: Principal, manager: Principal,
) -> None:  # fmt: skip
    stays(warehouse, 0, 1)
    warehouse.assemble(book.engine)
    with book.engine.connect() as con:
        case_no = str(con.scalar(sa.select(t.cases.c.case_no)))
    dismiss(book, reviewer, chengdu, case_no)
    with book.engine.connect() as con:
        assert read_decisions(con).upheld.tolist() == [False]
    rank(warehouse.con, book, looking(shipped, second=1.0), night="a")
    (task,) = reviewing.list_tasks(other_reviewer, book)
    reviewing.answer_task(other_reviewer, book, task["task_no"], holds=True, amount=9_000, text=ANSWER)
    with book.engine.connect() as con:
        assert read_decisions(con).upheld.tolist() == [True]
    said = read_samples(manager, book)
    assert said.second["510100"].share == said.second[""].share == 1.0
    assert services.get_case(reviewer, book, case_no)["state"] == "closed"


def test_a_case_dropped_as_too_small_says_nothing_of_the_suspicion(
    warehouse: Warehouse, book: Casebook, reviewer: Principal
) -> None:
    stays(warehouse, 0, 2)
    warehouse.assemble(book.engine)
    listed = services.list_cases(reviewer, book, CaseFilter())
    for case, reason in zip(listed["items"], ("small", "explained"), strict=True):
        services.transition(reviewer, book, case["case_no"], "drop", case["version"], reason=reason)
    with book.engine.connect() as con:
        decisions = read_decisions(con)
    assert len(decisions) == 1
    assert decisions.units.case_no.tolist() == [listed["items"][1]["case_no"]]
    assert decisions.upheld.tolist() == [False]


def test_an_agency_sees_its_own_desk_and_nothing_of_how_others_decide(
    warehouse: Warehouse, book: Casebook, clock: Clock, shipped: RankingSettings, reviewer: Principal,
    chengdu: Principal, mianyang: Principal, manager: Principal,
) -> None:  # fmt: skip
    stays(warehouse, 0, 2)
    warehouse.assemble(book.engine)
    for case in services.list_cases(reviewer, book, CaseFilter())["items"]:
        services.transition(reviewer, book, case["case_no"], "release", case["version"])
    rank(warehouse.con, book, shipped, night="a")
    assert {desk["desk"] for desk in lists.desks(manager, book)["desks"]} == {"510000", "510100"}
    own = lists.desks(chengdu, book)
    assert [desk["desk"] for desk in own["desks"]] == ["510100"]
    assert "leniency" not in own["model"]
    assert lists.desks(mianyang, book)["desks"] == []
    assert len(lists.tonight(chengdu, book)) == 2
    assert lists.tonight(mianyang, book) == []
    with pytest.raises(Forbidden):
        lists.desks(Principal(8, "xitong01", "系统", "sysadmin"), book)
    case_no = lists.tonight(chengdu, book)[0]["case_no"]
    assert (lists.get_rank(chengdu, book, case_no) or {})["desk"] == "510100"
    with pytest.raises(NotFound):
        lists.get_rank(mianyang, book, case_no)


def test_an_audit_by_sample_on_files_says_what_all_of_it_comes_to(tmp_path: Path) -> None:
    rows, out = tmp_path / "rows.csv", tmp_path / "sample.csv"
    rows.write_text("setl_id,stratum\n" + "".join(f"S{n},{'大' if n % 4 == 0 else '小'}\n" for n in range(200)))
    said = draw_rows(rows, 40, 7, out)
    with out.open(encoding="utf-8-sig") as file:
        drawn = list(csv.DictReader(file))
    assert len(drawn) == sum(said.drawn.values()) == 40
    assert {row["seed"] for row in drawn} == {"7"}
    with pytest.raises(RankingRefused, match="no amount"):
        extrapolate_rows(out, rows, 0.95)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(drawn[0]))
        writer.writeheader()
        writer.writerows({**row, "found": "10.50" if row["stratum"] == "大" else "0"} for row in drawn)
    found = extrapolate_rows(out, rows, 0.95)
    assert (found.total, found.lower) == (pytest.approx(50 * 1_050), pytest.approx(50 * 1_050))
