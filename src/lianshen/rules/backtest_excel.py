"""A back-test as an Excel workbook: what it comes to, by region and level, what overlaps, and every finding."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from lianshen.errors import MissingExtra
from lianshen.rules.backtest_result import Comparison
from lianshen.rules.backtest_store import as_dict
from lianshen.rules.backtest_words import PARTS, ROWS, Values, heads, in_common
from lianshen.rules.document import Rule

if TYPE_CHECKING:
    from xlsxwriter import Workbook

MONEY = "#,##0.00;[Red]-#,##0.00;0.00"
MOST_FINDINGS = 100_000
"""Rows of findings that a sheet takes; the first sheet says how many there are."""
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write_excel(con: duckdb.DuckDBPyConnection, found: Comparison, rule: Rule, path: Path) -> Path:
    """Write the workbook from a back-test and the rehearsal on which it ran.

    Persons do not appear in it: a finding is named by its settlement. Raise :class:`MissingExtra` without XlsxWriter.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise MissingExtra("xlsxwriter", "reports", "An Excel file of a back-test") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    with Workbook(str(path)) as book:
        book.set_properties({"title": f"{rule.id} {rule.head.title_zh} 回测", "created": _MADE})
        formats = _formats(book)
        plain = as_dict(found)
        _summary(book, formats, plain, rule)
        for sheet, name in PARTS:
            _parts(book, formats, sheet, found, name)
        for number, head in enumerate(heads(plain)):
            _findings(con, book, formats, rule, number, f"疑点 {'试算' if number else '现行'}", head)
    return path


def _formats(book: Workbook) -> dict[str, Any]:
    edge = {"border": 1, "border_color": "#BFBFBF", "valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#595959", "text_wrap": True, "valign": "top"}),
        "head": book.add_format({**edge, "bold": True, "bg_color": "#E8EEF4", "align": "center", "text_wrap": True}),
        "text": book.add_format({**edge, "text_wrap": True}),
        "value": book.add_format({**edge, "align": "right"}),
        "count": book.add_format({**edge, "num_format": "#,##0"}),
        "money": book.add_format({**edge, "num_format": MONEY}),
        "day": book.add_format({**edge, "num_format": "yyyy-mm-dd"}),
    }


def _summary(book: Workbook, formats: dict[str, Any], found: Values, rule: Rule) -> None:
    trials = found["trials"]
    sheet = book.add_worksheet("概要")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, len(trials), 30)
    sheet.write_string(0, 0, f"{rule.id} {rule.head.title_zh} 回测", formats["title"])
    sheet.write_string(1, 0, f"结算日 {found['since']} 至 {found['until']}", formats["note"])
    sheet.write_row(3, 0, ["项目", *heads(found)], formats["head"])
    row = 4
    for name, text in ROWS:
        sheet.write_string(row, 0, name, formats["text"])
        for column, trial in enumerate(trials, start=1):
            sheet.write_string(row, column, text(trial), formats["value"])
        row += 1
    for name, param in rule.head.params.items():
        sheet.write_string(row, 0, f"参数 {name}", formats["text"])
        for column, trial in enumerate(trials, start=1):
            sheet.write_string(row, column, trial["params"].get(name, "—"), formats["value"])
        sheet.write_string(row, len(trials) + 1, param.about, formats["note"])
        row += 1
    if common := in_common(found):
        sheet.write_string(row + 1, 0, common, formats["note"])


def _parts(book: Workbook, formats: dict[str, Any], title: str, found: Comparison, name: str) -> None:
    sheet = book.add_worksheet(title)
    sheet.set_column(0, 0, 24)
    columns = ["疑点", "A0（元）", "A1（元）", "A2（元）", "估算风险（元）"]
    sheet.set_column(1, len(columns) * len(found.trials), 16)
    sheet.write_string(0, 0, title, formats["title"])
    listed = [{part.name: part for part in getattr(trial, name)} for trial in found.trials]
    for number, head in enumerate(heads(as_dict(found))):
        first = 1 + number * len(columns)
        sheet.merge_range(1, first, 1, first + len(columns) - 1, head, formats["head"])
        sheet.write_row(2, first, columns, formats["head"])
    sheet.write_string(2, 0, title, formats["head"])
    for row, one in enumerate(dict.fromkeys(name for parts in listed for name in parts), start=3):
        sheet.write_string(row, 0, one, formats["text"])
        for number, parts in enumerate(listed):
            first, part = 1 + number * len(columns), parts.get(one)
            if part is not None:
                sheet.write_number(row, first, part.findings, formats["count"])
                _write(sheet, formats, row, first + 1, [part.a0, part.a1, part.a2, part.exposure])
    sheet.freeze_panes(3, 1)


def _findings(
    con: duckdb.DuckDBPyConnection,
    book: Workbook,
    formats: dict[str, Any],
    rule: Rule,
    number: int,
    title: str,
    head: str,
) -> None:
    sheet = book.add_worksheet(title)
    sheet.write_string(0, 0, head, formats["title"])
    names = [
        "结算编号",
        "医药机构",
        "机构代码",
        "就医地",
        "日期",
        "A0（元）",
        "A1（元）",
        "A2（元）",
        "估算（元）",
        "事实",
    ]
    sheet.set_column(0, 8, 15)
    sheet.set_column(9, 9, 80)
    sheet.write_row(2, 0, names, formats["head"])
    rows = con.execute(
        "SELECT f.setl_id, s.fixmedins_name, f.fixmedins_code, COALESCE(g.name_zh, f.treating_agency), "
        "f.subject_date, f.a0, f.a1, f.a2, f.exposure, CAST(f.because AS VARCHAR) "
        f"FROM temp.trial_{number} AS f LEFT JOIN mart.settlement AS s ON f.setl_id = s.setl_id "
        "LEFT JOIN knowledge.agency AS g ON f.treating_agency = g.code "
        f"ORDER BY f.a2 DESC, f.exposure DESC, f.finding_id LIMIT {MOST_FINDINGS}"
    ).fetchall()
    for row, values in enumerate(rows, start=3):
        facts = json.loads(values[-1])
        said = "；".join(f"{rule.head.facts.get(name, name)}：{value}" for name, value in facts.items() if value)
        _write(sheet, formats, row, 0, [*values[:-1], said])
    sheet.freeze_panes(3, 1)
    sheet.autofilter(2, 0, 2 + len(rows), len(names) - 1)


def _write(sheet: Any, formats: dict[str, Any], row: int, column: int, values: Sequence[object]) -> None:
    for place, value in enumerate(values, start=column):
        if isinstance(value, Decimal):
            sheet.write_number(row, place, value, formats["money"])
        elif value is None or isinstance(value, str):
            sheet.write_string(row, place, value or "", formats["text"])
        else:
            sheet.write_datetime(row, place, value, formats["day"])
