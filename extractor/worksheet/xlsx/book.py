"""What every sheet builder needs: the workbook, the worksheet, words, names and where pages are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.core.worksheet import Fact
from extractor.worksheet.crops import Crop
from extractor.worksheet.decided import Decided
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.telling import Telling, page_ranges
from extractor.worksheet.xlsx.index import Edit, EditIndex, Kind
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import Entry, is_safe_link, sheet_ref

PageHref = Callable[[int], str | None]
_FIRST_PAGE_ROW = 4  # of the page sheet: title, note, head, then page 1

# Some programs do not wrap the text of a linked cell: a longer list of pages goes unlinked.
_LONGEST_LINK_TEXT = 9

_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass
class Book(Telling):
    """One workbook in the making. ``worksheet`` is already masked where it has to be."""

    workbook: Workbook
    page_href: PageHref
    index: EditIndex
    crops: dict[str, Crop] = field(default_factory=dict)

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

    def page_link(self, page: int | None) -> str | None:
        """Where a page can be seen: the source copy if there is one, else the page sheet's row."""
        if page is None:
            return None
        href = self.page_href(page)
        if href is not None and is_safe_link(href):
            return href
        row = self._page_rows.get(page)
        return None if row is None else sheet_ref(self.sheet_title("pages"), f"A{row}")

    @cached_property
    def decided(self) -> Decided:
        """What reviewers said, in words."""
        return Decided(self)

    def beside(self, text: str, said: str) -> str:
        """Our own words and, under them, a reviewer's."""
        told = self.words("decided.reviewer").format(text=said) if said else ""
        return "\n".join(part for part in (text, told) if part)

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

    def reviewer_entries(
        self, kind: Kind, identifier: str, action: str = ""
    ) -> tuple[Entry, Entry]:
        """The two cells a reviewer fills in: 处理, chosen from a list, and 意见.

        ``action``: the choice that stands already; it comes back only when it is changed.
        """
        chosen = self.words(f"action.{action}") if action else ""
        return (
            Entry(chosen, Tone.INPUT, edit=Edit(kind, identifier, "action")),
            Entry("", Tone.INPUT, edit=Edit(kind, identifier, "opinion")),
        )
