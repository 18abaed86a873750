"""A PostgreSQL server of one's own, for benchmarks and tests: made in a folder, started, stopped."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = "-c fsync=off -c full_page_writes=off"
"""For what is thrown away: a test loses nothing where the machine fails."""


def binaries() -> Path | None:
    """Return the folder with ``initdb``, or None where no server is installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    installed = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return Path(installed[-1]).parent if installed else None


@contextmanager
def running(folder: Path, options: str = FAST) -> Iterator[str]:
    """Run a server whose data is ``folder/data``, made where it is not there; yield its URL without a database.

    :raises FileNotFoundError: where no server is installed.
    """
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL server here: install Debian's package postgresql")
    # The server refuses to run as root, so root lends the folder to an ordinary user.
    user = "postgres" if os.geteuid() == 0 else None
    folder.mkdir(parents=True, exist_ok=True)
    if user:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    if not data.exists():
        run("initdb", "-U", "lianshen", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8")
    # Sockets have short names only: they lie where nothing else has to.
    where = f"-p {port} -c unix_socket_directories= -h 127.0.0.1 {options}"
    run("pg_ctl", "-o", where, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://lianshen@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "-m", "fast", "-w", "stop")
