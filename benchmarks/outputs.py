"""How long the result files of a large packet take, and how large they are.

    python benchmarks/outputs.py [PACKET] [--pages 300]

The worksheet of a sample packet, judged from its recording, is repeated until it has that many pages
(facts, lists and findings with it); page pictures are rendered first and not counted, as a run has them
already. Printed: seconds and megabytes of each format, of the page pictures, and their sums.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.recorded import RecordedReaders, path_of, recording_of, truth_of

from extractor.core.worksheet import Fact, RowSet, Worksheet
from extractor.pipeline.naming import naming_of
from extractor.pipeline.pictures import PagePictures
from extractor.pipeline.review import Asked, Reviewed, review
from extractor.pipeline.tools import RunOptions, Tools, load_tools
from extractor.setup.case import CaseFile
from extractor.worksheet.csv_out import csv_files
from extractor.worksheet.docx.report import report_of
from extractor.worksheet.html.page import page_of
from extractor.worksheet.prepared import prepare
from extractor.worksheet.xlsx.workbook import workbook_of


class Repeated(PagePictures):
    """Pictures of a packet that was repeated: page 41 of a packet of 40 is its page 1."""

    def __init__(self, paths: dict[int, Path]) -> None:
        self._paths = paths


def reviewed_of(packet: str, tools: Tools, work: Path) -> Reviewed:
    """The sample packet from its recording."""
    case = truth_of(packet)
    told = CaseFile(scheme=case.scheme, filing_date=case.case.filing_date, region=case.case.region)
    return review(
        path_of(packet),
        Asked(told, today=dt.date(2024, 5, 1)),
        tools,
        RunOptions(workers=1, use_cache=False),
        work,
        make_reader=RecordedReaders(recording_of(packet)),
    )


def rendered(packet: Path, folder: Path) -> dict[int, Path]:
    """The pages as JPEG at 200 dpi, as a run keeps them."""
    paths: dict[int, Path] = {}
    for number, page in enumerate(pypdfium2.PdfDocument(packet), start=1):
        paths[number] = folder / f"{number:04d}.jpg"
        page.render(scale=200 / 72).to_pil().convert("RGB").save(paths[number], "JPEG", quality=85)
    return paths


def repeated(worksheet: Worksheet, pages: int) -> Worksheet:
    """``worksheet`` with its pages, facts, lists and findings again and again."""
    own = len(worksheet.pages)
    copies = -(-pages // own)

    def moved(fact: Fact, k: int) -> Fact:
        page = None if fact.page is None else fact.page + k * own
        return fact.model_copy(update={"id": f"{fact.id}_{k}", "page": page})

    def rows(row_set: RowSet, k: int) -> RowSet:
        again = tuple(
            row.model_copy(update={"cells": {c: moved(f, k) for c, f in row.cells.items()}})
            for row in row_set.rows
        )
        there = tuple(p + k * own for p in row_set.pages)
        return row_set.model_copy(update={"rows": again, "pages": there})

    def of(change: Callable[[int], list[object]]) -> tuple[object, ...]:
        return tuple(item for k in range(copies) for item in change(k))

    return worksheet.model_copy(
        update={
            "pages": of(
                lambda k: [p.model_copy(update={"no": p.no + k * own}) for p in worksheet.pages]
            )[:pages],
            "facts": of(lambda k: [moved(f, k) for f in worksheet.facts]),
            "rows": of(lambda k: [rows(r, k) for r in worksheet.rows]),
            "findings": of(
                lambda k: [
                    f.model_copy(
                        update={
                            "facts": tuple(f"{i}_{k}" for i in f.facts),
                            "pages": tuple(p + k * own for p in f.pages),
                        }
                    )
                    for f in worksheet.findings
                ]
            ),
        }
    )


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packet", nargs="?", default="jiangxi-defects")
    parser.add_argument("--pages", type=int, default=300)
    asked = parser.parse_args()
    tools = load_tools()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "review").mkdir()
        (work / "pictures").mkdir()
        reviewed = reviewed_of(asked.packet, tools, work / "review")
        paths = rendered(path_of(asked.packet), work / "pictures")
        worksheet = repeated(reviewed.worksheet, asked.pages)
        own = len(paths)
        pictures = Repeated({p.no: paths[(p.no - 1) % own + 1] for p in worksheet.pages})
        measure(worksheet, pictures, tools, work / "out")


def measure(worksheet: Worksheet, pictures: PagePictures, tools: Tools, out: Path) -> None:
    """Write every format and print what it took; equal input gives equal hashes."""
    cells = sum(len(row.cells) for rows in worksheet.rows for row in rows.rows)
    print(f"{len(worksheet.pages)} pages, {len(worksheet.facts)} facts, {cells} cells")
    seconds = megabytes = 0.0

    def told(name: str, took: float, size: float) -> None:
        nonlocal seconds, megabytes
        seconds, megabytes = seconds + took, megabytes + size / 1e6
        print(f"{name:8} {took:6.1f} s {size / 1e6:7.1f} MB")

    start = time.perf_counter()
    prepared = prepare(worksheet, pictures, naming=naming_of(tools.catalogue))
    told("json", time.perf_counter() - start, len(prepared.content))
    writers: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: workbook_of(prepared),
        "docx": lambda: report_of(prepared),
        "html": lambda: page_of(prepared, pictures),
        "csv": lambda: b"".join(content for _name, content in csv_files(prepared)),
    }
    for name, write in writers.items():
        start = time.perf_counter()
        content = write()
        told(name, time.perf_counter() - start, len(content))
        digest = hashlib.sha256(content).hexdigest()[:16]
        print(f"{'':8} sha256 {digest}")
    start = time.perf_counter()
    infos = {page.no: page for page in worksheet.pages}
    hide = {no: (infos[no], boxes) for no, boxes in prepared.hidden.items() if no in infos}
    pictures.copy_to(out / "pages", hide)
    size = sum(path.stat().st_size for path in (out / "pages").iterdir())
    told("pages/", time.perf_counter() - start, size)
    print(f"{'all':8} {seconds:6.1f} s {megabytes:7.1f} MB")


if __name__ == "__main__":
    main()
