"""The perspective of a photographed page without visible edges, from its rulings.

Rulings that are parallel on paper run towards one point in a photograph: their slope changes evenly
across the page. On a scan all have the same slope, whatever the skew. So the slope's change tells a
photograph from a scan, and by how much to straighten it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.imaging.plane import Picture, gray_of, scaled

_LOOK_PX = 1100
_LEAST_RULINGS = 4
_MOST_SLOPE = math.tan(math.radians(16))
_LEAST_CHANGE = 0.010
"""Change of slope over the page from which on it is a photograph: 0.6°. Rulings of scans differ by
0.03°, those of a fed sheet that slipped by 0.2°."""
_MOST_CHANGE = 0.35
_CLOSE = 0.006


@dataclass(frozen=True, slots=True)
class _Fan:
    """Slope of the rulings as a line: ``slope = at_middle + change * position``; position -0.5..0.5
    across the page, the rulings' own middle at ``0``."""

    at_middle: float
    change: float


def corners_by_rulings(image: Picture) -> NDArray[np.float64] | None:
    """Four points of the picture that are the corners of a rectangle on paper, clockwise from the
    upper left; ``None`` where the rulings are too few or all parallel, as on a scan."""
    gray = gray_of(image)
    small, move = scaled(gray, min(1.0, _LOOK_PX / max(gray.shape)))
    dark: Picture = np.asarray(
        cv2.adaptiveThreshold(
            small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12
        ),
        dtype=np.uint8,
    )
    height, width = dark.shape
    rows, columns = _rulings(dark), _rulings(np.ascontiguousarray(dark.T))
    flat, tall = _fan(rows, height, width), _fan(columns, width, height)
    if not any(fan and abs(fan.change) >= _LEAST_CHANGE for fan in (flat, tall)):
        return None
    # It is a photograph: now fewer rulings of the other direction will do; with none, that
    # direction is taken as square to this one in the middle.
    flat = flat or _fan(rows, height, width, least=2)
    tall = tall or _fan(columns, width, height, least=2)
    flat = flat or _Fan(-tall.at_middle if tall else 0.0, 0.0)
    tall = tall or _Fan(-flat.at_middle, 0.0)
    corners = []
    for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
        a = flat.at_middle + flat.change * y
        b = tall.at_middle + tall.change * x
        # y' = y·height + a·x', x' = x·width + b·y'
        py = (y * height + a * x * width) / (1 - a * b)
        px = x * width + b * py
        corners.append(((px + width / 2) / move.m[0], (py + height / 2) / move.m[4]))
    return np.array(corners)


def _rulings(dark: Picture) -> NDArray[np.float64]:
    """Rulings along rows: (slope, row where it crosses the middle column, length), pixels."""
    runs = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, 11), np.uint8))
    # The runs of a slanted ruling lie step on step.
    joined = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    width = dark.shape[1]
    found = []
    for no in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[no])
        if w < width // 5 or h > 0.3 * w + 8 or area > w * 9:
            continue
        ys, xs = np.nonzero(labels[y : y + h, x : x + w] == no)
        slope, start = np.polyfit(xs.astype(float), ys.astype(float), 1)
        spread = float(np.abs(ys - (slope * xs + start)).mean())
        if abs(slope) <= _MOST_SLOPE and spread <= 2.5:
            middle = y + start + slope * (width / 2 - x)
            found.append((float(slope), float(middle), float(w)))
    return np.array(found).reshape(-1, 3)


def _fan(
    rulings: NDArray[np.float64], height: int, width: int, least: int = _LEAST_RULINGS
) -> _Fan | None:
    """How the slope changes down the page; ``None`` where the rulings do not agree on it."""
    if len(rulings) < least:
        return None
    slope, weight = rulings[:, 0], rulings[:, 2] / width
    place = rulings[:, 1] / height - 0.5
    kept = np.ones(len(slope), dtype=bool)
    change, middle = 0.0, 0.0
    for _ in range(4):
        if kept.sum() < least or np.ptp(place[kept]) < 0.3:
            return None
        change, middle = (float(v) for v in np.polyfit(place[kept], slope[kept], 1, w=weight[kept]))
        away = np.abs(slope - (middle + change * place))
        kept = away <= max(_CLOSE, 2.0 * float(np.median(away)))
    away = np.abs(slope - (middle + change * place))
    if weight[away <= _CLOSE].sum() < 0.75 * weight.sum() or abs(change) > _MOST_CHANGE:
        return None
    return _Fan(middle, change)
