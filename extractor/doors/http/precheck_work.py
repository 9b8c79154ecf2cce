"""The pre-check of a packet: what the applicant can mend before filing, told while pages are read.

Works as any review does, with two differences: after every page what is known of it is noted, and as
often as time allows the pages read so far are looked at together, so that the first papers and figures
are there within seconds. Notes lie in the state folder of pre-checks until they are cleared.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from extractor.core.errors import ExtractorError, ModelError
from extractor.core.page import PacketPage
from extractor.core.worksheet import Worksheet
from extractor.doors.http.precheck_told import PageTold, PrecheckTold, page_told, precheck_of
from extractor.doors.outcomes import error_findings, is_incomplete
from extractor.files.model import OpenedPacket
from extractor.files.packet import open_packet
from extractor.jobs.engine import EngineTrouble
from extractor.jobs.records import Finished, Request
from extractor.jobs.runner import PacketFailed, WorkOrder
from extractor.pipeline.naming import naming_of
from extractor.pipeline.pool import PageOutcome
from extractor.pipeline.reading import ReadPacket, interpret, read_pages
from extractor.pipeline.review import judge_reading
from extractor.pipeline.tools import RunOptions, Tools, load_tools
from extractor.rules.evaluate import checks_of
from extractor.setup.assets import require_models
from extractor.setup.case import merge_case
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.mask import mask_worksheet

RESULT = "precheck.json"
_LEAST_SECONDS = 1.5
_SHARE = 5.0
"""Looking at all pages so far may take one part in so many of the time."""


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
        return Prechecker(load_tools(self.config), Path(self.state), self.most_pages)


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
        checks_of(self.tools.catalogue)
        so_far = _SoFar(self, order, opened, notes)
        try:
            packet = read_pages(opened, options, so_far.tell, engine=order.pages)
        except ModelError as error:
            raise EngineTrouble(str(error)) from error
        if not packet.pages:
            raise PacketFailed("\n".join(dict.fromkeys(p.message for p in packet.problems[:10])))
        worksheet = self.judged(packet, order.request)
        told = self.told(worksheet, so_far.pages, final=True)
        write_bytes_atomically(order.out / RESULT, told.model_dump_json(indent=1).encode("utf-8"))
        return Finished(
            outcome="incomplete" if is_incomplete(worksheet) else "complete",
            error_findings=error_findings(worksheet), pages=len(worksheet.pages),
        )  # fmt: skip

    def judged(self, packet: ReadPacket, request: Request) -> Worksheet:
        """The masked worksheet of what was read."""
        reading = interpret(packet, self.tools, request.received)
        told = merge_case(request.case, None, None)
        worksheet = judge_reading(reading, told, self.tools, request.received, ())
        return mask_worksheet(worksheet, naming_of(self.tools.catalogue).sensitive)

    def told(self, worksheet: Worksheet, pages: list[PageTold], *, final: bool) -> PrecheckTold:
        """What the applicant is told."""
        return precheck_of(worksheet, naming_of(self.tools.catalogue), pages, final=final)


@dataclass(slots=True)
class _SoFar:
    """Notes taken while pages come in."""

    checker: Prechecker
    order: WorkOrder
    opened: OpenedPacket
    notes: Path
    pages: list[PageTold] = field(default_factory=list)
    _read: list[PacketPage] = field(default_factory=list)
    _looked: float = 0.0
    _cost: float = 0.0

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
        self._look(no == total)
        self.order.progress(no, total, outcome)

    def _look(self, is_last: bool) -> None:
        now = time.monotonic()
        if (
            is_last
            or not self._read
            or now - self._looked < max(_LEAST_SECONDS, _SHARE * self._cost)
        ):
            return
        packet = ReadPacket(self.opened, tuple(self._read), self.opened.problems)
        try:
            worksheet = self.checker.judged(packet, self.order.request)
        except ExtractorError:
            worksheet = None  # which scheme applies may show on a later page
        if worksheet is not None:
            told = self.checker.told(worksheet, self.pages, final=False)
            write_bytes_atomically(
                self.notes / "so_far.json", told.model_dump_json().encode("utf-8")
            )
        self._looked = time.monotonic()
        self._cost = self._looked - now
