"""Looking into grids that a stamp or a crease has cut into more cells than were printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.core.geometry import Box, union_box
from extractor.core.page import Cell, Line, Table
from extractor.tables.cells import fill_tables

#: Two lines one of which lies this much inside the other were read from the same ink.
SAME_INK = 0.7


def column_cell(table: Table, row: int, col0: int, col1: int) -> Cell | None:
    """What stands in grid columns ``col0..col1`` of a row, as one cell.

    A false ruling inside the column splits its cell; the pieces are put together again. A cell that
    spans well beyond the column is returned as it is. ``None`` outside the grid.
    """
    cells: list[Cell] = []
    for col in range(col0, col1):
        cell = table.at(row, col)
        if cell is not None and not any(cell is other for other in cells):
            cells.append(cell)
    inside = [c for c in cells if c.col >= col0 and c.col + c.col_span <= col1]
    if not inside:
        return max(
            cells, key=lambda c: min(c.col + c.col_span, col1) - max(c.col, col0), default=None
        )
    filled = [c for c in inside if c.lines]
    if len(filled) <= 1:
        return filled[0] if filled else inside[0]
    return joined_cells(filled)


def joined_cells(cells: Sequence[Cell]) -> Cell:
    """Several cells with text as one, in the place of the first."""
    lines = distinct_ink([line for cell in cells for line in cell.lines])
    lines = tuple(sorted(lines, key=lambda line: (round(line.box.cy / 4), line.box.x0)))
    first = min(cells, key=lambda c: (c.row, c.col))
    box = union_box(c.box for c in cells) or first.box
    return Cell(
        row=first.row,
        col=first.col,
        row_span=max(c.row_span for c in cells),
        col_span=max(c.col + c.col_span for c in cells) - first.col,
        box=box,
        lines=lines,
    )


def distinct_ink(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without those that lie inside a longer one: the same ink read twice."""
    return tuple(
        line
        for line in lines
        if not any(
            other is not line
            and len(other.text) > len(line.text)
            and line.box.share_inside(other.box) > SAME_INK
            for other in lines
        )
    )


@dataclass(frozen=True, slots=True)
class RowCell:
    """A column's cell in a row. ``divided``: cut out of one that spans several columns of the list,
    because a ruling was missed (or was never drawn)."""

    cell: Cell
    divided: bool = False


def row_cells(table: Table, row: int, columns: Sequence[tuple[int, int]]) -> list[RowCell | None]:
    """What stands in each of the grid column ranges ``columns`` of a row; ``None`` outside the grid.

    A cell that spans several of them is divided where the columns meet elsewhere in the table.
    """
    found: list[RowCell | None] = []
    for col0, col1 in columns:
        cell = column_cell(table, row, col0, col1)
        found.append(None if cell is None else RowCell(cell))
    for own in tuple(found):
        if own is None or own.divided:
            continue
        shared = [k for k, other in enumerate(found) if other and other.cell is own.cell]
        if len(shared) < 2:
            continue
        parts = _divided(table, own.cell, [columns[k] for k in shared])
        for k, part in zip(shared, parts, strict=True):
            found[k] = RowCell(part, divided=True)
    return found


def _divided(table: Table, cell: Cell, columns: Sequence[tuple[int, int]]) -> list[Cell]:
    boxes = []
    for col0, col1 in columns:
        own = [c.box for c in table.cells if c.col == col0 and c.col + c.col_span == col1]
        left = min((b.x0 for b in own), default=cell.box.x0)
        right = max((b.x1 for b in own), default=cell.box.x1)
        boxes.append(Box(left, cell.box.y0, max(right, left), cell.box.y1))
    empty = [Cell(0, k, 1, 1, box) for k, box in enumerate(boxes)]
    outline = union_box(boxes) or cell.box
    (filled,) = fill_tables((Table(outline, 1, len(boxes), tuple(empty), "ruled"),), cell.lines)
    return [
        Cell(cell.row, col0, cell.row_span, col1 - col0, part.box, part.lines)
        for (col0, col1), part in zip(columns, filled.cells, strict=True)
    ]
