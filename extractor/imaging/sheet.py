"""The sheet of paper in a photograph or between a copier's black borders, by its edges.

A phone shows the desk around the paper and the paper in perspective; a copier shows black where the
lid did not lie on paper. Both leave four straight edges with bright paper inside and darker ground
outside. An ordinary scan has none, and nothing is found on it: not finding a sheet costs little
(the rulings may still tell the perspective, ``vanishing``), cutting off half a page would cost all.

Corners are pixels of the picture, clockwise from the upper left.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.imaging.plane import Picture, scaled

Corners = NDArray[np.float64]
"""4 × 2: upper left, upper right, lower right, lower left."""

_LOOK_PX = 480
_REFINE_PX = 1400
_PAD = 14
_LEAST_AREA = 0.3
_LEAST_GRADIENT = 0.02
_LEAST_STEP = 0.06
"""By how much darker the ground is than the paper beside it (natural logarithm): 6 %."""
_SUPPORT = 0.85
_MOST_LINES = 7
_FLAT_DEG = 0.45
"""Opposite edges this parallel, and corners this square: a scanner saw it, not a phone. Simulated
photos start at 1.5°."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the paper lies. ``flat``: a rectangle, so nothing needs straightening but its skew."""

    corners: Corners
    flat: bool


def find_sheet(bgr: Picture) -> Sheet | None:
    """The bright sheet on darker ground, all four edges in the picture; ``None`` where there is none."""
    small, _ = scaled(bgr, min(1.0, _LOOK_PX / max(bgr.shape[:2])))
    # Padded, or the closing would swallow a rim of desk narrower than itself.
    padded = cv2.copyMakeBorder(small, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_REPLICATE)
    rough = _best_quad(_without_print(np.asarray(padded, dtype=np.uint8)))
    if rough is None:
        return None
    corners = _refined(bgr, (rough - _PAD) * (bgr.shape[1] / small.shape[1]))
    if corners is None or not _like_paper(corners):
        return None
    return Sheet(corners, _is_flat(corners))


def side_lengths(corners: Corners) -> tuple[float, float]:
    """Mean width and mean height of the sheet, pixels."""
    top, right, bottom, left = (
        float(np.hypot(*(corners[(i + 1) % 4] - corners[i]))) for i in range(4)
    )
    return (top + bottom) / 2, (left + right) / 2


def _without_print(bgr: Picture) -> Picture:
    """Brightness of the ground at each place: the darkest channel, since desks have colours and
    paper has none, with everything as thin as print and seals closed."""
    darkest = bgr if bgr.ndim == 2 else bgr.min(axis=2)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (9, 9))
    closed = cv2.morphologyEx(darkest, cv2.MORPH_CLOSE, kernel)
    return np.asarray(cv2.medianBlur(closed, 5), dtype=np.uint8)


def _best_quad(paper: Picture) -> Corners | None:
    """Of all quadrilaterals of straight edges, the one with the strongest steps on every side."""
    # Steps count as shares of the light there: half the sheet may lie in shadow.
    light = np.log(paper.astype(np.float32) + 8.0)
    sides = _candidates(light)
    if any(len(side) == 0 for side in sides):
        return None
    quads = np.array([_meeting(*four) for four in product(*sides)])
    height, width = light.shape
    inside = (quads > -3).all(axis=(1, 2))
    inside &= (quads[..., 0] < width + 3).all(axis=1) & (quads[..., 1] < height + 3).all(axis=1)
    quads = quads[inside & (_areas(quads) >= _LEAST_AREA * light.size)]
    if not len(quads):
        return None
    support, strength = _support(light, quads)
    held = support >= _SUPPORT
    if not held.any():
        return None
    return np.asarray(quads[held][np.argmax(strength[held])], dtype=np.float64)


def _candidates(light: NDArray[np.float32]) -> tuple[list[NDArray[np.float64]], ...]:
    """Straight edges (homogeneous lines) with the brighter side towards the middle: those that may
    be the top, right, bottom and left side of the sheet."""
    height, width = light.shape
    gx = cv2.Scharr(light, cv2.CV_32F, 1, 0) / 32
    gy = cv2.Scharr(light, cv2.CV_32F, 0, 1) / 32
    out = []
    for across, along, signs in ((gy, gx, (1, -1)), (gx, gy, (1, -1))):
        for sign in signs:
            edge = (sign * across > _LEAST_GRADIENT) & (sign * across > 1.2 * np.abs(along))
            found = cv2.HoughLinesP(
                (edge * 255).astype(np.uint8), 1, math.radians(0.5), threshold=40,
                minLineLength=min(height, width) // 4, maxLineGap=14,
            )  # fmt: skip
            out.append(_distinct([] if found is None else found.reshape(-1, 4).astype(float)))
    top, bottom, left, right = out
    return top, right, bottom, left


