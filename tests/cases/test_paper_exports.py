"""Cases as an Excel workbook: typed cells, the filter on a sheet of its own, nothing that becomes a formula."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Warehouse

from lianshen.cases import Casebook
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import workbooks
from lianshen.cases.services.workbooks import CUT, columns_named, export_workbook


@pytest.fixture
def queue(warehouse: Warehouse, book: Casebook) -> Casebook:
    """Return three cases of Chengdu, one of Mianyang; one hospital's name would be a formula."""
    for number in range(1, 5):
        agency = "510700" if number == 4 else "510100"
        name = "=HYPERLINK(1)" if number == 1 else "成都模拟医院"
        warehouse.settle(
            f"S{number}", person=f"p{number}00112233445566", fixmedins_code=f"H{number}", fixmedins_name=name,
            treating_agency=agency, fix_blng_admdvs=agency,
        )  # fmt: skip
        warehouse.line(f"L{number}", f"S{number}", "200.00")
        warehouse.find("PL-11", f"S{number}", f"{number}00.05", lines=(f"L{number}",))
    warehouse.assemble(book.engine)
    return book


def test_dates_are_dates_money_is_numbers_and_text_is_text(
    queue: Casebook, reviewer: Principal, tmp_path: Path
) -> None:
    path = tmp_path / "cases.xlsx"
    assert export_workbook(reviewer, queue, CaseFilter(), path, rule_names={"PL-11": "超限价"}) == 4
    sheet = openpyxl.load_workbook(path)["案件"]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    (first,) = (row for row in rows if row["机构编码"].value == "H1")
    assert (first["就医机构"].value, first["就医机构"].data_type) == ("=HYPERLINK(1)", "s")
    assert (first["涉及基金(元)"].value, first["涉及基金(元)"].number_format) == (100.05, "#,##0.00")
    assert (first["入院日期"].value, first["入院日期"].is_date) == (datetime(2026, 11, 10), True)  # noqa: DTZ001
    assert first["疑点类型"].value == "超限价"
    assert first["时限"].value is None
    assert [row["涉及基金(元)"].value for row in rows] == [400.05, 300.05, 200.05, 100.05]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(len(heads))}5"


def test_only_the_visible_columns_are_written_in_their_order(
    queue: Casebook, reviewer: Principal, tmp_path: Path
) -> None:
    columns = columns_named("at_issue, case_no,inst")
    export_workbook(reviewer, queue, CaseFilter(), tmp_path / "a.xlsx", columns=columns)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["案件"]
    assert [cell.value for cell in sheet[1]] == ["涉及基金(元)", "案件编号", "就医机构"]
    with pytest.raises(Refused, match="secret"):
        columns_named("case_no,secret")


def test_the_second_sheet_says_who_when_how_many_and_by_which_filter(
    queue: Casebook, reviewer: Principal, tmp_path: Path
) -> None:
    f = CaseFilter(region=("510100",), state=("new",), inst="H2")
    export_workbook(reviewer, queue, f, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["筛选条件"]
    said = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert said["导出人"] == "周审核（shenhe01，省级审核，全省）"
    assert said["导出时间"] == "2026-11-23 10:00:00"
    assert (said["行数"], said["状态"], said["就医地"], said["机构"]) == (1, "待复核", "成都市", "H2")
    assert said["网址参数"] == f.to_query()
    with queue.engine.connect() as con:
        query = sa.select(t.event.c.detail).where(t.event.c.action == "export")
        (detail,) = (json.loads(text) for text in con.scalars(query))
    assert detail == {"as": "xlsx", "cases": 1, "filter": f.to_query()}


def test_an_agency_exports_its_own_cases_only(queue: Casebook, chengdu: Principal, tmp_path: Path) -> None:
    # What was not released is not the agency's to see.
    assert export_workbook(chengdu, queue, CaseFilter(), tmp_path / "a.xlsx") == 0
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["案件"].max_row == 1


def test_a_text_longer_than_a_cell_is_cut_with_a_mark(
    queue: Casebook, reviewer: Principal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"PL-11": "长" * 40_000}
    export_workbook(reviewer, queue, CaseFilter(inst="H2"), tmp_path / "a.xlsx", rule_names=names)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["案件"]
    (text,) = (cell.value for cell in sheet[2] if str(cell.value).startswith("长"))
    assert len(text) == 32_767
    assert text.endswith(CUT)


@pytest.mark.slow
def test_ten_times_the_rows_cost_no_more_memory(
    queue: Casebook, reviewer: Principal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = workbooks.export_cases(reviewer, queue, CaseFilter(inst="H2"))
    peaks, few = [], ("case_no", "at_issue", "admit")
    for count in (2_000, 20_000):

        def many(*_args: Any, count: int = count, **_more: Any) -> Iterator[dict[str, Any]]:
            return (dict(row) for _ in range(count))

        monkeypatch.setattr(workbooks, "export_cases", many)
        tracemalloc.start()
        assert export_workbook(reviewer, queue, CaseFilter(), tmp_path / f"{count}.xlsx", columns=few) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 2_000_000
