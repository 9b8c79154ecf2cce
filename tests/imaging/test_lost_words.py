"""Words that a pen hid from OCR, known from the other cells of their column."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line
from extractor.imaging.ink import Scale
from extractor.imaging.lost_words import circled_words, lost_words
from extractor.imaging.marks import find_marks
from extractor.imaging.plane import Picture, gray_of
from tests.imaging.pictures import PX_PER_MM, PX_PER_PT, as_scanned, chinese_font, paper

SCALE = Scale(PX_PER_PT, PX_PER_MM)
LEFT, TOP, WIDE, HIGH, SIZE = 80, 60, 260, 80, 30
AT = {"是": 40, "否": 150}


def column(circled: list[str], room: int = 9) -> tuple[Picture, tuple[Cell, ...]]:
    """Cells below each other that print 是 / 否, one word of each circled and lost to OCR."""
    picture = Image.fromarray(paper(500, 2 * TOP + HIGH * len(circled)))
    font, pen = chinese_font(SIZE), ImageDraw.Draw(picture)
    cells = []
    for row, _ in enumerate(circled):
        y = TOP + row * HIGH
        for word, x in AT.items():
            pen.text((LEFT + x, y + 20), word, font=font, fill=(15, 15, 15))
    page = np.asarray(picture, dtype=np.uint8).copy()
    for row, chosen in enumerate(circled):
        y = TOP + row * HIGH
        if chosen:
            middle = (LEFT + AT[chosen] + SIZE // 2, y + 20 + SIZE // 2 + 3)
            cv2.ellipse(page, middle, (SIZE // 2 + room, SIZE // 2 + room), 0, 20, 395, (70, 30, 25), 3, cv2.LINE_AA)  # fmt: skip
        lines = tuple(word_at(w, LEFT + AT[w], y + 20) for w in AT if w != chosen)
        box = Box(
            LEFT / PX_PER_PT, y / PX_PER_PT, (LEFT + WIDE) / PX_PER_PT, (y + HIGH) / PX_PER_PT
        )
        cells.append(Cell(row, 0, 1, 1, box, lines))
    return page, tuple(cells)


def word_at(text: str, x: int, y: int) -> Line:
    box = Box((x - 2) / PX_PER_PT, (y - 1) / PX_PER_PT, (x + SIZE + 3) / PX_PER_PT, (y + SIZE + 7) / PX_PER_PT)  # fmt: skip
    return Line(text, box, 0.99)


def found(circled: list[str], room: int = 9) -> list[str]:
    page, cells = column(circled, room)
    lines = [q for cell in cells for q in cell.lines]
    marks = find_marks(gray_of(as_scanned(page)), cells, lines, SCALE)
    words = circled_words(cells, marks)
    rows = [[w.text for w in words if c.box.contains_point(w.box.cx, w.box.cy)] for c in cells]
    assert all(len(row) <= 1 for row in rows)
    return [row[0] if row else "" for row in rows]


@pytest.mark.parametrize("circled", [
    ["否", "否", "是", "否", "是"], ["是", "是", "是", "否", "否", "否"], ["", "否", "", "是", "否", "是"],
])  # fmt: skip
@pytest.mark.parametrize("room", [6, 11])
def test_the_circled_word_that_ocr_dropped_is_known_from_the_other_cells(
    circled: list[str], room: int
) -> None:
    assert found(circled, room) == circled


def test_words_that_stand_alone_in_their_cells_are_missed_nowhere() -> None:
    words = ["是", "否", "否", "是", "是", "否"]
    cells = []
    for row, word in enumerate(words):
        box = Box(10, 20.0 * row, 110, 20.0 * row + 20)
        cells.append(
            Cell(row, 0, 1, 1, box, (Line(word, Box(55, box.y0 + 4, 66, box.y0 + 16), 0.99),))
        )
    assert lost_words(cells) == []
