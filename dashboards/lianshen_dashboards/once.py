"""Doing what a form says once, however often its button was pressed: a form has a key, as a request of a system has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from lianshen.cases.services.repeating import Answer, claim, keep, noting, release
from lianshen.cases.store import Casebook, before_commit


def once(book: Casebook, login: str, key: str, said: str, do: Callable[[], str]) -> str:
    """Do it and return what it gives; for a key that was done with the same words, return what it gave then.

    :raises KeyInUse: while it is being done.
    :raises KeyReused: where the form was done before and says something else now.
    """
    held = claim(book, login, key, hashlib.sha256(said.encode()).hexdigest())
    if isinstance(held, Answer):
        return held.body.decode()
    remembered = before_commit.set(noting(held))
    try:
        given = do()
    except BaseException:
        before_commit.reset(remembered)
        release(book, held)
        raise
    before_commit.reset(remembered)
    keep(book, held, Answer(200, {}, given.encode()))
    return given
