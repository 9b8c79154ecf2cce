"""Recorded readings of the sample packets: pages as the real models read them, without the models.

``fixtures/record.py`` makes them; the format is described there. A recording holds every read page by
the content of its file, so it can stand in for the page readers of a run.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from extractor.bench.truth import Truth, load_truth
from extractor.core.page import ReadPage
from extractor.doors.cli_bench import packet_of
from extractor.pipeline.pool import PageOutcome, PageTask

_OWN = Path(__file__).resolve().parents[2] / "fixtures" / "scans"
SCANS = Path(os.environ.get("EXTRACTOR_TEST_SCANS") or _OWN)
"""The sample packets; another folder of the same form may be named."""

RECORDING = Path("recorded") / "pages.json.gz"
_PAGE = TypeAdapter(ReadPage)


@dataclass(frozen=True, slots=True)
class Recording:
    """All of one file. ``pages`` by ``(sha256 of the file, page in it)``."""

    engines: tuple[str, ...]
    reading_code: str
    pages: Mapping[tuple[str, int], ReadPage]


def sample_packets() -> list[str]:
    """Names of the sample packets, recorded or not; the held-out one is measured apart."""
    names = sorted(p.parent.name for p in SCANS.glob("*/truth.json"))
    return [name for name in names if not name.endswith("heldout")]


def recording_of(packet: str) -> Path:
    return SCANS / packet / RECORDING


def truth_of(packet: str) -> Truth:
    return load_truth(SCANS / packet / "truth.json")


def path_of(packet: str) -> Path:
    """The packet itself, as a user would name it."""
    return packet_of(SCANS / packet)


@cache
def load_recording(path: Path) -> Recording:
    data = json.loads(gzip.decompress(path.read_bytes()))
    return Recording(
        engines=tuple(data["engines"]),
        reading_code=data["reading_code"],
        pages={
            (entry["sha256"], entry["page_in_file"]): _PAGE.validate_python(entry["read"])
            for entry in data["pages"]
        },
    )


@dataclass(frozen=True, slots=True)
class RecordedReaders:
    """Makes page readers that play a recording back; picklable, for ``read_packet(make_reader=…)``."""

    recording: Path

    def __call__(self) -> RecordedReader:
        return RecordedReader(load_recording(self.recording))


class RecordedReader:
    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def read(self, task: PageTask) -> PageOutcome:
        page = self._recording.pages.get((task.sha256, task.page_in_file))
        if page is None:
            return PageOutcome(
                task, None, "not_recorded", "该页没有录制：python -m fixtures.record"
            )
        return PageOutcome(task, page)

    def close(self) -> None:
        pass
