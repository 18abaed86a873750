"""Who wrote a version of a rule and who let it work: ``sql/rules.approvals``, one line per event, in text.

A version is what the lock names: a fingerprint. It is handed in by the person who wrote it and activated by another
one, for a reason and with counts; an active rule without both is refused by ``lianshen rules check``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from lianshen.errors import LianshenError
from lianshen.rules.catalogue import read_lock
from lianshen.rules.document import Rule
from lianshen.rules.head import RULE_ID, Strict, Text

APPROVALS = "rules.approvals"
_COMMENT = "#"
_HEAD = """# Who wrote each version of a rule and who activated it, why, on which counts. One JSON object a line.
# Written by `lianshen rules submit`, `activate` and `retire`; a line is never changed.
"""

What = Literal["submitted", "activated", "retired"]


class ApprovalError(LianshenError):
    """A step in the life of a rule that may not be taken, or a record of one that cannot be read."""


class Event(Strict):
    """One step: of which version (by fingerprint), by whom, when, and what justified it."""

    rule: Annotated[str, Field(pattern=RULE_ID.pattern)]
    version: Annotated[int, Field(ge=1)]
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    event: What
    by: Text
    on: date
    until: date | None = None
    reason: str = ""
    counts: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _told(self) -> Event:
        if self.event != "submitted" and not self.reason.strip():
            raise ValueError(f"reason: {self.event} needs one")
        if (self.event == "retired") != (self.until is not None):
            raise ValueError("until: a rule is retired until a day, and nothing else is")
        return self

    @property
    def line(self) -> str:
        """The event as it stands in the file."""
        return self.model_dump_json(exclude_defaults=True)


def person(name: str) -> str:
    """Return a name as it is compared: however it is spaced, capitalised or wide."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def read_approvals(sql: Path) -> list[Event]:
    """Return the events of a content folder's ``sql``, by rule and in the order in which they happened."""
    path = sql / APPROVALS
    events = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else [], start=1):
        if not line.strip() or line.startswith(_COMMENT):
            continue
        try:
            events.append(Event.model_validate_json(line))
        except ValidationError as error:
            said = error.errors(include_url=False)[0]["msg"]
            raise ApprovalError(f"{path}: line {number}: {said}: take the line from version control") from error
    return events


def add_events(sql: Path, new: Iterable[Event]) -> None:
    """Add events to the file. It is kept by rule, so that two people's additions rarely meet."""
    events = sorted([*read_approvals(sql), *new], key=lambda event: event.rule)
    (sql / APPROVALS).write_text(_HEAD + "".join(f"{event.line}\n" for event in events), encoding="utf-8")


def handed_in(events: Iterable[Event], rule: Rule) -> Event | None:
    """Return the last event by which this very version was handed in."""
    return _last(events, rule, "submitted")


def approved(events: list[Event], rule: Rule) -> Event | None:
    """Return the event by which a second person activated this very version; None where there is none."""
    written = handed_in(events, rule)
    activated = _last(events, rule, "activated")
    if written is None or activated is None or person(written.by) == person(activated.by):
        return None
    return activated


def _last(events: Iterable[Event], rule: Rule, what: What) -> Event | None:
    found = [e for e in events if (e.rule, e.fingerprint, e.event) == (rule.id, rule.fingerprint, what)]
    return found[-1] if found else None


def approval_problems(rules: Iterable[Rule], sql: Path) -> Iterator[str]:
    """Yield active rules whose version no second person approved. One that is not locked is the lock's matter."""
    events, locked = read_approvals(sql), read_lock(sql)
    for rule in rules:
        if rule.head.status != "active" or locked.get(rule.id, (0, ""))[1] != rule.fingerprint:
            continue
        if approved(events, rule) is None:
            step = "activate" if handed_in(events, rule) else "submit"
            yield (
                f"{rule.id}: active, but nobody approved version {rule.head.version} ({rule.fingerprint}): "
                f"run `lianshen rules {step} {rule.id} --by NAME`, or put it back to shadow"
            )
