"""Free memory given back to the system.

Reading takes large blocks of many sizes; glibc keeps what is freed between smaller live ones, so a worker
grows from page to page (measured: 460 to 830 MB after 300 pages, 265 MB with this after each page; it
takes about 15 ms). Blocks from ``_LARGE_BYTES`` on are mapped by themselves and gone when they are freed;
glibc would raise that limit to 32 MB by itself (peaks of 615 instead of 700 MB and more on forty full
scans). Told one limit, glibc no longer moves the other: it would hand back all that is free at the heap's
end after every freed block of 128 KB and fetch it again for the next (an eighth of the time on dense pages,
all of it page faults), so that limit is told too. After each page everything goes back anyway.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache

_LARGE_BYTES = 8 << 20
_KEPT_BYTES = 512 << 20
_M_TRIM_THRESHOLD = -1  # malloc.h
_M_MMAP_THRESHOLD = -3


def map_large_blocks() -> None:
    """Have large blocks mapped by themselves from now on; nothing where the C library cannot."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return


def give_back_free_memory() -> None:
    """Ask the C library to hand unused pages of the heap back; nothing where it cannot."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return None
    trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
    return trim
