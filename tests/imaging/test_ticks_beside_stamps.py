"""Ticks that a grey stamp touches, in columns whose other cells are ticked."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractor.core.geometry import Box
from extractor.core.page import Cell, Mark
from extractor.imaging.ink import Scale
from extractor.imaging.marks import find_marks
from extractor.imaging.plane import Picture, gray_of
from tests.imaging.pictures import PX_PER_MM, PX_PER_PT, as_scanned, paper

SCALE = Scale(PX_PER_PT, PX_PER_MM)
LEFT, TOP, WIDE, HIGH, ROWS = 60, 60, 160, 70, 6
GREY = (140, 140, 140)


def column(ticked: set[int]) -> tuple[Picture, tuple[Cell, ...]]:
    page = paper(300, 2 * TOP + HIGH * ROWS)
    cells = []
    for row in range(ROWS):
        y = TOP + row * HIGH
        if row in ticked:
            points = np.array([[120, y + 36], [130, y + 50], [152, y + 20]], dtype=np.int32)
            cv2.polylines(page, [points], False, (30, 30, 30), 4, cv2.LINE_AA)
        box = Box(
            LEFT / PX_PER_PT, y / PX_PER_PT, (LEFT + WIDE) / PX_PER_PT, (y + HIGH) / PX_PER_PT
        )
        cells.append(Cell(row, 0, 1, 1, box))
    return page, tuple(cells)


def ticks(page: Picture, cells: tuple[Cell, ...]) -> list[Mark]:
    marks = find_marks(gray_of(as_scanned(page)), cells, (), SCALE)
    return [m for m in marks if m.kind == "tick"]


def stamp(page: Picture, row: int, reach: int) -> None:
    """A stroke of a stamp from the right into the cell, ``reach`` pixels from its left side."""
    y = TOP + row * HIGH
    cv2.ellipse(page, (LEFT + WIDE + 20, y + 40), (WIDE + 20 - reach, 34), 0, 120, 240, GREY, 7, cv2.LINE_AA)  # fmt: skip


@pytest.mark.parametrize("row", [1, 4])
def test_a_tick_that_a_stamp_touches_is_found_and_doubtful(row: int) -> None:
    page, cells = column(set(range(ROWS)))
    stamp(page, row, 94)
    found = ticks(page, cells)
    assert len(found) == ROWS
    (own,) = [m for m in found if cells[row].box.contains_point(m.box.cx, m.box.cy)]
    assert own.confidence <= 0.8


@pytest.mark.parametrize("reach", [40, 70, 94, 110])
def test_a_stamp_alone_is_no_tick(reach: int) -> None:
    page, cells = column({0, 2, 3, 5})
    stamp(page, 1, reach)
    assert len(ticks(page, cells)) == 4
