"""A file that several readers read at once through one handle, each at its own place."""

from __future__ import annotations

import io
import os
from typing import BinaryIO, cast

_BUFFER = 1 << 16


class SharedFile:
    """Owns ``handle`` (a regular file, open for reading); closed with this object."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.size = os.fstat(handle).st_size

    def __del__(self) -> None:
        os.close(self.handle)

    def reader(self) -> BinaryIO:
        """A new reader that starts at the first byte. Closing it leaves the handle open."""
        return cast("BinaryIO", io.BufferedReader(_Reader(self), _BUFFER))


class _Reader(io.RawIOBase):
    """Reads by ``pread``: the handle's own position is nobody's."""

    def __init__(self, file: SharedFile) -> None:
        super().__init__()
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        count = os.preadv(self._file.handle, [buffer], self._at)
        self._at += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._file.size}[whence]
        if base + offset < 0:
            raise OSError("before the start of the file")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at
