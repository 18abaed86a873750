"""Reading the files in which knowledge is published: CSV in UTF-8 or GB 18030, and Excel workbooks."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianshen.errors import MissingExtra
from lianshen.knowledge.tables import KnowledgeError

ENCODINGS = ("utf-8-sig", "gb18030")
BOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Sheet:
    """One sheet as rows of text; ``rows[0]`` is row 1 of the sheet, an empty cell is empty text."""

    name: str
    rows: list[list[str]]


def read_sheets(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook, or the one of a CSV file.

    :raises KnowledgeError: when the file is neither. :raises MissingExtra: for a workbook without openpyxl.
    """
    if not path.is_file():
        raise KnowledgeError(f"{path}: there is no such file")
    if path.suffix.lower() in BOOKS:
        return _workbook(path)
    if path.suffix.lower() in (".csv", ".txt"):
        return [Sheet(path.stem, _csv_rows(path))]
    raise KnowledgeError(f"{path}: is neither a CSV file nor an .xlsx workbook: save it as one of them")


def _csv_rows(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    raise KnowledgeError(f"{path}: is neither UTF-8 nor GB 18030: save it again as UTF-8")


def _workbook(path: Path) -> list[Sheet]:
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise MissingExtra("openpyxl", "knowledge", "Reading an Excel workbook") from error
    from zipfile import BadZipFile

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise KnowledgeError(f"{path}: is no Excel workbook ({error}): save it again as .xlsx, or as CSV") from error
    try:
        return [
            Sheet(sheet.title, [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)])
            for sheet in book.worksheets
        ]
    finally:
        book.close()


def _text(cell: Any) -> str:
    """Return a cell as text: a number that is whole has no decimals, a day no time."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())[:10]
    return str(cell).strip()
