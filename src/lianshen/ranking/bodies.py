"""What is shown of a stay that is looked at blind: settlement and fee lines, sealed; no finding, no rule.

A task of either kind holds the same parts in the same form, so that nothing tells a stay of the blind sample from one
whose case was dismissed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lianshen.cases.gather import EXHIBITED, exhibit_columns, exhibits

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PARTS = ("settlements", "lines")


def bodies_of(con: DuckDBPyConnection, setl_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the sealed body of each settlement: ``{"sha256", "body"}``."""
    con.execute("CREATE OR REPLACE TEMP TABLE case_setl AS SELECT UNNEST(?::VARCHAR[]) AS setl_id", [sorted(setl_ids)])
    parts = exhibits(con)
    columns = {name: exhibit_columns(con, EXHIBITED[name]) for name in PARTS}
    sealed = {}
    for setl_id in setl_ids:
        found = parts.get(setl_id, {})
        rows = {"settlements": found.get("settlement", "[]"), "lines": found.get("lines", "[]")}
        body = {name: {"columns": columns[name], "rows": json.loads(rows[name])} for name in PARTS}
        sealed[setl_id] = seal(body)
    return sealed


def of_dossier(body: bytes) -> dict[str, Any]:
    """Return the sealed body of a task from the dossier of a case: its settlements and lines, no finding."""
    dossier = json.loads(zlib.decompress(body))
    return seal({name: dossier[name] for name in PARTS})


def seal(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with the hash of its text."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return {"sha256": hashlib.sha256(text).hexdigest(), "body": zlib.compress(text, 4)}
