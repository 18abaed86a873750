"""What can go wrong with the checks themselves, as opposed to the data."""

from __future__ import annotations

from lianshen.errors import LianshenError


class CheckUndecided(LianshenError):
    """A check could not be evaluated, or two ways to evaluate it disagree."""


class CheckFileError(LianshenError):
    """A file in ``sql/quality`` is not a check."""
