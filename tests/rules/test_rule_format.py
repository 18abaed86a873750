"""What the reader of rule files accepts, what it refuses, and what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from sqlglot import parse_one

from lianshen.content import content_root
from lianshen.errors import UsageError
from lianshen.rules.document import load_rules, read_rule, read_rules
from lianshen.rules.drafting import begin_rule
from lianshen.rules.engines import DuckDBEngine, differences, run_example
from lianshen.rules.head import GROUPS
from lianshen.rules.portable import problems_of
from lianshen.rules.reading import RuleFileError
from lianshen.rules.tables import LOGICAL, Tables

CONTENT = content_root()
TABLES = Tables(CONTENT / "sql")
NAME = "PL-90_dear_line.sql"

RULE = """/* rule
id: PL-90
version: 1
title_zh: 高价明细
title: Dear line
status: active
certainty: suspicious
severity: 2
level: line
owner: 基金监管处
summary: A line of more than an amount.
sentence_zh: 金额{because_amount}元。
facts: {because_amount: 金额（元）}
basis: [内部约定]
national_code: none
in_force: {since: 2024-01-01}
dated_by: fee_date
reads: [fee_line, settlement]
look_back: none
params:
  most: {about: what is let pass, default: "100.00", least: "0.00", most: "1000.00"}
amount: a1
not_a_finding_when: [特殊材料确需使用，有审批单。]
reviewer_checks: [查审批单。]
handler: [H2]
*/
SELECT
    l.setl_id,
    l.bkkp_sn,
    l.det_item_fee_sumamt AS a0,
    l.inscp_amt AS a1,
    l.inscp_amt AS because_amount
