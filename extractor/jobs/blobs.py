"""Files by their content: what was filed and what came of it, each stored once under its hash.

A blob is whole or not there: it is written beside its place, brought to the disk, and renamed. Nothing
is deleted at once: ``sweep`` removes blobs that nothing needs any more and that nobody touched for a
day, so that a packet just being accepted never loses a file under its hands.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
#: Seconds for which an unneeded blob is left alone.
GRACE_SECONDS = 24 * 3600.0


class BlobStore:
    """A folder of blobs, ``ab/abcdef…``. Safe to share between processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the blob of that hash lies, or would lie."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether it is there."""
        return self.path(sha256).is_file()

    @contextmanager
    def writer(self) -> Iterator[BlobWriter]:
        """A blob that is written piece by piece; kept only if ``keep`` is called.

        Raises:
            OSError: the disk is full or not to be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f".{secrets.token_hex(12)}.part"
        with part.open("xb") as stream:
            try:
                yield BlobWriter(self, part, stream)
            finally:
                part.unlink(missing_ok=True)

    def put_file(self, path: Path) -> tuple[str, int]:
        """Copy a file in; gives hash and length of exactly the bytes that were kept.

        Raises:
            OSError: it cannot be read, or the store not written.
        """
        with path.open("rb") as source, self.writer() as writer:
            while chunk := source.read(_CHUNK):
                writer.write(chunk)
            return writer.keep()

    def copy_out(self, sha256: str, target: Path, *, may_link: bool = False) -> None:
        """Put the blob's bytes at ``target``, whose folder is there; linked where that is allowed and
        possible (then the file must never be changed in place)."""
        if may_link:
            try:
                os.link(self.path(sha256), target)
                return
            except OSError:
                pass  # another file system, or one without links
        shutil.copyfile(self.path(sha256), target)

    def sweep(self, needed: Collection[str], clock: Callable[[], float] = time.time) -> int:
        """Remove what is not ``needed`` and was not touched for ``GRACE_SECONDS``; gives how many."""
        removed = 0
        for path in self.folder.glob("*/*") if self.folder.is_dir() else ():
            if path.name not in needed and _is_old(path, clock()):
                path.unlink(missing_ok=True)
                removed += 1
        for part in self.folder.glob(".*.part") if self.folder.is_dir() else ():
            if _is_old(part, clock()):
                part.unlink(missing_ok=True)
        return removed


class BlobWriter:
    """One blob on its way into the store."""

    def __init__(self, store: BlobStore, part: Path, stream: BinaryIO) -> None:
        self._store = store
        self._part = part
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        self._digest.update(chunk)
        self._stream.write(chunk)
        self.bytes += len(chunk)

    def keep(self) -> tuple[str, int]:
        """Bring the blob to the disk; gives its hash and length."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        sha256 = self._digest.hexdigest()
        path = self._store.path(sha256)
        path.parent.mkdir(exist_ok=True)
        if path.is_file() and path.stat().st_size == self.bytes:
            os.utime(path)  # touched: the sweep leaves it alone
        else:
            self._part.replace(path)
            sync_folder(path.parent)
        return sha256, self.bytes


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass  # network shares refuse it
    finally:
        os.close(handle)


def _is_old(path: Path, now: float) -> bool:
    try:
        return abs(now - path.stat().st_mtime) > GRACE_SECONDS
    except FileNotFoundError:
        return False
