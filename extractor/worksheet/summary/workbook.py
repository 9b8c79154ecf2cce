"""``summary.xlsx``: the round at a glance with charts, figures by condition, what packets share."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.core.worksheet import MaterialStatus, Outcome, Severity, Verdict, Worksheet
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.prepared import for_people
from extractor.worksheet.shown import show_date
from extractor.worksheet.summary.model import Round, Shared, SharedKind
from extractor.worksheet.summary.ranking import rankings
from extractor.worksheet.telling import Telling, criterion_value, page_ranges, threshold_text
from extractor.worksheet.wording import Language, Words, words_of
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import Column, Entry, set_up_print, write_heading, write_table

COUNTED = ("met", "not_met", "open", "unseen", "errors", "warnings", "lacking")
"""The counted columns of the first sheet, in order."""
_MOST_TEXT = 60  # characters of a criterion's value that is prose; whole in its worksheet


def heads_of(words: Words) -> tuple[str, ...]:
    """Heads of the counted columns."""
    return tuple(words(f"round.{key}") for key in COUNTED)


def counts_of(sheet: Worksheet) -> tuple[int, ...]:
    """The figures under ``COUNTED``."""
    verdicts = [c.verdict for c in sheet.criteria]
    met = verdicts.count(Verdict.MET)
    not_met = verdicts.count(Verdict.NOT_MET)
    unseen = verdicts.count(Verdict.NOT_SHOWN)
    skipped = verdicts.count(Verdict.NOT_APPLICABLE) + verdicts.count(Verdict.TEXT_NOT_LOADED)
    failed = [f.severity for f in sheet.findings if f.outcome is Outcome.FAILED]
    lacking = (MaterialStatus.NOT_FOUND, MaterialStatus.INSUFFICIENT, MaterialStatus.DEFECTIVE)
    return (
        met,
        not_met,
        len(verdicts) - met - not_met - unseen - skipped,
        unseen,
        failed.count(Severity.ERROR),
        failed.count(Severity.WARN),
        sum(m.status in lacking and m.requirement == "mandatory" for m in sheet.materials),
    )


def summary_workbook(found: Round, naming: Naming, lang: Language = "zh") -> bytes:
    """The content of ``summary.xlsx``. Same input, same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    words = words_of(lang)
    told = spoken(found, naming, lang)
    _overview(book, told, words)
    _rankings(book, told, naming, words)
    for kind in SharedKind:
        _shared(book, told, kind, words)
    _findings(book, told, words)
    received = stated_time(found.worksheets[0].packet.received_at)
    book.properties.creator = book.properties.lastModifiedBy = "Extractor"
    book.properties.title = words("round.title")
    book.properties.created = book.properties.modified = received
    stream = io.BytesIO()
    book.save(stream)
    return fixed(stream.getvalue(), received)


def spoken(found: Round, naming: Naming, lang: Language) -> Round:
    """The round in the reader's language."""
    english = naming.english if lang == "en" else None
    sheets = tuple(for_people(sheet, naming, lang) for sheet in found.worksheets)
    if english is None:
        return replace(found, worksheets=sheets)
    return replace(
        found,
        worksheets=sheets,
        shared=tuple(replace(s, why=english.text(s.why)) for s in found.shared),
        findings=tuple((n, english.finding(f)) for n, f in found.findings),
    )


def _table(
    book: Workbook,
    title: str,
    note: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Entry]],
    words: Words,
) -> XlsxSheet:
    sheet = book.create_sheet(title)
    none = words("round.none")
    shown = rows or [[Entry(none if n == 0 else "", Tone.MUTED) for n in range(len(columns))]]
    widths = write_table(sheet, 3, columns, shown, words, filtered=bool(rows))
    write_heading(sheet, title, note, widths, words)
    sheet.freeze_panes = "A4"
    set_up_print(sheet, 3, words("round.title"), words)
    sheet.oddFooter.left.text = ""
    return sheet


def _number(value: int, tone: Tone = Tone.PLAIN) -> Entry:
    return Entry(str(value), tone if value else Tone.PLAIN, Decimal(value), "0")


def _overview(book: Workbook, found: Round, words: Words) -> None:
    tones = (Tone.PLAIN, Tone.BAD, Tone.CARE, Tone.PLAIN, Tone.BAD, Tone.CARE, Tone.CARE)
    columns = [
        Column(words("round.packet"), widest=30),
        Column(words("round.applicant"), widest=34),
        Column(words("round.scheme"), widest=34),
        Column(words("round.as_of"), widest=16),
        *(Column(head, narrowest=9, widest=12) for head in heads_of(words)),
    ]
    rows = [
        [
            Entry(name),
            Entry(platform_name(sheet)),
            Entry(sheet.scheme.title),
            Entry(show_date(sheet.scheme.as_of, words)),
            *(_number(n, tone) for n, tone in zip(counts_of(sheet), tones, strict=True)),
        ]
        for name, sheet in zip(found.names, found.worksheets, strict=True)
    ]
    note = words("round.caution")
    sheet = _table(book, words("round.overview"), note, columns, rows, words)
    last = 3 + len(rows)
    titles = words("round.chart_criteria"), words("round.chart_findings")
    _chart(sheet, titles[0], (5, 8), last, f"A{last + 3}", stacked=True)
    _chart(sheet, titles[1], (9, 10), last, f"E{last + 3}", stacked=False)
    # A page break cuts a picture in two: the charts begin a page of their own.
    sheet.row_breaks.append(Break(id=last + 1))
    sheet.print_area = f"A1:K{last + 48}"


