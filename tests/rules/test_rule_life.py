"""The life of a rule: nobody activates what they wrote, nothing works unapproved, and a mute ends."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
from typer.testing import CliRunner, Result

from lianshen.cli import rules as command
from lianshen.cli import rules_life
from lianshen.content import content_root
from lianshen.errors import LianshenError
from lianshen.rules import load_rules, screen
from lianshen.rules.approvals import approval_problems, read_approvals
from lianshen.rules.catalogue import read_lock
from lianshen.rules.life import find_rule
from lianshen.rules.lock import lock_problems, write_lock
from lianshen.rules.tables import LOGICAL, Tables
from lianshen.warehouse import open_warehouse

KEPT = ("PL-04", "MD-03", "CL-01")
"""A content folder with three rules is read fast."""


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "content"
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, folder / name)
    for path in (folder / "sql" / "rules").rglob("*.sql"):
        if path.name[:5] not in KEPT:
            path.unlink()
    sql = folder / "sql"
    (sql / "rules.approvals").unlink(missing_ok=True)
    (sql / "rules.lock").unlink()
    write_lock(load_rules(folder), sql)
    monkeypatch.setenv("LIANSHEN_CONTENT", str(folder))
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path / "home"))
    return folder


def run(*arguments: str) -> Result:
    app = typer.Typer()
    command.register(app)
    rules_life.register(app)
    return CliRunner().invoke(app, ["rules", *arguments])


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, LianshenError), result.output
    return str(result.exception)


def status(content: Path, rule_id: str, new: str | None = None) -> str:
    """Return the status in a rule's file, after changing it."""
    path = find_rule(content, rule_id).path
    if new is not None:
        text = path.read_text("utf-8")
        path.write_text(text.replace(f"status: {find_rule(content, rule_id).head.status}", f"status: {new}"), "utf-8")
    return find_rule(content, rule_id).head.status


def problems(content: Path) -> list[str]:
    return list(approval_problems(load_rules(content), content / "sql"))


ACTIVATE = (
    "activate",
    "PL-04",
    "--reason",
    "影子运行三十夜，抽查二十条成立十九条",
    "--sampled",
    "20",
    "--upheld",
    "19",
)


def test_a_draft_is_handed_in_runs_in_shadow_and_is_activated_by_another_person(content: Path) -> None:
    status(content, "PL-04", "draft")
    assert "handed in by 张三" in run("submit", "PL-04", "--by", "张三").output
    assert status(content, "PL-04") == "shadow"
    assert "nobody" not in " ".join(problem for problem in problems(content) if "PL-04" in problem)
    done = run(*ACTIVATE, "--by", "李四")
    assert done.exit_code == 0, done.output
    assert status(content, "PL-04") == "active"
    assert [problem for problem in problems(content) if "PL-04" in problem] == []
    assert list(lock_problems(load_rules(content), content / "sql")) == []
    told = json.loads(run("life", "pl-04", "--json").output)
    assert [(one["event"], one["by"], one["counts"]) for one in told] == [
        ("submitted", "张三", {}),
        ("activated", "李四", {"sampled": 20, "upheld": 19}),
    ]


def test_nobody_activates_what_they_wrote_however_they_spell_their_name(content: Path) -> None:
    run("submit", "PL-04", "--by", "Zhang San")
    for name in ("Zhang San", "zhangsan ", "ＺＨＡＮＧ　ＳＡＮ"):
        assert "another person activates it" in refused(*ACTIVATE, "--by", name)


def test_a_version_is_activated_only_when_it_was_handed_in_and_has_counts(content: Path) -> None:
    assert "its writer runs `lianshen rules submit PL-04" in refused(*ACTIVATE, "--by", "李四")
    run("submit", "PL-04", "--by", "张三")
    assert "ran no night in shadow" in refused("activate", "PL-04", "--by", "李四", "--reason", "看起来可以")
    more = ("activate", "PL-04", "--by", "李四", "--reason", "抽查", "--sampled", "3", "--upheld", "4")
    assert "4 upheld of 3 sampled cannot be" in refused(*more)
    assert "--reason is empty" in refused("activate", "PL-04", "--by", "李四", "--reason", " ", "--sampled", "3")


