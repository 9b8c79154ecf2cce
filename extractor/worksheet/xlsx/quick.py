"""A workbook saved fast: its cells are written as text instead of as one XML element each.

openpyxl builds and serialises every cell of a sheet by itself, which is half the time a large packet's
workbook takes. Only the rows of a sheet are written here; all the rest of the file stays openpyxl's.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from operator import attrgetter, itemgetter
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.compat import safe_string
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet
from openpyxl.writer.excel import ExcelWriter

_column_of = attrgetter("column")


def saved(workbook: Workbook) -> bytes:
    """The bytes of ``workbook``, its members stored uncompressed (``fixed_zip`` packs them).

    Raises:
        TypeError: a cell holds something else than text, a number or a formula.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        _Book(workbook, archive).save()
    return stream.getvalue()


class _Book(ExcelWriter):  # type: ignore[misc]  # openpyxl has no types
    """openpyxl's writer with our sheets in it."""

    def write_worksheet(self, ws: XlsxSheet) -> None:
        """One sheet, in memory instead of by way of a temporary file."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        sheet = _Sheet(ws, io.BytesIO())
        sheet.write()
        ws._rels = sheet._rels
        self._archive.writestr(ws.path[1:], sheet.out.getvalue())
        self.manifest.append(ws)


class _Sheet(WorksheetWriter):  # type: ignore[misc]
    """One sheet; ``out`` is a ``BytesIO``."""

    def write_rows(self) -> None:
        """All rows at once, behind what was written so far."""
        xml = self.xf.send(True)
        with xml.element("sheetData"):
            xml.flush()
            self.out.write("".join(self._rows_as_text()).encode("utf-8"))
        self.xf.send(None)

    def rows(self) -> list[tuple[int, list[Cell]]]:
        """The rows with their cells from left to right; openpyxl sorts every cell of the sheet."""
        rows: dict[int, list[Cell]] = {number: [] for number in self.ws.row_dimensions}
        for (number, _column), cell in self.ws._cells.items():
            rows.setdefault(number, []).append(cell)
        for cells in rows.values():
            cells.sort(key=_column_of)
        return sorted(rows.items(), key=itemgetter(0))

    def _rows_as_text(self) -> Iterator[str]:
        letters: dict[int, str] = {}
        styles: dict[int, tuple[StyleArray, str]] = {}  # the array is held: ids are not used twice
        sizes = self.ws.row_dimensions
        for number, cells in self.rows():
            marks = "".join(f' {k}="{v}"' for k, v in dict(sizes.get(number, {})).items())
            yield f'<row r="{number}"{marks}>'
            for cell in cells:
                if cell._comment is not None:
                    self.ws._comments.append(CommentRecord.from_cell(cell))
                if cell.hyperlink:
                    self.ws._hyperlinks.append(cell.hyperlink)
                style = _style_number(cell, styles)
                if cell._value is None and not style:
                    continue
                letter = letters.get(cell.column)
                if letter is None:
                    letter = letters.setdefault(cell.column, get_column_letter(cell.column))
                yield _cell(cell, f'<c r="{letter}{number}"{style}')
            yield "</row>"


def _style_number(cell: Cell, known: dict[int, tuple[StyleArray, str]]) -> str:
    """The cell's style attribute; "" for a cell without style. Cells of one look share their array."""
    array = cell._style
    if array is None:
        return ""
    found = known.get(id(array))
    if found is None:
        text = f' s="{cell.style_id}"' if any(array) else ""
        found = known.setdefault(id(array), (array, text))
    return found[1]


def _cell(cell: Cell, start: str) -> str:
    value, kind = cell._value, cell.data_type
    if value is None or value == "":
        return start + "/>"
    if kind == "s" and isinstance(value, str):
        space = ' xml:space="preserve"' if value != value.strip() else ""
        return f'{start} t="inlineStr"><is><t{space}>{escape(value)}</t></is></c>'
    if kind == "n":
        return f'{start} t="n"><v>{safe_string(value)}</v></c>'
    if kind == "f" and isinstance(value, str):
        return f"{start}><f>{escape(value[1:])}</f><v/></c>"
    raise TypeError(
        f"{cell.parent.title}!{cell.coordinate}: no way to write a {type(value).__name__}"
    )
