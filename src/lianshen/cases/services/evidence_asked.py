"""Evidence that another agency is asked for: it gets an inquiry, and its answer lets the case go on.

The asked agency does not see the case; it reads the letter, adds its files there and answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import CENTRE
from lianshen.cases import inquiries
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Refused
from lianshen.cases.services import stays
from lianshen.cases.services.inquiry_writing import enter
from lianshen.cases.store import Casebook

SUBJECT = "请求补证"


def ask_agency(
    con: Connection, p: Principal, book: Casebook, case: sa.RowMapping, values: Mapping[str, Any], agency: str | None,
    text: str,
) -> str | None:  # fmt: skip
    """Write the inquiry to the agency that is asked; return its number, None where the centre is asked, which sees all.

    :raises Refused: where the asked agency is one's own, or the text says too little.
    """
    desk = inquiries.desk_of(p)
    if agency in (None, CENTRE) or desk is None:
        return None
    if inquiries.stands_for(agency, desk) or inquiries.stands_for(desk, agency):
        raise Refused("补证对象就是本机构；请直接上传附件")
    is_insured = agency == inquiries.insured_agency(case["insu_pool"])
    kind = "query" if is_insured else "entrusted"
    return enter(con, p, book, kind, stays.of_case(case), (desk, agency), "other", text, SUBJECT, values["reply_by"])


def case_waiting(con: Connection, inquiry: Mapping[str, Any] | sa.RowMapping) -> sa.RowMapping | None:
    """Return the case that waits for the answer to this inquiry, locked, or None where none does."""
    if not inquiry["case_no"]:
        return None
    c, e = t.cases.c, t.event.c
    found = sa.select(t.cases).where(c.case_no == inquiry["case_no"], c.state == "evidence").with_for_update()
    case = con.execute(found).mappings().one_or_none()
    if case is None:
        return None
    last = sa.select(e.detail).where(e.case_no == case["case_no"], e.action == "ask_evidence")
    detail = con.scalar(last.order_by(e.seq.desc()).limit(1))
    return case if detail and json.loads(detail).get("inquiry") == inquiry["inquiry_no"] else None
