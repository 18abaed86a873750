"""A statement as a PDF in Chinese, set by Typst with a font that is embedded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

from lianshen.clearing.excel import basis_text, title
from lianshen.clearing.regions import FUND_NAMES
from lianshen.clearing.statement import PartnerRow, Side, Statement
from lianshen.paper.typesetting import Typesetter


class StatementPrinter:
    """Prints statements with the fonts of a typesetter, which is looked for once.

    ``fonts`` and ``system`` are those of :class:`~lianshen.paper.typesetting.Typesetter`, which says what it raises.
    """

    def __init__(self, fonts: Path | None = None, *, system: bool = True) -> None:
        self._setter = Typesetter(fonts, system=system)

    def print(self, statement: Statement, names: Mapping[str, str], path: Path) -> Path:
        """Write the PDF (PDF/A-2b, for archives). The same statement and font give the same bytes."""
        # A document says when it was made; this one says up to when its figures go.
        made = datetime.combine(statement.as_of, time(), UTC)
        path.write_bytes(self._setter.pdf(_template(), _data(statement, names), {}, made))
        return path

    def picture(self, statement: Statement, names: Mapping[str, str], ppi: int = 110) -> list[bytes]:
        """Return the pages as PNG, for looking at them."""
        return self._setter.pictures(_template(), _data(statement, names), {}, ppi)


def _template() -> str:
    return (files("lianshen.clearing") / "statement.typ").read_text(encoding="utf-8")


def _data(statement: Statement, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": title(statement, names),
        "basis": basis_text(statement),
        "summary": [
            ["应收（本地区为就医地）", _money(statement.receivable.total)],
            ["应付（本地区为参保地）", _money(statement.payable.total)],
            ["净额（正为应收，负为应付）", _money(statement.net)],
        ],
        "sides": [
            _side("应收明细", statement.receivable, names),
            _side("应付明细", statement.payable, names),
        ],
    }


def _side(heading: str, side: Side, names: Mapping[str, str]) -> dict[str, Any]:
    funds = [FUND_NAMES.get(code, code) for code in side.fund_types]
    return {
        "heading": heading,
        "heads": ["对方地区", "笔数", *funds, "扣款返还", "合计", "其中以前月份"],
        "rows": [[names.get(row.partner, row.partner), *_cells(row, nothing="–")] for row in side.rows],
        "totals": ["合计", *_cells(side.totals)],
    }


def _cells(row: PartnerRow, nothing: str = "0.00") -> Sequence[str]:
    amounts = (*row.funds, row.deductions, row.total, row.prior)
    return [f"{row.records:,}", *(_money(amount) if amount else nothing for amount in amounts)]


def _money(amount: Any) -> str:
    return f"{amount:,.2f}"
