"""Columns by the order of their texts, where no free corridor runs down between them.

A name longer than its column, or a box that reached too far to one side, closes a corridor. Most rows
of a list have a text in every column all the same: the first of each row is the first column's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from extractor.core.page import Line

LEAST_ROWS = 4
LEAST_COLUMNS = 4  # of fewer, texts of one sentence could be taken
SHARE_OF_ROWS = 0.5  # of all rows that must have as many texts as there are columns
INSIDE = 0.85  # of a column's texts that must stand over it more than over any other


def columns_in_order(rows: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """Column bands ``(x0, x1)`` from the rows that have the usual number of texts, left to right.

    Empty where there is no such number, or where its texts do not stand below each other.
    """
    if len(rows) < LEAST_ROWS:
        return []
    count, times = Counter(len(row) for row in rows).most_common(1)[0]
    if count < LEAST_COLUMNS or times < max(LEAST_ROWS, SHARE_OF_ROWS * len(rows)):
        return []
    usual = [row for row in rows if len(row) == count]
    bands = []
    for k in range(count):
        bands.append((median(r[k].box.x0 for r in usual), median(r[k].box.x1 for r in usual)))
    if any(a[1] >= b[0] for a, b in pairwise(bands)):
        return []
    for k in range(count):
        if sum(_stands_in(row[k], bands, k) for row in usual) < INSIDE * len(usual):
            return []
    return bands


def _stands_in(text: Line, bands: Sequence[tuple[float, float]], k: int) -> bool:
    shared = [min(text.box.x1, x1) - max(text.box.x0, x0) for x0, x1 in bands]
    return shared[k] > 0 and shared[k] == max(shared)
