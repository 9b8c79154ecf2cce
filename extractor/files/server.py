"""Pages of one file, served by a child process that a hostile file may kill without harm.

Promises:

1. The parent never parses or decodes a packet's file; it checks what the child sends (``codec``).
   (Zip directories and deflate streams are the exception: ``archive``.)
2. No call lasts longer than its limit (``Limits.page_seconds``, ``open_seconds``) plus the time to
   start or kill a child: at the deadline the child's whole process group is killed.
3. A crash, a time-out or a page too large is a ``PageFailure`` of that page; the next page gets a
   fresh child. After ``Limits.max_child_deaths`` in one file its other pages fail at once.
4. Leaving the context leaves no process behind.

A ``PageServer`` belongs to one thread at a time.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from extractor.files.child_process import ChildDead, ChildLate, ChildProcess, PageHost
from extractor.files.codec import message_to_page
from extractor.files.limits import Limits
from extractor.files.model import PageFailure, RawPage
from extractor.files.wire import Message, WireError

T = TypeVar("T")
_MEND = "请重新导出或扫描后再提交"


class PageServer:
    """Context manager around a child that holds one file open.

    Entering opens the file and raises ``PageFailure`` where it cannot be opened. With ``host`` the
    child is shared with other servers and outlives this one.
    """

    def __init__(
        self,
        path: Path,
        media_type: str,
        limits: Limits | None = None,
        host: PageHost | None = None,
    ) -> None:
        self._path = path
        self._media_type = media_type
        self._shared = host is not None
        self._host = host or PageHost(limits)
        self._limits = self._host.limits
        self._deaths = 0
        self._total_pages = 0
        self.notes: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        try:
            self._retried(self._open, own_answers=0)
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

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
        return None if self._host.child is None else self._host.child.pid

    def page(self, page_in_file: int, dpi: float) -> RawPage:
        """Page ``page_in_file`` (from 1), its image at ``dpi`` or coarser (images: as they are).

        Raises:
            PageFailure: this page cannot be read; others may.
        """
        if not 1 <= page_in_file <= self.page_count:
            raise PageFailure("missing", f"文件中没有第 {page_in_file} 页")
        request: Message = {"do": "page", "page": page_in_file, "dpi": float(dpi)}

        def read() -> RawPage:
            head, blob = self._ask(self._child(), request, self._limits.page_seconds)
            try:
                return message_to_page(head, blob)
            except WireError as exc:
                self._deaths += 1
                self._host.drop()
                raise PageFailure(
                    "crash", f"读取该页的程序返回了无效结果，该页未读取；{_MEND}", str(exc)
                ) from exc

        return self._retried(read, own_answers=1)

    def look(self, what: str) -> None:
        """Let the child look into the file without opening it as pages.

        Raises:
            PageFailure: it must not be read; the failure says why.
        """
        handle = open_regular(self._path)
        try:
            child = self._host.take(self)
            self._ask(child, {"do": "look", "what": what}, self._limits.open_seconds, handle)
        except (ChildDead, ChildLate) as exc:
            raise PageFailure("crash", "无法启动读取文件的子程序", repr(exc)) from exc
        finally:
            os.close(handle)

    def _retried(self, step: Callable[[], T], *, own_answers: int) -> T:
        """``step``, and once more in a fresh child where what it read before may be to blame:
        where it gave more answers than the ``own_answers`` that ``step`` needs."""
        used = self._host.child is not None and self._host.child.answers > own_answers
        try:
            return step()
        except PageFailure as failure:
            if not (used and failure.kind in ("memory", "crash")):
                raise
        self._host.drop()
        return step()

    def _child(self) -> ChildProcess:
        """A child that has this file open."""
        if self._host.child is None or self._host.owner is not self:
            self._open()
        child = self._host.child
        assert child is not None
        return child

    def _open(self) -> None:
        if self._deaths >= self._limits.max_child_deaths:
            raise PageFailure(
                "gave_up",
                f"该文件已使读取程序失败 {self._deaths} 次，其余页不再读取；{_MEND}",
            )
        try:
            child = self._host.take(self)
        except (ChildDead, ChildLate) as exc:
            raise PageFailure("crash", "无法启动读取文件的子程序", repr(exc)) from exc
        request: Message = {"do": "open", "media_type": self._media_type}
        child.opens += 1
        handle = open_regular(self._path)
        try:
            head, _ = self._ask(child, request, self._limits.open_seconds, handle)
        finally:
            os.close(handle)
        self._total_pages = max(0, int(head.get("pages", 0)))
        self.notes = tuple(str(note) for note in head.get("notes", ()))

    def _ask(
        self, child: ChildProcess, request: Message, seconds: float, handle: int | None = None
    ) -> tuple[Message, bytes]:
        try:
            head, blob = child.ask(request, seconds, handle)
        except ChildLate as exc:
            self._deaths += 1
            self._host.drop()
            raise PageFailure("timeout", f"读取超过 {seconds:.0f} 秒，已停止；{_MEND}") from exc
        except ChildDead as exc:
            self._deaths += 1
            number = self._host.drop()
            raise PageFailure(
                "crash", f"内容使读取程序崩溃，未能读取；{_MEND}", f"signal {number}"
            ) from exc
        child.answers += 1
        failure = head.get("failure")
        if failure is not None:
            kind, message, detail = (str(part) for part in failure)
            raise PageFailure(kind, message, detail)
        return head, blob

    def _leave(self) -> None:
        if not self._shared:
            self._host.drop()


def open_regular(path: Path) -> int:
    """A handle to the regular file at ``path``, for reading; the caller closes it.

    Raises:
        PageFailure: there is none, or it may not be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as exc:
        raise PageFailure("missing", f"文件无法打开（{exc.strerror}）", repr(exc)) from exc
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise PageFailure("missing", "不是普通文件，无法打开")
    return handle
