"""Where the SQL, the policies and the knowledge are.

A wheel carries them under ``lianshen/_content``; a checkout keeps them at the top of
the repository. An operator who brings an own folder passes it as ``override``.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from lianshen.errors import LianshenError

__all__ = ["FOLDERS", "YAML_LOADER", "ContentNotFound", "content_root", "digest_of", "read_yaml"]

if TYPE_CHECKING:
    from yaml import SafeLoader as YAML_LOADER
else:
    # The C library, where PyYAML has it, is ten times as fast.
    YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

FOLDERS = ("sql", "policies", "knowledge")


class ContentNotFound(LianshenError):
    """Neither the installed package nor the checkout holds the content folders."""


def content_root(override: Path | None = None) -> Path:
    """Return the folder that holds ``sql/``, ``policies/`` and ``knowledge/``."""
    package = Path(str(files("lianshen")))
    candidates = [override] if override is not None else [package / "_content", package.parents[1]]
    for root in candidates:
        if all((root / name).is_dir() for name in FOLDERS):
            return root
    looked = ", ".join(str(path) for path in candidates)
    raise ContentNotFound(
        f"no folders {', '.join(FOLDERS)} in: {looked}; set LIANSHEN_CONTENT to the folder that has them"
    )


def read_yaml(text: str) -> Any:
    """Return the value of a YAML text."""
    return yaml.load(text, Loader=YAML_LOADER)


def digest_of(folder: Path) -> str:
    """Return the hash of every SQL and YAML file under ``folder``: another one when any of them changed."""
    seen = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".sql", ".yaml")):
        seen.update(f"{path}\0".encode() + path.read_bytes() + b"\0")
    return seen.hexdigest()
