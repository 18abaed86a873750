"""``lianshen policy try``: what a changed policy would have cost in a past period."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lianshen.config import Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lianshen.recompute.effect import Effect, Sums

_WIDEST = 1000
_LEVELS = {"community": "社区和乡镇", "primary": "一级", "secondary": "二级", "tertiary": "三级", "drugstore": "药店"}
_PERSONS = {"in_service": "在职职工", "retired": "退休职工", "resident": "居民"}


def register(app: typer.Typer) -> None:
    policy = next(group.typer_instance for group in app.registered_groups if group.name == "policy")
    assert policy is not None  # noqa: S101 - the group of cli/policy.py, registered before this one

    @policy.command("try")
    def try_out(
        changed: Path = typer.Argument(help="File of changed values, see policies/README.md, or a pack's folder."),
        first: str = typer.Option(..., "--from", help="First settlement day, YYYY-MM-DD."),
        last: str = typer.Option(..., "--to", help="Last settlement day, this one included."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON, in yuan, instead of tables."),
    ) -> None:
        """Settle a past period again under changed values, and show what funds and patients would have paid.

        What each settlement uses up of yearly limits is carried on, under either policy, to the later ones of the
        same person and year. Filings, in-scope amounts and who came where stay as they were.
        """
        from lianshen.content import content_root
        from lianshen.policy import PolicyBook
        from lianshen.recompute.whatif import what_if
        from lianshen.warehouse.connect import reading

        start, end = _day("--from", first), _day("--to", last) + timedelta(days=1)
        if start >= end:
            raise UsageError(f"--from {first} lies after --to {last}: give the earlier day first")
        settings = Settings()
        book = PolicyBook.load(content_root(settings.content) / "policies")
        other = book.override(changed)
        with reading(settings) as con, _progress() as tell:
            # For the pass by person; it is given back before the processes that settle take theirs.
            con.execute("SET memory_limit = '2GB'")
            con.execute("SET threads = ?", [settings.threads])
            effect = what_if(con, book, other, start=start, end=end, progress=tell)
        if as_json:
            typer.echo(json.dumps(_document(effect, changed), ensure_ascii=False, indent=2))
        else:
            _print(effect, changed.name)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how far it is, on stderr, and nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text} is no date; give YYYY-MM-DD, as 2026-10-31") from None


def _document(effect: Effect, changed: Path) -> dict[str, Any]:
    return {
        "changed": str(changed),
        "from": effect.start.isoformat(),
        "to": (effect.end - timedelta(days=1)).isoformat(),
        "total": _amounts(effect.total),
        "by_pool": [{"pool": key, **_amounts(sums)} for key, sums in effect.by_pool.items()],
        "by_level": [{"level": key, **_amounts(sums)} for key, sums in effect.by_level.items()],
        "by_person": [{"person": key, **_amounts(sums)} for key, sums in effect.by_person.items()],
        "cells": [
            {"pool": pool, "level": level, "person": person, **_amounts(sums)}
            for (pool, level, person), sums in sorted(effect.cells.items())
        ],
        "left_out": effect.left_out,
    }


def _amounts(sums: Sums) -> dict[str, Any]:
    from lianshen.settlement import yuan

    return {
        "settlements": sums.settlements,
        "changed": sums.changed,
        "fund_now": yuan(sums.now),
        "fund_then": yuan(sums.then),
        "fund_difference": yuan(sums.difference),
        "patients_now": yuan(sums.patients_now),
        "patients_then": yuan(sums.patients_then),
        "patients_difference": yuan(sums.patients_difference),
    }


def _print(effect: Effect, name: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from lianshen.agency import agencies

    regions = {agency.pool: f"{agency.name_zh} {agency.pool}" for agency in agencies().values()}
    table = Table(title=escape(f"政策试算 {name}：{effect.start} 至 {effect.end - timedelta(days=1)} 结算，金额单位元"))
    table.add_column("", no_wrap=True)
    for head in ("结算数", "受影响", "现行基金支付", "试算基金支付", "基金差额", "患者负担差额"):
        table.add_column(head, justify="right", no_wrap=True)
    total = effect.total
    parts: tuple[tuple[str, Mapping[str, Sums], Mapping[str, str]], ...] = (
        ("参保地", effect.by_pool, regions),
        ("医疗机构等级", effect.by_level, _LEVELS),
        ("人员类别", effect.by_person, _PERSONS),
    )
    table.add_row("[bold]合计", *(f"[bold]{text}" for text in _cells(total)), end_section=True)
    for title, rows, names in parts:
        table.add_row(f"[dim]{title}")
        for key, sums in rows.items():
            # What has no name here is a pool of another province.
            table.add_row(f"  {names.get(key, f'外省 {key}')}", *_cells(sums))
        table.add_section()
    console = Console()
    # A cut-off amount would be a wrong one: on a narrow terminal the lines run over instead.
    wanted = console.measure(table, options=console.options.update(width=_WIDEST)).maximum
    console.width = max(console.width, wanted)
    console.print(table)
    for reason, number in sorted(effect.left_out.items(), key=lambda item: -item[1]):
        console.print(f"未计入 {number:,}：{escape(reason)}", style="dim")


def _cells(sums: Sums) -> tuple[str, ...]:
    return (
        f"{sums.settlements:,}", f"{sums.changed:,}", _money(sums.now), _money(sums.then),
        _signed(sums.difference), _signed(sums.patients_difference),
    )  # fmt: skip


def _money(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def _signed(fen: int) -> str:
    return f"+{_money(fen)}" if fen > 0 else _money(fen)
