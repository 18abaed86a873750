"""Expected recovery on queue, pane and case; the page of lists and samples; tasks and what may be known of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from dashboards.conftest import SignIn, callback_with
from dashboards.seed import LEAD
from dashboards.test_insight_pages import open_page
from starlette.testclient import TestClient

from lianshen.anomaly.turns import Named
from lianshen.cases import services
from lianshen.cases import tables as t
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.ranking import get_rank
from lianshen.cases.store import Casebook, writing
from lianshen.ranking import RankingSettings, rank_cases
from lianshen.ranking.drawing import draw_second_looks
from lianshen.ranking.strangest import Heard
from lianshen_dashboards.pages.tasks_callbacks import fen_of
from lianshen_dashboards.parts.expected import expected, sentence, standing

MODEL = "MD-11"


@pytest.fixture
def ranked(book: Casebook) -> Casebook:
    """Return the seeded casebook after a night's ranking, with every dismissal drawn for a second look."""
    settings = RankingSettings.load()
    all_of_them = settings.exploration.model_copy(update={"second_look": 1.0})
    draw_second_looks(book, settings.model_copy(update={"exploration": all_of_them}))
    rank_cases(book, settings, night="2026-11-20", models={MODEL})
    return book


def a_task(book: Casebook) -> dict[str, Any]:
    with book.engine.connect() as con:
        query = sa.select(t.review_task).where(t.review_task.c.answered_at.is_(None)).order_by(t.review_task.c.task_no)
        return dict(con.execute(query).mappings().first() or pytest.fail("the seed has no dismissed case"))


def unbarred(book: Casebook, task_no: str) -> None:
    """Let everybody answer the task: in the seed a handful of people did everything."""
    with writing(book.engine) as con:
        con.execute(t.review_task.update().where(t.review_task.c.task_no == task_no).values(barred=","))


def answer(client: TestClient, task_no: str, **typed: str) -> str:
    """Post to Dash what the button of a task would."""
    known = callback_with(client, "task-answer.children")
    fields = [{"id": {"field": name}, "property": "value", "value": value} for name, value in typed.items()]
    body = {
        "output": known["output"],
        "outputs": {"id": "task-answer", "property": "children"},
        "inputs": [{"id": "task-do", "property": "n_clicks", "value": 1}],
        "state": [
            fields,
            [{**field, "property": "id", "value": field["id"]} for field in fields],
            {"id": "task-no", "property": "data", "value": task_no},
        ],
        "changedPropIds": ["task-do.n_clicks"],
    }
    said = client.post("/_dash-update-component", json=body)
    assert said.status_code == 200, said.text
    return json.dumps(said.json()["response"], ensure_ascii=False)


def test_the_queue_comes_in_the_order_of_yuan_per_hour_and_says_why(sign_in: SignIn, ranked: Casebook) -> None:
    rows = sign_in("shenhe").get("/api/v1/cases?state=new&limit=50").json()["items"]
    per_hour = [float(row["per_hour"]) for row in rows]
    assert per_hour == sorted(per_hour, reverse=True)
    assert per_hour[0] > per_hour[-1]
    assert all(row["basis_text"] for row in rows)
    assert all(0 < row["chance"] < 1 for row in rows)


def test_a_case_shows_probability_interval_and_one_sentence(sign_in: SignIn, ranked: Casebook) -> None:
    case = next(
        row for row in services.list_cases(LEAD, ranked, CaseFilter(state=("new",)))["items"] if row["at_issue"]
    )
    page = open_page(sign_in("shenhe"), f"/cases/{case['case_no']}")
    for word in ("预计追回", "属实概率", "90% 区间", "每小时预计", "今日次序", "乘以涉及基金"):
        assert word in page


def test_what_only_a_model_says_proposes_no_deduction_and_the_pages_say_so(ranked: Casebook) -> None:
    case = services.list_cases(LEAD, ranked, CaseFilter(state=("new",)))["items"][0]
    rank = get_rank(LEAD, ranked, case["case_no"])
    assert rank is not None
    model = {**rank, "kind": "model", "expected": 0, "low": 0, "high": 0}
    assert "模型不提出扣款" in sentence(case, model)
    shown = json.dumps(expected(case, model), default=lambda part: part.to_plotly_json(), ensure_ascii=False)
    assert "¥" not in shown
    assert expected(case, None) == []


def test_a_case_says_which_findings_about_a_doctor_or_an_institution_name_it(ranked: Casebook) -> None:
    case = services.list_cases(LEAD, ranked, CaseFilter(state=("new",)))["items"][0]
    rank = get_rank(LEAD, ranked, case["case_no"])
    assert rank is not None
    assert rank["basis"]["named_by"] == []
    assert "机构页" not in sentence(case, rank)
    named = {**rank, "basis": {**rank["basis"], "named_by": ["DR-12", "XR-22"]}}
    assert "DR-12、XR-22" in sentence(case, named)
    assert "DR-12、XR-22" in sentence(case, {**named, "kind": "model"})
    assert "模型轮流" in standing({**rank, "place": 1, "chosen": "strange"})


