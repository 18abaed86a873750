"""What lies with a case: files that people added, and the case file with its list of pieces."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from lianshen.cases.media import ACCEPTED, MOST_BYTES
from lianshen.cases.services.attaching import KINDS, Of
from lianshen_dashboards.parts.common import Part, heading, table
from lianshen_dashboards.parts.fields import Typed, act, folded, line
from lianshen_dashboards.present import Row, moment
from lianshen_dashboards.texts import say

HIDE = "hide-"
"""Begins the name of the button that hides a file; its number follows."""
HASH_SHOWN = 12


def size_of(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{max(1, count // 1024)} KB"


def address(number: str, of: Of = "case") -> str:
    """Return where the interface keeps the files of a case or an inquiry."""
    return f"/api/v1/{'cases' if of == 'case' else 'inquiries'}/{quote(number)}/attachments"


def files(number: str, rows: Sequence[Row], may_add: bool, typed: Typed, of: Of = "case") -> list[Part]:
    """Return the files with links to save them and, for who may add some, where they are dropped."""
    to = address(number, of)
    shown = [row for row in rows if not row["is_hidden"]]
    listed = html.Ul([_file(to, row, may_add and of == "case", typed) for row in rows], className="files")
    return [
        heading(say("files.title"), str(len(shown)) if shown else None),
        listed if rows else html.P(say("files.none"), className="mute"),
        _drop(to, of) if may_add else None,
    ]


def _file(to: str, row: Row, may_hide: bool, typed: Typed) -> Part:
    about = f"{row['kind_name']} · {size_of(row['bytes'])} · {row['added_by']} · {moment(row['added_at'])}"
    if row["is_hidden"]:
        return html.Li(
            [
                html.S(row["name"]),
                html.Span(say("files.hidden"), className="pill grey"),
                html.Div(about, className="mute"),
            ]
        )
    link = html.A(
        row["name"],
        href=f"{to}/{row['id']}",
        download=row["name"],
        title=f"SHA-256 {row['sha256']}",
    )
    hide = folded(
        say("files.hide"),
        line(f"{HIDE}{row['id']}", say("files.hide_why"), typed, most=400),
        html.Div(act(f"{HIDE}{row['id']}", say("files.hide"), "danger", small=True), className="buttons"),
        name="small",
    )
    return html.Li([link, html.Div(about, className="mute num"), hide if may_hide else None])


def _drop(to: str, of: Of) -> Part:
    kinds = [
        html.Button(name, type="button", className="btn small", **{"data-upload": code}) for code, name in KINDS.items()
    ]
    note = say("files.note", kinds=ACCEPTED, most=MOST_BYTES // 1024 // 1024)
    return html.Div(
        [html.Div(say("files.drop")), html.Div(kinds, className="row"), html.Div(note, className="mute")],
        id="drop-files",
        className="drop-files",
        **{"data-to": to, "data-told": "files-changed" if of == "case" else "inquiry-files-changed"},
    )


def archive(case: Row, pieces: Sequence[Row]) -> Part:
    """Return the list of an archived case's pieces with their hashes, and the case file to save."""
    link = html.A(
        say("archive.zip"), href=f"/api/v1/cases/{case['case_no']}/file.zip", className="btn small", download=True
    )
    if not pieces:
        return html.Section([heading(say("archive.title")), html.P(say("archive.open"), className="mute"), link])
    rows: list[list[Part]] = [
        [row["name"], size_of(row["bytes"]), html.Code(row["sha256"][:HASH_SHOWN], title=row["sha256"])]
        for row in pieces
    ]
    heads = [(say("archive.piece"), "break"), (say("archive.size"), "right"), (say("archive.hash"), "")]
    note = say("archive.note", years=pieces[0]["keep_years"], n=len(pieces))
    body = html.Div(table(heads, rows, label=say("archive.list")), className="scroll-x")
    return html.Section(
        [
            heading(say("archive.title")),
            folded(say("archive.list"), html.P(note, className="mute"), body),
            html.P(link),
        ],
        className="archive",
    )
