"""Each fee line split again under the catalogue that applies to it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.recompute.inputs import run
from lianshen.settlement import Ints, LineSplit, split_lines

PARTS = ("full_self_pay", "over_ceiling", "pre_self_pay", "in_scope")

NOT_COVERED, OTHER_CATALOGUE, OTHER = 1, 2, 3
"""Why a line's split differs; in the order in which they are looked for, OTHER_CATALOGUE first."""

_CAUSES = {NOT_COVERED: "not_covered", OTHER_CATALOGUE: "other_catalogue", OTHER: "other"}

_KEYS = """
CREATE OR REPLACE TEMP TABLE recompute_key AS
SELECT ROW_NUMBER() OVER () - 1 AS key_no, *
FROM (SELECT DISTINCT hilist_code, {region} AS region, level, insutype, fee_date
      FROM temp.recompute_line AS l {where})
"""

_LINES = """
SELECT
    l.line_no, l.settlement_no, l.amount, l.quantity, l.price, l.full_self_pay, l.over_ceiling, l.pre_self_pay,
    l.in_scope, e.is_covered AND NOT l.is_refused AS is_covered, e.ceiling, e.share
FROM temp.recompute_line AS l
INNER JOIN temp.recompute_entry AS e
    ON l.hilist_code = e.hilist_code AND l.{region} = e.region AND l.level = e.level
    AND l.insutype = e.insutype AND l.fee_date = e.fee_date
{where}
"""

_WRITE = """
INSERT INTO audit.line_difference
SELECT
    l.bkkp_sn, l.setl_id, l.region, e.chrgitm_lv,
    CAST(d.full_self_pay * 0.01 AS DECIMAL(18, 2)), CAST(d.over_ceiling * 0.01 AS DECIMAL(18, 2)),
    CAST(d.pre_self_pay * 0.01 AS DECIMAL(18, 2)), CAST(d.in_scope * 0.01 AS DECIMAL(18, 2)),
    CAST(l.in_scope * 0.01 AS DECIMAL(18, 2)), d.cause
FROM recompute_different AS d
INNER JOIN temp.recompute_line AS l ON d.line_no = l.line_no
INNER JOIN temp.recompute_applicable AS e
    ON l.hilist_code = e.hilist_code AND l.region = e.region AND l.level = e.level
    AND l.insutype = e.insutype AND l.fee_date = e.fee_date
"""


@dataclass(frozen=True, slots=True)
class LineSums:
    """What the lines come to, by ``settlement_no``, in fen; (n,)."""

    count: Ints
    amount: Ints
    recorded: Ints
    """In scope as recorded on the lines."""
    expected: Ints
    """In scope under the applicable catalogue."""
    by_cause: Ints
    """(n, 3): recorded minus expected of the lines that are not covered, from the other catalogue, other."""
    is_computable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Lines:
    table: pa.Table

    def ints(self, name: str) -> Ints:
        return np.asarray(self.table[name].to_numpy(), dtype=np.int64)

    def split(self) -> LineSplit:
        return split_lines(
            self.ints("amount"), self.ints("quantity"), self.ints("price"),
            covered=np.asarray(self.table["is_covered"].to_numpy(), dtype=np.bool_),
            ceiling=self.ints("ceiling"), share=self.ints("share"),
        )  # fmt: skip

    def recorded(self) -> Ints:
        return np.stack([self.ints(part) for part in PARTS], axis=1)


def split_again(con: duckdb.DuckDBPyConnection, settlements: int) -> LineSums:
    """Split the lines of ``temp.recompute_settlement``; write those that differ to ``audit.line_difference``.

    The caller has removed the old differences of these settlements.
    """
    run(con, "line")
    lines = _with_entries(con, "region", "WHERE l.is_computable")
    split = _together(lines.split())
    recorded = lines.recorded()
    differs = np.flatnonzero((split != recorded).any(axis=1))
    con.execute("CREATE OR REPLACE TEMP TABLE recompute_applicable AS SELECT * FROM temp.recompute_entry")

    line_no, settlement = lines.ints("line_no"), lines.ints("settlement_no")
    cause = np.full(len(differs), OTHER, dtype=np.int64)
    covered = np.asarray(lines.table["is_covered"].to_numpy(), dtype=np.bool_)[differs]
    cause[~covered & (recorded[differs, 3] != 0)] = NOT_COVERED
    cause[_reproduced_by_other_catalogue(con, line_no[differs])] = OTHER_CATALOGUE
    _write(con, line_no[differs], split[differs], cause)

    by_cause = np.zeros((settlements, 3), dtype=np.int64)
    np.add.at(by_cause, (settlement[differs], cause - 1), recorded[differs, 3] - split[differs, 3])
    odd = con.execute("SELECT DISTINCT settlement_no FROM temp.recompute_line WHERE NOT is_computable").fetchall()
    is_computable = np.ones(settlements, dtype=np.bool_)
    is_computable[[number for (number,) in odd]] = False
    return LineSums(
        count=_sum(settlement, np.ones_like(settlement), settlements),
        amount=_sum(settlement, lines.ints("amount"), settlements),
        recorded=_sum(settlement, recorded[:, 3], settlements),
        expected=_sum(settlement, split[:, 3], settlements),
        by_cause=by_cause,
        is_computable=is_computable,
    )


def _with_entries(con: duckdb.DuckDBPyConnection, region: str, where: str) -> _Lines:
    con.execute(_KEYS.format(region=region, where=where))
    run(con, "catalogue")
    return _Lines(con.execute(_LINES.format(region=region, where=where)).to_arrow_table())


def _reproduced_by_other_catalogue(con: duckdb.DuckDBPyConnection, line_no: Ints) -> NDArray[np.bool_]:
    """Return which of the lines are split as the other direction's catalogue would split them."""
    if not len(line_no):
        return np.zeros(0, dtype=np.bool_)
    con.register("recompute_asked", pa.table({"line_no": line_no}))
    try:
        lines = _with_entries(
            con, "other_region",
            "WHERE LEFT(l.region, 4) <> LEFT(l.other_region, 4) AND l.line_no IN (SELECT line_no FROM recompute_asked)",
        )  # fmt: skip
    finally:
        con.unregister("recompute_asked")
    same = (_together(lines.split()) == lines.recorded()).all(axis=1)
    return np.isin(line_no, lines.ints("line_no")[same])


def _write(con: duckdb.DuckDBPyConnection, line_no: Ints, split: Ints, cause: Ints) -> None:
    columns = {part: split[:, place] for place, part in enumerate(PARTS)}
    words = np.array(["", *(_CAUSES[number] for number in sorted(_CAUSES))], dtype=object)[cause]
    table = pa.table({"line_no": line_no, **columns, "cause": pa.array(words, pa.string())})
    con.register("recompute_different", table)
    try:
        con.execute(_WRITE)
    finally:
        con.unregister("recompute_different")


def _together(split: LineSplit) -> Ints:
    return np.stack([getattr(split, part) for part in PARTS], axis=1)


def _sum(group: Ints, values: Ints, groups: int) -> Ints:
    total = np.zeros(groups, dtype=np.int64)
    np.add.at(total, group, values)
    return total
