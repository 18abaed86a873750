"""Titles of rules and models for the filter: from the rule files, and from findings where a model made them."""

from __future__ import annotations

from pathlib import Path

from lianshen.cases.domain import Principal
from lianshen.cases.services import rule_stats
from lianshen.cases.store import Casebook
from lianshen.rules.catalogue import rule_texts

EVERYTHING = Principal(0, "system", "", "lead")


def rule_names(book: Casebook, content: Path | None = None) -> dict[str, str]:
    """Return the Chinese title by id: of every rule there is, and of every model with a finding in the casebook."""
    found = {row["rule"]: row["name"] for row in rule_stats(EVERYTHING, book)}
    return found | {rule: text.title_zh for rule, text in rule_texts(content).items()}
