"""人员, 服务企业, 设备 and every other list read from the packet: one builder for all of them."""

from __future__ import annotations

import re

from openpyxl.utils import get_column_letter

from extractor.core.worksheet import FactStatus, Row, RowSet
from extractor.worksheet.decided import is_removed
from extractor.worksheet.xlsx.book import Book
from extractor.worksheet.xlsx.choices import add_action_choices, add_word_choices
from extractor.worksheet.xlsx.index import HEAD_ROW, Edit
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.recompute import ListPlace
from extractor.worksheet.xlsx.sheet import Column, Entry, set_up_print, write_heading, write_table

# The lists reviewers work in have their own short sheet titles, in this order; others follow.
LIST_SHEETS = {
    "staff_roster": "staff",
    "served_list": "served",
    "equipment_list": "equipment",
    "app_partners": "partners",
    "app_operations": "operations",
    "sample_survey": "survey",
}


_BRACKET = re.compile("[(（]")
_FEW_COLUMNS = 8  # so many wide ones still print at a readable size


def list_fields(row_sets: tuple[RowSet, ...]) -> list[str]:
    """The fields that have rows, the well-known ones first, then in order of appearance."""
    present = list(dict.fromkeys(s.field for s in row_sets if s.rows))
    known = [field for field in LIST_SHEETS if field in present]
    return known + [field for field in present if field not in LIST_SHEETS]


def build_lists(book: Book) -> list[ListPlace]:
    """One sheet for each list that has rows; returns where each list stands."""
    fields = list_fields(book.worksheet.rows)
    return [place for field_id in fields for place in _build_list(book, field_id)]


def list_sheet_title(book: Book, field_id: str) -> str:
    """The title asked for a list's sheet (made unique and cut when the sheet is added)."""
    if field_id in LIST_SHEETS:
        return book.sheet_title(LIST_SHEETS[field_id])
    # Labels of forms carry remarks in brackets ("(次数、时间、地点…)"): too much for a tab.
    label = book.naming.label(field_id).removeprefix("其中：")
    return _BRACKET.split(label, maxsplit=1)[0].strip() or label


def _column_ids(book: Book, field_id: str, row_sets: list[RowSet]) -> list[str]:
    """The columns that were read in any row, in the form's order."""
    read = dict.fromkeys(c for s in row_sets for row in s.rows for c in row.cells)
    ordered = [c for c in book.naming.columns.get(field_id, ()) if c in read]
    return ordered + [c for c in read if c not in ordered]


def _build_list(book: Book, field_id: str) -> list[ListPlace]:
    words = book.words
    row_sets = [s for s in book.worksheet.rows if s.field == field_id and s.rows]
    sheet = book.add_sheet(list_sheet_title(book, field_id))
    column_ids = _column_ids(book, field_id, row_sets)
    several = len(row_sets) > 1
    columns = [Column(words("col.row"), 6, 8, "center")]
    if several:
        columns.append(Column(words("col.document"), 14, 28))
    widest = 46 if len(column_ids) <= _FEW_COLUMNS else 30
    columns += [Column(book.naming.head(c), 7, widest) for c in column_ids]
    columns += [
        Column(words("col.page"), 6, 8, "center"),
        Column(words("col.confidence"), 8, 13, "center"),
        Column(words("col.action"), 14, 16, "center"),
        Column(words("col.opinion"), 16, 20),
    ]
    rows: list[list[Entry]] = []
    for row_set in row_sets:
        for row in row_set.rows:
            entries = [Entry(str(row.no), Tone.MUTED)]
            if several:
                entries.append(Entry(book.document_name(row_set.document)))
            entries += [_cell_entry(book, row, c) for c in column_ids]
            rows.append(entries + _row_end(book, row))
    title = book.naming.label(field_id)
    widths = write_table(sheet, HEAD_ROW, columns, rows, words, index=book.index)
    last = HEAD_ROW + len(rows)
    add_action_choices(sheet, len(columns) - 1, HEAD_ROW + 1, last, words)
    for number, column_id in enumerate(column_ids, start=2 + several):
        known = list(dict.fromkeys(book.naming.enum_labels.get(column_id, {}).values()))
        add_word_choices(sheet, number, HEAD_ROW + 1, last, known, words)
    write_heading(sheet, title, _note(book, row_sets), widths, words)
    sheet.freeze_panes = f"{'D' if several else 'C'}{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)
    letters = {c: get_column_letter(n) for n, c in enumerate(column_ids, start=2 + several)}
    places: list[ListPlace] = []
    first = HEAD_ROW + 1
    for row_set in row_sets:
        end = first + len(row_set.rows) - 1
        action = get_column_letter(len(columns) - 1)
        places.append(ListPlace(row_set, sheet.title, first, end, letters, action))
        first = end + 1
    return places


def _note(book: Book, row_sets: list[RowSet]) -> str:
    words = book.words
    notes: list[str] = []
    for row_set in row_sets:
        note = words("note.list").format(
            n=len(row_set.rows),
            pages=book.join([book.pages_entry(row_set.pages).text]),
            document=book.document_name(row_set.document) or words("value.none"),
        )
        if row_set.stated_total is not None:
            note += words("note.list_total").format(n=row_set.stated_total)
        notes.append(note)
    return words("list.clause").join([*notes, words("note.shading")])


def _cell_entry(book: Book, row: Row, column: str) -> Entry:
    """A table cell: the value; shaded, with what is known about it, where it is not certain.

    A reviewer may fill in what nobody read; it belongs to the row of the facts beside it.
    """
    fact = row.cells.get(column)
    if fact is None:
        beside = next(iter(row.cells.values()), None)
        new = None if beside is None else Edit("cell", f"{beside.id}|{column}", "value")
        return Entry(book.words("value.none"), Tone.MUTED, edit=new)
    comment = book.doubt_comment(fact)
    tone = Tone.NONE if is_removed(row) else Tone.PLAIN if comment is None else Tone.DOUBT
    edit = Edit("fact", fact.id, "value")
    if fact.value is None:
        return Entry(book.words("value.unread"), tone, comment=comment, edit=edit)
    shown = book.shown(fact)
    return Entry(shown.text, tone, shown.number, shown.number_format, comment=comment, edit=edit)


def _row_end(book: Book, row: Row) -> list[Entry]:
    """Page link, the worst confidence of the row, and the reviewer's two cells."""
    ids = ",".join(f.id for f in row.cells.values())
    reviewer = book.reviewer_entries("row", ids, "reject" if is_removed(row) else "")
    placed = [fact for fact in row.cells.values() if fact.page is not None or fact.address]
    place = book.place_entry(placed[0]) if placed else Entry(book.words("value.none"), Tone.MUTED)
    if not row.cells:
        return [place, Entry(book.words("value.none"), Tone.MUTED), Entry(), Entry()]
    worst = min(row.cells.values(), key=lambda f: f.confidence)
    doubtful = any(f.status == FactStatus.DOUBTFUL for f in row.cells.values())
    tone = Tone.DOUBT if doubtful else Tone.MUTED
    return [place, Entry(f"{worst.confidence:.2f}", tone), *reviewer]
