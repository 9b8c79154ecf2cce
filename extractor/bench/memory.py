"""Peak resident memory of this process and all it started, by sampling (Linux)."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class PeakMemory:
    """Samples every 0.2 s while open. ``peak_bytes`` is ``None`` where /proc is not there.

    Shared pages are counted in every process that maps them (RSS), so the figure errs high.
    """

    def __init__(self) -> None:
        self.peak_bytes: int | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(0.2):
            now = tree_bytes(os.getpid())
            if now is not None:
                self.peak_bytes = max(self.peak_bytes or 0, now)


def tree_bytes(root: int) -> int | None:
    """Resident bytes of ``root`` and its descendants now; ``None`` without /proc."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            sizes[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * _PAGE
            parents[int(entry.name)] = int(stat[1])
        except (OSError, ValueError, IndexError):
            continue
    if root not in sizes:
        return None
    members = {root}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in members} - members
        grown = bool(more)
        members |= more
    return sum(sizes.get(pid, 0) for pid in members)
