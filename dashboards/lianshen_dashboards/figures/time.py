"""Figures along time: stays of a person, and a filing against an admission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lianshen_dashboards.figures.base import AMBER, GRID, PRIMARY, RED, SOFT, Figure, axis, layout, note, vertical

DAY_MS = 86_400_000
CLOSE_DAYS = 15
LONGEST_NAME = 12


@dataclass(frozen=True)
class Stay:
    """One stay: where, from when until when, whether it is of this case, and where a click leads."""

    place: str
    begin: date
    end: date
    is_this: bool
    link: str = ""

    @property
    def days(self) -> int:
        return max(1, (self.end - self.begin).days)


def gaps(stays: Sequence[Stay]) -> list[tuple[Stay, Stay, int]]:
    """Return pairs of neighbours in time with the days between them; shared nights are negative."""
    ordered = sorted(stays, key=lambda stay: (stay.begin, stay.end))
    return [(one, other, _between(one, other)) for one, other in pairwise(ordered)]


def _between(one: Stay, other: Stay) -> int:
    if other.begin >= one.end:
        return (other.begin - one.end).days
    return -(min(one.end, other.end) - other.begin).days


def between_zh(one: Stay, other: Stay) -> str:
    """Return in words how two neighbours lie to each other."""
    days = _between(one, other)
    if days < 0:
        return f"重叠 {-days} 夜"
    return "住院期间" if other.begin < one.end else f"间隔 {days} 天"


def stays_figure(stays: Sequence[Stay]) -> Figure:
    """Return swim lanes of stays; the gap or overlap between neighbours is written where it matters."""
    places = list(dict.fromkeys(stay.place for stay in sorted(stays, key=lambda stay: not stay.is_this)))
    lane = {place: index for index, place in enumerate(places)}
    bars = []
    for stay in stays:
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "base": [stay.begin.isoformat()],
                "x": [stay.days * DAY_MS],
                "y": [lane[stay.place]],
                "width": 0.5,
                "customdata": [stay.link],
                "marker": {"color": PRIMARY if stay.is_this else SOFT},
                "hovertemplate": f"<b>{stay.place}</b><br>{stay.begin} → {stay.end}（{stay.days} 天）<extra></extra>",
            }
        )
    notes = []
    for one, other, days in gaps(stays):
        if days > CLOSE_DAYS:
            continue
        text = between_zh(one, other)
        middle = one.end + (other.begin - one.end) / 2 if other.begin >= one.end else other.begin
        height = (lane[one.place] + lane[other.place]) / 2 - (0.42 if one.place == other.place else 0)
        notes.append(note(text, middle.isoformat(), height, RED))
    span = (max(s.end for s in stays) - min(s.begin for s in stays)).days
    begin = min(s.begin for s in stays) - timedelta(days=max(1, span // 20))
    end = max(s.end for s in stays) + timedelta(days=max(1, span // 20))
    return {
        "data": bars,
        "layout": layout(
            56 + 44 * len(places),
            barmode="overlay",
            annotations=notes,
            xaxis=axis(
                type="date",
                tickformat="%m-%d" if span < 300 else "%Y-%m",
                nticks=6,
                range=[begin.isoformat(), end.isoformat()],
            ),
            yaxis=axis(
                tickvals=list(lane.values()),
                ticktext=[_in_two_lines(place) for place in places],
                range=[len(places) - 0.45, -0.6],
                showgrid=False,
            ),
        ),
    }


def _in_two_lines(place: str) -> str:
    """Return a long name with what it has in brackets on a line of its own; a still longer line is cut."""
    if len(place) <= LONGEST_NAME:
        return place
    name, bracket, rest = place.partition("（")
    lines = [name, bracket + rest] if bracket else [name]
    cut = (line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…" for line in lines)
    return "<br>".join(cut)


def filing_figure(
    filed_from: date, filed_until: date, begin: date, end: date, today: date, places: tuple[str, str] = ("", "")
) -> Figure:
    """Return the period of the filing and the stay, one under the other, with the admission as a line.

    ``places`` are where the filing is for and where the stay was.
    """
    open_end = min(filed_until, max(end, today) + timedelta(days=60))
    until = "长期" if filed_until.year > 2100 else f"至 {filed_until}"
    covered = filed_from <= begin < filed_until

    def bar(row: int, start: date, stop: date, colour: str, text: str) -> Figure:
        return {
            "type": "bar",
            "orientation": "h",
            "base": [start.isoformat()],
            "width": 0.45,
            "y": [row],
            "x": [max(1, (stop - start).days) * DAY_MS],
            "marker": {"color": colour},
            "hovertemplate": f"{text}<extra></extra>",
        }

    left = min(filed_from, begin) - timedelta(days=12)
    right = max(open_end, end) + timedelta(days=12)
    return {
        "data": [
            bar(0, filed_from, open_end, SOFT, f"备案 {filed_from} {until}"),
            bar(1, begin, end, PRIMARY if covered else RED, f"就诊 {begin} → {end}"),
        ],
        "layout": layout(
            138,
            barmode="overlay",
            shapes=[vertical(begin.isoformat(), RED if not covered else AMBER, "dot")],
            annotations=[
                note(
                    f"入院 {begin}",
                    begin.isoformat(),
                    -0.55,
                    RED if not covered else AMBER,
                    xanchor="right" if (begin - left) > (right - begin) else "left",
                    xshift=0,
                )
            ],
            xaxis=axis(
                type="date",
                tickformat="%Y-%m-%d",
                nticks=5,
                range=[left.isoformat(), right.isoformat()],
                gridcolor=GRID,
            ),
            yaxis=axis(
                tickvals=[0, 1],
                ticktext=[f"备案 {places[0]}".strip(), f"就诊 {places[1]}".strip()],
                range=[1.5, -0.9],
                showgrid=False,
            ),
        ),
    }
