"""Pages of one file, served by a child process that a hostile file may kill without harm.

Promises:

1. The parent never parses or decodes a packet's file; it checks what the child sends (``codec``).
2. No call lasts longer than its limit (``Limits.page_seconds``, ``open_seconds``) plus the time to
   kill: at the deadline the child's whole process group is killed.
3. A crash, a time-out or a page too large is a ``PageFailure`` of that page; the next page gets a
   fresh child. After ``Limits.max_child_deaths`` in one file its other pages fail at once.
4. Leaving the context leaves no process behind.

A ``PageServer`` belongs to one thread at a time.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from extractor.files.child import limits_to_message
from extractor.files.codec import message_to_page
from extractor.files.limits import Limits
from extractor.files.model import PageFailure, RawPage
from extractor.files.wire import Message, WireError, pack, unpack

_START_SECONDS = 60.0  # imports on a cold, busy disk; no packet data is involved yet


class _Dead(Exception):
    """The child ended, or talked nonsense, before it answered."""


class _Late(Exception):
    """The child did not answer in time."""


class _Child:
    """One child process and the pipes to it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        environment = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-s", "-m", "extractor.files.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        answer, _ = self.ask(limits_to_message(limits), _START_SECONDS)
        self.held = tuple(str(item) for item in answer.get("held", ()))

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: Message, seconds: float) -> tuple[Message, bytes]:
        """One answer.

        Raises:
            _Late: no answer in ``seconds``; the child is still there.
            _Dead: it ended or answered nonsense.
        """
        deadline = time.monotonic() + seconds
        stdin, stdout = self._pipes()
        try:
            stdin.write(pack(request))
            stdin.flush()
            return unpack(
                lambda n: _read_until(stdout.fileno(), n, deadline), 3 * self._max_pixels()
            )
        except (OSError, WireError) as exc:
            raise _Dead from exc

    def end(self) -> int | None:
        """Kill the whole group and wait; gives the signal it died of by itself, else ``None``."""
        before = self._process.poll()
        if before is None:
            time.sleep(0)  # a child that just closed its pipe may still be exiting
            before = self._process.poll()
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()
        self._process.wait()
        for pipe in self._pipes():
            try:
                pipe.close()
            except OSError:
                continue  # unsent bytes to a dead child
        return -before if before is not None and before < 0 else None

    def _max_pixels(self) -> int:
        # rounding of sides may pass the limit by a row and a column
        return self._limits.max_pixels + 100_000

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None and self._process.stdout is not None
        return self._process.stdin, self._process.stdout


class PageServer:
    """Context manager around a child that holds one file open.

    Entering opens the file and raises ``PageFailure`` where it cannot be opened.
    """

    def __init__(self, path: Path, media_type: str, limits: Limits | None = None) -> None:
        self._path = path
        self._media_type = media_type
        self._limits = limits or Limits()
        self._child: _Child | None = None
        self._deaths = 0
        self._total_pages = 0
        self.notes: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self._drop_child()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._drop_child()

    @property
    def total_pages(self) -> int:
        """Pages the file has."""
        return self._total_pages

    @property
    def page_count(self) -> int:
        """Pages that may be asked for: ``total_pages``, cut at ``Limits.max_pages_per_file``."""
        return min(self._total_pages, self._limits.max_pages_per_file)

    @property
    def child_pid(self) -> int | None:
        """Process id of the child, ``None`` where none runs (for measuring)."""
        return None if self._child is None else self._child.pid

    def page(self, page_in_file: int, dpi: float) -> RawPage:
        """Page ``page_in_file`` (from 1) with its image at most at ``dpi``.

        Raises:
            PageFailure: this page cannot be read; others may.
        """
        if not 1 <= page_in_file <= self.page_count:
            raise PageFailure("missing", f"文件中没有第 {page_in_file} 页")
        if self._child is None:
            self._open()
        head, blob = self._ask(
            {"do": "page", "page": page_in_file, "dpi": float(dpi)}, self._limits.page_seconds
        )
        try:
            return message_to_page(head, blob)
        except WireError as exc:
            self._drop_child()
            raise PageFailure(
                "crash", "读取该页的程序返回了无效结果，该页未读取", str(exc)
            ) from exc

    def _open(self) -> None:
        if self._deaths >= self._limits.max_child_deaths:
            raise PageFailure(
                "gave_up",
                f"该文件已使读取程序失败 {self._deaths} 次，其余页不再读取；请重新导出或扫描该文件",
            )
        try:
            self._child = _Child(self._limits)
        except (_Dead, _Late) as exc:
            raise PageFailure("crash", "无法启动读取文件的子程序", repr(exc)) from exc
        head, _ = self._ask(
            {
                "do": "open",
                "path": os.fsencode(self._path.absolute()).hex(),
                "media_type": self._media_type,
            },
            self._limits.open_seconds,
        )
        self._total_pages = max(0, int(head.get("pages", 0)))
        self.notes = tuple(str(note) for note in head.get("notes", ()))

    def _ask(self, request: Message, seconds: float) -> tuple[Message, bytes]:
        assert self._child is not None
        try:
            head, blob = self._child.ask(request, seconds)
        except _Late as exc:
            self._deaths += 1
            self._drop_child()
            raise PageFailure(
                "timeout", f"读取超过 {seconds:.0f} 秒，已停止；请重新导出或扫描后再提交"
            ) from exc
        except _Dead as exc:
            self._deaths += 1
            number = self._drop_child()
            raise PageFailure(
                "crash",
                "内容使读取程序崩溃，未能读取；请重新导出或扫描后再提交",
                f"signal {number}",
            ) from exc
        failure = head.get("failure")
        if failure is not None:
            kind, message, detail = (str(part) for part in failure)
            raise PageFailure(kind, message, detail)
        return head, blob

    def _drop_child(self) -> int | None:
        child, self._child = self._child, None
        return None if child is None else child.end()


def _read_until(descriptor: int, n: int, deadline: float) -> bytes:
    """Exactly ``n`` bytes from a pipe before ``deadline`` (monotonic clock)."""
    data = bytearray()
    while len(data) < n:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise _Late
        part = os.read(descriptor, min(n - len(data), 1 << 20))
        if not part:
            raise WireError("the child closed its pipe")
        data += part
    return bytes(data)
