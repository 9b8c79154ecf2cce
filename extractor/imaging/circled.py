"""Pen circles around printed words: 满意 circled, 不满意 not.

A circle is ink that leaves the height of its line, above and below, and that a smooth closed path around
some of the line's characters follows nearly all the way. The path may cut characters and run along a
ruling for a while; characters alone, brackets or the frame of a cell give no such path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Box
from extractor.core.page import Line, Mark
from extractor.imaging.ink import Mask, Scale, character_size

_Values = NDArray[np.floating[Any]]

_MOST_CHARACTERS = 8
"""Longer words are options nobody circles whole."""

_ANGLES, _WARM_UP = 72, 24
_SHIFTS, _FARTHEST = (0, -1, 1, -2, 2), 2
_BEND = 0.06
"""Cost of a shift by one pixel between neighbouring angles, in pixels of ink lost."""

_OUTWARD = 0.15
"""Gain of ink that lies a character size further out."""

_OUT = 0.46
"""A circle reaches this many character sizes above and below the middle of its line."""

_LEAST_HEIGHT = 1.22
"""Character sizes; lower paths run along the strokes of characters."""

_LEAST_OF_LINE = 0.9
"""Share of the height of the line's box: characters fill three quarters of it, a circle all."""

_HIGHEST = 3.2
"""Character sizes; higher ink is a seal's ring or a drawing."""

_ON_RULING = 0.6
"""What a ruling under the path counts for: a circle often touches the lines of its cell."""

_LEAST_COVER, _LEAST_SECTOR = 0.92, 0.6

_DOUBT = 0.12
"""How much the cover at a quarter of the angles may be less than at all of them."""

_INNER, _OUTER = -0.3, 0.85
"""Where the path may run, from the edge of the word, in character sizes: OCR often counts the stroke left
of a word as part of it."""


@dataclass(frozen=True, slots=True)
class _Path:
    """``cover``: share of the way that is ink; ``box`` in pixels."""

    cover: float
    box: tuple[float, float, float, float]


def find_circled(ink: Mask, lines: Sequence[Line], scale: Scale) -> list[Mark]:
    """Marks of kind ``circle`` around words of ``lines`` (upright points)."""
    rulings = _rulings(ink, scale)
    free = np.where(rulings > 0, np.uint8(0), ink)
    joined = cv2.dilate(free, np.ones((3, 3), np.uint8))
    _, found_labels, found_stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    labels, stats = np.asarray(found_labels, np.int32), np.asarray(found_stats, np.int32)
    found: list[tuple[_Path, float]] = []
    for line in lines:
        px = scale.px_per_unit
        size = character_size(line) * px
        if size < 1.2 * scale.px_per_mm:
            continue
        for part in _reaching_out(stats, line, size, px):
            for path in _around(labels, rulings, stats, part, line, size, px):
                found.append((path, size))
    return [_mark(path, scale) for path in _best(found)]


def _rulings(ink: Mask, scale: Scale) -> Mask:
    """Ink of long straight lines, a little thickened."""
    long = max(15, round(13 * scale.px_per_mm))
    flat = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((long, 1), np.uint8))
    both = cv2.dilate(cv2.bitwise_or(flat, upright), np.ones((3, 3), np.uint8))
    return np.asarray(both, dtype=np.uint8)


def _reaching_out(
    stats: NDArray[np.int32], line: Line, size: float, px: float
) -> list[tuple[int, ...]]:
    """The pieces of ink on the line that leave it upwards or downwards, in groups side by side."""
    middle = line.box.cy * px
    left, top, wide, high = (stats[:, i] for i in range(4))
    on = (top < middle + 0.3 * size) & (top + high > middle - 0.3 * size)
    along = (left < line.box.x1 * px + size) & (left + wide > line.box.x0 * px - size)
    out = (top <= middle - _OUT * size) | (top + high >= middle + _OUT * size)
    fits = (high <= _HIGHEST * size) & (high >= 0.5 * size)
    numbers = [int(n) for n in np.flatnonzero(on & along & out & fits) if n > 0]
    numbers.sort(key=lambda n: int(left[n]))
    groups: list[list[int]] = []
    reach = 0.0
    for number in numbers:
        # Two halves of a circle that a ruling cut are a group.
        if groups and left[number] <= reach + 2.5 * size:
            groups[-1].append(number)
        else:
            groups.append([number])
        reach = max(reach if len(groups[-1]) > 1 else 0.0, float(left[number] + wide[number]))
    height = line.box.height * px
    return [tuple(g) for g in groups if _is_out_both_ways(stats, g, middle, size, height)]


