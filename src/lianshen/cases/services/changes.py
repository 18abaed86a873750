"""What each action does to the row of a case: one function for each, by the name of the action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE, agencies
from lianshen.cases import domain
from lianshen.cases import tables as t
from lianshen.cases.domain import Determined, Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.services.archiving import keep
from lianshen.cases.services.given import Given
from lianshen.cases.services.scope import situation
from lianshen.cases.store import Casebook
from lianshen.config import SHANGHAI

Values = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """One action under way: who, in which transaction, on which row, with what."""

    p: Principal
    book: Casebook
    con: Connection
    row: sa.RowMapping
    given: Given

    def in_workdays(self, days: int) -> date:
        """Return the day that many working days from today."""
        return self.book.workdays.add(self.book.today, days)

    @property
    def due(self) -> date:
        """The day by which a case of this severity is due, counted from today."""
        terms = self.book.terms
        return self.in_workdays(terms.due_days_high if self.row["severity"] == 3 else terms.due_days)


def changes(move: Move, action: str) -> Values:
    """Return the columns that the action sets: the state, the version, who and when, and what is its own.

    :raises Forbidden: where it is too late, or somebody else has to do it.
    :raises Refused: where what was given does not do.
    """
    row, to = move.row, domain.TRANSITIONS[action].to
    own = CHANGES[action](move) if action in CHANGES else {}
    return {
        "state": to or row["state"],
        "version": row["version"] + 1,
        "moved_by": move.p.login,
        "moved_at": move.book.now(),
        "moved_action": action,
        **own,
    }


def _release(move: Move) -> Values:
    return {
        "released_at": move.book.now(),
        "accept_by": move.in_workdays(move.book.terms.accept_days),
        "due_at": move.due,
        "escalation": 0,
    }


def _take_back(move: Move) -> Values:
    return {"released_at": None, "accept_by": None, "due_at": None, "escalation": 0}


def _undo(move: Move) -> Values:
    if move.book.now() - move.row["moved_at"] > timedelta(seconds=domain.UNDO_SECONDS):
        raise Forbidden(f"已超过 {domain.UNDO_SECONDS} 秒，不能撤销；请负责人撤回")
    return _take_back(move)


def _transfer(move: Move) -> Values:
    agency = move.given.agency
    if agency not in agencies() and agency != CENTRE:
        raise Refused(f"改派到的经办机构 {agency!r} 无效；请填写 22 个经办机构之一的代码")
    if agency == move.row["treating_agency"] and move.row["state"] != "misrouted":
        raise Refused("案件已在该经办机构")
    return {**_release(move), "treating_agency": agency, "county": "", "assignee": None}


def _accept(move: Move) -> Values:
    return {"assignee": move.p.login}


def _misroute(move: Move) -> Values:
    return {"misroutes": move.row["misroutes"] + 1, "assignee": None}


def _assign(move: Move) -> Values:
    u, login = t.users.c, (move.given.assignee or "").strip().lower()
    found = move.con.execute(
        sa.select(u.id, u.name, u.role, u.agency).where(u.login == login, u.is_active)
    ).one_or_none()
    chosen = None if found is None else Principal(found.id, login, found.name, found.role, found.agency)
    if chosen is None or not domain.works_for(chosen, situation(move.row)):
        raise Refused(f"{login!r} 不是本机构可经办案件的在用账号")
    return {"assignee": login}


def _ask_institution(move: Move) -> Values:
    return {"reply_by": move.in_workdays(move.book.terms.reply_days)}


def _statement(move: Move) -> Values:
    reply_by = move.row["reply_by"]
    if move.given.reason == domain.TIMEOUT and reply_by is not None and move.book.today <= reply_by:
        raise Refused(f"申辩期限到 {reply_by} 止，尚未逾期")
    if move.given.reason not in (None, "", domain.TIMEOUT):
        raise Refused(f"申辩类型 {move.given.reason!r} 无效；逾期未申辩请填写 {domain.TIMEOUT}")
    return {"reply_by": None}


def _ask_evidence(move: Move) -> Values:
    asked = move.given.agency or CENTRE
    if asked != CENTRE and asked not in agencies():
        raise Refused(f"补证对象 {asked!r} 无效；请填写经办机构代码，或 {CENTRE}（省级中心）")
    return {"paused_on": move.book.today, "reply_by": move.in_workdays(move.book.terms.evidence_days)}


def _provide(move: Move) -> Values:
    paused, due = move.row["paused_on"], move.row["due_at"]
    # Days on which the clock stood still are given back; it stands still no longer than evidence may take.
    days = move.book.workdays.between(paused, move.book.today) if paused else 0
    days = max(0, min(days, move.book.terms.evidence_days))
    moved = {"due_at": move.book.workdays.add(due, days), "escalation": 0} if days else {}
    return {"paused_on": None, "reply_by": None, **moved}


def _submit(move: Move) -> Values:
    p, book, con, row, given = move.p, move.book, move.con, move.row, move.given
    c = t.case_line.c
    lines = [
        Determined(at_most, amount, domain.DETERMINATIONS[reason].holds if reason else None)
        for at_most, amount, reason in con.execute(
            sa.select(c.at_most, c.determined, c.reason).where(c.case_no == row["case_no"])
        )
    ]
    decision = domain.derive_decision(lines)
    if decision is None:
        weighed = [line for line in lines if line.limit != 0] or lines
        missing = sum(line.amount is None for line in weighed)
        raise Refused(f"还有 {missing} 条费用未认定，不能提交；逐条认定，或对其余各条使用“全额”或“清零”")
    if given.worth_checking is None:
        raise Refused("请回答：该疑点是否值得核查")
    heavy = row["severity"] == 3 or abs(row["at_issue"]) >= book.terms.cosign_fen
    if decision == "dismissed" and heavy and p.role not in ("region_lead", "lead"):
        raise Forbidden("高风险或大额案件认定为“不属实”，须由负责人提交")
    determined = sum(line.amount or 0 for line in lines)
    before = _open_appeal(move)
    if before is not None and determined > before:
        raise Refused(f"复议不加重：认定金额不能超过原认定的 {before / 100:.2f} 元")
    return {
        "decision": decision,
        "determined": determined,
        "conclusion": given.text,
        "worth_checking": given.worth_checking,
        "submitted_at": book.now(),
        # Where a lead submits in the handler's place the case is theirs from here on.
        "assignee": row["assignee"] or p.login,
    }


def _open_appeal(move: Move) -> int | None:
    a = t.appeal.c
    found: int | None = move.con.scalar(
        sa.select(a.determined_before).where(a.case_no == move.row["case_no"], a.outcome.is_(None))
    )
    return found


def _return(move: Move) -> Values:
    due, least = move.row["due_at"], move.in_workdays(move.book.terms.return_days)
    return {"due_at": least, "escalation": 0} if least > due else {}


def _confirm(move: Move) -> Values:
    before, after = _open_appeal(move), move.row["determined"] or 0
    if before is not None:
        upheld = move.row["decision"] == "dismissed"
        outcome = "upheld" if upheld else "dismissed" if after == before else "partly"
        a = t.appeal.c
        move.con.execute(
            t.appeal.update()
            .where(a.case_no == move.row["case_no"], a.outcome.is_(None))
            .values(determined_after=after, outcome=outcome, decided_at=move.book.now())
        )
    return {"closed_at": move.book.now(), "escalation": 0}


def _ask_extension(move: Move) -> Values:
    return {"extension": "asked"}


def _grant_extension(move: Move) -> Values:
    due = move.book.workdays.add(move.row["due_at"], move.book.terms.extension_days)
    return {"extension": "granted", "due_at": due, "escalation": 0}


def _refuse_extension(move: Move) -> Values:
    return {"extension": "refused"}


def _appeal(move: Move) -> Values:
    row, terms = move.row, move.book.terms
    if row["decision"] == "dismissed":
        raise Refused("认定为“不属实”，没有可复议的事项")
    last = move.book.workdays.add(row["closed_at"].astimezone(SHANGHAI).date(), terms.appeal_days)
    if move.book.today > last:
        raise Refused(f"复议期限为办结后 {terms.appeal_days} 个工作日，已于 {last} 届满")
    due = move.in_workdays(terms.appeal_decide_days)
    a = t.appeal.c
    # Rounds count anew after a case was reopened; the numbers of the appeals run on.
    held = move.con.scalar(sa.select(sa.func.max(a.round)).where(a.case_no == row["case_no"])) or 0
    move.con.execute(
        t.appeal.insert().values(
            case_no=row["case_no"], round=held + 1, filed_on=move.book.today, text=move.given.text,
            filed_by=move.p.login, due_at=due, determined_before=row["determined"] or 0,
        )
    )  # fmt: skip
    return {"appeal_round": row["appeal_round"] + 1, "due_at": due, "escalation": 0, "archived_at": None}


def _archive(move: Move) -> Values:
    open_fen = (move.row["determined"] or 0) - move.row["recovered"]
    if open_fen and not move.given.text:
        # After an appeal more may have come back than is owed.
        still = "未追回" if abs(move.row["determined"] or 0) > abs(move.row["recovered"]) else "未退还"
        raise Refused(f"尚有 {abs(open_fen) / 100:.2f} 元{still}；归档须说明原因，或先登记")
    keep(move.con, move.row["case_no"])
    return {"archived_at": move.book.now()}


def _reopen(move: Move) -> Values:
    return {
        "due_at": move.due, "decision": None, "determined": None, "closed_at": None, "archived_at": None,
        "submitted_at": None, "extension": None, "escalation": 0, "appeal_round": 0,
    }  # fmt: skip


CHANGES: Mapping[str, Callable[[Move], Values]] = {
    "release": _release,
    "undo": _undo,
    "withdraw": _take_back,
    "restore": _take_back,
    "transfer": _transfer,
    "accept": _accept,
    "reject_scope": _misroute,
    "assign": _assign,
    "ask_institution": _ask_institution,
    "statement": _statement,
    "ask_evidence": _ask_evidence,
    "provide": _provide,
    "submit": _submit,
    "confirm": _confirm,
    "return": _return,
    "ask_extension": _ask_extension,
    "grant_extension": _grant_extension,
    "refuse_extension": _refuse_extension,
    "appeal": _appeal,
    "archive": _archive,
    "reopen": _reopen,
}
