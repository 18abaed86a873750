"""The files that leave the house add up to the fen: cells, totals, formulas and pages are read again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader
from support.clearing_books import CHENGDU, JILIN, MIANYANG, ClearingBooks

from lianshen.clearing import Closing, Month, Statement, close, month_as_it_stands, statement
from lianshen.clearing.excel import MONEY, write_excel
from lianshen.clearing.pdf import StatementPrinter
from lianshen.clearing.printing import write_statements
from lianshen.clearing.regions import FUND_NAMES, own_regions, region_names
from lianshen.clearing.statement import PartnerRow, Side
from lianshen.paper import FONTS, NoChineseFont

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


@pytest.fixture
def december(books: ClearingBooks) -> Closing:
    """A month with every kind of line: current, earlier months, reversal, other province, deduction, large amounts."""
    draw = random.Random(7)
    books.reach(DECEMBER.last)
    books.settle("FIRST", date(2026, 11, 2), "1.00")
    books.refresh()
    close(books.con, NOVEMBER)
    regions = [*own_regions(), JILIN]
    for number in range(120):
        insured, treating = draw.sample(regions, 2)
        fen = draw.randrange(1, 99_999_999)
        parts = {"310100": f"{fen // 3 / 100:.2f}", "330100": f"{(fen - fen // 3) / 100:.2f}"}
        day = date(2026, 11 if number % 9 == 0 else 12, 1 + number % 28)
        books.settle(f"S{number}", day, f"{fen / 100:.2f}", insured=insured, treating=treating, funds=parts)
    books.settle("HUGE", date(2026, 12, 5), "9999999999.99")
    books.settle("BACK", date(2026, 12, 9), "-1.00", reverses="FIRST")
    books.case("C1", "1234.56", date(2026, 12, 3))
    books.refresh()
    return close(books.con, DECEMBER)


def _decimal(cell: object) -> Decimal:
    return Decimal(repr(cell)) if isinstance(cell, float) else Decimal(str(cell))


def _same(row: PartnerRow, cells: list[Decimal]) -> None:
    assert cells == [row.records, *row.funds, row.deductions, row.total, row.prior]


def _check_sheet(values: Worksheet, formulas: Worksheet, side: Side) -> None:
    table = [[cell.value for cell in row] for row in values.iter_rows(min_row=2)]
    rows = [[_decimal(cell) for cell in row[2:]] for row in table]
    for found, row in zip(rows[:-1], side.rows, strict=True):
        _same(row, found)
        assert sum(found[1:-2]) == found[-2]
    _same(side.totals, rows[-1])
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1]
    last = len(rows)
    for column, cell in enumerate(formulas[last + 1][2:], start=3):
        letter = openpyxl.utils.get_column_letter(column)
        assert cell.value == f"=SUM({letter}2:{letter}{last})"


def test_the_workbook_adds_up_to_the_fen_when_it_is_read_again(
    books: ClearingBooks, december: Closing, tmp_path: Path
) -> None:
    found = statement(december, MIANYANG)
    path = write_excel(found, region_names(books.con), tmp_path / "m.xlsx")
    values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    _check_sheet(values["应付"], formulas["应付"], found.payable)
    _check_sheet(values["应收"], formulas["应收"], found.receivable)
    summary = [_decimal(values["汇总"][cell].value) for cell in ("B5", "B6", "B7")]
    assert summary == [found.receivable.total, found.payable.total, found.net]
    assert formulas["汇总"]["B7"].value == "=B5-B6"
    lines = [_decimal(row[6].value) for row in values["明细"].iter_rows(min_row=2)]
    assert sum(lines) == found.payable.total + found.receivable.total
    assert found.payable.total > Decimal("9999999999.99")


def test_cells_of_the_workbook_are_wide_enough_and_show_two_digits(
    books: ClearingBooks, december: Closing, tmp_path: Path
) -> None:
    path = write_excel(statement(december, MIANYANG), region_names(books.con), tmp_path / "m.xlsx")
    for sheet in openpyxl.load_workbook(path, data_only=True):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.number_format == MONEY:
                    spans = sheet.column_dimensions.values()
                    (width,) = (span.width for span in spans if span.min <= cell.column <= span.max)
                    assert len(f"{_decimal(cell.value):,.2f}") < width


def test_the_same_statement_gives_the_same_files(books: ClearingBooks, december: Closing, tmp_path: Path) -> None:
    found, names = statement(december, MIANYANG), region_names(books.con)
    printer = StatementPrinter()
    pairs = [
        (write_excel(found, names, tmp_path / f"{n}.xlsx"), printer.print(found, names, tmp_path / f"{n}.pdf"))
        for n in (1, 2)
    ]
    for first, second in zip(*pairs, strict=True):
        assert first.read_bytes() == second.read_bytes()


def _money(word: str) -> Decimal:
    return Decimal(0) if word == "–" else Decimal(word.replace(",", ""))


def _pdf_rows(path: Path, names: set[str]) -> list[tuple[str, list[Decimal]]]:
    """Return every row of the tables of a PDF, by the name it begins with."""
    text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    rows = []
    for line in text.splitlines():
        first, *words = line.split()
        if first in names and len(words) > 3:
            rows.append((first, [_money(word) for word in words]))
    return rows


def _check_pdf(path: Path, found: Statement, names: Mapping[str, str]) -> None:
    expected = []
    for side in (found.receivable, found.payable):
        for row in (*side.rows, side.totals):
            cells = [Decimal(row.records), *row.funds, row.deductions, row.total, row.prior]
            expected.append((names.get(row.partner, "合计"), cells))
    assert _pdf_rows(path, {*names.values(), "合计"}) == expected


def test_the_pdf_adds_up_to_the_fen_when_it_is_read_again(
    books: ClearingBooks, december: Closing, tmp_path: Path
) -> None:
    names = region_names(books.con)
    printer = StatementPrinter()
    for region in (MIANYANG, CHENGDU):
        found = statement(december, region)
        _check_pdf(printer.print(found, names, tmp_path / f"{region}.pdf"), found, names)


def test_the_pdf_brings_its_chinese_font_along(books: ClearingBooks, december: Closing, tmp_path: Path) -> None:
    path = StatementPrinter().print(statement(december, MIANYANG), region_names(books.con), tmp_path / "m.pdf")
    fonts = PdfReader(path).pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert any(family.replace(" ", "")[:8] in descriptor["/FontName"] for family in FONTS)


def test_without_a_chinese_font_the_printer_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(NoChineseFont, match="fonts-noto-cjk"):
        StatementPrinter(tmp_path, system=False)


def test_a_region_without_settlements_gets_an_empty_statement(books: ClearingBooks, tmp_path: Path) -> None:
    books.reach(NOVEMBER.last)
    books.settle("A", date(2026, 11, 3))
    books.refresh()
    found = statement(close(books.con, NOVEMBER), "513400")
    names = region_names(books.con)
    assert found.net == 0
    book = openpyxl.load_workbook(write_excel(found, names, tmp_path / "e.xlsx"), data_only=True)
    assert [book["汇总"][cell].value for cell in ("B5", "B6", "B7")] == [0, 0, 0]
    path = StatementPrinter().print(found, names, tmp_path / "e.pdf")
    assert "本月没有发生额" in PdfReader(path).pages[0].extract_text().replace(" ", "")


def test_a_month_that_is_not_closed_is_marked_on_every_file(books: ClearingBooks, tmp_path: Path) -> None:
    books.reach(date(2026, 11, 9))
    books.settle("A", date(2026, 11, 3))
    books.refresh()
    closing = month_as_it_stands(books.con, NOVEMBER)
    files = write_statements(books.con, closing, [MIANYANG], tmp_path)
    assert [path.name for _, path in files] == ["2026-11-510700-provisional.xlsx", "2026-11-510700-provisional.pdf"]
    assert "暂算" in openpyxl.load_workbook(files[0][1])["汇总"]["A1"].value
    assert "尚未关账" in PdfReader(files[1][1]).pages[0].extract_text()


def test_every_national_fund_type_of_the_map_has_a_name(books: ClearingBooks) -> None:
    rows = books.con.execute("SELECT DISTINCT national_type FROM knowledge.fund_map").fetchall()
    assert {kind for (kind,) in rows} <= FUND_NAMES.keys()
