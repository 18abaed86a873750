"""A person's objection to a settlement (Art. 19): taken in by the insured region, answered with the computation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import inquiries
from lianshen.cases import tables as t
from lianshen.cases.domain import REGIONAL, Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.services import stays
from lianshen.cases.services.inquiring import insured_stay
from lianshen.cases.services.inquiry_reading import fetch, get_inquiry, inquiry_scope
from lianshen.cases.services.inquiry_writing import LONGEST, enter
from lianshen.cases.services.scope import Row
from lianshen.cases.services.stays import Stay
from lianshen.cases.store import Casebook, writing

NO_EXHIBITS: Mapping[str, Any] = {"settlement": {}, "recomputed": {}, "steps": []}


def receive(
    p: Principal, book: Casebook, setl_id: str, topic: str, text: str, *,
    settlement: Stay | None = None, subject: str = "",
) -> Row:  # fmt: skip
    """Take in the objection of a person insured here to a settlement; return the inquiry.

    ``settlement`` is the stay as the caller read it from the published snapshot, for one that no case holds.

    :raises Forbidden: unless the principal works for a region.
    :raises Refused: for a settlement that is not there or not of a person insured here, or one objected to already.
    """
    if p.role not in REGIONAL or p.agency is None:
        raise Forbidden(f"{p.role_name}不能登记参保人异议；异议由参保地经办机构受理")
    with writing(book.engine) as con:
        stay = insured_stay(p, con, setl_id.strip(), settlement)
        number = _open_objection(con, p, setl_id.strip())
        if number:
            raise Refused(f"结算 {setl_id} 已有办理中的异议 {number}")
        due = book.workdays.add(book.today, book.terms.objection_accept_days)
        number = enter(con, p, book, "objection", stay, (p.agency, p.agency), topic, text, subject, due)
    return get_inquiry(p, book, number)


def _open_objection(con: Connection, p: Principal, setl_id: str) -> str | None:
    i = t.inquiry.c
    where = (i.setl_id == setl_id, i.kind == "objection", i.state.notin_(inquiries.OVER), *inquiry_scope(p))
    return con.scalar(sa.select(i.inquiry_no).where(*where).limit(1))


def explanation(p: Principal, book: Casebook, inquiry_no: str, published: Mapping[str, Any] | None = None) -> Row:
    """Return how the settlement of an objection came out: ``settlement``, ``recomputed`` and ``steps``, rows as text.

    From the sealed dossier of its case, else from ``published``, what the caller read of the snapshot. The insured
    region sees its own person's settlement and nothing else of the case.

    :raises NotFound: if the inquiry does not exist or may not be known.
    """
    with book.engine.connect() as con:
        row = fetch(p, con, inquiry_no)
        if not row["setl_id"]:
            return dict(NO_EXHIBITS)
        found = stays.exhibits(con, row["case_no"], row["setl_id"]) if row["case_no"] else {}
    if found.get("settlement"):
        return found
    given = dict(published or NO_EXHIBITS)
    return given if given.get("settlement", {}).get("setl_id") == row["setl_id"] else dict(NO_EXHIBITS)


def draft(found: Mapping[str, Any]) -> str:
    """Return the computation of a settlement in sentences, for an explanation to begin with; empty without steps."""
    said: list[str] = []
    for step in found.get("steps") or ():
        if step.get("amount") is not None:
            why = "；".join(str(step[name]) for name in ("policy", "source") if step.get(name))
            said.append(f"{len(said) + 1}. {step['zh']}：{step['amount']} 元{f'（{why}）' if why else ''}")
    return "\n".join(["该笔结算按以下步骤计算：", *said])[:LONGEST] if said else ""
