"""What reading a page gives: lines of text, tables, seals, in upright points.

These are the values the slow stages hand to the fast ones; they are cached by content. Nothing in
them depends on a scheme, a rule or the packet the page came in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from extractor.core.geometry import Box, Size, Transform, union_box


class TextSource(StrEnum):
    """Where the text of a page or line came from (worksheet contract ``pages[].source``)."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Line:
    """One run of text on one line, in upright points.

    Attributes:
        text: as printed (width folding and the like happen later).
        box: around the whole run.
        confidence: 0..1; 1.0 for a trusted text layer.
        source: ``TEXT_LAYER`` or ``OCR``.
        char_x: ``len(text) + 1`` ascending x coordinates; character ``i`` spans
            ``char_x[i]..char_x[i+1]``. Empty where unknown: then spread evenly.
        char_confidence: ``len(text)`` values 0..1, or empty where the reader gives none.
    """

    text: str
    box: Box
    confidence: float
    source: TextSource = TextSource.OCR
    char_x: tuple[float, ...] = ()
    char_confidence: tuple[float, ...] = ()

    def confidence_of(self, start: int, end: int) -> float:
        """The worst character of ``text[start:end]``; the line's confidence where unknown.

        A line's confidence is a mean and hides the one bad digit in a long line.
        """
        part = self.char_confidence[max(0, start) : max(0, end)]
        return min(part, default=self.confidence)

    def box_of(self, start: int, end: int) -> Box:
        """The box around ``text[start:end]`` (clamped to the text)."""
        n = len(self.text)
        start, end = max(0, min(start, n)), max(0, min(end, n))
        if n == 0:
            return self.box
        if len(self.char_x) == n + 1:
            x0, x1 = self.char_x[start], self.char_x[max(start, end)]
        else:
            step = self.box.width / n
            x0, x1 = self.box.x0 + step * start, self.box.x0 + step * end
        return Box(min(x0, x1), self.box.y0, max(x0, x1), self.box.y1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, possibly spanning rows and columns.

    ``row``/``col`` count from 0. ``box`` is the ruled cell in upright points of page ``page_no``.
    ``lines`` are the text runs inside, top to bottom, left to right.
    """

    row: int
    col: int
    row_span: int
    col_span: int
    box: Box
    lines: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """The lines joined without a separator: Chinese wraps inside words."""
        return "".join(line.text for line in self.lines)

    @property
    def confidence(self) -> float:
        """The worst line's confidence; 1.0 for an empty cell."""
        return min((line.confidence for line in self.lines), default=1.0)

    @property
    def text_box(self) -> Box:
        """Around the text; the cell itself where it is empty."""
        return union_box(line.box for line in self.lines) or self.box


@dataclass(frozen=True)  # no slots: the grid is kept once it was asked for
class Table:
    """A grid found on one page. Every grid position belongs to exactly one cell."""

    box: Box
    n_rows: int
    n_cols: int
    cells: tuple[Cell, ...]
    method: str = "ruled"

    def at(self, row: int, col: int) -> Cell | None:
        """The cell that covers (row, col); ``None`` outside the grid."""
        for cell in self._rows.get(row, ()):
            if cell.col <= col < cell.col + cell.col_span:
                return cell
        return None

    def row_cells(self, row: int) -> tuple[Cell, ...]:
        """The cells that cover ``row``, left to right, each once."""
        return self._rows.get(row, ())

    @cached_property
    def _rows(self) -> Mapping[int, tuple[Cell, ...]]:
        rows: dict[int, list[Cell]] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                rows.setdefault(row, []).append(cell)
        return {row: tuple(sorted(found, key=lambda c: c.col)) for row, found in rows.items()}


@dataclass(frozen=True, slots=True)
class Seal:
    """A stamp impression: where it is (upright points) and how sure; the text it covers is in lines.

    ``shape``: ``round | oval | rect | other``. ``text`` is ``None`` where nobody read its ring.

    Attributes:
        text: the ring and the lines inside it as read, one a row.
        organisation: the name on the ring as read, or the printed name it is a reading of (then it
            equals ``printed`` and is never certain); ``None`` where none was read.
        kind: ``official``, ``finance``, ``contract``, ``invoice``, ``audit_firm``, ``person``; ``None``
            where nobody knows.
        text_confidence: 0..1, of what was read; 0 where nothing was.
        printed: a name printed on the page that the ring is very likely a reading of, where it differs
            from ``organisation``: a suggestion.
        edge: ``left | right | top | bottom`` where the page's edge cuts the impression (骑缝章).
    """

    box: Box
    confidence: float
    shape: str = "round"
    text: str | None = None
    organisation: str | None = None
    kind: str | None = None
    text_confidence: float = 0.0
    printed: str | None = None
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Ink in a place where forms are ticked or signed, judged from pixels (upright points).

    ``kind``: ``tick`` (✓ √ ● or a pen tick), ``cross``, ``circle`` (alone in a cell, or drawn around
    words), ``box_ticked``, ``box_empty``, ``handwriting``, ``barcode``.
    """

    kind: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class PageQuality:
    """0..1 and the reasons that lowered it (``faint``, ``low_resolution``, ``blank``, ...)."""

    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page, read. See the module docstring for the spaces.

    Attributes:
        size: as a viewer shows the page, points.
        upright: size of the upright page, points.
        to_viewer: maps upright points to viewer points.
        rotation_deg: 0, 90, 180, 270: how far the content is turned clockwise in the viewer.
        skew_deg: remaining skew, positive clockwise.
        lines: all text, reading order (top to bottom, left to right).
        coloured: whether the picture has colours at all; ``None`` where nobody looked. On a grey or
            one-bit scan a seal that was not found may still be there.
        image_key: name of the stored viewer-space page image in the cache; "" where none was kept.
        fingerprint: hex, 256 bits: the look of the upright page at 16 × 16; "" where nobody looked.
            Pages that look alike differ in few bits.
        right: where two sheets lie side by side on this page, the right one; this is then the left.
            Both lead into the same viewer page.
    """

    size: Size
    upright: Size
    to_viewer: Transform
    source: TextSource
    rotation_deg: int
    skew_deg: float
    quality: PageQuality
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    seals: tuple[Seal, ...] = ()
    marks: tuple[Mark, ...] = ()
    image_key: str = ""
    engines: tuple[str, ...] = field(default=())
    coloured: bool | None = None
    fingerprint: str = ""
    right: ReadPage | None = None

    @property
    def sheets(self) -> tuple[ReadPage, ...]:
        """The sheets of paper on this page, left to right: itself alone, or two."""
        return (self,) if self.right is None else (self, self.right)

    @property
    def text(self) -> str:
        """All lines, one a row."""
        return "\n".join(line.text for line in self.lines)

    def viewer_box(self, box: Box) -> Box:
        """An upright box in viewer space, cut to the page and rounded to 0.01 pt."""
        moved = self.to_viewer.box(box)
        x0 = min(max(moved.x0, 0.0), self.size.width_pt)
        y0 = min(max(moved.y0, 0.0), self.size.height_pt)
        x1 = min(max(moved.x1, x0), self.size.width_pt)
        y1 = min(max(moved.y1, y0), self.size.height_pt)
        return Box(x0, y0, x1, y1).rounded()


@dataclass(frozen=True, slots=True)
class PacketPage:
    """A read page in its packet: number (from 1), file id, page in that file (from 1).

    Two sheets on one page of the file are two of these with the same numbers, ``sheet`` 0 and 1.
    """

    no: int
    file: str
    page_in_file: int
    read: ReadPage
    sheet: int = 0
