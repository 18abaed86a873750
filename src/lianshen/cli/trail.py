"""``lianshen trail``: the proof that nobody bent the trail, and the head to keep elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lianshen.config import Settings
from lianshen.errors import LianshenError, UsageError

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from lianshen.cases.events import KeptHead

MOST = 50
AS_JSON = typer.Option(False, "--json", help="Print JSON.")
KEPT = typer.Option(
    None, "--kept", exists=True, dir_okay=False, help="File of heads kept by 'lianshen trail head --keep'."
)
KEEP = typer.Option(None, "--keep", dir_okay=False, help="Append the head to this file, kept where nobody rewrites it.")


class TrailBroken(LianshenError):
    """The trail does not hold together."""


def _engine() -> Engine:
    from lianshen.cases import open_casebook

    return open_casebook(Settings().casebook_url)


def read_heads(path: Path) -> list[KeptHead]:
    """Read the heads that a file keeps, one JSON object a line.

    :raises UsageError: for a line that is no head, named by file and line.
    """
    from lianshen.cases.events import KeptHead

    heads = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            kept = json.loads(line)
            heads.append(KeptHead(int(kept["seq"]), str(kept["hash"])))
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(
                f"{path}:{number}: no head of a trail ({error!r}); a line is what 'lianshen trail head --keep' writes"
            ) from error
    return [head for head in heads if head.seq > 0]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    trail = typer.Typer(no_args_is_help=True, help="The trail of everything that happened to cases: prove it, keep it.")
    app.add_typer(trail, name="trail")

    @trail.command()
    def verify(kept: Path | None = KEPT, as_json: bool = AS_JSON) -> None:
        """Prove that no event was edited, taken out, moved or cut off; exit with 1 and name the rows where one was.

        With --kept also that the trail was not rewritten as a whole since a head was kept.
        """
        from dataclasses import asdict
        from itertools import islice

        from lianshen.cases.events import broken_links, chain_head

        engine, heads = _engine(), read_heads(kept) if kept else []
        broken = list(islice(broken_links(engine, kept=heads), MOST))
        seq, digest = chain_head(engine)
        if as_json:
            typer.echo(json.dumps(
                {"events": seq, "head": digest, "kept": len(heads), "broken": [asdict(link) for link in broken]},
                ensure_ascii=False, indent=2))  # fmt: skip
        if broken:
            rows = "\n".join(
                f"event {link.seq} (case {link.case_no or '-'}): {link.kind}: {link.why}" for link in broken
            )
            raise TrailBroken(f"the trail does not hold together; keep the casebook as it is\n{rows}")
        if not as_json:
            against = f" and agree with {len(heads)} kept heads" if heads else ""
            typer.echo(f"{seq} events hold together{against}; the last is {digest}")

    @trail.command()
    def head(keep: Path | None = KEEP, as_json: bool = AS_JSON) -> None:
        """Print number and hash of the last event, to be kept where the casebook's keepers cannot write."""
        from lianshen.cases.events import chain_head

        seq, digest = chain_head(_engine())
        line = json.dumps({"seq": seq, "hash": digest, "at": datetime.now(UTC).isoformat(timespec="seconds")})
        if keep is not None:
            with keep.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        typer.echo(line if as_json else f"{seq} {digest}")

    @trail.command()
    def guard(
        role: str = typer.Argument(..., help="Role that the server and the nights connect as, as lianshen_app."),
        as_json: bool = AS_JSON,
    ) -> None:
        """On PostgreSQL, let a role work with the casebook but neither change nor delete what the trail says.

        Run it as the owner of the tables, and again after each migration.
        """
        from lianshen.cases.guarding import guard as give

        is_new = give(_engine(), role)
        if as_json:
            typer.echo(json.dumps({"role": role, "is_new": is_new}))
            return
        typer.echo(f"{role} may add to the trail and read it, and neither change nor delete it.")
        if is_new:
            typer.echo(
                f"It is new: set its password with ALTER ROLE {role} PASSWORD, then use it in the URL.", err=True
            )
