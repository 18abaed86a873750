"""Peers are named in Chinese, in one place."""

from __future__ import annotations

from lianshen.anomaly.words import peers_zh


def test_a_group_is_named_in_the_words_of_its_columns() -> None:
    assert peers_zh("level=TERTIARY, tier=CITY") == "三级医院、地级市"
    assert peers_zh("chapter=J, level=PRIMARY") == "呼吸系统疾病、一级医院"


def test_all_rows_together_have_a_name_and_an_unknown_value_is_shown_as_it_is() -> None:
    assert peers_zh("all") == "全部机构"
    assert peers_zh("all", "全部医师") == "全部医师"
    assert peers_zh("department=A03.01, care=IPT") == "A03.01、住院"
