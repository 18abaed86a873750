"""Errors as the interface says them: RFC 9457 problem documents with exact status codes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from lianshen.cases.errors import Conflict, Forbidden, KeyInUse, NotFound, Refused
from lianshen.errors import LianshenError, MissingExtra
from lianshen.paper import NoChineseFont
from lianshen_dashboards.context import NotSignedIn

TITLES = {
    400: "请求有误",
    401: "未登录",
    403: "不允许",
    404: "不存在",
    405: "方法不支持",
    409: "已被更新",
    411: "缺少长度",
    412: "已被更新",
    413: "内容过大",
    422: "请求有误",
    428: "缺少版本",
    501: "未安装",
}


class Problem(JSONResponse):
    """A problem document."""

    media_type = "application/problem+json"


def problem(status: int, kind: str, detail: str, **more: Any) -> Problem:
    """Return the answer for an error; ``kind`` names it for programs, ``detail`` says it to people."""
    title = TITLES.get(status, "错误")
    return Problem({"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail, **more}, status)


def install(app: FastAPI) -> None:
    """Let the app answer our errors, and the framework's own, as problem documents."""

    @app.exception_handler(NotSignedIn)
    async def _signed_out(_request: Request, error: NotSignedIn) -> Response:
        return problem(401, "signed-out", str(error))

    @app.exception_handler(Forbidden)
    async def _forbidden(_request: Request, error: Forbidden) -> Response:
        return problem(403, "forbidden", str(error))

    @app.exception_handler(NotFound)
    async def _not_found(_request: Request, error: NotFound) -> Response:
        return problem(404, "not-found", str(error))

    @app.exception_handler(Conflict)
    async def _conflict(request: Request, error: Conflict) -> Response:
        # RFC 9110: whoever named the version as a precondition is told that it failed.
        return problem(
            412 if "if-match" in request.headers else 409,
            "conflict",
            str(error),
            case_no=error.case_no,
            version=error.version,
            state=error.state,
            by=error.by,
        )

    @app.exception_handler(KeyInUse)
    async def _in_use(_request: Request, error: KeyInUse) -> Response:
        return problem(409, "key-in-use", str(error))

    @app.exception_handler(Refused)
    async def _refused(_request: Request, error: Refused) -> Response:
        return problem(422, "refused", str(error))

    @app.exception_handler(MissingExtra)
    @app.exception_handler(NoChineseFont)
    async def _not_installed(_request: Request, error: LianshenError) -> Response:
        return problem(501, "not-installed", str(error))

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return problem(422, "invalid", f"{where}: {first['msg']}")

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        kind = "version-missing" if error.status_code == 428 else "http"
        return problem(error.status_code, kind, str(error.detail))

    @app.exception_handler(DataError)
    async def _not_storable(_request: Request, _error: DataError) -> Response:
        # PostgreSQL refuses what other programs let pass, as the character U+0000; its words would quote the data.
        return problem(422, "invalid", "请求含有数据库无法保存的内容。")
