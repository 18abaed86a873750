"""Determining what each line came to, and remarks: what does not move a case."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.services.acting import conflict
from lianshen.cases.services.outbox import tell_systems
from lianshen.cases.services.reading import fetch
from lianshen.cases.services.scope import Row, situation
from lianshen.cases.store import Casebook, writing


def set_determination(
    p: Principal, book: Casebook, case_no: str, bkkp_sn: str, amount: int | None, reason: str | None,
    *, text: str = "", version: int | None = None,
) -> Row:  # fmt: skip
    """Enter what a line was found to come to, in fen; ``amount`` None takes the determination back.

    ``reason`` is a code of ``DETERMINATIONS``. The case's version does not move: only its assignee enters amounts.

    :raises Refused: for an amount outside the line's limit, or a reason that does not go with it.
    """
    with writing(book.engine) as con:
        row = _determinable(p, con, case_no, version)
        c = t.case_line.c
        where = (c.case_no == case_no, c.bkkp_sn == bkkp_sn)
        line = con.execute(sa.select(t.case_line).where(*where)).mappings().one_or_none()
        if line is None:
            raise Refused(f"案件 {case_no} 没有费用行 {bkkp_sn}")
        values = _checked(p, book, line, amount, reason, text.strip())
        con.execute(t.case_line.update().where(*where).values(**values))
        detail = {"line": bkkp_sn, "fen": amount, "was": line["determined"], "reason": reason}
        state = row["state"]
        append(
            con, book.now(), [Event("determine", p.login, p.name, case_no, state, state, text or None, detail, p.ip)]
        )
        return {**line, **values, "rules": [rule for rule in line["rules"].split(",") if rule]}


def determine_rest(
    p: Principal, book: Casebook, case_no: str, how: str, reason: str, *, text: str = "", version: int | None = None
) -> int:
    """Determine every open line at its full amount (``how`` *full*) or at nothing (*none*); return how many."""
    if how not in ("full", "none"):
        raise Refused(f"how is {how!r}: full or none")
    with writing(book.engine) as con:
        row = _determinable(p, con, case_no, version)
        c = t.case_line.c
        open_lines = con.execute(
            sa.select(t.case_line).where(c.case_no == case_no, c.determined.is_(None)).order_by(c.bkkp_sn)
        ).mappings().all()  # fmt: skip
        for line in open_lines:
            amount = line["at_most"] if how == "full" else 0
            values = _checked(p, book, line, amount, reason, text.strip())
            con.execute(t.case_line.update().where(c.case_no == case_no, c.bkkp_sn == line["bkkp_sn"]).values(**values))
        detail = {"lines": len(open_lines), "how": how, "reason": reason}
        state = row["state"]
        append(
            con, book.now(), [Event("determine", p.login, p.name, case_no, state, state, text or None, detail, p.ip)]
        )
    return len(open_lines)


def _determinable(p: Principal, con: Connection, case_no: str, version: int | None) -> sa.RowMapping:
    row = fetch(p, con, case_no, lock=True)
    if version is not None and row["version"] != version:
        raise conflict(con, row)
    if not domain.may_determine(p, situation(row)):
        raise Forbidden(f"{p.role_name}不能在“{domain.STATES[row['state']][0]}”认定案件 {case_no} 的金额")
    return row


def _checked(
    p: Principal, book: Casebook, line: sa.RowMapping, amount: int | None, reason: str | None, text: str
) -> dict[str, Any]:
    if amount is None:
        return dict.fromkeys(("determined", "reason", "reason_text", "determined_by", "determined_at"))
    code = domain.DETERMINATIONS.get(reason or "")
    if code is None:
        raise Refused(f"认定原因 {reason!r} 无效；请选择：{'、'.join(domain.DETERMINATIONS)}")
    limit = line["at_most"]
    if not domain.within_limit(amount, limit):
        raise Refused(f"费用行 {line['bkkp_sn']}：认定金额 {amount / 100:.2f} 应在 0 与 {limit / 100:.2f} 之间")
    if amount != 0 and not code.holds:
        raise Refused(f"费用行 {line['bkkp_sn']}：原因“{code.label}”表示不违规，认定金额应为 0")
    if amount == 0 and limit != 0 and code.holds:
        raise Refused(f"费用行 {line['bkkp_sn']}：原因“{code.label}”表示违规，认定金额不能为 0")
    if code.needs_text and not text:
        raise Refused(f"费用行 {line['bkkp_sn']}：原因为“其他”时须填写说明")
    return {
        "determined": amount,
        "reason": reason,
        "reason_text": text or None,
        "determined_by": p.login,
        "determined_at": book.now(),
    }


def comment(p: Principal, book: Casebook, case_no: str, text: str) -> None:
    """Add a remark to the trail of a case that the principal may see.

    :raises Refused: for an empty remark.
    """
    if not text.strip():
        raise Refused("备注不能为空")
    if p.role in ("manager", "analyst"):
        raise Forbidden(f"{p.role_name}不能备注案件")
    with writing(book.engine) as con:
        case = fetch(p, con, case_no)
        state = case["state"]
        event = Event("comment", p.login, p.name, case_no, state, state, text.strip(), ip=p.ip)
        append(con, book.now(), [event])
        tell_systems(con, book, case, event)
