"""``lianshen doctor``: what is missing on this machine, and how to get it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from lianshen.config import Settings
from lianshen.content import ContentNotFound, content_root

EXTRAS = {
    "quality": ("great-expectations", "checking batches"),
    "models": ("scikit-learn", "scoring stays"),
    "flows": ("prefect", "nights and schedules"),
    "casebook": ("sqlalchemy", "cases and queues"),
    "review": ("dash", "the pages"),
    "knowledge": ("openpyxl", "published batches of knowledge in Excel"),
    "postgres": ("psycopg", "a casebook or a source on PostgreSQL"),
    "notebooks": ("matplotlib", "the notebooks"),
    "spark": ("pyspark", "rules on Spark"),
}
# Works together, see the comments in pyproject.toml: newer ones fail without a word.
BROKEN_PAIRS = (
    ("prefect", "3.8", "sqlalchemy", "2.1", "schedules would never fire: pip install 'sqlalchemy<2.1'"),
    ("prefect", "3.8", "fastapi", "0.151", "the temporary server would not start: pip install 'fastapi<0.151'"),
)
FREE_BYTES = 5 * 10**9


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``level`` is ok, optional (a feature is off) or missing (something will fail)."""

    level: str
    what: str
    found: str
    remedy: str = ""


def _parts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what a machine needs: Python, packages that work together, content, room, programs of the tests."""
    running = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Finding("ok" if fits else "missing", "Python", running, "" if fits else "install Python 3.11, 3.12 or 3.13")
    for extra, (package, purpose) in EXTRAS.items():
        found = _installed(package)
        remedy = "" if found else f"for {purpose}: pip install 'lianshen[{extra}]'"
        yield Finding("ok" if found else "optional", f"extra {extra}", f"{package} {found or 'not installed'}", remedy)
    for one, one_from, other, other_from, remedy in BROKEN_PAIRS:
        have, beside = _installed(one), _installed(other)
        if have and beside and have.startswith(one_from) and _parts(beside) >= _parts(other_from):
            yield Finding("missing", f"{one} with {other}", f"{have} with {beside}", remedy)
    try:
        yield Finding("ok", "rules, policies, knowledge", str(content_root(settings.content)))
    except ContentNotFound as error:
        yield Finding("missing", "rules, policies, knowledge", "not found", str(error))
    yield from _home(settings)
    yield from _programs()


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home.resolve()
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    writable = os.access(existing, os.W_OK)
    remedy = "" if writable else f"make {existing} writable, or set LIANSHEN_HOME to a folder that is"
    yield Finding("ok" if writable else "missing", "home folder", str(home), remedy)
    free = shutil.disk_usage(existing).free
    roomy = free >= FREE_BYTES
    yield Finding(
        "ok" if roomy else "optional", "room on disk", f"{free / 10**9:.1f} GB free", "" if roomy else "keep 5 GB free"
    )
    key = settings.key_file
    if key.exists():
        private = key.stat().st_mode & 0o077 == 0
        remedy = "" if private else f"chmod 600 {key}: others can read the key that hides identities"
        yield Finding("ok" if private else "missing", "identity key", str(key), remedy)
    else:
        yield Finding("optional", "identity key", f"none yet at {key}", "the first night makes one; keep a copy of it")


def _programs() -> Iterator[Finding]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    yield Finding(
        "ok" if chromium else "optional",
        "Chromium (tests of the pages)",
        chromium or "not found",
        "" if chromium else "Debian: apt-get install chromium",
    )
    servers = shutil.which("initdb") or next((str(p) for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    yield Finding(
        "ok" if servers else "optional",
        "PostgreSQL server (tests of the casebook)",
        servers or "not found",
        "" if servers else "Debian: apt-get install postgresql, or set TEST_PG_URL",
    )
    fonts = any(Path("/usr/share/fonts").rglob("NotoSansCJK*"))
    yield Finding(
        "ok" if fonts else "optional",
        "Chinese font (plots, pictures)",
        "Noto Sans CJK" if fonts else "not found",
        "" if fonts else "Debian: apt-get install fonts-noto-cjk",
    )


def register(app: typer.Typer) -> None:
    @app.command()
    def doctor(as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table.")) -> None:
        """Say what is missing on this machine and how to get it. Exits with 1 when something will fail."""
        found = list(examine(Settings()))
        if as_json:
            typer.echo(json.dumps([asdict(item) for item in found], ensure_ascii=False, indent=2))
        else:
            _print(found)
        if any(item.level == "missing" for item in found):
            raise typer.Exit(1)


def _print(found: list[Finding]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    colours = {"ok": "green", "optional": "yellow", "missing": "bold red"}
    table = Table("", "what", "found", "what to do", title="lianshen doctor")
    for item in found:
        table.add_row(f"[{colours[item.level]}]{item.level}[/]", item.what, escape(item.found), escape(item.remedy))
    Console().print(table)