FROM fee_line AS l
INNER JOIN settlement AS s ON l.setl_id = s.setl_id
WHERE l.inscp_amt > $most
/* examples
- name: cheap
  kind: clear
  given: {settlement: [{}], fee_line: [{}]}
- name: dear
  kind: flag
  given: {settlement: [{}], fee_line: [{inscp_amt: "100.01"}]}
  expect: {S1: "100.01"}
- name: exactly at the limit
  kind: edge
  given: {settlement: [{}], fee_line: [{inscp_amt: "100.00"}]}
*/
"""


def written(folder: Path, text: str = RULE, name: str = NAME, group: str = "policy") -> Path:
    path = folder / group / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusals(folder: Path, text: str) -> list[str]:
    with pytest.raises(RuleFileError) as caught:
        read_rule(written(folder, text), TABLES)
    assert all(problem.startswith(f"{NAME}: ") for problem in caught.value.problems)
    return caught.value.problems


def test_a_rule_that_keeps_to_the_format_is_read_and_its_examples_hold(tmp_path: Path) -> None:
    rule = read_rule(written(tmp_path), TABLES)
    assert (rule.id, rule.because, rule.arguments()["most"]) == ("PL-90", ("because_amount",), 100)
    for example in rule.examples:
        assert differences(rule, example, run_example(rule, example, DuckDBEngine(), TABLES)) == []


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("severity: 2", "severity: 2\nseverty: 3", "severty: Extra inputs"),
        ("[特殊材料确需使用，有审批单。]", "[不详]", "is no reason: name a real case"),
        ("[特殊材料确需使用，有审批单。]", "[]", "not_a_finding_when: List should have at least 1 item"),
        ('default: "100.00"', "default: 100.5", "params.most.default: write the amount 100.5 in quotes"),
        ('default: "100.00"', 'default: "2000.00"', "must lie between least 0.00 and most 1000.00"),
        ("status: active", "status: retired", "a retired rule needs the day it ended"),
        ("since: 2024-01-01", "since: 2024-01-01, until: 2023-01-01", "must lie after since"),
        ("title: Dear line", "title: Costly line", "call the file PL-90_costly_line.sql"),
        ("id: PL-90", "id: CH-90", "CH-90 belongs into the folder sql/rules/charging/"),
        ("id: PL-90", "id: QQ-90", "no group has the letters QQ"),
        ("{because_amount}元", "{because_price}元", "{because_price} is not a because_… column"),
        ("{because_amount: 金额（元）}", "{}", "facts: because_amount has no Chinese label"),
        (
            "金额（元）}",
            "金额（元）, because_price: 单价（元）}",
            "facts.because_price: the SQL returns no such column",
        ),
        ("金额（元）}", "amount}", "facts.because_amount: String should match pattern"),
        ("facts: {because_amount: 金额（元）}\n", "", "facts: Field required"),
        ("> $most", "> 100", "params.most: the SQL does not use $most"),
        ("> $most", "> $most AND l.cnt > $least_count", "the SQL uses $least_count, which the header does not declare"),
        ("look_back: none", "look_back: {days: 30}", "must bound itself by $look_back_days"),
        ("reads: [fee_line, settlement]", "reads: [fee_line, settlement, travel]", "the SQL does not read travel"),
        ("FROM fee_line AS l", "FROM fee_list_d AS l", "there is no logical table fee_list_d"),
        ("FROM fee_line AS l", "FROM mart.fee_line AS l", "by their plain names, no files and no schemas"),
        ("    l.bkkp_sn,\n", "", "a line rule returns bkkp_sn"),
        ("AS because_amount", "AS amount", "no because_… column"),
        ("amount: a1", "amount: exposure", "the SQL returns no column exposure"),
        ("l.det_item_fee_sumamt AS a0,", "l.det_item_fee_sumamt AS a0, l.cnt AS quantity,", "column quantity: only"),
        ("WHERE l.inscp_amt > $most", "WHERE l.inscp_amt > $most; SELECT 1", "exactly one SELECT"),
        ("  kind: edge\n", "  kind: clear\n", "no example of kind edge"),
        ("- name: exactly at the limit", "- name: dear", "two examples are called 'dear'"),
        ("  kind: clear\n", "  kind: edge\n", "the first example shows what is NOT flagged"),
        ('{inscp_amt: "100.01"}', "{inscp_amt: 100.01}", "write 100.01 in quotes"),
        ('{inscp_amt: "100.01"}', '{inscope_amt: "100.01"}', "'fee_line' has no column 'inscope_amt'"),
        ('  expect: {S1: "100.01"}\n', "", "a flag example expects at least one finding"),
        ("/* examples", "/* example", "want '/* rule', YAML"),
        ("look_back: none", "look_back: none\nwait_days: 31", "wait_days: Input should be less than or equal to 30"),
        ("dated_by: fee_date", "dated_by: period", "dated_by: a rule about an institution or region"),
        ("level: line", "level: line\nsubject: institution", "dated_by: a rule about an institution or region"),
        ("reads: [fee_line, settlement]", "reads: [fee_line, settlement, reached]", "does not read reached"),
        (
            "FROM fee_line AS l",
            "FROM fee_line AS l CROSS JOIN reached AS r",
            "reached is not narrowed to what a night touched",
        ),
    ],
)
def test_what_breaks_the_format_is_refused_with_file_and_field(
    tmp_path: Path, was: str, becomes: str, says: str
) -> None:
    assert was in RULE
    assert says in "\n".join(refusals(tmp_path, RULE.replace(was, becomes, 1)))


def begun(folder: Path, subject: str) -> Path:
    """Return a rule file as `lianshen rules new` begins it."""
    sql = folder / "sql"
    shutil.copytree(CONTENT / "sql" / "rules", sql / "rules", ignore=shutil.ignore_patterns("*.sql"))
    return begin_rule(sql, "clearing", "Much on one day", subject)


@pytest.mark.parametrize("subject", ["settlement", "institution", "region"])
def test_a_rule_begins_as_a_file_that_is_read_and_whose_examples_hold(tmp_path: Path, subject: str) -> None:
    rule = read_rule(begun(tmp_path, subject), TABLES)
    assert (rule.id, rule.head.subject, rule.head.is_about_settlements) == ("CL-01", subject, subject == "settlement")
    for example in rule.examples:
        assert differences(rule, example, run_example(rule, example, DuckDBEngine(), TABLES)) == []


def test_a_rule_about_nothing_that_is_known_is_not_begun(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="settlement, institution, region"):
        begun(tmp_path, "province")


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("look_back: none", "look_back: none\npeers: true", "peers: only a rule about institutions with a look_back"),
        ("look_back: none", "look_back: none\nwait_days: 1", "makes no cases that could wait"),
        ("level: provider", "level: line", "is of level settlement, provider or network"),
        ("    CAST(h.setl_date AS VARCHAR) AS period,\n", "", "column period is missing"),
        (
            "    h.fixmedins_code AS subject_id,\n    CAST(h.setl_date AS VARCHAR) AS period,\n",
            "    CAST(h.setl_date AS VARCHAR) AS period,\n    h.fixmedins_code AS subject_id,\n",
            "the first column is subject_id, got period",
        ),
        ("AS a0,", "AS a0, MIN(h.setl_id) AS linked_setl_id,", "column linked_setl_id: only subject_id, period"),
    ],
)
def test_what_breaks_the_format_of_a_rule_about_institutions_is_refused(
    tmp_path: Path, was: str, becomes: str, says: str
) -> None:
    path = begun(tmp_path, "institution")
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        read_rule(path, TABLES)
    assert says in "\n".join(caught.value.problems)


def test_a_period_of_a_month_is_dated_by_its_first_day(tmp_path: Path) -> None:
    path = begun(tmp_path, "institution")
    text = path.read_text(encoding="utf-8").replace("since: 2024-01-01}", "since: 2026-11-01, until: 2026-12-01}")
    month = text.replace("CAST(h.setl_date AS VARCHAR)", "LEFT(CAST(h.setl_date AS VARCHAR), 7)").replace(
        "H51010000001/2026-11-09", "H51010000001/2026-11"
    )
    path.write_text(month.replace("GROUP BY h.fixmedins_code, h.setl_date", "GROUP BY ALL"), encoding="utf-8")
    rule = read_rule(path, TABLES)
    flagged = next(example for example in rule.examples if example.kind == "flag")
    assert differences(rule, flagged, run_example(rule, flagged, DuckDBEngine(), TABLES)) == []
    path.write_text(path.read_text("utf-8").replace("since: 2026-11-01", "since: 2026-11-02"), encoding="utf-8")
    later = read_rule(path, TABLES)
    assert run_example(later, flagged, DuckDBEngine(), TABLES) == {}


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("a.inscp_amt / a.cnt > 2", "compare by multiplying"),
        ("AVG(a.cnt) > 2", "compare sums"),
        ("a.fee_date + 1 > a.enddate", "compare with DATE_DIFF"),
        ("a.fee_date - a.enddate > 1", "write DATE_DIFF('day', earlier, later)"),
        ("a.fee_date > a.enddate - INTERVAL 1 MONTH", "changes its type"),
        ("DATE_DIFF('month', a.begndate, a.enddate) > 1", "units other than 'day'"),
        ("DATE_DIFF('day', a.fee_ocur_time, a.setl_time) > 1", "write CAST(… AS DATE) around the time"),
        ("DAYOFWEEK(a.fee_date) = 0", "join a calendar"),
        ("MEDIAN(a.cnt) > 1", "feature view"),
        ("CAST(a.cnt AS INTEGER) > 1", "rounds here and cuts there"),
        ("CAST(a.cnt AS DOUBLE) > 1", "never floating point"),
        ("5 // a.los_days > 1", "write NULLIF(divisor, 0)"),
        ("REGEXP_MATCHES(a.hilist_code, '^00')", "anchor the pattern"),
        ("REGEXP_MATCHES(a.hilist_code, '^00|99$')", "anchor the pattern"),
        ("a.fee_date < CURRENT_DATE", "never the day of the run"),
        ("LEVENSHTEIN(a.hilist_code, 'x') > 1", "not one of the functions known"),
        ("COUNT(DISTINCT a.cnt) OVER (PARTITION BY a.person) > 1", "group in a CTE first"),
    ],
)
def test_sql_that_means_something_else_on_the_other_engine_is_refused(sql: str, says: str) -> None:
    query = parse_one(f"SELECT 1 FROM fee_line AS a WHERE {sql}", read="duckdb")
    assert says in "\n".join(problems_of(query, TABLES.date_columns, TABLES.time_columns))


@pytest.mark.parametrize(
    "sql",
    [
        "a.inscp_amt > $ratio * a.cnt",
        "DATE_DIFF('day', a.begndate, a.enddate) > 1",
        "DATE_DIFF('day', a.fee_date, CAST(a.setl_time AS DATE)) > 1",
        "REGEXP_MATCHES(a.hilist_code, '^(00[0-9]{13}|C[|0-9]{19})$')",
        "CAST(ROUND(a.cnt) AS BIGINT) // NULLIF(a.los_days, 0) > 1",
    ],
)
def test_sql_that_means_the_same_is_let_through(sql: str) -> None:
    query = parse_one(f"SELECT 1 FROM fee_line AS a WHERE {sql}", read="duckdb")
    assert problems_of(query, TABLES.date_columns, TABLES.time_columns) == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("severity: 2", "severity: 3"),
        ("A line of more", "One line of more"),
        ("\nFROM fee_line", "\n\nFROM   fee_line"),
    ],
)
def test_prose_severity_and_layout_leave_the_fingerprint(tmp_path: Path, was: str, becomes: str) -> None:
    before = read_rule(written(tmp_path), TABLES).fingerprint
    assert read_rule(written(tmp_path, RULE.replace(was, becomes, 1)), TABLES).fingerprint == before


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('default: "100.00"', 'default: "90.00"'),
        ("since: 2024-01-01", "since: 2024-01-02"),
        ("> $most", ">= $most"),
        ("dated_by: fee_date", "dated_by: setl_date"),
    ],
)
def test_what_decides_the_findings_changes_the_fingerprint(tmp_path: Path, was: str, becomes: str) -> None:
    before = read_rule(written(tmp_path), TABLES).fingerprint
    assert read_rule(written(tmp_path, RULE.replace(was, becomes, 1)), TABLES).fingerprint != before


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one = written(tmp_path, RULE.replace("severity: 2", "severity: 9").replace("> $most", "> 100"))
    two = written(tmp_path, RULE.replace("handler: [H2]", "handler: [H9]"), name="PL-91_other.sql")
    with pytest.raises(RuleFileError) as caught:
        read_rules([one, two], TABLES)
    said = str(caught.value)
    assert f"{NAME}: severity" in said
    assert f"{NAME}: params.most" not in said, "what the header says is not compared while the header is unsound"
    assert "PL-91_other.sql: handler.0" in said


def test_an_id_is_used_once(tmp_path: Path) -> None:
    again = RULE.replace("title: Dear line", "title: Dear line again")
    with pytest.raises(RuleFileError, match=r"has the id PL-90 already"):
        read_rules([written(tmp_path), written(tmp_path, again, name="PL-90_dear_line_again.sql")], TABLES)


def test_a_difference_between_example_and_rule_is_told(tmp_path: Path) -> None:
    text = RULE.replace('expect: {S1: "100.01"}', 'expect: {S1: {a1: "99.00", severity: 3}, S2: "1.00"}')
    rule = read_rule(written(tmp_path, text), TABLES)
    told = differences(rule, rule.examples[1], run_example(rule, rule.examples[1], DuckDBEngine(), TABLES))
    assert told == ["S1: a1 expected 99.00, got 100.01", "S1: severity expected 3, got 2", "S2: expected, not found"]


def test_every_logical_table_has_columns_and_a_base_row_that_fits() -> None:
    assert set(TABLES.columns) == set(LOGICAL)
    for name in LOGICAL:
        if LOGICAL[name][1] == "feature":
            continue  # computed, never given
        assert list(TABLES.row_problems(name, [])) == []
        required = yaml.safe_load((CONTENT / "sql" / "base" / f"{name}.yaml").read_text(encoding="utf-8"))
        assert required, f"{name} has no base row"


def test_every_rule_lies_in_the_folder_of_its_group_and_speaks_chinese_to_reviewers() -> None:
    rules = load_rules(CONTENT)
    assert rules
    for rule in rules:
        assert rule.path.parent.name == GROUPS[rule.id[:2]]
        for text in (
            rule.head.title_zh,
            rule.head.sentence_zh,
            *rule.head.not_a_finding_when,
            *rule.head.reviewer_checks,
        ):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text), f"{rule.id}: {text}"
