"""What kind of institution one is, and in what kind of city: whom it is compared with."""

from __future__ import annotations

import re

import numpy as np

from lianshen.agency import CENTRE
from lianshen.anomaly.features import Frame

SPECIALISED = re.compile("专科|眼科|口腔|肿瘤|精神|妇幼|妇产|骨科|肛肠|康复|传染|透析")
TRADITIONAL = re.compile("中医|藏医|彝医|民族医")
CAPITAL = frozenset({"510100", "519900"})
PREFECTURES = frozenset({"513200", "513300", "513400"})
"""Agencies of Aba, Garze and Liangshan."""


def with_kind(frame: Frame) -> Frame:
    """Return ``frame`` (columns level, agency, name_zh) with ``kind``, which the name tells, and ``tier``."""
    kind = [kind_of(level, name) for level, name in zip(frame["level"], frame["name_zh"], strict=True)]
    tier = [tier_of(agency) for agency in frame["agency"]]
    return Frame(
        frame.key, {**frame.columns, "kind": np.array(kind, dtype=object), "tier": np.array(tier, dtype=object)}
    )


def kind_of(level: str, name: str | None) -> str:
    """Return DRUGSTORE, SPECIALISED, TRADITIONAL or GENERAL."""
    if level == "DRUGSTORE":
        return "DRUGSTORE"
    if name and SPECIALISED.search(name):
        return "SPECIALISED"
    return "TRADITIONAL" if name and TRADITIONAL.search(name) else "GENERAL"


def tier_of(agency: str) -> str:
    """Return CAPITAL, CITY, PREFECTURE, or ELSEWHERE for another province."""
    if agency in CAPITAL:
        return "CAPITAL"
    if agency in PREFECTURES:
        return "PREFECTURE"
    return "ELSEWHERE" if agency == CENTRE else "CITY"
