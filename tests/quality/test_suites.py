"""Checks derived from the landed schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianshen.errors import UsageError
from lianshen.quality.suites import suite, suite_of, table_title
from lianshen.warehouse.schema import landed_tables, read_table

FILE = """-- visit: 就诊 visit
-- mode: delta
-- key: id
CREATE TABLE visit (
    id VARCHAR NOT NULL, -- 编号 id {required}
    care VARCHAR, -- 类别 kind of care {prefix: care, severity: warn}
    sex VARCHAR NOT NULL, -- 性别 sex {codes: sex}
    agency VARCHAR, -- 机构 agency {format: agency}
    days DECIMAL(8, 2), -- 天数 days {range: 0..366}
    from_day DATE, -- 开始 from {range: 2000-01-01..2099-12-31, severity: warn}
    name VARCHAR NOT NULL, -- 姓名 name {identifier: hash}
    phone VARCHAR NOT NULL, -- 电话 telephone {identifier: drop}
    CONSTRAINT i1_short CHECK (days <= 30) -- {severity: warn} I1 住院不超过三十天 no stay is longer
);
"""


def test_each_tag_of_a_column_becomes_a_check(tmp_path: Path) -> None:
    path = tmp_path / "visit.sql"
    path.write_text(FILE, encoding="utf-8")
    spec = read_table(path, {"care": {"21": "x", "a.": "y"}, "sex": {"1": "m", "2": "f"}}, {"agency": r"^\d{6}$"})
    derived = {check.code: (check.kind, check.severity, check.broken_sql) for check in suite(spec)}
    assert derived == {
        "N-id": ("not_null", "set_aside", "id IS NULL"),
        "P-care": ("regex", "warn", r"NOT regexp_matches(care, '^(21|a\.).*$')"),
        "N-sex": ("not_null", "set_aside", "sex IS NULL"),
        "C-sex": ("in_set", "set_aside", "sex NOT IN ('1', '2')"),
        "F-agency": ("regex", "set_aside", r"NOT regexp_matches(agency, '^\d{6}$')"),
        "R-days": ("between", "set_aside", "(days < 0 OR days > 366)"),
        "R-from_day": ("between", "warn", "(from_day < DATE '2000-01-01' OR from_day > DATE '2099-12-31')"),
        "N-name_hash": ("not_null", "set_aside", "name_hash IS NULL"),
        "i1_short": ("rows", "warn", "NOT (days <= 30)"),
    }
    titles = {check.code: (check.title_zh, check.title_en) for check in suite(spec)}
    assert titles["C-sex"] == ("性别不在代码表 sex 中", "sex: not in code list sex")
    assert titles["i1_short"] == ("不成立：I1 住院不超过三十天", "does not hold: I1 no stay is longer")


@pytest.mark.parametrize("table", sorted(landed_tables()))
def test_every_landed_table_has_checks_with_codes_of_their_own_and_titles_in_both_languages(table: str) -> None:
    checks = suite_of(table)
    assert checks
    assert len({check.code for check in checks}) == len(checks)
    for check in checks:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in check.title_zh), check
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in check.title_en), check


@pytest.mark.parametrize("table", sorted(landed_tables()))
def test_every_pattern_is_anchored_because_engines_differ_where_it_is_not(table: str) -> None:
    for check in suite_of(table):
        if check.kind == "regex":
            assert check.pattern.startswith("^"), check.code
            assert check.pattern.endswith("$"), check.code


def test_an_unknown_table_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"setl_x: no such landed table; known are .*setl_d"):
        suite_of("setl_x")


def test_a_table_is_shown_by_its_chinese_name() -> None:
    assert table_title("fee_list_d") == "费用明细"
    assert table_title("no_table") == "no_table"
