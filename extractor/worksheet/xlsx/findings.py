"""核对问题: what the checks found, errors first, with a picture of the scan beside each value.

Checks that passed or could not run stand on a sheet of their own, 其他检查: rows that fold away cannot
be unfolded on a protected sheet.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl.drawing.image import Image as XlsxImage
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils import get_column_letter
from openpyxl.utils.units import pixels_to_EMU
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.core.worksheet import Fact, Finding, Outcome, Severity
from extractor.worksheet.crops import SHOWN_WIDTH_PT, Crop
from extractor.worksheet.telling import (
    articles_text,
    compared_text,
    failed_findings,
    pictured_facts,
)
from extractor.worksheet.xlsx import fit
from extractor.worksheet.xlsx.book import Book
from extractor.worksheet.xlsx.choices import add_action_choices
from extractor.worksheet.xlsx.index import HEAD_ROW
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import (
    Column,
    Entry,
    fit_columns,
    protect,
    set_up_print,
    write_heading,
    write_row,
    write_table,
)

_PICTURE_COLUMNS = (5, 7)  # 依据一, 依据二, counted from 1; each has its page beside it
# 208 pt of crop = 277 px, plus 4 px on either side, in units of 7 px (and 5 px of Excel's padding).
_PICTURE_UNITS = 40.5
_PICTURE_GAP_PX = 4
_ACTION_COLUMN = 13

SEVERITY_TONES = {Severity.ERROR: Tone.BAD, Severity.WARN: Tone.CARE, Severity.INFO: Tone.ASK}


def _columns(book: Book) -> list[Column]:
    words = book.words
    return [
        Column(words("col.no"), 5, 6, "center"),
        Column(words("col.check"), 8, 11, "center"),
        Column(words("col.severity"), 8, 17, "center"),
        Column(words("col.message"), 30, 36),
        Column(words("col.basis1"), _PICTURE_UNITS, _PICTURE_UNITS),
        Column(words("col.page_short"), 5, 5, "center"),
        Column(words("col.basis2"), _PICTURE_UNITS, _PICTURE_UNITS),
        Column(words("col.page_short"), 5, 5, "center"),
        Column(words("col.compared"), 14, 26),
        Column(words("col.repairs"), 10, 23),
        Column(words("col.articles"), 10, 16),
        Column(words("col.pages"), 7, 10, "center"),
        Column(words("col.action"), 14, 16, "center"),
        Column(words("col.opinion"), 14, 18),
    ]


def build_findings(book: Book) -> None:
    """The sheet: failed checks with crops and reviewer columns."""
    words = book.words
    findings = book.worksheet.findings
    sheet = book.add_sheet(book.sheet_title("findings"))
    failed = failed_findings(findings)
    columns = _columns(book)
    row = HEAD_ROW
    blocks = [_finding_rows(book, n, finding) for n, finding in enumerate(failed, start=1)]
    write_table(sheet, HEAD_ROW, columns, [], words)
    widths = fit_columns(sheet, columns, [entries for block in blocks for entries, _ in block])
    write_heading(sheet, words("sheet.findings"), _summary(book), widths, words)
    for block in blocks:
        for entries, facts in block:
            row += 1
            _write_pictured_row(book, sheet, row, columns, entries, widths, facts)
            book.index.add_row(sheet, row, [(e.edit, e.text) for e in entries], len(columns))
    if row > HEAD_ROW:
        sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(columns) + 1)}{row}"
        add_action_choices(sheet, _ACTION_COLUMN, HEAD_ROW + 1, row, words)
    else:
        row += 1
        write_row(
            sheet,
            row,
            columns,
            [Entry(), Entry(), Entry(), Entry(words("findings.none")), *[Entry()] * 10],
            widths,
            words,
        )
    protect(sheet)
    sheet.freeze_panes = f"D{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


def _summary(book: Book) -> str:
    findings = book.worksheet.findings
    failed = [f for f in findings if f.outcome == Outcome.FAILED]
    return book.words("note.findings").format(
        error=sum(f.severity == Severity.ERROR for f in failed),
        warn=sum(f.severity == Severity.WARN for f in failed),
        info=sum(f.severity == Severity.INFO for f in failed),
        passed=sum(f.outcome == Outcome.PASSED for f in findings),
        not_run=sum(f.outcome == Outcome.NOT_RUN for f in findings),
    )


def _basis(book: Book, facts: Sequence[Fact], index: int) -> tuple[Entry, Entry]:
    """A fact's words (its picture lands below them) and its page."""
    if index >= len(facts):
        return Entry(), Entry()
    fact = facts[index]
    comment = book.doubt_comment(fact)
    tone = Tone.PLAIN if comment is None else Tone.DOUBT
    return Entry(book.value_line(fact), tone, comment=comment), book.place_entry(fact)


