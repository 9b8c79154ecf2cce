"""全部数据, 计算过程 and 页面: every fact with its place, every quantity with its steps, every page."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.core.worksheet import Fact, FactStatus, Outcome, PageInfo, Quantity, TraceStep
from extractor.worksheet.head import ENTITY_CLASS
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
    write_table,
)

_STATUS_TONES = {
    FactStatus.CERTAIN: Tone.PLAIN,
    FactStatus.DOUBTFUL: Tone.DOUBT,
    FactStatus.CORRECTED: Tone.ASK,
    FactStatus.REJECTED: Tone.NONE,
}


def _facts_in_order(book: Book) -> Iterator[tuple[Fact, int | None]]:
    """Facts with their row number: those outside lists first, then lists row by row."""
    for fact in book.worksheet.facts:
        yield fact, None
    for row_set in book.worksheet.rows:
        for row in row_set.rows:
            for fact in row.cells.values():
                yield fact, row.no


def build_facts(book: Book) -> None:
    """Every value that was read, with the text on the paper and how sure it is."""
    words = book.words
    sheet = book.add_sheet(book.sheet_title("facts"))
    columns = [
        Column(words("col.field"), 14, 28),
        Column(words("col.field_id"), 14, 34),
        Column(words("col.row"), 5, 7, "center"),
        Column(words("col.value"), 16, 34),
        Column(words("col.canonical"), 14, 28),
        Column(words("col.raw"), 16, 34),
        Column(words("col.document"), 12, 22),
        Column(words("col.page"), 6, 10, "center"),
        Column(words("col.method"), 8, 14, "center"),
        Column(words("col.confidence"), 8, 13, "center"),
        Column(words("col.fact_status"), 8, 13, "center"),
        Column(words("col.finding"), 8, 12, "center"),
        Column(words("col.opinion"), 14, 20),
    ]
    cited = _first_findings(book)
    rows = [_fact_row(book, fact, no, cited) for fact, no in _facts_in_order(book)]
    widths = write_table(sheet, HEAD_ROW, columns, rows, words, index=book.index)
    write_heading(
        sheet, words("sheet.facts"), words("note.facts").format(n=len(rows)), widths, words
    )
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


def _first_findings(book: Book) -> dict[str, str]:
    """Fact id → the check that first found something in it."""
    cited: dict[str, str] = {}
    for finding in book.worksheet.findings:
        if finding.outcome == Outcome.FAILED:
            for fact_id in finding.facts:
                cited.setdefault(fact_id, finding.check)
    return cited


def _fact_row(book: Book, fact: Fact, row_no: int | None, cited: dict[str, str]) -> list[Entry]:
    words = book.words
    unread = fact.value is None
    tone = _STATUS_TONES[fact.status]
    shown = words("value.unread") if unread else book.shown(fact).text
    canonical = "" if unread else book.canonical(fact)
    check = cited.get(fact.id)
    findings = sheet_ref(book.sheet_title("findings"))
    # A cell of a list is corrected on its list's own sheet: one value, one place to change it.
    own = row_no is None
    number = None if unread or not own else book.shown(fact)
    return [
        Entry(book.naming.label(fact.field)),
        Entry(fact.field, Tone.MUTED),
        Entry("" if row_no is None else str(row_no), Tone.MUTED),
        Entry(
            shown,
            tone,
            None if number is None else number.number,
            "General" if number is None else number.number_format,
            edit=Edit("fact", fact.id, "value") if own else None,
        ),
        Entry("" if canonical == shown else canonical, Tone.MUTED),
        Entry(fact.raw or words("value.none")),
        Entry(book.document_type(fact.document) or words("value.none")),
        book.place_entry(fact),
        Entry(words(f"method.{fact.method}"), Tone.MUTED),
        Entry(f"{fact.confidence:.2f}", tone),
        Entry(words(f"fact_status.{fact.status}"), tone),
        Entry(check, link=findings) if check else Entry(),
        Entry("", Tone.INPUT, edit=Edit("fact", fact.id, "opinion")) if own else Entry(),
    ]


def build_quantities(book: Book) -> None:
    """How every recomputed figure came about."""
    words = book.words
    if not book.worksheet.quantities:
        return
    sheet = book.add_sheet(book.sheet_title("quantities"))
    columns = [
        Column(words("col.quantity"), 16, 30),
        Column(words("col.field_id"), 16, 28),
        Column(words("col.result"), 14, 24, "right"),
        Column(words("col.formula"), 16, 36),
        Column(words("col.steps"), 24, 50),
        Column(words("col.readings"), 16, 30),
        Column(words("col.missing"), 12, 28),
    ]
    rows = [_quantity_row(book, quantity) for quantity in book.worksheet.quantities]
    widths = write_table(sheet, HEAD_ROW, columns, rows, words)
    write_heading(sheet, words("sheet.quantities"), words("note.quantities"), widths, words)
    protect(sheet)
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


def _quantity_row(book: Book, quantity: Quantity) -> list[Entry]:
    words = book.words
    steps = [
        words("fact.line").format(label=step.label, value=_step_value(book, step))
        for step in quantity.trace
    ]
    readings = [
        words("reading.value").format(
            id=r.id, title=r.title, value=book.value(r.value, quantity.unit, quantity.id)
        )
        for r in quantity.readings
    ]
    known = quantity.value is not None
    return [
        Entry(book.naming.label(quantity.id)),
        Entry(quantity.id, Tone.MUTED),
        Entry(
            book.value(quantity.value, quantity.unit, quantity.id)
            if known
            else words("value.not_computed"),
            Tone.PLAIN if known else Tone.MUTED,
        ),
        Entry(quantity.formula, Tone.MUTED),
        Entry("\n".join(steps)),
        Entry("\n".join(readings)),
        Entry("\n".join(book.naming.name(m) for m in quantity.missing)),
    ]


def _step_value(book: Book, step: TraceStep) -> str:
    """A step's figure; a fact's own with its unit, for its label may name the one of the paper."""
    cited = [book.facts[ident] for ident in step.facts if ident in book.facts]
    if len(cited) == 1 and step.value == str(cited[0].value):
        return book.shown(cited[0]).text
    word = book.naming.enum_labels.get(ENTITY_CLASS, {}).get(step.value)
    return word or step.value


def build_pages(book: Book) -> None:
    """The page map: what each page is, where it came from, how well it could be read."""
    words = book.words
    sheet = book.add_sheet(book.sheet_title("pages"))
    columns = [
        Column(words("col.page"), 6, 7, "center"),
        Column(words("col.file"), 16, 36),
        Column(words("col.page_in_file"), 8, 10, "center"),
        Column(words("col.document"), 18, 36),
        Column(words("col.source"), 8, 12, "center"),
        Column(words("col.quality"), 8, 9, "center"),
        Column(words("col.quality_reasons"), 12, 26),
        Column(words("col.turned"), 8, 14, "center"),
        Column(words("col.problems"), 18, 44),
    ]
    rows = [_page_row(book, page) for page in book.worksheet.pages]
    note = words("note.pages").format(n=len(rows))
    widths = write_table(sheet, HEAD_ROW, columns, rows, words)
    write_heading(sheet, words("sheet.pages"), note, widths, words)
    protect(sheet)
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


_POOR_QUALITY = 0.6  # below it a page is pointed out; the reading stage's own scale


def _page_row(book: Book, page: PageInfo) -> list[Entry]:
    words = book.words
    file = book.files.get(page.file)
    problems = [p.message for p in book.worksheet.problems if p.page == page.no]
    reasons = [words.either("quality", reason) for reason in page.quality_reasons]
    turned: list[str] = []
    if page.rotation_deg:
        turned.append(f"{page.rotation_deg}°")
    if abs(page.skew_deg) >= 0.1:
        turned.append(words("page.skew").format(deg=f"{page.skew_deg:+.1f}"))
    href = book.page_href(page.no)
    return [
        Entry(str(page.no), link=href),
        Entry(file.name if file else page.file),
        Entry(str(page.page_in_file), Tone.MUTED),
        Entry(book.document_name(page.document) or words("page.no_document")),
        Entry(words(f"source.{page.source}"), Tone.MUTED),
        Entry(f"{page.quality:.2f}", Tone.DOUBT if page.quality < _POOR_QUALITY else Tone.PLAIN),
        Entry(words("list.separator").join(reasons)),
        Entry(words("list.separator").join(turned), Tone.MUTED),
        Entry("\n".join(problems), Tone.CARE if problems else Tone.PLAIN),
    ]