def _is_out_both_ways(
    stats: NDArray[np.int32], group: Sequence[int], middle: float, size: float, height: float
) -> bool:
    top = min(int(stats[n, 1]) for n in group)
    bottom = max(int(stats[n, 1] + stats[n, 3]) for n in group)
    out = top <= middle - _OUT * size and bottom >= middle + _OUT * size
    return out and bottom - top >= _LEAST_OF_LINE * height


def _around(
    labels: NDArray[np.int32],
    rulings: Mask,
    stats: NDArray[np.int32],
    group: Sequence[int],
    line: Line,
    size: float,
    px: float,
) -> Iterator[_Path]:
    """The paths around spans of the line's characters that the ink of ``group`` follows."""
    pad = round(1.2 * size)
    x0 = max(0, min(int(stats[n, 0]) for n in group) - pad)
    x1 = max(int(stats[n, 0] + stats[n, 2]) for n in group) + pad
    y0 = max(0, min(int(stats[n, 1]) for n in group) - pad)
    y1 = max(int(stats[n, 1] + stats[n, 3]) for n in group) + pad
    here = np.isin(labels[y0:y1, x0:x1], group).astype(np.float32)
    worth = np.maximum(here, _ON_RULING * rulings[y0:y1, x0:x1])
    # A circle has its word within it: longer words are none of this ink.
    low, high = x0 + pad - 0.35 * size, x1 - pad + 0.35 * size
    spans = [(a - x0, b - x0) for a, b in _spans(line, px) if low <= a and b <= high]
    if not spans:
        return
    for path in _closed_paths(worth, np.array(spans), line.box.cy * px - y0, size):
        a, b, c, d = path.box
        yield _Path(path.cover, (a + x0, b + y0, c + x0, d + y0))


def _spans(line: Line, px: float) -> Iterator[tuple[float, float]]:
    """Left and right of each run of up to ``_MOST_CHARACTERS`` characters, pixels."""
    n = len(line.text)
    edges = [line.box_of(i, i).x0 * px for i in range(n)] + [line.box_of(n - 1, n).x1 * px]
    for i in range(n):
        for j in range(i + 1, min(n, i + _MOST_CHARACTERS) + 1):
            yield edges[i], edges[j]


def _closed_paths(
    worth: _Values, spans: NDArray[np.float64], middle: float, size: float
) -> Iterator[_Path]:
    """For each word (left, right) the closed path around it that most ink lies on, if it is a circle's."""
    if not len(spans := spans[_hopeful(worth, spans, middle, size)]):
        return
    offsets = _offsets(size)
    values, xs, ys = _along(worth, spans, middle, size, _ANGLES)
    # No path is better than the best ink at each angle.
    most = values.max(axis=2)
    hopeful = (most.mean(axis=1) >= _LEAST_COVER) & (
        most.reshape(len(most), 8, -1).mean(axis=2).min(axis=1) >= _LEAST_SECTOR
    )
    if not hopeful.any():
        return
    values, xs = values[hopeful], xs[hopeful]
    # Of two ways on ink the outer one: the inner runs through the characters.
    outward = np.where(values > 0, _OUTWARD * offsets / size, np.float32(0))
    # Once round and a third: where the way begins is forgotten by then.
    turn = np.arange(_WARM_UP + _ANGLES) % _ANGLES
    ways = _best_ways((values + outward)[:, turn])[:, _WARM_UP:]
    steps = turn[_WARM_UP:]
    for no, way in enumerate(ways):
        on = values[no, steps, way]
        px, py = xs[no, steps, way], ys[steps, way]
        round_ = np.ptp(px) >= 0.9 * np.ptp(py) and _closes(offsets[way], size)
        if round_ and _is_circle(on, py, middle, size):
            box = (float(px.min()), float(py.min()), float(px.max()), float(py.max()))
            yield _Path(float(on.mean()), box)