def test_managers_read_lists_samples_and_leniency(sign_in: SignIn, ranked: Casebook) -> None:
    page = open_page(sign_in("guanli"), "/ranking")
    for word in (
        "人手与今日清单",
        "省级中心",
        "模型轮流",
        "盲样估计",
        "二次复看",
        "各经办机构宽严",
        "等候",
        "不提出扣款",
    ):
        assert word in page


def test_managers_read_of_doctors_of_whom_no_case_speaks(sign_in: SignIn, book: Casebook) -> None:
    heard = Heard(
        [Named("DR-12", "doctor", "H51010000009/D0001", True, ("of no case",))],
        {"of no case": ("H51010000009", "成都无案医院")},
    )
    rank_cases(book, RankingSettings.load(), night="2026-11-20", heard=heard)
    page = open_page(sign_in("guanli"), "/ranking")
    for word in ("尚无案件的机构、医师线索", "成都无案医院", "/institutions/H51010000009", "D0001", "of no case"):
        assert word in page
    assert "成都无案医院" not in open_page(sign_in("mianyang2"), "/ranking")


def test_an_agency_reads_its_own_list_only(sign_in: SignIn, ranked: Casebook) -> None:
    page = open_page(sign_in("mianyang2"), "/ranking")
    assert "绵阳市" in page
    for word in ("成都市", "盲样估计", "各经办机构宽严", "随机种子"):
        assert word not in page


def test_a_reviewer_reads_no_sample(sign_in: SignIn, ranked: Casebook) -> None:
    page = open_page(sign_in("shenhe"), "/ranking")
    assert "人手与今日清单" in page
    assert "盲样估计" not in page


def test_before_the_first_ranking_the_pages_say_so(sign_in: SignIn, book: Casebook) -> None:
    assert "还没有排过序" in open_page(sign_in("guanli"), "/ranking")
    rows = sign_in("shenhe").get("/api/v1/cases?state=new&limit=5").json()["items"]
    assert {row["basis_text"] for row in rows} == {""}


def test_a_task_is_answered_once_and_tells_neither_kind_nor_case(sign_in: SignIn, ranked: Casebook) -> None:
    task = a_task(ranked)
    unbarred(ranked, task["task_no"])
    client = sign_in("shenhe2")
    assert task["task_no"] in open_page(client, "/tasks")
    page = open_page(client, f"/tasks/{task['task_no']}")
    assert "费用明细" in page
    assert "不改变任何案件" in page
    for word in (task["case_no"], "二次复看", "盲样", "second"):
        assert word not in page
    assert "请选择有没有问题" in answer(client, task["task_no"], amount="0", text="看了明细，没有问题。")
    assert "最多两位小数" in answer(client, task["task_no"], holds="yes", amount="1.234", text="看了明细，有重复收费。")
    assert "至少 10 个字" in answer(client, task["task_no"], holds="no", amount="0", text="没有")
    done = answer(client, task["task_no"], holds="yes", amount="1,234.50", text="逐项核对明细，床位费重复收取两日。")
    assert "1,234.50" in done
    assert "已由 shenhe2 完成" in answer(
        sign_in("fuze"), task["task_no"], holds="no", amount="0", text="再看一次，没有发现问题。"
    )
    manager = open_page(sign_in("guanli"), "/ranking")
    assert task["task_no"] in manager
    assert f"/cases/{task['case_no']}" in manager


def test_an_agency_opens_no_task(sign_in: SignIn, ranked: Casebook) -> None:
    task = a_task(ranked)
    for path in ("/tasks", f"/tasks/{task['task_no']}"):
        assert "没有这个抽检任务" in open_page(sign_in("mianyang"), path)
    said = answer(sign_in("mianyang"), task["task_no"], holds="no", amount="0", text="没有发现问题，可以放过。")
    assert "没有这个抽检任务" in said


def test_the_region_that_insures_learns_nothing_of_the_ranking(sign_in: SignIn, ranked: Casebook) -> None:
    client = sign_in("mianyang2")
    rows = client.get("/api/v1/cases?side=insured&limit=50").json().get("items", [])
    assert all(row["chance"] is None and row["expected"] is None for row in rows)


@pytest.mark.parametrize(("typed", "fen"), [("", 0), ("12", 1_200), ("1,234.5", 123_450), (" 0.07 ", 7)])
def test_amounts_are_read_as_people_write_them(typed: str, fen: int) -> None:
    assert fen_of(typed) == fen
