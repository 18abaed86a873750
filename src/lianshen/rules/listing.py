"""Findings about institutions, doctors and regions, as lists for people: the command line and pages read them here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from lianshen.agency import agencies
from lianshen.rules.installed import Worded

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LIST = """
    SELECT f.source_id AS rule, f.subject_kind, f.subject_id, i.fixmedins_name AS name_zh, f.period, f.setl_id,
        f.agency, f.insu_pool, f.certainty, f.severity, CAST(f.as_of AS VARCHAR) AS as_of, CAST(f.a0 AS VARCHAR) AS a0,
        CAST(f.a2 AS VARCHAR) AS a2, CAST(f.exposure AS VARCHAR) AS exposure, CAST(f.because AS VARCHAR) AS because
    FROM subject_finding AS f
    LEFT JOIN institution AS i
        ON f.subject_kind IN ('institution', 'doctor') AND SPLIT_PART(f.subject_id, '/', 1) = i.fixmedins_code
    WHERE ($rule IS NULL OR f.source_id = $rule) AND ($agency IS NULL OR f.agency = $agency)
    ORDER BY f.source_id, f.severity DESC, ABS(COALESCE(f.a2, 0)) DESC, f.exposure DESC, f.period DESC, f.finding_id
"""


def subject_findings(
    con: DuckDBPyConnection, texts: Mapping[str, Worded], *, rule: str | None = None, agency: str | None = None
) -> list[dict[str, Any]]:
    """Return the findings of the published snapshot, by rule, the gravest first. Amounts are exact text in yuan."""
    result = con.execute(_LIST, {"rule": rule, "agency": agency})
    names = [column[0] for column in result.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    for row in rows:
        row["because"] = json.loads(row["because"])
        if row["subject_kind"] == "region" and row["subject_id"] in agencies():
            row["name_zh"] = agencies()[row["subject_id"]].name_zh
        text = texts.get(row["rule"])
        row["title_zh"] = text.title_zh if text else row["rule"]
        row["sentence_zh"] = text.sentence(row["because"]) if text else ""
    return rows


def print_subjects(found: list[dict[str, Any]], texts: Mapping[str, Worded], top: int) -> None:
    """Print the findings of each rule, ``top`` of them: whom, when, who acts, how much, and the sentence."""
    from rich.console import Console
    from rich.padding import Padding

    console = Console(highlight=False)
    if not found:
        console.print("nothing found about institutions, doctors or regions")
    for rule, group in groupby(found, key=lambda row: str(row["rule"])):
        rows = list(group)
        text = texts.get(rule)
        shown = f"{len(rows)} findings" if len(rows) <= top else f"{top} of {len(rows)} findings"
        console.print(f"\n[bold]{rule}[/] {text.title_zh if text else ''} · {shown}")
        for row in rows[:top]:
            about = " ".join(part for part in (row["name_zh"], row["subject_id"]) if part)
            console.print(f"  [bold]{about}[/] · {row['period']} · {_acts(row)} · {_money(row)}")
            console.print(Padding(row["sentence_zh"], (0, 0, 0, 4)), style="dim")


def _acts(row: Mapping[str, Any]) -> str:
    agency = agencies().get(row["agency"])
    return f"→ {agency.name_zh if agency else row['agency']}"


def _money(row: Mapping[str, Any]) -> str:
    parts = [
        f"{Decimal(row[name] or 0):,.2f} {label}"
        for name, label in (("a2", "at issue"), ("exposure", "exposure"))
        if Decimal(row[name] or 0)
    ]
    return ", ".join([f"severity {row['severity']}", *parts])
