"""审核工作底稿 as a Word report: one applicant, what was asked, what was found, who signs.

It says what the worksheet says and no more: no line tells whether the applicant should be recognised.
Long lists stay in ``worksheet.xlsx``; the report names them with their pages.
"""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH

from extractor.core.worksheet import Worksheet
from extractor.worksheet.decided import Decided
from extractor.worksheet.docx.fonts import set_fonts
from extractor.worksheet.docx.parts import (
    TEXT_WIDTH_CM,
    Cell,
    add_page_numbers,
    add_section_head,
    add_table,
    add_text,
    page_size_a4,
)
from extractor.worksheet.docx.sections import (
    add_completeness,
    add_criteria,
    add_decisions,
    add_findings,
    add_judgement,
    add_lists,
    add_problems,
)
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.head import count_lines, head_lines
from extractor.worksheet.prepared import Prepared
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.telling import Telling


def report_of(prepared: Prepared) -> bytes:
    """The content of ``worksheet.docx``. The same input gives the same bytes."""
    telling = prepared.telling()
    words, worksheet = telling.words, telling.worksheet
    document = Document()
    page_size_a4(document)
    set_fonts(document)
    add_page_numbers(document, telling.words, telling.worksheet.packet.name)
    title = add_text(document, words("over.title"), "Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if worksheet.scheme.banner:
        banner = Cell(worksheet.scheme.banner, "bad", bold=True, centred=True, size=11)
        add_table(document, [TEXT_WIDTH_CM], [[banner]])
    add_text(document, words("over.caution"))
    _add_head(document, telling)
    number = 0
    for add in (
        add_completeness,
        add_criteria,
        add_findings,
        add_judgement,
        add_lists,
        add_problems,
        add_decisions,
    ):
        number += add(document, telling, prepared.crops, number + 1)
    _add_sign_off(document, telling, number + 1)
    return _saved(document, worksheet)


def _add_head(document: WordDocument, telling: Telling) -> None:
    words = telling.words
    rows = []
    for line in [*head_lines(telling), *count_lines(telling)]:
        place = words("place.page").format(n=line.page) if line.page is not None else ""
        source = words("list.clause").join(t for t in (line.source, place) if t)
        rows.append(
            [
                Cell(line.label, "head", size=9.5),
                Cell(line.value, "care" if line.care else "", size=9.5),
                Cell(source, muted=True),
            ]
        )
    add_table(document, [3.6, 9.0, 4.8], rows)


def _add_sign_off(document: WordDocument, telling: Telling, number: int) -> None:
    words = telling.words
    add_section_head(document, words, number, words("section.sign_off"))
    signed = Decided(telling).signed()
    if signed:
        add_text(document, signed).paragraph_format.keep_with_next = True
    add_text(document, words("docx.sign_note")).paragraph_format.keep_with_next = True
    rows = [
        [Cell(words("sign.opinion") + "\n\n\n\n", span=4, size=10.5)],
        *(
            [
                Cell(words(role) + "\n", "head", size=10.5),
                Cell(size=10.5),
                Cell(words("sign.date") + "\n", "head", size=10.5),
                Cell(words("docx.date_blank"), size=10.5),
            ]
            for role in ("sign.reviewer", "sign.checker", "sign.unit")
        ),
    ]
    add_table(document, [4.0, 6.0, 2.4, 5.0], rows, together=True)


def _saved(document: WordDocument, worksheet: Worksheet) -> bytes:
    """The file's bytes, its times taken from the packet instead of from the clock."""
    received = stated_time(worksheet.packet.received_at)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Extractor"
    properties.title = one_line(worksheet.packet.name)[:200]
    properties.comments = ""
    properties.created = properties.modified = received
    properties.revision = 1
    stream = io.BytesIO()
    document.save(stream)
    return fixed(stream.getvalue(), received)
