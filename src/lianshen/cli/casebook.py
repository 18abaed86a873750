"""``lianshen casebook``: carry it to another database, back it up, restore it, check it, take a migration back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import typer

from lianshen.config import Settings
from lianshen.errors import LianshenError

URL = typer.Option(None, "--casebook", help="SQLAlchemy URL; default: the casebook of the settings.")
AS_JSON = typer.Option(False, "--json", help="Print JSON.")
EVERY = 50_000


class CasebookUnsound(LianshenError):
    """A check of the casebook found something wrong."""


def _url(given: str | None) -> str:
    return given or Settings().casebook_url


def _telling() -> Callable[[str, int, int], None]:
    """Return a progress that says each table once, and a large one every fifty thousand rows."""
    said: dict[str, int] = {}

    def tell(table: str, done: int, every: int) -> None:
        if done == every or done - said.get(table, 0) >= EVERY:
            said[table] = done
            typer.echo(f"{table:<18} {done:>10,} of {every:,}", err=True)

    return tell


def register(app: typer.Typer) -> None:
    casebook = typer.Typer(no_args_is_help=True, help="The casebook as a whole: move, back up, restore, check.")
    app.add_typer(casebook, name="casebook")

    @casebook.command()
    def move(
        source: str = typer.Argument(..., help="URL of the casebook as it is, as sqlite:///var/casebook.sqlite."),
        target: str = typer.Argument(..., help="URL of an empty database, as postgresql://lianshen@db/casebook."),
        as_json: bool = AS_JSON,
    ) -> None:
        """Carry the whole casebook to another database; stop the server and the nights first."""
        from lianshen.cases.keeping import move as carry

        moved = carry(source, target, _telling())
        if as_json:
            typer.echo(json.dumps({"rows": moved.rows, "events": moved.events, "head": moved.head}))
            return
        typer.echo(
            f"{sum(moved.rows.values())} rows of {len(moved.rows)} tables arrived and were compared; "
            f"{moved.events} events hold together, the last is {moved.head}"
        )
        typer.echo("Now set LIANSHEN_CASEBOOK to the new URL, and keep the old casebook out of reach.", err=True)

    @casebook.command()
    def backup(
        file: Path = typer.Argument(..., help="File to write; it must not be there yet."),
        url: str | None = URL,
        as_json: bool = AS_JSON,
    ) -> None:
        """Write the casebook of this moment to one file, while others go on working."""
        from lianshen.cases.keeping import back_up

        kept = back_up(_url(url), file, _telling())
        if as_json:
            typer.echo(json.dumps({"file": str(file), "rows": kept.rows, "events": kept.events, "head": kept.head}))
        else:
            typer.echo(f"{kept.rows} rows of {len(kept.tables)} tables in {file}, read back and compared; "
                       f"{kept.events} events, the last is {kept.head}")  # fmt: skip
        if kept.broken:
            raise CasebookUnsound(f"the backup is written, but the trail breaks at event {kept.broken}; keep both")

    @casebook.command()
    def restore(
        file: Path = typer.Argument(..., exists=True, dir_okay=False, help="File that backup wrote."),
        url: str | None = URL,
    ) -> None:
        """Put a backup into an empty database of either kind."""
        from lianshen.cases.keeping import restore as put_back

        kept = put_back(file, _url(url), _telling())
        typer.echo(
            f"{kept.rows} rows of {kept.at} restored and compared; {kept.events} events, the last is {kept.head}"
        )

    @casebook.command()
    def check(
        file: Path | None = typer.Argument(None, exists=True, dir_okay=False, help="A backup, not the casebook."),
        url: str | None = URL,
        as_json: bool = AS_JSON,
    ) -> None:
        """Ask the casebook, or a backup, whether it is sound."""
        from dataclasses import asdict

        from lianshen.cases.keeping import Check, check_casebook, read_manifest
        from lianshen.cases.store import connect

        if file is not None:
            kept = read_manifest(file, thorough=True)
            told = f"{kept.rows} rows of {kept.at}, {kept.events} events, the last is {kept.head}"
            checks = [Check("backup", told, kept.broken or "")]
        else:
            checks = check_casebook(connect(_url(url)))
        if as_json:
            typer.echo(json.dumps([asdict(one) for one in checks], ensure_ascii=False))
        for one in [] if as_json else checks:
            typer.echo(f"{'wrong' if one.wrong else 'ok':<6} {one.name:<15} {one.wrong or one.said}")
        if wrong := [one.name for one in checks if one.wrong]:
            raise CasebookUnsound(f"{', '.join(wrong)}: see above; docs/operation.md says what to do")

    @casebook.command()
    def upgrade(url: str | None = URL) -> None:
        """Bring the casebook to the newest migration, as the owner of its tables; needed where the server is not."""
        from lianshen.cases.migrating import revision_of
        from lianshen.cases.store import open_casebook

        typer.echo(f"the casebook is at migration {revision_of(open_casebook(_url(url)))}")

    @casebook.command()
    def downgrade(
        revision: str = typer.Argument(..., help="The migration to go back to, as 0002."), url: str | None = URL
    ) -> None:
        """Take the casebook back to an older migration, for the older version of the product; back it up first."""
        from lianshen.cases.migrating import migrate_back
        from lianshen.cases.store import connect

        migrate_back(connect(_url(url)), revision)
        typer.echo(f"the casebook is at migration {revision}")
