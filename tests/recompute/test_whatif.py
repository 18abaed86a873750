"""What a changed policy would have meant for a past period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lianshen.policy import PolicyBook
from lianshen.recompute import recompute
from lianshen.recompute.whatif import Effect, what_if

OCTOBER, DECEMBER = date(2026, 10, 1), date(2026, 12, 1)
Change = Callable[[str], PolicyBook]


@pytest.fixture
def changed(world: Any, tmp_path: Path) -> Change:
    """Return the book of the world with changed values for Mianyang, given as YAML."""

    def change(values: str) -> PolicyBook:
        path = tmp_path / "what-if.yaml"
        path.write_text(f'title: a proposal\npools: ["5107"]\nvalues:\n{values}', encoding="utf-8")
        book: PolicyBook = world.book
        return book.override(path)

    return change


def tried(world: Any, book: PolicyBook, **differs: Any) -> Effect:
    recompute(world.con, world.book)
    return what_if(world.con, world.book, book, **{"start": OCTOBER, "end": DECEMBER, **differs})


def test_the_same_book_changes_nothing_and_pays_what_the_night_expected(world: Any) -> None:
    world.settlement("S1")
    world.settlement("S2", setl_date=date(2026, 11, 20), begndate=date(2026, 11, 12), cal_ipt_cnt=2)
    total = tried(world, world.book).total
    (expected,) = world.con.execute("SELECT SUM(expected_fund) FROM audit.recomputed").fetchone()
    assert (total.settlements, total.changed, total.difference, total.patients_difference) == (2, 0, 0, 0)
    assert Decimal(total.now) / 100 == expected > 0
    assert total.now + total.patients_now == total.total
