"""Cells with ink but no text are read once more; ticks read as letters become ticks."""

from __future__ import annotations

import numpy as np
import pytest

from extractor.core.geometry import Box
from extractor.core.page import Line, Mark
from extractor.ocr.engine import Image, OcrLine
from extractor.pipeline.page_reread import reread_cells, ticks_as_text

PX = 200 / 72


class SizesOfBlobs:
    """Reads every blob as the width of its ink, so that a test knows which blob was read."""

    name = "blobs"
    version = "1"

    def __init__(self, score: float = 0.95) -> None:
        self.score = score
        self.readings = 0

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        import cv2

        self.readings += 1
        dark = (bgr[..., 0] < 128).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(dark)
        lines = []
        for x, y, w, h in stats[1:count, :4].astype(float):
            quad = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
            lines.append(OcrLine(str(int(w)), quad, self.score))
        return tuple(lines)


def page_with(*blobs: tuple[int, int, int]) -> tuple[np.ndarray, list[Mark]]:
    page = np.full((900, 1400), 250, np.uint8)
    marks = []
    for x, y, width in blobs:
        page[y : y + 24, x : x + width] = 10
        box = Box(x / PX, y / PX, (x + width) / PX, (y + 24) / PX)
        marks.append(Mark("handwriting", box, 0.6))
    return page, marks


def test_each_reading_goes_to_the_cell_it_was_cut_from() -> None:
    page, marks = page_with((100, 100, 12), (900, 110, 30), (400, 700, 55), (1200, 800, 21))
    engine = SizesOfBlobs()
    lines = reread_cells(page, marks, PX, engine)
    assert engine.readings == 1
    assert {(line.text, line.box) for line in lines} == {
        (str(width), mark.box) for width, mark in zip((12, 30, 55, 21), marks, strict=True)
    }


def test_what_the_engine_is_not_sure_of_stays_a_mark() -> None:
    page, marks = page_with((100, 100, 12))
    assert reread_cells(page, marks, PX, SizesOfBlobs(score=0.6)) == ()


def test_without_such_cells_nothing_is_read() -> None:
    engine = SizesOfBlobs()
    page, _ = page_with()
    assert reread_cells(page, [Mark("tick", Box(1, 1, 5, 5), 0.9)], PX, engine) == ()
    assert engine.readings == 0


TICK = Mark("tick", Box(100, 100, 112, 110), 0.83)


@pytest.mark.parametrize("read", ["V", "Y", "√", "」"])
def test_a_tick_read_as_a_character_becomes_a_tick(read: str) -> None:
    line = Line(read, Box(98, 97, 114, 113), 0.97, char_confidence=(0.97,))
    (got,) = ticks_as_text((line,), [TICK])
    assert (got.text, got.confidence, got.confidence_of(0, 1)) == ("√", 0.83, 0.83)


@pytest.mark.parametrize(
    "line",
    [Line("VI", Box(98, 97, 114, 113), 0.97), Line("V", Box(300, 97, 314, 113), 0.97)],
    ids=["a word", "elsewhere"],
)
def test_other_text_stays(line: Line) -> None:
    assert ticks_as_text((line,), [TICK]) == (line,)
    assert ticks_as_text((line,), []) == (line,)
