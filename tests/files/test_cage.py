"""What a child that has been taken over tries, and is denied."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from extractor.files.cage import GUARDS, library_places
from extractor.files.landlock import abi
from extractor.files.office_cage import bubblewrap, wrapped

_TRY = """
import os, socket, sys
from pathlib import Path
{lock}
def tried(name, what):
    try:
        what()
        print(name, "done")
    except OSError as exc:
        print(name, type(exc).__name__)
def connect():
    with socket.socket() as s:
        s.settimeout(2)
        s.connect(("127.0.0.1", int(sys.argv[3])))
secret, place = Path(sys.argv[1]), Path(sys.argv[2])
tried("read", secret.read_bytes)
tried("list", lambda: os.listdir(secret.parent))
tried("list_root", lambda: os.listdir("/"))
tried("passwd", Path("/etc/shadow").read_bytes)
tried("write", lambda: (place / "new").write_text("x"))
tried("truncate", lambda: os.truncate(secret, 0))
tried("unlink", secret.unlink)
tried("rename", lambda: secret.rename(place / "other"))
tried("link", lambda: os.symlink("/etc/passwd", place / "link"))
tried("socket", connect)
tried("unix", lambda: socket.socket(socket.AF_UNIX))
tried("program", lambda: os.posix_spawn("/bin/true", ["true"], {{}}))
tried("fork", lambda: os.fork() or os._exit(0))
tried("session", os.setsid)
tried("kill", lambda: os.kill(os.getppid(), 0))
tried("other_memory", lambda: Path(f"/proc/{{os.getppid()}}/environ").read_bytes())
import json.tool  # its own libraries stay readable
print("library done")
"""


def answers(tmp_path: Path, lock: str, port: int) -> tuple[dict[str, str], Path]:
    secret = tmp_path / "packets" / "secret.pdf"
    secret.parent.mkdir()
    secret.write_text("secret")
    done = subprocess.run(
        [sys.executable, "-B", "-c", _TRY.format(lock=lock), str(secret), str(tmp_path), str(port)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert "library done" in done.stdout, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines()), secret


@pytest.fixture
def listener() -> int:
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    yield server.getsockname()[1]
    server.close()


def test_without_the_cage_all_this_would_work(tmp_path: Path, listener: int) -> None:
    found, secret = answers(tmp_path, "", listener)
    for name in ("read", "list", "write", "unlink", "link", "socket", "unix", "fork", "kill"):
        assert found[name] == "done", name
    assert not secret.exists()


@pytest.mark.skipif(abi() < 4, reason="this kernel has no landlock that knows TCP")
def test_a_child_reads_nothing_outside_writes_nothing_opens_no_socket(
    tmp_path: Path, listener: int
) -> None:
    lock = "from extractor.files.cage import lock_in; lock_in(1 << 30)"
    found, secret = answers(tmp_path, lock, listener)
    assert {name: said for name, said in found.items() if said == "done"} == {"library": "done"}
    assert found["read"] == found["write"] == found["socket"] == "PermissionError"
    assert secret.read_text() == "secret"


@pytest.mark.skipif(abi() < 4, reason="this kernel has no landlock that knows TCP")
def test_landlock_alone_denies_files_and_tcp(tmp_path: Path, listener: int) -> None:
    lock = (
        "from extractor.files.cage import library_places\n"
        "from extractor.files.landlock import restrict\n"
        "restrict(library_places())"
    )
    found, secret = answers(tmp_path, lock, listener)
    for name in (
        "read",
        "list",
        "write",
        "truncate",
        "unlink",
        "rename",
        "link",
        "socket",
        "program",
    ):
        assert found[name] == "PermissionError", name
    assert secret.read_text() == "secret"


def test_no_folder_where_packets_may_lie_is_among_what_a_child_may_read(tmp_path: Path) -> None:
    places = library_places()
    home = Path(__file__).resolve().parents[2]
    assert home not in places and Path.cwd() not in places
    assert not any(place in (Path("/"), Path("/tmp"), Path.home()) for place in places)


def test_every_guard_has_words() -> None:
    assert all(chinese and english for chinese, english in GUARDS.values())


def test_in_bubblewrap_only_the_system_is_seen_and_only_the_folder_written(tmp_path: Path) -> None:
    bwrap = bubblewrap()
    if bwrap is None:
        pytest.skip("bubblewrap is not installed here, or not allowed")
    folder, outside = tmp_path / "job", tmp_path / "outside.txt"
    folder.mkdir()
    outside.write_text("secret")
    script = (
        f"cat {outside} || echo unread; echo x > {tmp_path}/new; "
        f"cat /etc/passwd || echo nobody; echo made > {folder}/made; "
        "ls /sys/class/net 2>/dev/null; cat /proc/net/dev | grep -c : "
    )
    call = [*wrapped(bwrap, Path("/usr/bin/soffice"), folder), "/bin/sh", "-c", script]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["unread", "nobody", "1"]  # the loop device alone
    assert (folder / "made").read_text() == "made\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["job", "outside.txt"]
