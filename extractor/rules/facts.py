"""The fact book: what a packet says, looked up by field, with the case beside it.

Rules never search a ``Reading`` themselves. The book leaves out rejected facts, keeps document order,
and knows which papers belong to the applicant: packets hold licences of partners and audit reports of
other years, and a figure must not be taken before the name on the paper was looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from extractor.core.canonical import PartialDate
from extractor.core.worksheet import (
    Case,
    CaseEntry,
    Document,
    Fact,
    FactStatus,
    PageInfo,
    Quantity,
    Reading,
    Row,
    RowSet,
)
from extractor.rules.papers import ApplicantPapers
from extractor.rules.quantities import compute
from extractor.setup.catalogue import Catalogue

_STATUS_ORDER = {FactStatus.CORRECTED: 0, FactStatus.CERTAIN: 1, FactStatus.DOUBTFUL: 2}


class FactBook:
    """Facts, rows, documents and quantities of one packet under one case. Never changes."""

    def __init__(self, reading: Reading, case: Case, catalogue: Catalogue) -> None:
        self.reading = reading
        self.told = case
        self.catalogue = catalogue
        self._quantities: dict[str, Quantity] = {}

    @property
    def pages(self) -> tuple[PageInfo, ...]:
        """The packet's pages."""
        return self.reading.pages

    @property
    def documents(self) -> tuple[Document, ...]:
        """The packet's documents, in page order."""
        return self.reading.documents

    def documents_of(self, *types: str) -> tuple[Document, ...]:
        """The documents of these types, in page order."""
        return tuple(d for d in self.documents if d.type in types)

    def document(self, ident: str | None) -> Document | None:
        """The document with this id; ``None`` where there is none."""
        return self._documents_by_id.get(ident) if ident is not None else None

    def doctype_of(self, ident: str | None) -> str | None:
        """The type of the document with this id; ``None`` where there is none."""
        document = self.document(ident)
        return document.type if document else None

    def all(self, field: str) -> tuple[Fact, ...]:
        """All facts that claim ``field`` (or a column id), in document order.

        Rejected facts and facts without a value are left out: nobody may count on them.
        """
        return self._facts_by_field.get(field, ())

    def best(self, field: str) -> Fact | None:
        """The fact to work with; ``None`` where nothing was read.

        Registration papers count only when they are the applicant's, audit papers of the year before
        filing come before others (``papers``). Then: corrected before certain before doubtful, the
        surer first, document order last.
        """
        return self.choose(self.papers.own(field, self.all(field)))

    @staticmethod
    def choose(facts: Iterable[Fact]) -> Fact | None:
        """The fact to work with among some that are in document order."""
        return min(facts, key=lambda f: (_STATUS_ORDER[f.status], -f.confidence), default=None)

    def row_sets(self, field: str, *doctypes: str) -> tuple[RowSet, ...]:
        """The lists read for ``field``; with ``doctypes``, only those out of such documents."""
        return tuple(
            rows
            for rows in self._row_sets_by_field.get(field, ())
            if not doctypes or self.doctype_of(rows.document) in doctypes
        )

    def rows(self, field: str, *doctypes: str) -> tuple[Row, ...]:
        """All rows of all those lists."""
        return tuple(row for rows in self.row_sets(field, *doctypes) for row in rows.rows)

    @staticmethod
    def cell(row: Row, column: str) -> Fact | None:
        """The fact in a column of a row; ``None`` where it is empty, unread or rejected."""
        fact = row.cells.get(column)
        return fact if fact is not None and _is_usable(fact) else None

    def quantity(self, ident: str) -> Quantity:
        """A derived quantity with its trace, computed once. ``KeyError`` for an unknown id."""
        if ident not in self._quantities:
            self._quantities[ident] = compute(ident, self)
        return self._quantities[ident]

    @cached_property
    def papers(self) -> ApplicantPapers:
        """Which registration and audit papers are the applicant's own."""
        return ApplicantPapers(
            self.documents, self._facts_by_field, self.filing_year, self.catalogue
        )

    @cached_property
    def filing_date(self) -> PartialDate | None:
        """The filing date: told, else read, else the day received; ``case`` says which."""
        return _date(self.case.filing_date)

    @cached_property
    def filing_year(self) -> int | None:
        """The filing year: told, else read, else that of the filing date."""
        entry = self.case.filing_year
        if entry is None or isinstance(entry.value, bool) or not isinstance(entry.value, int | str):
            return None
        try:
            return int(entry.value)
        except ValueError:
            return None

    @property
    def latest_year(self) -> int | None:
        """The calendar year before the filing year (``general_rules`` G.latest_year)."""
        return None if self.filing_year is None else self.filing_year - 1

    @cached_property
    def case(self) -> Case:
        """The case with its gaps filled from the packet, each entry saying where it comes from."""
        told = self.told
        filing_date = told.filing_date or self._read("pkt_filing_date") or self._received()
        year = told.filing_year
        if year is None and filing_date is not None and filing_date.source != "received":
            year = _year_of(filing_date)
        # A declaration may be last year's: its year counts only where no filing date was told or read.
        year = year or self._read("pkt_filing_year") or self._read("decl_year")
        if year is None and filing_date is not None:
            year = _year_of(filing_date)
        region = told.region or self._read("pkt_region_code")
        return told.model_copy(
            update={"filing_date": filing_date, "filing_year": year, "region": region}
        )

    def _read(self, field: str) -> CaseEntry | None:
        fact = self.choose(self.all(field))
        return None if fact is None else CaseEntry(value=fact.value, source="read", fact=fact.id)

    def _received(self) -> CaseEntry | None:
        entry = self.told.received_date
        day = entry.value if entry is not None else self.reading.packet.received_at[:10]
        return CaseEntry(value=day, source="received") if day else None

    @cached_property
    def _documents_by_id(self) -> Mapping[str, Document]:
        return {d.id: d for d in self.documents}

    @cached_property
    def _facts_by_field(self) -> Mapping[str, tuple[Fact, ...]]:
        found: dict[str, list[Fact]] = {}
        cells = (f for rows in self.reading.rows for row in rows.rows for f in row.cells.values())
        for fact in (*self.reading.facts, *cells):
            if _is_usable(fact):
                found.setdefault(fact.field, []).append(fact)
        return {k: tuple(sorted(v, key=_document_order)) for k, v in found.items()}

    @cached_property
    def _row_sets_by_field(self) -> Mapping[str, tuple[RowSet, ...]]:
        found: dict[str, list[RowSet]] = {}
        for rows in self.reading.rows:
            found.setdefault(rows.field, []).append(rows)
        return {field: tuple(sets) for field, sets in found.items()}

    @cached_property
    def facts_by_id(self) -> Mapping[str, Fact]:
        """Every usable fact, cells included, by id."""
        return {f.id: f for facts in self._facts_by_field.values() for f in facts}


def _is_usable(fact: Fact) -> bool:
    return fact.status is not FactStatus.REJECTED and fact.value is not None


def _document_order(fact: Fact) -> tuple[int, float, float]:
    x, y = (fact.box[0], fact.box[1]) if fact.box else (0.0, 0.0)
    return (fact.page if fact.page is not None else 0, y, x)


def _year_of(entry: CaseEntry) -> CaseEntry | None:
    day = _date(entry)
    if day is None:
        return None
    return CaseEntry(value=day.year, source=entry.source, fact=entry.fact)


def _date(entry: CaseEntry | None) -> PartialDate | None:
    if entry is None or not isinstance(entry.value, str):
        return None
    try:
        return PartialDate.parse(entry.value)
    except ValueError:
        return None
