"""Files of cases and inquiries over the interface; the case file as a zip, its list, full identifiers on request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from lianshen.cases import services
from lianshen.cases.errors import Refused
from lianshen.cases.media import KINDS, MOST_BYTES
from lianshen.cases.services import attaching, unmasking
from lianshen.cases.services.attaching import Of
from lianshen_dashboards.answers import answers
from lianshen_dashboards.answers.after import ArchivePiece, Attachment, Hidden, Unmasked
from lianshen_dashboards.context import Desk, current
from lianshen_dashboards.present import Row, outside
from lianshen_dashboards.problems import problem

Answers = dict[int | str, dict[str, Any]]
FRAME = 64 * 1024
"""What a form may weigh beside its file."""
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "kind": {"type": "string", "enum": list(attaching.KINDS)},
                    },
                }
            }
        },
    }
}
BYTES = {"schema": {"type": "string", "format": "binary"}}
FILE: Answers = {200: {"content": dict.fromkeys((kind.media_type for kind in KINDS), BYTES)}}
ZIP: Answers = {200: {"content": {"application/zip": BYTES}}}


class Hiding(BaseModel):
    """Why a file is hidden."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=400)


class Unmasking(BaseModel):
    """Why somebody needs the full identifiers."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=400)


def router(desk: Desk) -> APIRouter:
    """Return the routes about files."""
    routes = APIRouter()
    book = desk.book
    _files(routes, desk, "case", "/cases/{case_no}/attachments", "case_no")
    _files(routes, desk, "inquiry", "/inquiries/{inquiry_no}/attachments", "inquiry_no")

    @routes.get("/cases/{case_no}/archive", tags=["files"], responses=answers(list[ArchivePiece]))
    def archive(case_no: str) -> list[Row]:
        """Return the list of an archived case's pieces with their hashes; empty before it is archived."""
        return [outside(row) for row in services.get_archive(current(), book, case_no)]

    @routes.get("/cases/{case_no}/file.zip", tags=["files"], response_class=Response, responses=ZIP)
    def case_file(case_no: str) -> Response:
        """Return the case file: its pieces, its files, and their hashes. The export stands in the trail."""
        packed = services.export_case(current(), book, case_no)
        return download(packed, f"{case_no}.zip", "application/zip")

    @routes.post("/cases/{case_no}/unmask", tags=["files"], responses=answers(Unmasked))
    def unmask(case_no: str, body: Unmasking) -> Row:
        """Return the full identifiers of the case's person; the reason stands in the trail."""
        return unmasking.unmask(current(), book, case_no, body.reason)

    return routes


def _files(routes: APIRouter, desk: Desk, of: Of, path: str, number: str) -> None:
    """Add the four routes about the files of a case or an inquiry, whose number is the path's parameter ``number``."""
    book = desk.book

    def named(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        # Two routes of one function need two names in the interface's description.
        function.__name__ = f"{of}_{name}"
        return function

    def every(request: Request) -> list[Row]:
        """Return the files in the order they came; hidden ones say so."""
        found = attaching.list_attachments(current(), book, request.path_params[number], of=of)
        return [outside(row) for row in found]

    async def add(request: Request) -> Any:
        """Take in a file as a form with ``file`` and ``kind``: at most 20 MB; its type is told from its first bytes."""
        told = request.headers.get("content-length", "")
        if not told.isdigit():
            return problem(411, "length", "上传须声明 Content-Length")
        if int(told) > MOST_BYTES + FRAME:
            return problem(413, "too-large", f"附件超过 {MOST_BYTES // 1024 // 1024} MB")
        p = current()
        async with request.form(max_files=1, max_fields=2, max_part_size=FRAME) as form:
            file, kind = form.get("file"), form.get("kind") or "other"
            if not isinstance(file, UploadFile) or not isinstance(kind, str):
                raise Refused("表单须有一个文件 file，并可有类别 kind")
            name, body = file.filename or "", await file.read()
        return outside(
            await run_in_threadpool(
                attaching.add_attachment, p, book, request.path_params[number], name, body, kind, of=of
            )
        )

    def one(request: Request, file_id: int) -> Response:
        """Return the bytes of a file; the reading is logged."""
        file = attaching.get_attachment(current(), book, request.path_params[number], file_id, of=of)
        return download(file["body"], file["name"], file["media_type"])

    def hide(request: Request, file_id: int, body: Hiding) -> Row:
        """Hide a file that was added by mistake; its bytes stay."""
        attaching.hide_attachment(current(), book, request.path_params[number], file_id, body.text, of=of)
        return {"hidden": file_id}

    about = {"parameters": [{"name": number, "in": "path", "required": True, "schema": {"type": "string"}}]}
    routes.get(path, tags=["files"], openapi_extra=about, responses=answers(list[Attachment]))(named(every, "files"))
    routes.post(path, tags=["files"], openapi_extra={**about, **UPLOAD}, responses=answers(Attachment))(
        named(add, "add_file")
    )
    routes.get(f"{path}/{{file_id}}", tags=["files"], openapi_extra=about, response_class=Response, responses=FILE)(
        named(one, "file")
    )
    routes.delete(f"{path}/{{file_id}}", tags=["files"], openapi_extra=about, responses=answers(Hidden))(
        named(hide, "hide_file")
    )


def download(body: bytes, name: str, media_type: str) -> Response:
    """Return bytes to be saved, never shown in place: what somebody sent must not run as a page of ours."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name)
    return Response(
        body,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "X-Download-Options": "noopen",
        },
    )
