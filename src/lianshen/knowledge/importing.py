"""Published batches into rows of the knowledge tables. Nothing is lost: what was read and what was set aside add up.

A published row is one point: a rule type, an item, a list of codes, a limit in words and a sentence that says what is
detected. The codes stand in the row, or in a second sheet under the point's number. What a row means stands in
``knowledge/import.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from lianshen.content import read_yaml
from lianshen.knowledge.limits import Mapped, RuleType, among_names
from lianshen.knowledge.plain import Imported, Row, SetAside, Wanted, read_plain, safe_name
from lianshen.knowledge.sheets import Sheet, read_sheets
from lianshen.knowledge.tables import KnowledgeError, KnowledgeTable

HEADING_ROWS = 12


def read_batch(path: Path, mapped: Mapped, tables: dict[str, KnowledgeTable], sql: Path, wanted: Wanted) -> Imported:
    """Read a published file. ``sql`` holds the formats of codes.

    :raises KnowledgeError: when it has no heading row, or no batch or first day is known.
    """
    if wanted.rule_type is not None and wanted.rule_type not in mapped.types:
        raise KnowledgeError(f"there is no rule type '{wanted.rule_type}' in knowledge/import.yaml: add it there")
    if wanted.table is not None and wanted.table not in tables:
        raise KnowledgeError(f"there is no knowledge table '{wanted.table}': `lianshen knowledge list` names them")
    sheets = read_sheets(path)
    named = mapped.batch.search(path.stem) or next(
        (m for sheet in sheets for row in sheet.rows[:HEADING_ROWS] for c in row if (m := mapped.batch.search(c))), None
    )
    batch = wanted.batch or (named[0] if named else "")
    if not batch:
        raise KnowledgeError(f"{path}: names no batch: give it with --batch, so that its points can be taken out again")
    formats = read_yaml((sql / "schema" / "formats.yaml").read_text("utf-8"))
    if wanted.table is not None:
        plain = read_plain(sheets[0], tables[wanted.table], batch, wanted)
        if plain is not None:
            return plain
    reading = _Reading(path, mapped, tables, wanted, Imported(batch), re.compile(formats["hilist_code"]))
    reading.read(sheets)
    return reading.result


@dataclass
class _Point:
    """One row under a heading row: its cells by role."""

    sheet: Sheet
    row: int
    cells: Row
    title: str


class _Reading:
    def __init__(
        self,
        path: Path,
        mapped: Mapped,
        tables: dict[str, KnowledgeTable],
        wanted: Wanted,
        result: Imported,
        code: re.Pattern[str],
    ) -> None:
        self.path, self.mapped, self.tables, self.wanted, self.result, self.code = (
            path, mapped, tables, wanted, result, code,
        )  # fmt: skip

    def read(self, sheets: list[Sheet]) -> None:
        headed = [(sheet, *found) for sheet in sheets if (found := self._heading(sheet)) is not None]
        if not headed:
            known = "规则类型、项目名称、医保目录编码、限制条件"
            raise KnowledgeError(
                f"{self.path}: no row of the first {HEADING_ROWS} has headings such as {known}: name them as in "
                "knowledge/import.yaml, or add the file's own there"
            )
        points, lists = [], {}
        for sheet, number, roles in headed:
            rows = list(self._rows(sheet, number, roles))
            if headed[0][0] is not sheet and {"seq", "codes"} <= set(roles.values()) and "limit" not in roles.values():
                lists.update(_codes_by_number(rows))
            else:
                points += rows
        for point in points:
            self._take(point, lists)

    def _heading(self, sheet: Sheet) -> tuple[int, dict[int, str]] | None:
        """Return the number of the heading row, from 0, and the role of each column."""
        for number, row in enumerate(sheet.rows[:HEADING_ROWS]):
            roles: dict[int, str] = {}
            for column, cell in enumerate(row):
                role = self.mapped.role(cell)
                if role is not None and (role not in roles.values() or role == "limit"):
                    roles[column] = role
            if {"item_name", "codes", "seq", "rule_type"} & set(roles.values()) and len(set(roles.values())) > 1:
                return number, roles
        return None

    def _rows(self, sheet: Sheet, heading: int, roles: dict[int, str]) -> Iterator[_Point]:
        title = " ".join([self.path.stem, *(cell for row in sheet.rows[:heading] for cell in row), sheet.name])
        for number, row in enumerate(sheet.rows[heading + 1 :], start=heading + 2):
            cells: Row = {}
            for column, role in roles.items():
                cell = row[column].strip() if column < len(row) else ""
                # Several columns may hold parts of the limit.
                cells[role] = "；".join(part for part in (cells.get(role, ""), cell) if part)
            if any(cell.strip() for cell in row):
                yield _Point(sheet, number, {**cells, "": next(c for c in row if c.strip())}, title)

    def _take(self, point: _Point, lists: dict[str, list[str]]) -> None:
        self.result.received += 1
        cells = point.cells
        name = (
            self.wanted.rule_type
            or among_names(self.mapped.types, cells.get("rule_type", ""))
            or ("" if cells.get("rule_type") else among_names(self.mapped.types, point.title) or "")
        )
        kind = self.mapped.types.get(name)
        listed = cells.get("codes", "") or " ".join(lists.get(cells.get("seq", ""), []))
        codes, reason = self._codes(listed)
        reason = self._no_point(point, name, kind) or reason
        rows: list[Row] = []
        if not reason and kind is not None and kind.table is not None:
            made = self._made(point, name, kind, self.tables[kind.table], codes)
            rows, reason = (made, "") if isinstance(made, list) else ([], made)
        if reason:
            shown = " ".join(part for part in (listed, cells.get("codes_b", "")) if part)
            told = name or cells.get("rule_type", "")
            item, limit = cells.get("item_name", ""), cells.get("limit", "")
            self.result.aside.append(SetAside(point.sheet.name, point.row, told, item, shown, limit, reason))
            return
        self.result.read += 1
        self.result.rows.setdefault((kind.table if kind and kind.table else "", name), []).extend(rows)

    def _no_point(self, point: _Point, name: str, kind: RuleType | None) -> str:
        if self.mapped.not_a_point.match(point.cells[""]):
            return "is a total or a remark, not a point"
        if kind is None:
            said = point.cells.get("rule_type") or "(none)"
            return f"the rule type {said} is not in knowledge/import.yaml: add it there, or name one with --type"
        if kind.table is None:
            return kind.reason
        if kind.table not in self.tables:
            return f"{name} goes to the table {kind.table}, which this content does not have"
        if self.wanted.table is not None and kind.table != self.wanted.table:
            return f"{name} goes to the table {kind.table}, and only {self.wanted.table} was asked for"
        return ""

    def _codes(self, text: str) -> tuple[list[str], str]:
        """Return the codes of a list, each once, and what is wrong with it."""
        found: list[str] = []
        for part in self.mapped.separators.split(text):
            code = part.strip().upper()
            # A workbook that took a service's code for a number lost its two leading zeros.
            if re.fullmatch(r"\d{13}", code):
                code = "00" + code
                self.result.restored += 1
            if code and not self.code.fullmatch(code):
                return [], f"'{part}' is no item code in the national format"
            if code and code not in found:
                found.append(code)
        return found, "" if found else "has no item code"

    def _made(
        self, point: _Point, name: str, kind: RuleType, table: KnowledgeTable, codes: list[str]
    ) -> list[Row] | str:
        cells = point.cells
        limits = self.mapped.limits_of(kind, cells.get("limit", ""))
        if isinstance(limits, str):
            return limits
        if cap := cells.get("cap"):
            if not re.fullmatch(r"\d+(\.\d+)?", cap):
                return f"the largest quantity '{cap}' is no number"
            limits = [{**row, "cap": cap} for row in limits]
        since = _day(cells.get("since", "")) or (self.wanted.since.isoformat() if self.wanted.since else "")
        if not since:
            return "says no first day: give it with --from"
        others = [""]
        if kind.pair:
            others, reason = self._codes(cells.get("codes_b", ""))
            if not cells.get("codes_b") and len(codes) == 2:
                codes, others, reason = codes[:1], codes[1:], ""
            if reason:
                return f"second item: {reason}"
        number = cells.get("seq", "")
        number = f"{int(number):05d}" if number.isdigit() else f"R{point.row:05d}"
        own = {
            "kp_id": f"{safe_name(self.result.batch)}-{kind.letters}-{number}",
            "note_zh": _note(cells, name),
            "source": self.wanted.source or f"国家医保智能监管规则库、知识库公开批次：{self.path.name}",
            "batch": self.result.batch,
            "valid_from": since,
            "valid_until": _day(cells.get("until", "")),
        }
        places = [c.name for c in table.columns if c.names in ("item", "class")][: 2 if kind.pair else 1]
        return [
            {**own, **limit, **dict(zip(places, pair, strict=False))}
            for pair in product(codes, others)
            for limit in limits
        ]


def _codes_by_number(rows: Iterable[_Point]) -> dict[str, list[str]]:
    """Return the codes of each point of a sheet that lists them; an empty number repeats the one above."""
    lists: dict[str, list[str]] = {}
    number = ""
    for row in rows:
        number = row.cells.get("seq") or number
        lists.setdefault(number, []).append(row.cells.get("codes", ""))
    return lists


def _note(cells: Row, name: str) -> str:
    limit = re.sub(r"\s+", " ", cells.get("limit", "")).rstrip("。")
    return limit if len(limit) > 3 else "：".join(part for part in (name, limit) if part)


def _day(text: str) -> str:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text.strip())
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else ""
