"""Round seals by their ring alone: on grey copies, where ink is faint, or where two overlap.

A circle transform proposes, the paper decides: nearly the whole ring must be ink, and just outside it
must not. On text pages the best wrong circle reaches 0.8 of a ring with as much ink around it; real
rings reach 0.95 with a third of it around them.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Box
from extractor.imaging.plane import Picture, scaled

_LOOK_DPI = 60.0
_RADIUS_MM = (14.0, 30.0)
_RING_SHARE = 0.85
_RING_ABOVE_AROUND = 0.45
# Uneven ink is broken on a one-bit page; a ring with gaps must stand quite alone.
_BROKEN_SHARE, _BROKEN_ABOVE_AROUND = 0.74, 0.5
_MM_PER_INCH = 25.4

_ANGLES = np.linspace(0.0, 2 * np.pi, 180, endpoint=False)
_COS, _SIN = np.cos(_ANGLES), np.sin(_ANGLES)
_Mask = NDArray[np.uint8]


def find_rings(gray: Picture, px_per_pt: float, thorough: bool = False) -> tuple[Box, ...]:
    """The boxes around closed rings of seal size, in points (pixels / ``px_per_pt``).

    ``thorough``: every place and size is tried (0.15 s a page); else what the circle transform
    proposes, which overlooks rings among dense print.
    """
    small, _ = scaled(gray, min(1.0, (_LOOK_DPI / 72) / px_per_pt))
    if min(small.shape) < 40:
        return ()
    per_pt = px_per_pt * small.shape[1] / gray.shape[1]
    mm = per_pt * 72 / _MM_PER_INCH
    dark = _darker_than_around(small, mm)
    proposed = _proposed(dark, mm)
    if thorough:
        proposed += _everywhere(dark, mm)
    near = np.asarray(cv2.dilate(dark, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    rings: list[Box] = []
    for x, y, radius in proposed:
        ring = _fitted(near, x, y, radius, mm)
        if ring is not None:
            cx, cy, r = (v / per_pt for v in ring)
            box = Box(cx - r, cy - r, cx + r, cy + r)
            if all(box.iou(known) < 0.6 for known in rings):
                rings.append(box)
    if thorough:
        rings += [box for box in _cut_by_edges(dark, near, per_pt, mm) if _is_new(box, rings)]
    return tuple(rings)


def _is_new(box: Box, rings: list[Box]) -> bool:
    return all(box.iou(known) < 0.3 for known in rings)


_Circle = tuple[float, float, float]


def _proposed(dark: _Mask, mm: float) -> list[_Circle]:
    found = cv2.HoughCircles(
        cv2.GaussianBlur(255 - 200 * _arcs(dark, mm), (3, 3), 0),
        cv2.HOUGH_GRADIENT,
        1,
        5 * mm,
        param1=120,
        param2=14,
        minRadius=round(_RADIUS_MM[0] * mm),
        maxRadius=round(_RADIUS_MM[1] * mm),
    )
    if found is None:
        return []
    return [(float(x), float(y), float(r)) for x, y, r in found[0][:60]]


def _everywhere(dark: _Mask, mm: float) -> list[_Circle]:
    """The places where a ring of some size has much more ink on it than just around it."""
    half = cv2.resize(dark.astype(np.float32), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = (half > 0.2).astype(np.float32)
    best = np.full(ink.shape, -1.0, np.float32)
    radius = np.zeros(ink.shape, np.float32)
    around = 1.8 * mm / 2
    for r in np.arange(_RADIUS_MM[0] * mm / 2, _RADIUS_MM[1] * mm / 2, 0.8):
        kernel = _ring_kernel(float(r), around)
        score = cv2.filter2D(ink, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
        better = score > best
        best[better], radius[better] = score[better], r
    peaks: list[_Circle] = []
    for _ in range(20):
        y, x = np.unravel_index(int(best.argmax()), best.shape)
        if best[y, x] < 0.25:
            break
        peaks.append((2 * float(x) + 0.5, 2 * float(y) + 0.5, 2 * float(radius[y, x])))
        cv2.circle(best, (int(x), int(y)), max(2, round(2 * mm)), (-1.0,), -1)
    return peaks


#: How much of a ring must lie on the page to be told from other curves, and from a whole one.
_CUT_LEAST, _CUT_MOST = 0.36, 0.88
_CUT_SHARE, _CUT_ABOVE_AROUND, _CUT_TEXT = 0.82, 0.55, 0.08
#: A ring that the edge cuts is inked up to there, but for what trimming a scan takes off.
_EDGE_MM = 4.0


def _cut_by_edges(dark: _Mask, near: _Mask, per_pt: float, mm: float) -> list[Box]:
    """Rings that the page's edge cuts (骑缝章): the boxes of what lies on the page, in points."""
    height, width = dark.shape
    boxes = []
    for quarter in range(4):
        # Each side in turn is brought to the left.
        inked = np.ascontiguousarray(np.rot90(dark, quarter))
        if not inked[:, : max(2, round(_EDGE_MM * mm))].any():
            continue
        wide = np.ascontiguousarray(np.rot90(near, quarter))
        for x, y, radius in _at_left(inked, mm):
            ring = _fitted_cut(inked, wide, x, y, radius, mm)
            if ring is None:
                continue
            cx, cy, r = ring
            corners = [(max(0.0, cx - r), cy - r), (cx + r, cy + r)]
            points = [_back(x, y, quarter, width, height) for x, y in corners]
            xs, ys = sorted(p[0] for p in points), sorted(p[1] for p in points)
            boxes.append(Box(xs[0] / per_pt, ys[0] / per_pt, xs[1] / per_pt, ys[1] / per_pt))
    return boxes


