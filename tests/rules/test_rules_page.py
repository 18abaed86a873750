"""The page and the lock know the shared suppressors beside the rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lianshen.content import content_root
from lianshen.rules import load_rules
from lianshen.rules.catalogue import LockError, rule_texts, suppressor_heads
from lianshen.rules.docs import rules_page
from lianshen.rules.lock import lock_problems, write_lock

CONTENT = content_root()


def test_the_page_tells_what_each_suppressor_excuses_and_for_which_rules() -> None:
    page = rules_page(rule_texts(CONTENT).values(), suppressor_heads(CONTENT))
    assert "| [S-NB](#s-nb) | 新生儿 | settlements |" in page
    assert "the marts leave it out for every rule" in page
    assert "lowers the severity of every rule's findings" in page
    row = next(line for line in page.splitlines() if line.startswith("| [S-NB]"))
    assert "[MD-03](#md-03)" in row.split("|")[5], "in the SQL of MD-03"
    assert "* `days` = 28 (28 to 90): " in page


def test_a_suppressor_that_excuses_something_else_needs_a_new_version(tmp_path: Path) -> None:
    sql = tmp_path / "sql"
    shutil.copytree(CONTENT / "sql", sql, ignore=shutil.ignore_patterns("rules", "rules.lock"))
    for name in ("sql/rules", "policies", "knowledge"):
        (tmp_path / name).mkdir()
    shutil.copytree(CONTENT / "sql" / "rules" / "medical", sql / "rules" / "medical")
    rules = load_rules(tmp_path)
    write_lock(rules, sql)
    assert list(lock_problems(rules, sql)) == []
    path = sql / "suppressors" / "S-TRF.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("linked: true", "linked: false"), encoding="utf-8")
    assert list(lock_problems(rules, sql)) == [
        "S-TRF.sql: what it finds changed, but version is still 1: raise it to 2"
    ]
    with pytest.raises(LockError, match="raise it to 2"):
        write_lock(rules, sql)
