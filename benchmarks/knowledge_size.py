"""What a quarter of a million knowledge points cost: ``python -m benchmarks.knowledge_size``.

The points of the shipped tables are repeated for invented items until there are as many as asked for. A province is
received once; then all of it is screened with the shipped points and with all of them. Both have to find the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.measure import Watch
from lianshen.config import Settings
from lianshen.content import FOLDERS, content_root
from lianshen.knowledge.checking import check_knowledge
from lianshen.knowledge.tables import KnowledgeTable, knowledge_files, knowledge_tables

POINTS = 250_000
SETTLEMENTS = 2_000
BATCH = "MANY"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.knowledge_size", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=POINTS)
    parser.add_argument("--settlements", type=int, default=SETTLEMENTS, help="Of each of two nights.")
    parser.add_argument("--folder", type=Path, default=Path("var/benchmarks/knowledge"))
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    options = parser.parse_args(arguments)
    found = measure(options.folder, options.points, options.settlements)
    if options.json:
        print(json.dumps(found, indent=1))
        return
    print(f"{found['points']:,} points in {found['rows']:,} rows and {found['megabytes']:.0f} MB of CSV; "
          f"{found['settlements']:,} settlements, {found['lines']:,} lines")  # fmt: skip
    for name, cost in found["steps"].items():
        print(f"{name:<28} {cost['seconds']:8.2f} s {cost['cpu_seconds']:8.2f} processor s {cost['peak_mb']:8,.0f} MB")
    print(f"screening takes {found['ratio']:.2f} times as long, {found['ratio_cpu']:.2f} in processor time")
    for rule, error in found["failed"].items():
        print(f"{rule} failed: {error}")
    print("slowest: " + ", ".join(f"{rule} +{seconds:.2f} s" for rule, seconds in found["slower"].items()))


def measure(folder: Path, points: int, settlements: int) -> dict[str, Any]:
    """Return sizes, the cost of each step, and the ratio of screening with all points to with the shipped ones."""
    from lianshen.warehouse import marts
    from lianshen_flows import steps
    from lianshen_flows.nightly import run_nights

    watch = Watch()
    folder = folder.resolve()
    few, many = folder / "few", folder / "many"
    for content in (few, many):
        shutil.rmtree(content, ignore_errors=True)
        for name in FOLDERS:
            shutil.copytree(content_root() / name, content / name)
    rows = multiply(many, points)
    landing, home = _province(folder, settlements), folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    homes = {"home": home, "landing": landing, "threads": 2}
    with steps.open_workshop(Settings(content=few, **homes)) as workshop:
        run_nights(workshop, at_once=True)
        sizes = workshop.connection.execute(
            "SELECT (SELECT COUNT(*) FROM mart.settlement), (SELECT COUNT(*) FROM mart.fee_line)"
        ).fetchone()
    runs: dict[str, dict[str, Any]] = {}
    failed: dict[str, str] = {}
    for label, content in (("few", few), ("many", many), ("few again", few), ("many again", many)):
        with ExitStack() as stack:
            opening = steps.open_workshop(Settings(content=content, **homes))
            opened = watch.timed(f"open with {label}", partial(stack.enter_context, opening))
            marts.clear_touched(opened.connection)
            marts.touch_everything(opened.connection)
            steps.look_again(opened)
            done = watch.timed(f"screen with {label}", partial(steps.screen, opened, "benchmark"))
            marts.clear_touched(opened.connection)
        failed |= {run.rule_id: run.error for run in done if run.error}
        runs[label] = {run.rule_id: run for run in done}
    for rule in runs["few"].keys() - failed.keys():
        assert runs["few"][rule].findings == runs["many"][rule].findings, rule
    with ExitStack() as stack:
        opening = steps.open_workshop(Settings(content=many, **homes))
        watch.timed("open, nothing changed", partial(stack.enter_context, opening))
    problems = watch.timed("check", lambda: check_knowledge(many))
    assert not [problem for problem in problems if problem.severity == "error"]
    least = {
        kind: {
            k: min(watch.steps[f"screen with {kind}"][k], watch.steps[f"screen with {kind} again"][k])
            for k in ("seconds", "cpu_seconds")
        }
        for kind in ("few", "many")
    }
    slower = sorted(
        ((rule, runs["many again"][rule].seconds - run.seconds) for rule, run in runs["few again"].items()),
        key=lambda one: -one[1],
    )
    size = sum(path.stat().st_size for paths in knowledge_files(many / "knowledge").values() for path in paths)
    return {
        "points": points,
        "rows": rows,
        "megabytes": size / 1e6,
        "settlements": (sizes or (0, 0))[0],
        "lines": (sizes or (0, 0))[1],
        "steps": watch.steps,
        "ratio": least["many"]["seconds"] / least["few"]["seconds"],
        "ratio_cpu": least["many"]["cpu_seconds"] / least["few"]["cpu_seconds"],
        "slower": dict(slower[:5]),
        "failed": failed,
    }


def _province(folder: Path, settlements: int) -> Path:
    from lianshen.province import generate

    made = folder / f"province-{settlements}"
    if not (made / "complete").exists():
        shutil.rmtree(made, ignore_errors=True)
        generate(
            made,
            seed=20261101,
            nights=2,
            settlements_per_night=settlements,
            start=date(2026, 11, 1),
            format="parquet",
            dirty=0.0,
        )
        (made / "complete").touch()
    return made / "landing" if (made / "landing").is_dir() else made


def multiply(content: Path, points: int) -> int:
    """Add parts to a content folder until its tables have ``points`` points; return how many rows they have.

    Each new point is a shipped one with other items: codes of the same form that no bill has.
    """
    tables, files = knowledge_tables(content / "sql"), knowledge_files(content / "knowledge")
    listed = {row["hilist_code"] for row in _rows(files["demo_catalogue"])}
    samples = []
    have = rows = 0
    for name, table in tables.items():
        shipped = _points(table, files.get(name, []))
        have += len(shipped)
        rows += sum(len(point) for point in shipped)
        if table.has_points and table.naming("item"):
            samples += [(table, point) for point in shipped]
    made: dict[str, list[dict[str, str]]] = {}
    for number, (table, point) in zip(range(max(0, points - have)), cycle(samples), strict=False):
        added = [_moved(table, row, number, index) for index, row in enumerate(point)]
        if any(row[column] in listed for row in added for column in table.naming("item")):
            continue
        made.setdefault(table.name, []).extend(added)
        rows += len(added)
    for name, added in made.items():
        part = content / "knowledge" / name / f"{BATCH}.csv"
        part.parent.mkdir(exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(added[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(added)
    return rows


def _points(table: KnowledgeTable, paths: list[Path]) -> list[list[dict[str, str]]]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in _rows(paths):
        grouped.setdefault(row.get("kp_id", ""), []).append(row)
    return list(grouped.values()) if "kp_id" in table.by_name else []


def _rows(paths: list[Path]) -> Iterator[dict[str, str]]:
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _moved(table: KnowledgeTable, row: dict[str, str], number: int, index: int) -> dict[str, str]:
    """Return a row under a new id whose items end in other digits."""
    new = {**row, "kp_id": f"{BATCH}-{number}", "batch": BATCH}
    for name in table.naming("item"):
        if row[name]:
            # Every national format ends in six digits, patent medicines in letters too.
            new[name] = f"{row[name][:-6]}{(number * 16 + index) % 1_000_000:06d}"
    return new


if __name__ == "__main__":
    main()
