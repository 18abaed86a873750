"""Who may do what to a case, and what becomes of it. Pure: no tables, no clock, no web.

A state is where a case is in its way; an action is the only way from one to the next. Who may take an
action depends on the role and on the agency that handles the case; the centre itself handles what was
treated in other provinces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from lianshen.agency import CENTRE, agencies
from lianshen.cases.vocabulary import (
    AT_THE_CENTRE_ONLY as AT_THE_CENTRE_ONLY,
)
from lianshen.cases.vocabulary import (
    BULK_ACTIONS as BULK_ACTIONS,
)
from lianshen.cases.vocabulary import (
    CERTAINTIES as CERTAINTIES,
)
from lianshen.cases.vocabulary import (
    DECIDED as DECIDED,
)
from lianshen.cases.vocabulary import (
    DECISIONS as DECISIONS,
)
from lianshen.cases.vocabulary import (
    DETERMINATIONS as DETERMINATIONS,
)
from lianshen.cases.vocabulary import (
    DROPS as DROPS,
)
from lianshen.cases.vocabulary import (
    ESCALATIONS as ESCALATIONS,
)
from lianshen.cases.vocabulary import (
    MIN_CONCLUSION as MIN_CONCLUSION,
)
from lianshen.cases.vocabulary import (
    MOST_APPEALS as MOST_APPEALS,
)
from lianshen.cases.vocabulary import (
    ON_THE_CLOCK as ON_THE_CLOCK,
)
from lianshen.cases.vocabulary import (
    OUTCOMES as OUTCOMES,
)
from lianshen.cases.vocabulary import (
    PROVINCIAL as PROVINCIAL,
)
from lianshen.cases.vocabulary import (
    REGIONAL as REGIONAL,
)
from lianshen.cases.vocabulary import (
    ROLES as ROLES,
)
from lianshen.cases.vocabulary import (
    SEPARATED as SEPARATED,
)
from lianshen.cases.vocabulary import (
    SEVERITIES as SEVERITIES,
)
from lianshen.cases.vocabulary import (
    STATES as STATES,
)
from lianshen.cases.vocabulary import (
    TIMEOUT as TIMEOUT,
)
from lianshen.cases.vocabulary import (
    TRANSITIONS as TRANSITIONS,
)
from lianshen.cases.vocabulary import (
    UNDO_SECONDS as UNDO_SECONDS,
)
from lianshen.cases.vocabulary import (
    UNDOABLE as UNDOABLE,
)
from lianshen.cases.vocabulary import (
    WAYS as WAYS,
)
from lianshen.cases.vocabulary import (
    Decision as Decision,
)
from lianshen.cases.vocabulary import (
    Reason as Reason,
)
from lianshen.cases.vocabulary import (
    Role as Role,
)
from lianshen.cases.vocabulary import (
    Transition as Transition,
)


@dataclass(frozen=True)
class Principal:
    """Who is asking: loaded for each request, never kept. ``agency`` is None for the whole province."""

    user_id: int
    login: str
    name: str
    role: Role
    agency: str | None = None
    csrf: str = ""
    ip: str = ""
    sees_insured: bool = False
    """Also told of persons whom the own region insures, wherever they were treated."""

    @property
    def role_name(self) -> str:
        return ROLES[self.role]

    @property
    def sees_province(self) -> bool:
        return self.role in PROVINCIAL or (self.role == "manager" and self.agency is None)

    @property
    def sees_cases(self) -> bool:
        return self.role not in SEPARATED


class Subject(Protocol):
    """What :func:`allowed` has to know of a case."""

    @property
    def state(self) -> str: ...
    @property
    def treating_agency(self) -> str: ...
    @property
    def county(self) -> str: ...
    @property
    def insu_pool(self) -> str: ...
    @property
    def severity(self) -> int: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def moved_by(self) -> str | None: ...
    @property
    def moved_action(self) -> str | None: ...
    @property
    def extension(self) -> str | None: ...
    @property
    def appeal_round(self) -> int: ...


@dataclass(frozen=True)
class Situation:
    """A :class:`Subject` from plain values, for callers that hold a row."""

    state: str
    treating_agency: str
    severity: int = 1
    assignee: str | None = None
    moved_by: str | None = None
    moved_action: str | None = None
    county: str = ""
    insu_pool: str = ""
    extension: str | None = None
    appeal_round: int = 0


def is_county(agency: str) -> bool:
    """Return whether the code is of an agency below a city: it works only what its own agreements cover."""
    return agency not in agencies() and agency != CENTRE


def works_for(p: Principal, case: Subject) -> bool:
    """Return whether the principal's agency handles the case; the centre handles those of other provinces."""
    if case.treating_agency == CENTRE:
        return p.role in ("reviewer", "lead")
    if p.role not in REGIONAL or p.agency is None:
        return False
    return case.county == p.agency if is_county(p.agency) else case.treating_agency == p.agency


