"""The fingerprint of the code that decides what a model says: its module, and what that imports of the library."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

COUNTED = ("lianshen.anomaly.", "lianshen_models.")
"""Modules that can change what a model says; the rest of the product hands over what was received."""


@lru_cache(maxsize=64)
def code_fingerprint(*modules: str) -> str:
    """Return a hash of the code of ``modules`` (by name) and of all that they import, comments and layout apart."""
    seen: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            tree = _tree(name)
            seen[name] = ast.unparse(tree)
            waiting += _imported(tree)
    code = "\n".join(seen[name] for name in sorted(seen))
    return hashlib.sha256(code.encode()).hexdigest()[:16]


@lru_cache(maxsize=256)
def _tree(name: str) -> ast.Module:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{name} has no source to take a fingerprint of", name=name)
    return ast.parse(Path(found.origin).read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.startswith(COUNTED) and _is_module(name))


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
