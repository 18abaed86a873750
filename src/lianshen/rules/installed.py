"""The texts of models that are installed beside the library, which does not import them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol


class Worded(Protocol):
    """A rule or a model whose findings can be said in a sentence."""

    @property
    def title_zh(self) -> str: ...

    def sentence(self, because: Mapping[str, str | None]) -> str:
        """Return the sentence with the facts of a finding in its places."""


@cache
def installed_models() -> Mapping[str, Worded]:
    """Return by id the texts of every model that an installed package names under ``lianshen.checks``."""
    found: dict[str, Worded] = {}
    for point in entry_points(group="lianshen.checks"):
        found.update(point.load()())
    return found
