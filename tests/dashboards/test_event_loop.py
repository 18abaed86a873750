"""What works on a page or a call works in a thread: nobody waits for somebody else's query."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import dash
import pytest
from dash import html
from dashboards.conftest import SignIn
from dashboards.test_insight_pages import open_page
from fastapi import FastAPI
from fastapi.routing import APIRoute

READS_A_FORM = {"case_add_file", "inquiry_add_file"}
"""They wait for what is sent, which takes as long as the sender likes, and do their work in a thread."""


def test_pages_are_made_beside_the_event_loop(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    loops: list[str] = []

    def layout(**_query: str) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            loops.append("none")
        return html.Div("made")

    client = sign_in("shenhe")
    monkeypatch.setitem(dash.page_registry["overview"], "layout", layout)
    assert "made" in open_page(client, "/overview")
    assert loops == ["none"]


def routes_of(routes: list[Any]) -> list[APIRoute]:
    """Return every route with those of the routers it includes."""
    found: list[APIRoute] = []
    for route in routes:
        if isinstance(route, APIRoute):
            found.append(route)
        elif hasattr(route, "routes"):
            found += routes_of(route.routes)
        elif hasattr(route, "original_router"):
            found += routes_of(route.original_router.routes)
    return found


def test_calls_are_answered_beside_the_event_loop(app: FastAPI) -> None:
    every = routes_of(app.routes)
    assert len(every) > 50
    on_the_loop = {route.endpoint.__name__ for route in every if inspect.iscoroutinefunction(route.endpoint)}
    assert on_the_loop <= READS_A_FORM | {"healthz", "readyz", "metrics"}
