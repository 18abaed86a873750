"""The command line. Each module here, and each entry point of the group ``lianshen.commands``, adds commands.

A command module defines ``register(app)`` and imports what is heavy inside its commands,
so that ``lianshen --help`` stays quick. Errors that a user can mend are printed without a
stack trace, and decide the exit code.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib.metadata import entry_points

import typer
from rich.console import Console

from lianshen import __version__
from lianshen.errors import LianshenError

COMMAND_GROUP = "lianshen.commands"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


def build_app() -> typer.Typer:
    """Return the application with every command that is installed."""
    app = typer.Typer(
        name="lianshen",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Lianshen 联审 screens cross-region medical-insurance settlements and follows the money until it is back.",
    )

    @app.callback()
    def main_options(
        version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
    ) -> None:
        """Hold the options that stand before a command."""

    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}").register(app)
    for entry in sorted(entry_points(group=COMMAND_GROUP), key=lambda found: found.name):
        entry.load().register(app)
    return app


def main() -> None:
    """Run one command and leave with its exit code."""
    try:
        build_app()()
    except LianshenError as error:
        Console(stderr=True, highlight=False).print(f"[bold red]{type(error).__name__}[/]: ", end="")
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        # The reader of our output went away, as `lianshen … | head` does.
        sys.stderr.close()
        raise SystemExit(0) from None
