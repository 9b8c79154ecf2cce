"""Read pages made by hand: lines, grids, seals and marks at known places.

Everything is in points. A page is A4 and upright, unless said otherwise, so viewer and upright
coordinates are the same.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.core.geometry import Box, Size, Transform
from extractor.core.page import (
    Cell,
    Line,
    Mark,
    PacketPage,
    PageQuality,
    ReadPage,
    Seal,
    Table,
    TextSource,
)
from extractor.fields.view import DocumentView

A4 = Size(595.0, 842.0)
EM = 10.5
"""Height of body text, points."""


def advance(char: str, em: float = EM) -> float:
    """Width of a character: an em for wide ones, half of it for the others."""
    return em if unicodedata.east_asian_width(char) in "WFA" else em / 2


def text_width(text: str, em: float = EM) -> float:
    return sum(advance(c, em) for c in text)


def line(
    text: str,
    x: float = 80.0,
    y: float = 100.0,
    *,
    em: float = EM,
    confidence: float = 0.99,
    char_confidence: Sequence[float] = (),
    source: TextSource = TextSource.OCR,
) -> Line:
    """A line whose upper left corner is at ``(x, y)``."""
    edges = [x, *itertools.accumulate((advance(c, em) for c in text), initial=x)][1:]
    return Line(
        text,
        Box(x, y, edges[-1], y + em),
        confidence,
        source,
        tuple(edges),
        tuple(char_confidence),
    )


def body(*texts: str, x: float = 80.0, y: float = 100.0, em: float = EM) -> list[Line]:
    """Lines below each other, one and a half ems apart."""
    return [line(t, x, y + 1.6 * em * i, em=em) for i, t in enumerate(texts)]


@dataclass(frozen=True)
class Span:
    """A cell over several grid positions; the positions it covers are ``None`` in the rows."""

    text: str
    rows: int = 1
    cols: int = 1


Entry = str | Span | None


def grid(
    rows: Sequence[Sequence[Entry]],
    *,
    x: float = 50.0,
    y: float = 150.0,
    widths: Sequence[float] = (),
    height: float = 24.0,
    confidence: float = 0.99,
) -> Table:
    """A ruled table; ``\\n`` in a text starts another printed line in the cell."""
    n_cols = len(rows[0])
    assert all(len(r) == n_cols for r in rows), "every row needs an entry for each grid column"
    widths = widths or [(A4.width_pt - 2 * x) / n_cols] * n_cols
    xs = list(itertools.accumulate(widths, initial=x))
    ys = [y + height * i for i in range(len(rows) + 1)]
    cells = []
    for r, row in enumerate(rows):
        for c, entry in enumerate(row):
            if entry is None:
                continue
            span = entry if isinstance(entry, Span) else Span(entry)
            box = Box(xs[c], ys[r], xs[c + span.cols], ys[r + span.rows])
            cells.append(Cell(r, c, span.rows, span.cols, box, _cell_lines(span, box, confidence)))
    return Table(Box(xs[0], ys[0], xs[-1], ys[-1]), len(rows), n_cols, tuple(cells))


def _cell_lines(span: Span, box: Box, confidence: float) -> tuple[Line, ...]:
    if not span.text:
        return ()
    texts = span.text.split("\n")
    em = min(EM, (box.height - 2) / len(texts))
    return tuple(
        line(t, box.x0 + 2, box.y0 + 1 + i * em, em=em, confidence=confidence)
        for i, t in enumerate(texts)
    )


def cell_box(table: Table, row: int, col: int) -> Box:
    cell = table.at(row, col)
    assert cell is not None
    return cell.box


def tick(table: Table, row: int, col: int, kind: str = "tick") -> Mark:
    """A mark in the middle of a cell."""
    box = cell_box(table, row, col)
    return Mark(kind, Box(box.cx - 4, box.cy - 4, box.cx + 4, box.cy + 4), 0.96)


def seal(x: float, y: float, size: float = 110.0) -> Seal:
    """A round stamp whose centre is at ``(x, y)``."""
    return Seal(Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2), 0.97)


def read_page(
    *parts: Line | Table | Seal | Mark | Sequence[Line],
    quality: PageQuality = PageQuality(0.95),  # noqa: B008 - frozen
    source: TextSource = TextSource.OCR,
) -> ReadPage:
    lines: list[Line] = []
    tables: list[Table] = []
    seals: list[Seal] = []
    marks: list[Mark] = []
    for part in parts:
        match part:
            case Line():
                lines.append(part)
            case Table():
                tables.append(part)
                lines += [ln for cell in part.cells for ln in cell.lines]
            case Seal():
                seals.append(part)
            case Mark():
                marks.append(part)
            case _:
                lines += part
    lines.sort(key=lambda ln: (ln.box.cy, ln.box.x0))
    return ReadPage(
        size=A4,
        upright=A4,
        to_viewer=Transform.identity(),
        source=source,
        rotation_deg=0,
        skew_deg=0.0,
        quality=quality,
        lines=tuple(lines),
        tables=tuple(tables),
        seals=tuple(seals),
        marks=tuple(marks),
        engines=("made by hand",),
    )


def page(
    *parts: Line | Table | Seal | Mark | Sequence[Line], no: int = 1, file: str = "file_a"
) -> PacketPage:
    """A page of a packet; by default its number in the file is its number in the packet."""
    return PacketPage(no, file, no, read_page(*parts))


def blank_page(no: int = 1) -> PacketPage:
    return PacketPage(no, "file_a", no, read_page(quality=PageQuality(0.9, ("blank",))))


def view(doctype: str, *pages: PacketPage) -> DocumentView:
    return DocumentView("d_test", doctype, "", pages)
