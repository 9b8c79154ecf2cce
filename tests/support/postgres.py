"""A private PostgreSQL for the tests: started in a temporary folder, reached by a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/local/pgsql/bin")
_USERS = ("postgres", "nobody")


class NoPostgres(Exception):
    """Why there is no server to test with."""


def _programs() -> Path:
    found = [p for place in _PLACES for p in Path("/").glob(f"{place[1:]}/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path))
    if not found:
        raise NoPostgres("no PostgreSQL server is installed here")
    return sorted(found)[-1].parent


def _as_somebody() -> tuple[list[str], int | None]:
    """How to run as a user that PostgreSQL accepts (never root), and that user's id."""
    if os.geteuid() != 0:
        return [], None
    runuser = shutil.which("runuser")
    if runuser is None:
        raise NoPostgres("run as root without runuser: PostgreSQL refuses to start")
    for name in _USERS:
        try:
            return [runuser, "-u", name, "--"], pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise NoPostgres("run as root without another user: PostgreSQL refuses to start")


@contextmanager
def private_server() -> Iterator[str]:
    """Address of an empty database, gone with its server afterwards.

    Raises:
        NoPostgres: there is no server on this machine, or it does not start.
    """
    programs, (prefix, uid) = _programs(), _as_somebody()
    with tempfile.TemporaryDirectory(prefix="extractor-pg-", dir="/tmp") as name:
        folder = Path(name)
        if uid is not None:
            os.chown(folder, uid, -1)
        data = folder / "data"

        def run(program: str, *args: str) -> None:
            done = subprocess.run(
                [*prefix, str(programs / program), *args],
                cwd=folder, capture_output=True, text=True, check=False, timeout=120,
            )  # fmt: skip
            if done.returncode:
                raise NoPostgres(f"{program}: {(done.stderr or done.stdout).strip()[-300:]}")

        run("initdb", "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
