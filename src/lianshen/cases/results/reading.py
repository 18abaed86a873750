"""Reading a workbook of results: what was filled in, and what is wrong with it by sheet, row and column."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lianshen.cases.domain import DETERMINATIONS
from lianshen.cases.errors import Refused
from lianshen.cases.results.sheets import ABOUT, CASE_FIELDS, CASES, FORMAT, LINE_FIELDS, LINES, NO, YES, Field
from lianshen.errors import MissingExtra

MOST_BYTES, MOST_UNPACKED, MOST_ROWS = 20 * 1024 * 1024, 200 * 1024 * 1024, 100_000
REASONS = {code.label: key for key, code in DETERMINATIONS.items()} | {key: key for key in DETERMINATIONS}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where: the row counts from 1 as the spreadsheet shows it."""

    sheet: str
    row: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"“{self.sheet}”第 {self.row} 行“{self.column}”：{self.what}"


@dataclass(frozen=True)
class FilledLine:
    """What a line was found to come to, in fen."""

    row: int
    bkkp_sn: str
    amount: int
    reason: str
    text: str


@dataclass
class FilledCase:
    """One case as it came back. ``worth_checking`` None: not answered."""

    row: int
    case_no: str
    version: int
    conclusion: str
    worth_checking: bool | None
    lead: str
    lines: list[FilledLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Whether nothing of it was filled in."""
        return not (self.conclusion or self.lines or self.problems or self.worth_checking is not None)


@dataclass(frozen=True)
class Filled:
    """A workbook that came back: whose it is, its cases, and what belongs to no case."""

    agency: str
    cases: list[FilledCase]
    problems: list[Problem]


def read_results(path: Path) -> Filled:
    """Read a workbook.

    :raises Refused: if it is none of ours, too large, or a sheet or column is missing.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise MissingExtra("openpyxl", "reports", "Reading results from Excel") from error
    _check_size(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (KeyError, ValueError, OSError) as error:
        raise Refused(f"{path.name} 不能作为 Excel 文件打开：{error}") from error
    try:
        missing = [name for name in (CASES, LINES, ABOUT) if name not in book.sheetnames]
        if missing:
            raise Refused(f"{path.name} 缺少工作表“{missing[0]}”；请使用导出的模板，不要改工作表名称")
        about = {str(row[0]): row[1] for row in book[ABOUT].iter_rows(max_col=2, values_only=True)}
        if about.get("格式") != FORMAT:
            raise Refused(f"{path.name} 的格式是 {about.get('格式')!r}，应为 {FORMAT}；请重新导出模板")
        problems: list[Problem] = []
        cases: dict[str, FilledCase] = {}
        for row, cells in _rows(book[CASES], CASES, CASE_FIELDS):
            _case(cases, row, cells, problems)
        for row, cells in _rows(book[LINES], LINES, LINE_FIELDS):
            _line(cases, row, cells, problems)
        return Filled(str(about.get("经办机构") or ""), list(cases.values()), problems)
    finally:
        book.close()


def _check_size(path: Path) -> None:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(f"{path.name} 超过 {MOST_BYTES // 1024 // 1024} MB")
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise Refused(f"{path.name} 解压后超过 {MOST_UNPACKED // 1024 // 1024} MB")
    except zipfile.BadZipFile as error:
        raise Refused(f"{path.name} 不是 xlsx 文件；请另存为 xlsx 后再导入") from error
    except OSError as error:
        raise Refused(f"{path} 不能读取：{error.strerror}") from error


def _rows(sheet: Any, name: str, fields: Sequence[Field]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the row number and the cells by field; a formula is given as its text, which nothing takes."""
    found = sheet.iter_rows()
    heads = [str(cell.value or "").strip() for cell in next(found, ())]
    places = {}
    for one in fields:
        if one.head not in heads:
            raise Refused(f"工作表“{name}”缺少“{one.head}”列；请使用导出的模板，不要改表头")
        places[one.name] = heads.index(one.head)
    for number, row in enumerate(found, start=2):
        if number > MOST_ROWS:
            raise Refused(f"工作表“{name}”超过 {MOST_ROWS} 行")
        cells = {key: row[place].value if place < len(row) else None for key, place in places.items()}
        if any(value not in (None, "") for value in cells.values()):
            yield number, cells


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _case(cases: dict[str, FilledCase], row: int, cells: dict[str, Any], problems: list[Problem]) -> None:
    case_no = _text(cells["case_no"])
    if not case_no or case_no in cases:
        problems.append(Problem(CASES, row, "案件编号", f"{case_no} 重复" if case_no else "缺少案件编号"))
        return
    case = FilledCase(row, case_no, -1, _text(cells["conclusion"]), None, _text(cells["lead"]))
    cases[case_no] = case
    if isinstance(cells["version"], int):
        case.version = cells["version"]
    else:
        case.problems.append(Problem(CASES, row, "版本", "被改动；请重新导出模板"))
    for name, head in (("conclusion", "核查结论"), ("lead", "负责人签批")):
        if _text(cells[name]).startswith("="):
            case.problems.append(Problem(CASES, row, head, "不接受公式，请填写文字"))
    worth = _text(cells["worth_checking"])
    if worth in (YES, NO):
        case.worth_checking = worth == YES
    elif worth:
        case.problems.append(Problem(CASES, row, "是否值得核查", f"{worth!r} 无效，请填写“{YES}”或“{NO}”"))


def _line(cases: dict[str, FilledCase], row: int, cells: dict[str, Any], problems: list[Problem]) -> None:
    amount, reason, text = cells["determined"], _text(cells["reason"]), _text(cells["reason_text"])
    if amount in (None, "") and not reason and not text:
        return
    case = cases.get(_text(cells["case_no"]))
    if case is None:
        problems.append(Problem(LINES, row, "案件编号", f"“{CASES}”表中没有 {_text(cells['case_no']) or '（空）'}"))
        return

    def wrong(column: str, what: str) -> None:
        case.problems.append(Problem(LINES, row, column, what))

    fen = _fen(amount)
    bkkp_sn = _text(cells["bkkp_sn"])
    if any(line.bkkp_sn == bkkp_sn for line in case.lines):
        wrong("费用行", f"{bkkp_sn} 重复")
    elif fen is None:
        wrong("认定金额(元)", "缺少金额" if amount in (None, "") else f"{amount!r} 不是至多两位小数的金额")
    elif reason not in REASONS:
        labels = "、".join(code.label for code in DETERMINATIONS.values())
        wrong("认定原因", f"{reason!r} 无效，请选择：{labels}" if reason else "缺少原因")
    elif text.startswith("="):
        wrong("说明", "不接受公式，请填写文字")
    else:
        case.lines.append(FilledLine(row, bkkp_sn, fen, REASONS[reason], text))


def _fen(value: Any) -> int | None:
    """Return yuan as fen; None for what is no amount with at most two decimals."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        # A float is read as the shortest text that gives it, which is what was typed.
        yuan = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        return None
    fen = yuan * 100
    return int(fen) if yuan.is_finite() and fen == fen.to_integral_value() and abs(fen) < 10**15 else None
