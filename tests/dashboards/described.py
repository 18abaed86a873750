"""Holding every answer that a test gets to the description of the interface."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
from fastapi import FastAPI

_SAID: dict[str, Any] = {}
"""The description, once per process: it is the same for every app."""


def client_hooks(app: FastAPI) -> dict[str, Any]:
    """Return what makes a client hold each JSON answer under ``/api/v1`` to the description."""
    if not _SAID:
        _SAID.update(app.openapi())
    return {"response": [_check]}


def _check(response: httpx.Response) -> None:
    request = response.request
    kind = response.headers.get("content-type", "")
    path = request.url.path
    if not path.startswith("/api/v1/") or "json" not in kind:
        return
    known = _of(path, request.method.lower(), response.status_code, kind)
    if known is None:
        assert response.status_code in (404, 405), f"{request.method} {path} answers {response.status_code} {kind}"
        return
    response.read()
    name, validator = known
    found = [f"{one.instance_path}: {one.message}" for one in validator.iter_errors(response.json())]
    assert not found, f"{request.method} {name} → {response.status_code}: {found[:5]}"


@cache
def _addresses() -> list[tuple[str, re.Pattern[str]]]:
    """Return templates with their patterns, those with fewer parameters first."""
    every = sorted(_SAID["paths"], key=lambda path: path.count("{"))
    return [(path, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))) for path in every]


@cache
def _of(path: str, method: str, status: int, kind: str) -> tuple[str, Any] | None:
    for template, pattern in _addresses():
        answers = _SAID["paths"][template].get(method, {}).get("responses", {})
        if pattern.fullmatch(path) and str(status) in answers:
            return template, _validator(template, method, status, kind)
    return None


@cache
def _validator(template: str, method: str, status: int, kind: str) -> Any:
    answer = _SAID["paths"][template][method]["responses"][str(status)]
    while "$ref" in answer:
        answer = _SAID["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = answer["content"][kind.partition(";")[0]]["schema"]
    return jsonschema_rs.Draft202012Validator({**schema, "components": _SAID["components"]}, validate_formats=True)
