"""Links to letters: as PDF, and as a Word file to go on editing."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from lianshen_dashboards.parts.common import Part


def letter_links(address: str, kinds: Sequence[str]) -> list[Part]:
    """Return a pair of links for each kind of letter below the address of a case or an inquiry."""
    return [
        html.Span(
            [
                html.A(kind, href=f"{address}/letter.pdf?kind={quote(kind)}", target="_blank"),
                html.A("DOCX", href=f"{address}/letter.docx?kind={quote(kind)}", className="mute", download=True),
            ],
            className="letter",
        )
        for kind in kinds
    ]
