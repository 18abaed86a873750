"""What a model's fingerprint takes in: its own code and the library's behind it, and no more."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lianshen.anomaly import code


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a package of a model that takes its limits from a library and the day from elsewhere."""
    folder = tmp_path / "toy_models"
    folder.mkdir()
    imports = "from toy_models.funnel import LIMIT\nfrom toy_days import TODAY\n"
    for name, text in {"__init__": "", "model": imports, "funnel": "LIMIT = 3\n", "unused": "X = 1\n"}.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "toy_days.py").write_text("TODAY = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("toy_models")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(code, "COUNTED", ("toy_models.",))
    return folder


def fingerprint() -> str:
    code.code_fingerprint.cache_clear()
    code._tree.cache_clear()
    return code.code_fingerprint("toy_models.model")


def test_a_comment_and_a_module_that_is_not_used_change_nothing(package: Path) -> None:
    before = fingerprint()
    (package / "funnel.py").write_text("# why three\nLIMIT = 3\n", encoding="utf-8")
    (package / "unused.py").write_text("X = 2\n", encoding="utf-8")
    (package.parent / "toy_days.py").write_text("TODAY = 2\n", encoding="utf-8")
    assert fingerprint() == before


def test_another_limit_in_the_library_behind_a_model_is_another_model(package: Path) -> None:
    before = fingerprint()
    (package / "funnel.py").write_text("LIMIT = 4\n", encoding="utf-8")
    assert fingerprint() != before
