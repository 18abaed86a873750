"""What each role may do with a case in each state: written down here, not asked of the code."""

from __future__ import annotations

from lianshen.cases.domain import STATES

OUT_OF_SIGHT = ("new", "dropped")
IN_HAND = ("accepted", "returned")
CENTRES = {
    "new": {"release", "drop"},
    "evidence": {"provide"},
    "submitted": {"confirm", "return"},
}
LEADS = {
    **CENTRES,
    "released": {"withdraw", "transfer"},
    "misrouted": {"withdraw", "transfer"},
    "dropped": {"restore"},
    "closed": {"reopen"},
    "archived": {"reopen"},
}
HANDLERS = {
    "released": {"accept", "reject_scope"},
    "accepted": {"ask_institution", "ask_evidence", "submit"},
    "returned": {"ask_institution", "ask_evidence", "submit"},
    "hearing": {"statement"},
    "evidence": {"provide"},
    "appealed": {"submit"},
    "closed": {"appeal", "archive"},
    "archived": {"appeal"},
}
ASSIGNING = {state: {"assign", "ask_extension"} for state in (*IN_HAND, "hearing", "evidence")} | {
    "appealed": {"assign"}
}
REGION_LEADS = {state: HANDLERS.get(state, set()) | ASSIGNING.get(state, set()) for state in STATES}
MAY: dict[str, dict[str, set[str]]] = {
    "reviewer": CENTRES,
    "lead": LEADS,
    "handler": HANDLERS,
    "region_lead": REGION_LEADS,
}
"""What each role may do with a case that its agency handles, is assigned to it, and was moved last by another."""
