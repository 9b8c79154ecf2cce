"""``RawPage`` to and from the wire. Decoding trusts nothing: wrong shapes raise ``WireError``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from extractor.core.geometry import Box, Size
from extractor.core.page import Cell, Line, Table, TextSource
from extractor.files.model import RawPage
from extractor.files.wire import Message, WireError


def page_to_message(page: RawPage) -> tuple[Message, memoryview]:
    """The page's head and its pixels (row by row, BGR)."""
    pixels = np.ascontiguousarray(page.image)
    head: Message = {
        "size": [page.size.width_pt, page.size.height_pt],
        "shape": list(pixels.shape),
        "dpi": page.dpi,
        "layer": [_line_out(line) for line in page.layer],
        "tables": [_table_out(table) for table in page.layer_tables],
        "image_cover": page.image_cover,
        "suspect": list(page.layer_suspect),
    }
    return head, pixels.reshape(-1).data


def message_to_page(head: Message, blob: bytes) -> RawPage:
    """The page that the child sent.

    Raises:
        WireError: the head does not describe the blob, or a value is not what it should be.
    """
    try:
        height, width, channels = (int(v) for v in head["shape"])
        if channels != 3 or min(height, width) < 1 or height * width * 3 != len(blob):
            raise WireError("image does not have the size it claims")
        size = Size(*(float(v) for v in head["size"]))
        dpi = float(head["dpi"])
        if not all(math.isfinite(v) and v > 0 for v in (size.width_pt, size.height_pt, dpi)):
            raise WireError("page without a size")
        return RawPage(
            size=size,
            image=np.frombuffer(blob, np.uint8).reshape(height, width, 3),
            dpi=dpi,
            layer=tuple(_line_in(item) for item in head["layer"]),
            layer_tables=tuple(_table_in(item) for item in head["tables"]),
            image_cover=min(1.0, max(0.0, float(head["image_cover"]))),
            layer_suspect=tuple(str(item) for item in head["suspect"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise WireError(f"page head is malformed: {exc}") from exc


def _line_out(line: Line) -> list[Any]:
    box = [round(v, 3) for v in line.box.as_tuple()]
    return [line.text, box, [round(x, 3) for x in line.char_x]]


def _line_in(item: Any) -> Line:
    text, box, char_x = item
    if char_x and len(char_x) != len(text) + 1:
        raise WireError("line with a wrong number of character positions")
    return Line(
        text=str(text),
        box=Box(*(float(v) for v in box)),
        confidence=1.0,
        source=TextSource.TEXT_LAYER,
        char_x=tuple(float(x) for x in char_x),
    )


def _table_out(table: Table) -> list[Any]:
    cells = [
        [
            [cell.row, cell.col, cell.row_span, cell.col_span],
            [round(v, 3) for v in cell.box.as_tuple()],
            [_line_out(line) for line in cell.lines],
        ]
        for cell in table.cells
    ]
    return [[round(v, 3) for v in table.box.as_tuple()], table.n_rows, table.n_cols, cells]


def _table_in(item: Any) -> Table:
    box, n_rows, n_cols, cells = item
    return Table(
        box=Box(*(float(v) for v in box)),
        n_rows=int(n_rows),
        n_cols=int(n_cols),
        cells=tuple(
            Cell(
                row=int(row),
                col=int(col),
                row_span=int(row_span),
                col_span=int(col_span),
                box=Box(*(float(v) for v in cell_box)),
                lines=tuple(_line_in(line) for line in lines),
            )
            for (row, col, row_span, col_span), cell_box, lines in cells
        ),
        method="digital",
    )
