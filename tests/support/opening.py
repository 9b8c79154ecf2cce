"""A stand-in review that really opens every file and renders every page, and notes what that cost."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from extractor.core.errors import ExtractorError
from extractor.files.model import PageFailure
from extractor.files.office import descendants
from extractor.files.packet import open_packet
from extractor.files.server import PageServer
from extractor.jobs.records import Finished
from extractor.jobs.runner import PacketFailed, WorkOrder


@dataclass(frozen=True, slots=True)
class OpeningWork:
    """Makes the stand-in; picklable. ``notes``: folder for one JSON file a packet."""

    notes: Path

    def __call__(self) -> OpeningReview:
        return OpeningReview(self.notes)


class OpeningReview:
    def __init__(self, notes: Path) -> None:
        self._notes = notes

    def __call__(self, order: WorkOrder) -> Finished:
        start, slowest, peak, said, pages = time.monotonic(), 0.0, 0, [], 0
        try:
            packet = open_packet(order.packet, order.workdir / "opened")
            slowest = time.monotonic() - start
            said = [problem.kind for problem in packet.problems]
            for file in packet.files:
                if not file.info.pages:
                    continue
                try:
                    with PageServer(file.path, file.info.media_type) as server:
                        for no in range(1, server.page_count + 1):
                            begun = time.monotonic()
                            try:
                                server.page(no, 100)
                                pages += 1
                            except PageFailure as failure:
                                assert failure.message
                                said.append(failure.kind)
                            slowest = max(slowest, time.monotonic() - begun)
                            peak = max(peak, most_resident(os.getpid()))
                except PageFailure as failure:
                    said.append(failure.kind)
        except ExtractorError as error:
            raise PacketFailed(str(error)) from error
        name = next(p.name for p in [order.packet] if p) if order.packet.is_file() else "folder"
        note = {"name": name, "pages": pages, "said": said, "slowest": slowest, "peak": peak}
        (self._notes / f"{order.job or time.monotonic_ns()}.json").write_text(json.dumps(note))
        if not pages:
            raise PacketFailed("\n".join(p.message for p in packet.problems) or "没有任何页面")
        (order.out / "worksheet.json").write_text("{}")
        return Finished("incomplete" if said else "complete", 0, pages, " ".join(said))


def most_resident(pid: int) -> int:
    """Most memory that any process below ``pid`` has held so far, bytes."""
    most = 0
    for one in descendants(pid):
        try:
            status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            continue
        most = max([most, *(int(s.split()[1]) << 10 for s in status.splitlines() if s.startswith("VmHWM"))])  # fmt: skip
    return most
