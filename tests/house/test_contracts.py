"""The shape of the house: who may import whom, and what an import costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after ``statement``."""
    code = f"{statement}\nimport sys\nprint('\\n'.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_imports_go_downwards() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_settlement_core_needs_numpy_and_nothing_else_of_ours() -> None:
    loaded = loaded_by("import lianshen.settlement")
    assert "numpy" in loaded
    assert not loaded & {"duckdb", "prefect", "pydantic", "yaml", "pandas", "sqlalchemy", "sqlglot", "pyarrow"}


@pytest.mark.parametrize("heavy", ["prefect", "great_expectations", "sklearn", "dash", "sqlalchemy"])
def test_asking_for_help_does_not_load_what_only_a_command_needs(heavy: str) -> None:
    assert heavy not in loaded_by("from lianshen.cli import build_app\nbuild_app()")


def test_the_review_app_loads_no_flow_and_no_model_library() -> None:
    assert not loaded_by("import lianshen_dashboards.app") & {"prefect", "sklearn", "great_expectations"}


def test_nothing_in_the_tree_means_something_only_on_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    forbidden = ("/root/", "/home/")
    offenders = [
        name
        for name in listed
        if (ROOT / name).suffix in {".py", ".md", ".toml", ".yaml", ".sql", ".ipynb"} and (ROOT / name).is_file()
        if any(word in (ROOT / name).read_text(encoding="utf-8") for word in forbidden)
        if name != "tests/house/test_contracts.py"
    ]
    assert offenders == []
