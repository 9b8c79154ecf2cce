"""The service with jobs worked off in this process, pages played back from a recording: no model, no runner.

The packet handed in is some pages of a sample packet as a file of their own; each is shown to reviewers
as the PDF draws it, and says what the recording says, but for what a test alters.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2

from extractor.core.page import Cell, Line, ReadPage
from extractor.doors.http.precheck_work import Prechecker
from extractor.doors.http.service import Service
from extractor.doors.packet_work import PacketReviewer, ReviewWork
from extractor.jobs.ledger import Ledger, LedgerPlace
from extractor.jobs.page_book import PageBook
from extractor.jobs.records import Claim
from extractor.jobs.runner import PacketWork, Runner, RunnerSetup
from extractor.pipeline.page_cache import PageCache
from extractor.pipeline.pool import PageOutcome, PageTask
from extractor.pipeline.tools import RunOptions, Tools
from support.recorded import load_recording, path_of, recording_of

Alter = Callable[[Line], Line]


def pages_of(packet: str, first: int, last: int, target: Path) -> Path:
    """Pages ``first`` to ``last`` of a sample packet's PDF as a file of their own."""
    with pikepdf.open(path_of(packet)) as whole, pikepdf.new() as part:
        part.pages.extend(whole.pages[first - 1 : last])
        part.save(target)
    return target


class PlayedBack:
    """Reads page ``n`` as page ``first - 1 + n`` of the recording, each line as ``alter`` gives it back."""

    def __init__(self, packet: str, first: int, alter: Alter = lambda line: line) -> None:
        recording = load_recording(recording_of(packet))
        self._pages = {no: read for (_sha256, no), read in recording.pages.items()}
        self._first = first
        self._alter = alter

    def for_job(self, claim: Claim, pages: PageBook, is_unwanted: object) -> PlayedBack:
        return self

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        for task in tasks:
            page = altered(self._pages[self._first - 1 + task.page_in_file], self._alter)
            yield PageOutcome(task, replace(page, image_key=_picture(task)))


def altered(page: ReadPage, alter: Alter) -> ReadPage:
    """The page with every line, in tables too, as ``alter`` gives it back."""

    def cell(of: Cell) -> Cell:
        return replace(of, lines=tuple(map(alter, of.lines)))

    tables = tuple(replace(t, cells=tuple(map(cell, t.cells))) for t in page.tables)
    return replace(page, lines=tuple(map(alter, page.lines)), tables=tables)


def _picture(task: PageTask) -> str:
    folder = RunOptions().page_cache
    assert folder is not None
    with pypdfium2.PdfDocument(task.path) as document:
        picture = document[task.page_in_file - 1].render(scale=1.4).to_pil()
    stream = io.BytesIO()
    picture.convert("RGB").save(stream, "JPEG", quality=70)
    return PageCache(folder).store_picture(stream.getvalue())


@contextmanager
def working(service: Service, tools: Tools, engine: PlayedBack) -> Iterator[None]:
    """Work off pre-checks and packets in a thread while the block runs."""
    over = threading.Event()
    settings = service.settings

    def runner(place: LedgerPlace, ledger: Ledger, work: PacketWork) -> Runner:
        setup = RunnerSetup(place, lambda: work, lambda: None)  # type: ignore[arg-type,return-value]
        return Runner(setup, ledger, work, engine, over, threading.Event(), lambda *_said: None)

    runners = [
        runner(
            settings.precheck_place, service.prechecks, Prechecker(tools, settings.precheck_place.state)
        ),
        runner(settings.place, service.ledger, PacketReviewer(ReviewWork(), tools)),
    ]  # fmt: skip

    def work_on() -> None:
        while not over.wait(0.05):
            for one in runners:
                one.work_off_next()

    thread = threading.Thread(target=work_on, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join(30)