def test_nights_in_shadow_are_counted_from_the_warehouse(content: Path, tmp_path: Path) -> None:
    run("submit", "PL-04", "--by", "张三")
    with open_warehouse(tmp_path / "home" / "warehouse.duckdb", content=content) as con:
        con.execute(
            "INSERT INTO ledger.rule_run (night, rule_id, fingerprint, rows_read, findings, seconds, error) VALUES "
            "('2026-11-18', 'PL-04', '', 1, 0, 0.1, NULL), ('2026-11-19', 'PL-04', '', 1, 0, 0.1, NULL), "
            "('2026-11-20', 'PL-04', '', 1, 0, 0.1, 'broken')"
        )
    assert "nights 2" in run("activate", "PL-04", "--by", "李四", "--reason", "影子运行两夜，无误报").output
    (_, activated) = read_approvals(content / "sql")
    assert activated.counts == {"nights": 2, "findings": 0, "suppressed": 0}


def test_a_version_that_is_not_locked_is_neither_handed_in_nor_activated(content: Path) -> None:
    run("submit", "PL-04", "--by", "张三")
    path = find_rule(content, "PL-04").path
    path.write_text(path.read_text("utf-8").replace('default: "30"', 'default: "31"'), "utf-8")
    assert "is not the locked one: run `lianshen rules check`" in refused("submit", "PL-04", "--by", "张三")
    assert "is not the locked one" in refused(*ACTIVATE, "--by", "李四")


def test_an_approval_is_of_one_version_and_a_change_needs_another(content: Path) -> None:
    run("submit", "PL-04", "--by", "张三")
    run(*ACTIVATE, "--by", "李四")
    path = find_rule(content, "PL-04").path
    text = path.read_text("utf-8").replace('default: "30"', 'default: "31"')
    version = find_rule(content, "PL-04").head.version
    path.write_text(text.replace(f"version: {version}", f"version: {version + 1}"), "utf-8")
    assert [problem for problem in problems(content) if "PL-04" in problem] == []  # the lock speaks first
    assert run("lock").exit_code == 0
    (said,) = [problem for problem in problems(content) if "PL-04" in problem]
    assert f"nobody approved version {version + 1}" in said
    assert "lianshen rules submit PL-04" in said
    assert run("check").exit_code == 1
    assert "nobody approved" in run("check").output


def test_shipped_rules_are_approved_by_two_roles_once(content: Path) -> None:
    assert len(problems(content)) == len(KEPT)
    assert "cannot write and approve" in refused("approve-shipped", "--writer", "编写组", "--approver", "编 写组")
    assert "3 rules: written by 规则编写组" in run("approve-shipped").output
    assert problems(content) == []
    assert "0 rules" in run("approve-shipped").output
    assert run("check").exit_code == 0, run("check").output


def test_a_retired_rule_ends_on_a_day_under_a_new_version_that_is_locked(content: Path) -> None:
    run("approve-shipped")
    version = find_rule(content, "PL-04").head.version
    ended = run("retire", "PL-04", "--until", "2027-01-01", "--by", "李四", "--reason", "由 PL-99 替代")
    assert ended.exit_code == 0, ended.output
    rule = find_rule(content, "PL-04")
    assert (rule.head.status, rule.head.version, rule.head.in_force.until) == ("retired", version + 1, date(2027, 1, 1))
    assert read_lock(content / "sql")["PL-04"] == (version + 1, rule.fingerprint)
    assert run("check").exit_code == 0
    assert "is retired: an id is never used again" in refused("submit", "PL-04", "--by", "张三")
    assert read_approvals(content / "sql")[-1].until == date(2027, 1, 1)


def test_a_damaged_record_is_named_by_its_line(content: Path) -> None:
    (content / "sql" / "rules.approvals").write_text('# head\n{"rule": "PL-04"}\n', "utf-8")
    assert "line 2" in refused("life")


# Mutes.

MUTE = ("mute", "PL-04", "--until", "2027-01-01", "--from", "2026-01-01", "--reason", "接口故障整改中", "--by", "李四")
HOSPITAL = "H51010000001"


