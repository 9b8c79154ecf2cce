"""A resubmission against the last time, in lines and as a Word file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH

from extractor.core.worksheet import Finding
from extractor.worksheet.docx.fonts import set_fonts
from extractor.worksheet.docx.parts import (
    Cell,
    add_page_numbers,
    add_section_head,
    add_table,
    add_text,
    page_size_a4,
)
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.shown import show_date
from extractor.worksheet.telling import page_ranges
from extractor.worksheet.wording import Words

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that reads otherwise than last time; ``pages``: of the later packet."""

    what: str
    before: str
    after: str
    pages: str


@dataclass(frozen=True)
class Compared:
    """Two filings of one applicant.

    Attributes:
        days: when the two were received.
        mended: findings of last time whose check now passes.
        not_shown: findings of last time whose check can no longer be run: not mended, not failed.
        standing, new: failed findings of this time that failed last time too, and that did not.
        still_lacking: mandatory materials that are still not in order.
        figures: values and lengths of lists that differ.
    """

    name: str
    name_before: str
    same_scheme: bool
    received_at: str
    days: tuple[str, str]
    mended: tuple[Finding, ...]
    not_shown: tuple[Finding, ...]
    standing: tuple[Finding, ...]
    new: tuple[Finding, ...]
    verdicts: tuple[Moved, ...]
    materials: tuple[Moved, ...]
    still_lacking: tuple[str, ...]
    figures: tuple[Moved, ...]
    words: Words

    def cautions(self) -> Iterator[str]:
        """What makes the comparison doubtful as a whole."""
        if self.name != self.name_before:
            yield self.words("again.other_name").format(name=self.name_before)
        if not self.same_scheme:
            yield self.words("again.other_scheme")

    def findings(self) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        """The groups of findings with their titles."""
        for key in ("mended", "standing", "new", "not_shown"):
            yield self.words(f"again.{key}"), getattr(self, key)

    def moves(self) -> Iterator[tuple[str, tuple[Moved, ...]]]:
        """The groups of changes with their titles."""
        for key in ("materials", "verdicts", "figures"):
            yield self.words(f"again.{key}"), getattr(self, key)

    def lacking(self) -> str:
        """Which mandatory materials are still not in order; "" for none."""
        names = self.words("list.clause").join(self.still_lacking)
        return self.words("again.lacking").format(names=names) if names else ""


def comparison_lines(told: Compared) -> Iterator[str]:
    """The comparison for a terminal."""
    words = told.words
    yield words("fact.line").format(label=told.name, value=f"{told.days[0]} → {told.days[1]}")
    yield from told.cautions()
    for title, findings in told.findings():
        yield words("again.count").format(title=title, n=len(findings))
        for f in findings:
            severity = words("place.brackets").format(place=words(f"severity.{f.severity}"))
            yield f"  {f.check}{severity} {f.message}"
    for title, moves in told.moves():
        yield words("again.count").format(title=title, n=len(moves))
        for moved in moves:
            change = f"{_cut(moved.before, words)} → {_cut(moved.after, words)}"
            yield "  " + words("fact.line").format(label=moved.what, value=change)
    if told.lacking():
        yield told.lacking()


def comparison_docx(told: Compared) -> bytes:
    """The comparison as a docx. Same input, same bytes."""
    words = told.words
    document = Document()
    page_size_a4(document)
    set_fonts(document)
    add_page_numbers(document, words, f"{words('again.title')} · {told.name}")
    add_text(document, words("again.title"), "Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    counted = (words("again.count").format(title=t, n=len(found)) for t, found in told.findings())
    before, after = (show_date(day, words) for day in told.days)
    head = words("again.head").format(
        name=told.name, before=before, after=after, counts=words("list.clause").join(counted)
    )
    add_text(document, head)
    for caution in told.cautions():
        add_text(document, words("again.caution").format(text=caution))
    if told.lacking():
        add_text(document, told.lacking())
    number = 0
    for title, findings in told.findings():
        if findings:
            number += 1
            add_section_head(document, words, number, title)
            _findings(document, findings, words)
    for title, moves in told.moves():
        if moves:
            number += 1
            add_section_head(document, words, number, title)
            keys = ("again.item", "again.before", "again.after", "col.pages")
            rows = [
                [
                    Cell(m.what),
                    Cell(_cut(m.before, words)),
                    Cell(_cut(m.after, words)),
                    Cell(m.pages),
                ]
                for m in moves
            ]
            heads = [Cell(words(key), "head", bold=True) for key in keys]
            add_table(document, [6.4, 4.8, 4.8, 1.4], [heads, *rows], heads=1)
    received = stated_time(told.received_at)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Extractor"
    properties.title = one_line(told.name)[:200]
    properties.comments = ""
    properties.created = properties.modified = received
    stream = io.BytesIO()
    document.save(stream)
    return fixed(stream.getvalue(), received)


def _cut(text: str, words: Words) -> str:
    """A long text is in the worksheets; two of them side by side would fill pages."""
    if len(text) <= _LONGEST:
        return text
    return words("again.cut").format(text=text[:_LONGEST], n=len(text))


def _findings(document: WordDocument, findings: Sequence[Finding], words: Words) -> None:
    keys = ("across.check", "col.severity", "across.message", "col.pages")
    rows = [
        [
            Cell(f.check),
            Cell(words(f"severity.{f.severity}")),
            Cell(f.message),
            Cell(page_ranges(f.pages, words("list.separator"))),
        ]
        for f in findings
    ]
    heads = [Cell(words(key), "head", bold=True) for key in keys]
    add_table(document, [1.8, 2.4, 11.2, 2.0], [heads, *rows], heads=1)
