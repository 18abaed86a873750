"""Serve the synthetic casebook for looking at: ``python -m tests.dashboards.serve FOLDER PORT``."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

sys.path.insert(0, str(Path(__file__).parent))
import kinds  # noqa: E402
import seed  # noqa: E402

from lianshen_dashboards.app import create_app  # noqa: E402

if __name__ == "__main__":
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    book = seed.seed(folder / "casebook.sqlite")
    uvicorn.run(create_app(book, None, kinds.RULE_NAMES), port=port, log_level="warning")
