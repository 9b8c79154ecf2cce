"""Small grids that are only the ruled beginning of a longer list without rulings."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.core.geometry import Size
from extractor.core.page import Line, Table
from extractor.tables.aligned import find_aligned_tables

FEW_ROWS = 3


def with_aligned_tables(
    ruled: Sequence[Table], lines: Sequence[Line], size: Size
) -> tuple[Table, ...]:
    """``ruled`` and the tables that alignment shows in the text outside them.

    A grid of few rows whose text is the beginning of a longer list without rulings (a header between
    two rules) is not a table of its own: the list has its text and goes in its place.

    Args:
        ruled: ruled tables with their text, upright points.
        lines: all text of the page.
        size: of the upright page.
    """
    kept = list(ruled)
    for small in ruled:
        if small.n_rows > FEW_ROWS:
            continue
        others = [t for t in kept if t is not small]
        with_its_text = find_aligned_tables(_outside(others, lines), size)
        if any(_takes_in(table, small) for table in with_its_text):
            kept = others
    return (*kept, *find_aligned_tables(_outside(kept, lines), size))


def _outside(tables: Sequence[Table], lines: Sequence[Line]) -> list[Line]:
    return [
        line for line in lines
        if not any(t.box.contains_point(line.box.cx, line.box.cy) for t in tables)
    ]  # fmt: skip


def _takes_in(table: Table, small: Table) -> bool:
    """Whether a list without rulings holds a small grid's text in more columns, and goes on below."""
    shared = table.box.overlap_y(small.box) > 0.5 * small.box.height
    goes_on = table.n_rows >= 2 * small.n_rows + 1 and table.box.y1 > small.box.y1
    return shared and goes_on and table.n_cols > small.n_cols
