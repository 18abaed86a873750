"""An official document as a PDF, set by Typst with embedded fonts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time
from importlib.resources import files
from typing import Any

from lianshen.paper import document as layout
from lianshen.paper.document import Block, Document
from lianshen.paper.typesetting import Typesetter

FAMILIES = {
    "fangsong": ("FangSong_GB2312", "FangSong", "仿宋", "STFangsong", "Noto Serif CJK SC", "Source Han Serif SC"),
    "hei": ("SimHei", "黑体", "Heiti SC"),
    "kai": ("KaiTi_GB2312", "KaiTi", "楷体", "STKaiti", "Kaiti SC"),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "STZhongsong", "Noto Serif CJK SC", "Source Han Serif SC"),
}
"""The type that the standard asks for and what comes next to it; where none is there, the embedded font it is."""


def as_pdf(document: Document, setter: Typesetter) -> bytes:
    """Return the document as PDF/A-2b; the same document and fonts give the same bytes."""
    made = datetime.combine(document.day, time(), UTC)
    return setter.pdf(_template(), _data(document), _inputs(setter), made)


def as_pictures(document: Document, setter: Typesetter, ppi: int = 90) -> list[bytes]:
    """Return the pages as PNG, for looking at them."""
    return setter.pictures(_template(), _data(document), _inputs(setter), ppi)


def _template() -> str:
    return (files("lianshen.paper") / "official.typ").read_text(encoding="utf-8")


def _inputs(setter: Typesetter) -> dict[str, str]:
    return {role: setter.first_of(families) or setter.family for role, families in FAMILIES.items()}


def _data(document: Document) -> dict[str, Any]:
    sizes = ("TOP", "BOTTOM", "LEFT", "RIGHT", "BODY", "TITLE", "SMALL", "TABLE", "PITCH", "CHARACTER", "RED")
    return {
        **asdict(document),
        "day": document.day_text,
        "blocks": [_block(block) for block in document.blocks],
        "enclosures": [
            {"title": one.title, "blocks": [_block(block) for block in one.blocks]} for one in document.enclosures
        ],
        "layout": {name.lower(): getattr(layout, name) for name in sizes},
    }


def _block(block: Block) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **asdict(block)}
