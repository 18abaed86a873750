"""What the reader of packs refuses, each with a message that names the file and the parameter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lianshen.policy import PolicyBook, PolicyError, PolicyGap
from lianshen.policy.checking import check_examples

Packs = Callable[..., Path]


def test_a_pack_as_written_is_read(own_packs: Packs) -> None:
    book = PolicyBook.load(own_packs("chronic.yaml"))
    assert book.pools == ["5101"]
    assert check_examples(book) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("inpatient.yaml", '"160.00", primary', "160.00, primary", "160.0 (float): write amounts in quotes"),
        ("inpatient.yaml", '"160.00", primary', "null, primary", "None (null): write amounts in quotes"),
        ("inpatient.yaml", '"160.00", primary', '"160.005", primary', "at most 2 decimals"),
        ("inpatient.yaml", '"160.00", primary', '"unlimited", primary', "'unlimited' is no number"),
        ("inpatient.yaml", '"0.95"', '"1.05"', "a share is not negative, in range"),
        ("inpatient.yaml", "secondary: ", "second: ", "exactly these keys are wanted: community, primary"),
        ("inpatient.yaml", "unit: money", "unit: share", "unit is share, it must be money"),
        ("inpatient.yaml", "by: [insurance, level]", "by: [level]", "by must be [insurance, level]"),
        ("inpatient.yaml", "deductible_step:", "deductible_stair:", "did you mean deductible_step?"),
        ("inpatient.yaml", "  about:", "  abuot:", "unknown key, did you mean about?"),
        ("remote.yaml", "form: factor", "form: multiply", "form: points or form: factor is wanted"),
        ("chronic.yaml", "    2024-01-01: {in_service", "    yesterday: {in_service", "must be a date"),
        ("chronic.yaml", "    2024-01-01: {title", "    2024-01-02: {title", "needs a source with the same date"),
        ("chronic.yaml", "kind: illustrative", "kind: hearsay", "known: official, secondary, illustrative"),
        ("chronic.yaml", "rank: city, ", "", "rank missing: write it"),
        ("assistance.yaml", 'limit:\n', 'ratio:\n', "ratio: stands twice, first on line 1: keep one of them"),
        ("pack.yaml", "id: chengdu", "id: chongqing", "must be the name of the folder"),
        ("pack.yaml", "currency: CNY", "currancy: CNY", "these keys are wanted"),
        ("pack.yaml", "title: Chengdu", "inherits: sichuan\ntitle: Chengdu", "inherits sichuan: no such pack"),
        ("pack.yaml", "title: Chengdu", "inherits: chengdu\ntitle: Chengdu", "no such pack, or a circle"),
        ("pack.yaml", '["5101"]', "[5101]", "pools are texts of four digits"),
        ("pack.yaml", "2026-12-31", "soon", "reviewed_through must be a date"),
    ],
)  # fmt: skip
def test_a_faulty_pack_is_refused(own_packs: Packs, file: str, old: str, new: str, message: str) -> None:
    folder = own_packs(file, (old, new))
    with pytest.raises(PolicyError) as refused:
        PolicyBook.load(folder)
    assert message in str(refused.value)
    assert "chengdu" in str(refused.value)


def test_all_problems_are_reported_at_once(own_packs: Packs) -> None:
    folder = own_packs("inpatient.yaml", ('"0.95"', "0.95"), ('"100.00"\n', "100\n"), ("unit: points", "unit: percent"))
    with pytest.raises(PolicyError, match=r"3 problem\(s\)"):
        PolicyBook.load(folder)


def test_a_parameter_that_is_missing_is_named(own_packs: Packs) -> None:
    folder = own_packs("chronic.yaml")
    (folder / "chengdu" / "chronic.yaml").unlink()
    with pytest.raises(PolicyError, match=r"chengdu: chronic\.ratio is missing; give it, or inherit"):
        PolicyBook.load(folder)


def test_dates_go_from_old_to_new(own_packs: Packs) -> None:
    folder = own_packs(
        "inpatient.yaml",
        ('    2024-01-01: "3"\n', '    2024-01-01: "3"\n    2023-01-01: "2"\n'),
    )
    with pytest.raises(PolicyError, match="dates must go from old to new"):
        PolicyBook.load(folder)


def test_a_change_without_examples_is_found(own_packs: Packs) -> None:
    folder = own_packs(
        "inpatient.yaml",
        ('    2024-01-01: "3"\n', '    2024-01-01: "3"\n    2026-06-01: "4"\n'),
        ('    2024-01-01: {title: "Public parameter set for Chengdu", rank: city, kind: secondary, note: "the older',
         '    2026-06-01: {title: "Notice", rank: city, kind: official}\n'
         '    2024-01-01: {title: "Public parameter set for Chengdu", rank: city, kind: secondary, note: "the older'),
    )  # fmt: skip
    problems = check_examples(PolicyBook.load(folder))
    assert [str(problem) for problem in problems if "no example" in problem.text] == [
        "chengdu: inpatient.retired_bonus: changes on 2026-06-01: no example on 2026-06-01 uses it; write one",
        "chengdu: inpatient.retired_bonus: changes on 2026-06-01: no example on 2026-05-31 uses it; write one",
    ]


def test_unlimited_and_ended_are_words(own_packs: Packs) -> None:
    folder = own_packs(
        "outpatient.yaml",
        ('    2024-01-01: {in_service: "2000.00"', '    2024-01-01: {in_service: "unlimited"'),
    )
    supplement = folder / "chengdu" / "supplement.yaml"
    text = supplement.read_text(encoding="utf-8")
    text = text.replace('    2024-01-01: "0.75"\n', '    2024-01-01: "0.75"\n    2026-01-01: ended\n', 1)
    text = text.replace(
        "civil_limit:", '    2026-01-01: {title: "Notice", rank: city, kind: official}\n\ncivil_limit:', 1
    ).replace("}\n\n    2026", "}\n    2026")
    supplement.write_text(text, encoding="utf-8")
    problems = check_examples(PolicyBook.load(folder))
    assert any("cvlserv 0.00, expected 2850.00" in problem.text for problem in problems)


def test_before_the_first_value_the_gap_names_parameter_day_and_first_day(own_packs: Packs) -> None:
    book = PolicyBook.load(own_packs("pack.yaml"))
    with pytest.raises(
        PolicyGap, match=r"inpatient\.deductible has no value on 2023-12-31; the first starts on 2024-01-01"
    ):
        book.on("5101", date(2023, 12, 31))
    assert len(book.on("5101", date(2024, 1, 1))) == 21


def test_a_folder_without_packs_says_so(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"no folder with a pack\.yaml"):
        PolicyBook.load(tmp_path)
