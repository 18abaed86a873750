"""``lianshen policy``: which values hold, and whether the packs are sound.

``group`` is the Typer application; another module of this package adds a command to it in its own ``register``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lianshen.config import Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    from lianshen.policy import PolicyBook, Reference

group = typer.Typer(no_args_is_help=True, help="The benefit policies and their dates.")

_INSURANCES = {
    "310": "310", "employee": "310", "职工": "310", "职工医保": "310",
    "390": "390", "resident": "390", "居民": "390", "居民医保": "390",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="policy")


def policies_folder() -> Path:
    """Return the folder of the packs that the settings name."""
    from lianshen.content import content_root

    return content_root(Settings().content) / "policies"


def pool_of(region: str) -> str:
    """Return the pool of a region: four or more digits of its code, or its Chinese or English name."""
    from lianshen.agency import agencies

    name = region.strip()
    if name[:4].isdecimal() and len(name) in {4, 6}:
        return name[:4]
    for agency in agencies().values():
        if name in {agency.name_zh, agency.name_zh[:-1]} or name.casefold() == agency.name_en.casefold():
            return agency.pool
    known = ", ".join(f"{agency.name_zh} {agency.pool}" for agency in agencies().values())
    raise UsageError(f"{region}: no such region; give a code as 510700, a pool as 5107, or a name: {known}")


@group.command()
def on(
    day: str = typer.Argument(help="YYYY-MM-DD."),
    pool: str = typer.Argument("", help="The same as --region.", show_default=False),
    region: str = typer.Option("", help="Insured region: its code, the first four digits (the pool), or its name."),
    insutype: str = typer.Option("", help="310 (employee) or 390 (resident); both if not given."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
) -> None:
    """List the values in force for a region on a day: since when, from which source, and what they beat."""
    from lianshen.policy import PolicyBook
    from lianshen.policy.reference import for_insurance

    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"{day} is no date; give YYYY-MM-DD, as 2026-11-08") from None
    if bool(pool) == bool(region):
        raise UsageError("give the region once: --region 510700, --region 绵阳市, or 5107 after the day")
    if insutype and insutype not in _INSURANCES:
        raise UsageError(f"--insutype {insutype}: packs speak of 310 (employee) and 390 (resident)")
    asked = pool_of(pool or region)
    book = PolicyBook.load(policies_folder())
    found = book.on(asked, wanted)
    insurance = _INSURANCES.get(insutype)
    if insurance:
        found = for_insurance(found, insurance)
    _show(book, asked, wanted, insurance, found, as_json)


@group.command()
def check(as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a line.")) -> None:
    """Read every pack, work its examples, and see that each change of a value has an example on both sides."""
    from lianshen.policy import PolicyError
    from lianshen.policy.checking import check_folder

    checked = check_folder(policies_folder())
    if as_json:
        typer.echo(json.dumps(asdict(checked), ensure_ascii=False, indent=2))
        if checked.problems:
            raise typer.Exit(PolicyError.exit_code)
        return
    if checked.problems:
        lines = "\n".join(f"  {problem}" for problem in checked.problems)
        raise PolicyError(f"{len(checked.problems)} problem(s)\n{lines}")
    typer.echo(
        f"{checked.packs} packs for {checked.pools} pools, {checked.changes} changes, {checked.examples} examples: "
        "all right"
    )


def _row(reference: Reference) -> dict[str, Any]:
    source = reference.source
    return {
        "parameter": reference.parameter,
        "about": reference.about,
        "unit": reference.unit,
        "bound": reference.bound,
        "value": reference.value,
        "since": reference.since.isoformat(),
        "until": reference.until.isoformat() if reference.until else None,
        "pack": reference.pack_id,
        "source": str(source),
        "rank": source.rank,
        "kind": source.kind,
        "note": source.note,
        "won_over": list(reference.won_over),
    }


def _show(book: PolicyBook, pool: str, day: date, insurance: str | None, found: list[Reference], as_json: bool) -> None:
    pack = book.pack_of(pool)
    rows = [_row(reference) for reference in found]
    provisional = day > pack.reviewed_through
    if as_json:
        head = {
            "pool": pool,
            "day": day.isoformat(),
            "insutype": insurance,
            "pack": pack.id,
            "reviewed_through": pack.reviewed_through.isoformat(),
            "is_provisional": provisional,
            "values": rows,
        }
        typer.echo(json.dumps(head, ensure_ascii=False, indent=2))
        return
    title = f"{pack.title_zh} {pack.title} {day}" + (f" {insurance}" if insurance else "")
    if provisional:
        title += f"\nprovisional: reviewed through {pack.reviewed_through} only"
    _print(title, rows)


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("parameter", no_wrap=True)
    table.add_column("value", min_width=24, ratio=1)
    table.add_column("in force", no_wrap=True)
    table.add_column("from", no_wrap=True)
    sources: dict[str, int] = {}
    for row in rows:
        until = f"\nuntil {row['until']}" if row["until"] else ""
        name = f"  at {row['bound']}" if row["bound"] else row["parameter"]
        number = sources.setdefault(f"{row['source']} \\[{row['kind']}]", len(sources) + 1)
        beaten = "".join(f"\n[dim]beats {escape(text.split(': ')[0])}[/]" for text in row["won_over"])
        pack = "" if row["pack"] == row["rank"] else f" {row['pack']}"
        origin = escape(f"{row['rank']}{pack} ({number})")
        table.add_row(name, escape(_text(row["value"])) + beaten, f"{row['since']}{until}", origin)
    console = Console()
    console.print(table)
    for source, number in sources.items():
        console.print(f"({number}) {source}", highlight=False)


def _text(value: Any) -> str:
    """Return a value as short lines: one per key of the outermost mapping."""
    if not isinstance(value, dict):
        return _flat(value)
    return "\n".join(f"{key}: {_flat(one)}" for key, one in value.items())


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_flat(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_flat_step(row) for row in value)
    return str(value)


def _flat_step(row: Any) -> str:
    if not isinstance(row, dict):
        return str(row)
    start, share = row.values()
    return f">{start} {share}" if "above" in row else f"≥{start} {share}"
