"""``lianshen ranking``: tonight's lists with their reasons, what the samples say, how agencies decide, and audits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lianshen.config import Settings

if TYPE_CHECKING:
    from lianshen.cases import Casebook
    from lianshen.cases.domain import Principal
    from lianshen.ranking.estimating import Share

AS_JSON = typer.Option(False, "--json", help="Print JSON; amounts are fen.")


def _book() -> Casebook:
    from lianshen.cases import Casebook, open_casebook

    return Casebook(open_casebook(Settings().casebook_url))


def _operator() -> Principal:
    from lianshen.cases.domain import Principal

    # Whoever can read the casebook's file can read every case.
    return Principal(0, "operator", "命令行", "manager")


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str, indent=2))


def _percent(share: Share | None) -> str:
    if share is None:
        return "–"
    return (
        f"{share.share:.2%} (95 % bounds {share.lower:.2%} … {share.upper:.2%}; {share.seen} of {share.of} looked at)"
    )


def register(app: typer.Typer) -> None:
    ranking = typer.Typer(no_args_is_help=True, help="Which cases are worth the hour: lists, samples, leniency.")
    app.add_typer(ranking, name="ranking")

    @ranking.command()
    def show(
        desk: str = typer.Option(None, help="Agency, six digits; 510000 the centre. Default: all."),
        waiting: bool = typer.Option(False, "--waiting", help="Those that did not fit, instead of those that did."),
        limit: int = typer.Option(20, min=1, max=1000, help="How many cases."),
        as_json: bool = AS_JSON,
    ) -> None:
        """Show tonight's lists, best expected yuan per hour first, each case with its reason."""
        from lianshen.cases import services
        from lianshen.cases.services import ranking as lists

        said = lists.desks(_operator(), _book())
        cases = lists.tonight(_operator(), _book(), desk, waiting=waiting, limit=limit)
        if as_json:
            _print({**said, "cases": cases})
            return
        for one in said["desks"]:
            if desk not in (None, one["desk"]):
                continue
            typer.echo(f"{one['desk']} {one['name']}: {one['used']} of {one['minutes']} minutes, "
                       f"{one['chosen']} chosen ({one['due']} due, {one.get('strange', 0)} in turn of models), "
                       f"{one['waiting']} waiting, expected {services.yuan(one['expected'])}")  # fmt: skip
            for told in one.get("apart", ()):
                typer.echo(f"      {told['model']:<7}{told['subject']}  {told['name']}: no case; see {told['setl_id']}")
        for case in cases:
            typer.echo(f"{case['place']:>5} {case['chosen'] or '-':<7}{case['case_no']:<20}"
                       f"{services.yuan(case['expected']):>12}  {case['chance']:.0%} {case['minutes']} min  "
                       f"{case['title_zh']}  {case['fixmedins_name']}")  # fmt: skip

    @ranking.command()
    def sample(as_json: bool = AS_JSON) -> None:
        """Say what blind samples and second looks say: base rate, what is overlooked, recall, wrong dismissals."""
        from dataclasses import asdict

        from lianshen.ranking.services import dismisser_name, read_samples

        said = read_samples(_operator(), _book())
        if as_json:
            _print(asdict(said))
            return
        typer.echo(f"{said.packages} packages, {said.drawn} tasks drawn, {said.answered} answered")
        if said.blind is None:
            typer.echo("no answers yet: nothing can be said of what is overlooked")
        else:
            typer.echo(f"faults among settlements without finding: {_percent(said.blind.rate)}")
            if said.blind.missed is not None:
                total, lower = said.blind.missed.total / 100, said.blind.missed.lower / 100
                typer.echo(f"fund money overlooked: {total:,.2f} yuan, at least {lower:,.2f} (strata: {said.blind.by})")
        if said.recall is not None:
            recall = said.recall
            typer.echo(f"recall of screening: {recall.recall:.1%} (bounds {recall.lower:.1%} … {recall.upper:.1%})")
        for name, share in said.second.items():
            typer.echo(f"dismissals that were wrong, {dismisser_name(name)}: {_percent(share)}")

    @ranking.command()
    def leniency(as_json: bool = AS_JSON) -> None:
        """Show how agencies decide beside the mean of all; the ranking takes this out."""
        from lianshen.cases.services import ranking as lists
        from lianshen.cases.services.scope import agency_name

        model = lists.desks(_operator(), _book())["model"]
        rows = model.get("leniency", {})
        if as_json:
            _print(model)
            return
        if not rows:
            typer.echo("too few decisions: nothing was estimated")
        for code, one in sorted(rows.items(), key=lambda item: item[1]["effect"]):
            bounds = f"{one['low']:+.2f} … {one['high']:+.2f}"
            typer.echo(f"{code} {agency_name(code)}: {one['effect']:+.2f} log-odds ({bounds}), "
                       f"{one['upheld']} of {one['decisions']} upheld")  # fmt: skip

    @ranking.command()
    def draw(
        rows: Path = typer.Argument(..., exists=True, dir_okay=False, help="CSV with a column 'stratum', a row each."),
        size: int = typer.Option(..., min=1, help="About how many rows to draw."),
        seed: int = typer.Option(..., help="Write it into the record of the audit: it draws the same rows again."),
        out: Path = typer.Option(Path("sample.csv"), help="CSV of the rows drawn, with an empty column 'found'."),
    ) -> None:
        """Draw a stratified sample for an audit; fill the column 'found' (yuan) and extrapolate."""
        from lianshen.ranking.audits import draw_rows

        said = draw_rows(rows, size, seed, out)
        typer.echo(f"{sum(said.drawn.values())} of {sum(said.sizes.values())} rows drawn with seed {seed}: {out}")

    @ranking.command()
    def extrapolate(
        sample: Path = typer.Argument(..., exists=True, dir_okay=False, help="The drawn CSV, its 'found' filled in."),
        rows: Path = typer.Argument(..., exists=True, dir_okay=False, help="The CSV that it was drawn from."),
        confidence: float = typer.Option(0.95, min=0.5, max=0.999, help="Of the one-sided lower bound."),
        as_json: bool = AS_JSON,
    ) -> None:
        """Say what all rows come to, and what they come to at least, from what was found in the sample."""
        from dataclasses import asdict

        from lianshen.ranking.audits import extrapolate_rows

        said = extrapolate_rows(sample, rows, confidence)
        if as_json:
            _print(asdict(said))
            return
        typer.echo(f"total {said.total / 100:,.2f} yuan; at least {said.lower / 100:,.2f} with {said.confidence:.0%}")
