"""Which value prevails: national before provincial before city, and nothing is forgotten on the way (Art. 21)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from lianshen.content import content_root
from lianshen.policy import PolicyBook, PolicyError, Reference

POLICIES = content_root() / "policies"
DAY = date(2026, 11, 5)
HEAD = """id: {id}
title: {id}
title_zh: {id}
pools: []
applies_to: {applies_to}
currency: CNY
dated_by: settlement_date
round: {{to: "0.01", mode: half_up, remainder_goes_to: person}}
reviewed_through: 2026-12-31
"""
Above = Callable[..., Path]


@pytest.fixture
def above(tmp_path: Path) -> Above:
    """Return a function that puts packs above Chengdu's and Deyang's: one parameter, from a day, of a rank."""
    folder = tmp_path / "policies"
    for name in ("chengdu", "deyang", "group-b"):
        shutil.copytree(POLICIES / name, folder / name)

    def put(id: str, file: str, body: str, *, rank: str, applies_to: str = '"51"', start: str = "2025-01-01") -> Path:
        (folder / id).mkdir(exist_ok=True)
        (folder / id / "pack.yaml").write_text(HEAD.format(id=id, applies_to=applies_to), encoding="utf-8")
        source = f'{{title: "Notice of {id}", rank: {rank}, kind: official}}'
        text = body.replace("DATED", start) + f"  sources: {{{start}: {source}}}\n"
        (folder / id / f"{file}.yaml").write_text(text, encoding="utf-8")
        return folder

    return put


def bonus(value: str) -> str:
    return f'retired_bonus:\n  about: Points\n  unit: points\n  values: {{DATED: "{value}"}}\n'


def reduction(word: str, form: str, value: str) -> str:
    return (
        f"reduction:\n  about: Ceiling\n  unit: reduction\n  form: {form}\n  by: [scope, filing]\n"
        f"  {word}: {{DATED: {{in_province: {{UNFILED: {value}}}}}}}\n"
    )


def in_force(folder: Path, pool: str, parameter: str, day: date = DAY) -> list[Reference]:
    return [one for one in PolicyBook.load(folder).on(pool, day) if one.parameter == parameter]


def test_a_pool_without_anything_above_it_keeps_its_own(book: PolicyBook) -> None:
    (found,) = [one for one in book.on("5101", DAY) if one.parameter == "inpatient.retired_bonus"]
    assert (found.rank, found.won_over) == ("city", ())


def test_provincial_prevails_over_city_and_says_over_what(above: Above) -> None:
    folder = above("province", "inpatient", bonus("4"), rank="provincial")
    (found,) = in_force(folder, "5101", "inpatient.retired_bonus")
    assert (found.value, found.rank, found.pack_id) == ("4", "provincial", "province")
    assert found.won_over == ("chengdu 3: Public parameter set for Chengdu (city)",)
    assert found.origin == "Notice of province (provincial, prevails over chengdu 3)"


def test_from_its_own_day_on(above: Above) -> None:
    folder = above("province", "inpatient", bonus("4"), rank="provincial")
    before, after = (in_force(folder, "5101", "inpatient.retired_bonus", date(year, month, day))[0]
                     for year, month, day in ((2024, 12, 31), (2025, 1, 1)))  # fmt: skip
    assert (before.value, before.until, after.value, after.since) == ("3", date(2025, 1, 1), "4", date(2025, 1, 1))


def test_national_prevails_over_both(above: Above) -> None:
    above("province", "inpatient", bonus("4"), rank="provincial")
    folder = above("nation", "inpatient", bonus("5"), rank="national", applies_to="all")
    (found,) = in_force(folder, "5106", "inpatient.retired_bonus")
    assert (found.value, found.rank) == ("5", "national")
    assert [text.split(":")[0] for text in found.won_over] == ["group-b 3", "province 4"]


def test_of_equal_rank_the_nearer_one_holds(above: Above) -> None:
    folder = above("province", "inpatient", bonus("4"), rank="city")
    (found,) = in_force(folder, "5101", "inpatient.retired_bonus")
    assert (found.value, found.pack_id) == ("3", "chengdu")


def test_a_pack_that_applies_elsewhere_changes_nothing(above: Above) -> None:
    folder = above("province", "inpatient", bonus("4"), rank="provincial", applies_to='"44"')
    assert in_force(folder, "5101", "inpatient.retired_bonus")[0].value == "3"


def test_what_prevails_reaches_the_terms_and_their_references(above: Above) -> None:
    book = PolicyBook.load(above("province", "inpatient", bonus("4"), rank="provincial"))
    days = np.array(["2024-12-31", "2025-01-01"], "M8[D]")
    found = book.terms("5101", insutype="310", psn_type="12", care="IPT", day=days, dedc_hosp_lv="3")
    assert found.terms.slice_ratio[:, 0].tolist() == [8_800, 8_900]
    assert [one.pack_id for one in found.references(1)["ratio"]] == ["chengdu", "province"]
    assert found.references(1)["ratio"][1].won_over == ("chengdu 3: Public parameter set for Chengdu (city)",)


def test_a_ceiling_in_points_cuts_points_and_leaves_the_other_keys(above: Above) -> None:
    folder = above("nation", "remote", reduction("most", "points", '"12"'), rank="national", applies_to="all")
    shutil.rmtree(folder / "chengdu")
    value, ceiling = in_force(folder, "5106", "remote.reduction")
    assert (value.value["in_province"]["UNFILED"], value.value["in_province"]["REFERRAL"]) == ("12", "5")
    assert (value.pack_id, value.bound) == ("group-b", None)
    assert (ceiling.pack_id, ceiling.bound, ceiling.rank) == ("nation", "most", "national")
    assert ceiling.won_over[0].startswith("group-b in_province.UNFILED 15: Illustrative")


def test_a_ceiling_that_is_kept_to_is_not_mentioned(above: Above) -> None:
    folder = above("nation", "remote", reduction("most", "points", '"15"'), rank="national", applies_to="all")
    shutil.rmtree(folder / "chengdu")
    assert [one.bound for one in in_force(folder, "5106", "remote.reduction")] == [None]


def test_a_ceiling_of_a_lower_rank_binds_nobody(above: Above) -> None:
    folder = above("nation", "remote", reduction("most", "points", '"12"'), rank="city", applies_to="all")
    assert in_force(folder, "5106", "remote.reduction")[0].value["in_province"]["UNFILED"] == "15"


def test_a_factor_that_can_go_beyond_points_is_refused_and_never_converted(above: Above) -> None:
    folder = above("nation", "remote", reduction("most", "points", '"20"'), rank="national", applies_to="all")
    with pytest.raises(PolicyError) as refused:
        PolicyBook.load(folder)
    assert str(refused.value).splitlines()[1:] == [
        "  chengdu: remote.reduction 2025-01-01 in_province.UNFILED: the factor 0.70 of chengdu may go beyond the "
        "points 20 that nation allows at most (Notice of nation); one form is never turned into the other: write "
        "points, or a value that does not"
    ]


def test_a_factor_that_takes_no_more_of_any_ratio_keeps_within_points(above: Above) -> None:
    folder = above("nation", "remote", reduction("most", "points", '"30"'), rank="national", applies_to="all")
    assert in_force(folder, "5101", "remote.reduction")[0].value["in_province"]["UNFILED"] == "0.70"


def test_a_least_factor_lifts_a_factor_and_refuses_points(above: Above) -> None:
    folder = above("nation", "remote", reduction("least", "factor", '"0.75"'), rank="national", applies_to="all")
    with pytest.raises(
        PolicyError, match=r"in_province\.UNFILED: the points 15 of group-b may go beyond the factor 0\.75"
    ):
        PolicyBook.load(folder)
    for name in ("deyang", "group-b"):
        shutil.rmtree(folder / name)
    found = PolicyBook.load(folder).terms(
        "5101", insutype="310", psn_type="11", care="IPT", day=np.array([DAY], "M8[D]"), dedc_hosp_lv="3",
        scope="IN_PROV", filing_type="UNFILED",
    ).terms  # fmt: skip
    assert (found.reduction_factor[0], found.reduction_points[0]) == (7_500, 0)


def test_a_bound_stands_in_a_pack_that_applies_to_others_only(above: Above) -> None:
    folder = above("nation", "remote", reduction("most", "points", '"30"'), rank="national", applies_to="all")
    path = folder / "nation" / "pack.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("applies_to: all\n", ""), encoding="utf-8")
    with pytest.raises(PolicyError, match="a pack bounds others only with applies_to"):
        PolicyBook.load(folder)
