"""Ruled tables of a digital page: rulings in, ``core.page.Table`` with spans and text out.

The way from edges to cells is pdfplumber's (``pdfplumber.table``, after Nurminen's thesis); it gives
bare rectangles, so the snapped grid, the spans and the empty cells of broken grids are made here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from pdfplumber import table as plumber

from extractor.core.geometry import Box, Size, union_box
from extractor.core.page import Cell, Table
from extractor.files.page_objects import Ruling
from extractor.files.text_layer import TextChar, chars_to_lines

SNAP_PT = 3.0
"""Edges nearer than this are one line (pdfplumber's default; Word draws cell borders twice)."""
_MAX_RULINGS = 8_000
_MIN_CELL_PT = 3.0


def rulings_to_tables(rulings: Sequence[Ruling], size: Size) -> tuple[Table, ...]:
    """The ruled grids of a page, top to bottom, without text. A lone frame is no table."""
    inside = [r for r in rulings if _touches_page(r, size)]
    if not 4 <= len(inside) <= _MAX_RULINGS:
        return ()
    edges = plumber.merge_edges(
        [_edge(r) for r in inside],
        snap_x_tolerance=SNAP_PT,
        snap_y_tolerance=SNAP_PT,
        join_x_tolerance=SNAP_PT,
        join_y_tolerance=SNAP_PT,
    )
    crossings = plumber.edges_to_intersections(edges, SNAP_PT, SNAP_PT)
    rectangles = plumber.intersections_to_cells(crossings)
    tables = [
        _grid([Box(*rect) for rect in group]) for group in plumber.cells_to_tables(rectangles)
    ]
    return tuple(sorted((t for t in tables if t is not None), key=lambda t: (t.box.y0, t.box.x0)))


def tables_with_text(
    tables: Sequence[Table], chars: Sequence[TextChar]
) -> tuple[tuple[Table, ...], tuple[TextChar, ...]]:
    """The tables with each character in the cell that holds its middle, and the characters left."""
    cells = [(t, c) for t, table in enumerate(tables) for c in range(len(table.cells))]
    inside: dict[tuple[int, int], list[TextChar]] = {}
    free: list[TextChar] = []
    for char in chars:
        place = _place_of(char.box, tables)
        if place is None:
            free.append(char)
        else:
            inside.setdefault(place, []).append(char)
    lines = {place: chars_to_lines(inside[place]) for place in cells if place in inside}
    filled = []
    for t, table in enumerate(tables):
        new_cells = tuple(
            Cell(c.row, c.col, c.row_span, c.col_span, c.box, lines.get((t, i), ()))
            for i, c in enumerate(table.cells)
        )
        filled.append(Table(table.box, table.n_rows, table.n_cols, new_cells, table.method))
    return tuple(filled), tuple(free)


def _place_of(box: Box, tables: Sequence[Table]) -> tuple[int, int] | None:
    # The smallest table wins where one stands in a cell of another.
    best: tuple[float, int, int] | None = None
    for t, table in enumerate(tables):
        if not table.box.contains_point(box.cx, box.cy):
            continue
        for c, cell in enumerate(table.cells):
            if cell.box.contains_point(box.cx, box.cy) and (
                best is None or table.box.area < best[0]
            ):
                best = (table.box.area, t, c)
    return None if best is None else best[1:]


def _touches_page(ruling: Ruling, size: Size) -> bool:
    along = size.width_pt if ruling.horizontal else size.height_pt
    across = size.height_pt if ruling.horizontal else size.width_pt
    return -1 <= ruling.position <= across + 1 and ruling.end > 0 and ruling.start < along


def _edge(ruling: Ruling) -> dict[str, Any]:
    """The record pdfplumber's functions take for an edge."""
    if ruling.horizontal:
        x0, x1, top, bottom = ruling.start, ruling.end, ruling.position, ruling.position
    else:
        x0, x1, top, bottom = ruling.position, ruling.position, ruling.start, ruling.end
    return {
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": "h" if ruling.horizontal else "v",
        "object_type": "line",
    }


def _grid(boxes: list[Box]) -> Table | None:
    """One table of these cell rectangles; ``None`` for a frame or slivers only."""
    boxes = [b for b in boxes if b.width >= _MIN_CELL_PT and b.height >= _MIN_CELL_PT]
    around = union_box(boxes)
    if around is None or len(boxes) < 2:
        return None
    xs = _snapped(v for b in boxes for v in (b.x0, b.x1))
    ys = _snapped(v for b in boxes for v in (b.y0, b.y1))
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    taken = [[False] * n_cols for _ in range(n_rows)]
    cells: list[Cell] = []
    for box in sorted(boxes, key=lambda b: (b.y0, b.x0, b.area)):
        row, col = _index(ys, box.y0), _index(xs, box.x0)
        row_end, col_end = _index(ys, box.y1), _index(xs, box.x1)
        spots = [(r, c) for r in range(row, row_end) for c in range(col, col_end)]
        if not spots or any(taken[r][c] for r, c in spots):
            continue
        for r, c in spots:
            taken[r][c] = True
        cells.append(Cell(row, col, row_end - row, col_end - col, box))
    for r in range(n_rows):  # a broken grid still gives every position a cell
        for c in range(n_cols):
            if not taken[r][c]:
                cells.append(Cell(r, c, 1, 1, Box(xs[c], ys[r], xs[c + 1], ys[r + 1])))
    cells.sort(key=lambda cell: (cell.row, cell.col))
    return Table(around, n_rows, n_cols, tuple(cells), "digital")


def _snapped(values: Iterable[float]) -> list[float]:
    """Ascending grid positions, values within ``SNAP_PT`` of the last one dropped."""
    grid: list[float] = []
    for value in sorted(values):
        if not grid or value - grid[-1] > SNAP_PT:
            grid.append(value)
    return grid


def _index(grid: list[float], value: float) -> int:
    """The grid position nearest to ``value``."""
    after = bisect_right(grid, value)
    if after == 0:
        return 0
    if after == len(grid) or value - grid[after - 1] <= grid[after] - value:
        return after - 1
    return after
