"""One filter for pages, interface, exports and notebooks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianshen.agency import agencies
from lianshen.cases.domain import DECISIONS, STATES
from lianshen.cases.errors import Refused
from lianshen.cases.filters import CaseFilter


def test_an_empty_query_is_every_case() -> None:
    assert CaseFilter.from_query("") == (CaseFilter(), [])
    assert CaseFilter().to_query() == ""


def test_a_whole_address_is_read() -> None:
    found, dropped = CaseFilter.from_query(
        "https://audit.example/queue?state=released,new&rule=PL-04&min_amount=12.50&mine=true"
    )
    assert dropped == []
    assert found == CaseFilter(state=("new", "released"), rule=("PL-04",), min_amount=Decimal("12.50"), mine=True)
    assert found.min_fen == 1250
    assert found.to_query() == "state=new,released&rule=PL-04&min_amount=12.50&mine=true"


def test_what_is_not_understood_is_left_out_and_named() -> None:
    found, dropped = CaseFilter.from_query("state=new&colour=red&severity=9&sort=-secret")
    assert found == CaseFilter(state=("new",))
    assert dropped == ["colour", "severity", "sort"]


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "state=gone",
        "severity=9",
        "due=tomorrow",
        "region=999999",
        "insured=51a7",
        "sort=password_hash",
        "min_amount=-1",
        "rule=a'b",
    ],
)
def test_the_strict_reading_refuses_it(query: str) -> None:
    with pytest.raises(Refused, match=query.split("=")[0]):
        CaseFilter.strict(query)


def test_two_filters_that_mean_the_same_are_written_the_same() -> None:
    one = CaseFilter.strict("severity=3,2,3&region=510300,510100&sort=-per_hour,-severity,-at_issue")
    other = CaseFilter.strict("region=510100,510300&severity=2,3")
    assert one == other
    assert one.to_query() == other.to_query() == "region=510100,510300&severity=2,3"


filters = st.builds(
    CaseFilter,
    q=st.none() | st.text("成都肺炎 &=?%#+,'\"", min_size=1, max_size=20),
    state=st.lists(st.sampled_from(list(STATES)), unique=True).map(tuple),
    region=st.lists(st.sampled_from(list(agencies())), unique=True, max_size=4).map(tuple),
    severity=st.lists(st.integers(1, 3), unique=True).map(tuple),
    decision=st.lists(st.sampled_from(list(DECISIONS)), unique=True).map(tuple),
    min_amount=st.none() | st.decimals(0, 10**9, places=2),
    since=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    mine=st.booleans(),
    sort=st.none() | st.sampled_from(["-due_at", "score,-at_issue"]),
)


@given(filters)
def test_what_is_written_reads_back_the_same(f: CaseFilter) -> None:
    assert CaseFilter.strict(f.to_query()) == f
    assert CaseFilter.strict("/queue?" + f.to_query()) == f