def _distinct(segments: Iterable[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Lines through the longest segments, each edge once."""
    kept: list[NDArray[np.float64]] = []
    ends: list[NDArray[np.float64]] = []
    for x0, y0, x1, y1 in sorted(segments, key=lambda s: -math.hypot(s[2] - s[0], s[3] - s[1])):
        line = np.array([y1 - y0, x0 - x1, x1 * y0 - x0 * y1]) / math.hypot(x1 - x0, y1 - y0)
        points = np.array([[x0, y0, 1.0], [x1, y1, 1.0]])
        known = any(
            np.abs(points @ other).max() < 4 or np.abs(other_points @ line).max() < 4
            for other, other_points in zip(kept, ends, strict=True)
        )
        if not known:
            kept.append(line)
            ends.append(points)
        if len(kept) == _MOST_LINES:
            break
    return kept


def _meeting(
    top: NDArray[np.float64],
    right: NDArray[np.float64],
    bottom: NDArray[np.float64],
    left: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The corners of four lines; far outside where two of them do not meet."""
    corners = np.array(
        [np.cross(left, top), np.cross(top, right), np.cross(right, bottom), np.cross(bottom, left)]
    )
    depth = np.where(np.abs(corners[:, 2:]) < 1e-6, 1e-6, corners[:, 2:])
    return np.asarray(corners[:, :2] / depth, dtype=np.float64)


def _areas(quads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Signed: negative where the sides cross over."""
    x, y = quads[..., 0], quads[..., 1]
    return np.asarray(
        0.5 * (x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(axis=1), dtype=np.float64
    )


def _support(
    light: NDArray[np.float32], quads: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each quadrilateral the share of its weakest side with a step from bright to dark, and the
    mean step of its weakest side."""
    height, width = light.shape
    along = np.roll(quads, -1, axis=1) - quads
    length = np.maximum(np.hypot(along[..., 0], along[..., 1]), 1e-6)
    outward = np.stack([along[..., 1], -along[..., 0]], axis=-1) / length[..., None]
    share = np.linspace(0.06, 0.94, 48)
    places = quads[:, :, None, :] + share[None, None, :, None] * along[:, :, None, :]

    def at(offset: float) -> NDArray[np.float32]:
        p = places + offset * outward[:, :, None, :]
        x = np.clip(np.rint(p[..., 0]), 0, width - 1).astype(int)
        y = np.clip(np.rint(p[..., 1]), 0, height - 1).astype(int)
        return np.asarray(light[y, x], dtype=np.float32)

    step = at(-4.0) - at(4.0)
    seen = (step >= _LEAST_STEP).mean(axis=2)
    return seen.min(axis=1), step.mean(axis=2).min(axis=1)


def _refined(bgr: Picture, corners: Corners) -> Corners | None:
    """The corners where straight lines through the steepest steps near each side meet."""
    small, move = scaled(bgr, min(1.0, _REFINE_PX / max(bgr.shape[:2])))
    factor = move.m[0]
    darkest = small if small.ndim == 2 else small.min(axis=2)
    gray = np.log(cv2.GaussianBlur(darkest, (0, 0), 1.5).astype(np.float32) + 8.0)
    lines = [_edge_line(gray, corners[i] * factor, corners[(i + 1) % 4] * factor) for i in range(4)]
    if any(line is None for line in lines):
        return None
    out = []
    for before, after in ((3, 0), (0, 1), (1, 2), (2, 3)):
        meet = np.cross(lines[before], lines[after])  # type: ignore[arg-type]
        if abs(meet[2]) < 1e-9:
            return None
        out.append(meet[:2] / meet[2] / factor)
    found = np.array(out)
    # A refined corner far from its rough place followed another edge (a table, a shadow).
    far = np.hypot(*(found - corners).T).max() > 0.03 * max(bgr.shape[:2])
    return None if far else found


def _edge_line(
    gray: NDArray[np.float32], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """The line (homogeneous) through the steepest bright-to-dark steps beside start..end."""
    along = end - start
    length = float(np.hypot(*along))
    outward = np.array([along[1], -along[0]]) / max(length, 1e-6)  # clockwise corners: outside left
    reach = 12.0
    steps = np.arange(-reach, reach + 0.5, 0.5)
    places = start + np.linspace(0.04, 0.96, 90)[:, None] * along
    grid = places[:, None, :] + steps[None, :, None] * outward
    profile = cv2.remap(
        gray,
        grid[..., 0].astype(np.float32),
        grid[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    drop = profile[:, :-4] - profile[:, 4:]  # over two pixels
    best = drop.argmax(axis=1)
    strong = drop[np.arange(len(best)), best] > _LEAST_STEP / 2
    if strong.sum() < 20:
        return None
    points = (places + (steps[best] + 1.0)[:, None] * outward)[strong].astype(np.float32)
    vx, vy, x0, y0 = (float(v) for v in cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
    away = np.abs((points[:, 0] - x0) * vy - (points[:, 1] - y0) * vx)
    near = points[away < max(1.5, float(np.median(away)) * 2.5)]
    if len(near) >= 20:
        vx, vy, x0, y0 = (float(v) for v in cv2.fitLine(near, cv2.DIST_L2, 0, 0.01, 0.01).ravel())
    return np.array([vy, -vx, vx * y0 - vy * x0])


def _angles(corners: Corners) -> list[float]:
    """Direction of each side, degrees, in order: top, right, bottom, left."""
    return [math.degrees(math.atan2(*(corners[(i + 1) % 4] - corners[i])[::-1])) for i in range(4)]


def _turn(a: float, b: float) -> float:
    return (b - a + 180.0) % 360.0 - 180.0


def _is_flat(corners: Corners) -> bool:
    a = _angles(corners)
    return all(abs(_turn(a[i], a[(i + 1) % 4]) - 90.0) <= _FLAT_DEG for i in range(4))


def _like_paper(corners: Corners) -> bool:
    """Corners between 60° and 120°, and the shape of a sheet, a card or an opened booklet."""
    a = _angles(corners)
    if not all(60.0 <= _turn(a[i], a[(i + 1) % 4]) <= 120.0 for i in range(4)):
        return False
    width, height = side_lengths(corners)
    return 1.15 <= max(width, height) / max(1.0, min(width, height)) <= 1.75
