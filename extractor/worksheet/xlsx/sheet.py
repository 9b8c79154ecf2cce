"""One sheet: cells put safely, tables with fitted columns and rows, frozen heads, print set-up.

Every text goes through ``put``: packet text is never a formula, never an XML fault, never too long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.worksheet.safe_text import (
    cell_text,
    cut_to_units,
    looks_like_formula,
    one_line,
    visible,
)
from extractor.worksheet.wording import Words
from extractor.worksheet.xlsx import fit
from extractor.worksheet.xlsx.index import Edit, EditIndex
from extractor.worksheet.xlsx.looks import Align, Look, Tone, look

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LONGEST_LINK = 2000  # Excel refuses addresses over 2,079 characters
_LONGEST_COMMENT = 1500
_LONGEST_AS_TEXT = 200  # Excel prints #### for a longer text in a cell of the format "text"
_WIDE_HEAD = 16.0  # column units
_PRINT_HEAD_LIMIT = 100  # header and footer together may have 255 characters with their codes


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one cell.

    Attributes:
        text: shown unless ``number`` is given; also what the size is fitted to.
        number: a real number for sorting and sums, printed by ``number_format``.
        link: another file (relative) or, with a leading ``#``, a place in this workbook.
        comment: shown on hovering.
        edit: what a change of the cell would speak for; ``None`` for a cell that is locked.
        formula: one of our own, without its "=", printed by ``number_format``; never a packet's text.
    """

    text: str = ""
    tone: Tone = Tone.PLAIN
    number: Decimal | None = None
    number_format: str = "General"
    link: str | None = None
    comment: str | None = None
    edit: Edit | None = None
    formula: str = ""

    def __post_init__(self) -> None:
        # Sizes are fitted to what will be seen, so the text is made visible first of all.
        object.__setattr__(self, "text", visible(self.text))


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head and the bounds of its width in column units."""

    head: str
    narrowest: float = 6.0
    widest: float = 40.0
    align: Align = "left"


def is_safe_link(target: str) -> bool:
    """Whether a link leads to this workbook or to a file beside it, and nowhere else.

    A link to a network share would hand the reader's credentials to whoever named the file.
    """
    if not target or len(target) > _LONGEST_LINK or any(ord(c) < 0x20 for c in target):
        return False
    if target.startswith("#"):
        return True
    return not (target.startswith(("/", "\\")) or _SCHEME.match(target))


# Style numbers of each look, number format and quote mark in each workbook. openpyxl looks five style
# objects up for every cell, which makes a 300-row list take seconds. Cells share their array: a cell's
# style may not be changed after ``put``, or that of all its like would be.
_Styles = dict[tuple[int, str, bool], StyleArray]
_STYLES: WeakKeyDictionary[Workbook, _Styles] = WeakKeyDictionary()


def _style(cell: Cell, style: Look, number_format: str, quoted: bool) -> None:
    known = _STYLES.setdefault(cell.parent.parent, {})
    key = (id(style), number_format, quoted)  # looks are made once and kept for good
    numbers = known.get(key)
    if numbers is None:
        cell.font = style.font
        cell.fill = style.fill
        cell.border = style.border
        cell.alignment = style.alignment
        cell.protection = style.protection
        cell.number_format = number_format
        if quoted:
            cell.quotePrefix = True
        known[key] = cell._style
    else:
        cell._style = numbers


def put(sheet: XlsxSheet, row: int, column: int, entry: Entry, style: Look, words: Words) -> Cell:
    """Write one cell. Text is stored as text whatever it begins with; links are checked."""
    cell: Cell = sheet.cell(row=row, column=column)
    if entry.formula:
        cell.value = "=" + entry.formula
    elif entry.number is not None:
        cell.value = entry.number
    elif entry.text:
        # Past openpyxl's guess: it takes a leading "=" for a formula and "#N/A" for an error.
        cell._value, cell.data_type = cell_text(entry.text, words("text.cut")), "s"
    number_format, quoted = entry.number_format, False
    if entry.number is None and not entry.formula:
        typed = entry.edit is not None and len(entry.text) <= _LONGEST_AS_TEXT
        # As text, or a program turns a typed 2021年3月 into the first of March.
        number_format, quoted = "@" if typed else "General", looks_like_formula(entry.text)
    _style(cell, style, number_format, quoted)
    if entry.link is not None and is_safe_link(entry.link):
        _set_link(cell, entry.link)
    if entry.comment:
        text = cut_to_units(visible(entry.comment), _LONGEST_COMMENT, "…")
        comment = Comment(text, "Extractor")
        comment.width = 320
        comment.height = 24 + 18 * fit.wrapped_lines(text, 42)
        cell.comment = comment
    return cell


def _set_link(cell: Cell, link: str) -> None:
    # openpyxl puts the address into an empty cell; the cell's own text must stay.
    value, data_type = cell._value, cell.data_type
    if link.startswith("#"):
        cell.hyperlink = link
        cell.hyperlink.location = link[1:]
        cell.hyperlink.target = None
        cell.hyperlink.id = None
    else:
        cell.hyperlink = link
    cell._value, cell.data_type = value, data_type


def sheet_ref(title: str, cell: str = "A1") -> str:
    """A link to a cell of this workbook."""
    return f"#'{title}'!{cell}"


def write_table(
    sheet: XlsxSheet,
    top: int,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Entry]],
    words: Words,
    *,
    filtered: bool = True,
    index: EditIndex | None = None,
) -> list[float]:
    """A table with its head in row ``top``; returns the widths of its columns.

    Columns get the width of their content within their bounds, rows the height of theirs. With an
    ``index`` the table is protected but for its editable cells, which are registered there.
    """
    for number, column in enumerate(columns, start=1):
        put(sheet, top, number, Entry(column.head), look(Tone.HEAD, "center", middle=True), words)
    widths = fit_columns(sheet, columns, rows)
    sheet.row_dimensions[top].height = max(
        22.0,
        fit.height_pt(
            max(fit.wrapped_lines(c.head, w / 1.08) for c, w in zip(columns, widths, strict=True))
        ),
    )
    for offset, entries in enumerate(rows, start=1):
        write_row(sheet, top + offset, columns, entries, widths, words)
    if index is not None:
        index.add_table(sheet, [[(e.edit, e.text) for e in row] for row in rows], len(columns), top)
        protect(sheet)
    if filtered and rows:
        # The hidden keys belong to it: they must move with their rows when a reviewer sorts.
        width = len(columns) + (index is not None)
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(width)}{top + len(rows)}"
    return widths


def protect(sheet: XlsxSheet) -> None:
    """Locks what must not change by accident; no password, since it guards against slips only."""
    guard = sheet.protection
    guard.sheet = True
    # False allows: reviewers filter, widen columns and mark cells.
    guard.autoFilter = guard.sort = False
    guard.formatCells = guard.formatColumns = guard.formatRows = False


def fit_columns(
    sheet: XlsxSheet, columns: Sequence[Column], rows: Sequence[Sequence[Entry]]
) -> list[float]:
    """Set and return the widths: the longest line of head and content, within the bounds."""
    widths: list[float] = []
    for index, column in enumerate(columns):
        content = (fit.longest_line_units(row[index].text) for row in rows)
        # The filter button covers two units of the head; a long head wraps rather than widen a table
        # of many columns until its print cannot be read.
        head = fit.longest_line_units(column.head) * 1.08 + 2.0
        desired = max((head if head <= _WIDE_HEAD else max(_WIDE_HEAD, head / 2), *content))
        width = round(min(column.widest, max(column.narrowest, desired)), 1)
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
        widths.append(width)
    return widths


def write_row(
    sheet: XlsxSheet,
    row: int,
    columns: Sequence[Column],
    entries: Sequence[Entry],
    widths: Sequence[float],
    words: Words,
    *,
    least_height_pt: float = 0.0,
) -> None:
    """One row of a table, as high as its longest cell needs (Excel allows 409 pt)."""
    lines = 1
    for index, (column, entry, width) in enumerate(zip(columns, entries, widths, strict=True)):
        shown = entry
        if entry.number is None and entry.text:
            needed = fit.wrapped_lines(entry.text, width)
            if fit.height_pt(needed) > fit.MAX_ROW_PT:
                # Never cut in silence: what does not fit is announced at the top of the cell.
                note = words("text.long").format(n=f"{len(entry.text):,}")
                shown = replace(entry, text=note + entry.text)
            lines = max(lines, needed)
        align: Align = "right" if entry.number is not None else column.align
        # A number never wraps; some programs lay a "wrapped" one out over its right rule.
        wrapped = entry.number is None and not entry.formula
        style = look(
            entry.tone,
            align,
            link=entry.link is not None,
            wrapped=wrapped,
            editable=entry.edit is not None,
        )
        put(sheet, row, index + 1, shown, style, words)
    height = max(fit.height_pt(lines), least_height_pt)
    sheet.row_dimensions[row].height = min(fit.MAX_ROW_PT, round(height, 1))


def write_heading(
    sheet: XlsxSheet, title: str, note: str, widths: Sequence[float], words: Words
) -> None:
    """Rows 1 and 2 over the whole table: the sheet's title and a line that says what it holds."""
    for row, text, tone in ((1, title, Tone.TITLE), (2, note, Tone.MUTED)):
        write_spanning(sheet, row, text, tone, widths, words)


