"""The check of knowledge files names file, row and column, and what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from lianshen.cli import knowledge as command
from lianshen.content import content_root
from lianshen.knowledge.checking import Problem, check_knowledge
from lianshen.knowledge.tables import KnowledgeError, knowledge_files, read_schema

HEAD = "kp_id,hilist_code,min_days,max_days,note_zh,source,batch,valid_from,valid_until\n"
DRUG, OTHER = "XR05XXX077K003771700181", "XR05XXX077K003331200182"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, folder / name)
    return folder


def row(kp_id: str = "K1", code: str = DRUG, low: str = "", high: str = "5478", **given: str) -> str:
    cells = {"note": "限儿童", "source": "测试", "batch": "T-1", "since": "2024-01-01", "until": "", **given}
    return ",".join([kp_id, code, low, high, *cells.values()]) + "\n"


def problems(content: Path, *rows: str, head: str = HEAD) -> list[Problem]:
    (content / "knowledge" / "age_limit.csv").write_text(head + "".join(rows), "utf-8")
    return check_knowledge(content, only=["age_limit"])


def told(content: Path, *rows: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.message) for p in problems(content, *rows, head=head)]


def test_the_shipped_knowledge_has_no_errors() -> None:
    assert [str(p) for p in check_knowledge(content_root()) if p.severity == "error"] == []


def test_correct_rows_have_no_problem(content: Path) -> None:
    assert problems(content, row(), row("K2", OTHER, "28", "5478", until="2025-01-01")) == []
    assert problems(content, row(until="2025-01-01"), row(since="2025-01-01")) == []


@pytest.mark.parametrize(
    ("wrong", "column", "says"),
    [
        (row(code="X123"), "hilist_code", "'X123' is no code of the kind item in the national format"),
        (row(high="many"), "max_days", "want a whole number, got 'many'"),
        (row(low="5479"), "min_days", "is 5479, more than max_days 5478"),
        (row(since="2024-02-30"), "valid_from", "want a date as 2026-11-20, got '2024-02-30'"),
        (row(until="2024-01-01"), "valid_until", "must lie after valid_from 2024-01-01"),
        (row(batch=""), "batch", "is empty: every row needs it"),
        (row(source=""), "source", "is empty: every row needs it"),
        (row(note=" 限儿童"), "note_zh", "begins or ends with a blank"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(content: Path, wrong: str, column: str, says: str) -> None:
    (found,) = problems(content, row("K0", OTHER), wrong)
    assert (found.row, found.column, found.severity) == (2, column, "error")
    assert says in found.message
    assert str(found).startswith(f"knowledge/age_limit.csv: row 2: {column}: ")


def test_a_point_that_says_something_twice_of_one_day_is_refused_and_one_that_goes_on_is_not(content: Path) -> None:
    (found,) = told(content, row(until="2024-07-01"), row(high="28", since="2024-06-30"))
    assert found[:2] == (2, "kp_id")
    assert "says the same of the same days as row 1, valid from 2024-01-01" in found[2]
    assert told(content, row(until="2024-07-01"), row(high="28", since="2024-07-01")) == []


def test_two_points_that_say_the_same_and_items_of_no_catalogue_are_warned_of(content: Path) -> None:
    unknown = "XZ99ZZZ999Z999999999999"
    found = problems(content, row(), row("K2"), row("K3", unknown))
    assert [(p.row, p.severity) for p in found] == [(2, "warning"), (3, "warning")]
    assert "says the same as the point K1" in found[0].message
    assert f"'{unknown}' is not in the catalogue" in found[1].message


def test_unknown_missing_and_repeated_columns_are_told_of_the_whole_file(content: Path) -> None:
    found = told(content, head="kp_id,hilist_code,hilist_code,colour\n")
    assert {(number, column) for number, column, _ in found} == {(0, "")}
    said = " ".join(message for _, _, message in found)
    assert "column 'hilist_code' stands twice" in said
    assert "column 'colour' is unknown: the table has kp_id, hilist_code" in said
    assert "column 'valid_from' is missing: add it to the header row" in said


def test_a_condition_of_the_schema_holds_for_every_row(content: Path) -> None:
    schema = content / "sql" / "schema" / "knowledge" / "age_limit.sql"
    condition = "    CONSTRAINT not_absurd CHECK (max_days < 50000), -- nobody is older than 136 years\n"
    schema.write_text(schema.read_text("utf-8").replace("    note_zh", condition + "    note_zh"), "utf-8")
    assert told(content, row(high="60000")) == [(1, "not_absurd", "nobody is older than 136 years")]


def test_parts_are_checked_together_with_the_table(content: Path) -> None:
    part = content / "knowledge" / "age_limit" / "T-2.csv"
    part.parent.mkdir()
    part.write_text(HEAD + row("K1"), "utf-8")
    (found,) = problems(content, row("K1"))
    assert (found.file, found.row) == (part, 1)


def test_a_file_in_another_encoding_is_sent_to_the_import(content: Path) -> None:
    (content / "knowledge" / "age_limit.csv").write_text(HEAD.replace("note_zh", "备注"), "gb18030")
    with pytest.raises(KnowledgeError, match=r"is not UTF-8 .*`lianshen knowledge import`, which reads GB 18030"):
        check_knowledge(content, only=["age_limit"])


def test_a_schema_line_that_is_no_column_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "odd.sql"
    file.write_text("-- Odd.\nCREATE TABLE odd (\n    code VARCHAR NOT NULL, --ok\n    what is this\n);\n", "utf-8")
    with pytest.raises(KnowledgeError, match="line 4: want one column or one CHECK per line, got 'what is this'"):
        read_schema(file)


def test_every_shipped_file_has_a_row_in_the_readme() -> None:
    readme = (content_root() / "knowledge" / "README.md").read_text("utf-8")
    missing = [name for name in knowledge_files(content_root() / "knowledge") if f"| `{name}.csv` |" not in readme]
    assert missing == []


def run(*arguments: str) -> Result:
    app = typer.Typer()
    command.register(app)
    return CliRunner().invoke(app, ["knowledge", *arguments])


def test_the_command_prints_the_first_of_each_kind_counts_all_and_fails(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANSHEN_CONTENT", str(content))
    problems(content, *(row(f"K{n}", f"X{n}") for n in range(30)))
    done = run("check", "age_limit")
    assert done.exit_code == 1
    assert done.output.count("error: ") == 20
    assert "… and 10 more of these kinds: --all prints them" in done.output
    assert "30 errors, 0 warnings" in done.output
    assert len(json.loads(run("check", "age_limit", "--json").output)) == 30


def test_the_list_says_points_rows_batches_and_readers(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_CONTENT", str(content))
    problems(content, row("K1"), row("K1", OTHER), row("K2", OTHER, batch="T-2"))
    (found,) = [one for one in json.loads(run("list", "--json").output) if one["table"] == "age_limit"]
    assert (found["points"], found["rows"], found["batches"]) == (2, 3, {"T-1": 2, "T-2": 1})
    assert "PL-04" in found["rules"]
