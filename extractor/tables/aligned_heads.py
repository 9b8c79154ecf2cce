"""Headings over a table without rulings that are no row of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Table
from extractor.tables.aligned_runs import is_figure
from extractor.tables.cells import reading_order

HEADING_REACH = 3.0  # heights of a row: how far above it headings written downwards may begin
LEAST_HEADINGS = 2  # over rows that are all data


def with_headings_above(table: Table, lines: Sequence[Line]) -> Table:
    """The table with headings that are no row by themselves: written downwards over their column, or
    the upper line of one that takes two."""
    first = [c for c in table.cells if c.row == 0]
    y0, y1 = first[0].box.y0, first[0].box.y1
    em = median(line.box.height for c in table.cells for line in c.lines)
    is_data = any(is_figure(line.text) for c in first for line in c.lines)
    free = {c.col for c in first if is_data or not c.lines}
    held: dict[int, list[Line]] = {}
    top = y0
    for line in sorted(lines, key=lambda q: -q.box.y1):
        columns = [c for c in first if c.box.x0 <= line.box.cx < c.box.x1]
        if not columns or line.box.y1 < top - 0.8 * em:
            continue
        if is_downwards(line):
            limit = y0 if is_data else y1 + em
            fits = line.box.cy <= limit and line.box.y0 >= y0 - HEADING_REACH * line.box.height
            # Beside a heading that is there already stands that of a column of groups.
            over = any(q.box.x0 < line.box.x1 and line.box.x0 < q.box.x1 for q in columns[0].lines)
            fits = fits and (columns[0].col in free or over)
        else:
            inside = columns[0].box.x0 - em <= line.box.x0 and line.box.x1 <= columns[0].box.x1 + em
            fits = line.box.cy < y0 and inside and columns[0].col in free
        if fits:
            held.setdefault(columns[0].col, []).append(line)
            top = min(top, line.box.y0)
    if not held or (is_data and len(held) < LEAST_HEADINGS):
        return table
    held = {col: _over_its_column(table, col, own) for col, own in held.items()}
    down = 1 if is_data else 0
    cells = [replace(c, row=c.row + down) for c in table.cells if c.row > 0 or is_data]
    for cell in first:
        box = Box(cell.box.x0, top, cell.box.x1, y0 if is_data else y1)
        text = (*held.get(cell.col, ()), *(() if is_data else cell.lines))
        cells.append(Cell(0, cell.col, 1, cell.col_span, box, reading_order(text)))
    cells.sort(key=lambda c: (c.row, c.col))
    return replace(
        table, cells=tuple(cells), box=replace(table.box, y0=top), n_rows=table.n_rows + down
    )


def _over_its_column(table: Table, col: int, lines: Sequence[Line]) -> list[Line]:
    """Of headings side by side over one column those over its text: a column of groups has none."""
    runs = [q.box for c in table.cells if c.col == col and c.col_span == 1 for q in c.lines]
    if not runs or not lines:
        return list(lines)
    # Names of groups beside the rows stand in few of them.
    left, right = median(b.x0 for b in runs), median(b.x1 for b in runs)
    over = [q for q in lines if q.box.x0 < right and left < q.box.x1]
    return over or list(lines)


def is_downwards(line: Line) -> bool:
    """Whether a line is written from top to bottom."""
    return len(line.text) > 1 and line.box.height > 1.5 * line.box.width
