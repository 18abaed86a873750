"""An official document as what it says, apart from how it looks: the same for PDF and for DOCX.

Sizes and places are those of GB/T 9704-2012 《党政机关公文格式》, chapters 5, 7 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Align = Literal["left", "center", "right"]
Form = Literal["letter", "file", "plain"]

TOP, BOTTOM, LEFT, RIGHT = 37.0, 35.0, 28.0, 26.0
"""Margins in mm: what is written on takes 156 × 225 mm of A4 (5.2.1)."""
LINES, CHARACTERS = 22, 28
"""Lines on a page and characters in a line (5.2.3)."""
BODY, TITLE, SMALL, TABLE = 16.0, 22.0, 14.0, 10.5
"""Type sizes in points: 3 号, 2 号, 4 号 and 5 号."""
PITCH = (297 - TOP - BOTTOM) / 25.4 * 72 / LINES
"""From line to line, in points."""
CHARACTER = (210 - LEFT - RIGHT) / 25.4 * 72 / CHARACTERS
"""From character to character, in points; a character of 3 号 is 16, so that they stand a little closer."""
RED = "C8102E"
"""Of the head and its lines."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body, its first line two characters in."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading within the body: level 1 is 一、 in 黑体, level 2 is （一） in 楷体 (7.3.3)."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its part of the width, and where its cells stand."""

    head: str
    weight: float = 1.0
    align: Align = "left"


@dataclass(frozen=True)
class Table:
    """A table with its head repeated on every page; ``has_total``: the last row adds the others up."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False
    caption: str = ""


@dataclass(frozen=True)
class Facts:
    """Names and values in two pairs per row."""

    pairs: tuple[tuple[str, str], ...]


Block = Paragraph | Heading | Table | Facts


@dataclass(frozen=True)
class Enclosure:
    """附件: on a page of its own after the signature (7.3.4, 7.3.8)."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """One document.

    ``form``: *letter* is 信函格式 (10.1: a head and double lines in red, no number on the first page), *file* 文件格式
    with a red head, *plain* without a head. ``head`` is the agency in the head, ``signer`` the one that signs.
    ``mark`` is written faintly across every page: who took the document out and when.
    """

    form: Form
    head: str
    number: str
    title: str
    addressee: str
    blocks: tuple[Block, ...]
    signer: str
    day: date
    enclosures: tuple[Enclosure, ...] = ()
    copies_to: str = ""
    mark: str = ""

    @property
    def day_text(self) -> str:
        return chinese_day(self.day)


def chinese_day(day: date) -> str:
    """Return a day as documents write it, without zeros before (7.3.5.3)."""
    return f"{day.year}年{day.month}月{day.day}日"
