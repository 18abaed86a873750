"""``lianshen cases export-results`` and ``import-results``: agencies without accounts work by Excel."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from lianshen.config import SHANGHAI, Settings
from lianshen.errors import LianshenError

BY = typer.Option(..., "--by", help="Name of who brings the file; it stands in the trail.")
AS_JSON = typer.Option(False, "--json", help="Print the report as JSON.")


class ResultsRefused(LianshenError):
    """Some of the results could not be entered; the report says which and why."""


def register(app: typer.Typer) -> None:
    """Nothing to add: the commands belong to ``lianshen cases``."""


def add_to(cases: typer.Typer) -> None:
    """Add the two commands to the group."""

    @cases.command("export-results")
    def export_results(
        agency: str = typer.Argument(..., help="Agency, as 513200."),
        out: Path = typer.Argument(..., help="Workbook to write."),
        by: str = typer.Option("命令行", "--by", help="Name of who takes the file along; it stands in the trail."),
    ) -> None:
        """Write an agency's open cases into a workbook that it fills in: amounts, reasons, conclusions."""
        from lianshen.cases import Casebook, open_casebook
        from lianshen.cases.results.writing import write_results_template
        from lianshen.cases.services.results import excel_desk, open_cases
        from lianshen.cases.services.scope import agency_name

        book = Casebook(open_casebook(Settings().casebook_url))
        desk = excel_desk(agency, by)
        rows = open_cases(desk, book)
        out.parent.mkdir(parents=True, exist_ok=True)
        made = book.now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        write_results_template(out, agency, agency_name(agency), made, rows)
        typer.echo(f"{len(rows)} cases in {out}")

    @cases.command("import-results")
    def import_results(
        file: Path = typer.Argument(..., exists=True, dir_okay=False, help="Workbook that came back."),
        by: str = BY,
        whole: bool = typer.Option(False, "--all-or-nothing", help="One mistake, and nothing at all is entered."),
        check: bool = typer.Option(False, "--check", help="Try everything and keep nothing."),
        as_json: bool = AS_JSON,
    ) -> None:
        """Enter the results of a workbook: each case whole or not at all, with every check of the pages."""
        from lianshen.cases import Casebook, open_casebook
        from lianshen.cases.results.reading import read_results
        from lianshen.cases.services import results

        filled = read_results(file)
        book = Casebook(open_casebook(Settings().casebook_url))
        desk = results.excel_desk(filled.agency, by)
        report = results.import_results(desk, book, filled, whole=whole, check_only=check)
        if as_json:
            typer.echo(json.dumps(results.as_plain(report), ensure_ascii=False, indent=2))
        else:
            for problem in report.problems:
                typer.echo(str(problem))
            for one in report.results:
                typer.echo(f"{one.row:>5}  {one.case_no:<20} {results.OUTCOMES[one.outcome]}")
                for problem in one.problems:
                    typer.echo(f"       {problem}")
        if not report.is_clean:
            wrong = report.count("failed") + len(report.problems)
            kept = "nothing was entered" if whole or check else f"{report.count('done')} cases were entered"
            raise ResultsRefused(
                f"{file.name}: {wrong} with mistakes, {kept}; mend the cells named and import it again"
            )
