"""Rules about institutions look at touched institutions and months only, and find the same as at everything."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.parcels import Row, deliver, receive, row

from lianshen.content import content_root
from lianshen.rules import Rule, screen
from lianshen.rules.document import read_rule
from lianshen.rules.tables import Tables
from lianshen.warehouse import find_packages, marts, open_warehouse

TABLES = Tables(content_root() / "sql")
SETTLED = ["2026-09-25", "2026-10-03", "2026-10-28", "2026-11-05", "2026-12-20"]

# The share of a month among what an institution settled within ten days around it; with peers, among all of them.
RULE = """/* rule
id: MG-90
version: 1
title_zh: 月份占比
title: Share of a month
status: active
certainty: suspicious
severity: 1
level: provider
subject: institution
owner: 基金监管处
summary: How much of what was settled within ten days of a month falls into it.
sentence_zh: 当月{because_here}元，前后共{because_around}元。
facts: {because_here: 当月（元）, because_around: 前后（元）}
basis: [内部约定]
national_code: none
in_force: {since: 2024-01-01}
dated_by: period
reads: [settlement]
look_back: {days: 10}PEERS
amount: a2
not_a_finding_when: [季节性波动，有说明。]
reviewer_checks: [查就诊登记。]
handler: [H7]
*/
WITH
here AS (
    SELECT
        fixmedins_code,
        LEFT(CAST(setl_date AS VARCHAR), 7) AS in_month,
        CAST(LEFT(CAST(setl_date AS VARCHAR), 7) || '-01' AS DATE) AS first_day,
        SUM(medfee_sumamt) AS amount
    FROM settlement
    GROUP BY
        fixmedins_code,
        LEFT(CAST(setl_date AS VARCHAR), 7),
        CAST(LEFT(CAST(setl_date AS VARCHAR), 7) || '-01' AS DATE)
),

around AS (
    SELECT
        h.fixmedins_code,
        h.in_month,
        SUM(s.medfee_sumamt) AS amount
    FROM here AS h
    INNER JOIN settlement AS s ON JOINED
        DATE_DIFF('day', h.first_day, s.setl_date) BETWEEN -$look_back_days AND 27 + $look_back_days
    GROUP BY h.fixmedins_code, h.in_month
)

SELECT
    h.fixmedins_code AS subject_id,
    h.in_month AS period,
    0 AS a0,
    0 AS a1,
    h.amount AS a2,
    h.amount AS because_here,
    a.amount AS because_around
FROM here AS h
INNER JOIN around AS a ON h.fixmedins_code = a.fixmedins_code AND h.in_month = a.in_month
/* examples
- name: nothing
  kind: clear
  given: {settlement: []}
- name: a month
  kind: flag
  given: {settlement: [{}]}
  expect: {H51010000001/2026-11: "10000.00"}
- name: the last day that counts, and the day after
  kind: edge
  given: {settlement: [{}, {setl_id: S2, setl_date: 2026-10-22}, {setl_id: S3, setl_date: 2026-10-21}]}
  expect: {H51010000001/2026-11: {because: {because_around: "20000.00"}}, H51010000001/2026-10: "20000.00"}
*/
"""


def written(folder: Path, peers: bool) -> Rule:
    path = folder / "management" / "MG-90_share_of_a_month.sql"
    path.parent.mkdir(parents=True)
    joined = "" if peers else "h.fixmedins_code = s.fixmedins_code AND"
    path.write_text(RULE.replace("PEERS", "\npeers: true" if peers else "").replace("JOINED", joined))
    return read_rule(path, TABLES)


def bills(number: int) -> list[Row]:
    """Return a few settlements of the days around a month's end, some corrected to another place or month."""
    chance = random.Random(number)
    return [
        row(
            "setl_d",
            setl_id=f"S{chance.randint(1, 9)}",
            fixmedins_code=chance.choice(["H51010000001", "H51010000002"]),
            setl_time=f"{chance.choice(SETTLED)} 10:00:00",
            begndate="2026-09-01",
            enddate="2026-09-20",
            updt_time=f"2026-12-20 10:{number:02d}:00",
        )
        for _ in range(2)
    ]


def found(landing: Path, rule: Rule, order: Iterable[str], at_once: bool = False) -> list[Any]:
    packages = {package.name: package for package in find_packages(landing)}
    con = open_warehouse(None)
    order = list(order)
    for place, name in enumerate(order):
        receive(con, packages[name])
        if not at_once or place == len(order) - 1:
            marts.refresh(con)
            assert [run.error for run in screen(con, [rule], night=name)] == [None]
            marts.clear_touched(con)
    rows = con.execute("FROM audit.subject_finding ORDER BY ALL").fetchall()
    con.close()
    return rows


@pytest.mark.parametrize("peers", [False, True])
def test_nights_in_any_order_twice_or_at_once_find_the_same(tmp_path: Path, peers: bool) -> None:
    rule = written(tmp_path / "rules", peers)
    landing = tmp_path / "landing"
    names = [f"2026-12-{day:02d}" for day in range(1, 9)]
    for number, name in enumerate(names):
        unique = {one["setl_id"]: one for one in bills(number)}
        deliver(landing, name, setl_d=list(unique.values()))
    expected = found(landing, rule, names, at_once=True)
    assert len(expected) >= 4
    assert found(landing, rule, names) == expected
    for seed in (1, 2):
        shuffled = names.copy()
        random.Random(seed).shuffle(shuffled)
        assert found(landing, rule, [*shuffled, shuffled[0]]) == expected


def test_what_is_found_about_other_months_and_institutions_is_not_looked_at_again(tmp_path: Path) -> None:
    rule = written(tmp_path / "rules", peers=False)
    one = row("setl_d", setl_time="2026-09-15 10:00:00")
    other = row("setl_d", setl_id="S2", setl_time="2026-11-15 10:00:00")
    deliver(tmp_path / "landing", "2026-12-01", setl_d=[one])
    deliver(tmp_path / "landing", "2026-12-02", setl_d=[other])
    con: duckdb.DuckDBPyConnection = open_warehouse(None)
    for package in find_packages(tmp_path / "landing"):
        receive(con, package)
        marts.refresh(con)
        runs = screen(con, [rule], night=package.name)
        assert (runs[0].findings, runs[0].rows_read) == (1, 1)
        marts.clear_touched(con)
    # A night that touches nothing reads nothing, and what was found stays.
    marts.refresh(con)
    assert (screen(con, [rule], night="2026-12-03")[0].rows_read) == 0
    kept = con.execute("SELECT period, CAST(as_of AS VARCHAR) FROM audit.subject_finding ORDER BY ALL").fetchall()
    assert kept == [("2026-09", "2026-12-02"), ("2026-11", "2026-12-02")]
    con.close()
