"""Two sheets side by side on one scan (A3 glass, an opened booklet) as two pages of their own.

Decided from what was read: a landscape page with nothing across its middle and a full sheet's worth
on either side. A fold-out with one wide table has rulings or headings across, or short entries on
common lines; it stays whole. Splitting wrongly tears rows apart, so doubt leaves the page whole.
All coordinates are upright points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from extractor.core.geometry import Box, Size, Transform
from extractor.core.page import Line, ReadPage, Table
from extractor.tables.believed import with_aligned_tables

_SHAPE = (1.2, 1.75)
_NEAR_MIDDLE = 0.06
_LEAST_GAP = 0.035
_LEAST_GAP_SMALL = 0.06
_LARGE_PT = 1000.0
"""Wider pages are A3 (1191 pt); two sheets on less are reduced prints, for which more is asked."""
_LEAST_LINES = 4
_LEAST_CHARACTERS = 30
_LEAST_WIDTH = 0.5
_IN_ROW = 0.6


def parted(page: ReadPage) -> ReadPage:
    """``page`` itself, or its left sheet with the right one in ``right``."""
    middle = gutter(page)
    if middle is None:
        return page
    width, height = page.upright.width_pt, page.upright.height_pt
    left = _half(page, 0.0, middle, Size(middle, height))
    right = _half(page, middle, width, Size(width - middle, height))
    return replace(left, right=right)


def gutter(page: ReadPage) -> float | None:
    """Where two sheets meet (x); ``None`` where there is one sheet."""
    width, height = page.upright.width_pt, page.upright.height_pt
    if height <= 0 or not _SHAPE[0] <= width / height <= _SHAPE[1]:
        return None
    ruled = [t for t in page.tables if t.method == "ruled"]
    lines = [line for line in page.lines if line.confidence >= 0.5]
    gap = _gap([*(t.box for t in ruled), *(line.box for line in lines)], width)
    least = _LEAST_GAP if width >= _LARGE_PT else _LEAST_GAP_SMALL
    if gap is None or gap[1] - gap[0] < least * width:
        return None
    middle = min(max(width / 2, gap[0] + 1), gap[1] - 1)
    sides = [
        [line for line in lines if line.box.cx < middle],
        [line for line in lines if line.box.cx >= middle],
    ]
    if not all(_fills(side, width / 2) for side in sides):
        return None
    tabled = [any((t.box.cx < middle) == left for t in ruled) for left in (True, False)]
    if not all(tabled) and _one_table(sides[0], sides[1], width / 2):
        return None
    return middle


def _gap(boxes: Sequence[Box], width: float) -> tuple[float, float] | None:
    """The free stretch nearest the middle of the page."""
    low, high = (0.5 - _NEAR_MIDDLE) * width, (0.5 + _NEAR_MIDDLE) * width
    spans = sorted((b.x0, b.x1) for b in boxes)
    reached, gaps = 0.0, []
    for x0, x1 in spans:
        if x0 > reached:
            gaps.append((reached, x0))
        reached = max(reached, x1)
    near = [g for g in gaps if g[0] < high and g[1] > low and g[0] > 0]
    return max(near, key=lambda g: g[1] - g[0], default=None)


def _fills(side: Sequence[Line], room: float) -> bool:
    """Whether the lines are a sheet's worth: enough of them, over enough of its width."""
    if len(side) < _LEAST_LINES or sum(len(q.text) for q in side) < _LEAST_CHARACTERS:
        return False
    return max(q.box.x1 for q in side) - min(q.box.x0 for q in side) >= _LEAST_WIDTH * room


def _one_table(left: Sequence[Line], right: Sequence[Line], room: float) -> bool:
    """Whether both sides look like columns of one table: short entries that stand in common rows.

    Sheets of one print have common rows too, but lines of prose, which fill their side.
    """
    if median(q.box.width for q in (*left, *right)) >= 0.45 * room:
        return False
    in_row = sum(
        any(abs(q.box.cy - other.box.cy) < 0.3 * q.box.height for other in right) for q in left
    )
    return in_row >= _IN_ROW * len(left)


def _half(page: ReadPage, x0: float, x1: float, size: Size) -> ReadPage:
    move = Transform.affine(1, 0, -x0, 0, 1, 0)

    def here(box: Box) -> bool:
        return x0 <= box.cx < x1

    def moved(box: Box) -> Box:
        return box if x0 == 0 else move.box(box).rounded()

    lines = tuple(
        replace(q, box=moved(q.box), char_x=tuple(round(x - x0, 2) for x in q.char_x))
        for q in page.lines
        if here(q.box)
    )
    kept = [t for t in page.tables if t.method == "ruled" and here(t.box)]
    tables = [_moved_table(t, move, x0) for t in kept]
    return replace(
        page,
        upright=size,
        to_viewer=page.to_viewer if x0 == 0 else move.inverse().then(page.to_viewer),
        lines=lines,
        tables=with_aligned_tables(tables, lines, size),
        seals=tuple(replace(s, box=moved(s.box)) for s in page.seals if here(s.box)),
        marks=tuple(replace(m, box=moved(m.box)) for m in page.marks if here(m.box)),
    )


def _moved_table(table: Table, move: Transform, x0: float) -> Table:
    if x0 == 0:
        return table
    cells = tuple(
        replace(
            c,
            box=move.box(c.box),
            lines=tuple(
                replace(
                    q,
                    box=move.box(q.box).rounded(),
                    char_x=tuple(round(x - x0, 2) for x in q.char_x),
                )
                for q in c.lines
            ),
        )
        for c in table.cells
    )
    return replace(table, box=move.box(table.box), cells=cells)
