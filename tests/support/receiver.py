"""A system that receives deliveries over real HTTP, and misbehaves on request."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]

    @property
    def said(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


Behaviour = Callable[[int, Received], str]
"""From the number of the request (from 1) to 'take', a status, 'hang', 'drip', 'close' or 'move'."""


class Receiver:
    """A receiver on a port of its own; ``received`` holds every request, whatever was answered."""

    def __init__(self, behaviour: Behaviour = lambda number, request: "take") -> None:
        self.behaviour = behaviour
        self.received: list[Received] = []
        self.taken: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._over = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                request = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                with receiver._lock:
                    receiver.received.append(request)
                    number = len(receiver.received)
                how = receiver.behaviour(number, request)
                if how == "hang":
                    receiver._over.wait(30)
                    self.close_connection = True
                elif how == "close":
                    self.close_connection = True
                elif how == "drip":
                    self._drip()
                elif how == "move":
                    self._answer(302, {"Location": "/elsewhere"})
                elif how == "take":
                    with receiver._lock:
                        receiver.taken[request.key] += 1
                    self._answer(204, {})
                else:
                    self._answer(int(how), {})

            def _answer(self, status: int, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            def _drip(self) -> None:
                try:
                    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: ".ljust(400, b"x"):
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                        if receiver._over.wait(0.05):
                            break
                except OSError:
                    return
                finally:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                return None

        class QuietServer(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request: object, client_address: object) -> None:
                return None  # a sender that was killed is what these tests are about

        self._server = QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/lianshen"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, taken: int, seconds: float = 20.0) -> None:
        """Wait until so many different deliveries were taken."""
        until = time.monotonic() + seconds
        while len(self.taken) < taken:
            assert time.monotonic() < until, f"{len(self.taken)} of {taken} deliveries after {seconds} s"
            time.sleep(0.02)

    def stop(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
