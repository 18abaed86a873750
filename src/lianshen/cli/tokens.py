"""``lianshen tokens``: which agencies' systems may use the interface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from lianshen.config import Settings

if TYPE_CHECKING:
    from lianshen.cases import Casebook

AS_JSON = typer.Option(False, "--json", help="Print JSON.")


def _book() -> Casebook:
    from lianshen.cases import Casebook, open_casebook

    return Casebook(open_casebook(Settings().casebook_url))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tokens = typer.Typer(no_args_is_help=True, help="Tokens with which agencies' systems use the interface.")
    app.add_typer(tokens, name="tokens")

    @tokens.command()
    def add(
        name: str = typer.Argument(..., help="Name of the system; in the trail it is api:NAME, and is never reused."),
        role: str = typer.Option("handler", help="What it acts as: handler or region_lead."),
        agency: str = typer.Option(..., help="Agency whose queue it works, as 510100."),
        days: int = typer.Option(90, help="Days until it ends, at most 366."),
        insured: bool = typer.Option(False, "--insured", help="Also read of the region's insured treated elsewhere."),
        as_json: bool = AS_JSON,
    ) -> None:
        """Create a token and print it, once."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.tokens import add_token

        made = add_token(OPERATOR, _book(), name, role, agency, days, sees_insured=insured)
        if as_json:
            typer.echo(json.dumps({"name": made.name, "token": made.token, "expires_at": str(made.expires_at)}))
            return
        typer.echo(made.token)
        typer.echo(f"Shown only now. It ends on {made.expires_at:%Y-%m-%d}. Authorization: Bearer …", err=True)

    @tokens.command("list")
    def list_every(as_json: bool = AS_JSON) -> None:
        """List tokens, without what they open."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.tokens import list_tokens

        rows = list_tokens(OPERATOR, _book())
        if as_json:
            typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
            return
        for row in rows:
            state = "revoked" if row["revoked_at"] else "valid" if row["is_valid"] else "ended"
            used = f"{row['used_at']:%Y-%m-%d %H:%M}" if row["used_at"] else "never used"
            of = f"{row['name']:<32} {row['role']:<12} {row['agency']:<8}"
            typer.echo(f"{of} {state:<8} {row['expires_at']:%Y-%m-%d}  {used}")

    @tokens.command()
    def revoke(name: str = typer.Argument(..., help="Name of the token.")) -> None:
        """End a token at once."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.tokens import revoke_token

        revoke_token(OPERATOR, _book(), name)
        typer.echo(f"revoked {name}")
