"""From ruling lines to lattices: which lines belong together, and where they cross.

    rulings -> crossing groups -> row and column lines -> lattice of elementary cells

Positions are image pixels. A lattice line is not parallel to the image border but follows the
slant that the group's own rulings show, so a remaining skew or a keystone moves no cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.tables.rulings import LONG_PT, REST_PT, Mask, Ruling

TOUCH_PT = 4.0  # lines that end this near to another are meant to touch it
SAME_LINE_PT = 3.0  # strokes of one drawn line, after the slant is taken out
DOUBLE_PT = 4.6  # two lines nearer than this are a double line: no text fits between
STAGGER_PT = 8.0  # lines of different rows nearer than this are one line drawn carelessly
OPEN_SIDE_PT = 9.0  # rows that reach this far beyond the last column line have an open side

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GridLine:
    """One row or column line of a table: drawn rulings (or a side left open), as one.

    Attributes:
        pos: across, at the middle of the table.
        dark: drawn along the line (small gaps closed), index 0 at pixel ``origin``.
        ink: the same with gaps open.
        rulings: those it was made of; empty for a side that nobody drew.
        half: half the thickness of all of them together.
    """

    pos: float
    origin: int
    dark: Mask
    ink: Mask
    rulings: tuple[Ruling, ...]
    half: float = 0.0

    def share(self, a: float, b: float) -> float:
        """How much of ``a..b`` is drawn, 0..1."""
        first, last = round(min(a, b)) - self.origin, round(max(a, b)) - self.origin
        if last <= first:
            return 0.0
        return float(self.dark[max(0, first) : max(0, last)].sum()) / (last - first)

    def has_ink(self, a: float, b: float) -> bool:
        """Whether anything is seen between ``a`` and ``b``, at least in one pixel."""
        first = round(min(a, b)) - self.origin
        last = max(round(max(a, b)) - self.origin, first + 1)
        return bool(self.ink[max(0, first) : max(0, last)].any())


@dataclass(frozen=True, slots=True)
class Lattice:
    """Row lines and column lines of one table, and how they slant."""

    rows: tuple[GridLine, ...]
    cols: tuple[GridLine, ...]
    row_slant: _Slant
    col_slant: _Slant

    def node(self, row: int, col: int) -> tuple[float, float]:
        """Where row line ``row`` meets column line ``col``, (x, y)."""
        y = self.rows[row].pos
        x = self.cols[col].pos
        for _ in range(2):
            x = _across(self.cols[col], self.col_slant, y)
            y = _across(self.rows[row], self.row_slant, x)
        return x, y


@dataclass(frozen=True, slots=True)
class _Slant:
    """Slope of the lines across ``pos``: ``base + twist * pos``, around ``middle`` along them."""

    base: float
    twist: float
    middle: float

    def level(self, pos: float, t: float) -> float:
        """Position at the middle of a line that passes ``pos`` at ``t``."""
        return pos - (self.base + self.twist * pos) * (t - self.middle)

    def at(self, level: float, t: float) -> float:
        return level + (self.base + self.twist * level) * (t - self.middle)


def _across(line: GridLine, slant: _Slant, t: float) -> float:
    """Position across at ``t``: as drawn there, by the slant where nothing is drawn."""
    for ruling in line.rulings:
        if ruling.lo <= t <= ruling.hi and abs(ruling.at(t) - slant.at(line.pos, t)) < 12:
            return ruling.at(t)
    return slant.at(line.pos, t)


# --- groups -------------------------------------------------------------------------------------


def crossing_groups(
    horizontal: Sequence[Ruling], vertical: Sequence[Ruling], px: float
) -> list[tuple[list[Ruling], list[Ruling]]]:
    """Rulings that hang together by crossings, a pair (horizontal, vertical) for each group.

    A short stroke stays only where both its ends rest on lines that cross it: character strokes
    do not. A long line stays where it meets at least one.
    """
    if not horizontal or not vertical:
        return []
    meets, h_ends, v_ends = _contacts(horizontal, vertical, TOUCH_PT * px, REST_PT * px + 2)
    h_short = np.array([r.length < LONG_PT * px for r in horizontal])
    v_short = np.array([r.length < LONG_PT * px for r in vertical])
    h_on = np.ones(len(horizontal), bool)
    v_on = np.ones(len(vertical), bool)
    while True:
        h_new = h_on & (meets & v_on).any(axis=1)
        h_new &= ~h_short | (h_ends & v_on).any(axis=2).all(axis=0)
        v_new = v_on & (meets & h_new[:, None]).any(axis=0)
        v_new &= ~v_short | (v_ends & h_new[:, None]).any(axis=1).all(axis=0)
        if (h_new == h_on).all() and (v_new == v_on).all():
            break
        h_on, v_on = h_new, v_new
    parent = list(range(len(horizontal) + len(vertical)))
    for i, j in zip(*np.nonzero(meets & h_on[:, None] & v_on), strict=True):
        parent[root_of(parent, int(i))] = root_of(parent, len(horizontal) + int(j))
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for i in np.flatnonzero(h_on):
        groups.setdefault(root_of(parent, int(i)), ([], []))[0].append(horizontal[i])
    for j in np.flatnonzero(v_on):
        groups.setdefault(root_of(parent, len(horizontal) + int(j)), ([], []))[1].append(
            vertical[j]
        )
    return list(groups.values())


def root_of(parent: list[int], item: int) -> int:
    """The representative of ``item`` in a union-find forest (shortens the way on its way)."""
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


def _contacts(
    horizontal: Sequence[Ruling], vertical: Sequence[Ruling], touch: float, rest: float
) -> tuple[Mask, Mask, Mask]:
    """Which lines meet (h, v); which meet at the low and high end of each (2, h, v)."""

    def measures(rulings: Sequence[Ruling]) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        middle = np.array([(r.lo + r.hi) / 2 for r in rulings])
        return (
            np.array([float(r.lo) for r in rulings]),
            np.array([float(r.hi) for r in rulings]),
            middle,
            np.array([r.at(m) for r, m in zip(rulings, middle, strict=True)]),
            np.array([r.slope for r in rulings]),
        )

    h_lo, h_hi, h_mid, h_pos, h_slope = (a[:, None] for a in measures(horizontal))
    v_lo, v_hi, v_mid, v_pos, v_slope = (a[None, :] for a in measures(vertical))
    x = v_pos + v_slope * (h_pos - v_mid)
    y = h_pos + h_slope * (x - h_mid)
    x = v_pos + v_slope * (y - v_mid)
    within_h = (x >= h_lo - touch) & (x <= h_hi + touch)
    within_v = (y >= v_lo - touch) & (y <= v_hi + touch)
    meets = within_h & within_v
    h_ends = np.stack([abs(x - h_lo) <= rest, abs(x - h_hi) <= rest]) & within_v
    v_ends = np.stack([abs(y - v_lo) <= rest, abs(y - v_hi) <= rest]) & within_h
    return meets, h_ends, v_ends


# --- lattice ------------------------------------------------------------------------------------


def lattice_of(
    horizontal: Sequence[Ruling], vertical: Sequence[Ruling], px: float
) -> Lattice | None:
    """The lattice that a group of crossing rulings spans; ``None`` where there is no cell in it."""
    row_slant, col_slant = _slant(horizontal), _slant(vertical)
    rows = _grid_lines(horizontal, row_slant, px)
    cols = _grid_lines(vertical, col_slant, px)
    rows, cols = _with_open_sides(rows, cols, px), _with_open_sides(cols, rows, px)
    if len(rows) < 2 or len(cols) < 2:
        return None
    return Lattice(tuple(rows), tuple(cols), row_slant, col_slant)


def _slant(rulings: Sequence[Ruling]) -> _Slant:
    middle = float(np.mean([(r.lo + r.hi) / 2 for r in rulings]))
    longest = max(r.length for r in rulings)
    sure = [r for r in rulings if len(r.t) > 1 and r.length > 0.4 * longest]
    if not sure:
        return _Slant(0.0, 0.0, middle)
    slopes = np.array([r.slope for r in sure])
    places = np.array([r.at(middle) for r in sure])
    if len(sure) >= 6 and np.ptp(places) > 0:
        twist, base = np.polyfit(places, slopes, 1)
        errors = np.abs(slopes - (base + twist * places))
        if np.median(errors) < 0.6 * np.median(np.abs(slopes - np.median(slopes))):
            return _Slant(float(base), float(twist), middle)
    return _Slant(float(np.median(slopes)), 0.0, middle)


def _grid_lines(rulings: Sequence[Ruling], slant: _Slant, px: float) -> list[GridLine]:
    """Strokes of one drawn line together, the longest leading; near doubles become one."""
    groups: list[tuple[float, list[Ruling]]] = []
    for ruling in sorted(rulings, key=lambda r: -r.length):
        level = _level(ruling, slant)
        near = [g for g in groups if abs(g[0] - level) <= SAME_LINE_PT * px]
        if near:
            min(near, key=lambda g: abs(g[0] - level))[1].append(ruling)
        else:
            groups.append((level, [ruling]))
    groups.sort(key=lambda g: g[0])
    lines = [_as_line(members, slant) for _, members in groups]
    merged: list[GridLine] = []
    for line in lines:
        if merged and _is_one_line(merged[-1], line, px):
            merged[-1] = _as_line([*merged[-1].rulings, *line.rulings], slant)
        else:
            merged.append(line)
    return merged


def _level(ruling: Ruling, slant: _Slant) -> float:
    return float(np.mean([slant.level(p, t) for t, p in zip(ruling.t, ruling.pos, strict=True)]))


def _as_line(rulings: Sequence[Ruling], slant: _Slant) -> GridLine:
    lo, hi = min(r.lo for r in rulings), max(r.hi for r in rulings)
    dark, ink = np.zeros((2, hi - lo), bool)
    for r in rulings:
        dark[r.lo - lo : r.hi - lo] |= r.dark
        ink[r.lo - lo : r.hi - lo] |= r.ink
    weight = sum(r.length for r in rulings)
    level = sum(_level(r, slant) * r.length for r in rulings) / weight
    half = max(abs(_level(r, slant) - level) + r.half for r in rulings)
    return GridLine(level, lo, dark, ink, tuple(rulings), half)


def _is_one_line(a: GridLine, b: GridLine, px: float) -> bool:
    gap = b.pos - a.pos
    if gap <= DOUBLE_PT * px:
        return True
    if gap > STAGGER_PT * px:
        return False
    lo, hi = min(a.origin, b.origin), max(a.origin + len(a.dark), b.origin + len(b.dark))
    both = np.zeros((2, hi - lo), bool)
    for row, line in enumerate((a, b)):
        both[row, line.origin - lo : line.origin - lo + len(line.dark)] = line.dark
    return float(both.all(axis=0).sum()) < 0.2 * float(both.sum(axis=1).min())


def _with_open_sides(lines: list[GridLine], across: list[GridLine], px: float) -> list[GridLine]:
    """Adds the outer line that nobody drew, where the crossing lines agree on running beyond."""
    if not across or not lines:
        return lines
    result = list(lines)
    lows = np.array([float(a.origin) for a in across])
    highs = np.array([float(a.origin + len(a.dark)) for a in across])
    begin, end = across[0].pos, across[-1].pos
    for outer, ends, beyond in (
        (lines[0].pos, lows, lines[0].pos - lows),
        (lines[-1].pos, highs, highs - lines[-1].pos),
    ):
        open_ends = ends[beyond > OPEN_SIDE_PT * px]
        if len(open_ends) < max(2, 0.6 * len(across)):
            continue
        side = float(np.median(open_ends))
        if np.mean(abs(open_ends - side) < OPEN_SIDE_PT * px) < 0.6:
            continue
        ink = np.ones(max(1, round(end - begin)), bool)
        drawn = GridLine(side, round(begin), ink, ink, ())
        result = [drawn, *result] if side < outer else [*result, drawn]
    return result
