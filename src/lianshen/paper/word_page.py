"""The page of a Word file: margins, grid, page numbers, the red head of a letter, and the mark across every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from lianshen.paper import document as layout
from lianshen.paper.document import Document

if TYPE_CHECKING:
    from docx.document import Document as Word

_FORMULAS = (
    "sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0", "if @0 21600 @1",
    "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8", "mid @6 @7", "sum @6 0 @5",
)  # fmt: skip
_VML = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    f"<v:formulas>{''.join(f'<v:f eqn={quoteattr(one)}/>' for one in _FORMULAS)}</v:formulas>"
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
    'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/>'
    '<v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
    '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
    '<v:shape id="{name}" o:spid="_x0000_s{spid}" type="#_x0000_t136" style="position:absolute;margin-left:0;'
    "margin-top:0;width:430pt;height:34pt;rotation:328;z-index:-251658240;mso-position-horizontal:center;"
    'mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" '
    'fillcolor="#000000" stroked="f"><v:fill opacity="0.05"/>'
    '<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string={text}/></v:shape></w:pict></w:r>'
)
"""Word's own watermark, as its menu makes it and takes it out again."""


def set_page(word: Word, document: Document) -> None:
    """Set the only section of the file as the standard has it."""
    from docx.shared import Mm, Pt

    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    section.header_distance, section.footer_distance = Mm(30 if document.form == "letter" else 15), Mm(25)
    _grid(section)
    word.styles["Normal"].font.size = Pt(layout.BODY)
    word.settings.odd_and_even_pages_header_footer = True
    section.different_first_page_header_footer = document.form == "letter"
    pages: list[tuple[Any, Any, str]] = [
        (section.header, section.footer, "right"),
        (section.even_page_header, section.even_page_footer, "left"),
    ]
    if document.form == "letter":
        pages.append((section.first_page_header, section.first_page_footer, ""))
    for number, (header, footer, side) in enumerate(pages, start=1):
        header.is_linked_to_previous = footer.is_linked_to_previous = False
        if side:
            _number(footer.paragraphs[0], side)
        else:
            _head(header, document)
            rule(_across(footer.paragraphs[0]), "bottom", "thickThinSmallGap", 18)
        if document.mark:
            _mark(header.paragraphs[0], document.mark, number)


def _grid(section: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(round(layout.PITCH * 20)))
    # In 4096ths of a point: how much closer characters stand than they are wide.
    grid.set(qn("w:charSpace"), str(round((layout.CHARACTER - layout.BODY) * 4096)))
    section._sectPr.append(grid)


def _number(place: Any, side: str) -> None:
    """Write — 1 — where the page number stands: outside, one character in (7.5)."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    from lianshen.paper.word import FANGSONG, write

    place.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())
    place.paragraph_format.left_indent = place.paragraph_format.right_indent = Pt(layout.SMALL)
    write(place.add_run("— "), FANGSONG, layout.SMALL)
    for kind in ("begin", "PAGE", "separate", "1", "end"):
        run = place.add_run(kind if kind == "1" else "")
        write(run, FANGSONG, layout.SMALL)
        if kind == "PAGE":
            part = OxmlElement("w:instrText")
            part.text = "PAGE"
            run._element.append(part)
        elif kind != "1":
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
            run._element.append(part)
    write(place.add_run(" —"), FANGSONG, layout.SMALL)


def _head(header: Any, document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    from lianshen.paper.word import XIAOBIAOSONG, write

    place = _across(header.paragraphs[0])
    place.alignment = WD_ALIGN_PARAGRAPH.CENTER
    size = min(32, 425 / max(1, len(document.head)))
    write(place.add_run(document.head), XIAOBIAOSONG, size, colour=layout.RED)
    rule(place, "bottom", "thinThickSmallGap", 18)


def _across(place: Any) -> Any:
    """Let a paragraph reach over 170 mm in the middle of the paper, beyond both margins (10.1)."""
    from docx.shared import Mm

    place.paragraph_format.left_indent = Mm(20 - layout.LEFT)
    place.paragraph_format.right_indent = Mm(20 - layout.RIGHT)
    return place


def rule(place: Any, side: str, kind: str, eighths: int) -> None:
    """Draw a line along a paragraph, red but for the lines around 抄送; its width in eighths of a point."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = place._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        # The schema wants borders before spacing and indents.
        later = [child for child in properties if child.tag in (qn("w:spacing"), qn("w:ind"), qn("w:jc"))]
        if later:
            later[0].addprevious(borders)
        else:
            properties.append(borders)
    line = OxmlElement(f"w:{side}")
    colour = "000000" if eighths < 12 else layout.RED
    for name, value in (("val", kind), ("sz", str(eighths)), ("space", "4"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _mark(place: Any, text: str, number: int) -> None:
    from docx.oxml import parse_xml

    name = f"PowerPlusWaterMarkObject{number}"
    place._p.append(parse_xml(_VML.format(name=name, spid=2048 + number, text=quoteattr(text))))
