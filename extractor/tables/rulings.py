"""Ruling lines of a page image: where thin straight dark strokes run, measured along their length.

The picture is looked at once for horizontal strokes and once, transposed, for vertical ones:

    image -> darkness against the surroundings across the stroke (black-hat) -> ink
          -> long runs, joined over small gaps -> strokes
          -> each stroke measured tile by tile -> :class:`Ruling`, if it is a line and not text
          -> short runs, where both ends are anchored on the lines found -> measured likewise

A line is told from a row of characters by two measurements: it is dark without gaps (``solid``),
or at least one of its sides is free of ink. Positions are image pixels throughout this module.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SHORTEST_PT = 6.0  # side of the lowest table cell worth reading (a 5.5 pt font)
LONG_PT = 24.0  # longer than the strokes of body text and of most titles
THICKEST_PT = 4.5  # bold frames are up to 3 pt, and printing and thresholds widen them
BRIDGE_PT = 8.0  # a worn line is one line over gaps up to this
REST_PT = 1.5  # a short stroke ends this near to the line it stands on
DASH_GAP_PT = 2.6  # gaps inside dashed and dotted lines
PIECE_PT = 12.0  # shortest piece of a worn or dashed line
DASHED_LONG_PT = 36.0  # shortest dashed line believed
TILE_PT = 50.0  # a line bent by a curled page is straight over this length
MAX_SLOPE = 0.06  # 3.4 degrees: the keystone that a photographed page may have left
RED_STROKE_PT = 70.0  # the flat part of a stamp's ring is shorter than this


@dataclass(frozen=True, slots=True)
class Ruling:
    """One drawn line. ``t`` runs along it, ``pos`` across it (x and y, or y and x).

    Attributes:
        lo: first pixel along the line.
        hi: one past the last pixel along the line.
        t, pos: points of the line, ascending in ``t``, at least one.
        slope: change of ``pos`` for one pixel along.
        half: how far its ink reaches to either side, a near parallel line included.
        dark: for each pixel of ``lo..hi`` whether ink is there (dash gaps closed).
        ink: the same as seen, gaps left open.
    """

    lo: int
    hi: int
    t: tuple[float, ...]
    pos: tuple[float, ...]
    slope: float
    half: float
    dark: Mask
    ink: Mask

    @property
    def length(self) -> int:
        return self.hi - self.lo

    def at(self, t: float) -> float:
        """Position across at ``t``: between the measured points straight, beyond them by slope."""
        if t <= self.t[0]:
            return self.pos[0] + self.slope * (t - self.t[0])
        if t >= self.t[-1]:
            return self.pos[-1] + self.slope * (t - self.t[-1])
        return float(np.interp(t, self.t, self.pos))


class Strokes:
    """The strokes of one direction of a page image, measured on demand.

    ``gray`` holds dark ink on light paper; strokes run left to right (transpose for the others).
    ``red`` is ``True`` where ink is red, at half the resolution.
    """

    def __init__(self, gray: Gray, px_per_pt: float, red: Mask | None = None) -> None:
        self.px = px_per_pt
        self.red = red
        kernel = np.ones((_odd(THICKEST_PT * px_per_pt, 7), 1), np.uint8)
        self.darkness = _u8(cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, kernel))
        # An average over 5 pixels along the stroke is compared with the threshold.
        grain = 4.0 * _noise(gray) / math.sqrt(5)
        self.threshold = min(max(grain + 4.0, 11.0), 32.0)
        ink = _u8(cv2.blur(self.darkness, (5, 1)) > self.threshold)
        self._ink = _u8(cv2.dilate(ink, np.ones((3, 1), np.uint8)))  # a slanted hairline steps

    def long_rulings(self) -> tuple[Ruling, ...]:
        """Lines of at least ``LONG_PT``, unbroken or over small gaps, and longer dashed ones."""
        px = self.px
        solid = self._open(self._ink, LONG_PT * px)
        self._rest = _u8(cv2.subtract(self._ink, cv2.dilate(solid, np.ones((3, 3), np.uint8))))
        dashed = self._open(self._close(self._rest, DASH_GAP_PT * px + 1), PIECE_PT * px)
        # A worn line leaves long pieces and short ones: both are joined over the gaps.
        both = self._close(cv2.bitwise_or(solid, dashed), BRIDGE_PT * px)
        _, labels, stats = _components(both)
        width, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_AREA]
        keep = (width >= LONG_PT * px) & (area <= (THICKEST_PT * px + 3) * width)
        keep[0] = False
        found: list[Ruling] = []
        for label in np.flatnonzero(keep):
            x, y, w, h = (int(v) for v in stats[label, :4])
            place = (slice(y, y + h), slice(x, x + w))
            mask = np.asarray(labels[place] == label)
            is_dashed = not (solid[place][mask]).any()
            ruling = _measure(mask, x, y, self, is_dashed)
            if ruling is not None:
                found.append(ruling)
        return tuple(found)

    def short_rulings(
        self, across: Sequence[Ruling], along: Sequence[Ruling]
    ) -> tuple[Ruling, ...]:
        """Lines shorter than ``LONG_PT`` that rest with both ends on a line of ``across``.

        One end may instead continue a line of ``along``. Character strokes seldom do either.
        """
        px = self.px
        rest = self._open(self._rest, max(SHORTEST_PT * px, 9))
        _, labels, stats = _components(self._close(rest, DASH_GAP_PT * px))
        x, y = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
        w, h = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
        keep = (w >= SHORTEST_PT * px) & (h <= 2 * THICKEST_PT * px + 3)
        keep[0] = False
        numbers = np.flatnonzero(keep)
        middle = y[numbers] + h[numbers] / 2
        ends = [x[numbers].astype(float), (x[numbers] + w[numbers]).astype(float)]
        # The smoothed ink is 2 pixels longer at each end than the stroke; measured ones are exact.
        on_line = [_rests(end, middle, across, REST_PT * px + 2) for end in ends]
        goes_on = [_continues(end, middle, along, BRIDGE_PT * px, 1.0 * px + 1) for end in ends]
        anchored = (on_line[0] | goes_on[0]) & (on_line[1] | goes_on[1])
        found: list[Ruling] = []
        for label in numbers[anchored]:
            x0, y0, w0, h0 = (int(v) for v in stats[label, :4])
            mask = np.asarray(labels[y0 : y0 + h0, x0 : x0 + w0] == label)
            ruling = _measure(mask, x0, y0, self, False)
            if ruling is not None:
                found.append(ruling)
        return tuple(found)

    def drawn_between(self, a: tuple[float, float], b: tuple[float, float]) -> float:
        """How much of the straight way between two points (t, pos) is drawn, 0..1.

        For worn lines, whose pieces are too short to be found without knowing where to look. 0
        where characters rather than a line are the likelier reason for the ink.
        """
        t = np.arange(max(0, round(a[0])), min(round(b[0]), self.darkness.shape[1]))
        if len(t) < 3:
            return 0.0
        reach = math.ceil(3.0 * self.px) + 2
        pos = np.rint(a[1] + (b[1] - a[1]) * (t - a[0]) / max(b[0] - a[0], 1.0)).astype(int)
        rows = pos[None, :] + np.arange(-reach, reach + 1)[:, None]
        around = self.darkness[np.clip(rows, 0, self.darkness.shape[0] - 1), t[None, :]]
        band = math.ceil(0.5 * self.px)
        beside = band + math.ceil(0.5 * self.px)
        near = _u8(cv2.blur(around[reach - band : reach + band + 1], (5, 1))).max(axis=0)
        dark = near > self.threshold
        first, last = round(1.2 * self.px), max(round(3.2 * self.px), round(1.2 * self.px) + 2)
        if not (dark[first:last].any() and dark[-last:-first].any()):
            return 0.0  # characters in a cell leave both ends of the way across it free
        ink = max(2 * self.threshold, 0.4 * float(np.median(near[dark])))
        above = around[: reach - beside].max(axis=0) > ink
        below = around[reach + beside + 1 :].max(axis=0) > ink
        dark = _close_gaps(dark, self.px)
        solid = float(dark.mean())
        other = max(float(above.mean()), float(below.mean()))
        return solid if solid >= 0.95 or (solid >= 0.6 and other < 0.3) else 0.0

    @staticmethod
    def _open(mask: Gray, length: float) -> Gray:
        kernel = np.ones((1, max(2, round(length))), np.uint8)
        return _u8(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel))

    @staticmethod
    def _close(mask: NDArray[Any], length: float) -> Gray:
        kernel = np.ones((1, max(2, round(length))), np.uint8)
        return _u8(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel))


def _u8(picture: NDArray[Any]) -> Gray:
    return np.asarray(picture, dtype=np.uint8)


def _components(mask: Gray) -> tuple[int, NDArray[Any], NDArray[np.int32]]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return count, labels, np.asarray(stats, dtype=np.int32)


def _rests(
    t: NDArray[np.float64], pos: NDArray[np.float64], across: Sequence[Ruling], touch: float
) -> Mask:
    """Which points (``t`` along, ``pos`` across) lie on one of the crossing lines."""
    hit = np.zeros(len(t), bool)
    for line in across:
        near = (pos >= line.lo - touch) & (pos <= line.hi + touch)
        middle = line.at((line.lo + line.hi) / 2)
        at = middle + line.slope * (pos - (line.lo + line.hi) / 2)
        hit |= near & (np.abs(t - at) <= touch)
    return hit


def _continues(
    t: NDArray[np.float64],
    pos: NDArray[np.float64],
    along: Sequence[Ruling],
    reach: float,
    touch: float,
) -> Mask:
    """Which points lie just before or behind the end of a line of the same direction."""
    hit = np.zeros(len(t), bool)
    for line in along:
        for end in (line.lo, line.hi):
            hit |= (np.abs(t - end) <= reach) & (np.abs(pos - line.at(end)) <= touch)
    return hit


def _odd(value: float, least: int = 3) -> int:
    return max(least, 2 * int(value / 2) + 1)


def _noise(gray: Gray) -> float:
    """Standard deviation of the paper's grain, from neighbours (robust: text is the minority)."""
    sample = gray[::3, ::2].astype(np.int16)
    steps = np.abs(sample[:, 1:] - sample[:, :-1])
    return float(np.median(steps)) * 1.4826 / math.sqrt(2) if steps.size else 0.0


