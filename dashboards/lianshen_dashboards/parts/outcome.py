"""What came of the last attempt to act: shown above the form that was sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from lianshen.cases.errors import Conflict
from lianshen_dashboards.parts.fields import Typed


@dataclass(frozen=True)
class Outcome:
    """Done, in conflict, or refused with a reason; ``typed`` stays in the form unless it was done."""

    done: str = ""
    conflict: Conflict | None = None
    refused: str = ""
    typed: Typed = field(default_factory=dict)


NOTHING = Outcome()
