"""``lianshen knowledge``: what the rules know, whether its files are right, and bringing in published batches."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianshen.config import Settings
from lianshen.content import content_root
from lianshen.errors import UsageError

if TYPE_CHECKING:
    from lianshen.knowledge.parts import Part
    from lianshen.knowledge.plain import Imported

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
SHOWN = 20

knowledge_app = typer.Typer(no_args_is_help=True, help="What the rules know: list, check, document, bring in batches.")


def register(app: typer.Typer) -> None:
    app.add_typer(knowledge_app, name="knowledge")


def _content() -> Path:
    return content_root(Settings().content)


def _readers(content: Path) -> dict[str, list[str]]:
    """Return the rules, and then the suppressors, that read each table."""
    from lianshen.content import read_yaml
    from lianshen.rules.catalogue import rule_texts
    from lianshen.rules.suppressor_head import FILE

    readers: dict[str, list[str]] = {}
    for text in rule_texts(content).values():
        for table in text.head.reads:
            readers.setdefault(table, []).append(text.id)
    for path in sorted((content / "sql" / "suppressors").glob("*.sql")):
        found = FILE.match(path.read_text(encoding="utf-8"))
        for table in read_yaml(found["head"])["reads"] if found else ():
            readers.setdefault(table, []).append(path.stem)
    return readers


@knowledge_app.command("list")
def list_tables(as_json: AsJson = False) -> None:
    """List the tables with their points, rows and batches, and the rules that read them."""
    from lianshen.knowledge.listing import summaries

    content = _content()
    found = summaries(content, _readers(content))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("table", "points", "rows", "files", "batches", "read by")
    for one in found:
        batches = ", ".join(f"{name} ({rows:,})" for name, rows in list(one["batches"].items())[:4])
        more = len(one["batches"]) - 4
        table.add_row(
            one["table"], f"{one['points']:,}", f"{one['rows']:,}", str(len(one["files"])),
            batches + (f" and {more} more" if more > 0 else ""), ", ".join(one["rules"]),
        )  # fmt: skip
    Console().print(table)


@knowledge_app.command()
def check(
    tables: Annotated[list[str] | None, typer.Argument(help="Only these tables, such as age_limit.")] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="CSV with a column hilist_code; default: the demo catalogue of the content.")
    ] = None,
    received: Annotated[
        bool, typer.Option("--received", help="Take the catalogue that the warehouse received instead.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Print every problem, not the first of each kind.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check every row of the knowledge files. Exits with 1 when one is wrong; a code that is in no catalogue warns."""
    from lianshen.knowledge.checking import check_knowledge

    found = check_knowledge(_content(), catalogue, tables or (), codes=_received() if received else None)
    counted = Counter(problem.severity for problem in found)
    if as_json:
        rows = [
            {
                "file": str(p.file), "row": p.row, "column": p.column, "message": p.message, "severity": p.severity,
            }
            for p in found
        ]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        shown: Counter[tuple[object, ...]] = Counter()
        for problem in found:
            kind = (problem.severity, problem.file, problem.column)
            shown[kind] += 1
            if every or shown[kind] <= SHOWN:
                typer.echo(f"{problem.severity}: {problem}")
        more = sum(max(0, count - SHOWN) for count in shown.values())
        if more and not every:
            typer.echo(f"… and {more:,} more of these kinds: --all prints them")
        typer.echo(f"{counted['error']:,} errors, {counted['warning']:,} warnings")
    if counted["error"]:
        raise typer.Exit(1)


def _received() -> list[str]:
    """Return the item codes of the catalogues that the warehouse received."""
    from lianshen.warehouse.connect import reading

    with reading(Settings()) as con:
        return [code for (code,) in con.execute("SELECT DISTINCT hilist_code FROM settled.hilist_b").fetchall()]


@knowledge_app.command("end")
def end_points(
    batch: Annotated[str, typer.Argument(help="Name of a batch, as `lianshen knowledge list` has it.")],
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The first day no longer.")],
    table: Annotated[str | None, typer.Option(help="Only the points of this table.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would end, and write nothing.")] = False,
) -> None:
    """End the points of a batch on a day, such as the first day of the batch that replaces it."""
    from lianshen.knowledge.ending import end_batch
    from lianshen.knowledge.tables import knowledge_tables

    content = _content()
    for one in end_batch(content, knowledge_tables(content / "sql"), batch, on.date(), table):
        if not dry_run:
            one.write()
        left = f", {one.left_out:,} that would begin later left out" if one.left_out else ""
        typer.echo(f"{one.path.relative_to(content)}: {one.ended:,} rows end on {on.date()}{left}")
    if dry_run:
        typer.echo("nothing was written")


