"""A folder of thoroughly bad packs: one run tells every mistake, with file, line, key and what to write instead."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lianshen.cli import build_app
from lianshen.policy import PolicyBook, PolicyError
from lianshen.policy.checking import check_folder

BAD = Path(__file__).parent / "bad"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """The bad packs, with one file in an old Chinese encoding and one that is called .yml."""
    folder = shutil.copytree(BAD, tmp_path / "policies")
    (folder / "broken" / "remote.yaml").write_bytes("reduction:\n  about: 成都\n".encode("gb18030"))
    (folder / "broken" / "outpatient.yml").touch()
    return folder


def told(folder: Path) -> list[str]:
    return (folder / "told.txt").read_text(encoding="utf-8").splitlines()


def test_one_check_tells_every_mistake_of_every_file(bad: Path) -> None:
    assert [str(problem) for problem in check_folder(bad).problems] == told(bad)


def test_loading_tells_the_same_but_for_the_examples(bad: Path) -> None:
    with pytest.raises(PolicyError) as refused:
        PolicyBook.load(bad)
    head, *lines = str(refused.value).splitlines()
    expected = [line for line in told(bad) if "/examples.yaml" not in line]
    assert [line.removeprefix("  ") for line in lines] == expected
    assert head == f"{bad}: {len(expected)} problem(s)"


def test_every_mistake_at_a_key_has_its_line(bad: Path) -> None:
    assert [problem for problem in check_folder(bad).problems if problem.key and not problem.line] == []


def test_the_check_as_json_lists_them_and_fails(bad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sql", "knowledge"):
        (bad.parent / name).mkdir()
    monkeypatch.setenv("LIANSHEN_CONTENT", str(bad.parent))
    result = CliRunner().invoke(build_app(), ["policy", "check", "--json"])
    found = json.loads(result.output)
    assert result.exit_code == 1
    assert len(found["problems"]) == len(told(bad))
    assert found["problems"][0].keys() == {"file", "line", "key", "text"}