def _measure(mask: Mask, x0: int, y0: int, strokes: Strokes, dashed: bool) -> Ruling | None:
    """The line inside one stroke of the mask, or ``None`` where it turns out to be something else."""
    px, width = strokes.px, mask.shape[1]
    n_tiles = max(1, round(width / (TILE_PT * px)))
    edges = np.linspace(0, width, n_tiles + 1).astype(int)
    times: list[float] = []
    places: list[float] = []
    halves: list[float] = []
    dark = np.zeros(width, bool)
    sides = np.zeros((2, width), bool)
    redness = 0.0
    for a, b in itertools.pairwise(edges):
        rows = np.flatnonzero(mask[:, a:b].any(axis=1))
        if b - a < 2 or rows.size == 0:
            continue
        top, bottom = y0 + int(rows[0]), y0 + int(rows[-1]) + 1
        tile = _measure_tile(strokes, top, bottom, x0 + a, x0 + b)
        if tile is None:
            continue
        times.append(x0 + (a + b) / 2)
        places.append(tile.pos)
        halves.append(max(tile.pos - top, bottom - 1 - tile.pos, 0.5))
        dark[a:b] = tile.dark
        sides[:, a:b] = tile.sides
        if strokes.red is not None:
            redness += (b - a) * _red_share(strokes.red, tile.pos, x0 + a, x0 + b)
    if not times:
        return None
    dark, begin, end = _trim(dark, px, dashed)
    if end - begin < (DASHED_LONG_PT if dashed else SHORTEST_PT) * px:
        return None
    if redness > 0.5 * width and end - begin < RED_STROKE_PT * px:
        return None
    is_long = end - begin >= DASHED_LONG_PT * px
    if not _is_line(dark[begin:end], sides[:, begin:end], is_long):
        return None
    slope = float(np.polyfit(times, places, 1)[0]) if len(times) > 1 else 0.0
    if abs(slope) > MAX_SLOPE:
        return None
    ink = dark[begin:end]
    points = (tuple(times), tuple(places))
    half = float(np.median(halves))
    return Ruling(x0 + begin, x0 + end, *points, slope, half, _close_gaps(ink, px), ink)


