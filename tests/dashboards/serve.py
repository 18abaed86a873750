"""Serve the synthetic casebook for looking at: ``PYTHONPATH=tests python -m dashboards.serve FOLDER PORT``."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from dashboards.kinds import RULE_NAMES
from dashboards.seed import seed

from lianshen.rules.catalogue import rule_texts
from lianshen_dashboards.app import create_app


def main(folder: Path, port: int) -> None:
    """Seed a casebook in the folder and serve it until interrupted."""
    book = seed(folder / "casebook.sqlite")
    uvicorn.run(create_app(book, folder / "published", RULE_NAMES, rule_texts()), port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
