"""The pre-check of a packet: what the applicant can mend before filing, told while pages are read.

Works as any review does, with two differences: after every page what is known of it is noted, and beside
the reading the pages read so far are looked at together, so that the first papers and figures are there
with the first page. Notes lie in the state folder of pre-checks until they are cleared.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from extractor.core.errors import ExtractorError, ModelError
from extractor.core.page import PacketPage
from extractor.core.worksheet import Reading, Worksheet
from extractor.doors.http.precheck_told import (
    PageTold,
    PrecheckTold,
    page_told,
    papers_of,
    precheck_of,
)
from extractor.doors.outcomes import error_findings, is_incomplete
from extractor.files.model import OpenedPacket
from extractor.files.packet import open_packet
from extractor.jobs.engine import EngineTrouble
from extractor.jobs.records import Finished, Request
from extractor.jobs.runner import PacketFailed, WorkOrder
from extractor.pipeline.naming import naming_of
from extractor.pipeline.pool import PageOutcome
from extractor.pipeline.reading import ReadPacket, SeenBefore, interpret, read_pages
from extractor.pipeline.review import judge_reading
from extractor.pipeline.tools import RunOptions, Tools, load_tools
from extractor.prose.pipeline import uses_model
from extractor.rules.choosing import SchemeUndecided
from extractor.rules.evaluate import checks_of
from extractor.setup.assets import require_models
from extractor.setup.case import merge_case
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.mask import mask_worksheet

_LOG = logging.getLogger(__name__)

RESULT = "precheck.json"
_LEAST_SECONDS = 1.0
"""Between two looks at all pages so far."""
_SHARE = 15.0
"""Such a look is followed by so many times its own length without one: reading comes first."""


def notes_folder(state: Path, job: str) -> Path:
    """Where a pre-check's notes lie while it runs."""
    return state / "notes" / job


@dataclass(frozen=True, slots=True)
class PrecheckWork:
    """Makes the work inside a runner; picklable. ``state``: of the pre-checks' ledger."""

    config: Path | None
    state: str
    most_pages: int = 60

    def __call__(self) -> Prechecker:
        """Load rules and prove models, once.

        Raises:
            ConfigError, ModelError: nothing can be looked at until that is mended.
        """
        require_models()
        tools = load_tools(self.config)
        checks_of(tools.catalogue)
        uses_model()  # loads it: seconds that the first applicant would wait for
        return Prechecker(tools, Path(self.state), self.most_pages)


@dataclass(slots=True)
class Prechecker:
    """Pre-checks packets one after another."""

    tools: Tools
    state: Path
    most_pages: int = 60

    def __call__(self, order: WorkOrder) -> Finished:
        """Look at the packet and write ``precheck.json`` into ``order.out``.

        Raises:
            PacketFailed: nothing of it can be read, or it is too long. EngineError: not now.
        """
        notes = notes_folder(self.state, order.job)
        shutil.rmtree(notes, ignore_errors=True)  # of a try that was killed
        notes.mkdir(parents=True)
        options = RunOptions()
        opened = open_packet(order.packet, order.workdir / "opened", options.limits)
        pages = sum(file.info.pages for file in opened.files)
        if pages > self.most_pages:
            raise PacketFailed(
                f"预检最多 {self.most_pages} 页，这份材料有 {pages} 页；请分开预检，或直接提交"
            )
        known = SeenBefore()
        with _SoFar(self, order, opened, notes, known) as so_far:
            try:
                packet = read_pages(opened, options, so_far.tell, engine=order.pages)
            except ModelError as error:
                raise EngineTrouble(str(error)) from error
        if not packet.pages:
            raise PacketFailed("\n".join(dict.fromkeys(p.message for p in packet.problems[:10])))
        worksheet = self.judged(self.read(packet, order.request, known), order.request)
        told = precheck_of(
            worksheet, naming_of(self.tools.catalogue), so_far.pages, final=True
        )  # fmt: skip
        write_bytes_atomically(order.out / RESULT, told.model_dump_json(indent=1).encode("utf-8"))
        return Finished(
            outcome="incomplete" if is_incomplete(worksheet) else "complete",
            error_findings=error_findings(worksheet), pages=len(worksheet.pages),
        )  # fmt: skip

    def read(self, packet: ReadPacket, request: Request, known: SeenBefore) -> Reading:
        """Papers, values and lists of the pages."""
        return interpret(packet, self.tools, request.received, known)

    def judged(self, reading: Reading, request: Request) -> Worksheet:
        """The masked worksheet of what was read.

        Raises:
            SchemeUndecided: nobody told the scheme, and no page read so far does.
        """
        told = merge_case(request.case, None, None)
        worksheet = judge_reading(reading, told, self.tools, request.received, ())
        return mask_worksheet(worksheet, naming_of(self.tools.catalogue).sensitive)

    def so_far(
        self, packet: ReadPacket, request: Request, pages: list[PageTold], known: SeenBefore
    ) -> PrecheckTold:
        """What can be said before all pages are read."""
        naming = naming_of(self.tools.catalogue)
        reading = self.read(packet, request, known)
        try:
            return precheck_of(self.judged(reading, request), naming, pages, final=False)
        except SchemeUndecided:
            return papers_of(reading, naming, pages)


@dataclass(slots=True)
class _SoFar:
    """Notes taken while pages come in. The first page is looked at as it comes; later ones in a thread
    of their own, so that no page worker waits for it."""

    checker: Prechecker
    order: WorkOrder
    opened: OpenedPacket
    notes: Path
    known: SeenBefore
    pages: list[PageTold] = field(default_factory=list)
    _read: list[PacketPage] = field(default_factory=list)
    _new: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> _SoFar:
        return self

    def __exit__(self, *_error: object) -> None:
        """Waits for a look that is under way: what it read need not be read again."""
        self._over.set()
        self._new.set()
        if self._thread is not None:
            self._thread.join()

    def tell(self, no: int, total: int, outcome: PageOutcome) -> None:
        """A page is dealt with: noted first, then told as progress."""
        page = page_told(outcome)
        self.pages.append(page)
        write_bytes_atomically(
            self.notes / f"{no:04d}.json", page.model_dump_json().encode("utf-8")
        )
        if outcome.read is not None:
            task = outcome.task
            self._read += (
                PacketPage(task.no, task.file, task.page_in_file, sheet, at)
                for at, sheet in enumerate(outcome.read.sheets)
            )
        if self._read and no < total:
            self._look_soon()
        self.order.progress(no, total, outcome)

    def _look_soon(self) -> None:
        if self._thread is None:
            self._look()
            self._thread = threading.Thread(target=self._look_on, daemon=True)
            self._thread.start()
        else:
            self._new.set()

    def _look_on(self) -> None:
        while True:
            self._new.wait()
            if self._over.is_set():
                return
            self._new.clear()
            began = time.monotonic()
            try:
                self._look()
            except Exception:  # the whole packet is looked at once more; there it is told
                _LOG.exception("looking at the pages of %s so far failed", self.order.job)
                return
            self._over.wait(max(_LEAST_SECONDS, _SHARE * (time.monotonic() - began)))

    def _look(self) -> None:
        packet = ReadPacket(self.opened, tuple(self._read), self.opened.problems)
        try:
            told = self.checker.so_far(packet, self.order.request, list(self.pages), self.known)
        except ExtractorError:
            return  # what is wrong with the question is told at the end
        write_bytes_atomically(self.notes / "so_far.json", told.model_dump_json().encode("utf-8"))
