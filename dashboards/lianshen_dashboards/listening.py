"""Callbacks with their types kept: Dash's decorator has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import dash

P = ParamSpec("P")
R = TypeVar("R")


def listen(
    app: dash.Dash, *dependencies: Any, running: list[Any] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that registers a callback; it never runs before something was done.

    ``running`` are triples of an output, its value while the callback runs, and its value afterwards.
    """
    made = app.callback(*dependencies, prevent_initial_call=True, running=running)
    return cast(Callable[[Callable[P, R]], Callable[P, R]], made)
