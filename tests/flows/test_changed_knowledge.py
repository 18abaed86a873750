"""Knowledge that changed between two nights: the history is what it would be had the knowledge always been so."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from support.night_state import differences, state_of
from support.small_province import days, screen

from lianshen.config import Settings
from lianshen.content import content_root

BED = "001109000010000"
"""Charged for every day of nearly every stay, one a day at most since a point of the demo."""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("content")
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, folder / name)
    return folder


def findings(home: Path) -> dict[str, int]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return dict(con.execute("SELECT source_id, COUNT(*) FROM audit.finding GROUP BY ALL").fetchall())


@pytest.mark.slow
def test_a_changed_point_and_a_mute_give_the_same_as_if_they_had_always_been_there(
    content: Path, settings_for: Callable[[Path], Settings], nights: list[Path], tmp_path: Path
) -> None:
    def at(home: Path) -> Settings:
        return settings_for(home).model_copy(update={"content": content})

    before, after = tmp_path / "before", tmp_path / "after"
    shutil.copytree(nights[0], before)
    had = findings(before)
    _change(content / "knowledge", before)
    screen(at(before), days(0))
    screen(at(after), days(0))
    assert findings(before)["PL-04"] > had.get("PL-04", 0)
    assert differences(state_of(before), state_of(after)) == {}
    screen(at(before), days(0))
    assert differences(state_of(before), state_of(after)) == {}


def _change(knowledge: Path, home: Path) -> None:
    """Add a point about beds, take every point about the other sex away, mute CH-02 where it found something."""
    part = knowledge / "age_limit" / "OWN.csv"
    part.parent.mkdir()
    part.write_text(
        "kp_id,hilist_code,min_days,max_days,note_zh,source,batch,valid_from,valid_until\n"
        f"OWN-1,{BED},,14600,限 39 周岁及以下,测试,OWN,2026-01-01,\n",
        "utf-8",
    )
    file = knowledge / "sex_limit.csv"
    file.write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT source_id, fixmedins_code FROM audit.finding ORDER BY ALL LIMIT 1").fetchall()
    with (knowledge / "rule_mute.csv").open("a", encoding="utf-8", newline="") as mutes:
        csv.writer(mutes, lineterminator="\n").writerows(
            [rule, institution, "", "整改中", "李四", "2026-06-01", "2027-06-01"] for rule, institution in rows
        )
