"""Acting on cases: transitions, determinations, remarks.

Each change is one UPDATE that names the version and the state it was decided on, and one event, in one
transaction. Whoever comes second gets a :class:`Conflict` that says who was first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Determined, Principal
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.services.reading import fetch, get_case
from lianshen.cases.services.scope import Row, situation
from lianshen.cases.store import Casebook, writing


def transition(
    p: Principal, book: Casebook, case_no: str, action: str, version: int, *,
    reason: str | None = None, text: str = "", worth_checking: bool | None = None,
) -> Row:  # fmt: skip
    """Take an action on a case as it stood at ``version``; return the case afterwards.

    ``reason`` is a code of ``DROPS`` for *drop*; ``text`` the remark, the reason or, for *submit*, the conclusion
    of at least 20 characters; ``worth_checking`` answers, on *submit*, whether the suspicion deserved the work.

    :raises NotFound: if the case does not exist or may not be known.
    :raises Conflict: if it changed since ``version``.
    :raises Forbidden: if the role, the agency or the state does not permit the action.
    :raises Refused: if what the action needs is missing: a reason, a conclusion, open determinations.
    """
    rule = domain.TRANSITIONS.get(action)
    if rule is None:
        raise Refused(f"action {action!r} is unknown; one of {', '.join(domain.TRANSITIONS)}")
    with writing(book.engine) as con:
        row = fetch(p, con, case_no, lock=True)
        if row["version"] != version:
            raise conflict(con, row)
        if not domain.allowed(p, action, situation(row)):
            raise Forbidden(f"{p.role_name}不能对“{domain.STATES[row['state']][0]}”的案件 {case_no} 执行“{rule.label}”")
        said = _said(action, rule, reason, text.strip())
        values = {**_changes(p, book, con, row, action, text.strip(), worth_checking), "moved_action": action}
        where = (t.cases.c.case_no == case_no, t.cases.c.version == version, t.cases.c.state == row["state"])
        if con.execute(t.cases.update().where(*where).values(**values)).rowcount != 1:
            # Another transaction committed between our read and our write.
            raise conflict(con, fetch(p, con, case_no))
        detail = {key: str(values[key]) for key in ("due_at", "decision", "determined") if values.get(key) is not None}
        append(con, book.now(), [
            Event(action, p.login, p.name, case_no, row["state"], rule.to, said, detail or None, p.ip)
        ])  # fmt: skip
    return get_case(p, book, case_no)


def conflict(con: Connection, row: sa.RowMapping) -> Conflict:
    """Return the conflict that says who moved the case, when and to what."""
    last = con.execute(
        sa.select(t.event).where(t.event.c.case_no == row["case_no"]).order_by(t.event.c.seq.desc()).limit(1)
    ).mappings().one_or_none()  # fmt: skip
    rule = domain.TRANSITIONS.get(last["action"]) if last else None
    return Conflict(
        row["case_no"],
        row["version"],
        domain.STATES[row["state"]][0],
        last["actor_name"] if last else None,
        rule.label if rule else "更新",
        last["at"] if last else None,
    )


def _said(action: str, rule: domain.Transition, reason: str | None, text: str) -> str | None:
    """Return what the event says, after checking that it says enough."""
    if action == "drop":
        code = domain.DROPS.get(reason or "")
        if code is None:
            raise Refused(f"筛除原因 {reason!r} 无效；请选择：{'、'.join(domain.DROPS)}")
        if code.needs_text and not text:
            raise Refused("筛除原因为“其他”时须填写说明")
        return f"{code.label}：{text}" if text else code.label
    if action == "submit" and len(text) < domain.MIN_CONCLUSION:
        raise Refused(f"核查结论至少 {domain.MIN_CONCLUSION} 个字，现为 {len(text)} 个字")
    if rule.needs_reason and not text:
        raise Refused(f"“{rule.label}”须填写原因")
    return text or None


def _changes(
    p: Principal, book: Casebook, con: Connection, row: sa.RowMapping, action: str, text: str, worth: bool | None
) -> dict[str, Any]:
    now, today, terms = book.now(), book.today, book.terms
    values: dict[str, Any] = {
        "state": domain.TRANSITIONS[action].to,
        "version": row["version"] + 1,
        "moved_by": p.login,
        "moved_at": now,
    }
    if action == "release":
        days = terms.due_days_high if row["severity"] == 3 else terms.due_days
        values |= {
            "released_at": now,
            "accept_by": book.workdays.add(today, terms.accept_days),
            "due_at": book.workdays.add(today, days),
        }
    elif action in ("undo", "withdraw", "restore"):
        if action == "undo" and now - row["moved_at"] > timedelta(seconds=domain.UNDO_SECONDS):
            raise Forbidden(f"已超过 {domain.UNDO_SECONDS} 秒，不能撤销；请负责人撤回")
        values |= {"released_at": None, "accept_by": None, "due_at": None}
    elif action == "accept":
        values["assignee"] = p.login
    elif action == "submit":
        values |= _submission(p, book, con, row, text, worth)
    elif action == "return":
        values["due_at"] = max(row["due_at"], book.workdays.add(today, terms.return_days))
    elif action == "confirm":
        values["closed_at"] = now
    return values


def _submission(
    p: Principal, book: Casebook, con: Connection, row: sa.RowMapping, text: str, worth: bool | None
) -> dict[str, Any]:
    c = t.case_line.c
    lines = con.execute(
        sa.select(c.at_most, c.determined, c.reason).where(c.case_no == row["case_no"])
    ).all()  # fmt: skip
    given = [
        Determined(at_most, amount, domain.DETERMINATIONS[reason].holds if reason else None)
        for at_most, amount, reason in lines
    ]
    decision = domain.derive_decision(given)
    if decision is None:
        weighed = [line for line in given if line.limit != 0] or given
        missing = sum(line.amount is None for line in weighed)
        raise Refused(f"还有 {missing} 条费用未认定，不能提交；逐条认定，或对其余各条使用“全额”或“清零”")
    if worth is None:
        raise Refused("请回答：该疑点是否值得核查")
    heavy = row["severity"] == 3 or abs(row["at_issue"]) >= book.terms.cosign_fen
    if decision == "dismissed" and heavy and p.role not in ("region_lead", "lead"):
        raise Forbidden("高风险或大额案件认定为“不属实”，须由负责人提交")
    return {
        "decision": decision,
        "determined": sum(line.amount or 0 for line in given),
        "conclusion": text,
        "worth_checking": worth,
        "submitted_at": book.now(),
        # Where a lead submits in the handler's place the case is theirs from here on.
        "assignee": row["assignee"] or p.login,
    }


def bulk(
    p: Principal, book: Casebook, action: str, items: Sequence[Mapping[str, Any]], *,
    reason: str | None = None, text: str = "",
) -> dict[str, list[str]]:  # fmt: skip
    """Take one action on many cases, each on its own; return case numbers as ``ok``, ``conflict`` and ``denied``.

    ``items`` are ``{"case_no", "version"}``. One that fails leaves the others as they are.

    :raises Refused: for an action that is not for many, too many cases, or a missing reason.
    """
    if action not in domain.BULK_ACTIONS:
        raise Refused(f"“{action}”不能批量执行；可批量：{'、'.join(sorted(domain.BULK_ACTIONS))}")
    most = book.terms.bulk_lead if p.role == "lead" else book.terms.bulk_reviewer
    if len(items) > most:
        raise Refused(f"一次最多 {most} 件，现为 {len(items)} 件")
    _said(action, domain.TRANSITIONS[action], reason, text.strip())
    outcome: dict[str, list[str]] = {"ok": [], "conflict": [], "denied": []}
    for item in items:
        case_no = str(item["case_no"])
        try:
            transition(p, book, case_no, action, int(item["version"]), reason=reason, text=text)
            outcome["ok"].append(case_no)
        except Conflict:
            outcome["conflict"].append(case_no)
        except (Forbidden, NotFound):
            outcome["denied"].append(case_no)
    return outcome


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
        return {**line, **values}


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
        state = fetch(p, con, case_no)["state"]
        append(con, book.now(), [Event("comment", p.login, p.name, case_no, state, state, text.strip(), ip=p.ip)])