def test_a_mute_names_something_ends_within_a_year_and_has_a_reason(content: Path) -> None:
    assert "names an institution, an item or both" in refused(*MUTE)
    late = ("mute", "PL-04", "--institution", HOSPITAL, "--from", "2026-01-01", "--reason", "整改", "--by", "李四")
    assert "it may end by 2027-01-02" in refused(*late, "--until", "2027-01-03")
    assert "not on 2025-01-01" in refused(*late, "--until", "2025-01-01")
    assert "--reason is empty" in refused(*MUTE, "--institution", HOSPITAL, "--reason", " ")
    assert run("mute", "PL-04", "--institution", HOSPITAL, "--reason", "整改", "--by", "李四").exit_code == 2


def test_mutes_are_listed_do_not_overlap_and_are_ended_or_taken_out(content: Path) -> None:
    assert run(*MUTE, "--institution", HOSPITAL).exit_code == 0
    assert "is muted so already from 2026-01-01 to 2027-01-01 by 李四" in refused(*MUTE, "--institution", HOSPITAL)
    assert run(*MUTE, "--item", "XR05XXX077K003771700181").exit_code == 0
    shown = json.loads(run("mutes", "--all", "--json").output)["mutes"]
    assert [(one["institution"], one["item"]) for one in shown] == [("", "XR05XXX077K003771700181"), (HOSPITAL, "")]
    run("unmute", "PL-04", "--institution", HOSPITAL, "--from", "2026-06-01")
    (left,) = [one for one in json.loads(run("mutes", "--all", "--json").output)["mutes"] if one["institution"]]
    assert left["until"] == "2026-06-01"
    run("unmute", "PL-04", "--institution", HOSPITAL, "--from", "2026-01-01")
    assert [one["institution"] for one in json.loads(run("mutes", "--all", "--json").output)["mutes"]] == [""]
    assert "has no such mute" in refused("unmute", "PL-04", "--institution", HOSPITAL)


