"""Pen ticks behind a printed word, which OCR dropped or took for a letter."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Mark
from extractor.imaging.ink import Scale
from extractor.imaging.marks import find_marks
from extractor.imaging.plane import Picture, gray_of
from tests.imaging.pictures import PX_PER_MM, PX_PER_PT, as_scanned, draw_text_like, paper

SCALE = Scale(PX_PER_PT, PX_PER_MM)
LEFT, TOP, WIDE, HIGH, SIZE = 60, 60, 220, 64, 26


def sheet(texts: list[str], ticked: set[int], gap: int) -> tuple[Picture, tuple[Cell, ...]]:
    """A column that prints one word in each cell; ``gap``: pixels between the word and a tick."""
    page = paper(360, 2 * TOP + HIGH * len(texts))
    cells = []
    for row, text in enumerate(texts):
        word = text.rstrip("V√一")
        y = TOP + row * HIGH
        x, base = LEFT + 40, y + 20
        draw_text_like(page, x, base, len(word), SIZE)
        end = x + len(word) * (SIZE + 9) - 9
        edges = [x + k * (SIZE + 9) for k in range(len(word) + 1)]
        if row in ticked:
            at = end + gap
            points = np.array([[at, base + 8], [at + 9, base + 24], [at + 34, base - 8]])
            cv2.polylines(page, [points.astype(np.int32)], False, (20, 20, 20), 5, cv2.LINE_AA)
            edges[-1] = edges[-1] if len(text) > len(word) else end + 30
        if len(text) > len(word):
            edges.append(end + 36)
        px = PX_PER_PT
        box = Box(x / px, (base - 6) / px, edges[-1] / px, (base + SIZE + 6) / px)
        line = Line(text, box, 0.98, char_x=tuple(e / px for e in edges))
        ruled = Box(LEFT / px, y / px, (LEFT + WIDE) / px, (y + HIGH) / px)
        cells.append(Cell(row, 0, 1, 1, ruled, (line,)))
    return page, tuple(cells)


def ticks(page: Picture, cells: tuple[Cell, ...]) -> list[Mark]:
    lines = [line for cell in cells for line in cell.lines]
    marks = find_marks(gray_of(as_scanned(page)), cells, lines, SCALE)
    return [m for m in marks if m.kind == "tick"]


def rows_of(found: list[Mark], cells: tuple[Cell, ...]) -> list[int]:
    return sorted(c.row for c in cells for m in found if c.box.contains_point(m.box.cx, m.box.cy))


@pytest.mark.parametrize("gap", [1, 4, 12])
def test_ticks_are_found_whatever_ocr_made_of_them(gap: int) -> None:
    page, cells = sheet(["合格V", "合格", "合格√", "合格一", "合格", "合格V"], set(range(6)), gap)
    assert rows_of(ticks(page, cells), cells) == list(range(6))


def test_a_word_without_a_tick_has_none() -> None:
    page, cells = sheet(["比较满意V", "比较满意", "比较满意V", "比较满意", "比较满意"], {0, 2}, 4)
    assert rows_of(ticks(page, cells), cells) == [0, 2]


def test_words_that_nobody_ticks_are_left_alone() -> None:
    page, cells = sheet(["总经理", "总经理", "总经理", "总经理"], set(), 4)
    assert ticks(page, cells) == []
