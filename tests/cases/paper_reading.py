"""Reading paper back: the text and the fonts of a PDF, the text and the page of a Word file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from pypdf import PdfReader


def pdf_text(body: bytes) -> str:
    """Return everything that a PDF says, without the spaces that setting brings."""
    pages = PdfReader(io.BytesIO(body)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def pdf_fonts(body: bytes) -> Iterator[tuple[str, bool]]:
    """Yield every font of a PDF: its name, and whether its outlines are in the file."""
    for page in PdfReader(io.BytesIO(body)).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            yield str(inner["/FontName"]), bool({"/FontFile2", "/FontFile3"} & set(inner))


def word_of(body: bytes) -> Document:
    return docx.Document(io.BytesIO(body))


def word_text(body: bytes) -> str:
    """Return everything that a Word file says in its body: paragraphs, then cells of tables."""
    word = word_of(body)
    said = [paragraph.text for paragraph in word.paragraphs]
    said += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join(said)
