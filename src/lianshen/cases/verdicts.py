"""What became of findings in closed cases, as the warehouse learns from it: one row per finding and item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.config import SHANGHAI

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from sqlalchemy.engine import Engine


def mirror_verdicts(con: DuckDBPyConnection, engine: Engine) -> int:
    """Fill ``casework.verdict`` in the place of what it held, in the caller's transaction; return how many rows.

    A finding is upheld about an item where one of its lines of that item was determined with an amount; where no line
    names its rule, as the case as a whole was decided.
    """
    import pyarrow as pa

    f, c, line = t.case_finding.c, t.cases.c, t.case_line.c
    of_finding = sa.and_(
        line.case_no == f.case_no,
        line.setl_id == f.setl_id,
        line.rules.like(sa.literal("%,") + f.rule_id + sa.literal(",%")),
    )
    determined = sa.case(
        (line.bkkp_sn.is_(None), c.decision != "dismissed"), else_=sa.func.coalesce(line.determined, 0) != 0
    )
    query = (
        sa.select(
            f.finding_id, f.rule_id, c.fixmedins_code, line.hilist_code, c.closed_at,
            sa.func.max(sa.cast(determined, sa.Integer)),
        )
        .select_from(t.case_finding.join(t.cases, c.case_no == f.case_no).outerjoin(t.case_line, of_finding))
        .where(c.closed_at.is_not(None), c.decision.is_not(None))
        .group_by(f.finding_id, f.rule_id, c.fixmedins_code, line.hilist_code, c.closed_at)
        .order_by(f.finding_id, line.hilist_code)
    )  # fmt: skip
    with engine.connect() as book:
        rows = [(*row[:4], row[4].astimezone(SHANGHAI).date(), bool(row[5])) for row in book.execute(query)]
    names = ("finding_id", "source_id", "fixmedins_code", "hilist_code", "decided_on", "is_upheld")
    kinds = (pa.string(), pa.string(), pa.string(), pa.string(), pa.date32(), pa.bool_())
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    con.register(
        "mirrored_verdict",
        pa.table({n: pa.array(cells, kind) for n, kind, cells in zip(names, kinds, columns, strict=True)}),
    )
    con.execute("DELETE FROM casework.verdict")
    con.execute("INSERT INTO casework.verdict BY NAME FROM mirrored_verdict")
    con.unregister("mirrored_verdict")
    return len(rows)
