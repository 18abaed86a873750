"""Rules: one SQL file each, read and checked here, run over what a night touched.

Importing this package is cheap; the names below load DuckDB and SQLGlot when they are first used, so that
the review pages can read :mod:`lianshen.rules.catalogue` without either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lianshen.rules.document import Rule, load_rules
    from lianshen.rules.reading import RuleFileError
    from lianshen.rules.runs import RuleRun
    from lianshen.rules.screening import screen

__all__ = ["Rule", "RuleFileError", "RuleRun", "load_rules", "screen"]

_HOME = {
    "Rule": "document",
    "RuleFileError": "reading",
    "load_rules": "document",
    "RuleRun": "runs",
    "screen": "screening",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
