"""What can go wrong while cases are ranked and samples are drawn."""

from __future__ import annotations

from lianshen.errors import LianshenError


class RankingRefused(LianshenError):
    """The assumptions of the ranking, or what it is to learn from, cannot be used."""
