"""The answer key of the schemes: which settlements belong to which, and what would not have been billed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lianshen.province.faults.planted import Directed
from lianshen.province.places import doctor_codes
from lianshen.province.schemes.builder import INNOCENT, MARKED, WHOLE
from lianshen.province.tables import Night
from lianshen.province.truth import Truth

SCHEMES = pa.schema(
    [
        ("setl_id", pa.string()),
        ("scheme", pa.string()),
        ("scheme_id", pa.int64()),
        ("institution", pa.string()),
        ("person", pa.string()),
        ("doctor", pa.string()),
        ("business_date", pa.date32()),
        ("total_fen", pa.int64()),
        ("excess_fen", pa.int64()),
    ]
)


@dataclass
class SchemeTruth(Truth):
    """Collects the settlements of schemes while the nights are made; faults are not its business."""

    schemes: list[dict[str, Any]] = field(default_factory=list)

    def plant(
        self, night: Night, directed: list[Directed], rows: dict[int, int], expected: dict[int, int], on: date
    ) -> None:
        """Record the settlements of one night; ``excess_fen`` 0 marks one that only carries its scheme."""
        owner, amount = night.lines.owner, np.where(night.lines.mark == 1, night.split.amount, 0)
        marked = np.bincount(owner, amount.astype(np.float64), len(night.bills)).round().astype(np.int64)
        doctors = doctor_codes(night.doctor).to_pylist()
        people = night.names.psn_no.take(pa.array(night.bills.person)).to_pylist()
        for number, one in enumerate(directed):
            if one.kind == INNOCENT:
                continue
            row = rows[number]
            total = int(night.header.total[row])
            self.schemes.append(
                {
                    "setl_id": f"51{int(night.settlement[row]):015d}",
                    "scheme": one.rule,
                    "scheme_id": one.group,
                    "institution": night.places.code[int(night.bills.place[row])],
                    "person": people[row],
                    "doctor": doctors[row],
                    "business_date": on,
                    "total_fen": total,
                    "excess_fen": {WHOLE: total, MARKED: int(marked[row])}.get(one.kind, 0),
                }
            )

    def write(self, folder: Path) -> None:
        """Write ``schemes.parquet``."""
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(self.schemes, SCHEMES), folder / "schemes.parquet")
