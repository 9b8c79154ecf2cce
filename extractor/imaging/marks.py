"""Ink that OCR does not read: ticks in table cells, ticked and empty boxes before options.

OCR drops nearly every ✓ (design trials), so an empty cell is looked at again in the pixels: is there
ink, and does it have the shape of a tick? Dashes and slashes mean "none" in Chinese forms and are no
marks. Works on the cleaned gray page, where seal ink is gone: a stamp over a cell is no tick.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from extractor.core.page import Cell, Line, Mark
from extractor.imaging.beside_stamps import with_ticks_beside_stamps
from extractor.imaging.beside_words import ticks_beside_words
from extractor.imaging.boxes import find_boxes
from extractor.imaging.circled import find_circled
from extractor.imaging.ink import Mask, Scale, box_around, cell_pixels, ink_of
from extractor.imaging.lost_words import lost_words
from extractor.imaging.plane import Picture
from extractor.imaging.strokes import kind_of


def find_marks(
    gray: Picture,
    cells: Iterable[Cell],
    lines: Sequence[Line],
    scale: Scale,
    seal_ink: Picture | None = None,
) -> tuple[Mark, ...]:
    """Marks in cells without readable text, and check boxes beside text, top to bottom.

    Args:
        gray: the cleaned upright page.
        cells: table cells with their text filled in, upright points.
        lines: all lines of the page, upright points.
        scale: of the picture.
        seal_ink: see ``ink_of``.
    """
    cells = tuple(cells)
    ink = ink_of(gray, scale, seal_ink)
    marks = [m for cell in cells if (m := _mark_in_cell(ink, cell, scale)) is not None]
    marks = with_ticks_beside_stamps(marks, ink, cells, scale)
    marks += find_boxes(ink, lines, scale)
    marks += find_circled(ink, [*lines, *lost_words(cells)], scale)
    beside = ticks_beside_words(ink, cells, scale)
    marks += [m for m in _ticks_read(lines) if not any(_same_place(m, b) for b in beside)] + beside
    return tuple(sorted(marks, key=lambda m: (m.box.y0, m.box.x0)))


def _same_place(a: Mark, b: Mark) -> bool:
    return a.box.expanded(b.box.width / 2).contains_point(b.box.cx, b.box.cy)


# -- cells -----------------------------------------------------------------------------------


#: What OCR reads for a cross.
_CROSSES = "Xx×✗✕✘╳乂"


_SURE_DIGIT, _SURE_TICK = 0.95, 0.8
"""A digit read with less, in the place of a tick with more likeness than that, is the tick."""


def _mark_in_cell(ink: Mask, cell: Cell, scale: Scale) -> Mark | None:
    text = cell.text.strip()
    # OCR takes a tick for whatever single character it resembles: V, √, 」, 丿 …
    if len(text) > 1 or (text.isdigit() and cell.confidence >= _SURE_DIGIT):
        return None
    place = cell_pixels(ink, cell, scale)
    patch = ink[place]
    if min(patch.shape, default=0) < 2 * scale.px_per_mm:
        return None
    strokes = _strokes(patch, scale)
    if strokes is None:
        return None
    kind, confidence = kind_of(strokes, scale.px_per_mm)
    if kind is None or (text and kind != "tick" and not (kind == "cross" and text in _CROSSES)):
        return None
    if text.isdigit() and confidence < _SURE_TICK:
        return None
    return Mark(kind, box_around(strokes, place, scale), confidence)


def _strokes(patch: Mask, scale: Scale) -> Mask | None:
    """The ink of a cell without specks and the remains of its borders; ``None`` if that is none."""
    mm = scale.px_per_mm
    # Thin strokes fall to pieces on faint and one-bit pages; pieces a hair apart are one stroke.
    joined = cv2.dilate(patch, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    height, width = patch.shape
    kept = np.zeros_like(patch)
    for no in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[no][:5])
        if max(w, h) < 1.2 * mm or area < 0.12 * mm * mm:
            continue
        at_edge = x <= 1 or y <= 1 or x + w >= width - 1 or y + h >= height - 1
        if at_edge and (min(w, h) < 0.9 * mm):
            continue
        if (w > 0.8 * width and h < 0.9 * mm) or (h > 0.9 * height and w < 0.6 * mm):
            continue
        kept[(labels == no) & (patch > 0)] = 1
    # Specks beside a stroke (what JPEG leaves) were joined to it: they are none of it.
    count, labels, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
    is_speck = stats[:, 4] <= 0.05 * mm * mm
    kept[is_speck[labels]] = 0
    return kept if kept.any() else None


# -- ticks that were read ----------------------------------------------------------------------

_TICK_SIGN = re.compile("[√✓✔]")
_IN_BRACKETS = re.compile(r"[（(\[【〔]\s*[√✓✔]\s*[）)\]】〕]")
#: 打√, 划“√”, √或填写分值: how to fill in the form, nobody's answer.
_INSTRUCTION = re.compile(
    "[打划画勾填选]\\s*[“\"‘'「（(]?\\s*[√✓✔]|[√✓✔]\\s*[”\"’'」]?\\s*(?:或|者|表示|为)"
)


def _ticks_read(lines: Sequence[Line]) -> list[Mark]:
    """Ticks typed among other words: ``民营企业√`` is a tick, ``（√）民营企业`` a ticked box."""
    marks: list[Mark] = []
    for line in lines:
        if len(line.text.strip()) < 2:
            continue
        told = [m.span() for m in _INSTRUCTION.finditer(line.text)]
        boxes = [m.span() for m in _IN_BRACKETS.finditer(line.text)]
        for found in _TICK_SIGN.finditer(line.text):
            at = found.start()
            if any(a <= at < b for a, b in told):
                continue
            kind = "box_ticked" if any(a <= at < b for a, b in boxes) else "tick"
            sure = min(0.9, line.confidence_of(at, at + 1))
            marks.append(Mark(kind, line.box_of(at, at + 1).rounded(), sure))
    return marks
