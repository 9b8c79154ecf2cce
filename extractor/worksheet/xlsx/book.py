"""What every sheet builder needs: the workbook, the worksheet, words, names and where pages are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.core.worksheet import Document, Fact, FactStatus, SourceFile, Value, Worksheet
from extractor.worksheet.crops import Crop
from extractor.worksheet.naming import Naming
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.shown import Shown, show_canonical, show_fact, show_value
from extractor.worksheet.wording import Words
from extractor.worksheet.xlsx.index import Edit, EditIndex, Kind
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import Entry, is_safe_link, sheet_ref

PageHref = Callable[[int], str | None]
FUNCTIONS_FIELD = "app_service_functions"
"""The field whose vocabulary functions are named in (case data, function rules)."""
_FIRST_PAGE_ROW = 4  # of the page sheet: title, note, head, then page 1

# Some programs do not wrap the text of a linked cell: a longer list of pages goes unlinked.
_LONGEST_LINK_TEXT = 9

_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def page_ranges(pages: Iterable[int], separator: str) -> str:
    """Page numbers as ranges: ``3、5–8``."""
    runs: list[list[int]] = []
    for number in sorted(set(pages)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return separator.join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


@dataclass
class Book:
    """One workbook in the making. ``worksheet`` is already masked where it has to be."""

    workbook: Workbook
    worksheet: Worksheet
    words: Words
    naming: Naming
    page_href: PageHref
    index: EditIndex
    crops: dict[str, Crop] = field(default_factory=dict)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """All facts by id, those in table cells included."""
        found = {fact.id: fact for fact in self.worksheet.facts}
        for rows in self.worksheet.rows:
            for row in rows.rows:
                found.update((fact.id, fact) for fact in row.cells.values())
        return found

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Documents by id."""
        return {document.id: document for document in self.worksheet.documents}

    @cached_property
    def files(self) -> dict[str, SourceFile]:
        """Source files by id."""
        return {file.id: file for file in self.worksheet.packet.files}

    @cached_property
    def _page_rows(self) -> dict[int, int]:
        return {p.no: _FIRST_PAGE_ROW + i for i, p in enumerate(self.worksheet.pages)}

    def sheet_title(self, key: str) -> str:
        """The title of one of our own sheets."""
        return self.words(f"sheet.{key}")

    def add_sheet(self, title: str) -> XlsxSheet:
        """A new last sheet. The title is cut to Excel's 31 characters and made unique."""
        clean = one_line(title.translate(_NOT_IN_TITLES))[:31].strip() or "-"
        taken = {name.casefold() for name in self.workbook.sheetnames}
        unique, number = clean, 2
        while unique.casefold() in taken:
            suffix = f" {number}"
            unique, number = clean[: 31 - len(suffix)] + suffix, number + 1
        return self.workbook.create_sheet(unique)

    def document_name(self, document_id: str | None) -> str:
        """The document as the reviewer calls it: its type, its title where that says more."""
        document = self.documents.get(document_id or "")
        if document is None:
            return ""
        name = self.naming.document_type(document.type)
        title = one_line(document.title)
        return name if not title or title == name else f"{name}：{title}"

    def document_type(self, document_id: str | None) -> str:
        """The name of a document's type; "" for no document."""
        document = self.documents.get(document_id or "")
        return "" if document is None else self.naming.document_type(document.type)

    def page_link(self, page: int | None) -> str | None:
        """Where a page can be seen: the source copy if there is one, else the page sheet's row."""
        if page is None:
            return None
        href = self.page_href(page)
        if href is not None and is_safe_link(href):
            return href
        row = self._page_rows.get(page)
        return None if row is None else sheet_ref(self.sheet_title("pages"), f"A{row}")

    def pages_entry(self, pages: Sequence[int]) -> Entry:
        """Page numbers, linked to the first of them."""
        if not pages:
            return Entry(self.words("value.none"), Tone.MUTED)
        text = page_ranges(pages, self.words("list.separator"))
        if len(text) > _LONGEST_LINK_TEXT:
            return Entry(text)
        return Entry(text, link=self.page_link(min(pages)))

    def place_entry(self, fact: Fact) -> Entry:
        """Where a fact stands: its page, or the address in a file without pages."""
        if fact.page is not None:
            return Entry(str(fact.page), link=self.page_link(fact.page))
        return Entry(fact.address or self.words("value.none"), Tone.MUTED)

    def value(self, value: Value | None, unit: str | None = None, field_id: str = "") -> str:
        """A value that is no single fact's (case data, quantities), for people."""
        return show_value(value, self.words, self.naming, field_id=field_id, unit=unit).text

    def shown(self, fact: Fact) -> Shown:
        """A fact's value for people."""
        return show_fact(fact, self.words, self.naming)

    def canonical(self, fact: Fact) -> str:
        """A fact's value as the contract stores it."""
        return show_canonical(fact.value, fact.unit, self.words)

    def value_line(self, fact: Fact) -> str:
        """``paper · label：value`` of a fact: two papers often use the same label."""
        words = self.words
        value = self.shown(fact).text if fact.value is not None else words("value.unread")
        label, paper = self.naming.label(fact.field), self.document_type(fact.document)
        if paper:
            label = words("fact.on_paper").format(paper=paper, label=label)
        return words("fact.line").format(label=label, value=value)

    def fact_line(self, fact: Fact) -> str:
        """``paper · label：value（page 3）`` of a fact."""
        words = self.words
        place = words("place.page").format(n=fact.page) if fact.page is not None else fact.address
        return self.value_line(fact) + (
            words("place.brackets").format(place=place) if place else ""
        )

    def doubt_comment(self, fact: Fact) -> str | None:
        """What to tell about a doubtful fact; ``None`` for a certain one."""
        if fact.status == FactStatus.CERTAIN:
            return None
        words = self.words
        lines = [
            words("comment.status").format(
                status=words(f"fact_status.{fact.status}"), confidence=f"{fact.confidence:.2f}"
            ),
            words("comment.raw").format(raw=fact.raw or words("value.none")),
        ]
        if fact.alternatives:
            others = words("list.separator").join(fact.alternatives)
            lines.append(words("comment.alternatives").format(others=others))
        return "\n".join(lines)

    def reviewer_entries(self, kind: Kind, identifier: str) -> tuple[Entry, Entry]:
        """The two cells a reviewer fills in: 处理, chosen from a list, and 意见."""
        return (
            Entry("", Tone.INPUT, edit=Edit(kind, identifier, "action")),
            Entry("", Tone.INPUT, edit=Edit(kind, identifier, "opinion")),
        )

    def join(self, items: Iterable[str]) -> str:
        """Several words as a list in one line; "—" for none."""
        return self.words("list.separator").join(items) or self.words("value.none")
