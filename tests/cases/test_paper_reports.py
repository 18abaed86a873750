"""The monthly bulletin and the quarterly assessment over real cases, on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer
from cases.paper_reading import pdf_fonts, pdf_text, word_of, word_text
from cases.warehouse_rows import Clock, Warehouse
from typer.testing import CliRunner

from lianshen.cases import Casebook, open_casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.filters import CaseFilter
from lianshen.cases.reports.periods import month, quarter
from lianshen.cases.services.assessing import assessment
from lianshen.cases.services.bulletins import bulletin
from lianshen.cases.services.reports import report_file
from lianshen.cli import reports as command

LONG = "经核查病历与医嘱，该药品用于成年患者，违规属实，应予退回。"
PROVINCE = Principal(20, "guanli", "管理员甲", "manager")
OWN = Principal(21, "guanlicd", "成都管理", "manager", "510100")
Q4, NOVEMBER = quarter("2026Q4"), month("2026-11")


def do(p: Principal, book: Casebook, case_no: str, action: str, **said: Any) -> None:
    version = services.get_case(p, book, case_no)["version"]
    services.transition(p, book, case_no, action, version, **said)


@pytest.fixture
def worked(
    warehouse: Warehouse, book: Casebook, clock: Clock, reviewer: Principal, chengdu: Principal, mianyang: Principal
) -> list[str]:
    """Return four cases: Chengdu archives one and loses an appeal of one, Mianyang is late with one, rejects one."""
    services.add_user(services.OPERATOR, book, mianyang.login, mianyang.name, "handler", "510700", "long-enough-2026")
    for number, agency in enumerate(("510100", "510100", "510700", "510700"), start=1):
        warehouse.settle(
            f"S{number}", person=f"a{number}b2c3d4e5f6a7b8", treating_agency=agency, fix_blng_admdvs=agency,
            fixmedins_code=f"H{agency}", fixmedins_name="成都模拟医院" if agency == "510100" else "绵阳模拟医院",
        )  # fmt: skip
        warehouse.line(f"L{number}", f"S{number}", "200.00")
        warehouse.find("PL-11", f"S{number}", "100.00", lines=(f"L{number}",))
    warehouse.assemble(book.engine)
    rows = services.list_cases(reviewer, book, CaseFilter(), sort="case_no")["items"]
    first, second = (row["case_no"] for row in rows if row["treating_agency"] == "510100")
    third, fourth = (row["case_no"] for row in rows if row["treating_agency"] == "510700")
    every = [first, second, third, fourth]
    for case_no in every:
        do(reviewer, book, case_no, "release")
    do(mianyang, book, fourth, "reject_scope", text="协议不在本市")
    do(mianyang, book, third, "accept")
    for case_no in (first, second):
        do(chengdu, book, case_no, "accept")
        services.determine_rest(chengdu, book, case_no, "full", "violation")
        do(chengdu, book, case_no, "submit", text=LONG, worth_checking=True)
        do(reviewer, book, case_no, "confirm")
    version = services.get_case(chengdu, book, first)["version"]
    services.record_recovery(chengdu, book, first, 10000, "deduction", "KK-1", book.today, version)
    do(chengdu, book, first, "archive")
    do(chengdu, book, second, "appeal", text="医嘱齐全")
    (line,) = services.get_lines(chengdu, book, second)
    services.set_determination(chengdu, book, second, line["bkkp_sn"], 0, "clinical")
    do(chengdu, book, second, "submit", text=LONG, worth_checking=True)
    clock.forward(days=50)
    return every


def test_what_was_done_in_the_quarter_is_counted_for_who_did_it(
    book: Casebook, worked: list[str], reviewer: Principal
) -> None:
    do(reviewer, book, worked[1], "confirm")
    found = assessment(PROVINCE, book, quarter("2027Q1"))
    assert found.standings["upheld"]["510100"].trials == 1
    assert found.standings["upheld"]["510100"].successes == 0
    # Thirty working days from 23 November end in January, and nothing was submitted.
    late = found.standings["in_time"]["510700"]
    assert (late.successes, late.trials) == (0, 1)
    found = assessment(PROVINCE, book, Q4)

    def counts(key: str, agency: str) -> tuple[float, float]:
        one = found.standings[key][agency]
        return one.successes, one.trials

    assert counts("in_time", "510100") == (2, 2)
    assert counts("archived", "510100") == (1, 1)
    assert counts("recovered", "510100") == (1, 1)
    assert counts("misrouted", "510700") == (1, 3)
    assert counts("misrouted", "510100") == (0, 2)
    assert found.overall["513200"].rank is None
    assert (found.overall["510100"].rank, found.overall["510700"].rank) == (1, 2)


def test_a_month_adds_up_and_is_compared_with_the_one_before(book: Casebook, worked: list[str]) -> None:
    found = bulletin(PROVINCE, book, NOVEMBER)
    own = {row.agency: row for row in found.agencies}
    assert (found.raised, found.at_issue) == (4, 40000)
    assert (own["510100"].released, own["510100"].at_issue, own["510100"].recovered) == (2, 20000, 10000)
    assert (own["510700"].open, own["510700"].overdue) == (1, 1)
    assert found.totals.released == 4
    assert found.before.released == 0
    assert not found.is_provisional
    assert bulletin(PROVINCE, book, month("2026-12")).before.released == 4


def test_a_citys_manager_reads_the_own_row_and_nothing_of_others(book: Casebook, worked: list[str]) -> None:
    assert assessment(OWN, book, Q4).agencies == ("510100",)
    assert [row.agency for row in bulletin(OWN, book, NOVEMBER).agencies] == ["510100"]
    for kind, period in (("bulletin", NOVEMBER), ("assessment", Q4)):
        text = pdf_text(report_file(OWN, book, kind, period, "pdf").body)  # type: ignore[arg-type]
        assert "成都市" in text
        assert "绵阳" not in text


@pytest.mark.parametrize("role", ["reviewer", "handler", "region_lead", "analyst", "auditor"])
def test_reports_are_for_leads_and_managers(book: Casebook, role: str) -> None:
    agency = "510100" if role in ("handler", "region_lead") else None
    p = Principal(9, "nobody", "无权", role, agency)  # type: ignore[arg-type]
    for kind, period in (("bulletin", NOVEMBER), ("assessment", Q4)):
        with pytest.raises(Forbidden):
            report_file(p, book, kind, period, "pdf")  # type: ignore[arg-type]


def test_the_bulletin_and_the_assessment_stand_on_paper_with_their_method(book: Casebook, worked: list[str]) -> None:
    month_paper = report_file(PROVINCE, book, "bulletin", NOVEMBER, "pdf")
    text = pdf_text(month_paper.body)
    for fact in ("川医保异通报〔2026〕11号", "共发现疑点案件4件", "400.00元", "成都市", "绵阳市", "—1—", "管理员甲"):
        assert fact in text, fact
    assert all(embedded for _, embedded in pdf_fonts(month_paper.body))
    quarter_paper = report_file(PROVINCE, book, "assessment", Q4, "docx")
    said = word_text(quarter_paper.body)
    for fact in ("第十八条", "按期办结率", "Morris 1983", "Goldstein", "名次区间", "2/2", "1/3"):
        assert fact in said, fact
    section = word_of(quarter_paper.body).sections[0]
    assert section.top_margin is not None
    assert round(section.top_margin.mm) == 37
    with book.engine.connect() as con:
        query = sa.select(t.event.c.detail).where(t.event.c.action == "report").order_by(t.event.c.seq)
        told = [json.loads(text) for text in con.scalars(query)]
    assert told == [
        {"report": "bulletin", "period": "2026-11", "as": "pdf"},
        {"report": "assessment", "period": "2026Q4", "as": "docx"},
    ]


def test_a_period_that_has_not_begun_has_no_report(book: Casebook) -> None:
    with pytest.raises(Refused, match="尚未开始"):
        report_file(PROVINCE, book, "bulletin", month("2027-01"), "pdf")


def test_reports_are_written_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    monkeypatch.delenv("LIANSHEN_CASEBOOK", raising=False)
    open_casebook(f"sqlite:///{tmp_path / 'casebook.sqlite'}").dispose()
    app = typer.Typer()
    command.register(app)

    def run(*arguments: str) -> Any:
        result = CliRunner().invoke(app, ["reports", *arguments])
        assert result.exit_code == 0, result.output
        return result

    run("bulletin", "--month", "2026-01", "--out", str(tmp_path / "out"))
    run("assessment", "--quarter", "2026Q1", "--out", str(tmp_path / "q1.docx"))
    names = {"通报-2026-01.docx", "通报-2026-01.pdf"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert "2026年第一季度" in word_text((tmp_path / "q1.docx").read_bytes())
    figures = json.loads(run("assessment", "--quarter", "2026Q1", "--json").output)
    assert len(figures["agencies"]) == 22
