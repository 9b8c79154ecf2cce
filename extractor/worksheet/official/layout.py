"""A form as it is printed: lines and ruled tables, in centimetres, before any file format.

Tables are given like HTML's: a cell that reaches down is left out of the rows it covers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class FormCell:
    """One cell of a form.

    Attributes:
        text: what stands in it; "" where the form is left blank.
        cols, rows: how many columns and rows it covers.
        size: letter size in points.
        doubt: the value is not certain and was asked for all the same; it is shown as such.
        number: the value as a number, for a spreadsheet.
        total: a spreadsheet adds up so many cells above it, once all of them are filled.
    """

    text: str = ""
    cols: int = 1
    rows: int = 1
    align: Align = "center"
    size: float = 10.5
    doubt: bool = False
    number: Decimal | None = None
    total: int = 0
    label: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table. ``heads``: its first rows, repeated on every page; ``heights_cm``: at least."""

    widths_cm: tuple[float, ...]
    rows: tuple[tuple[FormCell, ...], ...]
    heights_cm: tuple[float, ...]
    heads: int = 0

    def placed(self) -> Iterator[tuple[int, int, FormCell]]:
        """Every cell with the row and column (from 0) it begins in."""
        covered: set[tuple[int, int]] = set()
        for r, row in enumerate(self.rows):
            c = 0
            for cell in row:
                while (r, c) in covered:
                    c += 1
                yield r, c, cell
                covered.update((r + i, c + j) for i in range(cell.rows) for j in range(cell.cols))
                c += cell.cols

    def edges_cm(self) -> tuple[float, ...]:
        """Where the columns begin, and the end of the last one."""
        return tuple(round(x, 2) for x in accumulate(self.widths_cm, initial=0.0))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text outside the tables; ``above_cm``: room above it."""

    text: str
    align: Align = "left"
    size: float = 10.5
    bold: bool = False
    above_cm: float = 0.0
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A cell that was left empty: of which platform, what, why, what was read, and on which pages."""

    platform: str
    cell: str
    why: str
    read: str = ""
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A filled form.

    Attributes:
        name: of its file and sheet.
        open_items: what was left empty, or filled with a value in doubt.
    """

    name: str
    landscape: bool
    blocks: tuple[Line | Grid | NewPage, ...]
    open_items: tuple[OpenItem, ...]
    received_at: str


def label(text: str, cols: int = 1, rows: int = 1, size: float = 10.5) -> FormCell:
    """A printed word of the form itself."""
    return FormCell(text, cols, rows, size=size, label=True)
