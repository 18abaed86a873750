"""The description of the interface: what holds for every operation is written into it in one place.

Each operation may answer with a problem document, each POST takes an ``Idempotency-Key``, and each asks for a session
with its token or for a bearer token.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from lianshen.cases.services.letters import MEDIA
from lianshen_dashboards.problems import TITLES

WRITING = frozenset({"post", "put", "patch", "delete"})
ANYWHERE = (400, 401, 403, 404, 422)
ON_WRITES = (409, 412, 413, 428)
ON_UPLOADS = (411,)
ON_PAPERS = (501,)
"""Letters and workbooks are written by programs that somebody may have left out."""
PAPERS = frozenset(MEDIA.values())
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457: what went wrong, for programs (`type`) and for people (`detail`).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/conflict"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "case_no": {"type": "string", "description": "on a conflict: which case"},
        "version": {"type": "integer", "description": "on a conflict: the version to look at now"},
        "state": {"type": "string"},
        "by": {"type": ["string", "null"], "description": "on a conflict: who was first"},
    },
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own name of this request, new for each; a repetition gets the same answer for a day.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$", "minLength": 1, "maxLength": 100},
}
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "Token of an agency's system"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid", "description": "Session of a person"},
    "forgery": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "Of the session, on writes"},
}
ABOUT = (
    "Cases, their lines and their money, inquiries between agencies, and the administration of systems. Money is text "
    "with two decimals, in yuan; times are ISO 8601 with a zone; dates are days in Shanghai. A list of cases with "
    "`limit` is gone through with the `next` cursor of each page. A write names the version it was decided on, by "
    "`If-Match` (412 where it changed) or by `version` (409)."
)


def describe(app: FastAPI) -> None:
    """Let the app describe itself with what holds everywhere."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(
                get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
            )
        return app.openapi_schema

    # FastAPI asks for the description through this attribute; replacing it is its documented way.
    app.openapi = described  # type: ignore[method-assign]


def _completed(said: dict[str, Any]) -> dict[str, Any]:
    parts = said.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM
    parts["securitySchemes"] = SCHEMES
    parts["responses"] = {str(status): _answer(status) for status in (*ANYWHERE, *ON_WRITES, *ON_UPLOADS, *ON_PAPERS)}
    for operations in said["paths"].values():
        for method, operation in operations.items():
            is_write = method in WRITING
            kinds = operation["responses"].get("200", {}).get("content", {})
            is_paper = bool(kinds) and PAPERS.issuperset(kinds)
            is_upload = "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
            also = (ON_WRITES if is_write else ()) + (ON_UPLOADS if is_upload else ()) + (ON_PAPERS if is_paper else ())
            for status in (*ANYWHERE, *also):
                operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
            operation["security"] = [{"token": []}, {"session": [], "forgery": []} if is_write else {"session": []}]
            if method == "post":
                operation.setdefault("parameters", []).append(KEY)
    _say_where_two_meet(said["paths"])
    return said


def _say_where_two_meet(paths: dict[str, dict[str, Any]]) -> None:
    """Describe at an address of its own too what another description covers with a parameter.

    ``POST /cases/{case_no}/archive`` is an action beside ``GET`` of the archive's list: who reads one finds both.
    """
    for path, operations in paths.items():
        for other, offered in paths.items():
            covered = _covered(other, path)
            if not covered or other == path:
                continue
            for method, operation in offered.items():
                values = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "path"}
                if method not in operations and all(
                    value in values[name].get("enum", [value]) for name, value in covered.items()
                ):
                    kept = [one for one in operation["parameters"] if one["name"] not in covered]
                    named = operation.get("operationId", method) + "_" + "_".join(covered.values())
                    operations[method] = {**operation, "parameters": kept, "operationId": named}


def _covered(general: str, special: str) -> dict[str, str] | None:
    """Return the parameters of one path that stand for words of another, or None where it does not cover it."""
    found: dict[str, str] = {}
    ours, theirs = general.split("/"), special.split("/")
    if len(ours) != len(theirs):
        return None
    for one, other in zip(ours, theirs, strict=True):
        if one == other:
            continue
        if not one.startswith("{") or other.startswith("{"):
            return None
        found[one.strip("{}")] = other
    return found


def _answer(status: int) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": TITLES[status], "content": {"application/problem+json": schema}}
