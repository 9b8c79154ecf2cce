"""Filled forms as a workbook: one sheet each, in the form's own layout, and a sheet of open items."""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.worksheet.english import English
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.official.layout import Form, FormCell, Grid, Line, NewPage
from extractor.worksheet.official.open_items import captioned, open_heads, open_rows
from extractor.worksheet.safe_text import cell_text, looks_like_formula, one_line
from extractor.worksheet.wording import Words, words_of
from extractor.worksheet.xlsx import fit
from extractor.worksheet.xlsx.sheet import (
    Column,
    Entry,
    set_up_print,
    write_heading,
    write_table,
)

_UNITS_PER_CM = 5.0  # a column unit is some 0.2 cm wide in the usual 11 pt font
_POINTS_PER_CM = 72 / 2.54
_SUBSTITUTES = 0.93
_THIN = Side(style="thin", color="000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_DOUBT = PatternFill("solid", fgColor="FFF3D1")
_FONT = "宋体"
_BAD_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def xlsx_of(
    forms: Sequence[Form], words: Words | None = None, english: English | None = None
) -> bytes:
    """The content of an xlsx that holds the forms; see ``docx_of``. Same input, same bytes."""
    words = words or words_of("zh")
    book = Workbook()
    book.remove(book.worksheets[0])
    for form in forms:
        _write_form(book.create_sheet(_title(book, form.name)), form, words)
    items = [item for form in forms for item in form.open_items]
    if items:
        sheet = book.create_sheet(words("open.title"))
        bounds = (30, 30, 36, 40, 14)
        columns = [Column(h, widest=w) for h, w in zip(open_heads(words), bounds, strict=True)]
        rows = [[Entry(text) for text in row] for row in open_rows(items, words, english)]
        widths = write_table(sheet, 3, columns, rows, words)
        write_heading(sheet, words("open.title"), words("open.note"), widths, words)
        set_up_print(sheet, 3, forms[0].name, words)
        sheet.freeze_panes = "A4"
    received = stated_time(forms[0].received_at)
    book.properties.creator = book.properties.lastModifiedBy = "Extractor"
    book.properties.created = book.properties.modified = received
    stream = io.BytesIO()
    book.save(stream)
    return fixed(stream.getvalue(), received)


def _title(book: Workbook, name: str) -> str:
    """A sheet title of at most 31 characters that no other sheet has."""
    clean = one_line(name.translate(_BAD_IN_TITLES))[:28].strip() or "-"
    taken = {t.casefold() for t in book.sheetnames}
    title, number = clean, 2
    while title.casefold() in taken:
        title, number = f"{clean}{number}", number + 1
    return title


def _write_form(sheet: XlsxSheet, form: Form, words: Words) -> None:
    """Grids of one form stand under each other: their columns are laid over one common set."""
    grids = [b for b in form.blocks if isinstance(b, Grid)]
    edges = sorted({x for grid in grids for x in grid.edges_cm()})
    for number in range(len(edges) - 1):
        width = (edges[number + 1] - edges[number]) * _UNITS_PER_CM
        sheet.column_dimensions[get_column_letter(number + 1)].width = round(width, 1)
    row, last = 1, len(edges) - 1
    for block in captioned(form, words):
        if isinstance(block, NewPage):
            sheet.row_breaks.append(Break(id=row - 1))
        elif isinstance(block, Line):
            _write_line(sheet, row, last, block, edges[-1])
            row += 1
        else:
            row = _write_grid(sheet, row, block, edges)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if form.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.sheet_view.showGridLines = False


def _write_line(sheet: XlsxSheet, row: int, last: int, line: Line, width_cm: float) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
    cell = sheet.cell(row, 1)
    _set_text(sheet, row, 1, line.text)
    cell.font = Font(name=_FONT, size=line.size, bold=line.bold, charset=134)
    cell.alignment = Alignment(horizontal=line.align, vertical="bottom", wrap_text=True)
    lines = fit.wrapped_lines(line.text, width_cm * _UNITS_PER_CM, line.size)
    height = fit.height_pt(lines, line.size) + line.above_cm * _POINTS_PER_CM
    sheet.row_dimensions[row].height = min(fit.MAX_ROW_PT, height)


def _write_grid(sheet: XlsxSheet, top: int, grid: Grid, edges: Sequence[float]) -> int:
    own = grid.edges_cm()
    at = [bisect_left(edges, x) for x in own]
    needed = list(grid.heights_cm)
    for r, c, cell in grid.placed():
        first, last = at[c] + 1, at[c + cell.cols]
        bottom = top + r + cell.rows - 1
        for y in range(top + r, bottom + 1):
            for x in range(first, last + 1):
                sheet.cell(y, x).border = _BOX
        if last > first or cell.rows > 1:
            sheet.merge_cells(
                start_row=top + r, end_row=bottom, start_column=first, end_column=last
            )
        _write_cell(sheet, top + r, first, cell)
        # 宋体 has substitutes that run wider; a note that lacks its second line is a form changed.
        width = (own[c + cell.cols] - own[c]) * _UNITS_PER_CM * _SUBSTITUTES
        lines = fit.wrapped_lines(cell.text, width, cell.size)
        height = fit.height_pt(lines, cell.size) / _POINTS_PER_CM
        spare = height - sum(needed[r : r + cell.rows])
        if spare > 0:
            needed[r + cell.rows - 1] += spare
    for r, height in enumerate(needed):
        sheet.row_dimensions[top + r].height = min(fit.MAX_ROW_PT, height * _POINTS_PER_CM)
    return top + len(grid.rows)


def _write_cell(sheet: XlsxSheet, row: int, column: int, form_cell: FormCell) -> None:
    cell = sheet.cell(row, column)
    cell.font = Font(name=_FONT, size=form_cell.size, charset=134)
    cell.alignment = Alignment(horizontal=form_cell.align, vertical="center", wrap_text=True)
    if form_cell.doubt:
        cell.fill = _DOUBT
    if form_cell.total:
        letter = get_column_letter(column)
        cells = f"{letter}{row - form_cell.total}:{letter}{row - 1}"
        # Ours: a sum over gaps would be wrong, so it waits until every platform's figure is there.
        cell.value = f'=IF(COUNT({cells})={form_cell.total},SUM({cells}),"")'
    elif form_cell.number is not None:
        cell.value = form_cell.number
    elif form_cell.text:
        _set_text(sheet, row, column, form_cell.text)


def _set_text(sheet: XlsxSheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    cell.value = cell_text(text, words_of("zh")("text.cut"))
    cell.data_type = "s"
    cell.quotePrefix = looks_like_formula(text)
