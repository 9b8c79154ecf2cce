"""The real models on two pages of a sample packet: what is printed there is read.

Slow, so marked; the whole packets are measured by ``extractor bench``.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pikepdf
import pytest
from rapidfuzz import fuzz
from support.recorded import SCANS, path_of, truth_of

from extractor.bench.truth import TrueValue
from extractor.core.errors import ModelError
from extractor.core.text import fold_text
from extractor.pipeline.reading import ReadPacket, read_packet
from extractor.pipeline.tools import RunOptions
from extractor.setup.assets import require_models

PACKET = "jiangxi-clean"
PAGES = 2


ONE_LINE_PT = 18.0


def printed_on(page: int) -> list[TrueValue]:
    """Values printed on one line; what wraps is not one piece in the order of reading."""
    truth = truth_of(PACKET)
    cells = [c for r in truth.rows for row in r.rows for c in row.cells.values()]
    here = [v for v in (*truth.facts, *cells) if v.page == page and fold_text(v.raw)]
    return [v for v in here if v.box[3] - v.box[1] <= ONE_LINE_PT]


def fullest_pages() -> list[int]:
    """The pages that carry most values, by number."""
    truth = truth_of(PACKET)
    counts = Counter(f.page for f in truth.facts)
    return sorted(page for page, _n in counts.most_common(PAGES))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> ReadPacket:
    if not (SCANS / PACKET / "truth.json").is_file():
        pytest.skip(f"no sample packet {PACKET}")
    try:
        require_models()
    except ModelError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("live")
    path = folder / "two.pdf"
    with pikepdf.open(path_of(PACKET)) as whole, pikepdf.new() as two:
        for page in fullest_pages():
            two.pages.append(whole.pages[page - 1])
        two.save(path)
    work: Path = folder / "work"
    work.mkdir()
    return read_packet(path, work, RunOptions(workers=1, use_cache=False))


@pytest.mark.models
def test_nearly_all_that_is_printed_is_read(read: ReadPacket) -> None:
    assert read.problems == ()
    right = total = 0
    missed = []
    for number, page in zip(fullest_pages(), read.pages, strict=True):
        text = fold_text("".join(line.text for line in page.read.lines))
        for value in printed_on(number):
            wanted = fold_text(value.raw)
            total += 1
            if fuzz.partial_ratio(wanted, text) >= 95:
                right += 1
            else:
                missed.append(value.raw)
    assert total >= 20
    assert right / total >= 0.95, missed


@pytest.mark.models
def test_pages_are_read_by_the_engine_that_the_worksheet_will_name(read: ReadPacket) -> None:
    assert all(page.read.engines and page.read.lines for page in read.pages)
    assert all("PP-OCR" in e or "paddle" in e.lower() for p in read.pages for e in p.read.engines)
