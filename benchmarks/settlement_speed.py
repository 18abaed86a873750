"""Headers settled and lines split in a second on one core, inputs in arrays, beside reading the same rows from Parquet.

``python -m benchmarks.settlement_speed`` prints a table, ``--json`` one object. Processor seconds of one thread;
the settlement core starts none of its own. Layers are mixed as in a province: catastrophic insurance for residents'
stays, the large-amount fund for employees', assistance and the subsidy for a few, and nothing of it for most.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from lianshen.settlement import UNLIMITED, Accumulators, Ints, Terms, line_amount, settle, split_lines

ROWS = 2_000_000
REPEATS = 7
SEED = 20261122


def measure(rows: int = ROWS) -> dict[str, Any]:
    """Return rows a second and the ratio to Parquet, for headers and for lines."""
    rng = np.random.default_rng(SEED)
    scope, total, account, terms, used = headers(rows, rng)
    line = lines(rows, rng)
    amount, quantity, price = line["amount"], line["quantity"], line["price"]
    rest = {name: line[name] for name in ("covered", "ceiling", "share")}
    measured = {
        "headers": (
            lambda: settle(scope, terms, used, total=total, account=account),
            {"in_scope": scope, "total": total, "account": account, **_columns(terms), **_columns(used)},
        ),
        "lines": (lambda: split_lines(amount, quantity, price, **rest), line),
    }
    found: dict[str, Any] = {"rows": rows}
    for name, (call, columns) in measured.items():
        seconds, read = _seconds(call), _seconds_of_parquet(columns)
        found[name] = {
            "seconds": round(seconds, 4),
            "rows_per_second": round(rows / seconds),
            "parquet_seconds": round(read, 4),
            "parquet_ratio": round(seconds / read, 2),
            "columns": len(columns),
        }
    return found


def headers(n: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Terms, Accumulators]:
    """Return in-scope amount, bill, account and terms of n settlements, one in eight a stay."""

    def some(share: float) -> Any:
        return rng.random(n) < share

    stay, resident = some(0.12), some(0.4)
    yuan = np.exp(np.where(stay, rng.normal(9.2, 0.8, n), rng.normal(4.9, 0.9, n)))
    scope = (yuan * 100).astype(np.int64)
    total = scope + (scope * rng.random(n) * 0.2).astype(np.int64)
    tiers = np.where((resident & stay)[:, None], np.array([1_800_000, 6_800_000, 11_800_000]), UNLIMITED)
    first = np.zeros(n, dtype=np.int64)
    terms = Terms.of(
        n,
        deductible=np.where(stay, rng.choice([20_000, 40_000, 80_000], n), 20_000),
        slice_start=np.stack([first, np.full(n, UNLIMITED)], axis=1),
        slice_ratio=np.stack([rng.choice([8_500, 9_000, 6_800, 5_000], n), first], axis=1),
        reduction_points=np.where(some(0.2), 1_000, 0),
        cap=np.where(stay, 45_000_000, 200_000),
        large_ratio=np.where(stay & ~resident, 9_000, 0),
        tier_start=tiers,
        tier_ratio=np.where(tiers < UNLIMITED, np.array([6_000, 7_000, 8_000]), 0),
        civil_ratio=np.where(some(0.05), 7_500, 0),
        civil_limit=3_000_000,
        assist_ratio=np.where(some(0.03), 7_000, 0),
        assist_limit=5_000_000,
    )
    used = Accumulators.of(
        n,
        cap_room=np.where(some(0.9), rng.integers(100_000, 45_000_000, n), UNLIMITED),
        deductible_paid=np.where(stay, 0, rng.integers(0, 25_000, n)),
        burden=np.where(resident, rng.integers(0, 3_000_000, n), 0),
    )
    return scope, total, np.where(some(0.5), total // 3, 0), terms, used


def lines(n: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return n fee lines: three in ten above a ceiling, one in eight not covered."""
    quantity, price = rng.integers(1, 20, n) * 10_000, rng.integers(1, 50_000, n) * 10_000
    return {
        "amount": line_amount(quantity, price), "quantity": quantity, "price": price,
        "covered": rng.random(n) < 0.87, "ceiling": np.where(rng.random(n) < 0.7, UNLIMITED, price * 9 // 10),
        "share": rng.choice([0, 0, 500, 1_000, 2_000], n),
    }  # fmt: skip


def _columns(record: Terms | Accumulators) -> dict[str, Ints]:
    """Return the arrays of a record as flat columns."""
    found: dict[str, Ints] = {}
    for field in fields(record):
        values = getattr(record, field.name)
        if values.ndim == 1:
            found[field.name] = values
        else:
            found |= {f"{field.name}_{k}": np.ascontiguousarray(values[:, k]) for k in range(values.shape[1])}
    return found


def _seconds(call: Callable[[], Any]) -> float:
    call()
    taken = []
    for _ in range(REPEATS):
        begin = time.process_time()
        call()
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def _seconds_of_parquet(columns: dict[str, Any]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        pq.write_table(pa.table(columns), path, compression="zstd")

        def read() -> list[Any]:
            return [column.to_numpy() for column in pq.read_table(path, use_threads=False).columns]

        return _seconds(read)


def main() -> int:
    """Measure and print; return 0."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    options = parser.parse_args()
    found = measure(options.rows)
    if options.json:
        print(json.dumps(found, indent=1))
        return 0
    show(found)
    return 0


def show(found: dict[str, Any]) -> None:
    """Print what was measured."""
    table = Table(title=f"{found['rows']:,} rows, one thread, processor seconds, median of {REPEATS}")
    for name in ("", "rows/s", "seconds", "reading Parquet, s", "× reading"):
        table.add_column(name, justify="right")
    for name in ("headers", "lines"):
        one = found[name]
        table.add_row(name, f"{one['rows_per_second']:,}", f"{one['seconds']:.3f}", f"{one['parquet_seconds']:.3f}",
                      f"{one['parquet_ratio']:.2f}")  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    raise SystemExit(main())
