"""``lianshen recompute``: a period of the warehouse once more, whatever a night touched."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from lianshen.config import Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    from lianshen.recompute import RecomputeSummary

_STATUSES = {
    "recomputed": "recomputed",
    "no_lines": "from the header alone: no fee lines were delivered",
    "no_policy": "no policy for the pool, insurance or day",
    "not_benefit": "nothing to compute: supplementary, or amounts out of bounds",
}
_DAYS = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    @app.command()
    def recompute(
        since: datetime = typer.Option(..., "--from", formats=_DAYS, help="First day of settlement, YYYY-MM-DD."),
        until: datetime = typer.Option(..., "--to", formats=_DAYS, help="Last day of settlement, YYYY-MM-DD."),
        region: str | None = typer.Option(None, "--region", help="Insured region: 510000, 510700, 510703 …"),
        as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
    ) -> None:
        """Recompute what was settled in a period, after a change of policies or of the program.

        Writes the results of these settlements and nothing else. Settlements with findings are priced and their cases
        assembled again by the next night.
        """
        from lianshen.content import content_root
        from lianshen.policy import PolicyBook
        from lianshen.recompute import recompute_period
        from lianshen.warehouse.connect import writing

        if since > until:
            raise UsageError(f"--from {since:%Y-%m-%d} lies after --to {until:%Y-%m-%d}: give the earlier day first")
        if region is not None and not (len(region) == 6 and region.isdigit()):
            raise UsageError(f"--region {region}: give six digits, such as 510700 for all of Mianyang")
        settings = Settings()
        book = PolicyBook.load(content_root(settings.content) / "policies")
        with writing(settings) as con, _Progress(as_json) as progress:
            summary = recompute_period(con, book, since.date(), until.date(), region=region, progress=progress.show)
        if as_json:
            typer.echo(json.dumps(_as_dict(summary), ensure_ascii=False, indent=2))
        else:
            place = f", insured in {region}" if region else ""
            _print(summary, f"Settled {since:%Y-%m-%d} to {until:%Y-%m-%d}{place}")


class _Progress:
    """A bar on stderr, or nothing where JSON is wanted."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True)
        self._task = self._bar.add_task("recomputing", total=None)

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, done: int, total: int) -> None:
        """Show ``done`` of ``total`` settlements."""
        self._bar.update(self._task, completed=done, total=total)


def _as_dict(summary: RecomputeSummary) -> dict[str, object]:
    from lianshen.settlement import yuan

    amounts = {name: yuan(getattr(summary, name)) for name in ("overpaid", "underpaid", "unexplained")}
    return {
        "settlements": summary.settlements,
        "by_status": summary.by_status,
        "different": summary.different,
    } | amounts


def _print(summary: RecomputeSummary, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from lianshen.settlement import yuan

    table = Table(title=title, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("settlements", f"{summary.settlements:,}")
    for status, count in summary.by_status.items():
        table.add_row(f"  {_STATUSES.get(status, status)}", f"{count:,}")
    table.add_row("paid differently", f"{summary.different:,}")
    for label, fen in (("paid too much, yuan", summary.overpaid), ("paid too little, yuan", -summary.underpaid),
                       ("unexplained, yuan", summary.unexplained)):  # fmt: skip
        table.add_row(label, f"{int(yuan(fen)[:-3]):,}{yuan(fen)[-3:]}")
    Console().print(table)
