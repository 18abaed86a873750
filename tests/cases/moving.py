"""Moving cases as people do: every helper reads the version first, as a page would."""

from __future__ import annotations

from datetime import date
from typing import Any

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal

LONG = "经核查病历与医嘱，该药品用于成年患者，违规属实，应予退回。"
STAFF = {
    "reviewer": Principal(1, "shenhe01", "周审核", "reviewer"),
    "lead": Principal(3, "fuze01", "郑负责", "lead"),
    "chengdu": Principal(4, "chengdu01", "成都经办1", "handler", "510100"),
    "chengdu_lead": Principal(5, "chengdu02", "成都负责人", "region_lead", "510100"),
}
WAY = (
    ("reviewer", "release"),
    ("chengdu", "accept"),
    ("chengdu", "submit"),
    ("reviewer", "confirm"),
    ("chengdu", "archive"),
)
"""Who takes a case of Chengdu from release to archive."""


def do(p: Principal, book: Casebook, case: dict[str, Any], action: str, **said: Any) -> dict[str, Any]:
    """Take an action on the case as it now stands."""
    now = services.get_case(p, book, case["case_no"])
    return services.transition(p, book, case["case_no"], action, now["version"], **said)


def lead_to(book: Casebook, case: dict[str, Any], last: str, how: str = "full") -> dict[str, Any]:
    """Take a new case of Chengdu along :data:`WAY` up to and with the action ``last``."""
    for who, action in WAY:
        p = STAFF[who]
        if action == "submit":
            reason = "violation" if how == "full" else "clinical"
            services.determine_rest(p, book, case["case_no"], how, reason)
        said = {"text": LONG, "worth_checking": True} if action == "submit" else {"text": "款项随下月清算扣回"}
        case = do(p, book, case, action, **said)
        if action == last:
            return case
    raise LookupError(last)


def recover(p: Principal, book: Casebook, case: dict[str, Any], fen: int, day: date, **more: Any) -> int:
    """Enter money that came back, by deduction unless ``way`` says otherwise."""
    version = services.get_case(p, book, case["case_no"])["version"]
    given = {"way": "deduction", "voucher": "KK-2026-001", **more}
    return services.record_recovery(p, book, case["case_no"], fen, day=day, version=version, **given)
