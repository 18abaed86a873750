"""From the warehouse to the arrays that the settlement core takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.content import content_root
from lianshen.policy import PolicyBook, PolicyTerms
from lianshen.recompute.personyear import PersonYear, read_person_years
from lianshen.settlement import LARGEST_BILL, Ints


def run(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run ``sql/recompute/<name>.sql`` of the content folder that the warehouse was opened with."""
    (own,) = con.execute("SELECT getvariable('lianshen_content')").fetchone() or (None,)
    folder = content_root(Path(own) if own else None) / "sql" / "recompute"
    con.execute((folder / f"{name}.sql").read_text(encoding="utf-8"))


def subject(con: duckdb.DuckDBPyConnection) -> Inputs:
    """Return the settlements of ``temp.recompute_subject`` that count, with the filing that applies to each."""
    run(con, "person_year")
    run(con, "settlement")
    run(con, "filing")
    return _read(con)


def recomputed_subject(con: duckdb.DuckDBPyConnection) -> Inputs:
    """Return the same with the filing and the in-scope amount that the settlements were recomputed with."""
    run(con, "person_year")
    run(con, "settlement")
    sql = """
        CREATE OR REPLACE TEMP TABLE recompute_filing AS
        SELECT
            r.setl_id, r.filing_status, r.filing_type, r.filing_id, r.filed_region, r.filed_from, r.filed_until,
            r.filing_applied_at
        FROM audit.recomputed AS r
        SEMI JOIN temp.recompute_settlement AS s ON r.setl_id = s.setl_id
    """
    con.execute(sql)
    return _read(con)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The settlements of ``temp.recompute_settlement`` with the filing that applies, by ``settlement_no``."""

    table: pa.Table
    year: PersonYear
    """What had been used before in the year."""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def ints(self, name: str) -> Ints:
        """Return a column that has no nulls as int64."""
        return np.asarray(self.table[name].to_numpy(), dtype=np.int64)

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Return a boolean column that has no nulls."""
        return np.asarray(self.table[name].to_numpy(), dtype=np.bool_)

    def codes(self, name: str) -> Any:
        """Return a column of codes as PolicyBook.terms takes it."""
        return self.table[name]

    def equals(self, name: str, *values: str) -> NDArray[np.bool_]:
        """Return where a column of codes is one of ``values``."""
        found = pa.compute.is_in(self.table[name], value_set=pa.array(values, type=pa.string()))
        return np.asarray(found.to_numpy(), dtype=np.bool_)

    def take(self, rows: NDArray[np.intp]) -> Inputs:
        """Return some of the settlements, in that order."""
        return Inputs(self.table.take(pa.array(rows)), self.year.take(rows))

    @property
    def is_computable(self) -> NDArray[np.bool_]:
        """Where the recorded amounts are such as the core takes."""
        scope = self.ints("in_scope")
        return np.asarray((scope >= 0) & (scope <= LARGEST_BILL))

    def _one_city(self) -> Any:
        """Return the treating pool where an agreement makes it one city with the insured one, else null."""
        return pa.compute.if_else(self.table["is_same_city"], self.table["treat_pool"], pa.scalar(None, pa.string()))

    def terms(self, book: PolicyBook, **instead: Any) -> PolicyTerms:
        """Return the policy's terms; ``instead`` replaces a column, for asking "what if"."""
        asked: dict[str, Any] = {
            "insu_pool": self.codes("insu_pool"),
            "insutype": self.codes("insutype"),
            "psn_type": self.codes("psn_type"),
            "care": self.codes("care"),
            "day": self.table["setl_date"].to_numpy(),
            "scope": self.codes("scope"),
            "filing_type": self.codes("filing_type"),
            "nth_admission": self.year.nth_rebuilt,
            "dedc_hosp_lv": self.codes("dedc_hosp_lv"),
            "hosp_lv": self.codes("hosp_lv"),
            "special_person": self.codes("sp_psn_type"),
            "is_civil_servant": self.flags("is_civil_servant"),
            "has_enterprise": self.flags("has_enterprise"),
            "is_veteran": self.flags("is_veteran"),
            "age": self.ints("age"),
            "treat_pool": self._one_city(),
        } | instead
        return book.terms(asked.pop("insu_pool"), **asked, on_gap="mark")


def _read(con: duckdb.DuckDBPyConnection) -> Inputs:
    sql = """
        SELECT
            s.*, f.filing_status, f.filing_id, f.filed_region, f.filed_from, f.filed_until,
            f.filing_applied_at,
            COALESCE(f.filing_type, 'UNFILED') AS filing_type,
            COALESCE(r.status IN ('recomputed', 'no_lines'), FALSE) AS was_recomputed, r.reason,
            COALESCE(CAST(r.expected_inscp * 100 AS BIGINT), s.in_scope) AS expected_inscp,
            COALESCE(CAST(r.difference * 100 AS BIGINT), 0) AS difference, r.cause, r.cause_zh
        FROM temp.recompute_settlement AS s
        LEFT JOIN temp.recompute_filing AS f ON s.setl_id = f.setl_id
        LEFT JOIN audit.recomputed AS r ON s.setl_id = r.setl_id
        ORDER BY s.settlement_no
    """
    table = con.execute(sql).to_arrow_table()
    return Inputs(table, read_person_years(con, table.num_rows))
