"""What a changed policy would have meant, added up: whole fen by region, level of institution and class of person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lianshen.policy.shape import PERSON, PLACE

AMOUNTS = ("settlements", "changed", "total", "now", "then", "patients_now", "patients_then")


@dataclass(slots=True)
class Sums:
    """Sums over some settlements: numbers of settlements, and fen."""

    settlements: int = 0
    changed: int = 0
    """Settlements for which the funds would have paid something else."""
    total: int = 0
    now: int = 0
    """What the funds pay under the book in force."""
    then: int = 0
    """What they would have paid under the changed one."""
    patients_now: int = 0
    patients_then: int = 0

    @property
    def difference(self) -> int:
        """More (or less) paid by the funds."""
        return self.then - self.now

    @property
    def patients_difference(self) -> int:
        """More (or less) borne by patients."""
        return self.patients_then - self.patients_now

    def add(self, other: Sums) -> None:
        """Add the sums of other settlements."""
        for name in AMOUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Effect:
    """What a changed book would have meant in a period, in fen."""

    start: date
    end: date
    """Exclusive."""
    cells: dict[tuple[str, str, str], Sums] = field(default_factory=dict)
    """By insured pool, level of the institution (drugstores apart) and person class."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Settlements that cannot be computed under both books, by reason."""

    def add(self, other: Effect) -> None:
        """Add the effect on other settlements of the period."""
        for key, sums in other.cells.items():
            self.cells.setdefault(key, Sums()).add(sums)
        for reason, number in other.left_out.items():
            self.left_out[reason] = self.left_out.get(reason, 0) + number

    @property
    def total(self) -> Sums:
        """Everything together."""
        return self._by(None).get("", Sums())

    @property
    def by_pool(self) -> dict[str, Sums]:
        """By first four digits of the insured region."""
        return self._by(0)

    @property
    def by_level(self) -> dict[str, Sums]:
        """By level of the institution, from community to tertiary, and drugstores."""
        return self._by(1)

    @property
    def by_person(self) -> dict[str, Sums]:
        """By class of person: in service, retired, resident."""
        return self._by(2)

    def _by(self, axis: int | None) -> dict[str, Sums]:
        found: dict[str, Sums] = {}
        for key, sums in self.cells.items():
            found.setdefault("" if axis is None else key[axis], Sums()).add(sums)
        order = {name: place for place, name in enumerate((*PLACE, *PERSON))}
        return dict(sorted(found.items(), key=lambda item: (order.get(item[0], -1), item[0])))
