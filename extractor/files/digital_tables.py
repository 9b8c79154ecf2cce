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
_OPEN_SIDE_LINES = 3


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
    edges += _open_sides(edges)
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
    places = _Places(tables)
    for char in chars:
        place = places.of(char.box.cx, char.box.cy)
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


class _Places:
    """Finds the cell of a point. Characters come in reading order: the last cell is tried first."""

    def __init__(self, tables: Sequence[Table]) -> None:
        # The smallest table first: it wins where one stands in a cell of another.
        self._tables = sorted(enumerate(tables), key=lambda item: item[1].box.area)
        boxes = [table.box for table in tables]
        self._nested = any(
            a.intersection(b) is not None for i, a in enumerate(boxes) for b in boxes[:i]
        )
        self._last: tuple[Box, tuple[int, int]] | None = None

    def of(self, x: float, y: float) -> tuple[int, int] | None:
        """Index of the table and of its cell; ``None`` outside all tables."""
        last = self._last
        if last is not None and not self._nested and last[0].contains_point(x, y):
            return last[1]
        for t, table in self._tables:
            if not table.box.contains_point(x, y):
                continue
            for c, cell in enumerate(table.cells):
                if cell.box.contains_point(x, y):
                    self._last = (cell.box, (t, c))
                    return t, c
        return None


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


def _open_sides(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outer verticals that a table with open sides leaves to the eye.

    Such tables are usual in Chinese reports: three or more horizontal lines end at the same x, and
    inner vertical lines run between them.
    """
    horizontals = [e for e in edges if e["orientation"] == "h"]
    verticals = [e for e in edges if e["orientation"] == "v"]
    added = []
    for side in ("x0", "x1"):
        for x in _snapped(e[side] for e in horizontals):
            ends = sorted(e["top"] for e in horizontals if 0 <= e[side] - x <= SNAP_PT)
            if len(ends) < _OPEN_SIDE_LINES:
                continue
            top, bottom = ends[0], ends[-1]
            here = [v for v in verticals if v["top"] < bottom and v["bottom"] > top]
            if not any(v["top"] - SNAP_PT <= top and v["bottom"] + SNAP_PT >= bottom for v in here):
                continue  # no inner line as high as the side would be: stacked underlines
            if not any(abs(v["x0"] - x) <= 2 * SNAP_PT for v in here):
                added.append(_edge(Ruling(False, x, top, bottom)))
    return added


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
