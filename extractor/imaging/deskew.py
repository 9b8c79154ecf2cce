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


def skew_from_rulings(image: Picture) -> float | None:
    """The skew of the page's long straight lines; ``None`` where there are too few to tell.

    Works on a page that still lies on its side: verticals count as horizontals.
    """
    gray = gray_of(image)
    gray, _ = scaled(gray, min(1.0, _LOOK_PX / max(gray.shape)))
    dark = cv2.adaptiveThreshold(
        gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12
    )
    shortest = max(60, min(gray.shape) // 6)
    found = cv2.HoughLinesP(
        dark, 1, math.radians(0.1), threshold=shortest, minLineLength=shortest, maxLineGap=3
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
    return float(np.average(angle[close], weights=length[close] ** 2))


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


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
