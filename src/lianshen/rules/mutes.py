"""Mutes as text: ``knowledge/rule_mute.csv`` of the content folder, read and written by people through the command.

They are content, so that a night stays a function of what was received and of content under version control.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path

from lianshen.errors import UsageError

FILE = Path("knowledge") / "rule_mute.csv"
LONGEST = timedelta(days=366)


@dataclass(frozen=True, order=True)
class Mute:
    """One row: a rule, whom or what it is silent about (empty: any), why, who says so, and from when to when."""

    rule_id: str
    fixmedins_code: str
    hilist_code: str
    reason_zh: str
    muted_by: str
    valid_from: date
    valid_until: date

    def state(self, day: date) -> str:
        """Return whether it holds on a day: ``holds``, ``to come`` or ``over``."""
        if day < self.valid_from:
            return "to come"
        return "holds" if day < self.valid_until else "over"

    def concerns(self, rule_id: str, institution: str, item: str) -> bool:
        """Whether it is the mute of this rule, institution and item."""
        return (self.rule_id, self.fixmedins_code, self.hilist_code) == (rule_id, institution, item)


def read_mutes(content: Path) -> list[Mute]:
    """Return the mutes of a content folder, sorted."""
    path = content / FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        return sorted(
            Mute(
                row["rule_id"], row["fixmedins_code"] or "", row["hilist_code"] or "", row["reason_zh"],
                row["muted_by"], date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_until"]),
            )
            for row in rows
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path}: {error}: `lianshen knowledge check rule_mute` names row and column") from error


def write_mutes(content: Path, mutes: list[Mute]) -> None:
    """Write the mutes, sorted; the same mutes give the same bytes."""
    path = content / FILE
    names = [field.name for field in fields(Mute)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([getattr(one, name) for name in names] for one in sorted(mutes))


def add_mute(content: Path, new: Mute) -> None:
    """Add a mute. It ends, at the latest after 366 days, and never overlaps another one of the same.

    :raises UsageError: saying which of this it breaks.
    """
    if not new.fixmedins_code and not new.hilist_code:
        raise UsageError("a mute names an institution, an item or both: a rule that is wrong everywhere is retired")
    for name, value in (("--reason", new.reason_zh), ("--by", new.muted_by)):
        if not value.strip():
            raise UsageError(f"{name} is empty: a mute says why and who answers for it")
    if not timedelta(0) < new.valid_until - new.valid_from <= LONGEST:
        raise UsageError(
            f"a mute lasts 1 to {LONGEST.days} days: from {new.valid_from} it may end by {new.valid_from + LONGEST}, "
            f"not on {new.valid_until}"
        )
    mutes = read_mutes(content)
    for old in mutes:
        same = old.concerns(new.rule_id, new.fixmedins_code, new.hilist_code)
        if same and old.valid_from < new.valid_until and new.valid_from < old.valid_until:
            raise UsageError(
                f"{new.rule_id} is muted so already from {old.valid_from} to {old.valid_until} by {old.muted_by}: "
                "end that one with `lianshen rules unmute`, or begin when it ends"
            )
    write_mutes(content, [*mutes, new])


def end_mutes(content: Path, rule_id: str, institution: str, item: str, day: date) -> list[Mute]:
    """End the mutes of a rule, institution and item on ``day``, which is silent no longer; return those that changed.

    One that would end before it began is taken out. Raise UsageError where there is none to end.
    """
    mutes = read_mutes(content)
    ended = [one for one in mutes if one.concerns(rule_id, institution, item) and one.valid_until > day]
    if not ended:
        raise UsageError(f"{rule_id} has no such mute that lasts beyond {day}: `lianshen rules mutes` lists them")
    left = [one for one in mutes if one not in ended]
    left += [
        Mute(one.rule_id, one.fixmedins_code, one.hilist_code, one.reason_zh, one.muted_by, one.valid_from, day)
        for one in ended
        if one.valid_from < day
    ]
    write_mutes(content, left)
    return ended
