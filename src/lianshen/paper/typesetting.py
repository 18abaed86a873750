"""Typst with a font that can write Chinese, which every PDF carries along."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lianshen.errors import LianshenError, MissingExtra

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


class NoChineseFont(LianshenError):
    """No font on this machine can write Chinese."""


class Typesetter:
    """Finds the fonts once and sets templates with them.

    ``fonts`` is a folder of font files that comes before those of the system. ``system`` false looks nowhere else
    than there. Raise :class:`MissingExtra` without Typst and :class:`NoChineseFont` without a font.
    """

    def __init__(self, fonts: Path | None = None, *, system: bool = True) -> None:
        try:
            import typst
        except ImportError as error:
            raise MissingExtra("typst", "reports", "A PDF") from error
        folders: list[Path] = [fonts] if fonts is not None else []
        if system:
            folders += _packaged_font()
        self._typst = typst
        self._fonts = typst.Fonts(include_system_fonts=system, font_paths=[str(folder) for folder in folders])
        self._found = frozenset(self._fonts.families())
        family = self.first_of(FONTS)
        if family is None:
            where = f"{fonts} and " if fonts is not None else ""
            raise NoChineseFont(
                f"no Chinese font in {where}the system's folders: pip install 'lianshen[reports]' brings one, as does "
                "the package fonts-noto-cjk of Debian; or name a folder that has one (--fonts). "
                "Excel and Word files need none"
            )
        self.family: str = family
        """The family that is used where nothing more fitting was asked for and found."""

    def first_of(self, families: Iterable[str]) -> str | None:
        """Return the first family that this machine has, None where it has none of them."""
        return next((family for family in families if family in self._found), None)

    def pdf(self, template: str, data: Any, inputs: Mapping[str, str], made: datetime) -> bytes:
        """Return a PDF/A-2b, for archives. The same template, data, time and fonts give the same bytes."""
        pages: bytes = self._compile(template, data, inputs, format="pdf", pdf_standards=["a-2b"], timestamp=made)
        return pages

    def pictures(self, template: str, data: Any, inputs: Mapping[str, str], ppi: int = 110) -> list[bytes]:
        """Return the pages as PNG, for looking at them."""
        pages = self._compile(template, data, inputs, format="png", ppi=ppi)
        return pages if isinstance(pages, list) else [pages]

    def _compile(self, template: str, data: Any, inputs: Mapping[str, str], **options: Any) -> Any:
        given = {"data": json.dumps(data, ensure_ascii=False), "font": self.family, **inputs}
        compiler = self._typst.Compiler(template.encode(), font_paths=self._fonts, sys_inputs=given)
        return compiler.compile(**options)


@cache
def typesetter() -> Typesetter:
    """Return the typesetter with this machine's fonts; they are looked for once in a process."""
    return Typesetter()


def _packaged_font() -> list[Path]:
    found = find_spec(FONT_PACKAGE)
    return [Path(place) for place in (found.submodule_search_locations or [])] if found else []
