"""The page without its rulings, for reading only.

In a narrow table row the text detector takes the rules above and below into the box of a line; the
line is then shrunk to a third of its height before it is recognised, and digits are lost. Without
rules the boxes are tight. Rulings are wanted elsewhere (tables), so this is a copy.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.imaging.plane import Picture

_LEAST_MM = 16.0
"""Shorter straight strokes may be a dash or the 一 of a heading."""
_PIECE_MM = 5.5
_THICK_MM = 0.9
_CROSSING_MM = 1.5

_Mask = NDArray[np.uint8]


def without_rulings(gray: Picture, px_per_mm: float) -> Picture:
    """``gray`` with long straight strokes painted over; characters that cross them stay.

    Args:
        gray: a page whose rulings run along rows and columns within a degree.
        px_per_mm: pixels per millimetre of real paper.
    """
    block = max(15, round(3 * px_per_mm)) | 1
    dark = _mask(
        cv2.adaptiveThreshold(gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 8)
    )
    flat = _rulings(dark, px_per_mm)
    tall = _mask(_rulings(_mask(dark.T), px_per_mm).T)
    if not flat.any() and not tall.any():
        return gray
    crossing = max(5, round(_CROSSING_MM * px_per_mm))
    rise = _mask(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((crossing, 1), np.uint8)))
    run = _mask(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, crossing), np.uint8)))
    erased = (flat & (1 - (rise & (1 - tall)))) | (tall & (1 - (run & (1 - flat))))
    out = gray.copy()
    # Grey paper gets its own tone back, not white.
    paper = cv2.dilate(gray, np.ones((block, block), np.uint8))
    out[erased > 0] = paper[erased > 0]
    return out


def _rulings(dark: _Mask, mm: float) -> _Mask:
    """Strokes along rows, at least ``_LEAST_MM`` long in all, with a pixel of margin.

    Opened by short pieces and joined, so that a slope of a degree does not break them.
    """
    pieces = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, round(_PIECE_MM * mm)), np.uint8))
    joined = cv2.dilate(pieces, np.ones((3, round(1.5 * mm)), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    is_long = stats[:, 2] >= _LEAST_MM * mm
    # A black bar or a picture is no ruling: how thick is it where it is?
    thickness = stats[:, 4] / np.maximum(stats[:, 2], 1)
    is_long &= thickness <= _THICK_MM * mm + 2
    is_long[0] = False
    lines = is_long.astype(np.uint8)[labels] & pieces
    return _mask(cv2.dilate(lines, np.ones((3, 3), np.uint8)))


def _mask(values: Any) -> _Mask:
    mask: _Mask = np.ascontiguousarray(values, dtype=np.uint8)
    return mask