def _back(x: float, y: float, quarters: int, width: int, height: int) -> tuple[float, float]:
    """A point of the picture turned counterclockwise by ``quarters``, in the picture itself."""
    if quarters == 0:
        return x, y
    if quarters == 1:
        return width - y, x
    return (width - x, height - y) if quarters == 2 else (y, height - x)


def _at_left(dark: _Mask, mm: float) -> list[_Circle]:
    """Where a ring cut by the left edge may be."""
    most = round(_RADIUS_MM[1] * mm)
    strip = cv2.copyMakeBorder(dark[:, : 2 * most], 0, 0, most, 0, cv2.BORDER_CONSTANT, value=(0,))
    half = cv2.resize(strip.astype(np.float32), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = (half > 0.2).astype(np.float32)
    best = np.full(ink.shape, -1.0, np.float32)
    radius = np.zeros(ink.shape, np.float32)
    for r in np.arange(_RADIUS_MM[0] * mm / 2, _RADIUS_MM[1] * mm / 2, 0.8):
        kernel = _ring_kernel(float(r), 1.8 * mm / 2)
        got = cv2.filter2D(ink, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
        score = got * _weight_beside_edge(ink.shape, most // 2, float(r), 1.8 * mm / 2)
        score[score == 0] = -1.0
        better = score > best
        best[better], radius[better] = score[better], r
    peaks: list[_Circle] = []
    for _ in range(6):
        y, x = np.unravel_index(int(best.argmax()), best.shape)
        if best[y, x] < 0.25:
            break
        peaks.append((2 * float(x) + 0.5 - most, 2 * float(y) + 0.5, 2 * float(radius[y, x])))
        cv2.circle(best, (int(x), int(y)), max(2, round(2 * mm)), (-1.0,), -1)
    return peaks


@lru_cache(maxsize=128)
def _weight_beside_edge(
    shape: tuple[int, int], edge: int, radius: float, around: float
) -> NDArray[np.float32]:
    """For each place one through the share of a ring there that lies right of ``edge``; 0 where so much
    or so little does that nothing can be told. The same for all pages of one size."""
    page = np.ones(shape, np.float32)
    page[:, :edge] = 0
    ring = np.maximum(_ring_kernel(radius, around), 0)
    on = cv2.filter2D(page, cv2.CV_32F, ring, borderType=cv2.BORDER_CONSTANT)
    weight = np.where((on > _CUT_LEAST) & (on < _CUT_MOST), 1 / np.maximum(on, 0.1), 0.0)
    return np.asarray(weight, dtype=np.float32)


def _fitted_cut(
    dark: _Mask, near: _Mask, x: float, y: float, radius: float, mm: float
) -> _Circle | None:
    share, r, cx, cy = max(
        (round(_share_on_page(near, x + dx, y + dy, radius + dr), 2), radius + dr, x + dx, y + dy)
        for dr in (-1.5, -0.75, 0.0, 0.75, 1.5)
        for dx in (-2.0, -1.0, 0.0, 1.0, 2.0)
        for dy in (-1.0, 0.0, 1.0)
    )
    around = _share_on_page(near, cx, cy, r + 1.8 * mm)
    # Characters stand along the inside of a seal's ring, not of a drawn circle's.
    within = max(_share_on_page(dark, cx, cy, part * r) for part in (0.7, 0.76, 0.82))
    if share < _CUT_SHARE or share - around < _CUT_ABOVE_AROUND or within < _CUT_TEXT:
        return None
    return cx, cy, r


def _share_on_page(mask: _Mask, x: float, y: float, radius: float) -> float:
    height, width = mask.shape
    xs, ys = (x + radius * _COS).astype(int), (y + radius * _SIN).astype(int)
    on = (xs >= 0) & (ys >= 0) & (xs < width) & (ys < height)
    return float(mask[ys[on], xs[on]].mean()) if on.mean() > 0.3 else 0.0


@lru_cache(maxsize=128)
def _ring_kernel(radius: float, around: float) -> NDArray[np.float32]:
    """1 in all along the ring, -1 in all along a wider one."""
    size = int(radius + around) + 2
    y, x = np.mgrid[-size : size + 1, -size : size + 1]
    distance = np.hypot(x, y)
    on = (np.abs(distance - radius) < 0.8).astype(np.float32)
    off = (np.abs(distance - radius - around) < 0.8).astype(np.float32)
    return np.asarray(on / on.sum() - off / off.sum(), dtype=np.float32)


def _darker_than_around(gray: Picture, mm: float) -> _Mask:
    ground = cv2.medianBlur(gray, round(6 * mm) | 1)
    return (cv2.subtract(ground, gray) > 28).astype(np.uint8)


def _arcs(dark: _Mask, mm: float) -> _Mask:
    """``dark`` without characters and rulings, which would propose a thousand circles."""
    length = round(11 * mm)
    flat = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    tall = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    straight = cv2.dilate(cv2.bitwise_or(flat, tall), np.ones((3, 3), np.uint8))
    curved = cv2.bitwise_and(dark, 1 - np.asarray(straight, dtype=np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(curved)
    longest = np.maximum(stats[:, 2], stats[:, 3])
    is_thin = stats[:, 4] < 0.45 * stats[:, 2] * stats[:, 3] + 8
    kept = (longest >= 9 * mm) | ((longest >= 5.5 * mm) & is_thin)
    kept[0] = False  # the paper
    arcs: _Mask = kept.astype(np.uint8)[labels]
    return arcs


def _fitted(
    near: _Mask, x: float, y: float, radius: float, mm: float
) -> tuple[float, float, float] | None:
    """The proposed circle moved to where most of its ring is ink; ``None`` where it is no ring."""
    if _share(near, x, y, radius) < 0.5:
        return None
    share, r, cx, cy = max(
        # Of rings that are all ink the outermost is the seal's edge.
        (round(_share(near, x + dx, y + dy, radius + dr), 2), radius + dr, x + dx, y + dy)
        for dr in (-1.5, -0.75, 0.0, 0.75, 1.5)
        for dx in (-1.0, 0.0, 1.0)
        for dy in (-1.0, 0.0, 1.0)
    )
    around = _share(near, cx, cy, r + 1.8 * mm)
    above = _RING_ABOVE_AROUND if share >= _RING_SHARE else _BROKEN_ABOVE_AROUND
    if share < _BROKEN_SHARE or share - around < above:
        return None
    return cx, cy, r


def _share(mask: _Mask, x: float, y: float, radius: float) -> float:
    height, width = mask.shape
    xs = np.clip((x + radius * _COS).astype(int), 0, width - 1)
    ys = np.clip((y + radius * _SIN).astype(int), 0, height - 1)
    return float(mask[ys, xs].mean())
