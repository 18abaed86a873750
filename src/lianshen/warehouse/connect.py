"""Opening the warehouse: one DuckDB file, one writer."""

from __future__ import annotations

from pathlib import Path

import duckdb

from lianshen.config import Settings
from lianshen.content import content_root
from lianshen.warehouse.knowledge import load_knowledge
from lianshen.warehouse.tables import WarehouseError, create_tables
from lianshen.warehouse.views import create_views


def open_warehouse(
    path: Path | None, *, content: Path | None = None, memory_limit: str = "4GB", threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for writing, make what is missing of it and load the knowledge tables.

    ``path`` None opens one in memory. ``content`` names an own folder of sql/, policies/ and knowledge/. Raise
    :class:`WarehouseError` when another process writes to the file, or another version made it.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        con = duckdb.connect(str(path) if path is not None else ":memory:")
    except duckdb.IOException as error:
        raise WarehouseError(
            f"{path}: cannot be opened for writing: another process holds it, or it is no warehouse; "
            f"wait for the night to end ({str(error).splitlines()[0]})"
        ) from error
    con.execute("SET TimeZone = 'Asia/Shanghai'")
    # It goes to stdout, where commands print what another program reads.
    con.execute("SET enable_progress_bar = FALSE")
    con.execute("SET preserve_insertion_order = FALSE")
    # A night writes some hundred megabytes: with a checkpoint every sixteen its merges took twice as long.
    con.execute("SET checkpoint_threshold = '1GB'")
    con.execute("SET memory_limit = ?", [memory_limit])
    con.execute("SET threads = ?", [threads])
    if path is not None:
        con.execute("SET temp_directory = ?", [str(path.with_name(path.name + ".tmp"))])
    if content is not None:
        con.execute("SET VARIABLE lianshen_content = ?", [str(content)])
    con.begin()
    try:
        create_tables(con)
        load_knowledge(con, content_root(content))
        create_views(con)
        con.commit()
    except BaseException:
        con.close()
        raise
    return con


def read_warehouse(path: Path, *, content: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open an existing warehouse to read it. Raise :class:`WarehouseError` while a night writes, or without a file."""
    _require_file(path)
    try:
        con = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        raise WarehouseError(f"{path}: a night is writing to it; wait until it ends, then ask again") from error
    con.execute("SET TimeZone = 'Asia/Shanghai'")
    # It goes to stdout, where commands print what another program reads.
    con.execute("SET enable_progress_bar = FALSE")
    if content is not None:
        con.execute("SET VARIABLE lianshen_content = ?", [str(content)])
    return con


def reading(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the installation's warehouse to read it, as :func:`read_warehouse` does."""
    return read_warehouse(settings.warehouse_file, content=settings.content)


def writing(settings: Settings, *, make: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the installation's warehouse for writing, as :func:`open_warehouse` does; ``make`` one where there is none.

    Raise :class:`WarehouseError` where there is none, and it is not to be made.
    """
    if not make:
        _require_file(settings.warehouse_file)
    return open_warehouse(
        settings.warehouse_file,
        content=settings.content,
        memory_limit=settings.memory_limit,
        threads=settings.threads,
    )


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise WarehouseError(
            f"{path}: no warehouse yet; it is made by the first night: lianshen night. "
            "If it lies elsewhere, set LIANSHEN_HOME"
        )
