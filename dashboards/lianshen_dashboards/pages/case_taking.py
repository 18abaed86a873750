"""What a button of the case page does: one call of a service for each, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lianshen.cases import services
from lianshen.cases.domain import DETERMINATIONS, TIMEOUT, Principal
from lianshen.cases.errors import Conflict, Forbidden, Refused
from lianshen.cases.services.attaching import hide_attachment
from lianshen.cases.store import Casebook
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.evidence import amount
from lianshen_dashboards.parts.files import HIDE
from lianshen_dashboards.parts.ledger import REVERSE
from lianshen_dashboards.parts.outcome import Outcome
from lianshen_dashboards.texts import say

Typed = Mapping[str, Any]


def take(action: str, at: Mapping[str, Any], typed: Typed) -> Outcome:
    """Take an action as the form asks it; the service decides. What was typed is lost only where it was used.

    :raises NotFound: if the case left the principal's scope meanwhile.
    """
    p, book, case_no, version = current(), desk().book, str(at["case_no"]), int(at["version"])
    try:
        for begins, do in NUMBERED.items():
            if action.startswith(begins) and action.removeprefix(begins).isdecimal():
                return do(p, book, case_no, int(action.removeprefix(begins)), str(typed.get(action) or ""), version)
        if action in OTHERS:
            return OTHERS[action](p, book, case_no, version, typed)
        return _move(p, book, case_no, action, version, typed)
    except Conflict as error:
        return Outcome(conflict=error, typed=typed)
    except (Refused, Forbidden) as error:
        return Outcome(refused=str(error), typed=typed)


def _move(p: Principal, book: Casebook, case_no: str, action: str, version: int, typed: Typed) -> Outcome:
    reason = typed.get("reason")
    if action == "statement" and reason != TIMEOUT:
        reason = None
    done = services.transition(
        p,
        book,
        case_no,
        action,
        version,
        reason=reason,
        text=str(typed.get("text") or ""),
        worth_checking={"yes": True, "no": False}.get(str(typed.get("worth"))),
        agency=typed.get("agency"),
        assignee=typed.get("assignee"),
    )
    # Without a state the case went where the principal does not see it.
    return Outcome(done=say("act.done", state=done["state_name"]) if "state_name" in done else "")


def _rest(p: Principal, book: Casebook, case_no: str, version: int, typed: Typed) -> Outcome:
    reason = str(typed.get("rest") or "")
    given = DETERMINATIONS.get(reason)
    if given is None:
        return Outcome(refused=say("line.choose_reason"), typed=typed)
    services.determine_rest(p, book, case_no, "full" if given.holds else "none", reason, version=version)
    # Not a transition: nothing is done with the case, and what was typed stays.
    return Outcome(typed={**typed, "rest": None})


def _recover(p: Principal, book: Casebook, case_no: str, version: int, typed: Typed) -> Outcome:
    yuan, written = amount(typed.get("amount")), str(typed.get("day") or "").strip()
    if yuan is None or yuan != yuan.quantize(Decimal("0.01")):
        raise Refused(say("ledger.bad_amount", value=typed.get("amount") or "—"))
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise Refused(say("ledger.bad_day", value=written or "—")) from error
    services.record_recovery(
        p,
        book,
        case_no,
        int(yuan * 100),
        str(typed.get("way") or ""),
        str(typed.get("voucher") or ""),
        day,
        version,
        cycle=str(typed.get("cycle") or "").strip() or None,
        text=str(typed.get("note") or ""),
    )
    return Outcome(
        done=say("ledger.entered"), typed=_without(typed, "amount", "voucher", "cycle", "note", "day", "way")
    )


def _comment(p: Principal, book: Casebook, case_no: str, version: int, typed: Typed) -> Outcome:
    services.comment(p, book, case_no, str(typed.get("remark") or ""))
    return Outcome(done=say("remark.done"), typed=_without(typed, "remark"))


def _reverse(p: Principal, book: Casebook, case_no: str, entry: int, text: str, version: int) -> Outcome:
    services.reverse_recovery(p, book, case_no, entry, text, version)
    return Outcome(done=say("ledger.reversed_done"))


def _hide(p: Principal, book: Casebook, case_no: str, file_id: int, text: str, version: int) -> Outcome:
    hide_attachment(p, book, case_no, file_id, text)
    return Outcome(done=say("files.hidden_done"))


def _without(typed: Typed, *names: str) -> Typed:
    return {name: value for name, value in typed.items() if name not in names}


OTHERS: Mapping[str, Callable[[Principal, Casebook, str, int, Typed], Outcome]] = {
    "rest": _rest,
    "recover": _recover,
    "comment": _comment,
}
NUMBERED: Mapping[str, Callable[[Principal, Casebook, str, int, str, int], Outcome]] = {REVERSE: _reverse, HIDE: _hide}
