"""Results by Excel: a workbook goes out, comes back filled in, and is entered case by case, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
from cases.warehouse_rows import Warehouse
from typer.testing import CliRunner, Result

from lianshen.cases import Casebook, open_casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.results.reading import read_results
from lianshen.cases.results.sheets import CASE_FIELDS, LINE_FIELDS
from lianshen.cases.results.writing import write_results_template
from lianshen.cases.services.results import Report, excel_desk, import_results, open_cases
from lianshen.cli import cases as command

LONG = "经核查病历与医嘱，该药品用于成年患者，违规属实，应予退回。"
DESK = excel_desk("510100", "王经手")
Fill = Callable[[Any, Any], None]


def raise_cases(warehouse: Warehouse, book: Casebook, reviewer: Principal, count: int = 2) -> list[str]:
    """Return cases released to Chengdu, with two lines of 50.00 each."""
    for number in range(1, count + 1):
        warehouse.settle(
            f"S{number}", person=f"a{number}b2c3d4e5f6a7b8", fixmedins_code=f"H{number}", fix_blng_admdvs="510100"
        )
        for line in ("A", "B"):
            warehouse.line(f"L{number}{line}", f"S{number}", "100.00")
        warehouse.find("PL-11", f"S{number}", "100.00", lines=(f"L{number}A", f"L{number}B"))
    warehouse.assemble(book.engine)
    rows = services.list_cases(reviewer, book, CaseFilter(), sort="case_no")["items"]
    for row in rows:
        services.transition(reviewer, book, row["case_no"], "release", row["version"])
    return [row["case_no"] for row in rows]


@pytest.fixture
def cases(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> list[str]:
    return raise_cases(warehouse, book, reviewer)


def place(fields: Any, name: str) -> int:
    return [field.name for field in fields].index(name) + 1


def filled(book: Casebook, path: Path, change: Fill | None = None) -> Path:
    """Export the template, determine every line in full and conclude every case; then change what a test is about."""
    write_results_template(path, "510100", "成都市", "2026-11-23 10:00", open_cases(DESK, book))
    workbook = openpyxl.load_workbook(path)
    heads, lines = workbook["案件"], workbook["费用"]
    for row in range(2, heads.max_row + 1):
        heads.cell(row, place(CASE_FIELDS, "conclusion"), LONG)
        heads.cell(row, place(CASE_FIELDS, "worth_checking"), "是")
    for row in range(2, lines.max_row + 1):
        lines.cell(row, place(LINE_FIELDS, "determined"), lines.cell(row, place(LINE_FIELDS, "at_most")).value)
        lines.cell(row, place(LINE_FIELDS, "reason"), "违规属实")
    if change:
        change(heads, lines)
    workbook.save(path)
    return path


def enter(book: Casebook, path: Path, **how: bool) -> Report:
    return import_results(DESK, book, read_results(path), **how)


def outcomes(report: Report) -> list[str]:
    return [result.outcome for result in report.results]


def test_a_workbook_goes_out_and_comes_back_as_submitted_cases(
    book: Casebook, cases: list[str], reviewer: Principal, tmp_path: Path
) -> None:
    report = enter(book, filled(book, tmp_path / "r.xlsx"))
    assert outcomes(report) == ["done", "done"]
    for case_no in cases:
        case = services.get_case(reviewer, book, case_no)
        assert (case["state"], case["decision"], case["determined"], case["worth_checking"]) == (
            "submitted", "confirmed", 10000, True,
        )  # fmt: skip
        assert (case["assignee"], case["conclusion"]) == ("excel:510100", LONG)
        told = services.get_events(reviewer, book, case_no)[::-1]
        assert [event["action"] for event in told][2:] == ["accept", "determine", "determine", "submit"]
        assert {event["actor_name"] for event in told[2:]} == {"王经手"}
    assert verify_events(book.engine) is None


def test_the_same_workbook_twice_changes_nothing(book: Casebook, cases: list[str], tmp_path: Path) -> None:
    path = filled(book, tmp_path / "r.xlsx")
    enter(book, path)
    before = [services.get_events(DESK, book, case_no) for case_no in cases]
    assert outcomes(enter(book, path)) == ["same", "same"]
    assert [services.get_events(DESK, book, case_no) for case_no in cases] == before


def test_a_case_with_a_mistake_stays_whole_as_it_was_and_the_others_are_entered(
    book: Casebook, cases: list[str], reviewer: Principal, tmp_path: Path
) -> None:
    def too_much(_heads: Any, lines: Any) -> None:
        # The second line of the first case: the first one would have been entered before it.
        lines.cell(3, place(LINE_FIELDS, "determined"), 50.01)

    before = services.get_case(reviewer, book, cases[0])
    report = enter(book, filled(book, tmp_path / "r.xlsx", too_much))
    assert outcomes(report) == ["failed", "done"]
    (problem,) = report.results[0].problems
    assert (problem.sheet, problem.row, problem.column) == ("费用", 3, "认定金额(元)")
    assert "50.01" in problem.what
    case = services.get_case(reviewer, book, cases[0])
    assert (case["state"], case["assignee"], case["version"]) == ("released", None, before["version"])
    assert all(line["determined"] is None for line in services.get_lines(reviewer, book, cases[0]))
    assert [event["action"] for event in services.get_events(reviewer, book, cases[0])] == ["release", "raised"]


def test_all_or_nothing_takes_back_what_was_entered_before_the_mistake(
    book: Casebook, cases: list[str], reviewer: Principal, tmp_path: Path
) -> None:
    def missing(heads: Any, _lines: Any) -> None:
        heads.cell(3, place(CASE_FIELDS, "conclusion"), "太短")

    path = filled(book, tmp_path / "r.xlsx", missing)
    report = enter(book, path, whole=True)
    assert outcomes(report) == ["withheld", "failed"]
    assert (report.results[1].problems[0].row, report.results[1].problems[0].column) == (3, "核查结论")
    assert {services.get_case(reviewer, book, case_no)["state"] for case_no in cases} == {"released"}
    assert outcomes(enter(book, path)) == ["done", "failed"]


def test_a_check_tries_everything_and_keeps_nothing(
    book: Casebook, cases: list[str], reviewer: Principal, tmp_path: Path
) -> None:
    report = enter(book, filled(book, tmp_path / "r.xlsx"), check_only=True)
    assert outcomes(report) == ["done", "done"]
    assert {services.get_case(reviewer, book, case_no)["state"] for case_no in cases} == {"released"}
    assert verify_events(book.engine) is None


@pytest.mark.parametrize(
    ("sheet", "name", "value", "says"),
    [
        ("费用", "determined", "12.345", "两位小数"),
        ("费用", "determined", "许多", "两位小数"),
        ("费用", "determined", "=1+1", "两位小数"),
        ("费用", "determined", None, "缺少金额"),
        ("费用", "reason", "随便", "无效"),
        ("费用", "reason", None, "缺少原因"),
        ("费用", "reason_text", "=A1", "公式"),
        ("费用", "reason", "临床需要，有病历依据", "认定金额应为 0"),
        ("案件", "worth_checking", "也许", "无效"),
        ("案件", "worth_checking", None, "是否值得核查"),
        ("案件", "conclusion", "=A1", "公式"),
        ("案件", "version", 1, "已被更新"),
    ],
)
def test_every_mistake_is_named_by_its_cell_and_nothing_is_entered(
    book: Casebook, cases: list[str], reviewer: Principal, tmp_path: Path, sheet: str, name: str, value: Any, says: str
) -> None:
    def wrong(heads: Any, lines: Any) -> None:
        fields, page = (LINE_FIELDS, lines) if sheet == "费用" else (CASE_FIELDS, heads)
        page.cell(2, place(fields, name)).value = value

    report = enter(book, filled(book, tmp_path / "r.xlsx", wrong))
    assert outcomes(report) == ["failed", "done"]
    problem = report.results[0].problems[0]
    assert (problem.row, says in problem.what) == (2, True), problem
    assert services.get_case(reviewer, book, cases[0])["state"] == "released"


def test_what_was_left_empty_waits_and_what_belongs_to_no_case_is_named(
    book: Casebook, cases: list[str], tmp_path: Path
) -> None:
    def blank(heads: Any, lines: Any) -> None:
        for name in ("conclusion", "worth_checking"):
            heads.cell(2, place(CASE_FIELDS, name)).value = None
        for row in (2, 3):
            for name in ("determined", "reason"):
                lines.cell(row, place(LINE_FIELDS, name)).value = None
        lines.cell(4, place(LINE_FIELDS, "case_no"), "SC20261119-OTHER0")

    report = enter(book, filled(book, tmp_path / "r.xlsx", blank))
    assert outcomes(report) == ["blank", "failed"]
    assert [(one.sheet, one.row, one.column) for one in report.problems] == [("费用", 4, "案件编号")]
    assert "还有 1 条费用未认定" in report.results[1].problems[0].what


def test_a_heavy_case_is_dismissed_only_with_a_leads_name(
    book: Casebook, cases: list[str], reviewer: Principal, tmp_path: Path
) -> None:
    from dataclasses import replace

    strict = replace(book, terms=replace(book.terms, cosign_fen=100))

    def dismissed(heads: Any, lines: Any) -> None:
        heads.cell(3, place(CASE_FIELDS, "lead"), "李负责")
        for row in range(2, 6):
            lines.cell(row, place(LINE_FIELDS, "determined"), 0)
            lines.cell(row, place(LINE_FIELDS, "reason"), "临床需要，有病历依据")

    report = enter(strict, filled(strict, tmp_path / "r.xlsx", dismissed))
    assert outcomes(report) == ["failed", "done"]
    assert "须由负责人提交" in report.results[0].problems[0].what
    last = services.get_events(reviewer, book, cases[1])[0]
    assert (last["action"], last["actor_name"]) == ("submit", "李负责")


def test_a_workbook_is_taken_only_for_its_own_agency_and_in_its_own_form(
    book: Casebook, cases: list[str], tmp_path: Path
) -> None:
    path = filled(book, tmp_path / "r.xlsx")
    with pytest.raises(Refused, match="510700"):
        import_results(excel_desk("510700", "绵阳"), book, read_results(path))
    for sheet, cell, value, says in (
        ("填写说明", "B1", "other", "格式"), ("案件", "K1", "结论", "核查结论"), ("费用", "I1", "金额", "认定金额"),
    ):  # fmt: skip
        workbook = openpyxl.load_workbook(path)
        workbook[sheet][cell] = value
        workbook.save(tmp_path / "bent.xlsx")
        with pytest.raises(Refused, match=says):
            read_results(tmp_path / "bent.xlsx")
    (tmp_path / "no.xlsx").write_text("no", encoding="utf-8")
    with pytest.raises(Refused, match="xlsx"):
        read_results(tmp_path / "no.xlsx")
    for agency, by in (("999999", "甲"), ("510100", " ")):
        with pytest.raises(Refused):
            excel_desk(agency, by)


def test_the_template_holds_only_own_open_cases_and_locks_what_is_known(
    book: Casebook, cases: list[str], chengdu: Principal, tmp_path: Path
) -> None:
    version = services.get_case(chengdu, book, cases[0])["version"]
    services.transition(chengdu, book, cases[0], "accept", version)
    path = tmp_path / "r.xlsx"
    write_results_template(path, "510100", "成都市", "2026-11-23", open_cases(DESK, book))
    workbook = openpyxl.load_workbook(path)
    assert [cell.value for cell in workbook["案件"]["A"][1:]] == [cases[1]]
    assert open_cases(excel_desk("510700", "绵阳"), book) == []
    sheet = workbook["费用"]
    assert sheet.protection.sheet
    asked = {field.head for field in LINE_FIELDS if field.asked}
    assert {sheet.cell(1, cell.column).value for cell in sheet[2] if not cell.protection.locked} == asked
    assert sheet["H2"].value == 50
    assert workbook["案件"].column_dimensions["B"].hidden


def test_the_round_trip_on_the_command_line(
    warehouse: Warehouse, reviewer: Principal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    monkeypatch.delenv("LIANSHEN_CASEBOOK", raising=False)
    book = Casebook(open_casebook(f"sqlite:///{tmp_path / 'casebook.sqlite'}"))
    cases = raise_cases(warehouse, book, reviewer)

    def run(*arguments: str) -> Result:
        app = typer.Typer()
        command.register(app)
        return CliRunner().invoke(app, ["cases", *arguments])

    out = tmp_path / "out" / "chengdu.xlsx"
    assert "2 cases" in run("export-results", "510100", str(out)).output
    path = filled(book, tmp_path / "back.xlsx", lambda heads, _lines: heads.cell(2, 11, "太短"))
    refused = run("import-results", str(path), "--by", "王经手", "--all-or-nothing")
    assert refused.exit_code == 1
    assert "“案件”第 2 行“核查结论”" in refused.output
    assert {services.get_case(reviewer, book, one)["state"] for one in cases} == {"released"}
    heads = filled(book, tmp_path / "back.xlsx")
    report = json.loads(run("import-results", str(heads), "--by", "王经手", "--json").output)
    assert (report["clean"], [one["outcome"] for one in report["cases"]]) == (True, ["done", "done"])
    book.engine.dispose()
