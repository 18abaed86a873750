"""One base class for every error that a user can cause or mend.

A message says what is wrong, where, why, and what to do next. The command line
prints it without a stack trace and exits with ``exit_code``.
"""

from __future__ import annotations


class LianshenError(Exception):
    """Something a user, an operator or a data supplier can mend."""

    exit_code = 1


class UsageError(LianshenError):
    """The call itself is wrong: an argument, a date, a name that does not exist."""

    exit_code = 2


class MissingExtra(LianshenError):
    """An optional dependency is not installed."""

    exit_code = 3

    def __init__(self, module: str, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs '{module}', which is not installed: pip install 'lianshen[{extra}]'")
