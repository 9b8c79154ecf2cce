"""Ticks in cells that a stamp reaches into, where the stamp is not red and could not be taken out.

The other cells of the column show how large its ticks are and where they stand; a stroke of that size, at
that place, of the shape of a tick is one, whatever else the stamp left in the cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np

from extractor.core.geometry import Box
from extractor.core.page import Cell, Mark
from extractor.imaging.ink import Mask, Place, Scale, box_around, cell_pixels
from extractor.imaging.strokes import kind_of

TICKED_CELLS = 3
"""Ticks of a column from which the size and place of others are known."""

SIZE = 0.3
"""How far a tick may differ from the usual one of its column, as a share of its size."""

AWAY = 0.5
"""How far it may stand from its usual place, in sizes of the usual tick."""

ROOM = 0.08
"""Paper taken in around the usual place, in sizes of the usual tick: the next stroke is cut off."""

SURE = 0.8
"""How sure such a tick is at most."""


def with_ticks_beside_stamps(
    marks: Sequence[Mark], ink: Mask, cells: Sequence[Cell], scale: Scale
) -> list[Mark]:
    """``marks`` and the ticks found beside other ink in columns whose other cells are ticked.

    Args:
        marks: one a cell at most, upright points.
        ink: of the page.
        cells: of all tables, upright points.
        scale: of ``ink``.
    """
    columns: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        columns[round(cell.box.x0 / 3), round(cell.box.x1 / 3)].append(cell)
    ticks = [m for m in marks if m.kind == "tick"]
    kept = list(marks)
    for column in columns.values():
        held = [(c, [m for m in ticks if c.box.contains_point(m.box.cx, m.box.cy)]) for c in column]
        known = [_moved(c, own[0].box) for c, own in held if len(own) == 1]
        if len(known) < TICKED_CELLS:
            continue
        usual = Box(*(median(getattr(b, edge) for b in known) for edge in ("x0", "y0", "x1", "y1")))
        for cell in (c for c, own in held if not own):
            mark = _tick_like(ink, cell, usual, scale)
            if mark is not None:
                other = [m for m in kept if cell.box.contains_point(m.box.cx, m.box.cy)]
                kept = [m for m in kept if m not in other or m.kind != "handwriting"]
                kept.append(mark)
    return kept


def _moved(cell: Cell, box: Box) -> Box:
    """A box measured from the middle of the left side of its cell."""
    x, y = cell.box.x0, cell.box.cy
    return Box(box.x0 - x, box.y0 - y, box.x1 - x, box.y1 - y)


def _tick_like(ink: Mask, cell: Cell, usual: Box, scale: Scale) -> Mark | None:
    """The tick in the ink at the usual place of a cell, cut free of what touches it from outside."""
    place = _place(cell_pixels(ink, cell, scale), cell, usual, scale)
    patch = np.ascontiguousarray(ink[place])
    if min(patch.shape, default=0) < scale.px_per_mm or not patch.any():
        return None
    _, labels, stats, _ = cv2.connectedComponentsWithStats(patch, connectivity=8)
    stroke = np.asarray(labels == 1 + int(stats[1:, 4].argmax()), dtype=np.uint8)
    box = box_around(stroke, place, scale)
    kind, confidence = kind_of(stroke, scale.px_per_mm)
    if kind != "tick" or not _is_usual(_moved(cell, box), usual):
        return None
    return Mark("tick", box, min(confidence, SURE))


def _place(inside: Place, cell: Cell, usual: Box, scale: Scale) -> Place:
    """The pixels where the tick of a cell would stand, with a little room, within the cell."""
    px, (rows, columns) = scale.px_per_unit, inside
    box = usual.expanded(ROOM * max(usual.width, usual.height))
    x, y = cell.box.x0, cell.box.cy
    return (
        slice(max(rows.start, round((y + box.y0) * px)), min(rows.stop, round((y + box.y1) * px))),
        slice(max(columns.start, round((x + box.x0) * px)), min(columns.stop, round((x + box.x1) * px))),
    )  # fmt: skip


def _is_usual(box: Box, usual: Box) -> bool:
    size = max(usual.width, usual.height)
    alike = (
        abs(box.width - usual.width) <= SIZE * size
        and abs(box.height - usual.height) <= SIZE * size
    )
    near = abs(box.cx - usual.cx) <= AWAY * size and abs(box.cy - usual.cy) <= AWAY * size
    return alike and near
