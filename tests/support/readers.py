"""Page readers for the pool that obey the name of the file they are given, without reading it."""

from __future__ import annotations

import errno
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from extractor.files.limits import Limits
from extractor.ocr.engine import Image, OcrLine
from extractor.pipeline.page_options import PageOptions
from extractor.pipeline.pool import PageOutcome, PageTask
from extractor.pipeline.reader import PageReader, ReaderFactory
from support.pages import line, read_page


@dataclass(frozen=True, slots=True)
class ActingReaders:
    """Makes readers that do what a task's ``path`` says; ``folder`` is where they leave traces."""

    folder: Path

    def __call__(self) -> ActingReader:
        (self.folder / f"pid-{os.getpid()}").touch()
        return ActingReader(self.folder)


@dataclass(frozen=True, slots=True)
class BrokenReaders:
    """Readers that end before they can read anything, leaving one trace each."""

    folder: Path

    def __call__(self) -> ActingReader:
        (self.folder / f"start-{time.monotonic_ns()}").touch()
        os._exit(3)


class ActingReader:
    """``die``: the process ends at once. ``die-once``: only the first time. ``hang``: never answers.
    ``fail``: the page's own failure. ``slow``: a moment late. ``eat``: takes 400 MB and holds them.
    ``full``: the disk is full. ``killed-thrice``: something else kills it, three times. Anything else is read at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, task: PageTask) -> PageOutcome:
        (self._folder / f"try-{task.no}-{time.monotonic_ns()}").touch()
        tries = len(list(self._folder.glob(f"try-{task.no}-*")))
        if task.path == "die" or (task.path == "die-once" and tries == 1):
            os._exit(9)
        if task.path == "killed-thrice" and tries <= 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if task.path == "hang":
            time.sleep(600)
        if task.path == "slow":
            time.sleep(0.3)
        if task.path == "eat":
            held = bytearray(b"x" * (400 << 20))
            time.sleep(600)
            del held
        if task.path == "full":
            raise OSError(errno.ENOSPC, "no space left")
        if task.path == "fail":
            return PageOutcome(task, None, "damaged", "该页已损坏")
        return PageOutcome(task, read_page(line(f"page {task.no}")))

    def close(self) -> None:
        (self._folder / f"closed-{os.getpid()}").touch()


@dataclass(frozen=True, slots=True)
class ScriptedReaders:
    """Makes readers that give the same ready-made page for every task of ``texts``, the first as a title."""

    texts: tuple[str, ...] = ()

    def __call__(self) -> ScriptedReader:
        return ScriptedReader(self.texts)


class ScriptedReader:
    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = texts

    def read(self, task: PageTask) -> PageOutcome:
        lines = [
            line(text, y=80 + 30 * i, em=20 if i == 0 else 10.5)
            for i, text in enumerate(self._texts)
        ]
        return PageOutcome(task, read_page(lines))

    def close(self) -> None:
        pass


class InkEngine:
    """An OCR engine that says one known line where a picture holds ink, and nothing on a blank one."""

    name = "ink"
    version = "1"

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        dark = np.argwhere(bgr.min(axis=2) < 128)
        if not len(dark):
            return ()
        (y0, x0), (y1, x1) = dark.min(axis=0).tolist(), dark.max(axis=0).tolist()
        quad = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        return (OcrLine("页面上有文字", quad, 0.98),)


@dataclass(frozen=True, slots=True)
class InkReaders:
    """Stands in for ``ReaderFactory``: the real page reader, its children and limits, without models."""

    cache: Path | None
    options: PageOptions = PageOptions()
    limits: Limits = Limits()
    threads: int = 1

    def __call__(self) -> PageReader:
        return PageReader(ReaderFactory(self.cache, self.options, self.limits), InkEngine())
