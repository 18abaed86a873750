"""An official document as DOCX, which Word and WPS go on editing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from lianshen.errors import MissingExtra
from lianshen.paper import document as layout
from lianshen.paper.document import Block, Document, Facts, Heading, Paragraph, Table

if TYPE_CHECKING:
    from docx.document import Document as Word

FANGSONG, HEI, KAI, XIAOBIAOSONG = "仿宋", "黑体", "楷体", "方正小标宋简体"
"""The families by the names that Word and WPS know; a machine without one shows its own next to it."""
LATIN = "Times New Roman"


def as_docx(document: Document) -> bytes:
    """Return the document as a Word file with the standard's margins and grid.

    :raises MissingExtra: without python-docx.
    """
    try:
        import docx
    except ImportError as error:
        raise MissingExtra("python-docx", "reports", "A Word file") from error
    from lianshen.paper.word_page import set_page

    word: Word = docx.Document()
    _properties(word, document)
    set_page(word, document)
    _opening(word, document)
    for block in document.blocks:
        _block(word, block)
    _closing(word, document)
    for number, enclosure in enumerate(document.enclosures, start=1):
        label = f"附件{number}" if len(document.enclosures) > 1 else "附件"
        paragraph(word, label, HEI, indent=0).paragraph_format.page_break_before = True
        _empty(word, 1)
        paragraph(word, enclosure.title, XIAOBIAOSONG, layout.TITLE, indent=0, align="center")
        for block in enclosure.blocks:
            _block(word, block)
    packed = io.BytesIO()
    word.save(packed)
    return packed.getvalue()


def _properties(word: Word, document: Document) -> None:
    made = datetime.combine(document.day, time())
    said = word.core_properties
    said.title, said.author, said.last_modified_by, said.comments = document.title, document.signer, "", document.mark
    said.created = said.modified = made
    said.revision = 1


def write(run: Any, family: str, size: float, *, colour: str = "", bold: bool = False) -> None:
    """Set the type of a run for Chinese and for Latin letters."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run.font.name, run.font.size, run.font.bold = LATIN, Pt(size), bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), family)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def paragraph(
    place: Any, text: str, family: str = FANGSONG, size: float = layout.BODY, *, indent: float = 2,
    align: str = "justify", colour: str = "", right: float = 0,
) -> Any:  # fmt: skip
    """Add a paragraph; ``indent`` of its first line and ``right`` from the right, both in characters."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    added = place.add_paragraph()
    form = added.paragraph_format
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    form.first_line_indent, form.right_indent = Pt(indent * layout.BODY), Pt(right * layout.BODY)
    form.space_before = form.space_after = Pt(0)
    if size <= layout.BODY:
        form.line_spacing = Pt(layout.PITCH)
    write(added.add_run(text), family, size, colour=colour)
    return added


def _empty(word: Word, count: int) -> None:
    for _ in range(count):
        paragraph(word, "", indent=0)


def _opening(word: Word, document: Document) -> None:
    from lianshen.paper.word_page import rule

    if document.form == "file":
        head = f"{document.head}文件"
        paragraph(word, head, XIAOBIAOSONG, min(46, 425 / len(head)), indent=0, align="center", colour=layout.RED)
        _empty(word, 1)
        rule(paragraph(word, document.number, indent=0, align="center"), "bottom", "single", 12)
        _empty(word, 1)
    elif document.number:
        paragraph(word, document.number, indent=0, align="right")
        _empty(word, 2 if document.form == "letter" else 1)
    paragraph(word, document.title, XIAOBIAOSONG, layout.TITLE, indent=0, align="center")
    _empty(word, 1)
    if document.addressee:
        paragraph(word, f"{document.addressee}：", indent=0)


def _closing(word: Word, document: Document) -> None:
    from lianshen.paper.word_page import rule

    if document.enclosures:
        _empty(word, 1)
    for number, enclosure in enumerate(document.enclosures, start=1):
        label = "附件：" if number == 1 else "　　　"
        place = f"{number}." if len(document.enclosures) > 1 else ""
        paragraph(word, f"{label}{place}{enclosure.title}")
    if document.signer:
        _empty(word, 2)
        # The day four characters from the right, the agency centred over it, as far as the line reaches.
        over = max(0.0, 4 - (len(document.signer) - len(document.day_text) / 2 - 2) / 2)
        for text, right in ((document.signer, over), (document.day_text, 4)):
            paragraph(word, text, indent=0, align="right", right=right).paragraph_format.keep_with_next = True
    if document.copies_to:
        _empty(word, 1)
        copies = paragraph(word, f"抄送：{document.copies_to}", size=layout.SMALL, indent=1)
        if document.form == "file":
            rule(copies, "top", "single", 6)
            rule(copies, "bottom", "single", 6)


def _block(word: Word, block: Block) -> None:
    match block:
        case Paragraph():
            paragraph(word, block.text)
        case Heading():
            paragraph(word, block.text, HEI if block.level == 1 else KAI)
        case Facts():
            pairs = [*block.pairs, *[("", "")] * (len(block.pairs) % 2)]
            rows = [(*pairs[i], *pairs[i + 1]) for i in range(0, len(pairs), 2)]
            _grid(word, rows, (7, 9, 7, 9), ("center", "left") * 2, 12, {0, 2})
        case Table():
            if block.caption:
                paragraph(word, block.caption, HEI, 12, indent=0, align="center")
            heads = tuple(column.head for column in block.columns)
            weights = tuple(column.weight for column in block.columns)
            aligns = tuple(column.align for column in block.columns)
            table = _grid(word, [heads, *block.rows], weights, aligns, layout.TABLE, set())
            _repeat_head(table)
            strong = [0, len(block.rows)] if block.has_total else [0]
            for row in strong:
                for cell in table.rows[row].cells:
                    write(cell.paragraphs[0].runs[0], HEI, layout.TABLE)


def _grid(
    word: Word, rows: Sequence[tuple[str, ...]], weights: tuple[float, ...], aligns: tuple[str, ...], size: float,
    names: set[int],
) -> Any:  # fmt: skip
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    table = word.add_table(rows=0, cols=len(weights), style="Table Grid")
    table.autofit = False
    width = 210 - layout.LEFT - layout.RIGHT
    for number, row in enumerate(rows):
        if number < 2:
            cells = table.add_row().cells
            for column, text in enumerate(row):
                cells[column].width = Mm(width * weights[column] / sum(weights))
                place = cells[column].paragraphs[0]
                is_head = number == 0 and not names
                place.alignment = getattr(WD_ALIGN_PARAGRAPH, "CENTER" if is_head else aligns[column].upper())
                place.paragraph_format.space_after = place.paragraph_format.space_before = Pt(1)
                write(place.add_run(text or " "), HEI if column in names else FANGSONG, size)
            first = table._tbl.tr_lst[-1]
        else:
            # Thousands of lines are copies of the first one with other words: python-docx looks at all rows for each.
            copied = deepcopy(first)
            for cell, text in zip(copied.tc_lst, row, strict=True):
                cell.p_lst[0].r_lst[0].text = text
            table._tbl.append(copied)
    return table


def _repeat_head(table: Any) -> None:
    from docx.oxml import OxmlElement

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
