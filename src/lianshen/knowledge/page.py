"""The tables of ``docs/knowledge.md``, made from the schema files and the headers of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lianshen.knowledge.tables import KnowledgeError, KnowledgeTable

PAGE = Path("docs") / "knowledge.md"
BEGIN = "<!-- tables: made by `lianshen knowledge docs` from sql/schema/knowledge; do not edit below -->\n"
_TOUCHED = {
    "item": "the settlements with a line of the items",
    "institution": "the institution's settlements",
    "everything": "everything",
    "nothing": "nothing: every night reads the table anyway",
}
_SHARED = frozenset({"kp_id", "note_zh", "source", "batch", "valid_from", "valid_until"})


def whole_page(page: str, tables: Mapping[str, KnowledgeTable], readers: Mapping[str, list[str]]) -> str:
    """Return the page with its tables made anew; what stands above the mark is kept.

    ``readers`` names the rules, or other readers, of each table. Raise KnowledgeError for a page without the mark.
    """
    above, mark, _ = page.partition(BEGIN)
    if not mark:
        raise KnowledgeError(f"{PAGE}: the line '{BEGIN.strip()}' is missing: put it where the tables begin")
    return above + mark + "".join(_section(table, readers.get(name, [])) for name, table in sorted(tables.items()))


def looked_at(table: KnowledgeTable) -> str:
    """Say in words what a changed row makes the next night look at again."""
    if table.touches != "rows":
        return _TOUCHED[table.touches]
    named = [kind for kind in ("item", "institution") if table.naming("item" if kind == "item" else "institution")]
    return ", or ".join(_TOUCHED[kind] for kind in named) or _TOUCHED["everything"]


def _section(table: KnowledgeTable, readers: list[str]) -> str:
    shared = ", ".join(f"`{c.name}`" for c in table.columns if c.name in _SHARED)
    own = [column for column in table.columns if column.name not in _SHARED]
    rows = "".join(
        f"| `{c.name}` | {_kind(c.sql_type)}{'' if c.not_null else ', may be empty'} | {c.about or _named(c.names)} |\n"
        for c in own
    )
    return (
        f"\n## {table.name}\n\n{table.about} Read by: {', '.join(readers) or 'no rule'}. "
        f"A changed row has looked at again: {looked_at(table)}.\n\n"
        f"| column | holds | says |\n|---|---|---|\n{rows}"
        + (f"\nAnd {shared}.\n" if shared else "")
        + "".join(f"\n* {check.about or f'`{check.expression}`'}\n" for check in table.checks)
    )


def _kind(sql_type: str) -> str:
    if sql_type == "DATE":
        return "date"
    if sql_type in ("INTEGER", "BIGINT"):
        return "whole number"
    return "number" if sql_type.startswith("DECIMAL") else "text"


def _named(names: str | None) -> str:
    words = {
        "item": "item code",
        "class": "item code, or the first characters that several share",
        "institution": "institution code",
        "diagnosis": "first characters of a diagnosis code",
        "disease": "code of a chronic or special disease",
    }
    return words.get(names or "", "")
