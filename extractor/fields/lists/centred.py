"""Names that stand beside the middle of a column whose names are centred: a part of them was not read.

A grey stamp over ``萧国华`` leaves ``国华``, a name like any other; but it stands where its two characters
stood in the longer name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from extractor.core.page import Cell
from extractor.fields.lists.headers import Column
from extractor.fields.lists.printed import Printed, Reading

#: Cells of a page's column before it is taken for centred, and their share.
LEAST_CELLS = 5
CENTRED = 0.7
#: Characters' widths that centred text may stand off the middle, and from which it lacks a part.
ON_CENTRE = 0.15
OFF_CENTRE = 0.3


def doubt_cut_names(reading: Reading, rows: Sequence[Printed]) -> None:
    """Marks the cells of persons' columns whose name stands off the middle, as ``unsure``."""
    places: dict[tuple[int, str], list[tuple[Printed, Column, float]]] = defaultdict(list)
    for row in rows:
        for column, cell in row.cells.items():
            known = reading.fields.get(column.target)
            if known is not None and known.type == "person" and _is_name(cell):
                places[row.page.no, column.target].append((row, column, _offset(cell)))
    for own in places.values():
        middle = median(offset for _, _, offset in own)
        on = sum(abs(offset - middle) <= ON_CENTRE for _, _, offset in own)
        if len(own) < LEAST_CELLS or on < CENTRED * len(own):
            continue
        for row, column, offset in own:
            if abs(offset - middle) >= OFF_CENTRE:
                row.unsure |= {column}


def _is_name(cell: Cell) -> bool:
    text = cell.text.strip()
    return len(cell.lines) == 1 and 2 <= len(text) <= 4


def _offset(cell: Cell) -> float:
    """How far right of its cell's middle the text stands, in characters' widths."""
    box = cell.lines[0].box
    return (box.cx - cell.box.cx) / max(box.width / len(cell.text.strip()), 1e-6)
