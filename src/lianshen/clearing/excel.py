"""A statement as an Excel workbook. Amounts are the exact decimals; totals are formulas with their value beside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianshen.clearing.regions import FUND_NAMES, KIND_NAMES
from lianshen.clearing.statement import PartnerRow, Side, Statement
from lianshen.errors import MissingExtra

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MONEY = "#,##0.00;[Red]-#,##0.00;0.00"
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def write_excel(statement: Statement, names: Mapping[str, str], path: Path) -> Path:
    """Write the workbook: summary, payable, receivable, lines. The same statement gives the same bytes.

    ``names`` gives the Chinese name of each region by code. Raise :class:`MissingExtra` without XlsxWriter.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise MissingExtra("xlsxwriter", "reports", "An Excel statement") from error
    with Workbook(str(path)) as book:
        book.set_properties({"title": title(statement, names), "created": _MADE.replace(tzinfo=None)})
        formats = _formats(book)
        _summary(book, formats, statement, names)
        for name, side in (("应付", statement.payable), ("应收", statement.receivable)):
            _side(book.add_worksheet(name), formats, side, names)
        _lines(book.add_worksheet("明细"), formats, statement, names)
    return path


def title(statement: Statement, names: Mapping[str, str]) -> str:
    """Return the heading of a statement."""
    year, number = statement.month.year, statement.month.number
    mark = "（暂算）" if statement.is_provisional else ""
    return f"{names[statement.region]}异地就医费用清算单 {year}年{number}月{mark}"


def basis_text(statement: Statement) -> str:
    """Return how far the figures go and by what they can be checked."""
    if statement.is_provisional:
        return f"数据截至 {statement.as_of}，该月尚未关账，数字仍会变化"
    return f"数据截至 {statement.as_of} 关账，校验码 {statement.hash[:16]}"


def _formats(book: Workbook) -> dict[str, Any]:
    edge = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#595959"}),
        "head": book.add_format({**edge, "bold": True, "bg_color": "#E8EEF4", "align": "center", "text_wrap": True}),
        "text": book.add_format(edge),
        "count": book.add_format({**edge, "num_format": "#,##0"}),
        "money": book.add_format({**edge, "num_format": MONEY}),
        "sum_text": book.add_format({**edge, "bold": True, "top": 2}),
        "sum_count": book.add_format({**edge, "bold": True, "top": 2, "num_format": "#,##0"}),
        "sum_money": book.add_format({**edge, "bold": True, "top": 2, "num_format": MONEY}),
    }


def _summary(book: Workbook, formats: dict[str, Any], statement: Statement, names: Mapping[str, str]) -> None:
    sheet = book.add_worksheet("汇总")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 22)
    sheet.write_string(0, 0, title(statement, names), formats["title"])
    sheet.write_string(1, 0, basis_text(statement), formats["note"])
    sheet.write_row(3, 0, ["项目", "金额（元）"], formats["head"])
    rows = (("应收（本地区为就医地）", statement.receivable), ("应付（本地区为参保地）", statement.payable))
    for row, (label, side) in enumerate(rows, start=4):
        sheet.write_string(row, 0, label, formats["text"])
        last_row, last_column = 1 + len(side.rows), 4 + len(side.fund_types)
        source = f"='{'应收' if side is statement.receivable else '应付'}'!{_cell(last_row, last_column)}"
        sheet.write_formula(row, 1, source, formats["money"], side.total)
    sheet.write_string(6, 0, "净额（正为应收，负为应付）", formats["sum_text"])
    sheet.write_formula(6, 1, "=B5-B6", formats["sum_money"], statement.net)
    _page(sheet, landscape=False)


def _side(sheet: Worksheet, formats: dict[str, Any], side: Side, names: Mapping[str, str]) -> None:
    funds = [FUND_NAMES.get(code, code) for code in side.fund_types]
    heads = ["地区代码", "对方地区", "笔数", *funds, "扣款返还", "合计", "其中：以前月份"]
    sheet.write_row(0, 0, heads, formats["head"])
    sheet.set_row(0, 32)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 2, 10)
    sheet.set_column(3, len(heads) - 1, 18)
    first, last = 3, len(heads) - 3
    for number, row in enumerate(side.rows, start=1):
        sheet.write_string(number, 0, row.partner, formats["text"])
        sheet.write_string(number, 1, names.get(row.partner, row.partner), formats["text"])
        sheet.write_number(number, 2, row.records, formats["count"])
        for column, amount in enumerate([*row.funds, row.deductions], start=first):
            sheet.write(number, column, amount, formats["money"])
        across = f"=SUM({_cell(number, first)}:{_cell(number, last)})"
        sheet.write_formula(number, last + 1, across, formats["money"], row.total)
        sheet.write(number, last + 2, row.prior, formats["money"])
    _totals(sheet, formats, side.totals, len(side.rows), first)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    _page(sheet, landscape=True)


def _totals(sheet: Worksheet, formats: dict[str, Any], totals: PartnerRow, rows: int, first: int) -> None:
    line = rows + 1
    sheet.write_string(line, 0, "合计", formats["sum_text"])
    sheet.write_string(line, 1, "", formats["sum_text"])
    values = [*totals.funds, totals.deductions, totals.total, totals.prior]
    cells: list[tuple[int, Decimal | int, str]] = [(2, totals.records, "sum_count")]
    cells += [(column, value, "sum_money") for column, value in enumerate(values, start=first)]
    for column, value, look in cells:
        # Without rows there is nothing to add, and a formula over the heading would be a circle.
        formula = f"=SUM({_cell(1, column)}:{_cell(rows, column)})" if rows else "=0"
        sheet.write_formula(line, column, formula, formats[look], value)


def _lines(sheet: Worksheet, formats: dict[str, Any], statement: Statement, names: Mapping[str, str]) -> None:
    heads = ["类型", "参保地", "就医地", "资金", "费用所属月", "笔数", "金额（元）"]
    sheet.write_row(0, 0, heads, formats["head"])
    for column, width in enumerate((12, 24, 24, 16, 12, 10, 18)):
        sheet.set_column(column, column, width)
    for number, line in enumerate(statement.lines, start=1):
        cells = (
            KIND_NAMES[line.kind],
            names.get(line.insu_region, line.insu_region),
            names.get(line.treat_region, line.treat_region),
            FUND_NAMES.get(line.fund_type, line.fund_type or "不分资金"),
            line.source_month,
        )
        for column, text in enumerate(cells):
            sheet.write_string(number, column, text, formats["text"])
        sheet.write_number(number, 5, line.records, formats["count"])
        sheet.write(number, 6, line.amount, formats["money"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(statement.lines), 1), len(heads) - 1)
    sheet.repeat_rows(0)
    _page(sheet, landscape=True)


def _page(sheet: Worksheet, *, landscape: bool) -> None:
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 / 共 &N 页")


def _cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))