def _finding_rows(
    book: Book, number: int, finding: Finding
) -> list[tuple[list[Entry], tuple[Fact, ...]]]:
    """The rows of one finding: the first says everything, further ones hold more pictures."""
    words = book.words
    facts = pictured_facts(finding, book.facts)
    severity = Entry(words(f"severity.{finding.severity}"), SEVERITY_TONES[finding.severity])
    first = [
        Entry(str(number), Tone.MUTED),
        Entry(finding.check, comment=finding.title),
        severity,
        Entry(book.beside(finding.message or finding.title, book.decided.on_finding(finding))),
        *_basis(book, facts, 0),
        *_basis(book, facts, 1),
        Entry(compared_text(book, finding, facts)),
        Entry("\n".join(finding.repairs) or words("value.none")),
        Entry(articles_text(finding) or words("value.none")),
        book.pages_entry(finding.pages),
        *book.reviewer_entries("finding", finding.check),
    ]
    rows: list[tuple[list[Entry], tuple[Fact, ...]]] = [(first, tuple(facts[:2]))]
    for start in range(2, len(facts), 2):
        again = [
            Entry(str(number), Tone.MUTED),
            Entry(finding.check, Tone.MUTED),
            severity,
            Entry(words("finding.continued"), Tone.MUTED),
            *_basis(book, facts, start),
            *_basis(book, facts, start + 1),
            *[Entry() for _ in range(6)],
        ]
        rows.append((again, tuple(facts[start : start + 2])))
    return rows


def _write_pictured_row(
    book: Book,
    sheet: XlsxSheet,
    row: int,
    columns: Sequence[Column],
    entries: Sequence[Entry],
    widths: Sequence[float],
    facts: Sequence[Fact],
) -> None:
    """A row with pictures under the words of its two basis cells."""
    placed: list[tuple[int, float, Crop]] = []
    least = 0.0
    for column, fact in zip(_PICTURE_COLUMNS, facts, strict=False):
        crop = book.crops.get(fact.id)
        if crop is None:
            continue
        text_pt = fit.height_pt(fit.wrapped_lines(entries[column - 1].text, _PICTURE_UNITS))
        placed.append((column, text_pt, crop))
        least = max(least, text_pt + crop.height_pt + 6)
    write_row(sheet, row, columns, entries, widths, book.words, least_height_pt=least)
    for column, text_pt, crop in placed:
        _place_picture(sheet, row, column, text_pt, crop)


def _place_picture(sheet: XlsxSheet, row: int, column: int, top_pt: float, crop: Crop) -> None:
    """Anchor a picture inside one cell, so that it moves, sorts, filters and hides with its row."""
    scale = min(1.0, SHOWN_WIDTH_PT / crop.width_pt)
    width, height = crop.width_pt * scale * 96 / 72, crop.height_pt * scale * 96 / 72
    left, top = _PICTURE_GAP_PX, top_pt * 96 / 72

    def marker(x: float, y: float) -> AnchorMarker:
        return AnchorMarker(
            col=column - 1,
            colOff=pixels_to_EMU(round(x)),
            row=row - 1,
            rowOff=pixels_to_EMU(round(y)),
        )

    picture = XlsxImage(io.BytesIO(crop.content))
    picture.anchor = TwoCellAnchor(
        editAs="twoCell", _from=marker(left, top), to=marker(left + width, top + height)
    )
    sheet.add_image(picture)


_PLACES_OF_OTHERS = 3  # a check that found nothing is looked up by its pages


def build_other_checks(book: Book) -> None:
    """Checks that passed and checks that could not run, one line each, on a sheet of their own."""
    words = book.words
    columns = [
        Column(words("col.check"), 8, 11, "center"),
        Column(words("col.status"), 10, 16, "center"),
        Column(words("col.about"), 24, 40),
        Column(words("col.note"), 20, 46),
        Column(words("col.missing"), 14, 40),
        Column(words("col.compared"), 14, 40),
        Column(words("col.articles"), 10, 20),
        Column(words("col.pages"), 7, 12, "center"),
    ]
    outcomes = (Outcome.NOT_RUN, Outcome.PASSED)
    chosen = [f for o in outcomes for f in book.worksheet.findings if f.outcome == o]
    if not chosen:
        return
    sheet = book.add_sheet(book.sheet_title("checks"))
    rows = [_other_row(book, finding) for finding in chosen]
    widths = write_table(sheet, HEAD_ROW, columns, rows, words)
    counts = {o: sum(f.outcome == o for f in chosen) for o in outcomes}
    note = words("note.checks").format(not_run=counts[outcomes[0]], passed=counts[outcomes[1]])
    write_heading(sheet, words("sheet.checks"), note, widths, words)
    sheet.freeze_panes = f"D{HEAD_ROW + 1}"
    protect(sheet)
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


def _other_row(book: Book, finding: Finding) -> list[Entry]:
    words = book.words
    missing = "\n".join(book.naming.name(name) for name in finding.missing)
    return [
        Entry(finding.check, Tone.MUTED),
        Entry(words(f"outcome.{finding.outcome}"), Tone.NONE),
        Entry(finding.title),
        Entry(finding.message if finding.message != finding.title else "", Tone.MUTED),
        Entry(missing, Tone.MUTED),
        Entry(compared_text(book, finding, (), _PLACES_OF_OTHERS), Tone.MUTED),
        Entry(articles_text(finding), Tone.MUTED),
        book.pages_entry(finding.pages) if finding.pages else Entry(),
    ]
