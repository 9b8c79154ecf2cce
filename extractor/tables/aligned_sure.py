"""When rows of text are sure to be a table: rows on common columns that no prose and no form has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractor.core.geometry import Box
from extractor.core.page import Line
from extractor.tables.aligned_runs import is_figure

MIN_ROWS = 3
MIN_COLS = 2
FIGURE_SHARE = 0.6  # of a column's cells that must be figures for a column of figures
NUMBERED_SHARE = 0.7  # of the rows that carry a running number in a numbered list of texts
FILLED_SHARE = 0.75  # of its rows in which a column of texts must stand


@dataclass(frozen=True, slots=True)
class TextRow:
    """Runs of text on one baseline, left to right."""

    runs: tuple[Line, ...]
    box: Box


def is_sure(
    block: Sequence[TextRow],
    placed: Sequence[Sequence[tuple[int, int]]],
    bands: Sequence[tuple[float, float]],
) -> bool:
    """A column of figures, rows that fill several columns, hardly a run across a corridor."""
    body = [
        (row, spans)
        for row, spans in zip(block, placed, strict=True)
        if len({s[0] for s in spans}) >= MIN_COLS
    ]
    if len(body) < MIN_ROWS:
        return False
    clashes = runs = 0
    columns: list[list[bool]] = [[] for _ in bands]
    for row, spans in body:
        firsts = [s[0] for s in spans]
        clashes += len(firsts) - len(set(firsts)) + sum(a != b for a, b in spans)
        runs += len(spans)
        for run, (a, b) in zip(row.runs, spans, strict=True):
            if a == b:
                columns[a].append(is_figure(run.text))
    if clashes > 0.15 * runs:
        return False
    figure_columns = [
        k
        for k, cells in enumerate(columns)
        if len(cells) >= MIN_ROWS - 1 and sum(cells) >= FIGURE_SHARE * len(cells)
    ]
    # A column of running numbers (1. 2. 3.) before text is a list, not a table.
    if not any(k > 0 for k in figure_columns):
        return _is_numbered_list(body, len(bands))
    return any(_edges_agree(body, k) for k in figure_columns if k > 0)


def _is_numbered_list(
    body: Sequence[tuple[TextRow, Sequence[tuple[int, int]]]], n_cols: int
) -> bool:
    """Rows that count 1, 2, 3 … and at least two columns of texts that begin or stand alike."""
    numbers = [
        int(run.text)
        for row, spans in body
        for run, span in zip(row.runs, spans, strict=True)
        if span == (0, 0) and run.text.strip().isdecimal() and len(run.text) <= 4
    ]
    if len(numbers) < max(MIN_ROWS, NUMBERED_SHARE * len(body)):
        return False
    if sum(b == a + 1 for a, b in pairwise(numbers)) < NUMBERED_SHARE * (len(numbers) - 1):
        return False
    alike = 0
    for column in range(1, n_cols):
        boxes = [
            run.box
            for row, spans in body
            for run, span in zip(row.runs, spans, strict=True)
            if span == (column, column)
        ]
        alike += len(boxes) >= FILLED_SHARE * len(body) and _share_an_edge(boxes)
    return alike >= 2


def _edges_agree(body: Sequence[tuple[TextRow, Sequence[tuple[int, int]]]], column: int) -> bool:
    """Whether the figures of a column share their right, left or middle edge."""
    boxes = [
        run.box
        for row, spans in body
        for run, span in zip(row.runs, spans, strict=True)
        if span == (column, column) and is_figure(run.text)
    ]
    return _share_an_edge(boxes)


def _share_an_edge(boxes: Sequence[Box]) -> bool:
    if len(boxes) < MIN_ROWS - 1:
        return False
    slack = 0.8 * median(b.height for b in boxes)
    for edge in ("x1", "x0", "cx"):
        places = [float(getattr(b, edge)) for b in boxes]
        middle = median(places)
        if sum(abs(p - middle) <= slack for p in places) >= 0.8 * len(places):
            return True
    return False
