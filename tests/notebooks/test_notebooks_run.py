"""The notebooks run on a small province, draw without a complaint, and are stored without what they drew."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from support.small_province import homes_after_each_night

from lianshen.content import content_root

FOLDER = content_root() / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))
PLOTS = {"01_from_landing_to_case.ipynb": 4, "02_explore_findings.ipynb": 6}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of an installation that screened a small province."""
    home = tmp_path_factory.mktemp("notebooks") / "home"
    shutil.copytree(homes_after_each_night(tmp_path_factory)[-1], home)
    return home


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_on_a_small_province_and_draws_without_a_complaint(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANSHEN_HOME", str(home))
    notebook = nbformat.read(FOLDER / name, as_version=4)
    NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []
    plots = [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    assert len(plots) == PLOTS[name]
    assert min(len(base64.b64decode(plot)) for plot in plots) > 5000, "a plot is all but empty"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_stored_without_outputs(name: str) -> None:
    notebook = nbformat.read(FOLDER / name, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert [cell.execution_count for cell in code] == [None] * len(code)


def test_the_readme_lists_every_notebook() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert NOTEBOOKS
    assert [name for name in NOTEBOOKS if name not in readme] == []
