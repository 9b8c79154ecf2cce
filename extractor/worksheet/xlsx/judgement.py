"""人工判断: the conditions that a machine leaves to a person, with the passages and pages gathered."""

from __future__ import annotations

from extractor.core.worksheet import Criterion
from extractor.worksheet.telling import for_judgement, passages_of
from extractor.worksheet.xlsx.book import Book
from extractor.worksheet.xlsx.choices import add_action_choices
from extractor.worksheet.xlsx.index import HEAD_ROW
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import Column, Entry, set_up_print, write_heading, write_table

_LONGEST_PASSAGE = 800  # characters; a cell is read at a glance, the whole text on its page


def build_judgement(book: Book) -> None:
    """The sheet; none where the scheme leaves nothing to judgement."""
    words = book.words
    criteria = for_judgement(book.worksheet)
    if not criteria:
        return
    sheet = book.add_sheet(book.sheet_title("judgement"))
    columns = [
        Column(words("col.no"), 5, 6, "center"),
        Column(words("col.article"), 12, 17),
        Column(words("col.clause"), 24, 36),
        Column(words("col.passages"), 40, 64),
        Column(words("col.pages"), 8, 14, "center"),
        Column(words("col.note"), 16, 34),
        Column(words("col.action"), 14, 16, "center"),
        Column(words("col.opinion"), 22, 30),
    ]
    told: dict[str, str] = {}
    rows = [_row(book, number, c, told) for number, c in enumerate(criteria, start=1)]
    widths = write_table(sheet, HEAD_ROW, columns, rows, words, index=book.index)
    add_action_choices(sheet, len(columns) - 1, HEAD_ROW + 1, HEAD_ROW + len(rows), words)
    write_heading(sheet, words("sheet.judgement"), words("note.judgement"), widths, words)
    sheet.freeze_panes = f"D{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


def _row(book: Book, number: int, criterion: Criterion, told: dict[str, str]) -> list[Entry]:
    words = book.words
    lines: list[str] = []
    for passage in passages_of(book, criterion):
        text = passage.text
        if len(text) > _LONGEST_PASSAGE:
            text = text[:_LONGEST_PASSAGE] + words("text.cut")
        if len(text) > 60 and passage.text in told:  # a narrative stands once
            text = words("docx.as_before").format(article=told[passage.text])
        told.setdefault(passage.text, criterion.article)
        line = words("fact.line").format(label=passage.label, value=text)
        if passage.page is not None:
            place = words("place.page").format(n=passage.page)
            line += words("place.brackets").format(place=place)
        lines.append(line)
    return [
        Entry(str(number), Tone.MUTED),
        Entry(criterion.article, comment=criterion.id),
        Entry(criterion.text),
        Entry("\n".join(lines) or words("value.none")),
        book.pages_entry(criterion.pages),
        Entry(book.beside(criterion.note or "", book.decided.on_criterion(criterion))),
        *book.reviewer_entries("criterion", criterion.id),
    ]