def in_scope(p: Principal, case: Subject) -> bool:
    """Return whether the principal may work with the case, or read all of it."""
    if p.sees_province:
        return True
    if not p.sees_cases or p.agency is None or case.state in AT_THE_CENTRE_ONLY:
        return False
    return case.county == p.agency if is_county(p.agency) else case.treating_agency == p.agency


def is_informed(p: Principal, case: Subject) -> bool:
    """Return whether the principal's region insures a person who was treated elsewhere.

    It reads summary and result and acts on neither.
    """
    if not p.sees_insured or p.agency is None or case.state in AT_THE_CENTRE_ONLY:
        return False
    return p.agency[:4] == case.insu_pool and p.agency[:4] != case.treating_agency[:4]


def allowed(p: Principal, action: str, case: Subject) -> bool:
    """Return whether the principal may take the action on the case as it stands; an unknown action is not allowed."""
    rule = TRANSITIONS.get(action)
    if rule is None or case.state not in rule.sources or not in_scope(p, case):
        return False
    if rule.is_agency_work:
        return _is_work_of(p, action, rule, case)
    if p.role not in rule.roles:
        return False
    match action:
        case "drop":
            return case.severity < 3 or p.role == "lead"
        case "undo":
            return case.moved_by == p.login and case.moved_action in UNDOABLE
        case "confirm":
            # Nobody closes what they submitted themselves; it can only happen where the centre is the handler.
            return case.assignee != p.login and case.moved_by != p.login
        case "grant_extension" | "refuse_extension":
            return case.extension == "asked"
        case "provide":
            return p.role not in REGIONAL or _is_own(p, case)
        case _:
            return True


def _is_work_of(p: Principal, action: str, rule: Transition, case: Subject) -> bool:
    if not works_for(p, case):
        return False
    if rule.is_own_work and not _is_own(p, case):
        return False
    if action == "ask_extension":
        return case.extension is None and p.role in rule.roles
    if action == "appeal":
        return case.appeal_round < MOST_APPEALS
    return action != "assign" or p.role in rule.roles


def _is_own(p: Principal, case: Subject) -> bool:
    return p.role in ("region_lead", "lead") or case.assignee == p.login


def actions_for(p: Principal, case: Subject) -> list[str]:
    """Return the actions that the principal may take now, in the order of a case's life."""
    return [action for action in TRANSITIONS if allowed(p, action, case)]


def may_determine(p: Principal, case: Subject) -> bool:
    """Return whether the principal may enter amounts on the lines of the case."""
    return case.state in TRANSITIONS["submit"].sources and works_for(p, case) and _is_own(p, case)


def may_recover(p: Principal, case: Subject) -> bool:
    """Return whether the principal may enter money that came back."""
    return case.state in DECIDED and works_for(p, case) and _is_own(p, case)


@dataclass(frozen=True)
class Determined:
    """One line for the derivation: what it could come to, and what was found; fen, signed."""

    limit: int
    amount: int | None
    holds: bool | None


def derive_decision(lines: Iterable[Determined]) -> Decision | None:
    """Return the decision that the determinations amount to, or None while lines are open.

    Lines that carry no money decide only where no line of the case carries any.
    """
    every = list(lines)
    weighed = [line for line in every if line.limit != 0] or every
    if not weighed or any(line.amount is None for line in weighed):
        return None
    if all(line.amount == line.limit and line.holds for line in weighed):
        return "confirmed"
    if not any(line.holds for line in weighed):
        return "dismissed"
    return "partial"


def within_limit(amount: int, limit: int) -> bool:
    """Return whether an amount lies between nothing and the limit, on the limit's side of zero."""
    return min(0, limit) <= amount <= max(0, limit)


def person_label(person: str) -> str:
    """Return how a person is shown: a pseudonym, never a name or number.

    The warehouse falls back to the personal number where it knows no other identity; that is not shown.
    """
    shown = hashlib.sha256(person.encode()).hexdigest() if person.isdigit() else person
    return f"参保人 {shown[:8].upper()}"
