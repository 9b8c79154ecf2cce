"""Text that spans several printed lines, with a way back to each character's place.

A form cell or a paragraph is read as one string (Chinese wraps inside words), but a value found in it
must lead to its own box. ``TextRun`` keeps, for every character, the line it came from and its index
there; ``fold`` makes a comparable spelling without losing that way back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box, union_box
from extractor.core.page import Cell, Line, PacketPage, TextSource
from extractor.core.text import IGNORED


@dataclass(frozen=True, slots=True)
class TextRun:
    """Lines of one page read as one string; upright points."""

    page: PacketPage
    lines: tuple[Line, ...]
    #: the cell the run fills, where it comes from a table
    cell: Cell | None = None

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)

    def locate(self, start: int, end: int) -> tuple[tuple[Line, int, int], ...]:
        """The pieces ``(line, start, end)`` that make up ``text[start:end]``."""
        pieces: list[tuple[Line, int, int]] = []
        offset = 0
        for line in self.lines:
            a, b = max(start - offset, 0), min(end - offset, len(line.text))
            if a < b:
                pieces.append((line, a, b))
            offset += len(line.text)
        return tuple(pieces)

    def box_of(self, start: int, end: int) -> Box | None:
        """The box around ``text[start:end]``; ``None`` for an empty stretch."""
        return union_box(line.box_of(a, b) for line, a, b in self.locate(start, end))

    def confidence_of(self, start: int, end: int) -> float:
        """The worst line's confidence in the stretch; 1.0 for an empty one."""
        return min(
            (line.confidence_of(a, b) for line, a, b in self.locate(start, end)), default=1.0
        )

    def source_of(self, start: int, end: int) -> TextSource:
        """``OCR`` as soon as one piece is."""
        pieces = self.locate(start, end)
        if pieces and all(line.source is TextSource.TEXT_LAYER for line, _a, _b in pieces):
            return TextSource.TEXT_LAYER
        return TextSource.OCR

    def line_break_before(self, index: int) -> bool:
        """Whether ``text[index]`` begins a printed line (and is not the first)."""
        offset = 0
        for line in self.lines:
            if offset == index and offset > 0:
                return True
            offset += len(line.text)
        return False


@dataclass(frozen=True, slots=True)
class Folded:
    """A spelling for comparison and, for each of its characters, the index in the original."""

    text: str
    index: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original ``[start, end)`` of a folded stretch ``[start, end)``, ``end > start``."""
        return self.index[start], self.index[end - 1] + 1


def fold(text: str) -> Folded:
    """Width-folded, lower-cased, without blanks and punctuation; remembers where each came from."""
    chars: list[str] = []
    index: list[int] = []
    for i, original in enumerate(text):
        for char in unicodedata.normalize("NFKC", original):
            if char in IGNORED or original in IGNORED:
                continue
            chars.append(char.lower())
            index.append(i)
    return Folded("".join(chars), tuple(index))


def cell_runs(page: PacketPage) -> tuple[TextRun, ...]:
    """One run a table cell, tables top to bottom, cells in reading order."""
    runs: list[TextRun] = []
    for table in sorted(page.read.tables, key=lambda t: t.box.y0):
        cells = sorted(table.cells, key=lambda c: (c.row, c.col))
        runs += [TextRun(page, cell.lines, cell) for cell in cells]
    return tuple(runs)


def free_lines(page: PacketPage) -> tuple[Line, ...]:
    """The lines that stand in no table cell, reading order."""
    boxes = [cell.box for table in page.read.tables for cell in table.cells]
    return tuple(
        line
        for line in page.read.lines
        if not any(box.contains_point(line.box.cx, line.box.cy) for box in boxes)
    )


def paragraphs(page: PacketPage, lines: Sequence[Line]) -> tuple[TextRun, ...]:
    """Lines joined into rows and rows into paragraphs.

    Pieces on one baseline are one row. A row joins the paragraph above when that one ran to the right
    edge of the text and this one starts at the left edge: the look of a wrapped sentence.
    """
    rows = baseline_rows(lines)
    if not rows:
        return ()
    left = min(row[0].box.x0 for row in rows)
    right = max(row[-1].box.x1 for row in rows)
    groups: list[list[Line]] = []
    previous: list[Line] | None = None
    for row in rows:
        em = _em(row)
        if (
            previous is not None
            and previous[-1].box.x1 > right - 2.5 * em
            and row[0].box.x0 < left + 1.2 * em
            and row[0].box.y0 - max(p.box.y1 for p in previous) < 1.6 * em
        ):
            groups[-1].extend(row)
        else:
            groups.append(list(row))
        previous = row
    return tuple(TextRun(page, tuple(group)) for group in groups)


def _em(row: Iterable[Line]) -> float:
    return max(line.box.height for line in row)
