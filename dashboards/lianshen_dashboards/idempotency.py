"""``Idempotency-Key`` on every POST of the interface: a repetition gets the answer of the first, and does nothing.

Pure ASGI inside the gate, so that a route knows nothing of it: the whole answer is kept before it is sent.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lianshen.cases.errors import KeyInUse, KeyReused
from lianshen.cases.services.repeating import Answer, Claim, claim, keep, noting, release
from lianshen.cases.store import Casebook, before_commit
from lianshen_dashboards.context import current
from lianshen_dashboards.problems import problem

KEY = re.compile(r"[\x21-\x7e]{1,100}")
MOST_BYTES = 32 * 1024 * 1024
INSTEAD = "kept_instead"
KEPT_HEADERS = ("content-type", "etag", "location", "link", "content-disposition")


def keep_instead(request: Request, said: Mapping[str, Any]) -> None:
    """Keep this for a repetition in the place of an answer that shows a secret, which is shown once."""
    request.scope.setdefault("state", {})[INSTEAD] = json.dumps(said, ensure_ascii=False).encode()


class Idempotent:
    """ASGI middleware: answers a repeated POST from what was kept."""

    def __init__(self, app: ASGIApp, book: Casebook) -> None:
        self.app = app
        self.book = book

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on once for each key."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if "idempotency-key" not in headers or scope["method"] != "POST" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        key = headers["idempotency-key"].strip('"')
        if not KEY.fullmatch(key):
            await problem(400, "bad-key", "Idempotency-Key：1 至 100 个可见 ASCII 字符。")(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            await problem(413, "too-large", "请求超过 32 MB。")(scope, receive, send)
            return
        try:
            held = await run_in_threadpool(claim, self.book, current().login, key, _digest(scope, headers, body))
        except KeyReused as error:
            await problem(422, "key-reused", str(error))(scope, receive, send)
        except KeyInUse as error:
            await problem(409, "key-lost" if error.is_lost else "key-in-use", str(error))(scope, receive, send)
        else:
            again = isinstance(held, Answer)
            answer = held if isinstance(held, Answer) else await self._first(held, scope, body)
            response = Response(answer.body, answer.status, dict(answer.headers))
            if again:
                response.headers["Idempotent-Replayed"] = "true"
            await response(scope, receive, send)

    async def _first(self, held: Claim, scope: Scope, body: bytes) -> Answer:
        parts: list[Message] = []
        state = scope.setdefault("state", {})

        async def given() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def gather(message: Message) -> None:
            parts.append(message)

        remembered = before_commit.set(noting(held))
        try:
            await self.app(scope, given, gather)
        except BaseException:
            before_commit.reset(remembered)
            await run_in_threadpool(release, self.book, held)
            raise
        before_commit.reset(remembered)
        answer = _joined(parts)
        if answer.status >= 500:
            await run_in_threadpool(release, self.book, held)
        else:
            kept = Answer(answer.status, answer.headers, state.get(INSTEAD, answer.body))
            await run_in_threadpool(keep, self.book, held, kept)
        return answer


async def _whole(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)


def _digest(scope: Scope, headers: Headers, body: bytes) -> str:
    """Return the hash of what is asked; the boundary between the parts of a form says nothing and differs each time."""
    _, _, boundary = headers.get("content-type", "").partition("boundary=")
    if boundary:
        body = body.replace(boundary.strip('"').encode("latin-1"), b"")
    asked = "\n".join((scope["method"], scope["path"], scope["query_string"].decode("latin-1"),
                       headers.get("if-match", "")))  # fmt: skip
    return hashlib.sha256(asked.encode() + b"\n" + body).hexdigest()


def _joined(parts: list[Message]) -> Answer:
    start = next(part for part in parts if part["type"] == "http.response.start")
    headers = Headers(raw=start.get("headers", []))
    body = b"".join(part.get("body", b"") for part in parts if part["type"] == "http.response.body")
    return Answer(start["status"], {name: headers[name] for name in KEPT_HEADERS if name in headers}, body)
