"""``lianshen users``: who may use the pages."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import typer

from lianshen.config import Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    from lianshen.cases import Casebook

STDIN = typer.Option(False, "--password-stdin", help="Read the password from standard input instead of asking.")
LOGIN = typer.Argument(..., help="Name that the account signs in with.")
LASTING = typer.Option(
    False, "--lasting", help="Keep this password; else its owner chooses another at the next sign-in."
)
AS_JSON = typer.Option(False, "--json", help="Print JSON.")


def _book() -> Casebook:
    from lianshen.cases import Casebook, open_casebook

    return Casebook(open_casebook(Settings().casebook_url))


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def register(app: typer.Typer) -> None:
    users = typer.Typer(no_args_is_help=True, help="Accounts of the pages.")
    app.add_typer(users, name="users")

    @users.command()
    def add(
        login: str = typer.Argument(..., help="Name to sign in with: 2 to 40 small letters, digits, '.', '_', '-'."),
        name: str = typer.Option(..., help="Name that others see."),
        role: str = typer.Option(..., help="reviewer, lead, handler, region_lead, manager, analyst, sysadmin …"),
        agency: str | None = typer.Option(
            None, help="Agency of a handler or region_lead, as 510100, or a county below it, as 510107."
        ),
        insured: bool = typer.Option(False, "--insured", help="Also told of its own insured persons' cases elsewhere."),
        lasting: bool = LASTING,
        password_stdin: bool = STDIN,
    ) -> None:
        """Create an account."""
        from lianshen.cases import services

        services.add_user(
            services.OPERATOR, _book(), login, name, role, agency, _password(password_stdin),
            sees_insured=insured, must_change=not lasting,
        )  # fmt: skip
        typer.echo(f"created {login.lower()} ({role}{', ' + agency if agency else ''})")

    @users.command("list")
    def list_users(as_json: bool = AS_JSON) -> None:
        """List accounts."""
        from lianshen.cases import services

        rows = services.list_users(services.OPERATOR, _book())
        if as_json:
            typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
            return
        for row in rows:
            flags = [
                word
                for word, holds in (
                    ("disabled", not row["is_active"]),
                    ("locked", row["is_locked"]),
                    ("password due", row["is_due"]),
                    ("insured region", row["sees_insured"]),
                )
                if holds
            ]
            told = f"  ({', '.join(flags)})" if flags else ""
            typer.echo(f"{row['login']:<20} {row['role'] or '-':<12} {row['agency'] or '-':<8} {row['name']}{told}")

    @users.command()
    def disable(login: str = LOGIN) -> None:
        """Disable an account and end its sessions."""
        from lianshen.cases import services

        services.disable_user(services.OPERATOR, _book(), login)
        typer.echo(f"disabled {login}")

    @users.command()
    def unlock(login: str = LOGIN) -> None:
        """Lift the lock of wrong passwords before its time."""
        from lianshen.cases import services

        services.unlock_user(services.OPERATOR, _book(), login)
        typer.echo(f"unlocked {login}")

    @users.command()
    def grant(
        login: str = LOGIN, role: str = typer.Argument("", help="The role; nothing takes the present one away.")
    ) -> None:
        """Give an account a role, or take it away; this ends its sessions."""
        from lianshen.cases import services

        services.grant_role(services.OPERATOR, _book(), login, role)
        typer.echo(f"{login} is {role or 'without a role'}")

    @users.command()
    def place(
        login: str = LOGIN,
        agency: str | None = typer.Option(None, help="The agency or county; without it the account belongs to none."),
        insured: bool = typer.Option(False, "--insured", help="Also told of its own insured persons' cases elsewhere."),
    ) -> None:
        """Move an account to another agency; this ends its sessions."""
        from lianshen.cases import services

        services.place_user(services.OPERATOR, _book(), login, agency, sees_insured=insured)
        typer.echo(f"{login} is at {agency or 'no agency'}")

    @users.command()
    def roles(as_json: bool = AS_JSON) -> None:
        """List the roles, and which exclude one another."""
        from lianshen.cases.domain import REGIONAL, ROLES, SEPARATED

        rows = [
            {"role": role, "name": name, "is_regional": role in REGIONAL, "is_separated": role in SEPARATED}
            for role, name in ROLES.items()
        ]
        if as_json:
            typer.echo(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            told = "of an agency" if row["is_regional"] else "alone, and sees no case" if row["is_separated"] else ""
            typer.echo(f"{row['role']:<12} {row['name']}  {told}")

    @users.command()
    def passwd(login: str = LOGIN, lasting: bool = LASTING, password_stdin: bool = STDIN) -> None:
        """Set a password; this also enables a disabled or locked account and ends its sessions."""
        from lianshen.cases import services

        services.set_password(services.OPERATOR, _book(), login, _password(password_stdin), must_change=not lasting)
        typer.echo(f"password of {login} set")

    @users.command()
    def demo(
        force: bool = typer.Option(False, "--force", help="Even where the casebook is no demo or accounts exist."),
        as_json: bool = AS_JSON,
    ) -> None:
        """Create one account of each kind for a demonstration and print the passwords, once."""
        from lianshen.cases import is_demo, services

        book = _book()
        if not force and not is_demo(book.engine):
            raise UsageError(
                "this casebook does not hold demonstration data, and demo accounts would open it to whoever reads your "
                "screen: use 'lianshen users add', or --force if you know better"
            )
        if not force and (known := services.list_users(services.OPERATOR, book)):
            raise UsageError(f"{len(known)} accounts exist already: --force adds the demo accounts that are missing")
        made = services.add_demo_users(services.OPERATOR, book)
        if as_json:
            typer.echo(json.dumps(made, ensure_ascii=False))
            return
        for row in made:
            typer.echo(f"{row['login']:<14} {row['password']:<14} {row['role']:<12} {row['agency']:<8} {row['name']}")
        typer.echo("These passwords are shown only now." if made else "Every demo account exists already.", err=True)
