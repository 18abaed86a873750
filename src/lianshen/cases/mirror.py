"""The casebook as the warehouse sees it: what clearing and the checks of delay need to know of the cases.

Rules and clearing read DuckDB only, so the cases are copied there at the beginning of each night. What people did
to a case reaches the checks with the night that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.verdicts import mirror_verdicts
from lianshen.config import SHANGHAI

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from sqlalchemy.engine import Engine

_COLUMNS = {
    "case_no": "string",
    "treating_agency": "string",
    "fixmedins_code": "string",
    "insu_admdvs": "string",
    "insu_pool": "string",
    "state": "string",
    "decision": "string",
    "determined": "money",
    "recovered": "money",
    "released_on": "date",
    "accept_by": "date",
    "due_on": "date",
    "submitted_on": "date",
    "closed_on": "date",
}


def mirror(con: DuckDBPyConnection, engine: Engine) -> int:
    """Fill ``casework.audit_case`` with every case of the casebook, in the place of what it held; return how many.

    ``casework.verdict`` is filled with what became of the findings of closed cases.

    Amounts become yuan, moments days in Shanghai. One transaction: a killed night leaves the old cases or the new.
    """
    c = t.cases.c
    query = sa.select(
        c.case_no, c.treating_agency, c.fixmedins_code, c.insu_admdvs, c.insu_pool, c.state, c.decision, c.determined,
        c.recovered,        c.released_at, c.accept_by, c.due_at, c.submitted_at, c.closed_at,
    ).order_by(c.case_no)  # fmt: skip
    with engine.connect() as book:
        rows = [
            (*row[:7], _yuan(row[7]), _yuan(row[8]), _day(row[9]), row[10], row[11], _day(row[12]), _day(row[13]))
            for row in book.execute(query)
        ]
    table = _table(rows)
    con.begin()
    try:
        con.register("mirrored_case", table)
        con.execute("DELETE FROM casework.audit_case")
        con.execute("INSERT INTO casework.audit_case BY NAME FROM mirrored_case")
        con.unregister("mirrored_case")
        mirror_verdicts(con, engine)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return len(rows)


def _table(rows: Sequence[tuple[Any, ...]]) -> Any:
    import pyarrow as pa

    kinds = {"string": pa.string(), "date": pa.date32(), "money": pa.decimal128(18, 2)}
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    return pa.table(
        {name: pa.array(cells, kinds[kind]) for (name, kind), cells in zip(_COLUMNS.items(), columns, strict=True)}
    )


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-2)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(SHANGHAI).date()
