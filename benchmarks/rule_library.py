"""What screening a whole warehouse with every active rule costs: ``python -m benchmarks.rule_library``.

At about 1, 10 and 100 million fee lines: time, processor time and memory as a ratio to one scan of the same columns; a
night in which one copy of the province was touched; and twenty of the rules in SQL, pandas and polars.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.library_warehouse import BASE_LINES, NIGHTS
from benchmarks.run import child, fresh, machine

COPIES = (1, 9, 90)
"""Of 1.1 million lines each."""
GIGABYTE = 1 << 30


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 0."""
    options = _parse(arguments)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    base = _base(options, folder)
    document: dict[str, Any] = {"machine": machine(options), "sizes": []}
    for copies in options.copies:
        warehouse = folder / f"copies-{copies}.duckdb"
        size: dict[str, Any] = {"copies": copies}
        if not warehouse.exists():
            made = {"base": str(base), "copies": copies, "memory_limit": options.memory_limit}
            size["copied"] = child("library_copies", warehouse, made)
        common = {"threads": options.threads, "memory_limit": options.memory_limit}
        size["floor"] = child("library_floor", warehouse, common)
        size["all"] = child("library_screen", warehouse, {**common, "slices": _slices(copies, options.at_once)})
        if copies > 1:
            size["one"] = child("library_screen", warehouse, {**common, "slices": [[copies - 1]]})
        for peer in options.peers:
            bound = {**common, "address_space": options.peer_memory * GIGABYTE}
            size[peer] = child(f"library_{peer}", warehouse, bound, may_fail=True)
        document["sizes"].append(size)
        if not options.json:
            _print_size(size)
        if not options.keep:
            warehouse.unlink()
    if options.json:
        print(json.dumps(document, indent=1))
    else:
        _print_growth(document["sizes"])
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.rule_library", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--copies", type=int, nargs="+", default=list(COPIES), help="Provinces of 1.1 million lines.")
    parser.add_argument("--at-once", type=int, default=9, help="Copies screened in one go; more in slices of as many.")
    parser.add_argument("--folder", type=Path, default=Path("var/benchmarks/library"))
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--memory-limit", default="4GB", help="DuckDB's limit.")
    parser.add_argument("--peers", nargs="*", default=["pandas", "polars"], choices=["pandas", "polars"])
    parser.add_argument("--peer-memory", type=int, default=16, help="GiB of address space that a peer may use.")
    parser.add_argument("--keep", action="store_true", help="Keep the copied warehouses for next time.")
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    return parser.parse_args(arguments)


def _base(options: argparse.Namespace, folder: Path) -> Path:
    """Return the province's warehouse, made by the ordinary steps when it is not there yet."""
    home = folder / "base"
    if not (home / "complete").exists():
        province = folder / f"province-{BASE_LINES}"
        if not (province / "complete").exists():
            made = {"lines": BASE_LINES, "nights": NIGHTS, "format": "parquet"}
            child("generate", fresh(province), made)
            (province / "complete").touch()
        common = {"threads": options.threads, "memory_limit": options.memory_limit}
        child("library_base", fresh(home), {**common, "landing": str(province / "landing")})
        (home / "complete").touch()
    return home / "warehouse.duckdb"


def _slices(copies: int, at_once: int) -> list[list[int]] | None:
    """Return the copies that are touched together; None where all are."""
    if copies <= at_once:
        return None
    return [list(range(first, min(first + at_once, copies))) for first in range(0, copies, at_once)]


def _print_size(size: dict[str, Any]) -> None:
    console, whole, floor = Console(width=120), size["all"], size["floor"]
    table = Table(
        title=f"{whole['lines']:,} fee lines; one scan of {floor['columns']} columns of {floor['tables']} tables: "
        f"{floor['seconds']:.2f} s, {floor['cpu_seconds']:.2f} processor s"
    )
    for name in ("what", "settlements", "seconds", "processor s", "× scan, proc.", "peak MB", "findings"):
        table.add_column(name, justify="left" if name == "what" else "right")
    for name, label in (("all", f"{whole['rules']} rules, all touched"), ("one", "one copy touched")):
        if name in size:
            cost = size[name]["steps"]["screen"]
            table.add_row(
                label,
                f"{size[name]['settlements']:,}",
                f"{cost['seconds']:.1f}",
                f"{cost['cpu_seconds']:.1f}",
                f"{cost['cpu_seconds'] / floor['cpu_seconds']:.0f}",
                f"{cost['peak_mb']:,.0f}",
                f"{size[name]['findings']:,}",
            )
    for peer in ("pandas", "polars"):
        if peer not in size:
            continue
        if "failed" in size[peer]:
            table.add_row(f"twenty rules, {peer}", "", "", "", "", "", str(size[peer]["failed"])[-60:])
            continue
        for step in ("duckdb", "load", peer):
            cost = size[peer]["steps"][step]
            ratio = f"{cost['cpu_seconds'] / floor['cpu_seconds']:.0f}"
            figures = (f"{cost['seconds']:.1f}", f"{cost['cpu_seconds']:.1f}", ratio, f"{cost['peak_mb']:,.0f}")
            table.add_row(f"twenty rules, {step} (beside {peer})", "", *figures, f"{size[peer]['findings']:,}")
    console.print(table)
    dearest = list(whole["by_rule"].items())[:10]
    console.print("dearest: " + ", ".join(f"{rule} {seconds:.1f} s" for rule, seconds in dearest))
    for rule, error in whole["failed"].items():
        console.print(f"{rule} failed: {error}")


def _print_growth(sizes: list[dict[str, Any]]) -> None:
    for less, more in pairwise(sizes):
        old, new = less["all"], more["all"]
        lines = new["lines"] / old["lines"]
        cost = new["steps"]["screen"]["cpu_seconds"] / old["steps"]["screen"]["cpu_seconds"]
        scan = more["floor"]["cpu_seconds"] / less["floor"]["cpu_seconds"]
        print(f"{lines:.1f} times the lines: scan {scan:.1f}, library {cost:.1f} times the processor seconds")
        grown = {
            rule: seconds / old["by_rule"][rule]
            for rule, seconds in new["by_rule"].items()
            if seconds > 1 and old["by_rule"].get(rule, 0) > 0.05 and seconds / old["by_rule"][rule] > 1.2 * lines
        }
        print("grew more: " + (", ".join(f"{rule} {times:.0f} times" for rule, times in grown.items()) or "none"))
        odd = [
            rule
            for rule, count in new["findings_by_rule"].items()
            if count * less["copies"] != old["findings_by_rule"].get(rule, 0) * more["copies"]
        ]
        print("findings are not in proportion to the copies: " + (", ".join(odd) or "of no rule"), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
