"""The pages: each a function from data to components, registered by the module ``…_callbacks`` beside it.

Every module of this package that defines ``register(app)`` is registered; ``missing`` comes last.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import dash
from dash import ClientsideFunction, Input, Output

from lianshen_dashboards.pages.guarded import guarded

BROWSER = "lianshen"


def register_pages(app: dash.Dash) -> None:
    """Register every page and callback with the app."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    for module in sorted(modules, key=lambda module: module.__name__.endswith(".missing")):
        if hasattr(module, "register"):
            module.register(app)
    for page in dash.page_registry.values():
        page["layout"] = guarded(page["layout"])
    app.clientside_callback(
        ClientsideFunction(BROWSER, "navigated"), Output("navigated", "data"), Input("_pages_content", "children")
    )
    app.clientside_callback(ClientsideFunction(BROWSER, "failed"), Output("toast", "title"), Input("error", "data"))
