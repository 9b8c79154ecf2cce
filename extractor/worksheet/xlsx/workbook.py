"""``worksheet.xlsx`` as a whole: mask, crop, build the sheets, write the same bytes every time."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from extractor.core.worksheet import Worksheet
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.crops import PageImages
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.naming import Naming
from extractor.worksheet.prepared import Prepared, prepare
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.wording import Language, words_of
from extractor.worksheet.xlsx.book import Book, PageHref
from extractor.worksheet.xlsx.criteria import build_criteria, build_materials
from extractor.worksheet.xlsx.data import build_facts, build_pages, build_quantities
from extractor.worksheet.xlsx.findings import (
    build_findings,
    build_other_checks,
)
from extractor.worksheet.xlsx.index import EditIndex
from extractor.worksheet.xlsx.judgement import build_judgement
from extractor.worksheet.xlsx.lists import build_lists
from extractor.worksheet.xlsx.overview import build_legend, build_overview
from extractor.worksheet.xlsx.quick import saved
from extractor.worksheet.xlsx.recompute import build_recompute
from extractor.worksheet.xlsx.signing import build_decisions


def no_href(page: int) -> str | None:
    """No page has a file of its own."""
    del page
    return None


def write_xlsx(
    worksheet: Worksheet,
    path: Path,
    images: PageImages,
    *,
    naming: Naming | None = None,
    page_href: PageHref = no_href,
    unmask: bool = False,
    lang: Language = "zh",
) -> None:
    """Write ``worksheet.xlsx`` atomically.

    Args:
        worksheet: unmasked; ID numbers and mobiles are masked here unless ``unmask``.
        path: the file to write.
        images: page pictures for crops; asked only for pages that failed findings cite.
        naming: names of fields, enums and document types; ids are shown where it has none.
        page_href: relative path of the source copy with ``#page=N``; ``None`` links to our own
            page sheet. Links that leave the folder by scheme or root are not written.
        unmask: show personal data, crops included.
        lang: language of the fixed words.

    Raises:
        OSError: the file cannot be written.
    """
    write_bytes_atomically(
        path,
        workbook_bytes(
            worksheet, images, naming=naming, page_href=page_href, unmask=unmask, lang=lang
        ),
    )


def workbook_bytes(
    worksheet: Worksheet,
    images: PageImages,
    *,
    naming: Naming | None = None,
    page_href: PageHref = no_href,
    unmask: bool = False,
    lang: Language = "zh",
) -> bytes:
    """The content of ``worksheet.xlsx``; see ``write_xlsx``. The same input gives the same bytes."""
    prepared = prepare(worksheet, images, naming=naming, unmask=unmask, lang=lang)
    return workbook_of(prepared, page_href)


def workbook_of(prepared: Prepared, page_href: PageHref = no_href) -> bytes:
    """The content of ``worksheet.xlsx`` for a prepared worksheet."""
    shown = prepared.shown
    index = EditIndex(shown.packet.id, prepared.content_sha256, prepared.language)
    words = words_of(prepared.language)
    book = Book(shown, words, prepared.naming, _empty_workbook(), page_href, index)
    book.crops.update(prepared.crops)
    build_overview(book)
    build_materials(book)
    build_criteria(book)
    build_findings(book)
    build_judgement(book)
    build_recompute(book, build_lists(book))
    build_decisions(book)
    build_facts(book)
    build_other_checks(book)
    build_quantities(book)
    build_pages(book)
    build_legend(book)
    index.write(book.workbook)
    book.workbook.calculation.fullCalcOnLoad = True
    return _saved(book)


def _empty_workbook() -> Workbook:
    """A workbook whose column unit is 7 px everywhere.

    Programs measure columns in digits of the "Normal" font. Arial 10 pt has a 7 px digit, and unlike
    Calibri it has a twin of the same widths wherever it is missing.
    """
    workbook = Workbook()
    workbook._named_styles["Normal"].font = Font(name="Arial", size=10, family=2)
    return workbook


def _saved(book: Book) -> bytes:
    """The workbook's bytes, its times taken from the packet instead of from the clock."""
    properties = book.workbook.properties
    properties.creator = "Extractor"
    properties.title = one_line(book.worksheet.packet.name)[:200]
    properties.created = stated_time(book.worksheet.packet.received_at)
    return fixed(saved(book.workbook), properties.created)
