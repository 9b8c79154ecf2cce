"""材料清单 and 认定条件: what the scheme asks for, and what the packet shows."""

from __future__ import annotations

import re

from extractor.core.worksheet import Criterion, Material, MaterialStatus, Value, Verdict
from extractor.worksheet.shown import MONEY_UNITS, RATIO_UNITS
from extractor.worksheet.xlsx.book import FUNCTIONS_FIELD, Book
from extractor.worksheet.xlsx.choices import add_action_choices
from extractor.worksheet.xlsx.index import HEAD_ROW
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import Column, Entry, set_up_print, write_heading, write_table

_DIRECTION = re.compile("以上|以下|以内|不低于|不少于|不超|至少|[≥≤><]")

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
        Entry(material.note or ""),
        *book.reviewer_entries("material", material.id),
    ]


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


def _display_unit(criterion: Criterion) -> str | None:
    """The unit to show a condition's values in: the one its own words use for money and ratios.

    Ratios have no canonical unit; their per cent sign stands in the threshold or the clause.
    """
    printed = criterion.threshold_printed or ""
    if criterion.unit in MONEY_UNITS:
        named = [unit for unit in MONEY_UNITS if unit != "元" and unit in printed]
        return max(named, key=len) if named else criterion.unit
    if criterion.unit in RATIO_UNITS:
        return "%"
    if criterion.unit is None and any(sign in (printed or criterion.text) for sign in "%％‰"):
        return "%"
    return criterion.unit


def criterion_value(book: Book, criterion: Criterion, value: Value | None) -> str:
    """One of a condition's values for people."""
    if value is None:
        return book.words("value.none")
    field_id = FUNCTIONS_FIELD if criterion.kind == "function_rule" else ""
    return book.value(value, _display_unit(criterion), field_id)


def _threshold_text(book: Book, criterion: Criterion) -> str:
    """How the value is held against what: ``≥ 200万元``; the clause's own words where they say it."""
    sign = book.words.either("comparator", criterion.comparator)
    printed = criterion.threshold_printed
    if printed and _DIRECTION.search(printed):
        return printed
    if criterion.threshold is None:
        return sign or book.words("value.none")
    shown = printed or criterion_value(book, criterion, criterion.threshold)
    return f"{sign} {shown}".strip()


def _readings_text(book: Book, criterion: Criterion) -> str:
    words = book.words
    lines = [
        words("reading.line").format(
            id=reading.id,
            title=reading.title,
            value=criterion_value(book, criterion, reading.value),
            verdict=words(f"verdict.{reading.verdict}"),
        )
        for reading in criterion.readings
    ]
    return "\n".join(lines)


def _criterion_row(book: Book, number: int, criterion: Criterion) -> list[Entry]:
    words = book.words
    return [
        Entry(str(number), Tone.MUTED),
        Entry(criterion.article, comment=criterion.id),
        Entry(criterion.text),
        Entry(criterion_value(book, criterion, criterion.stated)),
        Entry(criterion_value(book, criterion, criterion.evidence)),
        Entry(criterion_value(book, criterion, criterion.recomputed)),
        Entry(_threshold_text(book, criterion)),
        Entry(words(f"verdict.{criterion.verdict}"), VERDICT_TONES[criterion.verdict]),
        Entry(_readings_text(book, criterion)),
        book.pages_entry(criterion.pages),
        Entry(criterion.note or ""),
        *book.reviewer_entries("criterion", criterion.id),
    ]