@knowledge_app.command("import")
def import_batch(
    file: Annotated[Path, typer.Argument(help="A published list: CSV (UTF-8 or GB 18030) or .xlsx.")],
    table: Annotated[str | None, typer.Option(help="Only points of this table; needed for its own columns.")] = None,
    batch: Annotated[str | None, typer.Option(help="Name of the batch; default: as the file names it.")] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day on which the points hold.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where it was published; default: the file's name.")] = None,
    rule_type: Annotated[str | None, typer.Option("--type", help="Rule type, where the file does not say it.")] = None,
    aside: Annotated[
        Path | None, typer.Option(help="Where the rows go that could not be read; default: in home/knowledge.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring in a published batch: a part file per table and rule type, and a list of what could not be read.

    The same file gives the same parts. A part is taken out again by removing its file.
    """
    from lianshen.knowledge.importing import read_batch
    from lianshen.knowledge.limits import read_mapping
    from lianshen.knowledge.parts import make_parts, write_aside
    from lianshen.knowledge.plain import Wanted
    from lianshen.knowledge.tables import knowledge_tables

    settings = Settings()
    content = content_root(settings.content)
    tables = knowledge_tables(content / "sql")
    wanted = Wanted(table, batch, since.date() if since else None, source, rule_type)
    result = read_batch(file, read_mapping(content / "knowledge"), tables, content / "sql", wanted)
    parts = make_parts(result, tables, content)
    if not result.received:
        raise UsageError(f"{file}: has headings and no row below them")
    place = aside or settings.home / "knowledge" / f"{file.stem}_set_aside.csv"
    changed = [part for part in parts if part.is_changed]
    if not dry_run:
        for part in changed:
            part.write()
        if result.aside:
            write_aside(place, result.aside)
        else:
            place.unlink(missing_ok=True)
    _tell(content, result, parts, changed, place, dry_run, as_json)


def _tell(
    content: Path, result: Imported, parts: list[Part], changed: list[Part], place: Path, dry_run: bool, as_json: bool
) -> None:
    shown: list[dict[str, Any]] = [
        {
            "table": part.table, "rule_type": part.rule_type, "file": str(part.path.relative_to(content)),
            "points": part.points, "rows": part.rows, "changed": part in changed,
        }
        for part in parts
    ]  # fmt: skip
    reasons = Counter(one.reason for one in result.aside)
    if as_json:
        account = {
            "batch": result.batch, "received": result.received, "read": result.read, "set_aside": len(result.aside),
            "restored_codes": result.restored, "dry_run": dry_run, "parts": shown, "reasons": dict(reasons),
        }  # fmt: skip
        typer.echo(json.dumps(account, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("table", "rule type", "points", "rows", "file")
    for one in shown:
        state = "" if one["changed"] else " (as it was)"
        table.add_row(one["table"], one["rule_type"], f"{one['points']:,}", f"{one['rows']:,}", f"{one['file']}{state}")
    console.print(table)
    console.print(
        f"batch {result.batch}: received {result.received:,} = read {result.read:,} + set aside {len(result.aside):,}"
        + (f"; {result.restored:,} codes got their leading zeros back" if result.restored else "")
        + ("; nothing was written" if dry_run else "")
    )
    for reason, count in reasons.most_common(10):
        console.print(f"  {count:,} × {reason}")
    if result.aside and not dry_run:
        console.print(f"set aside, each with its reason: {place}")


@knowledge_app.command()
def docs(
    check_only: Annotated[bool, typer.Option("--check", help="Only say whether the page is up to date.")] = False,
) -> None:
    """Make the tables of docs/knowledge.md from the schema files."""
    from lianshen.knowledge.page import PAGE, whole_page
    from lianshen.knowledge.tables import knowledge_tables

    content = _content()
    path = content / PAGE
    if not path.is_file():
        raise UsageError(f"{path}: is missing: this command belongs to a checkout, which has docs/")
    before = path.read_text(encoding="utf-8")
    page = whole_page(before, knowledge_tables(content / "sql"), _readers(content))
    if not check_only:
        path.write_text(page, encoding="utf-8")
        typer.echo(f"wrote {PAGE}")
    elif before != page:
        typer.echo(f"{PAGE} is stale: run `lianshen knowledge docs`")
        raise typer.Exit(1)
