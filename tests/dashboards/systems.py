"""An agency's system at the interface: a client that sends its token and a key with every write."""

from __future__ import annotations

import uuid
from typing import Any

from dashboards.described import client_hooks
from fastapi import FastAPI
from starlette.testclient import TestClient

from lianshen.cases.domain import Principal
from lianshen.cases.services.tokens import add_token
from lianshen.cases.store import Casebook

SECURITY = Principal(90, "anquan", "安全管理员甲", "secadmin")


def system(app: FastAPI, book: Casebook, name: str = "mianyang-his", role: str = "handler", agency: str = "510700",
           days: int = 30) -> TestClient:  # fmt: skip
    """Return a client of a new system of an agency."""
    made = add_token(SECURITY, book, name, role, agency, days)
    client = TestClient(app, follow_redirects=False, headers={"Authorization": f"Bearer {made.token}"})
    client.event_hooks = client_hooks(app)
    return client


def post(client: TestClient, url: str, body: dict[str, Any], key: str | None = None, **headers: str) -> Any:
    """Post with a key of its own, as a system should."""
    return client.post(url, json=body, headers={"Idempotency-Key": key or uuid.uuid4().hex, **headers})


def first(client: TestClient, query: str) -> dict[str, Any]:
    """Return the first case of a filter."""
    found: dict[str, Any] = client.get(f"/api/v1/cases?{query}&end=1").json()["items"][0]
    return found
