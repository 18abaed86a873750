"""``lianshen reports``: the monthly bulletin and the quarterly assessment as files."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lianshen.config import Settings

if TYPE_CHECKING:
    from lianshen.cases.services.reports import Kind

OUT = typer.Option(Path("."), "--out", help="Folder to write into, or a file that ends in .pdf or .docx.")


class Form(StrEnum):
    """What is written."""

    PDF = "pdf"
    DOCX = "docx"
    BOTH = "both"


FORM = typer.Option(Form.BOTH, "--format", help="What to write into the folder.")
AS_JSON = typer.Option(False, "--json", help="Print the figures as JSON instead; amounts are fen.")


def register(app: typer.Typer) -> None:
    reports = typer.Typer(no_args_is_help=True, help="The monthly bulletin and the quarterly assessment (Art. 18).")
    app.add_typer(reports, name="reports")

    @reports.command()
    def bulletin(
        month: str = typer.Option(..., "--month", help="Such as 2026-11."),
        out: Path = OUT,
        form: Form = FORM,
        as_json: bool = AS_JSON,
    ) -> None:
        """Write the bulletin of a month: what was raised, sent, decided and brought back, per agency."""
        _write("bulletin", month, out, form, as_json)

    @reports.command()
    def assessment(
        quarter: str = typer.Option(..., "--quarter", help="Such as 2026Q4."),
        out: Path = OUT,
        form: Form = FORM,
        as_json: bool = AS_JSON,
    ) -> None:
        """Write the assessment of a quarter: five measures per agency, shrunk, with ranks and their intervals."""
        _write("assessment", quarter, out, form, as_json)


def _write(kind: Kind, key: str, out: Path, form: Form, as_json: bool) -> None:
    from dataclasses import asdict

    from lianshen.cases import Casebook, open_casebook
    from lianshen.cases.domain import Principal
    from lianshen.cases.services.assessing import assessment
    from lianshen.cases.services.bulletins import bulletin
    from lianshen.cases.services.reports import period_of, report_file

    book = Casebook(open_casebook(Settings().casebook_url))
    # Whoever can read the casebook's file can read every case.
    operator = Principal(0, "operator", "命令行", "manager")
    period = period_of(kind, key)
    if as_json:
        figures: Any = bulletin(operator, book, period) if kind == "bulletin" else assessment(operator, book, period)
        typer.echo(json.dumps(asdict(figures), ensure_ascii=False, default=str, indent=2))
        return
    is_file = out.suffix in (".pdf", ".docx")
    forms = [out.suffix[1:]] if is_file else ["pdf", "docx"] if form is Form.BOTH else [form.value]
    (out.parent if is_file else out).mkdir(parents=True, exist_ok=True)
    for one in forms:
        paper = report_file(operator, book, kind, period, "pdf" if one == "pdf" else "docx")
        path = out if is_file else out / paper.name
        path.write_bytes(paper.body)
        typer.echo(str(path))
