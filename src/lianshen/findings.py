"""The narrow waist between what finds (rules, recomputation, models) and what handles (cases)."""

from __future__ import annotations

import hashlib
from typing import Literal

Certainty = Literal["definite", "suspicious"]
Level = Literal["line", "settlement", "patient-episode", "network", "provider"]


def finding_id(source_id: str, setl_id: str, linked_setl_id: str | None = None) -> str:
    """Return the id of a finding: a hash of what it is about, so that the same finding twice is one finding.

    The version of the rule is not part of it: a finding that a new version confirms stays the same finding.
    """
    about = "\x1f".join((source_id, setl_id, linked_setl_id or ""))
    return hashlib.sha256(about.encode()).hexdigest()[:24]


def finding_id_sql(source_id: str, setl_id: str = "setl_id", linked_setl_id: str = "linked_setl_id") -> str:
    """Return the DuckDB expression that gives the same id as :func:`finding_id` for columns of a query."""
    return f"LEFT(SHA256('{source_id}' || CHR(31) || {setl_id} || CHR(31) || COALESCE({linked_setl_id}, '')), 24)"
