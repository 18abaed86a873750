"""One phase in a process of its own, so that its memory is its own: ``python -m benchmarks.child PHASE HOME``.

Prints one JSON object. Imports are measured apart: a night pays them once, whatever its size.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measure import Watch, forget_peak, peak_mb

SEED = 20261101
FIRST_NIGHT = date(2026, 8, 1)
LINES_PER_SETTLEMENT = 28.0
"""About what the province makes; only decides how many settlements are asked for."""


def generate(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Make a province of about ``lines`` fee lines over ``nights`` nights, in ``format``."""
    from lianshen.province import generate as make_province

    watch = Watch()
    settlements = max(1, round(options["lines"] / LINES_PER_SETTLEMENT / options["nights"]))
    watch.timed(
        "generate",
        lambda: make_province(
            home,
            seed=SEED,
            nights=options["nights"],
            settlements_per_night=settlements,
            start=FIRST_NIGHT,
            format=options["format"],
            dirty=0.001,
        ),
    )
    return {"steps": watch.steps}


def history(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Receive every night but the last and screen them together, without a model yet."""
    from lianshen_flows import steps
    from lianshen_flows.nightly import run_nights

    watch = Watch()
    with steps.open_workshop(_settings(home, options)) as workshop:
        dates = sorted({package.business_date for package in steps.all_packages(workshop)})
        run_nights(workshop, dates[:-1], at_once=True, do=watch.do)
        return {"steps": watch.steps, "rows": _rows(workshop.connection)}


def model(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Train on the history, then score it all with the fresh champion."""
    from lianshen_flows import steps
    from lianshen_flows.train import train_all

    watch = Watch()
    with steps.open_workshop(_settings(home, options)) as workshop:
        cards = train_all(workshop, None, watch.do)
        run = watch.do(steps.score, workshop)
        return {"steps": watch.steps, "cards": cards, "scored": run.scored, "findings": run.findings}


def last_night(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Screen one more night on top of the history, with the model."""
    from lianshen_flows import steps
    from lianshen_flows.nightly import run_nights

    watch = Watch()
    with steps.open_workshop(_settings(home, options)) as workshop:
        before = _rows(workshop.connection)
        run_nights(workshop, None, at_once=True, do=watch.do)
        after = _rows(workshop.connection)
        return {"steps": watch.steps, "rows": {name: after[name] - before[name] for name in after}}


def ingest(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Only receive, check and settle in, every package: what the format of the files costs."""
    from lianshen_flows import steps

    watch = Watch()
    with steps.open_workshop(_settings(home, options)) as workshop:
        for package in steps.all_packages(workshop):
            staged = watch.do(steps.receive, workshop, package)
            watch.do(steps.check, workshop, staged)
            watch.do(steps.settle_in, workshop, staged)
        return {"steps": watch.steps, "rows": _rows(workshop.connection)}


def pandas(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Run the same rules in pandas over what the night's rules read, and hold the counts against each other."""
    from benchmarks.pandas_rules import run_all

    return run_all(home / "warehouse.duckdb", options)


def settlement(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Settle headers and split lines from arrays, on one core."""
    from benchmarks.settlement_speed import measure

    return measure()


def library_base(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Take the province of ``rule_library`` through the ordinary steps."""
    from benchmarks.library_warehouse import make_base

    return make_base(home, Path(options["landing"]), options["threads"], options["memory_limit"])


def library_copies(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Write the province beside copies of itself."""
    from benchmarks.library_warehouse import multiply

    return multiply(Path(options["base"]), warehouse, options["copies"], options["memory_limit"])


def library_floor(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Scan once what the rules read."""
    from benchmarks.library_screen import scan_library

    return scan_library(warehouse, options)


def library_screen(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Screen with every active rule."""
    from benchmarks.library_screen import screen_library

    return screen_library(warehouse, options)


def library_pandas(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Run the twenty rules in pandas, within a bound of memory."""
    from benchmarks.pandas_rules import run_all

    _bound_memory(options)
    return run_all(warehouse, options)


def library_polars(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Run the twenty rules in polars, within a bound of memory."""
    from benchmarks.polars_rules import run_all

    _bound_memory(options)
    return run_all(warehouse, options)


def models_base(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Receive and settle in the province of ``models``."""
    from benchmarks.models import make_base

    return make_base(home, options)


def models_train(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Train every model on it."""
    from benchmarks.models import train

    return train(home, options)


def models_copies(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Write it beside copies of itself."""
    from benchmarks.models import copy

    return copy(warehouse, options)


def models_all(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Score the whole warehouse."""
    from benchmarks.models import score_all

    return score_all(warehouse, options)


def models_night(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Score what a night touched."""
    from benchmarks.models import score_night

    return score_night(warehouse, options)


_ALL = (
    generate, history, model, last_night, ingest, pandas, settlement, library_base, library_copies, library_floor,
    library_screen, library_pandas, library_polars, models_base, models_train, models_copies, models_all, models_night,
)  # fmt: skip
_WITHOUT_IMPORTS = ("generate", "pandas", "settlement", "models_base", "models_copies")
PHASES = {phase.__name__: phase for phase in _ALL}


def _bound_memory(options: dict[str, Any]) -> None:
    """Let a peer that needs more than its share end itself, and not the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (options["address_space"], options["address_space"]))


def _settings(home: Path, options: dict[str, Any]) -> Any:
    from lianshen.config import Settings

    return Settings(
        home=home,
        landing=Path(options["landing"]),
        threads=options["threads"],
        memory_limit=options["memory_limit"],
    )


def _rows(con: Any) -> dict[str, int]:
    """Return how many fee lines and settlements the warehouse holds."""
    counts = {}
    for name, table in (("lines", "settled.fee_list_d"), ("settlements", "settled.setl_d")):
        counts[name] = int(con.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
    return counts


def _import_seconds() -> dict[str, float]:
    started = time.perf_counter()
    __import__("lianshen_flows.nightly")
    flows = time.perf_counter() - started
    started = time.perf_counter()
    __import__("great_expectations")
    __import__("sklearn.ensemble")
    __import__("skops.io")
    return {"flows": round(flows, 2), "quality_and_models": round(time.perf_counter() - started, 2)}


def main() -> None:
    """Run the phase and print what it cost."""
    phase, home, options = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    result: dict[str, Any] = {}
    if phase not in _WITHOUT_IMPORTS and not phase.startswith("library"):
        result["imports"] = _import_seconds()
    forget_peak()
    result["rss_before_mb"] = round(peak_mb())
    result |= PHASES[phase](home, options)
    result["peak_mb"] = round(max([peak_mb(), *(step["peak_mb"] for step in result.get("steps", {}).values())]))
    # On a line of its own: DuckDB may have drawn a progress bar.
    print("\n" + json.dumps(result, default=str))


if __name__ == "__main__":
    main()