def write_spanning(
    sheet: XlsxSheet, row: int, text: str, tone: Tone, widths: Sequence[float], words: Words
) -> None:
    """One text over all columns of a row, as high as it needs."""
    style = look(tone, boxed=False, middle=True)
    if len(widths) > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(widths))
    put(sheet, row, 1, Entry(text), style, words)
    size = float(style.font.size)
    lines = fit.wrapped_lines(text, sum(widths), size)
    sheet.row_dimensions[row].height = round(fit.height_pt(lines, size) + 3, 1)


def _print_text(text: str, limit: int) -> str:
    """Text for a page header: ``&`` starts a code there, so it is doubled."""
    return cut_to_units(one_line(text), limit, "…").replace("&", "&&")


def set_up_print(
    sheet: XlsxSheet,
    head_row: int | None,
    packet_name: str,
    words: Words,
    *,
    landscape: bool = True,
) -> None:
    """A4, one page wide, repeated head rows, packet and page numbers on every page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.65, 0.6
    margins.header = margins.footer = 0.3
    if head_row is not None:
        sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.print_area = f"A1:{get_column_letter(max(1, sheet.max_column))}{max(1, sheet.max_row)}"
    sheet.oddHeader.left.text = _print_text(packet_name, _PRINT_HEAD_LIMIT)
    sheet.oddHeader.right.text = _print_text(sheet.title, 40)
    sheet.oddFooter.left.text = _print_text(words("print.footer"), 80)
    sheet.oddFooter.right.text = words("print.page_of")
    sheet.sheet_view.zoomScale = 100
    sheet.sheet_view.showGridLines = False
