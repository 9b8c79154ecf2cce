"""How far a page lies askew, from its rulings or from its lines of text.

Angles are degrees, positive where the content is turned clockwise (as ``ReadPage.skew_deg``).
Rulings give 0.03°, text boxes about 0.3° (design trials); so rulings win where there are any.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from extractor.imaging.plane import Picture, gray_of, scaled

MAX_SKEW_DEG = 15.0
"""Beyond that, what looks like a slanted ruling is a drawing."""

MIN_SKEW_DEG = 0.08
"""Below that a rotation costs sharpness and gains nothing: 3 px over an A4 page at 200 dpi."""

_LOOK_PX = 1200
_MIN_SEGMENTS = 3
_EDGE = 0.025
"""Share of the picture along each edge where no ruling is looked for: the rim of what an open lid
leaves black runs straight along the picture, however the page lies in it. A form leaves 5 mm free."""


def skew_from_rulings(image: Picture) -> float | None:
    """The skew of the page's long straight lines; ``None`` where there are too few to tell.

    Works on a page that still lies on its side: verticals count as horizontals.
    """
    gray = gray_of(image)
    gray, _ = scaled(gray, min(1.0, _LOOK_PX / max(gray.shape)))
    dark: Picture = np.asarray(
        cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12),
        dtype=np.uint8,
    )
    shortest = max(60, min(gray.shape) // 6)
    flat, tall = (_without_edges(strokes) for strokes in _long_strokes(dark))
    # One direction is enough for a first guess; the one with fewer pixels has less text left in it.
    enough = 4 * max(dark.shape)
    counts = [(n, s) for s in (flat, tall) if (n := cv2.countNonZero(s)) >= enough]
    strokes = min(counts, key=lambda c: c[0])[1] if counts else cv2.bitwise_or(flat, tall)
    found = cv2.HoughLinesP(
        strokes, 1, math.radians(0.2), threshold=shortest, minLineLength=shortest, maxLineGap=6
    )
    if found is None:
        return None
    segments = found.reshape(-1, 4).astype(float)
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    length = np.hypot(dx, dy)
    angle = (np.degrees(np.arctan2(dy, dx)) + 45.0) % 90.0 - 45.0
    near = np.abs(angle) <= MAX_SKEW_DEG
    if int(near.sum()) < _MIN_SEGMENTS:
        return None
    angle, length = angle[near], length[near]
    middle = _weighted_median(angle, length)
    close = np.abs(angle - middle) < 0.5
    if length[close].sum() < 0.5 * length.sum():
        return None  # lines in many directions: a chart or a photograph
    return _sharpest(flat, tall, float(np.average(angle[close], weights=length[close])))


def skew_from_lines(baselines: Sequence[tuple[float, float, float, float]]) -> float | None:
    """The skew of text lines given by two points each (x0, y0, x1, y1) along the writing.

    ``None`` where no line is long enough to have a direction.
    """
    angles, weights = [], []
    for x0, y0, x1, y1 in baselines:
        length = math.hypot(x1 - x0, y1 - y0)
        angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
        if length > 0 and abs(angle) <= MAX_SKEW_DEG:
            angles.append(angle)
            weights.append(length)
    if not angles or sum(weights) < 400:
        return None
    return _weighted_median(np.array(angles), np.array(weights))


def _long_strokes(dark: Picture) -> tuple[Picture, Picture]:
    """The strokes of ``dark`` that run along rows, and those along columns, without text.

    Its pixels would make the Hough transform ten times slower. A ruling two pixels thick at 7°
    still runs 16 pixels along one row; strokes of characters are shorter at this size.
    """
    flat = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, 16), np.uint8))
    tall = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((16, 1), np.uint8))
    return np.asarray(flat, dtype=np.uint8), np.asarray(tall, dtype=np.uint8)


def _without_edges(strokes: Picture) -> Picture:
    """``strokes`` but for those along the picture's own edges."""
    rim = round(_EDGE * min(strokes.shape))
    inside = np.zeros_like(strokes)
    inside[rim:-rim, rim:-rim] = strokes[rim:-rim, rim:-rim]
    return inside


def _sharpest(flat: Picture, tall: Picture, near_deg: float) -> float:
    """The angle close to ``near_deg`` at which the strokes fall into the fewest rows and columns.

    Hough segments are quantised by their short pieces; all pixels together know the angle to about
    0.02°.
    """
    ways = []
    for strokes, is_flat in ((flat, True), (tall, False)):
        ys, xs = (v.astype(np.float64) for v in np.nonzero(strokes))
        if xs.size:
            along, across = (xs, ys) if is_flat else (ys, -xs)
            ways.append((along - along.mean(), across))

    def sharpness(angle_deg: float) -> float:
        total = 0.0
        for along, across in ways:
            rows = across - along * math.tan(math.radians(angle_deg))
            counts = np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)
            total += float((counts**2).sum())
        return total

    for reach, step in ((0.5, 0.1), (0.1, 0.02)):
        angles = near_deg + np.arange(-reach, reach + step / 2, step)
        near_deg = float(max(angles, key=sharpness))
    # Between pixels a small slant can look sharper than none.
    is_straight = abs(near_deg) < 0.2 and sharpness(0.0) >= 0.97 * sharpness(near_deg)
    return 0.0 if is_straight else near_deg


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
