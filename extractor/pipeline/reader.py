"""What runs inside a page worker: one engine, one open file, page after page."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from extractor.core.errors import ModelError
from extractor.files.child_process import PageHost
from extractor.files.limits import Limits
from extractor.files.model import PageFailure
from extractor.files.server import PageServer
from extractor.ocr.engine import OcrEngine
from extractor.ocr.paddle import PaddleEngine
from extractor.pipeline.page_cache import PageCache
from extractor.pipeline.page_options import PageOptions
from extractor.pipeline.pages import PageTools, read_page_cached
from extractor.pipeline.pool import PageOutcome, PageTask


@dataclass(frozen=True, slots=True)
class ReaderFactory:
    """Makes a ``PageReader`` in a worker. Picklable: paths and options only. ``warm``: the reader has
    read a page of its own before it is handed over, so that the first real one waits for nothing."""

    cache: Path | None
    options: PageOptions = PageOptions()
    limits: Limits = Limits()
    threads: int = 1
    models: Path | None = None
    warm: bool = False

    def __call__(self) -> PageReader:
        reader = PageReader(self, PaddleEngine(threads=self.threads, models=self.models))
        if self.warm:
            reader.warm_up()
        return reader


class PageReader:
    """Reads page tasks; keeps the file of the last task open, since pages come in order.

    One caged child serves all files of a worker: a folder of photos starts it once.
    """

    def __init__(self, setup: ReaderFactory, engine: OcrEngine) -> None:
        self._setup = setup
        cache = PageCache(setup.cache) if setup.cache is not None else None
        self._tools = PageTools(engine, cache)
        self._host = PageHost(setup.limits)
        self._server: PageServer | None = None
        self._path = ""

    def warm_up(self) -> None:
        """Read a small page of our own: models, decoders and the caged child are there afterwards.

        What fails here fails again, and is told, with the first page that is asked for.
        """
        known, self._tools = self._tools, replace(self._tools, cache=None)
        with tempfile.TemporaryDirectory(prefix="extractor-warm-") as folder:
            page = Path(folder) / "page.png"
            page.write_bytes(_sample_page())
            self.read(PageTask(1, "", str(page), "image/png", "", 1))
            self._leave()
        self._tools, self._path = known, ""

    def read(self, task: PageTask) -> PageOutcome:
        """The page, or the reason in Chinese why it was not read."""
        started = time.monotonic()
        try:
            page = read_page_cached(
                task.sha256,
                task.page_in_file,
                lambda: self._open(task).page(task.page_in_file, self._setup.options.dpi),
                self._tools,
                self._setup.options,
            )
        except PageFailure as failure:
            return PageOutcome(task, None, failure.kind, failure.message)
        except ModelError as error:
            return PageOutcome(task, None, "model", str(error))
        except MemoryError:
            return PageOutcome(task, None, "memory", "读取该页时内存不足，该页未读")
        return PageOutcome(task, page, seconds=round(time.monotonic() - started, 3))

    def close(self) -> None:
        """Let go of the open file and end the child that served it."""
        self._leave()
        self._host.__exit__(None, None, None)

    def _leave(self) -> None:
        if self._server is not None:
            self._server.__exit__(None, None, None)
            self._server = None

    def _open(self, task: PageTask) -> PageServer:
        if self._server is None or self._path != task.path:
            self._leave()
            path = Path(task.path)
            server = PageServer(path, task.media_type, self._setup.limits, host=self._host)
            self._server, self._path = server.__enter__(), task.path
        return self._server


def _sample_page() -> bytes:
    """A ruled table of a few numbers, so that each step of reading finds something to do (PNG)."""
    sheet = np.full((842, 595, 3), 255, np.uint8)
    for at in range(4):
        row, column = 100 + 60 * at, 60 + 150 * at
        cv2.line(sheet, (60, row), (510, row), (0, 0, 0), 2)
        cv2.line(sheet, (column, 100), (column, 280), (0, 0, 0), 2)
        cv2.putText(
            sheet, f"2024-0{at + 1}", (80, row + 40), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,) * 3, 2
        )
    return bytes(cv2.imencode(".png", sheet)[1])
