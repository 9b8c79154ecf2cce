"""Lists that were read, as the sheet shows them: their heads at once, their rows in lots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from extractor.core.worksheet import FactStatus
from extractor.doors.review.desk import Desk
from extractor.doors.review.items import FactLine, fact_line
from extractor.worksheet.safe_text import visible

ROWS_AT_ONCE = 60
"""Rows of a list sent at once; the next follow when the reader comes near."""


@dataclass(frozen=True, slots=True)
class ListPart:
    """The head of a list; its rows are fetched when it is opened."""

    field: str
    title: str
    note: str
    rows: int
    doubtful: int
    open: bool


def lists(desk: Desk) -> list[ListPart]:
    """Every kind of list that was read, the longest first opened."""
    found = []
    longest = max((_count(desk, f) for f in desk.lists), default=0)
    for field, sets in desk.lists.items():
        rows = _count(desk, field)
        doubtful = sum(
            fact.status is FactStatus.DOUBTFUL
            for s in sets
            for row in s.rows
            for fact in row.cells.values()
        )
        note = desk.words("list.sets", n=rows, sets=len(sets))
        totals = [s.stated_total for s in sets if s.stated_total is not None]
        if totals:
            note += "，" + desk.words("list.total", n="、".join(map(str, totals)))
        title = visible(desk.naming.label(field))
        found.append(ListPart(field, title, note, rows, doubtful, rows == longest))
    return found


def _count(desk: Desk, field: str) -> int:
    return sum(len(s.rows) for s in desk.lists[field])


@dataclass(frozen=True, slots=True)
class RowPart:
    """One row: its number in its list, its page, its cells in the order of the columns."""

    no: int
    page: int | None
    cells: Sequence[FactLine | None]


def list_heads(desk: Desk, field: str) -> list[str]:
    """Column heads."""
    return [visible(desk.naming.label(column)) for column in desk.columns(field)]


def list_rows(desk: Desk, field: str, start: int) -> tuple[list[RowPart], int | None]:
    """Rows from ``start`` on, and where the next lot starts (``None``: that was all)."""
    columns = desk.columns(field)
    every = (row for s in desk.lists[field] for row in s.rows)
    found = []
    for row in islice(every, start, start + ROWS_AT_ONCE):
        cells = [row.cells.get(column) for column in columns]
        first = next((c for c in cells if c is not None and c.page is not None), None)
        found.append(
            RowPart(
                row.no,
                first.page if first is not None else None,
                [None if c is None else fact_line(desk, c, labelled=False) for c in cells],
            )
        )
    after = start + ROWS_AT_ONCE
    return found, after if after < _count(desk, field) else None
