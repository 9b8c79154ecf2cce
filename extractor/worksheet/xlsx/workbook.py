"""``worksheet.xlsx`` as a whole: mask, crop, build the sheets, write the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from extractor.core.worksheet import Worksheet
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.crops import PageImages, crops_of_facts
from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_worksheet, personal_boxes
from extractor.worksheet.naming import Naming
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.telling import facts_for_crops
from extractor.worksheet.wording import Language, words_of
from extractor.worksheet.xlsx.book import Book, PageHref
from extractor.worksheet.xlsx.criteria import build_criteria, build_materials
from extractor.worksheet.xlsx.data import build_facts, build_pages, build_quantities
from extractor.worksheet.xlsx.findings import (
    build_findings,
    build_other_checks,
)
from extractor.worksheet.xlsx.index import EditIndex
from extractor.worksheet.xlsx.lists import build_lists
from extractor.worksheet.xlsx.overview import build_legend, build_overview

# The zip format's own first day: members carry it, so that equal input gives equal bytes.
_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_UNKNOWN_TIME = datetime(1980, 1, 1, tzinfo=UTC)


def _no_href(page: int) -> str | None:
    del page
    return None


def write_xlsx(
    worksheet: Worksheet,
    path: Path,
    images: PageImages,
    *,
    naming: Naming | None = None,
    page_href: PageHref = _no_href,
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
    page_href: PageHref = _no_href,
    unmask: bool = False,
    lang: Language = "zh",
) -> bytes:
    """The content of ``worksheet.xlsx``; see ``write_xlsx``. The same input gives the same bytes."""
    names = naming or Naming()
    hidden = {} if unmask else personal_boxes(worksheet, names.sensitive)
    shown = worksheet if unmask else mask_worksheet(worksheet, names.sensitive)
    content = hashlib.sha256(worksheet_bytes(shown)).hexdigest()
    index = EditIndex(shown.packet.id, content, lang)
    book = Book(shown, words_of(lang), names, _empty_workbook(), page_href, index)
    wanted = facts_for_crops(shown.findings, book.facts)
    book.crops.update(crops_of_facts(wanted, shown.pages, images, hidden))
    build_overview(book)
    build_materials(book)
    build_criteria(book)
    build_findings(book)
    build_lists(book)
    build_facts(book)
    build_other_checks(book)
    build_quantities(book)
    build_pages(book)
    build_legend(book)
    index.write(book.workbook)
    return _saved(book)


def _empty_workbook() -> Workbook:
    """A workbook whose column unit is 7 px everywhere.

    Programs measure columns in digits of the "Normal" font. Arial 10 pt has a 7 px digit, and unlike
    Calibri it has a twin of the same widths wherever it is missing.
    """
    workbook = Workbook()
    workbook._named_styles["Normal"].font = Font(name="Arial", size=10, family=2)
    return workbook


def _received(worksheet: Worksheet) -> datetime:
    try:
        return datetime.fromisoformat(worksheet.packet.received_at).replace(tzinfo=None)
    except ValueError:
        return _UNKNOWN_TIME.replace(tzinfo=None)


def _saved(book: Book) -> bytes:
    """The workbook's bytes, its times taken from the packet instead of from the clock."""
    properties = book.workbook.properties
    properties.creator = "Extractor"
    properties.title = one_line(book.worksheet.packet.name)[:200]
    properties.created = _received(book.worksheet)
    stream = io.BytesIO()
    book.workbook.save(stream)
    modified = properties.created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as saved, zipfile.ZipFile(out, "w") as fixed:
        for name in saved.namelist():
            content = saved.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + modified + rb"\g<2>", content)
            member = zipfile.ZipInfo(name, _MEMBER_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(member, content)
    return out.getvalue()
