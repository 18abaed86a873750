"""The web application: one process, one gate, FastAPI outside and Dash inside.

``create_app`` builds everything from what it is given; nothing runs on import. Dash stands on Flask
behind a2wsgi's threads: its own FastAPI backend runs callbacks on the event loop, where one slow
callback holds up everybody.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import dash
from a2wsgi import WSGIMiddleware
from dash import html
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from flask import Flask
from starlette.middleware.gzip import GZipMiddleware

from lianshen import __version__
from lianshen.cases.addresses import Reach
from lianshen.cases.services.views import default_query
from lianshen.cases.store import Casebook, is_demo
from lianshen.rules.catalogue import RuleText
from lianshen_dashboards import api, health, login, metrics, openapi, problems, shell
from lianshen_dashboards.context import DESK, Desk, NotSignedIn, current, principal_of_request
from lianshen_dashboards.idempotency import Idempotent
from lianshen_dashboards.metrics import Metrics
from lianshen_dashboards.oidc import SingleSignOn
from lianshen_dashboards.pages import register_pages
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.security import Gate, content_security_policy
from lianshen_dashboards.texts import say
from lianshen_dashboards.watching import Watched

WORKERS = 16
LOG = logging.getLogger(__name__)


def create_app(
    book: Casebook,
    published: Path | None = None,
    rule_names: Mapping[str, str] | None = None,
    rules: Mapping[str, RuleText] | None = None,
    backtests: Path | None = None,
    metrics_token: str | None = None,
    reach: Reach | None = None,
    sso: SingleSignOn | None = None,
    models: Path | None = None,
) -> FastAPI:
    """Return the ASGI application.

    :param book: the casebook with its clock and terms.
    :param published: folder of the published snapshot, for runs, data quality and evidence; None where there is none.
    :param rule_names: Chinese title of each rule, by id, for the filter; a missing one shows its id.
    :param rules: what each rule says, for the pages about rules.
    :param backtests: folder of kept back-tests; None where there is none.
    :param metrics_token: what opens ``/metrics``; None: there is no such address.
    :param reach: what webhooks may reach beyond TLS to other machines.
    :param sso: the issuer of single sign-on; None: passwords only.
    :param models: folder of fitted models; None where there is none.
    """
    desk = Desk(book, published, dict(rule_names or {}), dict(rules or {}), backtests, models, reach or Reach())
    server = FastAPI(
        title=say("app.name"), version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    problems.install(server)
    openapi.describe(server)
    server.state.metrics = Metrics(book)
    server.include_router(metrics.router(server.state.metrics, metrics_token))
    server.include_router(health.router(desk))
    server.include_router(login.router(book, sso))
    server.include_router(api.router(desk))
    server.add_api_route("/api/{rest:path}", api.missing, methods=api.METHODS, include_in_schema=False)

    @server.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        p = current()
        chosen = default_query(p, book) if p.sees_cases else None
        return RedirectResponse(shell.home_of(p) if chosen is None else f"/queue?{chosen}", status_code=303)

    pages = build_pages(desk)
    server.mount("/", WSGIMiddleware(pages.server, workers=WORKERS))
    # Middleware wraps in the order of adding: the gate is outermost but for who watches it.
    server.add_middleware(Idempotent, book=book)
    server.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=5)
    server.add_middleware(Gate, book=book, policy=content_security_policy(pages.csp_hashes()))
    first_parts = {page["path"].split("/")[1] for page in dash.page_registry.values() if page["path"]}
    server.add_middleware(Watched, metrics=server.state.metrics, pages=first_parts)
    return server


def build_pages(desk: Desk) -> dash.Dash:
    """Return the Dash app with every page and callback registered."""
    flask = Flask("lianshen_dashboards")
    flask.config[DESK] = desk
    assets = Path(__file__).parent / "assets"
    app = dash.Dash(
        "lianshen_dashboards",
        server=flask,
        use_pages=True,
        pages_folder="",
        assets_folder=str(assets),
        assets_path_ignore=["vendor"],
        suppress_callback_exceptions=True,
        title=say("app.name"),
        update_title=None,
        serve_locally=True,
        compress=False,
        index_string=shell.INDEX,
        on_error=_told,
    )
    demo = is_demo(desk.book.engine)

    def frame() -> Part:
        # Dash asks once while it sets itself up, before anybody has signed in.
        principal = principal_of_request.get()
        return shell.shell(principal, demo) if principal else html.Div()

    app.layout = frame
    register_pages(app)
    # Dash adds the router's own scripts at the first request; the policy needs their hashes now.
    with flask.test_request_context("/"):
        flask.preprocess_request()
    return app


def _told(error: Exception) -> None:
    """Say in the browser that a callback failed, and why in the log; without this nobody would see anything."""
    kind = "登录已失效" if isinstance(error, NotSignedIn) else type(error).__name__
    LOG.error("callback failed", exc_info=error)
    dash.set_props("error", {"data": say("error.unexpected", kind=kind)})
