"""The synthetic province: nights of landing packages with planted faults, and the answer key beside them.

The same seed gives the same tables, whatever the format. People and institutions are fixed before the first night;
what crosses nights (late rows, reversals, statements) is carried on explicitly, so memory does not grow with nights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from lianshen.content import content_root
from lianshen.errors import UsageError
from lianshen.province.archive import opening_table
from lianshen.province.arrivals import postpone, waits
from lianshen.province.arrow import Flags
from lianshen.province.balances import Balances
from lianshen.province.books import Books, book_night
from lianshen.province.catalogue import catalogue_tables
from lianshen.province.dirt import Dirt, spoil
from lianshen.province.everyday import bills_of_night
from lianshen.province.faults import Directed
from lianshen.province.filings import claim_table, everyday_filings, filing_tables, registration_table
from lianshen.province.landing import FORMATS, Format, Package, write_package
from lianshen.province.line_tables import fee_line_table, fund_table
from lianshen.province.lists import Waiting, list_tables
from lianshen.province.local_stays import local_table
from lianshen.province.oddities import odd_packages
from lianshen.province.paper import PaperClaim, planted_claims, with_planted_claims
from lianshen.province.people import (
    person_tables,
)
from lianshen.province.places import place_tables
from lianshen.province.planting import plant_rows
from lianshen.province.reconcile import Statements, business_date
from lianshen.province.regions import admdvs_table
from lianshen.province.registers import approval_table, outage_table, register_tables
from lianshen.province.schemes import Apart, laid_beside
from lianshen.province.settling import settle_night
from lianshen.province.stock import opening_stock, pack_table, purchases
from lianshen.province.tables import Night, settlement_table
from lianshen.province.truth import Truth
from lianshen.province.visit_tables import diagnosis_table, operation_table, sends_few_diagnoses, visit_table
from lianshen.province.wards import intensive_care_table
from lianshen.province.world import World, build_world

SOURCE = "demo-province"


def generate(
    out: Path,
    *,
    seed: int,
    nights: int,
    settlements_per_night: int,
    start: date = date(2026, 11, 1),
    format: Format = "parquet",
    dirty: float = 0.0,
    faults: bool = True,
    fewest: int | None = None,
    oddities: bool = False,
    schemes: bool = False,
    content: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Write ``out/landing/<date>/`` for every night and the answer key to ``out/truth/``.

    ``dirty`` is the share of rows of each delivered table that are spoiled; ``fewest`` is how many faults of each rule,
    and look-alikes of each kind, are planted at the least (by default five, fewer in a small province); ``oddities``
    adds small packages that are wrong as a whole; ``schemes`` lays schemes of overtreatment and fraud beside the
    province, with an answer key of their own. ``progress`` is called with the package's name, its settlements and
    its lines. The same arguments give the same tables. Raises :class:`UsageError` for counts or a format that make no
    sense, and for a folder that holds packages already.
    """
    _check(out, nights, settlements_per_night, format, dirty)
    if fewest is not None and fewest < 0:
        raise UsageError(f"fewest {fewest}: a number from 0 is wanted")
    world = build_world(
        content_root(content),
        seed=seed,
        nights=nights,
        settlements_per_night=settlements_per_night,
        start=start,
        faults=faults,
        fewest=fewest,
    )
    carried: dict[int, list[dict[str, pa.Table]]] = defaultdict(list)
    books, truth, serials, balances = Books.of(world), Truth(), Serials(), Balances.of(len(world.people))
    apart = Apart.of(world) if schemes else None
    for night in range(nights):
        beside = apart.night(night) if apart else {}
        stated = apart.statements if apart else {}
        tables = night_tables(world, night, carried, books, truth, serials, balances, stated)
        package = Package(business_date(world.start + night), tables=tables)
        if dirty > 0:
            spoil(package, Dirt(world.rng(night, 9), dirty), truth)
        if apart:
            # After the dirt: which rows of the province are spoiled does not depend on what lies beside them.
            package.tables = laid_beside(package.tables, beside | {"stmt_d": apart.stated(night, books)})
        if (local := local_table(world, night)) is not None:
            package.tables = package.tables | {"local_stay_d": local}
        write_package(out / "landing", package, format, SOURCE)
        if progress is not None:
            progress(package.name, package.tables["setl_d"].num_rows, package.tables["fee_list_d"].num_rows)
        carried.pop(night, None)
    truth.never_sent(carried)
    if oddities:
        odd_packages(out / "landing", business_date(world.start + nights - 1), format, SOURCE)
    truth.write(out / "truth")
    if apart:
        apart.truth.write(out / "truth")


def _check(out: Path, nights: int, settlements: int, format: str, dirty: float) -> None:
    if nights < 1 or settlements < 40:
        raise UsageError(f"{nights} nights of {settlements} settlements: at least 1 night of 40 is wanted")
    if format not in FORMATS:
        raise UsageError(f"format {format}: known are {', '.join(FORMATS)}")
    if not 0 <= dirty <= 0.5:
        raise UsageError(f"dirty {dirty}: a share between 0 and 0.5 is wanted")
    landing = out / "landing"
    if landing.exists() and any(landing.iterdir()):
        raise UsageError(f"{landing}: holds packages already; name another folder or remove it first")


