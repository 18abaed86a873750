"""Back-tests that were kept: one JSON file each, for the pages and for the pull request that changes a rule."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lianshen.rules.backtest_result import Comparison


def as_dict(found: Comparison) -> dict[str, Any]:
    """Return everything as plain values; amounts as text in yuan."""
    plain = json.loads(json.dumps(asdict(found), default=str))
    for trial, shown in zip(found.trials, plain["trials"], strict=True):
        shown |= {"hours": round(trial.hours, 1), "precision_low": trial.precision_low}
    return dict(plain)


def keep(found: Comparison, folder: Path, at: datetime) -> Path:
    """Write a back-test into ``folder``; the name says rule, period and moment."""
    folder.mkdir(parents=True, exist_ok=True)
    rule = found.trials[0].rule_id
    path = folder / f"{rule}_{found.since}_{found.until}_{at:%Y%m%dT%H%M%S}.json"
    body = {"made_at": at.isoformat(timespec="seconds"), **as_dict(found)}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def kept(folder: Path, rule_id: str | None = None) -> list[dict[str, Any]]:
    """Return the kept back-tests, of one rule or of all, newest first; a file that is no back-test is passed over."""
    found = []
    for path in sorted(folder.glob(f"{rule_id or '*'}_*.json")) if folder.is_dir() else []:
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if isinstance(body, dict) and body.get("trials") and "made_at" in body:
            found.append({**body, "name": path.stem})
    return sorted(found, key=lambda body: str(body["made_at"]), reverse=True)
