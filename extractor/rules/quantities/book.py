"""What a quantity may ask of a packet. ``rules.facts.FactBook`` is it; quantities know only this side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from extractor.core.canonical import PartialDate
from extractor.core.worksheet import Case, Document, Fact, Quantity, Row, RowSet
from extractor.rules.papers import ApplicantPapers
from extractor.setup.catalogue import Catalogue


class Book(Protocol):
    """Facts, rows, documents and other quantities of one packet; see ``FactBook`` for each."""

    catalogue: Catalogue

    def all(self, field: str) -> tuple[Fact, ...]:
        """All usable facts of a field or column, in document order."""

    def best(self, field: str) -> Fact | None:
        """The fact to work with; ``None`` where nothing was read."""

    def row_sets(self, field: str, *doctypes: str) -> tuple[RowSet, ...]:
        """The lists read for a field, of these document types only where any is named."""

    def rows(self, field: str, *doctypes: str) -> tuple[Row, ...]:
        """All rows of all those lists."""

    @staticmethod
    def cell(row: Row, column: str) -> Fact | None:
        """The usable fact in a column of a row."""

    def quantity(self, ident: str) -> Quantity:
        """A derived quantity, computed once."""

    def documents_of(self, *types: str) -> tuple[Document, ...]:
        """The documents of these types."""

    def doctype_of(self, ident: str | None) -> str | None:
        """The type of a document."""

    @property
    def papers(self) -> ApplicantPapers:
        """Which registration and audit papers are the applicant's own."""

    @property
    def case(self) -> Case:
        """The case with its gaps filled."""

    @property
    def filing_date(self) -> PartialDate | None:
        """The filing date."""

    @property
    def filing_year(self) -> int | None:
        """The filing year."""

    @property
    def latest_year(self) -> int | None:
        """The calendar year before the filing year."""

    @property
    def facts_by_id(self) -> Mapping[str, Fact]:
        """Every usable fact by id."""
