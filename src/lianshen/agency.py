"""The agencies that hold service agreements and work the queues: 21 cities and prefectures, and 5199.

A case goes to the agency that holds the institution's agreement, not to the place on the
map: the provincial agency's hospitals lie in Chengdu.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from lianshen.content import content_root

PROVINCIAL_AGENCY = "519900"
CENTRE = "510000"
"""The provincial cross-region settlement centre; also the door to other provinces' agencies."""


@dataclass(frozen=True)
class Agency:
    """One agency: ``code`` has six digits, ``pool`` is its pooling area (first four)."""

    code: str
    name_zh: str
    name_en: str
    pool: str
    tile_col: int
    tile_row: int


@cache
def agencies() -> dict[str, Agency]:
    """Return the 22 agencies by code, in the order of the file."""
    path = content_root() / "knowledge" / "agency.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Agency(r["code"], r["name_zh"], r["name_en"], r["pool"], int(r["tile_col"]), int(r["tile_row"]))
            for r in csv.DictReader(file)
        ]
    return {agency.code: agency for agency in rows}
