"""What runs inside a page worker: one engine, one open file, page after page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

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
    """Makes a ``PageReader`` in a worker. Picklable: paths and options only."""

    cache: Path | None
    options: PageOptions = PageOptions()
    limits: Limits = Limits()
    threads: int = 1
    models: Path | None = None

    def __call__(self) -> PageReader:
        return PageReader(self, PaddleEngine(threads=self.threads, models=self.models))


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
