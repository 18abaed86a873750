"""``lianshen cases``: the casebook from the command line, with the filters of the pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lianshen.cli.cases_results import add_to as add_results
from lianshen.config import Settings

if TYPE_CHECKING:
    from lianshen.cases import Casebook
    from lianshen.cases.domain import Principal

FILTER = typer.Argument("", help="Filter as in the address of the queue, as 'state=new&rule=PL-04&region=510100'.")
OUT = typer.Option(Path("cases.csv"), help="File to write: CSV that spreadsheets open.")
AS_JSON = typer.Option(False, "--json", help="Print JSON; amounts are fen.")


def _book() -> Casebook:
    from lianshen.cases import Casebook, open_casebook

    return Casebook(open_casebook(Settings().casebook_url))


def _operator() -> Principal:
    from lianshen.cases.domain import Principal

    # Whoever can read the casebook's file can read every case; acting on one takes an account.
    return Principal(0, "operator", "命令行", "manager")


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str, indent=2))


def register(app: typer.Typer) -> None:
    cases = typer.Typer(no_args_is_help=True, help="Cases: list, show, export, and their deadlines.")
    app.add_typer(cases, name="cases")
    add_results(cases)

    @cases.command("list")
    def list_cases(
        query: str = FILTER,
        limit: int = typer.Option(20, min=1, max=500, help="How many to show."),
        as_json: bool = AS_JSON,
    ) -> None:
        """List cases, best expected yuan per hour first; before the first ranking highest risk and most money."""
        from lianshen.cases import services
        from lianshen.cases.filters import CaseFilter

        page = services.list_cases(_operator(), _book(), CaseFilter.strict(query), 0, limit)
        if as_json:
            _print(page)
            return
        for case in page["items"]:
            money = services.yuan(case["at_issue"])
            place = f"{case['region_name']} {case['fixmedins_name']}"
            typer.echo(f"{case['case_no']:<20}{case['severity_name']} {money:>12}  {case['state_name']}  "
                       f"{case['title_zh']}  {place}")  # fmt: skip
        typer.echo(f"{page['total']} cases, {services.yuan(page['at_issue'])} yuan at issue", err=True)

    @cases.command()
    def show(
        case_no: str = typer.Argument(..., help="Case number, as SC20261120-7KQ2MZ."), as_json: bool = AS_JSON
    ) -> None:
        """Show one case with its findings, lines and trail."""
        from lianshen.cases import services

        operator, book = _operator(), _book()
        case = services.get_case(operator, book, case_no)
        findings = services.get_findings(operator, book, case_no)
        lines = services.get_lines(operator, book, case_no)
        events = services.get_events(operator, book, case_no)
        if as_json:
            _print({**case, "finding_rows": findings, "line_rows": lines, "event_rows": events})
            return
        typer.echo(f"{case['case_no']}  {case['state_name']}  {case['severity_name']}  {case['title_zh']}")
        typer.echo(f"{case['region_name']} {case['fixmedins_name']}  {case['person_name']} {case['sex_name']} "
                   f"{case['age_years']}  {case['admit']} – {case['discharge']}")  # fmt: skip
        typer.echo(f"at issue {services.yuan(case['at_issue'])}, exposure {services.yuan(case['exposure'])}, "
                   f"fund paid {services.yuan(case['fund_fee'])} of {services.yuan(case['total_fee'])}")  # fmt: skip
        for found in findings:
            typer.echo(f"  {found['rule_id']} v{found['rule_version']}  {services.yuan(found['counted']):>12}  "
                       f"{found['sentence_zh']}")  # fmt: skip
        for line in lines:
            typer.echo(f"    {line['bkkp_sn']}  {services.yuan(line['at_most']):>12}  {line['item_name']}")
        for event in events:
            typer.echo(
                f"  {event['at']:%Y-%m-%d %H:%M}Z  {event['actor_name']}  {event['action']}  {event['reason'] or ''}"
            )

    @cases.command()
    def export(
        query: str = FILTER,
        out: Path = OUT,
        as_json: bool = typer.Option(False, "--json", help="Write one JSON object per line instead; amounts are fen."),
    ) -> None:
        """Export cases; the trail keeps who, when and with which filter."""
        from lianshen.cases import services
        from lianshen.cases.filters import CaseFilter

        kind = "jsonl" if as_json else "csv"
        rows = services.export_cases(_operator(), _book(), CaseFilter.strict(query), what=kind)
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8" if as_json else "utf-8-sig", newline="") as file:
            if as_json:
                count = sum(file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n") > 0 for row in rows)
            else:
                count = services.write_csv(rows, file)
        typer.echo(f"{count} cases in {out}")

    @cases.command()
    def clocks(as_json: bool = AS_JSON) -> None:
        """Tell agencies of deadlines that are near, past or long past, each once; the night does it too."""
        from dataclasses import asdict

        from lianshen.cases.services.clocks import sweep
        from lianshen.cases.services.inquiry_telling import remind

        book = _book()
        swept, reminded = sweep(book), remind(book)
        if as_json:
            _print({**asdict(swept), "inquiries": reminded})
            return
        typer.echo(f"{swept.warned} warned, {swept.breached} overdue, {swept.escalated} escalated, "
                   f"{reminded} inquiries reminded")  # fmt: skip
