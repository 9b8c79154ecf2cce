"""Ink that OCR does not read: ticks in table cells, ticked and empty boxes before options.

OCR drops nearly every ✓ (design trials), so an empty cell is looked at again in the pixels: is there
ink, and does it have the shape of a tick? Dashes and slashes mean "none" in Chinese forms and are no
marks. Works on the cleaned gray page, where seal ink is gone: a stamp over a cell is no tick.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Mark
from extractor.imaging.plane import Picture
from extractor.imaging.strokes import kind_of

Mask = NDArray[np.uint8]

_PT_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Scale:
    """``px_per_unit``: pixels per unit of the boxes handed in and out (upright points).
    ``px_per_mm``: pixels per millimetre of real paper; the two differ for images without dpi."""

    px_per_unit: float
    px_per_mm: float


def ink_of(gray: Picture, scale: Scale, seal_ink: Picture | None = None) -> Mask:
    """1 where the cleaned page is clearly darker than the paper around it.

    ``seal_ink``: dark (0) where stamp ink was taken out; the edges of it leave a trace, so only
    really dark strokes count there.
    """
    block = max(15, round(6 * scale.px_per_mm)) | 1
    ink = cv2.adaptiveThreshold(
        gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 28
    )
    if seal_ink is not None:
        reach = 2 * round(0.4 * scale.px_per_mm) + 1
        near_seal = cv2.erode(seal_ink, np.ones((reach, reach), np.uint8)) < 128
        ink[near_seal & (gray > 0.55 * float(np.percentile(gray[::8, ::8], 75)))] = 0
    return np.asarray(ink, dtype=np.uint8)


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
    ink = ink_of(gray, scale, seal_ink)
    marks = [m for cell in cells if (m := _mark_in_cell(ink, cell, scale)) is not None]
    marks += _check_boxes(ink, lines, scale)
    return tuple(sorted(marks, key=lambda m: (m.box.y0, m.box.x0)))


# -- cells -----------------------------------------------------------------------------------


#: What OCR reads for a cross.
_CROSSES = "Xx×✗✕✘╳乂"


def _mark_in_cell(ink: Mask, cell: Cell, scale: Scale) -> Mark | None:
    text = cell.text.strip()
    # OCR takes a tick for whatever single character it resembles: V, √, 」, 丿 …
    if len(text) > 1 or text.isdigit():
        return None
    px = float(scale.px_per_unit)
    inset = 0.7 * scale.px_per_mm
    x0, y0 = round(cell.box.x0 * px + inset), round(cell.box.y0 * px + inset)
    x1, y1 = round(cell.box.x1 * px - inset), round(cell.box.y1 * px - inset)
    patch = ink[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
    if min(patch.shape, default=0) < 2 * scale.px_per_mm:
        return None
    strokes = _strokes(patch, scale)
    if strokes is None:
        return None
    kind, confidence = kind_of(strokes, scale.px_per_mm)
    if kind is None or (text and kind != "tick" and not (kind == "cross" and text in _CROSSES)):
        return None
    points = np.argwhere(strokes)
    top, left = (int(v) for v in points.min(axis=0))
    bottom, right = (int(v) + 1 for v in points.max(axis=0))
    box = Box(
        (max(0, x0) + left) / px,
        (max(0, y0) + top) / px,
        (max(0, x0) + right) / px,
        (max(0, y0) + bottom) / px,
    )
    return Mark(kind, box.rounded(), confidence)


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


# -- check boxes -----------------------------------------------------------------------------

_BOX_MM = (1.8, 6.5)
#: Characters that OCR takes a printed box for; others, if surely read, are what they are.
_BOX_READINGS = frozenset("□☐☑☒■▢◻◼口囗区回団团図图因囚凶冈网国日目田O0oD√✓")


def _check_boxes(ink: Mask, lines: Sequence[Line], scale: Scale) -> list[Mark]:
    """Squares with text right of them: ``box_ticked`` or ``box_empty``."""
    marks: list[Mark] = []
    for x, y, w, h in _squares(ink, scale):
        px = scale.px_per_unit
        box = Box(x / px, y / px, (x + w) / px, (y + h) / px)
        if not _stands_before_text(box, lines) or _is_character(box, lines):
            continue
        inner = _inside(ink, x, y, w, h)
        # Paper grain and a neighbour's stroke stay under 3 %; the thinnest tick covers 8 %.
        if inner > 0.06:
            marks.append(Mark("box_ticked", box.rounded(), 0.9 if inner > 0.1 else 0.7))
        else:
            marks.append(Mark("box_empty", box.rounded(), 0.9 if inner < 0.03 else 0.7))
    return marks


def _squares(ink: Mask, scale: Scale) -> list[tuple[int, int, int, int]]:
    """Outlines of squares of check box size (x, y, w, h in pixels).

    Built from an upper and a lower stroke of about one length; then the sides are looked for. So a
    pen tick that crosses the box, or overshoots a corner, does not hide it.
    """
    mm = scale.px_per_mm
    least, most = _BOX_MM[0] * mm, _BOX_MM[1] * mm
    stroke = max(5, round(0.75 * least))
    flat = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, stroke), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=8)
    strokes = sorted(
        (int(y), int(x), int(w), int(h))
        for x, y, w, h in stats[1:count, :4]
        if least <= w <= 1.15 * most and h <= 1.2 * mm
    )
    found: list[tuple[int, int, int, int]] = []
    for i, (y, x, w, _h) in enumerate(strokes):
        for y2, x2, w2, h2 in strokes[i + 1 :]:
            height = y2 + h2 - y
            if height > 1.3 * w:
                break
            slack = 0.2 * w
            if height < 0.75 * w or abs(x2 - x) > slack or abs(x2 + w2 - x - w) > slack:
                continue
            # The shorter stroke is the side; the longer one runs on into the tick.
            left, right = max(x, x2), min(x + w, x2 + w2)
            if _has_four_sides(ink[y : y2 + h2, left:right], mm):
                found.append((left, y, right - left, height))
                break
    return found


def _has_four_sides(patch: Mask, mm: float) -> bool:
    band = max(3, round(0.55 * mm))
    top = patch[:band].max(axis=0).mean()
    bottom = patch[-band:].max(axis=0).mean()
    left = patch[:, :band].max(axis=1).mean()
    right = patch[:, -band:].max(axis=1).mean()
    return bool(min(top, bottom, left, right) >= 0.85)


def _inside(ink: Mask, x: int, y: int, w: int, h: int) -> float:
    dx, dy = round(0.24 * w), round(0.24 * h)
    return float(ink[y + dy : y + h - dy, x + dx : x + w - dx].mean())


def _stands_before_text(box: Box, lines: Sequence[Line]) -> bool:
    reach = 1.3 * box.width
    for line in lines:
        if line.box.overlap_y(box) < 0.5 * box.height:
            continue
        # As high as its words: a smaller square is part of a large character.
        if not 0.5 * line.box.height <= box.height <= 1.5 * line.box.height:
            continue
        # Text right of it: the line goes on past the box, or begins close behind it.
        if line.box.x0 - reach <= box.x1 and line.box.x1 >= box.x1 + 0.5 * box.width:
            return True
    return False


def _is_character(box: Box, lines: Sequence[Line]) -> bool:
    """Whether OCR surely read a character there that is none of those a box is taken for."""
    for line in lines:
        if line.box.overlap_y(box) < 0.5 * box.height:
            continue
        for i, char in enumerate(line.text):
            place = line.box_of(i, i + 1)
            if place.overlap_x(box) < 0.5 * min(box.width, max(place.width, 0.1)):
                continue
            in_its_middle = abs(place.cx - box.cx) < 0.2 * place.width
            if place.width > 1.6 * line.box.height and not in_its_middle:
                continue  # it only reaches here because the box itself was not read
            # An ideograph read with such certainty is one: 人口 and 社会团体 are full of boxes.
            is_sure = line.confidence_of(i, i + 1) > (0.9 if char in _BOX_READINGS else 0.7)
            if is_sure and (char not in _BOX_READINGS or "\u4e00" <= char <= "\u9fff"):
                return True
    return False
