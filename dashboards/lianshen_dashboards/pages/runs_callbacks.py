"""Reading the runs of the published snapshot."""

from __future__ import annotations

import dash

from lianshen.warehouse import snapshot
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.pages import runs
from lianshen_dashboards.parts.common import Part


def every_night(**_query: str) -> Part:
    """Return the list of nights; every role may know whether last night worked."""
    current()
    return runs.list_page(snapshot.list_runs(desk().published))


def one_night(night: str = "", **_query: str) -> Part:
    """Return one night."""
    current()
    return runs.night_page(snapshot.read_run(desk().published, night), night, desk().rule_names)


def register(app: dash.Dash) -> None:
    """Register both pages."""
    dash.register_page("runs", path=runs.PATH, title=runs.TITLE, layout=every_night)
    dash.register_page("night", path_template=runs.NIGHT_PATH, title=runs.TITLE, layout=one_night)
