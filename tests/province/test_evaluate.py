"""Recall, precision and floors, on findings written by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from lianshen.cli import build_app
from lianshen.content import content_root
from lianshen.province import NoAnswerKey, evaluate, misses
from lianshen.province.evaluate import RuleEvaluation
from lianshen.province.truth import PLANTED


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse that has the settlements A…F in force, and no findings."""
    con = duckdb.connect()
    prepare(con)
    yield con
    con.close()


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create what the evaluation reads."""
    con.execute("CREATE SCHEMA audit; CREATE SCHEMA mart")
    con.execute(
        "CREATE TABLE mart.settlement (setl_id VARCHAR, counts BOOLEAN, is_reversal BOOLEAN, is_reversed BOOLEAN)"
    )
    con.execute(
        "INSERT INTO mart.settlement SELECT s, TRUE, FALSE, FALSE FROM UNNEST(['A', 'B', 'C', 'D', 'E', 'F']) AS t (s)"
    )
    con.execute("USE audit")
    for name in ("finding", "subject_finding", "recomputed"):
        con.execute((content_root() / "sql" / "schema" / "audit" / f"{name}.sql").read_text(encoding="utf-8"))
    con.execute("USE main")


def report(
    con: duckdb.DuckDBPyConnection, rule: str, setl_id: str, *, linked: str | None = None, a2: str | None = None
) -> None:
    """Write one finding."""
    con.execute(
        """INSERT INTO audit.finding
        VALUES ($id, $rule, 1, 'f', 'definite', 3, 'line', $setl, $linked, 'p', 'H1', '510100', '510300',
                DATE '2026-11-01', 0, 0, $a2, NULL, 0, FALSE, '{}')""",
        {"id": f"{rule}{setl_id}{linked}", "rule": rule, "setl": setl_id, "linked": linked, "a2": a2},
    )


def key(folder: Path, *rows: tuple[str, str, str, str | None, int | None, int]) -> Path:
    """Write an answer key: rule, kind, settlement, linked one, fund at issue, group."""
    made = [
        {"rule_id": rule, "kind": kind, "setl_id": setl, "linked_setl_id": linked, "a2_fen": a2, "group_id": group,
         "certainty": "suspicious" if rule.startswith("AD") else "definite"}
        for rule, kind, setl, linked, a2, group in rows
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(made, PLANTED), folder / "planted.parquet")
    return folder


def only(con: duckdb.DuckDBPyConnection, truth: Path) -> RuleEvaluation:
    """Return the evaluation of the one rule in the key."""
    (rule,) = evaluate(con, truth).rules
    return rule


def test_what_a_rule_says_of_a_scheme_is_not_wrong(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("PL-04", "fault", "A", None, None, 1))
    report(warehouse, "PL-04", "A")
    report(warehouse, "PL-04", "D")
    report(warehouse, "PL-04", "E", linked="D")
    assert only(warehouse, truth).false_positives == 2
    pq.write_table(pa.table({"setl_id": ["D"], "institution": ["H9"]}), truth / "schemes.parquet")
    found = evaluate(warehouse, truth)
    assert (found.rules[0].findings, found.rules[0].false_positives) == (3, 0)
    assert found.noise.settlements == 4, "A was planted, D belongs to the scheme"
    assert found.noise.with_finding == 0, "E was named beside the scheme's settlement"


def test_what_was_not_planted_is_counted_apart(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("PL-04", "fault", "A", None, None, 1), ("AD-06", "fault", "B", "C", None, 2))
    report(warehouse, "PL-04", "A")
    assert evaluate(warehouse, truth).noise.as_dict() == {
        "settlements": 3, "with_finding": 0, "share": 0.0, "by_rule": {}
    }  # fmt: skip
    # On a settlement of which the key says nothing, by two rules; and on one beside a planted one, which is right.
    report(warehouse, "PL-04", "D")
    report(warehouse, "AD-06", "D")
    report(warehouse, "AD-06", "E", linked="B")
    noise = evaluate(warehouse, truth).noise
    assert (noise.with_finding, noise.share) == (1, pytest.approx(1 / 3))
    assert noise.by_rule == (("AD-06", 1), ("PL-04", 1))


def test_a_finding_that_the_key_only_allows_is_neither_wrong_nor_wanted(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    truth = key(tmp_path, ("PL-04", "fault", "A", None, None, 1), ("PL-04", "related", "B", None, None, 2))
    report(warehouse, "PL-04", "A")
    assert (only(warehouse, truth).recall, only(warehouse, truth).false_positives) == (1.0, 0)
    report(warehouse, "PL-04", "B")
    assert (only(warehouse, truth).findings, only(warehouse, truth).false_positives) == (2, 0)


def test_everything_found_and_nothing_else_passes(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("PL-04", "fault", "A", None, 1250, 1), ("PL-04", "look_alike", "B", None, None, 2))
    report(warehouse, "PL-04", "A", a2="12.50")
    rule = only(warehouse, truth)
    assert (rule.recall, rule.precision, rule.look_alikes_flagged) == (1.0, 1.0, 0)
    assert (rule.priced, rule.priced_exactly) == (1, 1)
    assert rule.passes


def test_a_missed_fault_of_a_definite_rule_fails(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("PL-04", "fault", "A", None, None, 1), ("PL-04", "fault", "B", None, None, 2))
    report(warehouse, "PL-04", "A")
    assert only(warehouse, truth).recall == 0.5
    assert not evaluate(warehouse, truth).passes
    assert misses(warehouse, "PL-04") == (["B"], [])


def test_a_flagged_look_alike_is_a_false_positive(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("PL-04", "fault", "A", None, None, 1), ("PL-04", "look_alike", "B", None, None, 2))
    report(warehouse, "PL-04", "A")
    report(warehouse, "PL-04", "B")
    rule = only(warehouse, truth)
    assert (rule.false_positives, rule.look_alikes_flagged, rule.precision) == (1, 1, 0.5)
    assert not rule.passes


def test_a_pair_is_found_from_either_side_and_counts_once(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("AD-06", "related", "A", None, None, 1), ("AD-06", "fault", "B", "A", None, 1))
    report(warehouse, "AD-06", "A", linked="B")
    report(warehouse, "AD-06", "B", linked="A")
    rule = only(warehouse, truth)
    assert (rule.planted, rule.found, rule.findings, rule.false_positives) == (1, 1, 2, 0)


def test_another_rules_finding_on_the_settlement_does_not_count(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    truth = key(tmp_path, ("PL-04", "fault", "A", None, None, 1))
    report(warehouse, "MD-03", "A")
    assert only(warehouse, truth).found == 0


def test_what_was_not_received_is_left_out_and_counted(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("PL-04", "fault", "A", None, None, 1), ("PL-04", "fault", "Z", None, None, 2))
    report(warehouse, "PL-04", "A")
    rule = only(warehouse, truth)
    assert (rule.planted, rule.not_received, rule.recall) == (1, 1, 1.0)
    assert rule.passes


def test_a_price_a_fen_away_is_not_exact(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("XR-01", "fault", "A", None, 1250, 1))
    report(warehouse, "XR-01", "A", a2="12.51")
    rule = only(warehouse, truth)
    assert (rule.priced, rule.priced_exactly) == (1, 0)


def report_subject(
    con: duckdb.DuckDBPyConnection, rule: str, subject: str, period: str, *, setl_id: str | None = None, a2: str = "0"
) -> None:
    """Write one finding about an institution."""
    con.execute(
        """INSERT INTO audit.subject_finding
        VALUES ($id, $rule, 1, 'f', 'definite', 2, 'institution', $subject, $period, $setl, '510100', NULL,
                DATE '2026-11-14', 0, 0, $a2, 0, '{}')""",
        {
            "id": f"{rule}{subject}{period}{setl_id}",
            "rule": rule,
            "subject": subject,
            "period": period,
            "setl": setl_id,
            "a2": a2,
        },
    )


def subject_key(folder: Path, *rows: tuple[str, str, str, str, str | None, int | None]) -> Path:
    """Write an answer key about institutions: rule, kind, institution, period, settlement, fund at issue."""
    made = [
        {"rule_id": rule, "kind": kind, "setl_id": subject, "period": period, "linked_setl_id": setl, "a2_fen": a2,
         "group_id": number, "certainty": "definite"}
        for number, (rule, kind, subject, period, setl, a2) in enumerate(rows)
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(made, PLANTED), folder / "planted.parquet")
    return folder


def test_an_institutions_day_is_found_by_its_day(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = subject_key(
        tmp_path,
        ("CL-01", "fault", "H1", "2026-11-02", None, 500),
        ("CL-01", "look_alike", "H1", "2026-11-03", None, None),
    )
    report_subject(warehouse, "CL-01", "H1", "2026-11-02", a2="5.00")
    rule = only(warehouse, truth)
    assert (rule.planted, rule.found, rule.false_positives, rule.look_alikes_flagged) == (1, 1, 0, 0)
    assert (rule.priced, rule.priced_exactly) == (1, 1)
    report_subject(warehouse, "CL-01", "H1", "2026-11-03")
    rule = only(warehouse, truth)
    assert (rule.false_positives, rule.look_alikes_flagged) == (1, 1)


def test_of_two_settlements_of_one_institution_the_right_one_counts(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    truth = subject_key(tmp_path, ("CL-04", "fault", "H1", "2026-11", "A", None))
    report_subject(warehouse, "CL-04", "H1", "2026-11", setl_id="B")
    rule = only(warehouse, truth)
    assert (rule.found, rule.false_positives) == (0, 1)
    assert misses(warehouse, "CL-04") == (["A"], ["B"])
    report_subject(warehouse, "CL-04", "H1", "2026-11", setl_id="A")
    assert only(warehouse, truth).found == 1


def test_a_difference_from_a_row_set_aside_is_no_false_finding(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    truth = subject_key(
        tmp_path,
        ("CL-01", "fault", "H1", "2026-11-02", None, None),
        ("CL-01", "related", "H2", "2026-11-02", None, None),
    )
    report_subject(warehouse, "CL-01", "H2", "2026-11-02")
    rule = only(warehouse, truth)
    assert (rule.planted, rule.found, rule.false_positives) == (1, 0, 0)
    assert misses(warehouse, "CL-01") == (["H1 2026-11-02"], [])


def recomputed(con: duckdb.DuckDBPyConnection, setl_id: str, cause: str, unexplained: str = "0") -> None:
    """Write what the recomputation said of one settlement."""
    con.execute(
        "INSERT INTO audit.recomputed (setl_id, status, cause, unexplained) VALUES ($id, 'recomputed', $cause, $rest)",
        {"id": setl_id, "cause": cause, "rest": unexplained},
    )


def test_the_cause_that_was_planted_has_to_be_named(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [
        {"rule_id": "XR-01", "kind": "fault", "setl_id": setl, "group_id": number, "certainty": "definite",
         "expected_cause": "unfiled_as_filed"}
        for number, setl in enumerate("AB")
    ]  # fmt: skip
    tmp_path.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, PLANTED), tmp_path / "planted.parquet")
    recomputed(warehouse, "A", "unfiled_as_filed")
    recomputed(warehouse, "B", "deductible", "0.40")
    recomputed(warehouse, "C", "unexplained", "-1.20")
    found = evaluate(warehouse, tmp_path)
    assert (found.attributed, found.attribution) == (2, 0.5)
    assert (str(found.unexplained), str(found.unexplained_beyond)) == ("0.40", "1.20")


def test_a_model_has_no_floor(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    truth = key(tmp_path, ("MD-11", "fault", "A", None, None, 1))
    assert only(warehouse, truth).recall == 0.0
    assert evaluate(warehouse, truth).passes


def test_a_folder_without_a_key_says_so(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(NoAnswerKey, match=r"no planted\.parquet"):
        evaluate(warehouse, tmp_path)


def test_the_command_exits_with_one_when_a_floor_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = key(tmp_path / "truth", ("PL-04", "fault", "A", None, None, 1))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        prepare(con)
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    result = CliRunner().invoke(build_app(), ["evaluate", "--truth", str(truth), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["rules"][0]["recall"] == 0.0


def test_the_command_writes_a_province(tmp_path: Path) -> None:
    call = [
        "province",
        "--seed",
        "3",
        "--nights",
        "1",
        "--settlements-per-night",
        "40",
        "--out",
        str(tmp_path),
        "--json",
    ]
    result = CliRunner().invoke(build_app(), call)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["packages"][0]["package"] == "2026-11-01"
    assert (tmp_path / "landing" / "2026-11-01" / "manifest.json").exists()


def test_the_report_says_what_is_unexplained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = key(tmp_path / "truth", ("PL-04", "fault", "A", None, None, 1))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        prepare(con)
        report(con, "PL-04", "A")
        recomputed(con, "B", "unexplained", "0.75")
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    result = CliRunner().invoke(build_app(), ["evaluate", "--truth", str(truth)])
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert "unexplained: 0.00 yuan on planted settlements, 0.75 yuan on all others" in said
