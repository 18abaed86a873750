"""What follows from the settlements of a night: statements, clearing, funds, archives; kept from night to night."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from lianshen.province.archive import archive_table, request_table
from lianshen.province.arrow import Ints
from lianshen.province.clearing import apply_for_clearing
from lianshen.province.faults.clearing import Tonight, is_clearing_day
from lianshen.province.received import Received, received
from lianshen.province.reconcile import Statements, list_details, list_partners, state
from lianshen.province.revolving import Funds
from lianshen.province.tables import Night
from lianshen.province.truth import Truth
from lianshen.province.world import World


@dataclass
class Books:
    """What reconciliation and clearing remember from night to night."""

    funds: Funds
    arriving: dict[int, list[Received]] = field(default_factory=lambda: defaultdict(list))
    """Settlements by the night on which they come."""
    statements: Statements = field(default_factory=dict)
    withheld: set[tuple[int, int, int, int]] = field(default_factory=set)
    stated: set[tuple[int, int, int, int]] = field(default_factory=set)
    """What was stated on the last night."""
    to_clear: list[Received] = field(default_factory=list)
    to_compare: list[Received] = field(default_factory=list)
    """Cross-province settlements whose three-party records have not come."""
    asked: list[tuple[int, Received]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    batch_late: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, world: World) -> Books:
        """Return empty books."""
        return cls(Funds(world.regions, world.per_night))


def book_night(
    books: Books, world: World, night: int, made: Night, wait: Ints, truth: Truth, beside: Statements
) -> dict[str, pa.Table]:
    """Return the tables that follow from what arrives on a night; ``wait`` are the nights until ``made`` arrives.

    ``beside`` are statements that are made elsewhere of settlements of the same institutions and days.
    """
    on, last = world.start + night, world.start + world.nights - 1
    everything = received(made, wait, world.nights - 1 - night, world.directed.get(night, []))
    for nights in np.unique(wait):
        books.arriving[night + int(nights)].append(everything.take(np.flatnonzero(wait == nights)))
    came = Received.join(books.arriving.pop(night, [everything.take(np.zeros(0, dtype=np.int64))]))
    books.touched.update(int(setl[2:]) for setl in truth.spoiled)
    tonight = Tonight(world.rng(night, 10), on, world.places, world.orders, truth, books.touched, books.batch_late)
    stated, books.stated = state(books.statements, books.withheld, came, tonight, beside)
    tables = {
        "stmt_d": stated,
        "stmt_detl_d": list_details(came, world.names, tonight),
        "tri_stmt_d": list_partners(books.to_compare, came, tonight),
        "revolv_fund_d": books.funds.book(came, tonight),
        "arch_d": archive_table(came, world.places, world.regions, on),
        "coop_req_d": request_table(books.asked, came, world.places, world.regions, world.per_night, on),
    }
    books.to_clear.append(came)
    if is_clearing_day(on, last):
        tables |= apply_for_clearing(books.to_clear, tonight)
    return tables
