"""``lianshen province``: write a synthetic province to try everything on."""

from __future__ import annotations

from pathlib import Path

import typer


def register(app: typer.Typer) -> None:
    @app.command()
    def province(
        out: Path = typer.Option(..., "--out", help="Folder for landing/ and truth/; must hold no packages yet."),
        seed: int = typer.Option(7, help="The same seed gives the same tables."),
        nights: int = typer.Option(14, min=1, help="Nights to write, one package each."),
        settlements_per_night: int = typer.Option(5000, min=40, help="Settlements of each night."),
        start: str = typer.Option("2026-11-01", help="Business date of the first night."),
        format: str = typer.Option("parquet", help="parquet, csv, csv.gz or csv-gb18030."),
        dirty: float = typer.Option(0.0, help="Share of rows to spoil, such as 0.002."),
        faults: bool = typer.Option(True, help="Plant faults and their look-alikes."),
        fewest: int | None = typer.Option(
            None, min=0, help="Faults of each rule at the least; default 5, fewer in a small province."
        ),
        schemes: bool = typer.Option(
            False,
            "--schemes/--no-schemes",
            help="Lay schemes beside it for models to find.",
        ),
        oddities: bool = typer.Option(False, help="Add a correcting package and one with a wrong control sum."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON instead of lines."),
    ) -> None:
        """Write landing packages of a synthetic province, with the answer key beside them."""
        import json
        from datetime import date

        from lianshen.config import Settings
        from lianshen.errors import UsageError
        from lianshen.province import generate
        from lianshen.province.landing import FORMATS

        try:
            first = date.fromisoformat(start)
        except ValueError as error:
            raise UsageError(f"--start {start}: a date like 2026-11-01 is wanted") from error
        wanted = next((known for known in FORMATS if known == format), None)
        if wanted is None:
            raise UsageError(f"--format {format}: known are {', '.join(FORMATS)}")
        written: list[dict[str, object]] = []

        def night(name: str, settlements: int, lines: int) -> None:
            written.append({"package": name, "settlements": settlements, "lines": lines})
            if not as_json:
                typer.echo(f"{name}  {settlements:>7,} settlements  {lines:>9,} fee lines")

        generate(
            out, seed=seed, nights=nights, settlements_per_night=settlements_per_night, start=first, format=wanted,
            dirty=dirty, faults=faults, fewest=fewest, oddities=oddities, schemes=schemes,
            content=Settings().content, progress=night,
        )  # fmt: skip
        if as_json:
            typer.echo(json.dumps({"landing": str(out / "landing"), "truth": str(out / "truth"), "packages": written}))
        else:
            typer.echo(f"landing packages in {out / 'landing'}, answer key in {out / 'truth'}")
