"""The institution of a case among its peers: is it a pattern?"""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from lianshen.cases.services.peers import Peers
from lianshen_dashboards.figures.peers import Dot, funnel_figure
from lianshen_dashboards.parts.common import Part
from lianshen_dashboards.parts.findings import section_title
from lianshen_dashboards.parts.plot import Numbers, plot
from lianshen_dashboards.texts import say

HEIGHT = 250


def waiting() -> Part:
    """Return the fourth section of the case while its comparison is being made."""
    body = html.Div(html.P(say("case.peers_wait"), className="mute"), id="peers")
    return html.Section([section_title(4, say("case.peers"), say("case.peers_note")), body], className="card")


def among_peers(groups: Mapping[tuple[str, str], Peers], code: str) -> Part:
    """Return the funnel that the institution stands in, itself as a diamond; a word where there are too few."""
    if not groups:
        return html.P(say("case.peers_none"), className="mute")
    for group in groups.values():
        own = next((one for one in group.placed if one.code == code), None)
        if own is None or group.funnel is None:
            continue
        dots = [
            Dot(
                one.name, one.rate.size, one.rate.hits, one.rate.value, one.place,
                f"/institutions/{one.code}", one is own,
            )
            for one in group.placed
        ]  # fmt: skip
        says = say(
            "case.peers_says",
            name=own.name,
            hits=own.rate.hits,
            size=own.rate.size,
            share=f"{own.rate.value:.1%}",
            target=f"{group.funnel.target:.1%}",
        )
        rows = [(dot.name, str(dot.size), str(dot.hits), f"{dot.share:.1%}") for dot in sorted(dots, key=_order)]
        numbers = Numbers(("机构", "结算", "列为疑点", "占比"), rows)
        return [html.P(says), plot("peers", funnel_figure(group.funnel, dots, HEIGHT), says, numbers)]
    return html.P(say("case.peers_few"), className="mute")


def _order(dot: Dot) -> tuple[bool, float]:
    return not dot.is_this, -dot.share
