"""``sql/rules.lock``: one line per rule, so that nobody changes what a shipped rule finds without a new version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lianshen.rules.catalogue import LOCK, LockError, read_lock
from lianshen.rules.document import Rule
from lianshen.rules.suppressor import SuppressorRule, suppressors_of
from lianshen.rules.tables import Tables


def lock_text(rules: Iterable[Rule], suppressors: Iterable[SuppressorRule] = ()) -> str:
    """Return the contents of the lock for ``rules`` and ``suppressors``."""
    lines = [f"{r.id} {r.head.version} {r.fingerprint}\n" for r in sorted(rules, key=lambda rule: rule.id)]
    return "".join([*lines, *(f"{s.code} {s.head.version} {s.fingerprint}\n" for s in suppressors)])


def lock_problems(rules: Iterable[Rule], sql: Path) -> Iterator[str]:
    """Yield where rules, suppressors and lock disagree, each with what to do."""
    locked = read_lock(sql)
    known = {rule.id: (rule.path.name, rule.head.version, rule.fingerprint) for rule in rules}
    for one in _suppressors(sql):
        known[one.code] = (one.path.name, one.head.version, one.fingerprint)
    for code, (name, version, fingerprint) in known.items():
        if code not in locked:
            yield f"{code}: not locked yet: run `lianshen rules lock`"
            continue
        then, printed = locked[code]
        if fingerprint != printed and version <= then:
            yield f"{name}: what it finds changed, but version is still {version}: raise it to {then + 1}"
        elif (version, fingerprint) != (then, printed):
            yield f"{code}: locked as version {then}: run `lianshen rules lock`"
    for gone in sorted(set(locked) - set(known)):
        yield f"{gone}: locked, but its file is gone: retire a rule with an end date, its id is never used again"


def write_lock(rules: list[Rule], sql: Path) -> None:
    """Write the lock; refuse a rule or suppressor that changed without a new version, or that was removed.

    :raises LockError: naming each of them.
    """
    refused = [text for text in lock_problems(rules, sql) if "run `lianshen rules lock`" not in text]
    if refused:
        raise LockError("\n".join(refused))
    (sql / LOCK).write_text(lock_text(rules, _suppressors(sql)), encoding="utf-8")


def _suppressors(sql: Path) -> list[SuppressorRule]:
    return list(suppressors_of(Tables(sql)).values())
