"""An audit by sample, on files: what is drawn, with which seed, and what all of it comes to at least.

The file that is drawn from has a row per settlement (or whatever is audited) and a column ``stratum``; the drawn rows
come with their number, the seed, and an empty column ``found`` for the yuan that each was found to hold.
"""

from __future__ import annotations

import csv
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lianshen.anomaly.extrapolate import Extrapolation, Sample, draw, extrapolate
from lianshen.ranking.errors import RankingRefused
from lianshen.ranking.sampling import counted

Rows = list[dict[str, str]]


def draw_rows(rows: Path, size: int, seed: int, out: Path) -> Sample:
    """Draw about ``size`` rows of a file by stratum and write them to ``out``.

    :raises RankingRefused: if the file has no column ``stratum``.
    """
    every = _read(rows, "stratum")
    sample = draw([row["stratum"] for row in every], size, seed)
    drawn = [{"row": str(number + 1), "seed": str(seed), **every[number], "found": ""} for number in sample.rows]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(drawn[0]))
        writer.writeheader()
        writer.writerows(drawn)
    return sample


def extrapolate_rows(sample: Path, rows: Path, confidence: float) -> Extrapolation:
    """Return what all rows come to in fen, with the one-sided lower bound.

    :raises RankingRefused: if a row of the sample has no amount, or is none of the file that it was drawn from.
    """
    every, drawn = _read(rows, "stratum"), _read(sample, "row", "stratum", "found")
    amounts = []
    for row in drawn:
        place = int(row["row"]) - 1 if row["row"].isdigit() else -1
        if not 0 <= place < len(every) or every[place]["stratum"] != row["stratum"]:
            raise RankingRefused(
                f"{sample}: row {row['row']!r} is none of {rows}: take the file that it was drawn from"
            )
        amounts.append(_fen(sample, row))
    return extrapolate(
        [row["stratum"] for row in drawn], amounts, counted([row["stratum"] for row in every]), confidence
    )


def _fen(sample: Path, row: dict[str, str]) -> int:
    try:
        fen = Decimal(row["found"].strip().replace(",", "")) * 100
    except InvalidOperation:
        fen = Decimal("NaN")
    if not fen.is_finite() or fen != fen.to_integral_value() or fen < 0:
        raise RankingRefused(
            f"{sample}, row {row['row']}: found {row['found']!r} is no amount; write yuan, 0 for nothing"
        )
    return int(fen)


def _read(file: Path, *wanted: str) -> Rows:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        missing = [name for name in wanted if name not in (reader.fieldnames or ())]
        if missing:
            raise RankingRefused(f"{file}: has no column {', '.join(missing)}; its columns are {reader.fieldnames}")
        return list(reader)