@dataclass
class Serials:
    """Numbers that go on from night to night."""

    filing: int = 1
    claim: int = 1
    claims: dict[int, list[PaperClaim]] = field(default_factory=lambda: defaultdict(list))
    seen: set[int] = field(default_factory=set)
    lists: Waiting = field(default_factory=dict)
    """Settlement lists that come on later nights."""


def night_tables(
    world: World,
    night: int,
    carried: dict[int, list[dict[str, pa.Table]]],
    books: Books,
    truth: Truth,
    serials: Serials,
    balances: Balances,
    beside: Statements,
) -> dict[str, pa.Table]:
    """Return the tables that arrive on one night, and put what arrives later into ``carried``.

    ``beside`` is what the institutions have to state besides, see :func:`lianshen.province.reconcile.state`."""
    on = world.start + night
    bills, directed = bills_of_night(world, night)
    made = settle_night(world, night, bills, directed, truth, balances)
    rng = world.rng(night, 5)
    people, places = world.people, world.places
    first_visit = np.array([int(w) not in serials.seen for w in made.bills.person]) & made.owns_visit
    serials.seen.update(int(w) for w in made.bills.person[made.bills.care == 3])
    filed = [
        *world.filings.get(night, ()),
        *everyday_filings(rng, made.bills, people, places, world.regions, first_visit, world.start),
    ]
    death = np.full(len(made.bills), -1)
    tables = {
        "setl_d": settlement_table(made),
        "fee_list_d": fee_line_table(made),
        "mdtrt_d": visit_table(made, death),
        "diag_d": diagnosis_table(made, sends_few_diagnoses(places)),
        "oprn_d": operation_table(made),
        "setl_fund_d": fund_table(made),
        "icu_d": intensive_care_table(made),
        "drug_trac_d": pack_table(made, world.catalogue, night + 1),
    }
    wait = waits(world, night, made)
    planted_rows = np.flatnonzero(made.bills.directed >= 0)
    lists = list_tables(made, wait, night, serials.lists, tables, world.regions, planted_rows)
    later = postpone(night, made, wait, tables, carried)
    tables |= lists | _beside(world, night, made, directed, first_visit)
    tables |= filing_tables(filed, serials.filing, people, world.names, places)
    serials.filing += len(filed)
    without = np.array([int(one.bill.person[0]) for one in directed if one.unregistered], dtype=np.int64)
    tables["opsp_reg_d"] = registration_table(made.bills, first_visit, people, world.names, world.start, without)
    claims = max(1, world.per_night // 400)
    tables["manl_claim_d"] = claim_table(rng, claims, on, serials.claim, people, world.names, places)
    serials.claim += claims
    planted = planted_claims(made, directed, world.claims, night, world.nights, serials.claims)
    if planted:
        tables["manl_claim_d"] = with_planted_claims(
            tables["manl_claim_d"], planted, on, serials.claim, people, world.names, places
        )
        serials.claim += len(planted)
    tables |= book_night(books, world, night, made, wait, truth, beside)
    tables["cum_d"] = opening_table(balances.statement(), people, world.names, on)
    tables |= _snapshots(world, night)
    plant_rows(world, night, made, directed, truth, tables)
    truth.arrivals(later)
    return tables


def _beside(world: World, night: int, made: Night, directed: list[Directed], first_visit: Flags) -> dict[str, pa.Table]:
    """Return what a night brings beside its bills: movements of stock, approvals of special drugs, outages."""
    on, catalogue = world.start + night, world.catalogue
    unbought = [number for number, one in enumerate(directed) if one.unstocked]
    stock = purchases(made, catalogue, night + 1, np.flatnonzero(np.isin(made.bills.directed, unbought)))
    if night == 0:
        stock = pa.concat_tables([opening_stock(world.places, catalogue, world.start), stock]).combine_chunks()
    return {
        "invchg_d": stock,
        "spdrug_appr_d": approval_table(made.bills, made.lines, catalogue, world.people, world.names, first_visit, on),
        "outage_d": outage_table(world.rng(night, 11), on, world.regions),
    }


def _snapshots(world: World, night: int) -> dict[str, pa.Table]:
    """Return the dimension tables with the first package, and the register again when somebody was added or died."""
    on = world.start + night
    tables: dict[str, pa.Table] = {}
    if night == 0:
        tables |= place_tables(world.places) | catalogue_tables(world.catalogue)
        tables |= register_tables(world.places, world.catalogue, world.ledger, world.regions)
        tables["admdvs_b"] = admdvs_table(world.regions)
    if night in (0, world.second_edition, world.nights - 1):
        batch = 1 if night >= world.second_edition else 0
        tables |= person_tables(world.people, world.names, on, batch)
    return tables
