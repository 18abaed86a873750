"""The book of the repository, and a way to write a pack of one's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lianshen.content import content_root
from lianshen.policy import PolicyBook

POLICIES = content_root() / "policies"


@pytest.fixture(scope="session")
def book() -> PolicyBook:
    return PolicyBook.load(POLICIES)


@pytest.fixture
def own_packs(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that copies Chengdu's pack, replaces texts in one of its files and returns the folder."""

    def copy(file: str, *replace: tuple[str, str]) -> Path:
        folder = tmp_path / "policies"
        shutil.copytree(POLICIES / "chengdu", folder / "chengdu")
        path = folder / "chengdu" / file
        text = path.read_text(encoding="utf-8")
        for old, new in replace:
            assert old in text, f"{old!r} is not in {file}"
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return folder

    return copy
