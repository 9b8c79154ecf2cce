"""材料清单 and 认定条件: what the scheme asks for, and what the packet shows."""

from __future__ import annotations

from extractor.core.worksheet import Criterion, Material, MaterialStatus, Verdict
from extractor.worksheet.telling import criterion_value, readings_text, threshold_text
from extractor.worksheet.xlsx.book import Book
from extractor.worksheet.xlsx.choices import add_action_choices
from extractor.worksheet.xlsx.index import HEAD_ROW
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import (
    Column,
    Entry,
    set_up_print,
    sheet_ref,
    write_heading,
    write_table,
)

MATERIAL_TONES = {
    MaterialStatus.FOUND: Tone.GOOD,
    MaterialStatus.NOT_FOUND: Tone.BAD,
    MaterialStatus.INSUFFICIENT: Tone.CARE,
    MaterialStatus.DEFECTIVE: Tone.CARE,
    MaterialStatus.NOT_APPLICABLE: Tone.NONE,
    MaterialStatus.TEXT_NOT_LOADED: Tone.NONE,
}
VERDICT_TONES = {
    Verdict.MET: Tone.GOOD,
    Verdict.NOT_MET: Tone.BAD,
    Verdict.CONFLICT: Tone.BAD,
    Verdict.MET_STATED_ONLY: Tone.CARE,
    Verdict.READINGS_DIFFER: Tone.CARE,
    Verdict.RELAXABLE: Tone.CARE,
    Verdict.NOT_SHOWN: Tone.CARE,
    Verdict.FOR_JUDGEMENT: Tone.ASK,
    Verdict.NOT_APPLICABLE: Tone.NONE,
    Verdict.TEXT_NOT_LOADED: Tone.NONE,
}


def build_materials(book: Book) -> None:
    """The completeness table: each material with its state, pages and what it still needs."""
    words = book.words
    sheet = book.add_sheet(book.sheet_title("materials"))
    columns = [
        Column(words("col.no"), 5, 6, "center"),
        Column(words("col.article"), 12, 20),
        Column(words("col.material"), 30, 46),
        Column(words("col.requirement"), 8, 14, "center"),
        Column(words("col.status"), 10, 17, "center"),
        Column(words("col.pages"), 8, 20, "center"),
        Column(words("col.documents"), 16, 34),
        Column(words("col.needs"), 12, 24),
        Column(words("col.note"), 14, 36),
        Column(words("col.action"), 14, 16, "center"),
        Column(words("col.opinion"), 18, 22),
    ]
    rows = [_material_row(book, n, m) for n, m in enumerate(book.worksheet.materials, start=1)]
    widths = write_table(sheet, HEAD_ROW, columns, rows, words, index=book.index)
    add_action_choices(sheet, len(columns) - 1, HEAD_ROW + 1, HEAD_ROW + len(rows), words)
    write_heading(sheet, words("sheet.materials"), words("note.materials"), widths, words)
    sheet.freeze_panes = f"D{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


def _material_row(book: Book, number: int, material: Material) -> list[Entry]:
    words = book.words
    documents = [book.document_name(d) for d in material.documents]
    return [
        Entry(str(number), Tone.MUTED),
        Entry(material.article),
        Entry(material.text),
        Entry(words.either("requirement", material.requirement)),
        Entry(words(f"material.{material.status}"), MATERIAL_TONES[material.status]),
        book.pages_entry(material.pages),
        Entry("\n".join(d for d in documents if d) or words("value.none")),
        Entry(book.join(material.needs)),
        Entry(book.beside(material.note or "", book.decided.on_material(material))),
        *book.reviewer_entries("material", material.id),
    ]


def _reviewer(book: Book, criterion: Criterion) -> tuple[Entry, Entry]:
    """处理 and 意见; what is for judgement has them where its passages are, and nowhere else."""
    if criterion.verdict != Verdict.FOR_JUDGEMENT:
        return book.reviewer_entries("criterion", criterion.id)
    title = book.sheet_title("judgement")
    return Entry(title, Tone.MUTED, link=sheet_ref(title)), Entry()


def build_criteria(book: Book) -> None:
    """The conditions in article order: stated, evidence and recomputed values beside the threshold."""
    words = book.words
    sheet = book.add_sheet(book.sheet_title("criteria"))
    columns = [
        Column(words("col.no"), 5, 6, "center"),
        Column(words("col.article"), 12, 17),
        Column(words("col.clause"), 30, 42),
        Column(words("col.stated"), 10, 20, "right"),
        Column(words("col.evidence"), 10, 20, "right"),
        Column(words("col.recomputed"), 10, 20, "right"),
        Column(words("col.threshold"), 10, 20, "center"),
        Column(words("col.verdict"), 12, 23, "center"),
        Column(words("col.readings"), 18, 34),
        Column(words("col.pages"), 8, 12, "center"),
        Column(words("col.note"), 16, 34),
        Column(words("col.action"), 14, 16, "center"),
        Column(words("col.opinion"), 16, 20),
    ]
    rows = [_criterion_row(book, n, c) for n, c in enumerate(book.worksheet.criteria, start=1)]
    widths = write_table(sheet, HEAD_ROW, columns, rows, words, index=book.index)
    add_action_choices(sheet, len(columns) - 1, HEAD_ROW + 1, HEAD_ROW + len(rows), words)
    write_heading(sheet, words("sheet.criteria"), words("note.criteria"), widths, words)
    sheet.freeze_panes = f"D{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


def _criterion_row(book: Book, number: int, criterion: Criterion) -> list[Entry]:
    words = book.words
    return [
        Entry(str(number), Tone.MUTED),
        Entry(criterion.article, comment=criterion.id),
        Entry(criterion.text),
        Entry(criterion_value(book, criterion, criterion.stated)),
        Entry(criterion_value(book, criterion, criterion.evidence)),
        Entry(criterion_value(book, criterion, criterion.recomputed)),
        Entry(threshold_text(book, criterion)),
        Entry(words(f"verdict.{criterion.verdict}"), VERDICT_TONES[criterion.verdict]),
        Entry(readings_text(book, criterion)),
        book.pages_entry(criterion.pages),
        Entry(book.beside(criterion.note or "", book.decided.on_criterion(criterion))),
        *_reviewer(book, criterion),
    ]
