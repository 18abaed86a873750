"""Fixtures that many tests share: a real PostgreSQL server, started here and stopped at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.postgres_server import binaries, running
from support.databases import own_database


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that at the end no process works alone."""
    long = {item.path for item in items if any(item.iter_markers("slow")) or any(item.iter_markers("browser"))}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server without a database name; ``TEST_PG_URL`` names one that runs already."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given.rstrip("/")
        return
    if binaries() is None:
        reason = "no PostgreSQL server here: install Debian's package postgresql, or set TEST_PG_URL"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="lianshen-pg-"))
    with running(folder) as url:
        yield url
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the SQLAlchemy URL of an empty database of its own, dropped afterwards."""
    with own_database(postgres_server) as url:
        yield url
