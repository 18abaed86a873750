"""The wheel works outside the checkout: packages, SQL, policies and knowledge travel in it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {"lianshen", "lianshen_flows", "lianshen_models", "lianshen_dashboards"}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    site = folder / "site"
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    return site


def run_outside(site: Path, code: str, cwd: Path) -> str:
    """Run ``code`` with the wheel and the locked dependencies, but without the checkout's editable install."""
    # A folder on PYTHONPATH is searched, but the .pth files in it, the editable install's among them, are not read.
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LIANSHEN_")},
        "PYTHONPATH": os.pathsep.join([str(site), sysconfig.get_paths()["purelib"]]),
    }
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run([base, "-c", code], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_wheel_installs_only_packages_with_names_of_our_own(unpacked: Path) -> None:
    found = {path.name for path in unpacked.iterdir() if path.is_dir() and not path.name.endswith(".dist-info")}
    assert found == TOP


def test_the_content_travels_in_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    found = run_outside(unpacked, "from lianshen.content import content_root; print(content_root())", tmp_path)
    assert Path(found) == unpacked / "lianshen" / "_content"


def test_the_rules_can_be_read_outside_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    code = (
        "from lianshen.content import content_root\nfrom lianshen.rules import load_rules\n"
        "print(len(load_rules(content_root())))"
    )
    assert int(run_outside(unpacked, code, tmp_path)) >= 20


def test_the_casebook_is_migrated_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    code = (
        "from lianshen.cases import open_casebook\nimport sqlalchemy as sa\n"
        "engine = open_casebook('sqlite:///casebook.sqlite')\nprint(len(sa.inspect(engine).get_table_names()))"
    )
    assert int(run_outside(unpacked, code, tmp_path)) > 5


def test_every_command_says_what_it_does_outside_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    # Entry points are read from the wheel's own metadata, so flows, models and pages add their commands too.
    out = run_outside(
        unpacked, "import sys; sys.argv = ['lianshen', '--help']\nfrom lianshen.cli import main; main()", tmp_path
    )
    for command in ("night", "demo", "serve", "models", "rules", "doctor"):
        assert command in out
