"""What the models cost: features and scores of a million settlements, and of a night of 150,000.

``python -m benchmarks.models``. The models are trained on a province of about 40,000 settlements; a warehouse of that
province beside copies of itself is then scored whole, as after a promotion, and once more for what one night touched.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.library_warehouse import BASE_LINES, NIGHTS, multiply
from benchmarks.measure import Watch
from benchmarks.run import child, fresh, machine

SETTLEMENTS, A_NIGHT = 1_000_000, 150_000
WANTED = {"all": (180.0, 4_000.0), "night": (30.0, None)}
"""Seconds, and megabytes where they are bounded, for a million settlements and for a night, on two cores."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 0."""
    options = _parse(arguments)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    common = {"threads": options.threads, "memory_limit": options.memory_limit}
    base = _base(options, folder, common)
    document: dict[str, Any] = {"machine": machine(options), "trained": child("models_train", base, common)}
    copies = max(1, -(-options.settlements // document["trained"]["settlements"]))
    warehouse = folder / f"models-{copies}.duckdb"
    document["copied"] = child("models_copies", warehouse, {**common, "base": str(base), "copies": copies})
    document["all"] = child("models_all", warehouse, {**common, "models": str(base / "models")})
    document["night"] = child(
        "models_night", warehouse, {**common, "models": str(base / "models"), "settlements": options.night}
    )
    if not options.keep:
        warehouse.unlink()
    if options.json:
        print(json.dumps(document, indent=1))
    else:
        _print(document)
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.models", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--settlements", type=int, default=SETTLEMENTS, help="Settlements of the whole warehouse.")
    parser.add_argument("--night", type=int, default=A_NIGHT, help="Settlements that a night touches, at the most.")
    parser.add_argument("--lines", type=int, default=BASE_LINES, help="Fee lines of the province that is copied.")
    parser.add_argument("--folder", type=Path, default=Path("var/benchmarks/models"))
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--memory-limit", default="1500MB", help="DuckDB's limit; the models' arrays come on top.")
    parser.add_argument("--keep", action="store_true", help="Keep the copied warehouse.")
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    return parser.parse_args(arguments)


def _base(options: argparse.Namespace, folder: Path, common: dict[str, Any]) -> Path:
    """Return the home of the province, received and settled in when it is not there yet."""
    home = folder / f"base-{options.lines}"
    if not (home / "complete").exists():
        child("generate", fresh(home), {"lines": options.lines, "nights": NIGHTS, "format": "parquet"})
        child("models_base", home, {**common, "landing": str(home / "landing")})
        (home / "complete").touch()
    return home


def make_base(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Receive, check and settle in every night, and derive the marts: all that models read."""
    from lianshen.config import Settings
    from lianshen_flows import steps

    watch = Watch()
    settings = Settings(
        home=home, landing=Path(options["landing"]), threads=options["threads"], memory_limit=options["memory_limit"]
    )
    with steps.open_workshop(settings) as workshop:
        for package in steps.all_packages(workshop):
            staged = watch.do(steps.receive, workshop, package)
            watch.do(steps.check, workshop, staged)
            watch.do(steps.settle_in, workshop, staged)
        watch.do(steps.look_again, workshop)
        watch.do(steps.clear_touched, workshop)
    return {"steps": watch.steps}


def train(home: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Train every model on all days of the province; return what each cost."""
    from lianshen.anomaly import ModelStore, TooFewRows
    from lianshen.anomaly.subject_training import train_model
    from lianshen_models.catalogue import MODELS

    watch, silent = Watch(), {}
    con = _open(home / "warehouse.duckdb", options)
    until = con.execute("SELECT MAX(setl_date) + 1 FROM mart.settlement").fetchall()[0][0]
    # Champions of other code would be compared with, which is not what is timed.
    store = ModelStore(fresh(home / "models"))
    for model in MODELS:
        try:
            watch.timed(model.id, lambda model=model: train_model(con, model, store, until=until))
        except TooFewRows as error:
            silent[model.id] = str(error)
    many = con.execute("SELECT COUNT(*) FROM profile.bill").fetchall()[0][0]
    con.close()
    return {"steps": watch.steps, "silent": silent, "settlements": int(many)}


def copy(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Write the province beside copies of itself, with the columns that features read."""
    return multiply(
        Path(options["base"]) / "warehouse.duckdb", warehouse, options["copies"], options["memory_limit"],
        feature_columns(),
    )  # fmt: skip


def feature_columns() -> frozenset[str]:
    """Return every word of the feature views: the columns of fee lines among them are kept."""
    from lianshen.content import content_root

    views = (content_root() / "sql" / "features").glob("*.sql")
    return frozenset(word for view in views for word in re.findall(r"[a-z_0-9]+", view.read_text(encoding="utf-8")))


def score_all(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Compute the features of the whole warehouse and score it with every model."""
    from lianshen.anomaly.nights import score_models
    from lianshen.anomaly.profiles import refresh_profiles

    watch, (store, models) = Watch(), _models(options)
    con = _open(warehouse, options)
    con.execute("DELETE FROM work.touched_settlement")
    many = watch.timed("features", lambda: refresh_profiles(con))
    con.begin()
    run = watch.timed("scores", lambda: score_models(con, store, models, threads=options["threads"]))
    con.commit()
    con.execute("CHECKPOINT")
    con.close()
    return {"steps": watch.steps, "settlements": many, "models": run.summary()}


def score_night(warehouse: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Compute and score anew what a night touched: the last day's settlements, as many as are asked for."""
    from lianshen.anomaly.nights import score_models

    watch, (store, models) = Watch(), _models(options)
    con = _open(warehouse, options)
    touched = con.execute(
        "INSERT INTO work.touched_settlement SELECT setl_id FROM profile.bill ORDER BY setl_date DESC, setl_id LIMIT ?",
        [options["settlements"]],
    ).fetchall()[0][0]
    con.begin()
    run = watch.timed("scores", lambda: score_models(con, store, models, threads=options["threads"]))
    con.commit()
    con.close()
    return {"steps": watch.steps, "settlements": int(touched), "models": run.summary()}


def _open(warehouse: Path, options: dict[str, Any]) -> Any:
    from lianshen.warehouse import open_warehouse

    return open_warehouse(warehouse, memory_limit=options["memory_limit"], threads=options["threads"])


def _models(options: dict[str, Any]) -> tuple[Any, Any]:
    from lianshen.anomaly import ModelStore
    from lianshen_models.catalogue import MODELS

    return ModelStore(Path(options["models"])), MODELS


def _print(document: dict[str, Any]) -> None:
    console = Console(width=120)
    for phase, (seconds, megabytes) in WANTED.items():
        found = document[phase]
        table = Table(title=f"{phase}: {found['settlements']:,} settlements")
        for name in ("step", "seconds", "processor s", "peak MB"):
            table.add_column(name, justify="left" if name == "step" else "right")
        for step, cost in found["steps"].items():
            table.add_row(step, f"{cost['seconds']:.1f}", f"{cost['cpu_seconds']:.1f}", f"{cost['peak_mb']:,.0f}")
        for run in found["models"]:
            said = "" if run["reason"] is None else f" ({str(run['reason'])[:60]})"
            table.add_row(f"  {run['model_id']}: {run['scored']:,} judged{said}", f"{run['seconds']:.1f}", "", "")
        console.print(table)
        total = sum(cost["seconds"] for cost in found["steps"].values())
        bound = f" and {megabytes:,.0f} MB" if megabytes else ""
        size = SETTLEMENTS if phase == "all" else A_NIGHT
        console.print(
            f"{total:.1f} s, {found['peak_mb']:,} MB at the most; wanted for {size:,} settlements on two cores: "
            f"{seconds:.0f} s{bound}"
        )
    for reason in document["trained"]["silent"].values():
        console.print(f"silent: {reason}")


if __name__ == "__main__":
    sys.exit(main())
