"""The life of a rule: draft, shadow, active, retired. Each step is taken by somebody, and the file says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from lianshen.errors import UsageError
from lianshen.rules.approvals import ApprovalError, Event, add_events, approved, handed_in, person, read_approvals
from lianshen.rules.catalogue import LOCK, read_lock
from lianshen.rules.document import Rule, read_rule
from lianshen.rules.tables import Tables

_STATUS = re.compile(r"^status: \w+$", re.MULTILINE)
_VERSION = re.compile(r"^version: \d+$", re.MULTILINE)
_IN_FORCE = re.compile(r"^in_force: \{since: (\d{4}-\d{2}-\d{2})(?:, until: \d{4}-\d{2}-\d{2})?\}$", re.MULTILINE)


def find_rule(content: Path, rule_id: str) -> Rule:
    """Read the one rule of an id. Raise UsageError where there is none."""
    paths = sorted((content / "sql" / "rules").rglob(f"{rule_id.upper()}_*.sql"))
    if len(paths) != 1:
        raise UsageError(f"there is no rule {rule_id}: `lianshen rules list` names those that are")
    return read_rule(paths[0], Tables(content / "sql"))


def submit(content: Path, rule_id: str, by: str, day: date) -> Rule:
    """Hand in the locked version of a rule: who wrote it is recorded, and a draft begins to run in shadow."""
    rule = find_rule(content, rule_id)
    _require_locked(content, rule)
    if rule.head.status == "retired":
        raise ApprovalError(f"{rule.id} is retired: an id is never used again, begin a new rule")
    before = handed_in(read_approvals(content / "sql"), rule)
    if before is not None:
        raise ApprovalError(f"{rule.id}: this version was handed in by {before.by} on {before.on} already")
    if rule.head.status == "draft":
        _set_status(rule, "shadow")
    add_events(content / "sql", [_event(rule, "submitted", by, day)])
    return rule


def activate(content: Path, rule_id: str, by: str, day: date, reason: str, counts: Mapping[str, int]) -> Rule:
    """Let a version that another person handed in make cases.

    ``counts`` say what justified it: ``nights`` and ``findings`` in shadow, ``sampled`` and ``upheld`` by reviewers.
    One of nights and sampled has to be there.

    :raises ApprovalError: for the same person, a version that is not locked or not handed in, or without counts.
    """
    rule = find_rule(content, rule_id)
    _require_locked(content, rule)
    if rule.head.status == "retired":
        raise ApprovalError(f"{rule.id} is retired: an id is never used again, begin a new rule")
    events = read_approvals(content / "sql")
    written = handed_in(events, rule)
    if written is None:
        raise ApprovalError(
            f"{rule.id}: nobody handed in version {rule.head.version} ({rule.fingerprint}): "
            f"its writer runs `lianshen rules submit {rule.id} --by NAME`"
        )
    if person(written.by) == person(by):
        raise ApprovalError(f"{rule.id}: {by} wrote this version: another person activates it")
    if (done := approved(events, rule)) is not None and rule.head.status == "active":
        raise ApprovalError(f"{rule.id}: this version was activated by {done.by} on {done.on} already")
    if not counts.get("nights") and not counts.get("sampled"):
        raise ApprovalError(
            f"{rule.id} ran no night in shadow and no sample is named: let it run, or say what reviewers saw with "
            "--sampled and --upheld"
        )
    if counts.get("upheld", 0) > counts.get("sampled", 0):
        raise ApprovalError(f"{rule.id}: {counts['upheld']} upheld of {counts.get('sampled', 0)} sampled cannot be")
    event = _event(rule, "activated", by, day, reason=reason, counts=dict(counts))
    _set_status(rule, "active")
    add_events(content / "sql", [event])
    return rule


def retire(content: Path, rule_id: str, until: date, by: str, day: date, reason: str) -> Rule:
    """End a rule: it still runs for records before ``until``. The file, the lock and the record say so."""
    rule = find_rule(content, rule_id)
    _require_locked(content, rule)
    if rule.head.status == "draft":
        raise ApprovalError(f"{rule.id} is a draft and never ran: remove its file instead")
    if until <= rule.head.in_force.since:
        raise ApprovalError(f"{rule.id} is in force since {rule.head.in_force.since}: it cannot end on {until}")
    text = rule.path.read_text(encoding="utf-8")
    ended = _IN_FORCE.sub(lambda found: f"in_force: {{since: {found[1]}, until: {until}}}", text, count=1)
    if ended == text:
        raise ApprovalError(f"{rule.path.name}: in_force is not written as {{since: …}} on one line: end it by hand")
    ended = _VERSION.sub(f"version: {rule.head.version + 1}", ended, count=1)
    _write(rule.path, _STATUS.sub("status: retired", ended, count=1), text)
    now = read_rule(rule.path, Tables(content / "sql"))
    _lock_one(content / "sql", now)
    add_events(content / "sql", [_event(now, "retired", by, day, reason=reason, until=until)])
    return now


def approve_shipped(
    content: Path, rules: Sequence[Rule], writer: str, approver: str, day: date, reason: str
) -> list[Rule]:
    """Record the versions that came with the product: written by one role and activated by another.

    Takes the locked rules that are active and not approved, and hands in those in shadow. Returns them.
    """
    if person(writer) == person(approver):
        raise ApprovalError(f"{writer} cannot write and approve: name two")
    sql = content / "sql"
    events, locked = read_approvals(sql), read_lock(sql)
    new: list[Event] = []
    done = []
    for rule in rules:
        status = rule.head.status
        if status not in ("active", "shadow") or locked.get(rule.id, (0, ""))[1] != rule.fingerprint:
            continue
        if approved(events, rule) is not None or (status == "shadow" and handed_in(events, rule) is not None):
            continue
        new.append(_event(rule, "submitted", writer, day))
        if status == "active":
            counts = {"examples": len(rule.examples)}
            new.append(_event(rule, "activated", approver, day, reason=reason, counts=counts))
        done.append(rule)
    if new:
        add_events(sql, new)
    return done


def _event(
    rule: Rule,
    what: str,
    by: str,
    day: date,
    *,
    reason: str = "",
    until: date | None = None,
    counts: dict[str, int] | None = None,
) -> Event:
    if not by.strip():
        raise ApprovalError("--by is empty: name the person or the role that answers for it")
    if what != "submitted" and not reason.strip():
        raise ApprovalError("--reason is empty: say what the step rests on")
    return Event.model_validate(
        {
            "rule": rule.id,
            "version": rule.head.version,
            "fingerprint": rule.fingerprint,
            "event": what,
            "by": by.strip(),
            "on": day,
            "until": until,
            "reason": reason.strip(),
            "counts": counts or {},
        }
    )


def _require_locked(content: Path, rule: Rule) -> None:
    locked = read_lock(content / "sql").get(rule.id)
    if locked is None or locked != (rule.head.version, rule.fingerprint):
        raise ApprovalError(
            f"{rule.id}: version {rule.head.version} ({rule.fingerprint}) is not the locked one: "
            "run `lianshen rules check`, then `lianshen rules lock`"
        )


def _set_status(rule: Rule, status: str) -> None:
    text = rule.path.read_text(encoding="utf-8")
    _write(rule.path, _STATUS.sub(f"status: {status}", text, count=1), text)


def _write(path: Path, text: str, before: str) -> None:
    if text != before:
        path.write_text(text, encoding="utf-8")


def _lock_one(sql: Path, rule: Rule) -> None:
    """Write one rule's line of the lock anew."""
    locked = {**read_lock(sql), rule.id: (rule.head.version, rule.fingerprint)}
    lines = "".join(f"{name} {version} {fingerprint}\n" for name, (version, fingerprint) in locked.items())
    (sql / LOCK).write_text(lines, encoding="utf-8")
