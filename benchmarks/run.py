"""Runs the phases one after the other, each in a process of its own, and prints them as ratios to one scan.

Nothing here decides whether a figure is good: ``README.md`` says how to read them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import settlement_speed
from benchmarks.floor import scan

NIGHTS = 8
SIZES = (1_000_000,)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 0."""
    options = _parse(arguments)
    document: dict[str, Any] = {"machine": machine(options), "sizes": []}
    document["settlement_core"] = child("settlement", options.folder, {})
    if not options.json:
        settlement_speed.show(document["settlement_core"])
    for lines in options.lines:
        document["sizes"].append(_one_size(options, lines))
        if not options.json:
            _print_size(document["sizes"][-1])
    if options.json:
        print(json.dumps(document, indent=1))
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, nargs="+", default=list(SIZES), help="Fee lines, e.g. 1000000 10000000.")
    parser.add_argument(
        "--folder", type=Path, default=Path("var/benchmarks"), help="Keeps the provinces for next time."
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--memory-limit", default="4GB", help="DuckDB's limit.")
    parser.add_argument("--no-csv", action="store_true", help="Leave out receiving the same province as CSV.")
    parser.add_argument("--no-pandas", action="store_true", help="Leave out the same rules in pandas.")
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    return parser.parse_args(arguments)


def _one_size(options: argparse.Namespace, lines: int) -> dict[str, Any]:
    folder = options.folder / str(lines)
    phases: dict[str, Any] = {}
    landing = _province(options, folder, lines, "parquet", phases)
    floors = [scan(landing, options.threads)]
    home = fresh(folder / "home")
    common = {"landing": str(landing), "threads": options.threads, "memory_limit": options.memory_limit}
    for phase in ("history", "model", "last_night"):
        phases[phase] = child(phase, home, common)
    if not options.no_pandas:
        phases["pandas"] = child("pandas", home, {})
    if not options.no_csv:
        csv = _province(options, folder, lines, "csv", phases)
        for name, source in (("ingest_parquet", landing), ("ingest_csv", csv)):
            phases[name] = child("ingest", fresh(folder / "ingest"), {**common, "landing": str(source)})
    # Once more at the end: the lesser of the two is nearer to an idle machine's.
    floors.append(scan(landing, options.threads))
    floor = {
        "floor_seconds": round(min(one.seconds for one in floors), 4),
        "floor_cpu_seconds": round(min(one.cpu_seconds for one in floors), 4),
    }
    return {"lines_asked_for": lines, **floor, "phases": phases}


def _province(options: argparse.Namespace, folder: Path, lines: int, kind: str, phases: dict[str, Any]) -> Path:
    """Return the landing folder of the province, made when it is not there yet."""
    made = folder / f"province-{kind}"
    if not (made / "complete").exists():
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        phases[f"generate_{kind}"] = child("generate", made, {"lines": lines, "nights": NIGHTS, "format": kind})
        (made / "complete").touch()
    return made / "landing" if (made / "landing").is_dir() else made


def child(phase: str, home: Path, options: dict[str, Any], *, may_fail: bool = False) -> dict[str, Any]:
    """Run a phase in a process of its own; of one that may fail, return the last line of why it did."""
    command = [sys.executable, "-m", "benchmarks.child", phase, str(home), json.dumps(options)]
    print(f"… {phase} {home}", file=sys.stderr)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and may_fail:
        return {"failed": (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]}
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(f"benchmarks: phase {phase} failed, see above")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def fresh(folder: Path) -> Path:
    """Return the folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def machine(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "processors": os.cpu_count(),
        "threads": options.threads,
        "memory_limit": options.memory_limit,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "system": platform.platform(),
        "load_before": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def _print_size(size: dict[str, Any]) -> None:
    console = Console(width=120)
    floor, floor_cpu = size["floor_seconds"], size["floor_cpu_seconds"]
    rows = size["phases"]["history"]["rows"]
    table = Table(
        title=f"{rows['lines']:,} fee lines, {rows['settlements']:,} settlements in the history; "
        f"one scan of the Parquet: {floor:.3f} s, {floor_cpu:.3f} processor s"
    )
    for name in ("phase", "step", "seconds", "processor s", "peak MB", "× scan", "× scan, proc.", "lines/s"):
        table.add_column(name, justify="left" if name in ("phase", "step") else "right")
    for phase, found in size["phases"].items():
        lines = found.get("rows", {}).get("lines")
        for step, cost in found.get("steps", {}).items():
            rate = f"{lines / cost['seconds']:,.0f}" if lines and cost["seconds"] else ""
            table.add_row(
                phase,
                step,
                f"{cost['seconds']:.2f}",
                f"{cost['cpu_seconds']:.2f}",
                f"{cost['peak_mb']:,.0f}",
                f"{cost['seconds'] / floor:.1f}",
                f"{cost['cpu_seconds'] / floor_cpu:.1f}",
                rate,
            )
        table.add_section()
    console.print(table)
    if "pandas" in size["phases"]:
        found = size["phases"]["pandas"]
        console.print(
            f"{found['rules']} rules: DuckDB {found['duckdb_seconds']:.2f} s, pandas {found['pandas_seconds']:.2f} s "
            f"({found['pandas_seconds'] / found['duckdb_seconds']:.1f} times), {found['findings']:,} findings in both"
        )
