"""When a packet in the inbox is complete: pure judgement from what was seen, and the looks at the disk
that it needs.

Promises, each with a test:

1. A file is ready only after size, time and inode held still for the settle time, nobody has it open for
   writing (where the system can tell), and its end is there (PDF, zip, JPEG). A file that never gets
   its end is taken after ``unfinished_seconds`` of stillness, so that it ends with a reason.
2. A folder is ready after all in it held still for its own, longer settle time, or as soon as a
   ``.ready`` mark says so (in it, or beside it as ``<name>.ready``) and nothing in it is being written.
3. Times are the steady clock's: a clock set back or forward changes nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractor.files.names import decode_name, is_junk
from extractor.jobs.packet_files import LINK, Look, look_at

RESERVED = ("done", "failed")
"""Folders of the inbox that hold what was dealt with."""
READY = ".ready"
_PARTIAL = (".part", ".partial", ".crdownload", ".tmp", ".filepart")
_PDF_TAIL = 4096  # viewers look for %%EOF in the last 1024 bytes; some writers pad after it
_ZIP_TAIL = 65_557  # longest comment of a zip and the record before it


@dataclass(frozen=True, slots=True)
class SettleTimes:
    """Seconds of stillness. ``folder``: without a mark. ``unfinished``: of a file without its end."""

    file: float = 3.0
    folder: float = 20.0
    unfinished: float = 300.0


LOCAL_TIMES = SettleTimes()
SHARE_TIMES = SettleTimes(file=10.0, folder=45.0, unfinished=600.0)
"""On a network share nobody can tell whether another machine still writes."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A candidate packet as it lay there at one look.

    Attributes:
        looks: its files.
        is_folder: whether it is one.
        is_marked: a ``.ready`` mark stands in or beside it.
        partial: name of a file that says itself that it is half-written; empty: none.
    """

    path: Path
    scheme: str | None
    looks: Mapping[bytes, Look]
    is_folder: bool
    is_marked: bool = False
    partial: str = ""

    @property
    def name(self) -> str:
        """As shown to people."""
        return decode_name(os.fsencode(self.path.name))


@dataclass(slots=True)
class _Seen:
    looks: Mapping[bytes, Look]
    since: float


@dataclass(slots=True)
class StabilityTracker:
    """Remembers when each candidate last changed. ``now`` is always the steady clock."""

    times: SettleTimes
    _seen: dict[Path, _Seen] = field(default_factory=dict)

    def why_wait(self, sighting: Sighting, now: float, is_whole: bool) -> str:
        """Why the candidate is not taken yet (Chinese); empty: it may be taken now."""
        seen = self._seen.get(sighting.path)
        if seen is None or seen.looks != sighting.looks:
            self._seen[sighting.path] = _Seen(dict(sighting.looks), now)
            return "刚放入或仍在变化，等它写完"
        still = now - seen.since
        if sighting.is_folder and not sighting.looks:
            return "空文件夹"
        if still < self.times.file:
            return "刚放入或仍在变化，等它写完"
        if still < self.times.unfinished:
            if sighting.partial:
                return f"其中的 {sighting.partial} 还在传输"
            if not is_whole:
                return "文件没有结尾，可能还在写入"
        if sighting.is_folder and not sighting.is_marked and still < self.times.folder:
            return f"文件夹放齐 {self.times.folder:.0f} 秒不再变化后收取"
        return ""

    def forget_all_but(self, paths: Sequence[Path]) -> None:
        """Candidates that are gone are forgotten: what comes under their name is new."""
        kept = set(paths)
        self._seen = {path: seen for path, seen in self._seen.items() if path in kept}


@dataclass(frozen=True, slots=True)
class InboxView:
    """One look at an inbox: candidates, and what cannot be one with the reason."""

    candidates: tuple[Sighting, ...]
    refused: tuple[tuple[str, str], ...]


def look_into(inbox: Path, schemes: Mapping[str, str]) -> InboxView:
    """All candidates: entries of the inbox and of its scheme folders.

    ``schemes`` maps names of folders to scheme ids. What vanishes meanwhile is left out.

    Raises:
        OSError: the inbox itself cannot be read.
    """
    found: list[Sighting] = []
    refused: list[tuple[str, str]] = []
    for entry in _entries(inbox):
        name = decode_name(os.fsencode(entry.name))
        if name in RESERVED:
            continue
        scheme = schemes.get(name)
        if scheme is None or not entry.is_dir(follow_symlinks=False):
            _take_entry(entry, None, found, refused)
            continue
        for inner in _entries(Path(entry.path)):
            _take_entry(inner, scheme, found, refused, prefix=f"{name}/")
    return InboxView(tuple(found), tuple(refused))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda e: os.fsencode(e.name))


def _take_entry(
    entry: os.DirEntry[str], scheme: str | None, found: list[Sighting],
    refused: list[tuple[str, str]], prefix: str = "",
) -> None:  # fmt: skip
    name = decode_name(os.fsencode(entry.name))
    lower = name.lower()
    if lower.endswith(_PARTIAL):
        refused.append((prefix + name, "还在传输，传完改名后收取"))
        return
    if is_junk(name) or lower.endswith(READY):
        return
    if lower in ("packet.yaml", "packet.yml"):
        refused.append((prefix + name, "案件数据文件应放在材料文件夹里面"))
        return
    path = Path(entry.path)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                refused.append((prefix + name, "是链接或特殊文件，不收取；请放入文件本身"))
                return
            looks = look_at(path)
            marked = is_folder and ((path / READY).exists() or _mark_beside(path).exists())
            partial = _partial_in(path) if is_folder else ""
        except PermissionError:
            refused.append((prefix + name, "没有读取权限；请检查文件夹权限"))
            return
        found.append(Sighting(path, scheme, looks, is_folder, marked, partial))


def _mark_beside(folder: Path) -> Path:
    return folder.with_name(folder.name + READY)


def remove_mark(folder: Path) -> None:
    """The mark beside a folder that was taken has done its work."""
    with contextlib.suppress(OSError):
        _mark_beside(folder).unlink(missing_ok=True)


def _partial_in(folder: Path) -> str:
    for path in folder.rglob("*"):
        name = decode_name(os.fsencode(path.name))
        if name.lower().endswith(_PARTIAL) and not name.startswith((".", "~$")):
            return name
    return ""


def is_written_to(path: Path, looks: Mapping[bytes, Look]) -> bool:
    """Whether somebody has a file of the packet open for writing; False where nobody can tell
    (network shares, files of other users)."""
    return any(
        _is_open_for_writing(path / os.fsdecode(raw) if raw else path)
        for raw, look in looks.items()
        if look.kind != LINK
    )


def _is_open_for_writing(path: Path) -> bool:
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # The signal of a broken lease would end the process; this one is ignored by default.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        # A read lease is refused while anybody has the file open for writing.
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False  # no leases here, or the file is another user's
    finally:
        os.close(handle)
    return False


def is_whole(path: Path, looks: Mapping[bytes, Look]) -> bool:
    """Whether each file that must have an end has one, and none is empty.

    Raises:
        OSError: a file cannot be read.
    """
    return all(
        _has_its_end(path / os.fsdecode(raw) if raw else path, look.size)
        for raw, look in looks.items()
        if look.kind != LINK
    )


def _has_its_end(path: Path, size: int) -> bool:
    if size == 0:
        return False
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(max(0, size - _ZIP_TAIL))
        tail = file.read(_ZIP_TAIL)
    if head.startswith(b"%PDF-"):
        return b"%%EOF" in tail[-_PDF_TAIL:]
    if head.startswith(b"PK\x03\x04"):
        return b"PK\x05\x06" in tail
    if head.startswith(b"\xff\xd8\xff"):
        return b"\xff\xd9" in tail
    return True
