"""The pages: each a function from data to components, registered here by name with its callbacks."""

from __future__ import annotations

import dash
from dash import ClientsideFunction, Input, Output

from lianshen_dashboards.pages import queue_callbacks

BROWSER = "lianshen"


def register_pages(app: dash.Dash) -> None:
    """Register every page and callback with the app."""

    for page in (queue_callbacks,):
        page.register(app)
    app.clientside_callback(
        ClientsideFunction(BROWSER, "navigated"), Output("navigated", "data"), Input("_pages_content", "children")
    )
    app.clientside_callback(ClientsideFunction(BROWSER, "failed"), Output("toast", "title"), Input("error", "data"))
