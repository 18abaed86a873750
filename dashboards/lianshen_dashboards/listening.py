"""Callbacks with their types kept: Dash's decorator has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import dash

P = ParamSpec("P")
R = TypeVar("R")


def listen(app: dash.Dash, *dependencies: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that registers a callback; it never runs before something was done."""
    return cast(Callable[[Callable[P, R]], Callable[P, R]], app.callback(*dependencies, prevent_initial_call=True))