@dataclass(frozen=True, slots=True)
class _Tile:
    pos: float
    dark: Mask  # for each column: ink on the line
    sides: Mask  # (2, columns): ink just above, just below


def _measure_tile(strokes: Strokes, top: int, bottom: int, x0: int, x1: int) -> _Tile | None:
    darkness, px = strokes.darkness, strokes.px
    top, bottom = max(0, top - 1), min(darkness.shape[0], bottom + 1)
    band = darkness[top:bottom, x0:x1].astype(np.float32)
    profile = np.minimum(band, 4 * strokes.threshold).mean(
        axis=1
    )  # even darkness beats a few blots
    best = int(profile.argmax())
    if profile[best] < 0.4 * strokes.threshold:
        return None
    first = last = best
    while first > 0 and profile[first - 1] > 0.5 * profile[best]:
        first -= 1
    while last + 1 < len(profile) and profile[last + 1] > 0.5 * profile[best]:
        last += 1
    weights = profile[first : last + 1]
    pos = top + float((np.arange(first, last + 1) * weights).sum() / weights.sum())
    # The darkest of the rows beside the best one too: a hairline may be slanted within the tile.
    near = band[max(0, best - 1) : best + 2].max(axis=0)
    level = max(0.5 * float(np.median(near)), 0.6 * strokes.threshold)
    reach_a, reach_b = round(1.0 * px) + 1, round(3.0 * px) + 2
    centre = round(pos)
    half = (last - first) // 2
    above = darkness[max(0, centre - half - reach_b) : max(0, centre - half - reach_a), x0:x1]
    below = darkness[centre + half + reach_a + 1 : centre + half + reach_b + 1, x0:x1]
    ink = max(2 * strokes.threshold, 0.4 * float(np.median(near)))
    sides = np.stack(
        [
            part.max(axis=0) > ink if part.size else np.zeros(x1 - x0, bool)
            for part in (above, below)
        ]
    )
    return _Tile(pos, near >= level, sides)


