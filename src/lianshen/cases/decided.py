"""What agencies decided about findings: the experience from which the precision of a rule is estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lianshen.cases import tables as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


def decided_findings(engine: Engine, rule_id: str) -> dict[str, bool]:
    """Return by finding id whether it was upheld at least in part, for findings of a rule in decided cases.

    Upheld: a line of the finding's settlement that names the rule was determined with more than nothing; where no
    line names it, what the case as a whole was decided to be.
    """
    f, c, line = t.case_finding.c, t.cases.c, t.case_line.c
    marked = f",{rule_id},"
    of_finding = sa.and_(
        line.case_no == f.case_no, line.setl_id == f.setl_id, line.rules.contains(marked, autoescape=True)
    )
    has_lines = sa.exists().where(of_finding)
    has_money = sa.exists().where(of_finding, line.determined > 0)
    query = (
        sa.select(f.finding_id, sa.case((has_lines, has_money), else_=c.decision != "dismissed"))
        .join(t.cases, c.case_no == f.case_no)
        .where(f.rule_id == rule_id, c.decision.is_not(None))
    )
    with engine.connect() as book:
        return {finding: bool(upheld) for finding, upheld in book.execute(query)}
