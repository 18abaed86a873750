"""One settlement of the published snapshot, for objections and investigations about what no case holds."""

from __future__ import annotations

from lianshen.cases.services.stays import Stay, of_settlement
from lianshen.warehouse.snapshot import settlement_with_steps
from lianshen_dashboards.context import Desk
from lianshen_dashboards.present import Row

LONGEST_ID = 64


def published(desk: Desk, setl_id: str | None) -> Row | None:
    """Return how a settlement came out as the snapshot has it, or None; whose it is, the services ask."""
    wanted = (setl_id or "").strip()
    return settlement_with_steps(desk.published, wanted) if wanted and len(wanted) <= LONGEST_ID else None


def published_stay(desk: Desk, setl_id: str | None) -> Stay | None:
    """Return the stay of a settlement of the snapshot, or None."""
    found = published(desk, setl_id)
    return of_settlement(found["settlement"]) if found else None
