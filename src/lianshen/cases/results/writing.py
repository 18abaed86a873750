"""Writing the workbook that an agency without accounts fills in: what is known is locked, what is asked is yellow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianshen.cases.results.sheets import ABOUT, CASE_FIELDS, CASES, FORMAT, HELP, LINE_FIELDS, LINES, NO, YES, Field
from lianshen.cases.services.results import reason_labels
from lianshen.cases.services.workbooks import FORMATS, write_cell
from lianshen.errors import MissingExtra

if TYPE_CHECKING:
    from xlsxwriter import Workbook

Row = Mapping[str, Any]
ASKED = {"bg_color": "#FFF7D6", "locked": False, "text_wrap": True, "border": 1, "border_color": "#D9CFA0"}
OPTIONS = {"select_locked_cells": True, "format_columns": True, "format_rows": True, "autofilter": True, "sort": True}


def write_results_template(
    path: Path, agency: str, name: str, made: str, cases: Sequence[tuple[Row, Sequence[Row]]]
) -> Path:
    """Write the workbook of an agency's open cases, each with its lines.

    :raises MissingExtra: without XlsxWriter.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise MissingExtra("xlsxwriter", "reports", "A workbook for results") from error
    with Workbook(str(path)) as book:
        looks = {kind: book.add_format(look) for kind, look in FORMATS.items()}
        looks |= {f"asked_{kind}": book.add_format({**FORMATS[kind], **ASKED}) for kind in ("text", "money")}
        looks["wrap"] = book.add_format({"text_wrap": True, "valign": "top"})
        _sheet(book, looks, CASES, CASE_FIELDS, [case for case, _ in cases])
        _sheet(book, looks, LINES, LINE_FIELDS, [_shown(line) for _, lines in cases for line in lines])
        about = book.add_worksheet(ABOUT)
        about.set_column(0, 0, 14)
        about.set_column(1, 1, 90)
        facts = (("格式", FORMAT), ("经办机构", agency), ("机构名称", name), ("导出时间", made))
        told = [*facts, *((str(number), text) for number, text in enumerate(HELP, start=1))]
        for row, (head, text) in enumerate(told):
            about.write_string(row, 0, head, looks["head"])
            about.write_string(row, 1, text, looks["wrap"])
        about.protect("", OPTIONS)
    return path


def _shown(line: Row) -> Row:
    return {**line, "rules": "、".join(line["rules"]), "reason": None}


def _sheet(book: Workbook, looks: Mapping[str, Any], name: str, fields: Sequence[Field], rows: Sequence[Row]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    last = max(len(rows), 1)
    for place, one in enumerate(fields):
        sheet.set_column(place, place, one.width, None, {"hidden": one.name == "version"})
        sheet.write_string(0, place, one.head, looks["head"])
        choices = {"worth_checking": [YES, NO], "reason": list(reason_labels())}.get(one.name)
        if choices:
            sheet.data_validation(1, place, last, place, {"validate": "list", "source": choices})
    for number, row in enumerate(rows, start=1):
        for place, one in enumerate(fields):
            if one.asked:
                sheet.write_blank(number, place, None, looks[f"asked_{one.kind}"])
            else:
                write_cell(sheet, number, place, one.kind, row[one.name], looks[one.kind])
    sheet.autofilter(0, 0, last, len(fields) - 1)
    sheet.protect("", OPTIONS)
