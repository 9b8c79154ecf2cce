"""How fast pages are read, beside PaddleOCR's own class on the same pictures in the same run.

    python benchmarks/reading.py [PACKET] [--pages 40] [--workers 2]

Machines are shared and noisy: compare the two figures of one run, not figures of two runs. The peer reads
the pictures and nothing else; we open, render, orient, deskew, clean, read, find tables and marks, split,
extract and judge, start-up included. A page is dense from 60 lines of text on.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from extractor.bench.memory import PeakMemory
from extractor.core.page import ReadPage
from extractor.pipeline.pool import PageOutcome
from extractor.pipeline.review import Asked, review
from extractor.pipeline.tools import RunOptions, load_tools
from extractor.setup.case import CaseFile

DENSE_LINES = 60
PACKET = Path("fixtures/scans/jiangxi-clean/packet.pdf")


def first_pages(packet: Path, count: int, folder: Path) -> Path:
    """A PDF with the first ``count`` pages of ``packet``."""
    source = pypdfium2.PdfDocument(packet)
    cut = pypdfium2.PdfDocument.new()
    cut.import_pages(source, list(range(min(count, len(source)))))
    path = folder / "pages.pdf"
    cut.save(path)
    return path


def pictures(packet: Path) -> list[NDArray[np.uint8]]:
    """The pages at 200 dpi, BGR."""
    document = pypdfium2.PdfDocument(packet)
    return [np.asarray(page.render(scale=200 / 72).to_numpy())[..., :3] for page in document]


def peer(images: Sequence[NDArray[np.uint8]]) -> None:
    """PaddleOCR's class alone over ``images``, one thread; start-up included."""
    from extractor.ocr.paddle import PaddleEngine

    engine = PaddleEngine(threads=1)
    for image in images:
        engine.read(np.ascontiguousarray(image))


def time_peer(packet: Path, workers: int) -> float:
    """Seconds for the peer, pages dealt to as many processes as we use."""
    images = pictures(packet)
    context = multiprocessing.get_context("spawn")
    started = time.monotonic()
    processes = [context.Process(target=peer, args=(images[i::workers],)) for i in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return time.monotonic() - started


def time_ours(packet: Path, workers: int, folder: Path) -> tuple[float, float, list[ReadPage]]:
    """Seconds from nothing to a judged worksheet, peak MiB of all processes, the pages."""
    read: list[ReadPage] = []

    def keep(_no: int, _total: int, outcome: PageOutcome) -> None:
        if outcome.read is not None:
            read.append(outcome.read)

    case = Asked(
        CaseFile(scheme="jiangxi_2023", filing_date="2024-04-18"), None, dt.date(2024, 5, 1)
    )
    started = time.monotonic()
    with PeakMemory() as memory:
        options = RunOptions(workers=workers, use_cache=False)
        review(packet, case, load_tools(), options, folder, keep)
    return time.monotonic() - started, (memory.peak_bytes or 0) / 2**20, read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packet", nargs="?", type=Path, default=PACKET)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packet = first_pages(asked.packet, asked.pages, folder)
        ours, peak, read = time_ours(packet, asked.workers, folder / "work")
        theirs = time_peer(packet, asked.workers)
    pages = len(read)
    dense = sum(len(page.lines) >= DENSE_LINES for page in read)
    print(f"{pages} pages, {dense} dense ({100 * dense / pages:.0f} %)")
    print(f"whole run    {60 * pages / ours:6.1f} pages/min, peak {peak:.0f} MiB in all processes")
    print(f"OCR alone    {60 * pages / theirs:6.1f} pages/min")
    print(f"ratio        {theirs / ours:6.2f}")


if __name__ == "__main__":
    main()
