"""``lianshen clearing``: daily reconciliation, the month's netting and its statements, the revolving fund."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianshen.config import Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    import duckdb

    from lianshen.clearing import Closing, FundPosition

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
MonthText = Annotated[str, typer.Argument(metavar="MONTH", help="A month, such as 2026-11.")]
RegionCode = Annotated[str | None, typer.Option("--region", help="Code of one region, such as 510700 or 5107.")]

clearing_app = typer.Typer(
    no_args_is_help=True,
    help="Reconcile days, close months between regions, print their statements, watch the revolving fund.",
)


def register(app: typer.Typer) -> None:
    app.add_typer(clearing_app, name="clearing")


def _reading() -> duckdb.DuckDBPyConnection:
    from lianshen.warehouse.connect import reading

    return reading(Settings())


def _writing() -> duckdb.DuckDBPyConnection:
    from lianshen.warehouse.connect import writing

    return writing(Settings())


@clearing_app.command()
def reconcile(
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; default: all.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; default: all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare what institutions and other provinces state with the settlements held, day by day."""
    from lianshen import clearing
    from lianshen.clearing.terminal import print_reconciled

    if since and until and until < since:
        raise UsageError(f"--to {until:%Y-%m-%d} lies before --from {since:%Y-%m-%d}")
    with _writing() as con:
        result = clearing.reconcile(con, since.date() if since else None, until.date() if until else None)
    if as_json:
        _json({**asdict(result), "open_items": result.open_items})
    else:
        print_reconciled(result)


@clearing_app.command()
def close(
    month: MonthText,
    provisional: Annotated[
        bool, typer.Option("--provisional", help="Work it out as it stands and write nothing.")
    ] = False,
    start: Annotated[
        bool, typer.Option("--start", help="Begin the books here: older months were cleared elsewhere.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Close a month: net what regions owe each other. A closed month is never written again."""
    from lianshen import clearing
    from lianshen.clearing.terminal import print_closing

    wanted = clearing.Month.parse(month)
    if provisional:
        if start:
            raise UsageError("--start begins the books and --provisional writes nothing: give one of them")
        with _reading() as con:
            closing = clearing.month_as_it_stands(con, wanted)
    else:
        with _writing() as con:
            closing = clearing.close(con, wanted, start=start)
            clearing.post(con)
    if as_json:
        _json(_closing(closing))
    else:
        print_closing(closing)


@clearing_app.command()
def verify(month: MonthText, as_json: AsJson = False) -> None:
    """Check that a closed month still is what was closed, and count what the next month will put right of it."""
    from lianshen import clearing

    with _reading() as con:
        found = clearing.verify(con, clearing.Month.parse(month))
    if as_json:
        _json({**asdict(found), "month": str(found.month)})
    else:
        typer.echo(
            f"{found.month}: {'as it was closed' if found.intact else 'NOT what was closed: its rows were changed'}"
        )
        typer.echo(f"changed since: {found.altered:,} settlements, {found.adjustment:,.2f} yuan, for the next month")
    if not found.intact:
        raise clearing.ClearingError(f"{found.month}: the stored rows do not give the hash of the closed month")


@clearing_app.command()
def statement(
    month: MonthText,
    out: Annotated[Path, typer.Option("--out", help="Folder for the files; made when it is not there.")],
    region: RegionCode = None,
    every: Annotated[bool, typer.Option("--all", help="Every region of the province.")] = False,
    form: Annotated[str, typer.Option("--format", help="xlsx, pdf or both.")] = "both",
    fonts: Annotated[Path | None, typer.Option(help="Folder with a Chinese font, before those of the system.")] = None,
    provisional: Annotated[bool, typer.Option("--provisional", help="Also of a month that is not closed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a month's statement of one region or of all, as Excel and PDF."""
    from lianshen import clearing
    from lianshen.clearing.printing import write_statements
    from lianshen.clearing.regions import own_regions, require_region

    if (region is None) != every:
        raise UsageError("give --region CODE or --all, one of them")
    if form not in {"xlsx", "pdf", "both"}:
        raise UsageError(f"--format {form}: give xlsx, pdf or both")
    wanted = clearing.Month.parse(month)
    codes = own_regions() if region is None else (require_region(region),)
    with _reading() as con:
        closing = clearing.month_as_it_stands(con, wanted)
        if closing.state == "PROVISIONAL" and not provisional:
            raise clearing.MonthNotClosed(
                f"{wanted} is not closed: lianshen clearing close {wanted}, or print it as it stands with --provisional"
            )
        written = write_statements(con, closing, codes, out, form, fonts)
    if as_json:
        _json([{"region": code, "file": str(path)} for code, path in written])
    else:
        for _, path in written:
            typer.echo(path)


@clearing_app.command()
def fund(
    region: RegionCode = None,
    request: Annotated[bool, typer.Option("--request-topup", help="Book the region's request to be refilled.")] = False,
    accounts: Annotated[bool, typer.Option("--accounts", help="Show every account of the journal, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show each region's revolving fund: balance, usage, line, state and when it runs dry."""
    from lianshen import clearing
    from lianshen.clearing.regions import region_names, require_region
    from lianshen.clearing.terminal import print_funds
    from lianshen.workdays import Workdays

    code = require_region(region) if region else None
    if request and code is None:
        raise UsageError("--request-topup needs --region CODE")
    with _writing() as con:
        clearing.post(con)
        found = clearing.fund_positions(con, Workdays.shipped(), code)
        if request:
            clearing.request_topup(con, found[0])
            found = clearing.fund_positions(con, Workdays.shipped(), code)
        off = clearing.differences(con, code)
        books = clearing.balances(con, code) if accounts else []
        names = region_names(con)
    if as_json:
        _json(
            {
                "funds": [_fund(position) for position in found],
                "differences": [asdict(row) for row in off],
                "accounts": [asdict(row) for row in books],
            }
        )
        return
    print_funds(found, names, off, books)


@clearing_app.command()
def timetable(
    month: Annotated[str | None, typer.Argument(help="A month, such as 2026-11; default: the last one over.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show by when a month has to be declared, cleared and paid, and which treating regions are late with any month."""
    from lianshen import clearing
    from lianshen.clearing.regions import region_names
    from lianshen.clearing.terminal import print_timetable
    from lianshen.workdays import Workdays

    with _reading() as con:
        today = clearing.reached(con)
        wanted = clearing.Month.parse(month) if month else clearing.Month.of(today).plus(-1)
        terms = clearing.Terms.read(con, wanted.last)
        table = clearing.Timetable.of(wanted, terms, Workdays.shipped())
        found = clearing.late(con, today, Workdays.shipped())
        names = region_names(con)
    if as_json:
        late = [{**asdict(row), "month": str(row.month)} for row in found]
        _json({"timetable": {**asdict(table), "month": str(table.month)}, "as_of": today, "late": late})
        return
    print_timetable(table, terms, found, names)


def _json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def _closing(closing: Closing) -> dict[str, Any]:
    from lianshen.clearing import positions

    return {
        **asdict(closing),
        "month": str(closing.month),
        "positions": [{**asdict(row), "net": row.net} for row in positions(closing.lines)],
    }


def _fund(position: FundPosition) -> dict[str, Any]:
    return {**asdict(position), "usage": position.facts.usage}
