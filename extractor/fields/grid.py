"""Looking into grids that a stamp or a crease has cut into more cells than were printed."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.core.geometry import union_box
from extractor.core.page import Cell, Line, Table

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
    return _joined(filled)


def _joined(cells: Sequence[Cell]) -> Cell:
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
