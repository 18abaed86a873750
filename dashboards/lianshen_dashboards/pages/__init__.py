"""The pages: each a function from data to components, registered here by name with its callbacks."""

from __future__ import annotations

import dash
from dash import ClientsideFunction, Input, Output

from lianshen_dashboards.pages import (
    case_callbacks,
    missing,
    overview_callbacks,
    queue_callbacks,
    rules_callbacks,
    runs_callbacks,
)

BROWSER = "lianshen"


def register_pages(app: dash.Dash) -> None:
    """Register every page and callback with the app."""

    for page in (queue_callbacks, case_callbacks, overview_callbacks, rules_callbacks, runs_callbacks, missing):
        page.register(app)
    app.clientside_callback(
        ClientsideFunction(BROWSER, "navigated"), Output("navigated", "data"), Input("_pages_content", "children")
    )
    app.clientside_callback(ClientsideFunction(BROWSER, "failed"), Output("toast", "title"), Input("error", "data"))
