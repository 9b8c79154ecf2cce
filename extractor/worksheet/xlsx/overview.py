"""总览 and 说明: the head of the worksheet, and how to read it.

No line of it says whether the packet as a whole should be recognised: that is for the experts and
the bureau (general rule G.no_verdict_on_packet).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from extractor.core.worksheet import (
    CaseEntry,
    Fact,
    FactStatus,
    MaterialStatus,
    Outcome,
    Severity,
    Verdict,
)
from extractor.worksheet.head import (
    ENTITY_CLASS,
    USCC_CHECKS,
    applicant_fact,
    case_value,
    problem_groups,
    uscc_facts,
)
from extractor.worksheet.shown import show_date
from extractor.worksheet.xlsx.book import Book
from extractor.worksheet.xlsx.criteria import MATERIAL_TONES, VERDICT_TONES
from extractor.worksheet.xlsx.findings import SEVERITY_TONES
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import (
    Column,
    Entry,
    set_up_print,
    sheet_ref,
    write_row,
    write_spanning,
)
from extractor.worksheet.xlsx.signing import index_opinion, write_sign_off

_COLUMNS = (
    Column("", 27, 27),
    Column("", 56, 56),
    Column("", 34, 34),
    Column("", 16, 16, "center"),
)
_WIDTHS = tuple(column.widest for column in _COLUMNS)
Line = tuple[Entry, Entry, Entry, Entry]


def _line(label: str, value: Entry | str, source: str = "", pages: Entry | None = None) -> Line:
    entry = Entry(value) if isinstance(value, str) else value
    return Entry(label, Tone.MUTED), entry, Entry(source, Tone.MUTED), pages or Entry()


def _fact_line(book: Book, label: str, fact: Fact) -> Line:
    comment = book.doubt_comment(fact)
    tone = Tone.PLAIN if comment is None else Tone.DOUBT
    return _line(
        label,
        Entry(book.shown(fact).text, tone, comment=comment),
        book.document_type(fact.document),
        book.place_entry(fact),
    )


def _applicant_lines(book: Book) -> Iterator[Line]:
    words = book.words
    name = applicant_fact(book)
    if name is None:
        yield _line(words("over.applicant"), Entry(words("value.unread"), Tone.CARE))
    else:
        yield _fact_line(book, words("over.applicant"), name)
    codes = uscc_facts(book)
    for code in codes:
        yield _fact_line(book, book.naming.label(code.field), code)
    if not codes:
        yield _line(words("over.uscc"), Entry(words("value.unread"), Tone.CARE))
    checks = [f for f in book.worksheet.findings if f.check in USCC_CHECKS]
    for finding in checks:
        text = words("over.check").format(title=finding.title, check=finding.check)
        outcome = words(f"outcome.{finding.outcome}")
        failed = finding.outcome == Outcome.FAILED
        detail = finding.message if failed else ""
        yield _line(
            words("over.uscc_check"),
            Entry(
                words("fact.line").format(label=text, value=outcome),
                SEVERITY_TONES[finding.severity] if failed else Tone.PLAIN,
            ),
            detail,
        )


def _entity_lines(book: Book) -> Iterator[Line]:
    words = book.words
    for quantity in (q for q in book.worksheet.quantities if q.id == ENTITY_CLASS):
        known = quantity.value is not None
        text = book.value(quantity.value, field_id=ENTITY_CLASS) if known else words("value.unread")
        yield _line(words("over.entity_class"), Entry(text, Tone.PLAIN if known else Tone.CARE))


def _scheme_lines(book: Book) -> Iterator[Line]:
    words, scheme = book.words, book.worksheet.scheme
    yield _line(words("over.scheme"), scheme.title, scheme.id)
    yield _line(
        words("over.scheme_status"),
        words.either("scheme_status", scheme.status),
        words.either("chosen_by", scheme.chosen_by),
    )
    if scheme.banner:
        yield _line(words("over.banner"), Entry(scheme.banner, Tone.BAD))
    yield _line(
        words("over.as_of"),
        show_date(scheme.as_of, words),
        words.either("case_source", scheme.as_of_source),
    )
    for index, gap in enumerate(scheme.gaps):
        yield _line(words("over.gaps") if index == 0 else "", Entry(gap, Tone.CARE))


def _case_lines(book: Book) -> Iterator[Line]:
    words, case = book.words, book.worksheet.case
    for name in type(case).model_fields:
        entry: CaseEntry | None = getattr(case, name)
        label = words(f"case.{name}")
        if entry is None or entry.value is None:
            yield _line(label, Entry(words("value.unknown"), Tone.MUTED))
            continue
        fact = book.facts.get(entry.fact or "")
        yield _line(
            label,
            case_value(book, name, entry.value),
            words.either("case_source", entry.source),
            book.place_entry(fact) if fact is not None else None,
        )


def _count_lines(book: Book) -> Iterator[Line]:
    worksheet = book.worksheet
    failed = Counter(f.severity for f in worksheet.findings if f.outcome == Outcome.FAILED)
    outcomes = Counter(f.outcome for f in worksheet.findings)
    found = [(f"severity.{s}", failed[s], SEVERITY_TONES[s]) for s in Severity]
    found += [(f"outcome.{o}", outcomes[o], Tone.PLAIN) for o in (Outcome.NOT_RUN, Outcome.PASSED)]
    materials = Counter(m.status for m in worksheet.materials)
    verdicts = Counter(c.verdict for c in worksheet.criteria)
    yield _counts(book, "findings", found)
    yield _counts(
        book,
        "materials",
        [(f"material.{m}", materials[m], MATERIAL_TONES[m]) for m in MaterialStatus],
    )
    yield _counts(
        book, "criteria", [(f"verdict.{v}", verdicts[v], VERDICT_TONES[v]) for v in Verdict]
    )


_OPEN_TONES = (Tone.BAD, Tone.CARE, Tone.ASK)


def _counts(book: Book, sheet: str, counts: list[tuple[str, int, Tone]]) -> Line:
    """What asks for a look (coloured by the gravest of it), and beside it the rest."""
    words = book.words
    there = [
        (words("over.count").format(word=words(key), n=number), tone)
        for key, number, tone in counts
        if number
    ]
    open_ = [text for text, tone in there if tone in _OPEN_TONES]
    rest = [text for text, tone in there if tone not in _OPEN_TONES]
    gravest = next((t for t in _OPEN_TONES if t in {tone for _, tone in there}), Tone.PLAIN)
    title = book.sheet_title(sheet)
    return (
        Entry(title, link=sheet_ref(title)),
        Entry(words("list.clause").join(open_) or words("over.none_open"), gravest),
        Entry(words("list.clause").join(rest)),
        Entry(),
    )


def _document_lines(book: Book) -> Iterator[Line]:
    words = book.words
    for document in book.worksheet.documents:
        marks = [words("over.confidence").format(value=f"{document.confidence:.2f}")]
        if document.seals:
            marks.append(words("over.seals").format(n=len(document.seals)))
        if document.signatures:
            marks.append(words("over.signatures").format(n=len(document.signatures)))
        yield (
            Entry(book.naming.document_type(document.type)),
            Entry(document.title),
            Entry(words("list.separator").join(marks), Tone.MUTED),
            book.pages_entry(document.pages),
        )


def _problem_lines(book: Book) -> Iterator[Line]:
    words = book.words
    for file in book.worksheet.packet.files:
        for trouble in file.problems:
            yield _line(words("over.file_problem"), Entry(trouble.message, Tone.CARE), file.name)
    told = {trouble.message for f in book.worksheet.packet.files for trouble in f.problems}
    for problem, pages in problem_groups(book.worksheet):
        file_name = book.files[problem.file].name if problem.file in book.files else ""
        if file_name and problem.message.removeprefix(file_name).lstrip("：: ") in told:
            continue  # the file's own line has said it
        shown = book.pages_entry(pages) if pages else None
        stage = words.either("stage", problem.stage)
        yield _line(stage, Entry(problem.message, Tone.CARE), file_name, shown)


def _origin_lines(book: Book) -> Iterator[Line]:
    words, worksheet = book.words, book.worksheet
    yield _line(words("over.packet"), worksheet.packet.name, worksheet.packet.received_at)
    for file in worksheet.packet.files:
        counted = words("over.file").format(pages=file.pages, size=f"{file.bytes / 1e6:.1f}")
        yield _line(words("over.source_file"), file.name, counted)
    made = worksheet.extractor
    engines = words("list.separator").join(made.engines)
    yield _line(words("over.program"), f"Extractor {made.version}", engines)
    yield _line(words("over.config"), made.config_sha256[:16], "")
    for name in made.overridden:
        yield _line(words("over.overridden"), Entry(name, Tone.CARE))


def build_overview(book: Book) -> None:
    """The first sheet. The workbook already has it, empty and in front."""
    words, worksheet = book.words, book.worksheet
    sheet = book.workbook.worksheets[0]
    sheet.title = book.sheet_title("overview")
    for letter, width in zip("ABCD", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    write_spanning(sheet, 1, words("over.title"), Tone.TITLE, _WIDTHS, words)
    row = 2
    if worksheet.scheme.banner:
        write_spanning(sheet, row, worksheet.scheme.banner, Tone.BANNER, _WIDTHS, words)
        row += 1
    write_spanning(sheet, row, words("over.caution"), Tone.MUTED, _WIDTHS, words)
    before = (
        ("applicant", [*_applicant_lines(book), *_entity_lines(book)]),
        ("scheme", _scheme_lines(book)),
        ("case", _case_lines(book)),
        ("counts", _count_lines(book)),
    )
    after = (
        ("problems", _problem_lines(book)),
        ("documents", _document_lines(book)),
        ("origin", _origin_lines(book)),
    )
    for key, lines in before:
        row = _write_section(book, row + 1, words(f"section.{key}"), list(lines))
    row, opinion = write_sign_off(book, sheet, row + 1, _COLUMNS, _WIDTHS)
    for key, lines in after:
        row = _write_section(book, row + 1, words(f"section.{key}"), list(lines))
    sheet.freeze_panes = "A2"
    set_up_print(sheet, None, worksheet.packet.name, words, landscape=False)
    index_opinion(book, sheet, opinion, len(_COLUMNS))


def _write_section(book: Book, row: int, title: str, lines: list[Line]) -> int:
    """A section's head and lines from ``row``; returns its last row."""
    sheet, words = book.workbook.worksheets[0], book.words
    write_spanning(sheet, row, title, Tone.SECTION, _WIDTHS, words)
    for line in lines:
        row += 1
        write_row(sheet, row, _COLUMNS, line, _WIDTHS, words)
    if not lines:
        row += 1
        none = _line(words("value.none"), Entry(words("over.nothing"), Tone.MUTED))
        write_row(sheet, row, _COLUMNS, none, _WIDTHS, words)
    return row


