"""What the documents show a reader is what the code does."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = sorted(path for path in DOCS.glob("*.md") if ">>> " in path.read_text(encoding="utf-8"))


def test_there_are_examples_to_try() -> None:
    assert DOCS / "settlement.md" in SHOWN


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_examples_come_out_as_the_page_says(page: Path) -> None:
    tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert tried.attempted > 0
    assert tried.failed == 0
