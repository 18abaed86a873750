"""The full identifiers of a case's person: asked for with a reason, written into the trail, shown for a moment.

The casebook holds pseudonyms alone. What can be shown is what the sealed evidence names: the whole pseudonym, and the
numbers of the settlement and the visit by which the agency finds the person in its own system.
"""

from __future__ import annotations

from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.services.reading import fetch, get_dossier
from lianshen.cases.services.scope import Row
from lianshen.cases.store import Casebook, writing

SECONDS = 60
MIN_REASON = 4
IDENTIFIERS = ("psn_no", "person", "mdtrt_id", "setl_id")
"""Columns of a sealed settlement that say who it is about; what a dossier lacks is left out."""
MASKED_FROM = frozenset({"manager", "analyst"})


def unmask(p: Principal, book: Casebook, case_no: str, reason: str) -> Row:
    """Return ``{"person", "settlements", "seconds"}``: the identifiers of the case and how long to show them.

    ``settlements`` are rows with the columns of :data:`IDENTIFIERS` that the sealed evidence holds.

    :raises Forbidden: for roles that work with pseudonyms only.
    :raises Refused: without a reason.
    """
    text = reason.strip()
    if p.role in MASKED_FROM:
        raise Forbidden(f"{p.role_name}不能查看完整编号")
    if len(text) < MIN_REASON:
        raise Refused(f"请填写查看完整编号的原因（不少于 {MIN_REASON} 字）")
    with writing(book.engine) as con:
        row = fetch(p, con, case_no)
        state, person = row["state"], row["person"]
        append(con, book.now(), [Event("unmask", p.login, p.name, case_no, state, state, text, ip=p.ip)])
    body = get_dossier(p, book, case_no)["body"] or {"settlements": []}
    settlements = [
        {name: settlement[name] for name in IDENTIFIERS if settlement.get(name)} for settlement in body["settlements"]
    ]
    return {"person": person, "settlements": settlements, "seconds": SECONDS}
