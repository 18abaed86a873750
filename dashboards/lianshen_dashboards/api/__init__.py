"""REST under ``/api/v1``: the same services, principal and filter as the pages, as JSON with money as exact text.

Every module of this package that defines ``router(desk)`` is part of the interface.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from fastapi import APIRouter, Request
from starlette.routing import Match

from lianshen_dashboards.context import Desk
from lianshen_dashboards.problems import problem

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def router(desk: Desk) -> APIRouter:
    """Return the routes under ``/api/v1``."""
    routes = APIRouter(prefix="/api/v1")
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    # Cases come last: their /cases/{case_no}/{action} would take what others offer below a case.
    for module in sorted(modules, key=lambda module: module.__name__.endswith(".cases")):
        if hasattr(module, "router"):
            routes.include_router(module.router(desk))
    return routes


def missing(request: Request) -> Any:
    """Answer what is not there under ``/api``: Dash's catch-all would answer it with a page and status 200."""
    offered = [method for method in METHODS if _is_offered(request, method)]
    if not offered:
        return problem(404, "no-route", f"没有 {request.url.path}")
    refusal = problem(405, "no-method", f"{request.url.path} 不支持 {request.method}")
    refusal.headers["Allow"] = ", ".join(offered)
    return refusal


def _is_offered(request: Request, method: str) -> bool:
    """Return whether a route before this one takes the method at the address."""
    for route in request.app.routes:
        if getattr(route, "endpoint", None) is missing:
            break
        if route.matches({**request.scope, "method": method})[0] is Match.FULL:
            return True
    return False
