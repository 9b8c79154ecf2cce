"""Running numbers that stand so close before a list's names that both share one column.

On a page without rulings, or where a scan is narrow, ``33 上饶…有限公司`` is one column of text. Only
numbers that count up from row to row are taken off: a digit may begin a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Table
from extractor.tables.aligned_runs import pieces_of

LEAST_NUMBERS = 3
#: Of the rows with text in the first column that must begin with a number, and of the numbers that
#: must be one more than that before.
COUNTS_UP = 0.7

_NUMBER = re.compile(r"\s*(\d{1,4})\s*(?=$|[^\s\d.．,，、年月日%％:：/\-])")


def with_number_column(table: Table) -> Table | None:
    """The table with its first column parted into running numbers and texts.

    ``None`` where the first column holds no numbers that count up, or nothing but numbers.
    """
    firsts = [c for c in table.cells if c.col == 0 and c.col_span == 1 and c.lines]
    numbers = {c.row: int(m.group(1)) for c in firsts if (m := _NUMBER.match(_first_line(c).text))}
    firsts.sort(key=lambda c: c.row)
    counted = [numbers[row] for row in sorted(numbers)]
    if len(counted) < LEAST_NUMBERS or len(counted) < COUNTS_UP * len(firsts):
        return None
    if sum(b == a + 1 for a, b in pairwise(counted)) < COUNTS_UP * (len(counted) - 1):
        return None
    fitting = _in_order(numbers)
    parts = {c.row: _parted(c) if c.row in fitting else ((), c.lines) for c in firsts}
    ends = [q.box.x1 for number, text in parts.values() if text for q in number]
    begins = [min(q.box.x0 for q in text) for number, text in parts.values() if number and text]
    if len(begins) < LEAST_NUMBERS:
        return None
    # Where both were read as one line their edges are guessed: the middle of all decides.
    border = (median(ends) + median(begins)) / 2
    return _rebuilt(table, border, parts)


def _first_line(cell: Cell) -> Line:
    """The leftmost piece on the first baseline; a number may stand a little lower than its text."""
    return baseline_rows(cell.lines)[0][0]


def _in_order(numbers: dict[int, int]) -> set[int]:
    """The rows whose number is one more than that before or one less than that after."""
    rows = sorted(numbers)
    fitting: set[int] = set()
    for a, b in pairwise(rows):
        if numbers[b] == numbers[a] + 1:
            fitting |= {a, b}
    return fitting


def _parted(cell: Cell) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    first = _first_line(cell)
    found = _NUMBER.match(first.text)
    if found is None:
        return (), cell.lines
    others = tuple(q for q in cell.lines if q is not first)
    if found.end() == len(first.text):
        return (first,), others
    number, text = pieces_of(first, [(found.end(1), found.end())])
    return (number,), (text, *others)


def _rebuilt(
    table: Table,
    border: float,
    parts: Mapping[int, tuple[Sequence[Line], Sequence[Line]]],
) -> Table:
    cells: list[Cell] = []
    for cell in table.cells:
        if cell.col > 0:
            cells.append(replace(cell, col=cell.col + 1))
            continue
        if cell.col_span > 1:
            cells.append(replace(cell, col_span=cell.col_span + 1))
            continue
        box = cell.box
        middle = min(max(border, box.x0), box.x1)
        number, text = parts.get(cell.row, ((), cell.lines))
        left, right = Box(box.x0, box.y0, middle, box.y1), Box(middle, box.y0, box.x1, box.y1)
        cells.append(replace(cell, box=left, lines=tuple(number)))
        cells.append(replace(cell, col=1, box=right, lines=tuple(text)))
    cells.sort(key=lambda c: (c.row, c.col))
    return replace(table, cells=tuple(cells), n_cols=table.n_cols + 1)