@pytest.fixture
def con(content: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A night's warehouse with one adult's settlement of two hospitals, each with a drug for children."""
    with open_warehouse(None, content=content) as connection:
        connection.execute("CREATE TABLE line AS FROM mart.fee_line LIMIT 0")
        connection.execute("DROP VIEW mart.fee_line")
        connection.execute("CREATE TABLE mart.fee_line AS FROM line")
        tables = Tables(content / "sql")

        def put(name: str, *rows: dict[str, Any]) -> None:
            connection.execute(f"INSERT INTO {LOGICAL[name][0]} BY NAME {tables.select(name, list(rows))}")

        person = {"brdy": date(1980, 1, 1), "age_years": 46}
        put(
            "settlement",
            {**person, "setl_id": "S1", "fixmedins_code": HOSPITAL},
            {**person, "setl_id": "S2", "fixmedins_code": "H51010000002"},
        )
        put(
            "fee_line",
            *(
                {"setl_id": f"S{n}", "bkkp_sn": f"L{n}{k}", "hilist_code": code, "fee_date": date(2026, 11, 5)}
                for n in (1, 2)
                for k, code in enumerate(("XR05XXX077K003771700181", "XR05XXX077K003331200182"))
            ),
        )
        connection.execute("INSERT INTO work.touched_settlement VALUES ('S1'), ('S2')")
        connection.execute(
            "INSERT INTO work.touched_person SELECT person, MIN(begndate), MAX(enddate) "
            "FROM mart.settlement GROUP BY person"
        )
        yield connection


def screened(con: duckdb.DuckDBPyConnection, content: Path, *mutes: tuple[str | None, str | None, str, str]) -> None:
    """Screen with mutes of PL-04: institution, item, first day, first day no longer."""
    con.execute("DELETE FROM knowledge.rule_mute")
    for institution, item, since, until in mutes:
        con.execute(
            "INSERT INTO knowledge.rule_mute VALUES ('PL-04', ?, ?, '整改中', '李四', ?, ?)",
            [institution, item, since, until],
        )
    screen(con, load_rules(content), night="2026-11-20")


def found(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Return by settlement how many lines are in its finding."""
    return con.execute("SELECT setl_id, COUNT(*) FROM audit.finding_line GROUP BY ALL ORDER BY ALL").fetchall()


def muted(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    query = "SELECT setl_id, COUNT(*) FROM audit.suppressed_line WHERE suppressor = 'MUTE' GROUP BY ALL ORDER BY ALL"
    return con.execute(query).fetchall()


def test_without_a_mute_both_are_found(con: duckdb.DuckDBPyConnection, content: Path) -> None:
    screened(con, content)
    assert (found(con), muted(con)) == ([("S1", 2), ("S2", 2)], [])


def test_a_muted_institution_keeps_its_findings_apart_with_the_reason(
    con: duckdb.DuckDBPyConnection, content: Path
) -> None:
    screened(con, content, (HOSPITAL, None, "2026-11-01", "2026-12-01"))
    assert (found(con), muted(con)) == ([("S2", 2)], [("S1", 2)])
    assert con.execute("SELECT reason FROM audit.suppressed_finding").fetchall() == [("整改中（李四，至2026-12-01）",)]
    counts = con.execute("SELECT findings, suppressed FROM ledger.rule_run WHERE rule_id = 'PL-04'").fetchall()
    assert counts == [(1, 1)]


def test_a_muted_item_is_taken_out_of_every_finding_and_one_of_an_institution_out_of_its_own(
    con: duckdb.DuckDBPyConnection, content: Path
) -> None:
    item = "XR05XXX077K003771700181"
    screened(con, content, (None, item, "2026-11-01", "2026-12-01"))
    assert (found(con), muted(con)) == ([("S1", 1), ("S2", 1)], [("S1", 1), ("S2", 1)])
    screened(con, content, (HOSPITAL, item, "2026-11-01", "2026-12-01"))
    assert (found(con), muted(con)) == ([("S1", 1), ("S2", 2)], [("S1", 1)])


def test_a_mute_holds_for_the_days_of_the_record_the_first_and_not_the_last(
    con: duckdb.DuckDBPyConnection, content: Path
) -> None:
    for since, until, is_muted in (
        ("2026-11-05", "2026-11-06", True),
        ("2026-11-06", "2026-12-01", False),
        ("2026-10-01", "2026-11-05", False),
    ):
        screened(con, content, (HOSPITAL, None, since, until))
        assert bool(muted(con)) is is_muted


def test_a_mute_that_is_ended_gives_the_findings_back(con: duckdb.DuckDBPyConnection, content: Path) -> None:
    screened(con, content)
    before = con.execute("FROM audit.finding ORDER BY ALL").fetchall()
    screened(con, content, (HOSPITAL, None, "2026-11-01", "2026-12-01"))
    screened(con, content)
    assert con.execute("FROM audit.finding ORDER BY ALL").fetchall() == before
    assert muted(con) == []


def test_a_rule_about_institutions_is_muted_by_the_first_day_of_the_period_and_heard_again(
    con: duckdb.DuckDBPyConnection, content: Path
) -> None:
    rule = find_rule(content, "CL-01")
    example = next(example for example in rule.examples if example.kind == "flag")
    con.execute("DELETE FROM mart.settlement")
    tables = Tables(content / "sql")
    for name in sorted(rule.tables):
        if example.given.get(name) and LOGICAL[name][0] != "intake.reached":
            con.execute(f"INSERT INTO {LOGICAL[name][0]} BY NAME {tables.select(name, example.given[name])}")
    con.execute("INSERT INTO intake.package VALUES ('2026-11-20', DATE '2026-11-20', 1, 'test', '')")

    def night(*mutes: tuple[str, str]) -> tuple[int, int, int]:
        """Screen with mutes of CL-01; return how many findings there are, are kept back, and the run's suppressed."""
        con.execute("DELETE FROM knowledge.rule_mute")
        for since, until in mutes:
            con.execute(
                "INSERT INTO knowledge.rule_mute VALUES ('CL-01', ?, NULL, '系统切换', '李四', ?, ?)",
                [HOSPITAL, since, until],
            )
        (run_,) = screen(con, [rule], night="2026-11-20")
        assert run_.error is None
        found_ = con.execute("SELECT COUNT(*) FROM audit.subject_finding").fetchall()[0][0]
        kept = con.execute("SELECT COUNT(*) FROM audit.suppressed_subject_finding").fetchall()[0][0]
        return found_, kept, run_.suppressed

    assert night() == (1, 0, 0)
    before = con.execute("FROM audit.subject_finding").fetchall()
    assert night(("2026-11-09", "2026-11-10")) == (0, 1, 1)
    assert night(("2026-11-09", "2026-11-10")) == (0, 1, 1)
    assert night(("2026-11-10", "2026-12-10"), ("2026-10-01", "2026-11-09")) == (1, 0, 0)
    assert con.execute("FROM audit.subject_finding").fetchall() == before
