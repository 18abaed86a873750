"""A statement as a PDF in Chinese, set by Typst with a font that is embedded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lianshen.clearing.errors import ClearingError
from lianshen.clearing.excel import basis_text, title
from lianshen.clearing.regions import FUND_NAMES
from lianshen.clearing.statement import PartnerRow, Side, Statement
from lianshen.errors import MissingExtra

FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Heiti SC",
    "SimHei",
    "WenQuanYi Micro Hei",
    "Noto Serif CJK SC",
    "SimSun",
)
"""Families with all characters of simplified Chinese, the first that is there is taken."""

FONT_PACKAGE = "noto_cjk_sans_otc"
"""A package that holds nothing but Noto Sans CJK (SIL Open Font License)."""


class NoChineseFont(ClearingError):
    """No font on this machine can write Chinese."""


class StatementPrinter:
    """Finds a font once and prints statements with it.

    ``fonts`` is a folder of font files that comes before those of the system. ``system`` false looks nowhere else
    than there. Raise :class:`MissingExtra` without Typst and :class:`NoChineseFont` without a font.
    """

    def __init__(self, fonts: Path | None = None, *, system: bool = True) -> None:
        try:
            import typst
        except ImportError as error:
            raise MissingExtra("typst", "reports", "A PDF statement") from error
        folders: list[Path] = [fonts] if fonts is not None else []
        if system:
            folders += _packaged_font()
        self._typst = typst
        self._fonts = typst.Fonts(include_system_fonts=system, font_paths=[str(folder) for folder in folders])
        found = set(self._fonts.families())
        self.family = next((family for family in FONTS if family in found), None)
        if self.family is None:
            where = f"{fonts} and " if fonts is not None else ""
            raise NoChineseFont(
                f"no Chinese font in {where}the system's folders: pip install 'lianshen[reports]' brings one, as does "
                "the package fonts-noto-cjk of Debian; or name a folder that has one by --fonts. "
                "--format xlsx needs none"
            )

    def print(self, statement: Statement, names: Mapping[str, str], path: Path) -> Path:
        """Write the PDF (PDF/A-2b, for archives). The same statement and font give the same bytes."""
        path.write_bytes(self._compile(statement, names, format="pdf", pdf_standards=["a-2b"]))
        return path

    def picture(self, statement: Statement, names: Mapping[str, str], ppi: int = 110) -> list[bytes]:
        """Return the pages as PNG, for looking at them."""
        pages = self._compile(statement, names, format="png", ppi=ppi)
        return pages if isinstance(pages, list) else [pages]

    def _compile(self, statement: Statement, names: Mapping[str, str], **options: Any) -> Any:
        template = (files("lianshen.clearing") / "statement.typ").read_text(encoding="utf-8")
        # A document says when it was made; this one says up to when its figures go.
        made = datetime.combine(statement.as_of, time(), UTC)
        compiler = self._typst.Compiler(
            template.encode(),
            font_paths=self._fonts,
            sys_inputs={"data": json.dumps(_data(statement, names), ensure_ascii=False), "font": self.family or ""},
        )
        return compiler.compile(timestamp=made, **options)


def _packaged_font() -> list[Path]:
    found = find_spec(FONT_PACKAGE)
    return [Path(place) for place in (found.submodule_search_locations or [])] if found else []


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
