"""The part of a page that has print on it: what lies around it need not be searched for text."""

from __future__ import annotations

import cv2
import numpy as np

from extractor.ocr.engine import Image

_STEP_PX = 4
_DARKER = 8.0
"""Grey levels, averaged over a square of ``_STEP_PX``: grain stays below, a faint full stop does not."""
_LEAST = 2
_MARGIN_PX = 32
_WORTH = 0.95


def printed_part(bgr: Image) -> tuple[int, int, int, int]:
    """``(x0, y0, x1, y1)`` in pixels: all that is darker than the paper, and a margin around it.

    The whole picture where it is blank, small, or full. ``bgr``: height x width x 3, 8 bits.
    """
    height, width = bgr.shape[:2]
    whole = (0, 0, width, height)
    if min(height, width) < 16 * _STEP_PX:
        return whole
    gray = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(
        gray, (width // _STEP_PX, height // _STEP_PX), interpolation=cv2.INTER_AREA
    ).astype(np.float32)
    # Paper is not evenly lit: print is darker than what lies around it, not than the page.
    ink = cv2.blur(small, (31, 31)) - small > _DARKER
    rows = np.flatnonzero(ink.sum(axis=1) >= _LEAST)
    columns = np.flatnonzero(ink.sum(axis=0) >= _LEAST)
    if rows.size == 0 or columns.size == 0:
        return whole
    # The reduced picture leaves out up to three pixels at the far edges: the margin covers them.
    x0 = max(0, int(columns[0]) * width // small.shape[1] - _MARGIN_PX)
    y0 = max(0, int(rows[0]) * height // small.shape[0] - _MARGIN_PX)
    x1 = min(width, (int(columns[-1]) + 1) * width // small.shape[1] + _MARGIN_PX)
    y1 = min(height, (int(rows[-1]) + 1) * height // small.shape[0] + _MARGIN_PX)
    if (x1 - x0) * (y1 - y0) > _WORTH * width * height:
        return whole
    return x0, y0, x1, y1
