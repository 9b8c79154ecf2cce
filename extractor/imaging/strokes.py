"""What a few strokes of ink in a table cell are: a tick, a cross, a circle, a dot, or writing.

Told by the strokes' own shape, whatever pen or font made them. A digit that OCR dropped must never pass
as a tick: a figure that is lost can be asked for, a figure that became a tick cannot.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
_Values = NDArray[np.floating[Any]]

_SPECK_PX = 4
"""So few pixels make no stroke, however coarse the picture is."""

_CIRCLE_FROM_MM = 2.6
"""A smaller ring may be a full stop or a misprinted 0."""


def kind_of(strokes: Mask, px_per_mm: float) -> tuple[str | None, float]:
    """``tick``, ``cross``, ``circle``, ``handwriting`` or ``None`` (a dash, slash or speck), and how sure.

    Args:
        strokes: 1 where the ink is; at least one pixel of it.
        px_per_mm: pixels per millimetre of real paper.
    """
    mm = px_per_mm
    points = np.argwhere(strokes).astype(float)
    if len(points) < _SPECK_PX:
        return None, 0.0
    ys, xs = points[:, 0] - points[:, 0].min(), points[:, 1] - points[:, 1].min()
    height, width = float(ys.max()) + 1, float(xs.max()) + 1
    if height < 1.3 * mm and width > 1.8 * height:
        return None, 0.0  # a dash
    fits = 1.5 * mm <= height <= 16 * mm and 1.5 * mm <= width <= 20 * mm
    if fits and (confidence := _tick_likeness(xs, ys, width, height)) > 0:
        return "tick", confidence
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) / np.sqrt(len(points))
    thin = spread[1] * 3.5  # width of a straight bar of that deviation
    long = spread[0] / max(spread[1], 1e-6)
    if long > 4.8 and (thin < 1.0 * mm or long > 9):
        if width < 0.33 * height:
            return "handwriting", 0.5  # an upright bar: a 1 that nobody read
        return None, 0.0  # a slash
    if not fits:
        return "handwriting", 0.6
    if is_dot(strokes, mm):
        return "tick", 0.7
    if _is_cross(xs, ys, width, height):
        return "cross", 0.85
    if min(width, height) >= _CIRCLE_FROM_MM * mm and _is_circle(xs, ys, width, height):
        return "circle", 0.8
    return "handwriting", 0.6


def _tick_likeness(xs: _Values, ys: _Values, width: float, height: float) -> float:
    """0 for no tick, else 0.5..0.95.

    A tick falls from the left to its lowest point and rises to the upper right; along any column
    there is one stroke. Measured on a profile of 12 columns.
    """
    columns = np.minimum((xs / width * 12).astype(int), 11)
    middle = np.full(12, np.nan)
    thickness = np.zeros(12)
    split = 0
    for no in range(12):
        inside = ys[columns == no]
        if inside.size:
            middle[no] = inside.mean() / height
            thickness[no] = np.ptp(inside) / height
            split += bool(len(np.unique(inside)) < 0.75 * (np.ptp(inside) + 1))
    # Two strokes above each other: a 7, a Z, a character.
    if np.isnan(middle).sum() > 1 or split > 2:
        return 0.0
    # Upright sides: a U, an H, a digit.
    if max(thickness[0], thickness[-1]) > 0.7:
        return 0.0
    middle = np.interp(np.arange(12), np.flatnonzero(~np.isnan(middle)), middle[~np.isnan(middle)])
    lowest = int(np.argmax(middle))
    # The turn lies at the bottom; the stem of a Y or T is on average half way up.
    if not 1 <= lowest <= 7 or middle[lowest] < 0.68:
        return 0.0
    left_drop = middle[lowest] - middle[:lowest].min()
    right_rise = middle[lowest] - middle[-2:].min()
    falling = np.diff(middle[lowest:])
    if right_rise < 0.4 or left_drop < 0.05 or (falling > 0.12).any():
        return 0.0
    if (np.diff(middle[: lowest + 1]) < -0.12).any():
        return 0.0  # down, up, and down again: a wave of handwriting
    # The right arm is one stroke: no column of it is filled from top to bottom.
    if np.median(thickness[lowest + 1 :]) > 0.62:
        return 0.0
    return float(round(min(0.95, 0.55 + 0.4 * right_rise), 3))


def is_dot(strokes: Mask, px_per_mm: float) -> bool:
    """A filled ● ■ ▲ of the size of a character: somebody's way to tick."""
    points = np.argwhere(strokes)
    height, width = (float(v) + 1 for v in np.ptp(points, axis=0))
    longest = max(width, height)
    if not (0.85 < width / height < 1.18 and 2.0 * px_per_mm <= longest <= 7 * px_per_mm):
        return False
    hull = cv2.convexHull(points.astype(np.int32))
    # A digit in bold print has notches; the hull runs through the middle of its outermost pixels.
    return int(strokes.sum()) > 0.93 * (float(cv2.contourArea(hull)) + width + height)


def is_ring(strokes: Mask) -> bool:
    """A closed ○ about as wide as high, whatever its size."""
    points = np.argwhere(strokes).astype(float)
    ys, xs = points[:, 0] - points[:, 0].min(), points[:, 1] - points[:, 1].min()
    height, width = float(ys.max()) + 1, float(xs.max()) + 1
    dx, dy = (xs - width / 2) / (width / 2), (ys - height / 2) / (height / 2)
    radius = np.hypot(dx, dy)
    outer = radius > 0.6
    turns = (np.arctan2(dy, dx)[outer] + np.pi) / (2 * np.pi) * 24
    return len(np.unique(turns.astype(int) % 24)) == 24 and float(np.percentile(radius, 96)) < 1.12


def _is_cross(xs: _Values, ys: _Values, width: float, height: float) -> bool:
    """Two diagonals, each drawn from end to end, and little else."""
    if not 0.5 < width / height < 2.0:
        return False
    u, v = xs / width, ys / height
    falling, rising = np.abs(u - v) < 0.17, np.abs(u + v - 1) < 0.17
    if float((falling | rising).mean()) < 0.9:
        return False
    return all(len(np.unique((u[on] * 10).astype(int))) >= 9 for on in (falling, rising))


def _is_circle(xs: _Values, ys: _Values, width: float, height: float) -> bool:
    """A ring as wide as high; a 0 is narrower."""
    if not 0.85 < width / height < 1.6:
        return False
    dx, dy = (xs - width / 2) / (width / 2), (ys - height / 2) / (height / 2)
    radius = np.hypot(dx, dy)
    around = np.unique(((np.arctan2(dy, dx) + np.pi) / (2 * np.pi) * 36).astype(int))
    return len(around) >= 32 and float(np.percentile(radius, 4)) > 0.6
