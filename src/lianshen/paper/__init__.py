"""Paper: official documents in the layout of GB/T 9704, as PDF set by Typst and as DOCX that people go on editing."""

from lianshen.paper.document import Block, Column, Document, Enclosure, Facts, Heading, Paragraph, Table
from lianshen.paper.pdf import as_pdf, as_pictures
from lianshen.paper.typesetting import FONTS, NoChineseFont, Typesetter, typesetter
from lianshen.paper.word import as_docx

__all__ = [
    "FONTS",
    "Block",
    "Column",
    "Document",
    "Enclosure",
    "Facts",
    "Heading",
    "NoChineseFont",
    "Paragraph",
    "Table",
    "Typesetter",
    "as_docx",
    "as_pdf",
    "as_pictures",
    "typesetter",
]
