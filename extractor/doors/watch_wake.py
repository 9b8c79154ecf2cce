"""Events of the file system, used only to look sooner: the look itself is the truth."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

_LOG = logging.getLogger(__name__)


class InboxWaker:
    """Calls ``wake`` when something moves in the inbox's top folder; without ``wake``, or where the
    system gives no events, it does nothing and the regular looks go on. Use as a context manager."""

    def __init__(self, inbox: Path, wake: Callable[[], None] | None) -> None:
        self._inbox = inbox
        self._wake = wake
        self._observer: BaseObserver | None = None

    def __enter__(self) -> Self:
        if self._wake is None:
            return self
        observer = Observer()
        try:
            observer.schedule(_Waking(self._wake), str(self._inbox), recursive=False)
            observer.start()
        except OSError as error:  # out of inotify watches, or a file system without events
            _LOG.warning("no file events (%s); looking at intervals only", error)
        else:
            self._observer = observer
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=2)


class _Waking(FileSystemEventHandler):
    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def on_created(self, event: FileSystemEvent) -> None:
        self._wake()

    def on_moved(self, event: FileSystemEvent) -> None:
        self._wake()

    def on_closed(self, event: FileSystemEvent) -> None:
        self._wake()
