"""How fast the casework answers with 200,000 cases: ``python -m benchmarks.casework``.

A casebook is made once and kept. ``lianshen serve`` is started over it; then one user's calls, one user's browser and
many users at once are timed, with the server's processor seconds and its memory. With ``--database postgresql`` the
same casebook, moved by ``lianshen casebook move``'s own code, is on a PostgreSQL server that is started here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg

from benchmarks.casework_browser import browse
from benchmarks.casework_calls import crowd, one_user
from benchmarks.casework_seed import add_people, make_casebook
from benchmarks.postgres_server import running
from lianshen.cases.keeping.moving import move
from lianshen.cases.store import connect
from lianshen.config import SHANGHAI

TARGETS = {
    "filter to rows": 300, "next case": 250, "case page": 800, "list": 100, "case": 100, "everything, 100 users": 1500,
}  # fmt: skip
"""Milliseconds: medians in the browser, 95th percentiles of calls."""
STALE_DAYS = 3
TICKS = os.sysconf("SC_CLK_TCK")


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.casework", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--lines", type=int, default=1_300_000)
    parser.add_argument("--folder", type=Path, default=Path("var/benchmarks/casework"))
    parser.add_argument("--rounds", type=int, default=8, help="Of one user's calls.")
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30, help="That all users work.")
    parser.add_argument("--think", type=float, default=1.0, help="Mean seconds between an answer and the next call.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    options = parser.parse_args(arguments)
    found = measure(options)
    print(json.dumps(found, indent=1)) if options.json else show(found)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was measured: milliseconds of every call, processor seconds, memory in MB."""
    home = _casebook(options)
    found: dict[str, Any] = {"machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
                             "load": os.getloadavg()[0], "cases": options.cases,
                             "database": options.database}  # fmt: skip
    with database(home, options.database) as casebook, serving(home, casebook) as (url, process):
        engine = connect(casebook)
        people = add_people(engine, options.users)
        engine.dispose()
        found["memory_at_start"] = memory(process)["now"]
        before = processor(process)
        found["one_user"] = one_user(url, people[0], options.rounds)
        found["one_user_processor_s"] = processor(process) - before
        if not options.no_browser:
            before = processor(process)
            found["browser"] = browse(url, people[0])
            found["browser_server_processor_s"] = processor(process) - before
        before, begun = processor(process), time.perf_counter()
        found["crowd"] = asyncio.run(crowd(url, people, options.seconds, options.think))
        found["crowd"] |= {"processor_s": processor(process) - before, "seconds": time.perf_counter() - begun}
        found["memory"] = memory(process)
    return found


def _casebook(options: argparse.Namespace) -> Path:
    today = datetime.now(SHANGHAI).date()
    home = (options.folder / str(options.cases)).resolve()
    made, path = home / "made", home / "casebook.sqlite"
    fresh = made.exists() and (today - date.fromisoformat(made.read_text())).days < STALE_DAYS
    if not fresh:
        # Deadlines lie around the day it was made: an old one would be overdue as a whole.
        home.mkdir(parents=True, exist_ok=True)
        for old in home.glob("casebook.sqlite*"):
            old.unlink()
        made.unlink(missing_ok=True)
        begun = time.perf_counter()
        make_casebook(path, options.cases, options.lines, today)
        print(f"made in {time.perf_counter() - begun:.0f} s, {path.stat().st_size / 1e6:,.0f} MB", file=sys.stderr)
        made.write_text(today.isoformat())
    return home


@contextmanager
def database(home: Path, kind: str) -> Iterator[str]:
    """Yield the URL of the casebook on that kind of database; on PostgreSQL it is moved there once and kept."""
    here = f"sqlite:///{home / 'casebook.sqlite'}"
    if kind == "sqlite":
        yield here
        return
    folder, made = home / "postgresql", (home / "made").read_text()
    stamp = folder / "made"
    with running(folder, "-c shared_buffers=256MB") as server:
        there = f"{server}/casebook"
        if not stamp.exists() or stamp.read_text() != made:
            begun = time.perf_counter()
            with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as admin:
                admin.execute("DROP DATABASE IF EXISTS casebook")
                admin.execute("CREATE DATABASE casebook")
            move(here, there)
            with psycopg.connect(there.replace("+psycopg", ""), autocommit=True) as admin:
                admin.execute("VACUUM ANALYZE")
            stamp.write_text(made)
            print(f"moved in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        yield there


@contextmanager
def serving(home: Path, casebook: str) -> Iterator[tuple[str, int]]:
    """Run the product's own server over a casebook; yield its address and process number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", "from lianshen.cli import main; main()", "serve", "--port", str(port)]
    environment = {**os.environ, "LIANSHEN_HOME": str(home), "LIANSHEN_CASEBOOK": casebook}
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(600):
                with suppress(httpx.TransportError):
                    httpx.get(url + "/healthz")
                    break
                time.sleep(0.1)
            yield url, process.pid
        finally:
            process.terminate()
            process.wait(20)


def processor(process: int) -> float:
    """Return the processor seconds of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(process: int) -> dict[str, float]:
    """Return resident memory now and at its highest, and the part of it that is no file: MB of a million bytes."""
    said = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line)
    return {name: int(said[key].split()[0]) * 1024 / 1e6
            for name, key in (("now", "VmRSS"), ("highest", "VmHWM"), ("own", "RssAnon"))}  # fmt: skip


def show(found: dict[str, Any]) -> None:
    """Print the tables."""
    print(f"{found['cases']:,} cases on {found['database']}; {found['machine']}; load before: {found['load']:.1f}")
    for title, name in (("one user, ms", "one_user"), ("browser, ms", "browser")):
        if name in found:
            print(f"\n{title:<34} {'calls':>6} {'p50':>8} {'p95':>8}")
            for call, cost in found[name].items():
                target = f"  target {TARGETS[call]}" if call in TARGETS else ""
                print(f"{call:<34} {cost['calls']:>6} {cost['p50']:>8.0f} {cost['p95']:>8.0f}{target}")
    in_browser = f", {found['browser_server_processor_s']:.1f} for the browser" if "browser" in found else ""
    print(f"server's processor seconds: {found['one_user_processor_s']:.1f} for the calls{in_browser}")
    many = found["crowd"]
    print(
        f"\n{many['users']} users, {many['seconds']:.0f} s: {many['calls']:,} calls, {many['errors']} errors, ", end=""
    )
    print(f"p50 {many['p50']:.0f} ms, p95 {many['p95']:.0f} ms (target 1500), {many['processor_s']:.0f} processor s")
    for call, cost in many["by_call"].items():
        print(f"  {call:<32} {cost['calls']:>6} {cost['p50']:>8.0f} {cost['p95']:>8.0f}")
    for error, number in many["kinds"].items():
        print(f"  {number} × {error}")
    at = found["memory"]
    print(f"memory, MB: {found['memory_at_start']:.0f} at the start, {at['now']:.0f} at the end, ", end="")
    print(f"{at['highest']:.0f} at the highest (target 500); {at['own']:.0f} of it without mapped files")


if __name__ == "__main__":
    main()
