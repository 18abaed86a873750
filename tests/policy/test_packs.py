"""Every pack comes out as its worked examples say, and every change of a value has one on either side."""

from __future__ import annotations

import pytest

from lianshen.agency import agencies
from lianshen.content import content_root
from lianshen.policy import PolicyBook
from lianshen.policy.checking import Books, check_examples, mismatch
from lianshen.policy.examples import Example, read_examples

BOOK = PolicyBook.load(content_root() / "policies")
BOOKS = Books(BOOK)
EXAMPLES = [
    pytest.param(example, id=f"{pack.id}-{example.name}")
    for pack in BOOK.packs.values()
    for example in read_examples(pack, [])
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_comes_out_as_written(example: Example) -> None:
    assert mismatch(BOOKS, example) is None


def test_every_change_of_value_has_an_example_on_its_day_and_on_the_day_before() -> None:
    assert check_examples(BOOK) == []


def test_every_pool_of_the_province_has_a_pack() -> None:
    assert set(BOOK.pools) == {agency.pool for agency in agencies().values()}


def test_no_illustrative_value_pretends_to_be_law() -> None:
    for pack in BOOK.packs.values():
        for series in pack.own.values():
            assert all("Illustrative" in source.title for source in series.sources if source.kind == "illustrative")


def test_a_change_inside_the_demonstration_and_one_at_the_new_year() -> None:
    days = {day.isoformat() for pack in BOOK.packs.values() for _, day in pack.changes}
    assert {"2026-01-01", "2026-11-08"} <= days
