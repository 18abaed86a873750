"""``sql/rules.lock``: one line per rule, so that nobody changes what a shipped rule finds without a new version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lianshen.rules.catalogue import LOCK, LockError, read_lock
from lianshen.rules.document import Rule


def lock_text(rules: Iterable[Rule]) -> str:
    """Return the contents of the lock for ``rules``."""
    return "".join(f"{r.id} {r.head.version} {r.fingerprint}\n" for r in sorted(rules, key=lambda rule: rule.id))


def lock_problems(rules: Iterable[Rule], sql: Path) -> Iterator[str]:
    """Yield where rules and lock disagree, each with what to do."""
    locked = read_lock(sql)
    known = {rule.id: rule for rule in rules}
    for rule in known.values():
        if rule.id not in locked:
            yield f"{rule.id}: not locked yet: run `lianshen rules lock`"
            continue
        version, fingerprint = locked[rule.id]
        if rule.fingerprint != fingerprint and rule.head.version <= version:
            now = rule.head.version
            yield f"{rule.path.name}: what it finds changed, but version is still {now}: raise it to {version + 1}"
        elif (rule.head.version, rule.fingerprint) != (version, fingerprint):
            yield f"{rule.id}: locked as version {version}: run `lianshen rules lock`"
    for gone in sorted(set(locked) - set(known)):
        yield f"{gone}: locked, but its file is gone: retire a rule with an end date, its id is never used again"


def write_lock(rules: list[Rule], sql: Path) -> None:
    """Write the lock; refuse a rule that changed without a new version, or that was removed.

    :raises LockError: naming each of them.
    """
    refused = [text for text in lock_problems(rules, sql) if "run `lianshen rules lock`" not in text]
    if refused:
        raise LockError("\n".join(refused))
    (sql / LOCK).write_text(lock_text(rules), encoding="utf-8")
