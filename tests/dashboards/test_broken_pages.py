"""A page that cannot be made says so where it would stand; nothing of the database is told."""

from __future__ import annotations

import sqlite3

import dash
import pytest
from dashboards.conftest import SignIn
from dashboards.test_insight_pages import open_page
from fastapi import FastAPI

from lianshen.cases.store import Casebook

NEEDS_CASES = (
    ("shenhe", "/queue"), ("shenhe", "/overview"), ("shenhe", "/institutions"), ("shenhe", "/regions/510700"),
    ("shenhe", "/cases/SC20260101-AAAAAA"), ("shenhe", "/inquiries"), ("fuze", "/reports"),
)  # fmt: skip


@pytest.fixture
def without_cases(app: FastAPI, book: Casebook) -> FastAPI:
    """Return the app over a casebook that has lost its cases after it was opened."""
    with sqlite3.connect(str(book.engine.url.database)) as con:
        con.execute("PRAGMA foreign_keys=OFF")
        con.execute("ALTER TABLE cases RENAME TO cases_gone")
    return app


@pytest.mark.parametrize(("login", "path"), NEEDS_CASES)
def test_a_page_that_fails_says_so_in_its_place(without_cases: FastAPI, sign_in: SignIn, login: str, path: str) -> None:
    page = open_page(sign_in(login), path)
    if path == "/queue":
        # The frame stands; its rows are asked for apart, and say for themselves that they cannot be read.
        assert "这一页暂时打不开" in page or "grid" in page
        return
    assert "这一页暂时打不开" in page
    assert "OperationalError" in page
    assert "重试" in page
    assert "SELECT" not in page
    assert "no such table" not in page


def test_every_page_is_guarded(app: FastAPI) -> None:
    unguarded = [name for name, page in dash.page_registry.items()
                 if callable(page["layout"]) and not hasattr(page["layout"], "__wrapped__")]  # fmt: skip
    assert unguarded == []
