"""``lianshen settle explain``: one settlement step by step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from lianshen.config import Settings
from lianshen.errors import LianshenError, UsageError

if TYPE_CHECKING:
    import duckdb

    from lianshen.recompute import ExplainedStep


class WarehouseNotReadable(LianshenError):
    """The warehouse is not there, or a night is writing to it."""


def open_for_reading(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the warehouse without the right to change it; :class:`WarehouseNotReadable` says what to do otherwise."""
    import duckdb

    path = settings.warehouse_file
    if not path.is_file():
        raise WarehouseNotReadable(f"{path}: there is no warehouse yet: run a night first, or set LIANSHEN_HOME")
    try:
        con = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        raise WarehouseNotReadable(
            f"{path}: cannot be read while a night writes to it; try again later ({reason})"
        ) from error
    con.execute("SET TimeZone = 'Asia/Shanghai'")
    if settings.content is not None:
        con.execute("SET VARIABLE lianshen_content = ?", [str(settings.content)])
    return con


def register(app: typer.Typer) -> None:
    settle = typer.Typer(no_args_is_help=True, help="What a settlement should have come to.")
    app.add_typer(settle, name="settle")

    @settle.callback()
    def about() -> None:
        """Recompute settlements with the shared core."""

    @settle.command()
    def explain(
        setl_id: str = typer.Argument(help="Settlement id (setl_id)."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
        lang: str = typer.Option("zh", "--lang", help="zh or en."),
    ) -> None:
        """Show how a settlement should have come out, step by step, with the policy and its source."""
        from lianshen.content import content_root
        from lianshen.policy import PolicyBook
        from lianshen.recompute import explain as explain_settlement

        if lang not in {"zh", "en"}:
            raise UsageError(f"--lang {lang}: give zh or en")
        settings = Settings()
        book = PolicyBook.load(content_root(settings.content) / "policies")
        with open_for_reading(settings) as con:
            steps = explain_settlement(con, book, setl_id)
        if as_json:
            typer.echo(json.dumps([step.as_dict() for step in steps], ensure_ascii=False, indent=2))
        else:
            _print(setl_id, steps, lang)


def _print(setl_id: str, steps: list[ExplainedStep], lang: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    heads = ("步骤", "金额（元）", "依据") if lang == "zh" else ("step", "yuan", "source")
    table = Table(heads[0], title=escape(setl_id))
    table.add_column(heads[1], justify="right")
    table.add_column(heads[2])
    for step in steps:
        source = f"{step.source}（{step.since} 起）" if lang == "zh" else f"{step.source} (since {step.since})"
        table.add_row(escape(getattr(step, lang)), step.amount or "", escape(source) if step.source else "")
    Console().print(table)