def _chart(
    sheet: XlsxSheet, title: str, columns: tuple[int, int], last: int, at: str, *, stacked: bool
) -> None:
    chart = BarChart()
    chart.type, chart.title, chart.style = "bar", title, 10
    if stacked:
        chart.grouping, chart.overlap = "stacked", 100
    data = Reference(sheet, min_col=columns[0], max_col=columns[1], min_row=3, max_row=last)
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, min_row=4, max_row=last))
    colours = ("6FA57B", "C0504D", "E0A93B", "A6A6A6") if stacked else ("C0504D", "E0A93B")
    for series, colour in zip(chart.series, colours, strict=True):
        series.graphicalProperties.solidFill = colour
    chart.x_axis.delete = chart.y_axis.delete = False  # or some programs draw no axis at all
    chart.x_axis.scaling.orientation = "maxMin"  # the first packet on top, as in the table
    chart.y_axis.numFmt, chart.y_axis.majorUnit = "0", None
    chart.legend.position = "b"
    chart.width, chart.height = 17.0, min(22.0, 6.0 + 0.7 * (last - 3))
    sheet.add_chart(chart, at)


def _rankings(book: Workbook, found: Round, naming: Naming, words: Words) -> None:
    columns = [
        Column(words("round.article"), widest=14),
        Column(words("round.condition"), widest=40),
        Column(words("round.asked"), widest=16),
        Column(words("round.rank"), narrowest=7, align="center"),
        Column(words("round.packet"), widest=26),
        Column(words("round.applicant"), widest=32),
        Column(words("round.figure"), widest=18, align="right"),
        Column(words("round.source"), widest=12),
        Column(words("round.from_stated"), widest=18, align="right"),
        Column(words("round.from_evidence"), widest=18, align="right"),
        Column(words("round.verdict"), widest=18),
    ]
    rows: list[list[Entry]] = []
    none = words("value.none")
    for _, _, ranked in rankings(found.worksheets):
        for row in ranked:
            asked = row.criterion
            tone = Tone.BAD if asked.verdict is Verdict.NOT_MET else Tone.PLAIN
            telling = Telling(found.worksheets[row.packet], words, naming)
            figures = {
                source: _cut(criterion_value(telling, asked, getattr(asked, source)))
                for source in ("stated", "evidence", "recomputed")
            }
            rows.append(
                [
                    Entry(asked.article),
                    Entry(asked.text),
                    Entry(threshold_text(telling, asked)),
                    _rank(row.rank),
                    Entry(found.names[row.packet]),
                    Entry(platform_name(found.worksheets[row.packet])),
                    Entry(figures.get(row.source, none)),
                    Entry(words(f"round.from_{row.source}") if row.source else none, Tone.MUTED),
                    Entry(figures["stated"]),
                    Entry(figures["evidence"]),
                    Entry(words(f"verdict.{asked.verdict}"), tone),
                ]
            )
    note = words("round.rankings_note")
    _table(book, words("round.rankings"), note, columns, rows, words)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + "…"


def _rank(rank: int | None) -> Entry:
    return Entry("—", Tone.MUTED) if rank is None else _number(rank)


def shared_of(found: Round, kind: SharedKind) -> list[Shared]:
    """What packets share of one kind, the certain ones first."""
    return sorted((s for s in found.shared if s.kind is kind), key=lambda s: not s.sure)


def shared_note(found: Round, kind: SharedKind, words: Words) -> str:
    """What a table of shared things holds, and how much could be compared."""
    note = words(f"shared.{kind}_note")
    if kind is SharedKind.PHONE and found.hidden_phones:
        note += words("shared.hidden").format(n=found.hidden_phones)
    if kind is SharedKind.PHOTO:
        note += words("shared.pictured").format(n=found.pictured)
    return note


def _shared(book: Workbook, found: Round, kind: SharedKind, words: Words) -> None:
    columns = [
        Column(words("shared.group"), narrowest=5, align="center"),
        Column(words("shared.sureness"), widest=18),
        Column(words("round.packet"), widest=32),
        Column(words("shared.seen"), widest=46),
        Column(words("col.page"), narrowest=7, align="center"),
        Column(words("shared.why"), widest=50),
    ]
    rows = []
    for number, shared in enumerate(shared_of(found, kind), 1):
        sure = words("shared.same" if shared.sure else "shared.likely")
        tone = Tone.BAD if shared.sure else Tone.CARE
        for seen in shared.seen:
            page = str(seen.page) if seen.page is not None else words("value.none")
            rows.append(
                [
                    Entry(str(number)),
                    Entry(sure, tone),
                    Entry(found.names[seen.packet]),
                    Entry(seen.text),
                    Entry(page),
                    Entry(shared.why),
                ]
            )
    _table(book, words(f"shared.{kind}"), shared_note(found, kind, words), columns, rows, words)


def _findings(book: Workbook, found: Round, words: Words) -> None:
    columns = [
        Column(words("across.check"), widest=12),
        Column(words("across.what"), widest=30),
        Column(words("round.packet"), widest=32),
        Column(words("across.outcome"), widest=14),
        Column(words("across.message"), widest=70),
        Column(words("col.pages"), widest=14, align="center"),
    ]
    rows = []
    for packet, finding in found.findings:
        failed = finding.outcome is Outcome.FAILED
        outcome, tone = words("across.agrees"), Tone.GOOD
        if failed:
            outcome, tone = words(f"severity.{finding.severity}"), Tone.BAD
        elif finding.outcome is Outcome.NOT_RUN:
            outcome, tone = words("outcome.not_run"), Tone.NONE
        rows.append(
            [
                Entry(finding.check),
                Entry(finding.title),
                Entry(found.names[packet]),
                Entry(outcome, tone),
                Entry(finding.message),
                Entry(page_ranges(finding.pages, words("list.separator")) or words("value.none")),
            ]
        )
    _table(book, words("across.title"), words("across.note"), columns, rows, words)
