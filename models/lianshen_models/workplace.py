"""What the commands of models share: the store and the warehouse of this installation, arguments, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import duckdb

    from lianshen.anomaly import ModelStore

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModelId = Annotated[str, typer.Argument(help="Id of the model, e.g. MD-11.")]


def model_store() -> ModelStore:
    """Return the store of this installation."""
    from lianshen.anomaly import ModelStore
    from lianshen.config import Settings

    return ModelStore(Settings().models_folder)


@contextmanager
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse of this installation for writing, and close it."""
    from lianshen.config import Settings
    from lianshen.warehouse import open_warehouse

    settings = Settings()
    con = open_warehouse(
        settings.warehouse_file,
        content=settings.content,
        memory_limit=settings.memory_limit,
        threads=settings.threads,
    )
    try:
        yield con
    finally:
        con.close()


def print_json(value: object) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
