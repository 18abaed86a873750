"""What staging a package gives: its tables, their control sums, and what could not be taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from lianshen.warehouse.package import Package
from lianshen.warehouse.schema import TableSpec
from lianshen.warehouse.source import Source


@dataclass
class ControlSum:
    """A sum as the sender declared it and as it was found; either may be missing."""

    declared: Decimal | None
    found: Decimal | None

    @property
    def agrees(self) -> bool:
        return self.declared is None or self.found == self.declared


@dataclass
class StagedTable:
    """One table of the package. ``stopped`` says why nothing of it is taken; ``unread`` that its rows were not read."""

    name: str
    mode: str
    rows: int
    files: list[tuple[str, int, str]]
    stopped: str | None = None
    unread: bool = False
    controls: dict[str, ControlSum] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)
    restored: dict[str, int] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    spec: TableSpec | None = None

    @property
    def is_checkable(self) -> bool:
        """Say whether ``stage.<name>`` holds rows that may be settled in."""
        return self.stopped is None and self.spec is not None


@dataclass
class Staged:
    """What :func:`stage` prepared; ``settle_in`` of the same connection takes it from there."""

    package: Package
    tables: dict[str, StagedTable]
    already_received: bool = False
    is_replay: bool = False