def _red_share(red: Mask, pos: float, x0: int, x1: int) -> float:
    row = red[min(round(pos / 2), red.shape[0] - 1), x0 // 2 : max(x1 // 2, x0 // 2 + 1)]
    return float(row.mean()) if row.size else 0.0


def _runs(dark: Mask) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each stretch of ``True``."""
    steps = np.flatnonzero(np.diff(np.concatenate([[0], dark.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(steps[::2], steps[1::2], strict=True)]


def _trim(dark: Mask, px: float, dashed: bool) -> tuple[Mask, int, int]:
    """Drop what is chained to the ends of a line but is not of it: character strokes over a gap."""
    runs = _runs(_close_gaps(dark, px))
    shortest = 0.0 if dashed else 10.0 * px
    longest = max((b - a for a, b in runs), default=0)
    while len(runs) > 1 and runs[0][1] - runs[0][0] < min(shortest, longest):
        runs.pop(0)
    while len(runs) > 1 and runs[-1][1] - runs[-1][0] < min(shortest, longest):
        runs.pop()
    return (dark, runs[0][0], runs[-1][1]) if runs else (dark, 0, 0)


def _close_gaps(dark: Mask, px: float) -> Mask:
    gap = DASH_GAP_PT * px + 1
    closed = dark.copy()
    runs = _runs(dark)
    for (_, end), (start, _) in itertools.pairwise(runs):
        if start - end <= gap:
            closed[end:start] = True
    return closed


def _is_line(dark: Mask, sides: Mask, is_long: bool) -> bool:
    """Without gaps; or with few and free on one side; or, if long, with many and free on both.

    The rows of small print look like dashed lines, but they have a body above or below.
    """
    solid = float(dark.mean())
    free, other = sorted(float(share) for share in sides.mean(axis=1))
    if not is_long and free >= 0.35:  # between strokes on both sides: one of a character's own
        return False
    if solid >= 0.9 or (solid >= 0.65 and free < 0.25 and other < 0.6):
        return True
    return is_long and solid >= 0.3 and other < 0.35
