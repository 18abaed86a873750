"""``lianshen policy``: which values hold, and whether the packs are sound."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from lianshen.config import Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    from lianshen.policy import PolicyBook, Reference


def _book() -> PolicyBook:
    from lianshen.content import content_root
    from lianshen.policy import PolicyBook

    return PolicyBook.load(content_root(Settings().content) / "policies")


def _row(reference: Reference) -> dict[str, Any]:
    source = reference.source
    return {
        "parameter": reference.parameter,
        "about": reference.about,
        "unit": reference.unit,
        "value": reference.value,
        "since": reference.since.isoformat(),
        "until": reference.until.isoformat() if reference.until else None,
        "pack": reference.pack_id,
        "source": str(source),
        "rank": source.rank,
        "kind": source.kind,
        "note": source.note,
    }


def register(app: typer.Typer) -> None:
    policy = typer.Typer(no_args_is_help=True, help="The benefit policies and their dates.")
    app.add_typer(policy, name="policy")

    @policy.command()
    def on(
        day: str = typer.Argument(help="YYYY-MM-DD."),
        pool: str = typer.Argument(help="Pool: the first four digits of the insured region, or the region itself."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
    ) -> None:
        """List the values in force for a pool on a day, each with its source."""
        try:
            wanted = date.fromisoformat(day)
        except ValueError:
            raise UsageError(f"{day} is no date; give YYYY-MM-DD, as 2026-11-08") from None
        book = _book()
        pack = book.pack_of(pool[:4])
        rows = [_row(reference) for reference in book.on(pool[:4], wanted)]
        provisional = wanted > pack.reviewed_through
        if as_json:
            head = {"pool": pool[:4], "day": day, "pack": pack.id, "is_provisional": provisional, "values": rows}
            typer.echo(json.dumps(head, ensure_ascii=False, indent=2))
        else:
            title = f"{pack.title_zh} {pack.title} {day}" + (
                " (provisional: not reviewed so far)" if provisional else ""
            )
            _print(title, rows)

    @policy.command()
    def check() -> None:
        """Read every pack, work its examples, and see that each change of a value has an example on both sides."""
        from lianshen.policy import PolicyError
        from lianshen.policy.examples import check_examples, read_examples

        book = _book()
        problems = check_examples(book)
        if problems:
            raise PolicyError(f"{len(problems)} problem(s)\n" + "\n".join(f"  {text}" for text in problems))
        examples = sum(len(read_examples(pack)) for pack in book.packs.values())
        changes = sum(len(pack.changes) for pack in book.packs.values())
        typer.echo(
            f"{len(book.packs)} packs for {len(book.pools)} pools, {changes} changes, {examples} examples: all right"
        )


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title))
    table.add_column("parameter", no_wrap=True)
    for name in ("value", "since", "source"):
        table.add_column(name, min_width=10)
    for row in rows:
        table.add_row(
            row["parameter"], escape(_text(row["value"])), row["since"], escape(f"{row['source']} [{row['kind']}]")
        )
    Console().print(table)


def _text(value: Any) -> str:
    """Return a value as short lines: one per key of the outermost mapping."""
    if not isinstance(value, dict):
        return _flat(value)
    return "\n".join(f"{key}: {_flat(one)}" for key, one in value.items())


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_flat(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(f">{row['above']} {row['share']}" for row in value)
    return str(value)
