"""The outermost layer: every request gets a number, is counted, timed and logged, and told to stay on TLS.

Pure ASGI. What is counted and logged is the route's template: addresses hold case numbers and pseudonyms.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lianshen_dashboards.logs import request_number
from lianshen_dashboards.metrics import Metrics

LOG = logging.getLogger("lianshen.request")
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADER = b"x-request-id"
STAY_ON_TLS = (b"strict-transport-security", b"max-age=31536000")
FOLDERS = ("/assets/", "/_dash-component-suites/")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watched:
    """ASGI middleware around everything else.

    :param pages: first parts of the pages' addresses, as ``cases`` of ``/cases/<case_no>``.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, pages: Collection[str]) -> None:
        self.app = app
        self.metrics = metrics
        self.pages = frozenset(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, watched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        number = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        remembered = request_number.set(number)
        status = 500
        began = time.perf_counter()

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", [])
                message["headers"].append((HEADER, number.encode()))
                if scope["scheme"] == "https":
                    message["headers"].append(STAY_ON_TLS)
            await send(message)

        try:
            with self.metrics.in_progress.track_inprogress():
                await self.app(scope, receive, answer)
        except Exception as error:
            LOG.error("request failed", exc_info=error, extra={"route": self.route(scope)})
            raise
        finally:
            self._note(scope, status, time.perf_counter() - began)
            request_number.reset(remembered)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = self.route(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.requests.labels(method, route, status).inc()
        self.metrics.seconds.labels(method, route).observe(seconds)
        level = logging.DEBUG if route in FOLDERS or route in ("/healthz", "/readyz", "/metrics") else logging.INFO
        said = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        LOG.log(level, "request", extra=said)

    def route(self, scope: Scope) -> str:
        """Return the template of the address that was asked for; what no page and no route has is ``other``."""
        if (known := scope.get("route")) is not None and hasattr(known, "path"):
            return _whole(str(known.path), scope["path"])
        path = scope["path"]
        for folder in FOLDERS:
            if path.startswith(folder):
                return folder
        if path.startswith("/_dash-") and path.count("/") == 1:
            return str(path) if path in DASH else "other"
        first, _, rest = path.strip("/").partition("/")
        if first not in self.pages:
            return "other"
        return f"/{first}" + ("/…" if rest else "")


def _whole(template: str, path: str) -> str:
    """Return a route's template with the prefix of the router that holds it, which is never a parameter."""
    if ":path}" in template:
        return template
    asked = path.split("/")
    return "/".join(asked[: len(asked) - template.count("/")]) + template


DASH = frozenset({"/_dash-update-component", "/_dash-layout", "/_dash-dependencies"})
