"""The command ``lianshen serve``: the review pages and the interface, for one machine, one office or a province."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lianshen.errors import UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from lianshen.cases.store import Casebook

HERE = frozenset({"127.0.0.1", "::1", "localhost"})
LOG_LEVEL = "LIANSHEN_LOG_LEVEL"
METRICS_TOKEN_FILE = "LIANSHEN_METRICS_TOKEN_FILE"
GRACE_SECONDS = 20


def application() -> FastAPI:
    """Return the app over the casebook and the snapshot of the settings: what every server process runs."""
    from lianshen.cases.addresses import Reach
    from lianshen.cases.delivery import Deliverer
    from lianshen.config import Settings
    from lianshen.rules.catalogue import rule_texts
    from lianshen_dashboards.app import create_app
    from lianshen_dashboards.logs import log_to_stderr
    from lianshen_dashboards.oidc import SingleSignOn
    from lianshen_dashboards.rule_names import rule_names

    log_to_stderr(os.environ.get(LOG_LEVEL, "info"))
    settings = Settings()
    book = _book()
    Deliverer.of(book, settings).start()
    token_file = os.environ.get(METRICS_TOKEN_FILE)
    return create_app(
        book,
        settings.published_folder,
        rule_names(book, settings.content),
        rule_texts(settings.content),
        settings.home / "backtests",
        metrics_token=_token(Path(token_file)) if token_file else None,
        models=settings.models_folder,
        reach=Reach(settings.webhook_plain, settings.webhook_loopback),
        sso=SingleSignOn.of(settings),
    )


def _book() -> Casebook:
    from lianshen.cases.store import Casebook, open_casebook
    from lianshen.config import Settings

    return Casebook(open_casebook(Settings().casebook_url))


def _token(file: Path) -> str:
    token = file.read_text(encoding="utf-8").strip()
    if len(token) < 16:
        raise UsageError(f"{file}: a token of at least 16 characters is expected there")
    return token


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise UsageError(f"--metrics {text!r}: write ADDRESS:PORT, as 127.0.0.1:9464")
    return host.strip("[]"), int(port)


def _expose(address: tuple[str, int], app: FastAPI | None) -> None:
    """Answer Prometheus on a port of its own, out of this process's counters or of the shared ones."""
    from prometheus_client import start_http_server

    from lianshen_dashboards.metrics import shared_registry

    registry = app.state.metrics.registry() if app is not None else shared_registry(_book())
    start_http_server(address[1], addr=address[0], registry=registry)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(
        host: str = typer.Option("127.0.0.1", help="Address to listen on; another than this machine's asks for TLS."),
        port: int = typer.Option(8050, min=1, max=65535, help="Port to listen on."),
        cert: Path | None = typer.Option(None, exists=True, dir_okay=False, help="Certificate chain in PEM: TLS."),
        key: Path | None = typer.Option(None, exists=True, dir_okay=False, help="Its private key in PEM."),
        proxy: str | None = typer.Option(
            None, help="Addresses of proxies whose X-Forwarded-For and -Proto are believed, with commas."
        ),
        plain: bool = typer.Option(False, "--plain", help="Listen beyond this machine without TLS."),
        workers: int = typer.Option(1, min=1, max=16, help="Server processes; each takes memory of its own."),
        metrics: str | None = typer.Option(None, help="ADDRESS:PORT on which Prometheus may read, apart from pages."),
        metrics_token_file: Path | None = typer.Option(
            None, exists=True, dir_okay=False, help="File with the token that opens /metrics on the pages' own port."
        ),
        log_level: str = typer.Option("info", help="debug, info, warning or error; one JSON object per line."),
    ) -> None:
        """Serve the review pages and the interface over the casebook and the published snapshot."""
        if (cert is None) != (key is None):
            raise UsageError("TLS takes both: --cert CHAIN.pem --key KEY.pem")
        if host not in HERE and cert is None and proxy is None and not plain:
            raise UsageError(
                f"{host} is reached from elsewhere, and without TLS passwords would cross the network in clear: give "
                "--cert and --key, or --proxy ADDRESS where a proxy speaks TLS, or --plain if you know better"
            )
        if log_level not in ("debug", "info", "warning", "error"):
            raise UsageError(f"--log-level {log_level!r}: debug, info, warning or error")
        exposed = _address(metrics) if metrics else None
        if metrics_token_file is not None:
            _token(metrics_token_file)
            os.environ[METRICS_TOKEN_FILE] = str(metrics_token_file.resolve())
        os.environ[LOG_LEVEL] = log_level
        if workers > 1:
            # Before anything counts: the counters choose where they live when they are imported.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="lianshen-metrics-")
        _run(host, port, cert, key, proxy, workers, exposed, log_level)


def _run(
    host: str, port: int, cert: Path | None, key: Path | None, proxy: str | None, workers: int,
    exposed: tuple[str, int] | None, log_level: str,
) -> None:  # fmt: skip
    import uvicorn

    from lianshen.cases import services

    book = _book()
    services.prune_sessions(book)
    typer.echo(f"{'https' if cert else 'http'}://{host}:{port}")
    if not services.list_users(services.OPERATOR, book):
        typer.echo("No accounts yet. For a demonstration: lianshen users demo. Else: lianshen users add --help")
    book.engine.dispose()
    one = application() if workers == 1 else None
    if exposed is not None:
        _expose(exposed, one)
    uvicorn.run(
        one if one is not None else "lianshen_dashboards.commands:application",
        factory=one is None,
        workers=workers if one is None else None,
        host=host,
        port=port,
        ssl_certfile=cert,
        ssl_keyfile=key,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or "",
        log_config=None,
        log_level=log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
