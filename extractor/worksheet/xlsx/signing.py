"""审核签署 on the first sheet, and 处理记录: who signed, what was decided so far."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.worksheet.decided import WHOLE
from extractor.worksheet.xlsx.book import Book
from extractor.worksheet.xlsx.index import HEAD_ROW, Edit
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import (
    Column,
    Entry,
    protect,
    set_up_print,
    sheet_ref,
    write_heading,
    write_row,
    write_spanning,
    write_table,
)

_LEAST_HEIGHT_PT = 30.0  # room for a hand


def write_sign_off(
    book: Book, sheet: XlsxSheet, row: int, columns: Sequence[Column], widths: Sequence[float]
) -> tuple[int, int]:
    """What is decided and signed, room for hands on paper, and the opinion; the last row, and that of
    the opinion.

    The opinion comes back as a remark on the whole worksheet. Name and date do not: whoever imports
    is named, and a signature is made with the site's key.
    """
    words = book.words
    write_spanning(sheet, row, words("section.sign_off"), Tone.SECTION, widths, words)
    row += 1
    signed = book.decided.signed()
    state = Entry(signed or words("decided.nothing"), Tone.PLAIN if signed else Tone.MUTED)
    link = Entry()
    if signed:
        title = book.sheet_title("decisions")
        link = Entry(title, link=sheet_ref(title))
    line = (Entry(words("decided.state"), Tone.MUTED), state, link, Entry())
    write_row(sheet, row, columns, line, widths, words)
    opinion = row + 3
    for label in ("sign.reviewer", "sign.date", "sign.opinion"):
        row += 1
        edit = Edit("worksheet", WHOLE, "opinion") if row == opinion else None
        blank = Entry("", Tone.INPUT)
        line = (Entry(words(label), Tone.MUTED), Entry("", Tone.INPUT, edit=edit), blank, blank)
        write_row(sheet, row, columns, line, widths, words, least_height_pt=_LEAST_HEIGHT_PT)
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(columns))
    write_spanning(sheet, row + 1, words("sign.how"), Tone.MUTED, widths, words)
    return row + 1, opinion


def index_opinion(book: Book, sheet: XlsxSheet, row: int, columns: int) -> None:
    """Registers the cell of the opinion; every other row gets a key, or it would count as added."""
    for number in range(HEAD_ROW + 1, sheet.max_row + 1):
        edit = Edit("worksheet", WHOLE, "opinion") if number == row else None
        book.index.add_row(sheet, number, [(None, ""), (edit, "")], columns)
    protect(sheet)


def build_decisions(book: Book) -> None:
    """The record, oldest first; none where nothing was decided."""
    words = book.words
    lines = book.decided.lines()
    if not lines:
        return
    sheet = book.add_sheet(book.sheet_title("decisions"))
    columns = [
        Column(words("col.no"), 5, 6, "center"),
        Column(words("col.when"), 16, 18, "center"),
        Column(words("col.who"), 8, 14, "center"),
        Column(words("col.action"), 10, 18, "center"),
        Column(words("col.on"), 20, 44),
        Column(words("col.before"), 12, 34),
        Column(words("col.after"), 12, 34),
        Column(words("col.why"), 12, 40),
        Column(words("col.page"), 6, 8, "center"),
    ]
    rows = [
        [
            Entry(str(number), Tone.MUTED),
            Entry(line.when, Tone.MUTED),
            Entry(line.who),
            Entry(line.action),
            Entry(line.on),
            Entry(line.before, Tone.NONE if line.gone else Tone.PLAIN),
            Entry(line.after),
            Entry(line.why),
            Entry("" if line.page is None else str(line.page), link=book.page_link(line.page)),
        ]
        for number, line in enumerate(lines, start=1)
    ]
    widths = write_table(sheet, HEAD_ROW, columns, rows, words)
    note = " ".join(t for t in (book.decided.signed(), words("decided.note")) if t)
    write_heading(sheet, words("sheet.decisions"), note, widths, words)
    protect(sheet)
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)
