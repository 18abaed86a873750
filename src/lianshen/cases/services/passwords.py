"""Passwords: how they are kept, what they have to be, and when they have to be changed.

Kept as argon2id. One that somebody else chose has no day it was set on, and is changed at the next sign-in; so is
one that is older than the terms allow.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lianshen.cases.errors import Refused

MIN_PASSWORD = 10
MAX_PASSWORD = 200


@cache
def _hasher() -> PasswordHasher:
    # RFC 9106's second recommendation, with the memory of the first server we would meet in an agency.
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=2)


@cache
def hash_of_nobody() -> str:
    """Return a hash that no password fits, so that an unknown name takes as long as a known one."""
    return _hasher().hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Return the hash to keep."""
    return _hasher().hash(password)


def is_right(stored: str, password: str) -> bool:
    """Return whether the password fits the kept hash."""
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Return whether the hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def check_new(password: str, stored: str | None = None) -> None:
    """Refuse a weak password, and one that is the present one over again.

    :raises Refused: with what to do instead.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD or len(set(password)) < 5:
        raise Refused(f"密码至少 {MIN_PASSWORD} 位，至多 {MAX_PASSWORD} 位，其中至少 5 个不同字符")
    if stored is not None and is_right(stored, password):
        raise Refused("新密码不能与当前密码相同")


def is_due(set_at: datetime | None, now: datetime, days: int) -> bool:
    """Return whether a password set then has to be changed now; None: somebody else chose it."""
    return set_at is None or now - set_at >= timedelta(days=days)
