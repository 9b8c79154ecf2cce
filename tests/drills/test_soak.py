"""Two thousand pages through two workers: the watcher's memory stays flat, the workers' stays bounded.

Small by default with a stand-in reader. ``EXTRACTOR_DRILLS=full`` takes 2,000 pages; with
``EXTRACTOR_SOAK_PAGES=300 EXTRACTOR_SOAK_MODELS=1`` so many pages are read by the real models; two
pages of fifty are then full scans of the sample packets.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw
from support.opening import OpeningWork
from support.recorded import path_of
from support.watching import Desk

from extractor.core.errors import ExtractorError
from extractor.files.child_process import PageHost
from extractor.files.packet import open_packet
from extractor.files.server import PageServer
from extractor.jobs.local import LocalSettings
from extractor.jobs.records import Finished
from extractor.jobs.runner import RunnerSetup, WorkOrder
from extractor.pipeline.page_options import PageOptions
from extractor.pipeline.pool import PageOutcome, PageTask, TaskReader
from extractor.pipeline.reader import ReaderFactory

_WORKER_BYTES = 700 << 20
_PAGES_A_PACKET = 50
_DPI = 144


@dataclass(frozen=True, slots=True)
class RenderingReaders:
    """Readers that render each page in the child and stop there; picklable."""

    def __call__(self) -> RenderingReader:
        return RenderingReader()


class RenderingReader:
    def __init__(self) -> None:
        self._host = PageHost()

    def read(self, task: PageTask) -> PageOutcome:
        with PageServer(Path(task.path), task.media_type, host=self._host) as server:
            server.page(task.page_in_file, 72)
        return PageOutcome(task, None, "stand-in", "")

    def close(self) -> None:
        self._host.drop()


@dataclass(frozen=True, slots=True)
class ReadingWork(OpeningWork):
    """Reads all pages through the engine, as a review does; judges nothing."""

    def __call__(self) -> ReadingReview:  # type: ignore[override]
        return ReadingReview()


class ReadingReview:
    def __call__(self, order: WorkOrder) -> Finished:
        packet = open_packet(order.packet, order.workdir / "opened")
        tasks = [
            PageTask(no, f.info.id, str(f.path), f.info.media_type, f.info.sha256, no)
            for f in packet.files
            for no in range(1, f.info.pages + 1)
        ]
        if not tasks:
            raise ExtractorError("no pages")
        for outcome in order.pages.read(tasks):
            order.progress(outcome.task.no, len(tasks), outcome)
        (order.out / "worksheet.json").write_text("{}")
        return Finished("complete", 0, len(tasks), "")


@dataclass
class TwoWorkerDesk(Desk):
    make_reader: object = field(default_factory=RenderingReaders)

    @property
    def setup(self) -> RunnerSetup:
        return RunnerSetup(
            self.place, self.work, self.make_reader, LocalSettings(2, 120.0), poll_seconds=0.2,
            reserve_bytes=0,
        )  # fmt: skip


def full_scan(no: int) -> Image.Image:
    """A page of a sample packet at 144 dpi, another one for another ``no``."""
    document = pypdfium2.PdfDocument(path_of("jiangxi-defects"))
    return document[no % len(document)].render(scale=_DPI / 72).to_pil().convert("L")


def packet_of(path: Path, pages: int, first: int, scans: int = 0) -> None:
    """Small pages, each its own, and ``scans`` full ones before them."""
    made = [full_scan(first // _PAGES_A_PACKET * scans + k) for k in range(scans)]
    for no in range(first + scans, first + pages):
        page = Image.new("L", (420, 300), 255)
        draw = ImageDraw.Draw(page)
        for row in range(4):
            draw.text(
                (20, 30 + 60 * row),
                f"page {no} row {row} amount {no * 37 + row}.50",
                0,
                font_size=20,
            )
        made.append(page)
    made[0].save(path, save_all=True, append_images=made[1:], resolution=_DPI)


def resident(pid: int) -> int:
    try:
        statm = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_memory_stays_flat_over_many_pages(tmp_path: Path, is_full: bool) -> None:
    from extractor.files.office import descendants

    pages = int(os.environ.get("EXTRACTOR_SOAK_PAGES", "2000" if is_full else "100"))
    real = "EXTRACTOR_SOAK_MODELS" in os.environ
    reader: TaskReader | object = RenderingReaders()
    if real:
        reader = ReaderFactory(tmp_path / "cache", PageOptions())
    desk = TwoWorkerDesk(
        tmp_path,
        inline=False,
        work=ReadingWork(tmp_path),
        make_reader=reader,
        backlog=100,  # type: ignore[arg-type]
    )
    packets = pages // _PAGES_A_PACKET
    for no in range(packets):
        name = f"材料{no:03d}.pdf"
        packet_of(desk.inbox / name, _PAGES_A_PACKET, no * _PAGES_A_PACKET, 2 if real else 0)
    own: list[int] = []
    worst = runner = 0
    for _ in range(pages * 100 + 2000):
        desk.turn()
        done = sum(kind in ("done", "failed") for kind in desk.kinds())
        if done >= max(1, packets // 10):  # warm
            own.append(resident(os.getpid()))
        if desk.supervisor.pid is not None:
            runner = max(runner, resident(desk.supervisor.pid))
            below = descendants(desk.supervisor.pid)
            worst = max([worst, *(resident(pid) for pid in below)])
        if done >= packets:
            break
    half = own[: len(own) // 2] or own
    drift = (max(own) - max(half)) / max(half)
    print(f"\n{pages} pages, {'real models' if real else 'rendering only'}: watcher {max(own) >> 20} MiB "
          f"(drift {drift:+.1%}), runner {runner >> 20} MiB, worst worker or child {worst >> 20} MiB",
          file=sys.stderr)  # fmt: skip
    assert desk.kinds().count("done") == packets and "failed" not in desk.kinds()
    assert abs(drift) <= 0.05
    assert worst <= _WORKER_BYTES
    desk.close()
