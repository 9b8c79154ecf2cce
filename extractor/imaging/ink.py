"""What of a cleaned page is ink, and how large its pixels are: shared by all who look for marks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line
from extractor.imaging.plane import Picture

Mask = NDArray[np.uint8]
"""1 where there is ink."""


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


Place = tuple[slice, slice]
"""Rows and columns of pixels."""


def cell_pixels(ink: Mask, cell: Cell, scale: Scale) -> Place:
    """The pixels of a cell without its borders."""
    px, inset = float(scale.px_per_unit), 0.7 * scale.px_per_mm
    x0, y0 = round(cell.box.x0 * px + inset), round(cell.box.y0 * px + inset)
    x1, y1 = round(cell.box.x1 * px - inset), round(cell.box.y1 * px - inset)
    return slice(max(0, y0), max(0, y1)), slice(max(0, x0), max(0, x1))


def box_around(strokes: Mask, place: Place, scale: Scale) -> Box:
    """Around the ink of ``strokes``, cut out of the page at ``place``; in the unit of boxes."""
    points = np.argwhere(strokes)
    top, left = (int(v) for v in points.min(axis=0))
    bottom, right = (int(v) + 1 for v in points.max(axis=0))
    px, y, x = float(scale.px_per_unit), int(place[0].start), int(place[1].start)
    return Box((x + left) / px, (y + top) / px, (x + right) / px, (y + bottom) / px).rounded()


_LEAST_OF_HEIGHT = 0.64
"""A character's share of the height of its line, even where a pen made that higher."""


def character_size(line: Line) -> float:
    """How high and wide a character of ``line`` is, in the unit of its box.

    The usual advance of its ideographs, the narrower ones counting: boxes and strokes before a word are
    often part of its first character. Its box is higher where a pen drew around it.
    """
    n = len(line.text)
    if len(line.char_x) == n + 1 and n:
        advances = sorted(
            line.char_x[i + 1] - line.char_x[i]
            for i, char in enumerate(line.text)
            if "\u4e00" <= char <= "\u9fff"
        )
        if advances:
            usual = advances[(len(advances) - 1) // 3]
            return float(min(max(usual, _LEAST_OF_HEIGHT * line.box.height), line.box.height))
    return float(line.box.height if n > 1 else min(line.box.width, line.box.height))
