"""Who is asking, and where the answers are: what a request carries into pages and callbacks.

The middleware sets the principal for the time of one request; a2wsgi copies the context into its
worker threads, so the same call works in REST routes, page functions and Dash callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from lianshen.cases.addresses import Reach
from lianshen.cases.domain import Principal
from lianshen.cases.store import Casebook
from lianshen.errors import LianshenError
from lianshen.rules.catalogue import RuleText

principal_of_request: ContextVar[Principal | None] = ContextVar("principal", default=None)
DESK = "lianshen-desk"


class NotSignedIn(LianshenError):
    """Nobody is signed in where somebody has to be."""


@dataclass(frozen=True)
class Desk:
    """What pages read: the casebook, the folder of the published snapshot (None: none yet), the rules' titles and
    texts, the folder of kept back-tests, the folder of fitted models, and what webhooks may reach."""

    book: Casebook
    published: Path | None = None
    rule_names: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, RuleText] = field(default_factory=dict)
    backtests: Path | None = None
    models: Path | None = None
    reach: Reach = field(default_factory=Reach)


def current() -> Principal:
    """Return who is asking.

    :raises NotSignedIn: outside a signed-in request.
    """
    principal = principal_of_request.get()
    if principal is None:
        raise NotSignedIn("no principal: call this inside a request that passed the sign-in middleware")
    return principal


def desk() -> Desk:
    """Return the desk of the app that serves the running request."""
    from flask import current_app

    found: Desk = current_app.config[DESK]
    return found
