"""A packet on disk into the blob store, and out of it again for a review.

Names are decoded once, on the way in (GBK where they are), so that the ledger and every later run speak of
the same files. Links and special files are never followed: they are laid out as links to nowhere, and
the review says that they were not read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from extractor.files.names import decode_name, is_junk
from extractor.jobs.blobs import BlobStore
from extractor.jobs.records import PacketContent, PacketFile

LINK = "link"
"""``PacketFile.sha256`` of what is no regular file."""
_NOWHERE = "/nonexistent/extractor"
_MAX_NAME_BYTES = 200
_MAX_FILES = 20_000


class StillChanging(Exception):
    """The packet changed while it was taken: to be taken again from the start."""


@dataclass(frozen=True, slots=True)
class Look:
    """What tells one state of a file from another. ``kind``: ``file | link``."""

    kind: str
    size: int
    mtime_ns: int
    inode: int


def look_at(path: Path) -> dict[bytes, Look]:
    """All files below a folder (or the file itself, under the name ``b""``), junk left out, by raw
    relative name; folders' own times do not count.

    Raises:
        OSError: something vanished or cannot be read.
    """
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        return {b"": _look(status)}
    return dict(_walk(os.fsencode(path), b""))


def _walk(folder: bytes, prefix: bytes) -> Iterator[tuple[bytes, Look]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if is_junk(decode_name(entry.name)):
                continue
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, name + b"/")
            else:
                yield name, _look(entry.stat(follow_symlinks=False))


def _look(status: os.stat_result) -> Look:
    kind = "file" if stat.S_ISREG(status.st_mode) else LINK
    return Look(kind, status.st_size, status.st_mtime_ns, status.st_ino)


def take_in(path: Path, name: str, blobs: BlobStore) -> PacketContent:
    """Copy a packet into the store; ``name`` is what it is called (decoded).

    Raises:
        StillChanging: it changed meanwhile. OSError: it cannot be read, or the store not be written.
    """
    before = look_at(path)
    if len(before) > _MAX_FILES:
        raise OSError(f"more than {_MAX_FILES} files")
    files: list[PacketFile] = []
    is_folder = b"" not in before
    taken: set[str] = set()
    for raw, look in before.items():
        shown = "/".join(decode_name(part) for part in raw.split(b"/")) if raw else name
        unique, again = shown, 2
        while unique.casefold() in taken:
            unique, again = f"{shown}#{again}", again + 1
        taken.add(unique.casefold())
        if look.kind == LINK:
            files.append(PacketFile(unique, LINK, 0))
            continue
        source = path / os.fsdecode(raw) if raw else path
        try:
            sha256, size = blobs.put_file(source)
        except FileNotFoundError as error:
            raise StillChanging from error
        if size != look.size:
            raise StillChanging
        files.append(PacketFile(unique, sha256, size))
    if look_at(path) != before:
        raise StillChanging
    return PacketContent(name, tuple(files), is_folder)


def lay_out(content: PacketContent, blobs: BlobStore, folder: Path) -> Path:
    """The packet as files below ``folder`` (made here), to be read only; gives its path.

    Raises:
        OSError: the disk is full, or a blob is missing.
    """
    folder.mkdir(parents=True)
    root = folder / fitting_name(content.name)
    if content.is_folder:
        root.mkdir()
    for file in content.files:
        parts = [fitting_name(part) for part in file.path.split("/")]
        target = root.joinpath(*parts) if content.is_folder else root
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.sha256 == LINK:
            target.symlink_to(_NOWHERE)
        else:
            blobs.copy_out(file.sha256, target, may_link=True)
    return root


def fitting_name(name: str, max_bytes: int = _MAX_NAME_BYTES) -> str:
    """``name`` as one component of a path: no separator, not too long for any file system; its
    suffix is kept. Names grow when they are decoded: three bytes for two of GBK."""
    safe = name.replace("/", "_").replace("\0", "_")
    if safe in ("", ".", ".."):
        safe = "_"
    if len(os.fsencode(safe)) <= max_bytes:
        return safe
    stem, dot, suffix = safe.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, suffix = safe, ""
    room = max_bytes - len(os.fsencode(dot + suffix if suffix else ""))
    cut = os.fsencode(stem)[:room].decode("utf-8", "ignore")
    return f"{cut}.{suffix}" if suffix else cut