def _hopeful(
    worth: _Values, spans: NDArray[np.float64], middle: float, size: float
) -> NDArray[np.bool_]:
    """The words around which a few angles show ink: most have too little, and are not looked at again."""
    values, _, _ = _along(worth, spans, middle, size, _ANGLES // 4)
    few: NDArray[np.bool_] = values.max(axis=2).mean(axis=1) >= _LEAST_COVER - _DOUBT
    return few


def _offsets(size: float) -> NDArray[np.float32]:
    return np.arange(_INNER * size, _OUTER * size, 1.0, dtype=np.float32)


def _along(
    worth: _Values, spans: NDArray[np.float64], middle: float, size: float, count: int
) -> tuple[_Values, _Values, _Values]:
    """What lies on the rays out of each word, ``count`` of them: worth (word, angle, offset), x and y."""
    left, right = spans[:, 0].astype(np.float32), spans[:, 1].astype(np.float32)
    wide = np.maximum((right - left) / 2, 0.5 * size)[:, None, None]
    offsets = _offsets(size)
    angles = np.arange(count, dtype=np.float32) * np.float32(2 * np.pi / count)
    cos, sin = np.cos(angles)[None, :, None], np.sin(angles)[None, :, None]
    xs = ((left + right) / 2)[:, None, None] + cos * (wide + offsets)
    ys = np.float32(middle) + sin[0] * (0.5 * size + np.maximum(offsets, 0)).astype(np.float32)
    height, width = worth.shape
    column, row = np.rint(xs).astype(np.int32), np.rint(ys).astype(np.int32)
    off = (column < 0) | (column >= width) | ((row < 0) | (row >= height))[None]
    at = np.clip(row, 0, height - 1)[None] * width + np.clip(column, 0, width - 1)
    return np.where(off, np.float32(0), worth.ravel()[at]), xs, ys


def _is_circle(on: _Values, py: _Values, middle: float, size: float) -> bool:
    if on.mean() < _LEAST_COVER or on.reshape(8, -1).mean(axis=1).min() < _LEAST_SECTOR:
        return False
    if py.min() > middle - _OUT * size or py.max() < middle + _OUT * size:
        return False
    return bool(np.ptp(py) >= _LEAST_HEIGHT * size)


def _closes(offsets: _Values, size: float) -> bool:
    return abs(float(offsets[0] - offsets[-1])) <= 0.35 * size


def _best_ways(values: _Values) -> NDArray[np.intp]:
    """For each word and angle the offset of the way with most ink on it, bent as little as it needs."""
    words, count, width = values.shape
    came = np.zeros((words, count, width), dtype=np.int8)
    # Beyond the innermost and the outermost offset there is no way.
    before = np.full((words, width + 2 * _FARTHEST), -np.inf, dtype=values.dtype)
    total = values[:, 0]
    for at in range(1, count):
        before[:, _FARTHEST:-_FARTHEST] = total
        best = total.copy()
        for shift in _SHIFTS[1:]:
            moved = before[:, _FARTHEST - shift :][:, :width] - values.dtype.type(
                _BEND * abs(shift)
            )
            better = moved > best
            best[better] = moved[better]
            came[:, at][better] = shift
        total = best + values[:, at]
    ways = np.zeros((words, count), dtype=np.intp)
    ways[:, -1] = total.argmax(axis=1)
    rows = np.arange(words)
    for at in range(count - 1, 0, -1):
        ways[:, at - 1] = ways[:, at] - came[rows, at, ways[:, at]]
    return ways


def _best(found: Sequence[tuple[_Path, float]]) -> list[_Path]:
    """Of paths that overlap, the one with most ink on it; of equals the outermost."""
    kept: list[_Path] = []
    for path, _size in sorted(found, key=_worth):
        box = Box(*path.box)
        if all(box.share_inside(Box(*k.box)) < 0.35 > Box(*k.box).share_inside(box) for k in kept):
            kept.append(path)
    return kept


def _worth(found: tuple[_Path, float]) -> tuple[int, float]:
    return -round(20 * found[0].cover), -Box(*found[0].box).area


def _mark(path: _Path, scale: Scale) -> Mark:
    x0, y0, x1, y1 = (v / scale.px_per_unit for v in path.box)
    sure = min(0.9, 0.6 + 4.0 * (path.cover - _LEAST_COVER))
    return Mark("circle", Box(max(x0, 0.0), max(y0, 0.0), x1, y1).rounded(), round(sure, 3))
