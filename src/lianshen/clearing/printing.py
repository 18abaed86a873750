"""A month's statements as files: one Excel workbook and one PDF per region."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from lianshen.clearing.closing import Closing
from lianshen.clearing.excel import write_excel
from lianshen.clearing.pdf import StatementPrinter
from lianshen.clearing.regions import region_names
from lianshen.clearing.statement import statement


def write_statements(
    con: duckdb.DuckDBPyConnection,
    closing: Closing,
    regions: Sequence[str],
    folder: Path,
    form: str = "both",
    fonts: Path | None = None,
) -> list[tuple[str, Path]]:
    """Write the regions' statements of a month under ``folder`` and return region and file.

    ``form`` is xlsx, pdf or both. A font is looked for before the first file is written.
    """
    printer = StatementPrinter(fonts) if form in ("pdf", "both") else None
    names = region_names(con)
    folder.mkdir(parents=True, exist_ok=True)
    mark = "-provisional" if closing.state == "PROVISIONAL" else ""
    written = []
    for region in regions:
        found = statement(closing, region)
        stem = folder / f"{closing.month}-{region}{mark}"
        if form in ("xlsx", "both"):
            written.append((region, write_excel(found, names, stem.with_suffix(".xlsx"))))
        if printer is not None:
            written.append((region, printer.print(found, names, stem.with_suffix(".pdf"))))
    return written
