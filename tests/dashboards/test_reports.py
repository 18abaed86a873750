"""Paper over the interface: letters, the queue as Excel, bulletins and assessments, and who may have them."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from cases.paper_reading import pdf_text, word_text
from dashboards.conftest import SignIn
from dashboards.seed import LEAD

from lianshen.cases import services
from lianshen.cases import tables as t
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook
from lianshen.paper import typesetter

MONTH, QUARTER = "month=2026-11", "quarter=2026Q4"
REPORTS = [
    f"/api/v1/reports/bulletin?{MONTH}",
    f"/api/v1/reports/bulletin.pdf?{MONTH}",
    f"/api/v1/reports/assessment?{QUARTER}",
    f"/api/v1/reports/assessment.docx?{QUARTER}",
]


def one_of(book: Casebook, state: str, region: str = "510700") -> dict[str, Any]:
    found: dict[str, Any] = services.list_cases(LEAD, book, CaseFilter(state=(state,), region=(region,)))["items"][0]
    return found


def actions(book: Casebook, action: str) -> list[dict[str, Any]]:
    e = t.event.c
    with book.engine.connect() as con:
        rows = con.execute(sa.select(e.actor, e.detail).where(e.action == action).order_by(e.seq))
        return [{"actor": actor, **json.loads(detail)} for actor, detail in rows]


def test_a_letter_comes_as_a_file_under_its_own_name(sign_in: SignIn, book: Casebook) -> None:
    case = one_of(book, "closed")
    client = sign_in("mianyang2")
    answer = client.get(f"/api/v1/cases/{case['case_no']}/letter.pdf", params={"kind": "办结单"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert "no-store" in answer.headers["cache-control"]
    assert "filename*=UTF-8''%E5%8A%9E%E7%BB%93%E5%8D%95" in answer.headers["content-disposition"]
    text = pdf_text(answer.content)
    assert case["case_no"] in text
    assert "绵阳负责人2026-11-20" in text
    word = client.get(f"/api/v1/cases/{case['case_no']}/letter.docx", params={"kind": "告知书"})
    assert case["fixmedins_name"] in word_text(word.content)
    assert [one["kind"] for one in actions(book, "letter")] == ["办结单", "告知书"]


def test_where_typst_is_not_installed_a_pdf_is_refused_in_words_and_takes_no_number(
    sign_in: SignIn, book: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = one_of(book, "closed")
    monkeypatch.setitem(sys.modules, "typst", None)
    typesetter.cache_clear()
    answer = sign_in("fuze").get(f"/api/v1/cases/{case['case_no']}/letter.pdf")
    typesetter.cache_clear()
    assert answer.status_code == 501
    assert "lianshen[reports]" in answer.json()["detail"]
    assert actions(book, "letter") == []


def test_a_letter_of_another_regions_case_looks_like_one_of_no_case(sign_in: SignIn, book: Casebook) -> None:
    case = one_of(book, "closed")
    client = sign_in("chengdu")
    for form in ("pdf", "docx"):
        hidden = client.get(f"/api/v1/cases/{case['case_no']}/letter.{form}")
        missing = client.get(f"/api/v1/cases/SC20000101-000000/letter.{form}")
        assert (hidden.status_code, missing.status_code) == (404, 404)
        same = hidden.text.replace(case["case_no"], "") == missing.text.replace("SC20000101-000000", "")
        assert same
    assert actions(book, "letter") == []


@pytest.mark.parametrize(("query", "status"), [("kind=情书", 422), ("kind=办结单", 422), ("kind=协查函", 200)])
def test_a_case_gives_only_the_letters_it_has(sign_in: SignIn, book: Casebook, query: str, status: int) -> None:
    case = one_of(book, "released")
    assert sign_in("shenhe").get(f"/api/v1/cases/{case['case_no']}/letter.pdf?{query}").status_code == status


def test_the_queue_comes_as_excel_with_its_filter_and_its_columns(sign_in: SignIn, book: Casebook) -> None:
    query = "state=new&sort=-at_issue"
    answer = sign_in("shenhe").get(f"/api/v1/cases/export.xlsx?{query}&columns=case_no,at_issue,rule")
    assert answer.status_code == 200, answer.text
    workbook = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(workbook["案件"].iter_rows(values_only=True))
    listed = services.list_cases(LEAD, book, CaseFilter(state=("new",), sort="-at_issue"), 0, 500)["items"]
    assert rows[0] == ("案件编号", "涉及基金(元)", "疑点类型")
    assert [row[0] for row in rows[1:]] == [case["case_no"] for case in listed]
    assert rows[1][1] == pytest.approx(listed[0]["at_issue"] / 100)
    assert actions(book, "export") == [
        {"actor": "shenhe", "as": "xlsx", "cases": len(listed), "filter": "state=new&sort=-at_issue"}
    ]


def test_an_export_holds_no_other_regions_case_and_refuses_what_it_does_not_know(sign_in: SignIn) -> None:
    client = sign_in("mianyang")
    workbook = openpyxl.load_workbook(io.BytesIO(client.get("/api/v1/cases/export.xlsx").content))
    regions = {row[0] for row in workbook["案件"].iter_rows(min_row=2, min_col=9, max_col=9, values_only=True)}
    assert regions == {"绵阳市"}
    for query in ("colour=red", "columns=password"):
        assert client.get(f"/api/v1/cases/export.xlsx?{query}").status_code == 422


def test_reports_are_for_leads_and_managers_only(sign_in: SignIn, book: Casebook) -> None:
    for login, status in (("guanli", 200), ("fuze", 200), ("shenhe", 403), ("mianyang2", 403)):
        client = sign_in(login)
        for path in REPORTS:
            assert client.get(path).status_code == status, (login, path)
    assert [one["report"] for one in actions(book, "report")] == ["bulletin", "assessment"] * 2


def test_figures_come_with_money_as_text_and_ranks_with_intervals(sign_in: SignIn) -> None:
    client = sign_in("guanli")
    month = client.get(REPORTS[0]).json()
    assert month["period"] == {"first": "2026-11-01", "months": 1}
    assert all(row["determined"].count(".") == 1 for row in month["agencies"])
    quarter = client.get(REPORTS[2]).json()
    standing = quarter["standings"]["in_time"]["510700"]
    assert standing["rank_low"] <= standing["rank"] <= standing["rank_high"]
    assert 0 < standing["low"] <= standing["shrunk"] <= standing["high"] < 1
    for bad in ("month=2026-13", "month=", "quarter=2026Q4"):
        assert client.get(f"/api/v1/reports/bulletin?{bad}").status_code == 422


def page(client: Any, search: str) -> str:
    """Return the page as Dash gives it to the browser."""
    known = client.get("/_dash-dependencies").json()
    output = next(one["output"] for one in known if "_pages_content.children" in one["output"])
    names = output.strip(".").split("...")
    body = {
        "output": output,
        "outputs": [{"id": name.rsplit(".", 1)[0], "property": name.rsplit(".", 1)[1]} for name in names],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": "/reports"},
            {"id": "_pages_location", "property": "search", "value": search},
        ],
        "changedPropIds": ["_pages_location.pathname"],
        "state": [],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json(), ensure_ascii=False)


def test_the_page_shows_the_quarter_that_runs_and_leads_to_its_files(sign_in: SignIn) -> None:
    client = sign_in("guanli")
    shown = page(client, "")
    for text in (
        "2026年第四季度考核",
        "名次区间",
        "按期办结率",
        "/api/v1/reports/assessment.pdf?quarter=2026Q4",
        "rates-in_time",
    ):
        assert text in shown, text
    assert "rates-archived" in page(client, "?period=2026Q4&measure=archived")
    month = page(client, "?period=2026-11")
    for text in ("2026年11月通报", "/api/v1/reports/bulletin.docx?month=2026-11", "绵阳市", "/queue?region=510700"):
        assert text in month, text


@pytest.mark.parametrize("search", ["?period=2027-05", "?period=zz", "?period=2026Q9"])
def test_a_period_that_is_none_is_answered_with_a_way_on(sign_in: SignIn, search: str) -> None:
    assert "没有这一期" in page(sign_in("fuze"), search)


def test_other_roles_get_no_figure_on_the_page_and_no_link_to_it(sign_in: SignIn) -> None:
    client = sign_in("shenhe")
    shown = page(client, "?period=2026-11")
    assert "供省级负责人和管理人员查看" in shown
    assert "/queue?region=" not in shown
    # Slashes are escaped in what Dash sends; the name of the link is not.
    assert "报告" not in client.get("/_dash-layout").text
    assert "报告" in sign_in("guanli").get("/_dash-layout").text
