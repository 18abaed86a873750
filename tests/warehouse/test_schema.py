"""The landed tables as files: one grammar, clear errors, nothing lost on the way into the specification."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianshen.warehouse.schema import SchemaError, landed_tables, read_table

CODES = {"flag": {"0": "no", "1": "yes"}}
FORMATS = {"year": r"^\d{4}$"}
GOOD = """-- thing_d: 物 thing
-- mode: snapshot
-- key: thing_id
-- control: amount
-- closes: enddate inclusive
CREATE TABLE thing_d (
    thing_id VARCHAR NOT NULL, -- 编号 id {required}
    name VARCHAR, -- 姓名 name {identifier: hash}
    flag VARCHAR, -- 标志 flag {codes: flag, severity: warn}
    year VARCHAR, -- 年 year {format: year}
    amount DECIMAL(16, 2) NOT NULL, -- 金额 amount {required, range: 0..10}
    enddate DATE, -- 止 end
    CONSTRAINT small CHECK (amount <= 9.00) -- {severity: warn} amounts are small
);
"""


def read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "thing_d.sql"
    path.write_text(text, "utf-8")
    return read_table(path, CODES, FORMATS)


def test_a_file_says_everything_about_its_table(tmp_path: Path) -> None:
    path = tmp_path / "thing_d.sql"
    path.write_text(GOOD, "utf-8")
    spec = read_table(path, CODES, FORMATS)
    assert (spec.name, spec.title, spec.mode, spec.key, spec.control) == (
        "thing_d", "物 thing", "snapshot", ("thing_id",), ("amount",))  # fmt: skip
    assert (spec.closes, spec.closes_inclusive) == ("enddate", True)
    assert spec["flag"].codes == CODES["flag"]
    assert (spec["flag"].severity, spec["year"].severity) == ("warn", "set_aside")
    assert (spec["thing_id"].required, spec["thing_id"].not_null, spec["name"].required) == (True, True, False)
    assert spec["amount"].range == ("0", "10")
    assert spec["amount"].about == "金额 amount"
    assert [name for name, _ in spec.stored] == ["thing_id", "name_hash", "flag", "year", "amount", "enddate"]
    assert [(c.name, c.severity, c.about) for c in spec.checks] == [("small", "warn", "amounts are small")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{codes: flag,", "{codes: flags,", "codes 'flags' is not in codes.yaml"),
        ("{format: year}", "{format: day}", "format 'day' is not in formats.yaml"),
        ("{required}", "{requried}", "unknown tag 'requried'"),
        ("severity: warn}", "severity: bad}", "write set_aside or warn"),
        ("identifier: hash", "identifier: keep", "write hash or drop"),
        ("mode: snapshot", "mode: weekly", "write delta or snapshot"),
        ("-- key: thing_id\n", "", "not a landed table"),
        ("control: amount", "control: amounts", "header names amounts"),
        ("CREATE TABLE", "CREATE TABEL", "not a landed table"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(SchemaError, match=r"thing_d\.sql") as caught:
        read(tmp_path, GOOD.replace(old, new))
    assert said in str(caught.value)


def test_every_landed_column_has_words_and_every_table_a_key_that_must_be_there() -> None:
    tables = landed_tables()
    assert len(tables) == 45
    for spec in tables.values():
        assert all(column.about for column in spec.columns), spec.name
        assert all(spec[name].required and spec[name].not_null for name in spec.key), spec.name
        if spec.mode == "delta":
            assert spec["updt_time"].not_null, spec.name


def test_what_rules_look_for_passes_intake_as_a_warning() -> None:
    tables = landed_tables()
    header = {check.name: check.severity for check in tables["setl_d"].checks}
    assert {header[name] for name in ("i3_scope", "i5_funds", "i7_payers", "i8_person")} == {"warn"}
    assert {check.severity for check in tables["fee_list_d"].checks} == {"warn"}
    assert tables["fee_list_d"]["hilist_code"].severity == "warn"
    assert not tables["fee_list_d"]["bilg_dr_codg"].not_null
