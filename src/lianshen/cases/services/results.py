"""Results by Excel, for agencies without accounts: a workbook of what is open goes out, and comes back filled in.

What comes back goes through the same services as what is typed on the pages, with every check. One case is one
transaction: taken up, every line determined, submitted, or nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from lianshen.agency import agencies
from lianshen.cases.domain import DETERMINATIONS, REGIONAL, Principal
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.filters import CaseFilter
from lianshen.cases.results.reading import Filled, FilledCase, Problem
from lianshen.cases.results.sheets import CASES, LINES
from lianshen.cases.services.acting import transition
from lianshen.cases.services.determining import set_determination
from lianshen.cases.services.listing import PAGE, list_cases
from lianshen.cases.services.reading import get_case, get_lines
from lianshen.cases.services.scope import Row
from lianshen.cases.store import Casebook, together, writing

OPEN = ("released", "accepted", "returned")
Outcome = Literal["done", "same", "blank", "failed", "withheld"]
OUTCOMES: dict[str, str] = {
    "done": "已导入", "same": "此前已导入", "blank": "未填写", "failed": "有错误", "withheld": "未导入（整批撤销）",
}  # fmt: skip
EXCEL = "excel:"
"""How the login of a desk without accounts begins; no account's can."""


@dataclass(frozen=True)
class Result:
    """What became of one case of the workbook."""

    row: int
    case_no: str
    outcome: Outcome
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Report:
    """What became of a workbook; ``problems`` are those that belong to no case."""

    results: tuple[Result, ...]
    problems: tuple[Problem, ...]

    @property
    def is_clean(self) -> bool:
        return not self.problems and all(result.outcome != "failed" for result in self.results)

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome == outcome for result in self.results)


class _Undone(Exception):
    """Everything since the transaction began is taken back."""


def excel_desk(agency: str, by: str) -> Principal:
    """Return who acts for an agency without accounts: one desk per agency, named after who brings the workbook.

    :raises Refused: for an unknown agency or without a name.
    """
    if agency not in agencies():
        raise Refused(f"经办机构 {agency!r} 无效；请填写 22 个经办机构之一的代码")
    if not by.strip():
        raise Refused("请填写经手人姓名")
    return Principal(0, f"{EXCEL}{agency}", by.strip(), "handler", agency)


def open_cases(p: Principal, book: Casebook) -> list[tuple[Row, list[Row]]]:
    """Return what the principal may take up or has taken up, each case with its lines; the trail keeps the export.

    :raises Forbidden: for roles that work no cases of an agency.
    """
    if p.role not in REGIONAL:
        raise Forbidden(f"{p.role_name}不能导出待填写的案件")
    found: list[Row] = []
    f = CaseFilter(state=OPEN, sort="case_no")
    while len(page := list_cases(p, book, f, len(found), len(found) + PAGE, want_total=False)["items"]):
        found += page
    mine = [case for case in found if case["assignee"] in (None, p.login)]
    rows = [(case, get_lines(p, book, case["case_no"])) for case in mine]
    with writing(book.engine) as con:
        detail = {"as": "results", "agency": p.agency, "cases": len(rows)}
        append(con, book.now(), [Event("export", p.login, p.name, detail=detail, ip=p.ip)])
    return rows


def import_results(
    p: Principal, book: Casebook, filled: Filled, *, whole: bool = False, check_only: bool = False
) -> Report:
    """Enter what came back and say for each case what became of it.

    ``whole``: one mistake and nothing at all is entered. ``check_only``: everything is tried and nothing is kept.
    A case that stands already as the workbook has it is left alone, so that a workbook can come twice.

    :raises Refused: if the workbook is of another agency.
    """
    if filled.agency != p.agency:
        raise Refused(f"文件属于经办机构 {filled.agency or '（未注明）'}，不属于 {p.agency}")
    report = Report((), tuple(filled.problems))
    try:
        if whole or check_only:
            with together(book.engine):
                report = _import(p, book, filled)
                if check_only or not report.is_clean:
                    raise _Undone
        else:
            report = _import(p, book, filled)
    except _Undone:
        if not check_only:
            report = replace(report, results=tuple(_withheld(result) for result in report.results))
    return report


def _withheld(result: Result) -> Result:
    return replace(result, outcome="withheld") if result.outcome == "done" else result


def _import(p: Principal, book: Casebook, filled: Filled) -> Report:
    results = [_one(p, book, case) for case in filled.cases]
    report = Report(tuple(results), tuple(filled.problems))
    if done := report.count("done"):
        with writing(book.engine) as con:
            detail = {"agency": p.agency, "cases": done, "failed": report.count("failed")}
            append(con, book.now(), [Event("import", p.login, p.name, detail=detail, ip=p.ip)])
    return report


def _one(p: Principal, book: Casebook, case: FilledCase) -> Result:
    if case.is_blank:
        return Result(case.row, case.case_no, "blank")
    if case.problems:
        return Result(case.row, case.case_no, "failed", tuple(case.problems))
    at = Problem(CASES, case.row, "案件编号", "")
    try:
        now = get_case(p, book, case.case_no)
        lines = {line["bkkp_sn"]: line for line in get_lines(p, book, case.case_no)}
        if _stands(now, lines, case):
            return Result(case.row, case.case_no, "same")
        with together(book.engine):
            version = case.version
            if now["state"] == "released":
                transition(p, book, case.case_no, "accept", version)
                version += 1
            for line in case.lines:
                at = Problem(LINES, line.row, "认定金额(元)", "")
                set_determination(
                    p, book, case.case_no, line.bkkp_sn, line.amount, line.reason, text=line.text, version=version
                )
            at = Problem(CASES, case.row, "核查结论", "")
            transition(
                _signing(p, case), book, case.case_no, "submit", version, text=case.conclusion,
                worth_checking=case.worth_checking,
            )  # fmt: skip
    except (Conflict, Forbidden, NotFound, Refused) as error:
        return Result(case.row, case.case_no, "failed", (replace(at, what=str(error)),))
    return Result(case.row, case.case_no, "done")


def _signing(p: Principal, case: FilledCase) -> Principal:
    """Return who submits: on a desk without accounts the lead who signed the row, where one did."""
    if case.lead and p.login.startswith(EXCEL):
        return replace(p, role="region_lead", name=case.lead)
    return p


def _stands(now: Row, lines: dict[str, Row], case: FilledCase) -> bool:
    """Return whether the case has been submitted just as the workbook has it."""
    if now["decision"] is None or now["conclusion"] != case.conclusion or now["state"] in OPEN:
        return False
    if now["worth_checking"] != case.worth_checking:
        return False
    return all(
        (line := lines.get(one.bkkp_sn)) is not None
        and (line["determined"], line["reason"], line["reason_text"] or "") == (one.amount, one.reason, one.text)
        for one in case.lines
    )


def reason_labels() -> Sequence[str]:
    """Return the reasons that a line may be given, as people read them."""
    return [code.label for code in DETERMINATIONS.values()]


def as_plain(report: Report) -> dict[str, Any]:
    """Return a report for programs."""
    return {
        "clean": report.is_clean,
        "problems": [vars(problem) for problem in report.problems],
        "cases": [
            {
                "row": one.row,
                "case_no": one.case_no,
                "outcome": one.outcome,
                "problems": [vars(problem) for problem in one.problems],
            }
            for one in report.results
        ],
    }
