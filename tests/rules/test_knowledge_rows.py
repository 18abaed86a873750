"""A newcomer adds a row of knowledge and gets a finding, without a word of SQL: from its first day, and not before.

The rows go into part files of a copied content folder and the warehouse loads them, as in any installation.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lianshen.content import content_root
from lianshen.knowledge.checking import check_knowledge
from lianshen.rules import screen
from lianshen.rules.document import read_rules
from lianshen.rules.tables import LOGICAL, Tables
from lianshen.warehouse import open_warehouse

FIRST = date(2026, 11, 4)
"""The first day of every point."""
Row = dict[str, Any]
STAY = {"begndate": date(2026, 10, 1), "enddate": date(2026, 11, 20), "los_days": 50}


@dataclass(frozen=True)
class Case:
    """A rule, the rows of one point, and a settlement that breaks it; ``day`` of a line counts from the first day."""

    rule: str
    table: str
    point: list[Row]
    lines: list[Row]
    settlement: Row = field(default_factory=dict)
    more: dict[str, list[Row]] = field(default_factory=dict)
    shape: str = "attribute"

    @property
    def name(self) -> str:
        return f"{self.rule}-{self.table}"


def two(code_a: str, code_b: str, **more: Any) -> list[Row]:
    return [{"hilist_code": code_a, **more}, {"hilist_code": code_b, **more}]


DRUG = {"list_type": "101"}
CASES = [
    # Limit by attribute: of the person, the institution, the visit, the disease.
    Case("PL-04", "age_limit", [{"hilist_code": "001102000010000", "max_days": 5478}], [{}]),
    Case("MD-03", "sex_limit", [{"hilist_code": "001102000020000", "gend": "1"}], [{}]),
    Case("PL-01", "insurance_limit", [{"hilist_code": "001102000030000", "only_insutype": "410"}], [{}]),
    Case("PL-02", "herb_limit", [{"hilist_code": "T300000001", "kind": "ALWAYS"}], [{"list_type": "102"}]),
    Case(
        "PL-03", "second_line", [{"hilist_code": "XB01ABD187B002010100001", "first_line_prefix": "XA10BA"}], [DRUG],
        settlement={"begndate": date(2026, 4, 1)},
    ),
    Case(
        "PL-05", "indication",
        [{"hilist_code": "001102000040000", "icd_prefix": "D61", "purpose": "PAYMENT", "is_sufficient": "1"}], [{}],
        more={"diag_d": [{}]},
    ),
    Case(
        "PL-09", "level_limit", [{"hilist_code": "001102000050000", "min_level": 3}], [{}],
        settlement={"hosp_lv": "05", "fixmedins_code": "H51010000009"},
        more={"fixmedins_b": [{"hosp_lv": "05", "fixmedins_code": "H51010000009"}]},
    ),
    Case(
        "PL-09", "department_limit", [{"hilist_code": "001102000060000", "dept_prefix": "A15"}], [{}],
        more={"fixmedins_b": [{}]},
    ),
    Case(
        "PL-10", "setting_limit", [{"hilist_code": "001102000070000", "setting": "OTP"}], [{}], more={"mdtrt_d": [{}]},
    ),
    Case("MD-02", "child_limit", [{"hilist_code": "XM01AEB117D010110190777", "kind": "ONLY"}], [DRUG]),
    # Pair: what does not go together.
    Case(
        "CH-01", "pair_limit",
        [{"kind": "INCLUDED", "code_a": "001103000010000", "code_b": "001103000020000", "scope": "SAME_DAY",
          "is_one_to_one": "0"}],
        two("001103000010000", "001103000020000"), shape="pair",
    ),
    Case(
        "CH-06", "pair_limit",
        [{"kind": "CONSUMABLE", "code_a": "001103000030000", "code_b": "C0907175033999", "scope": "SAME_DAY",
          "is_one_to_one": "0"}],
        [{"hilist_code": "001103000030000"}, {"hilist_code": "C0907175033999110001", "list_type": "301"}], shape="pair",
    ),
    Case(
        "MD-07", "herb_pair", [{"code_a": "T300000002", "code_b": "T300000003"}],
        two("T300000002", "T300000003", list_type="102", cnt="70", det_item_fee_sumamt="70.00", inscp_amt="70.00"),
        settlement={"care": "OTP", "med_type": "11"}, shape="pair",
    ),
    # Quantity per period: of a day, a course, a cycle, a stay.
    Case(
        "PL-13", "quantity_limit", [{"hilist_code": "001104000010000", "unit": "DAY", "cap": 1}],
        [{"cnt": "3", "det_item_fee_sumamt": "60.00", "inscp_amt": "60.00"}],
        settlement={"care": "OTP", "med_type": "11"}, shape="quantity",
    ),
    Case(
        "PL-07", "course_limit", [{"hilist_code": "001104000020000", "max_days": 1, "scope": "STAY"}],
        [{}, {"day": 1}], shape="quantity",
    ),
    Case(
        "PL-14", "interval_limit", [{"hilist_code": "001104000030000", "cycle_days": 14, "max_cnt": 1}],
        [{}, {"day": 5}], shape="quantity",
    ),
    Case(
        "PL-15", "payment_cap", [{"hilist_code": "001104000040000", "scope": "STAY", "cap_amt": "15.00"}], [{}],
        shape="quantity",
    ),
    Case(
        "CH-05", "hour_item", [{"hilist_code": "001104000050000", "family": "ECG", "place": "STAY"}],
        [{"cnt": "2000", "pric": "5.00", "det_item_fee_sumamt": "10000.00", "inscp_amt": "9000.00"}],
        more={"mdtrt_d": [{}]}, shape="quantity",
    ),
    # Bundle: what is charged once for several components.
    Case(
        "CH-03", "bundle",
        [
            {"bundle_code": "001105000990000", "component_code": f"00110500{n:03d}0000", "min_components": 2,
             "price": "30.00"}
            for n in (1, 2, 3)
        ],
        [{"hilist_code": f"00110500{n:03d}0000"} for n in (1, 2, 3)], shape="bundle",
    ),
    Case(
        "PL-12", "discount_group",
        [{"hilist_code": f"00110600{n:03d}0000", "op_group": "测试同切口", "percent": 50} for n in (1, 2)],
        two("001106000010000", "001106000020000", pric="2000.00", det_item_fee_sumamt="2000.00", inscp_amt="2000.00"),
        more={
            "hilist_lmtpric_d": two("001106000010000", "001106000020000", hilist_pric_uplmt_amt="2000.00"),
            "oprn_d": [{}, {"oprn_oprt_sn": "2", "oprn_oprt_begntime": "2026-11-04 09:40:00"}],
        },
        shape="bundle",
    ),
]  # fmt: skip


def add_point(knowledge: Path, case: Case, number: int) -> None:
    """Add the point as a newcomer does: a part file with the table's header and a row or several."""
    with (knowledge / f"{case.table}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    own = {"kp_id": f"OWN-{number}", "note_zh": "本省新增知识点", "source": "测试文件", "batch": "OWN-1"}
    part = knowledge / case.table / f"OWN-{number}.csv"
    part.parent.mkdir(exist_ok=True)
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows({**row, **own, "valid_from": FIRST.isoformat()} for row in case.point)


def settlements_of(case: Case, number: int) -> Iterator[tuple[str, int]]:
    """Yield the settlement's id and how far its lines are moved: on the first day, and so that all lie before it."""
    yield f"S{number}", 0
    yield f"E{number}", -1 - max(int(line.get("day", 0)) for line in case.lines)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Load every point, screen every settlement, and return rule and settlement of each finding."""
    content = tmp_path_factory.mktemp("content")
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, content / name)
    for number, case in enumerate(CASES):
        add_point(content / "knowledge", case, number)
    wrong = check_knowledge(content, only={case.table for case in CASES})
    assert [str(problem) for problem in wrong if problem.severity == "error"] == []
    tables = Tables(content / "sql")
    wanted = {case.rule for case in CASES}
    paths = [path for path in (content / "sql" / "rules").rglob("*.sql") if path.name[:5] in wanted]
    with open_warehouse(None, content=content) as con:
        con.execute("CREATE TABLE line AS FROM mart.fee_line LIMIT 0")
        con.execute("DROP VIEW mart.fee_line")
        con.execute("CREATE TABLE mart.fee_line AS FROM line")
        for number, case in enumerate(CASES):
            for setl_id, moved in settlements_of(case, number):
                _put_settlement(con, tables, case, setl_id, moved)
        con.execute("INSERT INTO work.touched_settlement SELECT setl_id FROM mart.settlement")
        con.execute(
            "INSERT INTO work.touched_person "
            "SELECT person, MIN(begndate), MAX(enddate) FROM mart.settlement GROUP BY person"
        )
        runs = screen(con, read_rules(sorted(paths), tables), night="2026-11-20")
        assert {run.rule_id: run.error for run in runs if run.error} == {}
        return {(rule, setl_id) for rule, setl_id in con.execute(
            "SELECT source_id, setl_id FROM audit.finding"
        ).fetchall()}  # fmt: skip


def _put_settlement(con: duckdb.DuckDBPyConnection, tables: Tables, case: Case, setl_id: str, moved: int) -> None:
    keys = {"setl_id": setl_id, "mdtrt_id": f"V-{setl_id}", "person": f"P-{setl_id}", "psn_no": f"N-{setl_id}"}
    _put(con, tables, "settlement", [{**STAY, **case.settlement, **keys}])
    lines = []
    for number, given in enumerate(case.lines):
        cells = {"hilist_code": case.point[0].get("hilist_code"), **given}
        day = FIRST + timedelta(days=int(cells.pop("day", 0)) + moved)
        lines.append(
            {**cells, **keys, "bkkp_sn": f"{setl_id}-{number}", "fee_date": day, "fee_ocur_time": f"{day} 09:00:00"}
        )
    _put(con, tables, "fee_line", lines)
    for table, rows in case.more.items():
        own = {name: value for name, value in keys.items() if name in tables.columns[table]}
        if not own and setl_id.startswith("E"):
            continue  # what belongs to no settlement is there already
        _put(con, tables, table, [{**row, **own} for row in rows])


def _put(con: duckdb.DuckDBPyConnection, tables: Tables, name: str, rows: list[Row]) -> None:
    known = tables.columns[name]
    kept = [{column: value for column, value in row.items() if column in known} for row in rows]
    con.execute(f"INSERT INTO {LOGICAL[name][0]} BY NAME {tables.select(name, kept)}")


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_a_row_of_knowledge_is_a_finding_from_its_first_day(found: set[tuple[str, str]], number: int) -> None:
    case = CASES[number]
    assert (case.rule, f"S{number}") in found
    assert (case.rule, f"E{number}") not in found


def test_every_shape_of_the_two_libraries_is_tried() -> None:
    assert {case.shape for case in CASES} == {"attribute", "pair", "quantity", "bundle"}
