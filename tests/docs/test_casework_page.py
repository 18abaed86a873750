"""The page about casework names every state and arrow that there is, and the days that the terms propose."""

from __future__ import annotations

import re
from pathlib import Path

from lianshen.cases.store import Terms
from lianshen.cases.vocabulary import STATES, TRANSITIONS

PAGE = (Path(__file__).parents[2] / "docs" / "casework.md").read_text(encoding="utf-8")
SHOWN_ELSEWHERE = {"assign", "ask_extension", "grant_extension", "refuse_extension"}
"""Actions that leave the state as it is."""


def test_every_state_and_every_action_that_moves_a_case_is_on_the_page() -> None:
    words = set(re.findall(r"[a-z_]+", PAGE))
    assert set(STATES) - words == set()
    assert {name for name, arrow in TRANSITIONS.items() if arrow.to is not None} - words == set()
    assert {name for name, arrow in TRANSITIONS.items() if arrow.to is None} == SHOWN_ELSEWHERE


def test_the_days_on_the_page_are_those_of_the_terms() -> None:
    terms = Terms()
    rows = {row.split("|")[1].split("(")[0].strip(): row for row in PAGE.splitlines() if row.startswith("|")}
    assert re.findall(r"\d+", rows["accept"]) == [str(terms.accept_days)]
    days = (terms.due_days_high, terms.due_days, terms.evidence_days, terms.return_days, terms.extension_days)
    assert re.findall(r"\d+", rows["decide"]) == list(map(str, days))
    assert re.findall(r"\d+", rows["the institution's statement"]) == [str(terms.reply_days)]
    assert re.findall(r"\d+", rows["appeal of the institution"]) == [
        str(terms.appeal_days),
        str(terms.appeal_decide_days),
    ]


def test_each_promise_of_the_pages_names_a_test_that_exists() -> None:
    root = Path(__file__).parents[2]
    text = (root / "docs" / "casework.md").read_text(encoding="utf-8")
    named, file = [], ""
    for found in re.finditer(r"`(tests/[\w/]+\.py)?::(test_\w+)`", text):
        file = found.group(1) or file
        named.append((file, found.group(2)))
    assert len(named) >= 20
    missing = [(file, name) for file, name in named if f"def {name}(" not in (root / file).read_text(encoding="utf-8")]
    assert missing == []