def build_legend(book: Book) -> None:
    """The last sheet: what the words and colours mean, and how to work with the file."""
    words = book.words
    sheet = book.add_sheet(book.sheet_title("legend"))
    columns = (Column("", 26, 26), Column("", 96, 96))
    widths = (26.0, 96.0)
    for letter, width in zip("AB", widths, strict=True):
        sheet.column_dimensions[letter].width = width
    groups: list[tuple[str, list[tuple[str, Tone, str]]]] = [
        ("legend.verdicts", [(f"verdict.{v}", VERDICT_TONES[v], f"means.{v}") for v in Verdict]),
        (
            "legend.materials",
            [(f"material.{m}", MATERIAL_TONES[m], f"means.m_{m}") for m in MaterialStatus],
        ),
        (
            "legend.severities",
            [(f"severity.{s}", SEVERITY_TONES[s], f"means.{s}") for s in Severity],
        ),
        (
            "legend.facts",
            [
                (f"fact_status.{s}", Tone.DOUBT if s == FactStatus.DOUBTFUL else Tone.PLAIN, key)
                for s in FactStatus
                for key in [f"means.f_{s}"]
            ],
        ),
    ]
    row = 1
    write_spanning(sheet, row, words("sheet.legend"), Tone.TITLE, widths, words)
    for number in range(1, 10):
        row += 1
        line = (Entry(words(f"how.{number}.head")), Entry(words(f"how.{number}.text")))
        write_row(sheet, row, columns, line, widths, words)
    for heading, items in groups:
        row += 2
        write_spanning(sheet, row, words(heading), Tone.SECTION, widths, words)
        for key, tone, meaning in items:
            row += 1
            line = (Entry(words(key), tone), Entry(words(meaning)))
            write_row(sheet, row, columns, line, widths, words)
    set_up_print(sheet, None, book.worksheet.packet.name, words, landscape=False)
