"""What the interface answers, field by field, for whoever writes a program against it.

These models describe; they are not run over each answer: what the services give is written as it is, and the tests hold
the answers of every operation to their models, so that nothing is checked twice while people wait.
"""

from __future__ import annotations

from typing import Any


def answers(model: Any, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return what a route says of its answer: ``responses=answers(Case)`` or ``answers(list[Line])``."""
    return {status: {"model": model}}
