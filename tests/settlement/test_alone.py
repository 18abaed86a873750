"""The core alone: another program installs the package and imports nothing but this."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {"duckdb", "pyarrow", "pandas", "polars", "prefect", "sqlalchemy", "pydantic", "yaml", "sqlglot", "typer",
         "rich", "sklearn", "great_expectations"}  # fmt: skip


def fresh(code: str, tmp_path: Path) -> str:
    """Run ``code`` in a new interpreter outside the checkout."""
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_core_imports_numpy_and_nothing_else(tmp_path: Path) -> None:
    code = """
import json, sys
before = set(sys.modules)
import lianshen.settlement
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(new - set(sys.stdlib_module_names))))
print(json.dumps(sorted(name for name in sys.modules if name.startswith("lianshen."))))
"""
    packages, modules = (json.loads(line) for line in fresh(code, tmp_path).splitlines())
    assert set(packages) - {"lianshen", "numpy"} == {name for name in packages if name.startswith("_")}
    assert not HEAVY & set(packages)
    assert all(name.startswith("lianshen.settlement") for name in modules)


def test_the_core_settles_with_every_other_library_missing(tmp_path: Path) -> None:
    code = f"""
import sys
for name in {sorted(HEAVY)!r}:
    sys.modules[name] = None
from lianshen.settlement import Terms, explain, settle, yuan
settled = settle(2_050_000, Terms.of(1, deductible=100_000, ratio=8_500, reduction_points=1_000), total=2_430_000)
print(yuan(int(settled.fund[0])), len(explain(settled)))
"""
    assert fresh(code, tmp_path).split()[0] == "14625.00"
