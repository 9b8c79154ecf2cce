"""The desk: what one check may look at, and the record of every fact it took from it.

An operation asks the desk for values; what is not there raises ``Missing``, and the check ends
``not_run`` with the missing inputs named. So no operation can mistake "unknown" for 0 or for "all well".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from extractor.core.canonical import DateRange, PartialDate, as_decimal
from extractor.core.worksheet import Document, Fact, Quantity, Row
from extractor.rules.across import Card
from extractor.rules.checks.spec import CheckSpec
from extractor.rules.facts import FactBook
from extractor.setup.schemes import CriterionSpec, Scheme


class Missing(Exception):
    """Inputs that are not there; ``names`` are ids of the catalogue, one id per need."""

    def __init__(self, *names: str) -> None:
        super().__init__(", ".join(names))
        self.names = names


class NotApplicable(Exception):
    """The branch that the check is about does not apply; the reason is Chinese, for the reviewer."""


NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is wrong: a comparison, a row, a person, a year.

    ``values`` fill the places of ``finding_zh``; ``flags`` and ``metrics`` decide the severity.
    ``repairs``: the one change of a character that would clear it. ``slip``: several such changes may,
    which one nobody can say, or a name was read beyond its end; none is proposed, but on a doubtful
    reading it weighs less.
    """

    values: Mapping[str, str]
    facts: tuple[Fact, ...] = ()
    difference: str | None = None
    flags: frozenset[str] = NOTHING
    metrics: Mapping[str, Decimal] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    slip: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation found. No breach and nothing missing means the check passed.

    ``values``: what was compared, for the message of a passed check. ``missing``: inputs that
    some part of the check lacked; with a breach the check still failed, without one it was not run.
    ``unread``: rows left out because a cell could not be read. ``note``: said behind the sentence.
    """

    breaches: tuple[Breach, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unread: int = 0
    note: str = ""


@dataclass(slots=True)
class Desk:
    """One check's view of the packet. Money is in 元, ratios are 0..1, areas in 平方米.

    ``others``: the cards of other packets of the round; empty where this one is judged alone.
    """

    spec: CheckSpec
    book: FactBook
    scheme: Scheme
    quantities: Mapping[str, Quantity]
    others: tuple[Card, ...] = ()
    used: dict[str, Fact] = field(default_factory=dict)
    seen_pages: set[int] = field(default_factory=set)

    # -- parameters of the check -------------------------------------------------------------

    def text(self, name: str) -> str:
        """The parameter ``name``, a text (checked while loading)."""
        value = self.spec.params[name]
        assert isinstance(value, str)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """The parameter ``name``, a text or list of texts; empty where it is not given."""
        value = self.spec.params.get(name, ())
        return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()

    def number(self, name: str, default: Decimal | None = None) -> Decimal:
        """The parameter ``name``, a number."""
        value = self.spec.params.get(name, default)
        assert isinstance(value, int | Decimal) and not isinstance(value, bool)
        return Decimal(value)

    def mapping(self, name: str) -> Mapping[str, str]:
        """The parameter ``name``, a mapping; empty where it is not given."""
        value = self.spec.params.get(name, {})
        return value if isinstance(value, dict) else {}

    # -- facts ----------------------------------------------------------------------------------

    def take(self, *facts: Fact | None) -> None:
        """Remember facts as inputs of the check."""
        for fact in facts:
            if fact is not None:
                self.used.setdefault(fact.id, fact)

    def maybe(self, ident: str) -> Fact | None:
        """The best fact of a field with a value, or ``None``. Certificate ids try each paper."""
        for name in self._fields_behind(ident):
            fact = self.book.best(name)
            if fact is not None and fact.value is not None:
                self.take(fact)
                return fact
        return None

    def fact(self, ident: str) -> Fact:
        """The best fact of a field.

        Raises:
            Missing: nobody read it.
        """
        found = self.maybe(ident)
        if found is None:
            raise Missing(ident)
        return found

    def first(self, idents: Sequence[str]) -> Fact:
        """The first of several fields that has a fact: inputs joined by "or".

        Raises:
            Missing: none of them was read; the first is named.
        """
        for ident in idents:
            found = self.maybe(ident)
            if found is not None:
                return found
        raise Missing(idents[0])

    def facts(self, idents: Sequence[str]) -> tuple[Fact, ...]:
        """The best fact of each field; every missing one is named at once."""
        found = [self.maybe(ident) for ident in idents]
        missing = [i for i, fact in zip(idents, found, strict=True) if fact is None]
        if missing:
            raise Missing(*missing)
        return tuple(f for f in found if f is not None)

    def together(self, idents: Sequence[str]) -> tuple[Fact, ...]:
        """One fact per field, all from one document: figures of two years' papers never mix.

        The document of the best fact of the first field is preferred, then the first complete one.
        """
        by_document: dict[str | None, dict[str, Fact]] = {}
        for ident in idents:
            for fact in self.book.all(ident):
                if fact.value is not None:
                    chosen = by_document.setdefault(fact.document, {})
                    if ident not in chosen or _is_better(fact, chosen[ident]):
                        chosen[ident] = fact
        best = self.book.best(idents[0])
        order = sorted(by_document, key=lambda d: best is None or d != best.document)
        for document in order:
            if len(by_document[document]) == len(idents):
                found = tuple(by_document[document][ident] for ident in idents)
                self.take(*found)
                return found
        return self.facts(idents)

    def was_read(self, documents: Iterable[Document]) -> bool:
        """Whether any value at all was read from these documents: only then a lack means something."""
        ids = {document.id for document in documents}
        facts = self.book.facts_by_id.values()
        return any(fact.document in ids for fact in facts)

    def was_seen(self, ident: str) -> bool:
        """Whether something stands in a field that nobody could turn into a value."""
        return any(f.field == ident and f.raw and f.value is None for f in self.book.reading.facts)

    def are_scans(self, pages: Iterable[int]) -> bool:
        """Whether any of these pages was read by OCR: what was not found there may still stand there."""
        wanted = set(pages)
        return any(p.no in wanted and p.source != "text_layer" for p in self.book.pages)

    def rows(self, ident: str) -> tuple[Row, ...]:
        """The rows of a list.

        Raises:
            Missing: no row was read.
        """
        rows = self.book.rows(ident)
        if not rows:
            raise Missing(ident)
        return rows

    def cell(self, row: Row, column: str) -> Fact | None:
        """A cell of a row with a value; ``None`` where it is blank or could not be read."""
        found = row.cells.get(column)
        if found is None or found.value is None:
            return None
        self.take(found)
        return found

    def column(self, rows: Iterable[Row], column: str) -> tuple[tuple[Row, Fact], ...]:
        """The rows whose cell in ``column`` has a value, with that cell."""
        cells = ((row, self.cell(row, column)) for row in rows)
        return tuple((row, fact) for row, fact in cells if fact is not None)

    def by_year(self, column: str) -> dict[int, Fact]:
        """A column of a list that has a ``year`` column, by year, oldest first.

        Raises:
            Missing: the list has no row with both a year and this column.
        """
        rows_id = column.partition(".")[0]
        found: dict[int, Fact] = {}
        for row in self.rows(rows_id):
            year, value = self.cell(row, f"{rows_id}.year"), self.cell(row, column)
            if year is None or value is None:
                continue
            number = as_decimal(year.value)
            if number is not None and int(number) not in found:
                found[int(number)] = value
        if not found:
            raise Missing(column)
        return dict(sorted(found.items()))

    def quantity(self, ident: str) -> Quantity:
        """A computed quantity with a value.

        Raises:
            Missing: it could not be computed; its own missing inputs are named where known.
        """
        found = self._computed(ident)
        if found.value is None:
            raise Missing(*(found.missing or (ident,)))
        return found

    def quantity_number(self, ident: str) -> Decimal:
        """The number behind a computed quantity, canonical; else ``Missing``."""
        number = as_decimal(self.quantity(ident).value)
        if number is None:
            raise Missing(ident)
        return number

    def behind(self, ident: str) -> tuple[Fact, ...]:
        """The facts in the trace of a computed quantity, each once."""
        ids = dict.fromkeys(i for step in self._computed(ident).trace for i in step.facts)
        known = self.book.facts_by_id
        return tuple(known[i] for i in ids if i in known)

    def reading(self, ident: str, reading: str) -> Decimal | None:
        """The number of a quantity under one reading; ``None`` where that reading has none."""
        found = self._computed(ident)
        value = next((r.value for r in found.readings if r.id == reading), None)
        return as_decimal(value)

    def filing_date(self) -> PartialDate:
        """The filing date, with its precision. Else ``Missing``."""
        found = self.book.filing_date
        if found is None:
            raise Missing("pkt_filing_date")
        return found

    def filing_year(self) -> int:
        """The filing year. Else ``Missing``."""
        year = self.book.filing_year
        if year is None:
            raise Missing("pkt_filing_year")
        return year

    def papers(self, *doctypes: str) -> tuple[Document, ...]:
        """The documents of these types; their pages count as looked at."""
        found = tuple(d for d in self.book.documents if d.type in doctypes)
        for document in found:
            self.seen_pages.update(document.pages)
        return found

    def paper(self, *doctypes: str) -> tuple[Document, ...]:
        """Like ``papers``, but at least one must be there; else ``Missing`` names the first type."""
        found = self.papers(*doctypes)
        if not found:
            raise Missing(doctypes[0])
        return found

    # -- the scheme -----------------------------------------------------------------------------

    def criteria(self, quantity: str | None = None) -> tuple[CriterionSpec, ...]:
        """The criteria of the scheme in force that this check serves (on ``quantity`` only)."""
        return tuple(
            criterion
            for criterion in self.scheme.criteria
            if criterion.id in self.spec.serves
            and (quantity is None or criterion.quantity == quantity)
        )

    def criterion(self, quantity: str | None = None) -> CriterionSpec:
        """The one criterion with a threshold that this check serves.

        Raises:
            NotApplicable: the scheme in force sets no such limit.
        """
        for found in self.criteria(quantity):
            if isinstance(found.threshold, Decimal):
                return found
        raise NotApplicable("本办法未设此项门槛")

    def threshold(self, quantity: str | None = None) -> Decimal:
        """The limit of that criterion in canonical units (元, 0..1, 平方米, counts)."""
        return canonical_threshold(self.criterion(quantity))

    # -- inside -----------------------------------------------------------------------------------

    def _fields_behind(self, ident: str) -> tuple[str, ...]:
        derived = self.book.catalogue.derived.get(ident)
        if derived is not None and derived.formula.startswith("first non-empty of"):
            return derived.inputs
        return (ident,)

    def _computed(self, ident: str) -> Quantity:
        found = self.quantities.get(ident) or self.book.quantity(ident)
        self._take_trace(found)
        return found

    def _take_trace(self, quantity: Quantity) -> None:
        for step in quantity.trace:
            for ident in step.facts:
                self.take(self.book.facts_by_id.get(ident))


def canonical_threshold(criterion: CriterionSpec) -> Decimal:
    """The threshold of a criterion in canonical units.

    Raises:
        NotApplicable: the criterion has no numeric threshold.
    """
    threshold = criterion.canonical_threshold
    if not isinstance(threshold, Decimal):
        raise NotApplicable("本办法未设此项门槛")
    return threshold


def _is_better(a: Fact, b: Fact) -> bool:
    ranks = {"corrected": 0, "certain": 1, "doubtful": 2, "rejected": 3}
    return (ranks[a.status], -a.confidence) < (ranks[b.status], -b.confidence)


def decimal_of(fact: Fact) -> Decimal:
    """The exact number of a fact.

    Raises:
        Missing: its value is no number.
    """
    number = as_decimal(fact.value)
    if number is None:
        raise Missing(fact.field)
    return number


def whole_of(fact: Fact) -> int:
    """The whole number of a fact; else ``Missing``."""
    number = decimal_of(fact)
    if number != number.to_integral_value():
        raise Missing(fact.field)
    return int(number)


def text_of(fact: Fact) -> str:
    """The text of a fact; lists are joined."""
    value = fact.value
    return "、".join(value) if isinstance(value, tuple) else str(value)


def date_of(fact: Fact) -> PartialDate:
    """The date of a fact; else ``Missing``."""
    try:
        return PartialDate.parse(str(fact.value))
    except ValueError:
        raise Missing(fact.field) from None


def range_of(fact: Fact) -> DateRange:
    """The date range of a fact; else ``Missing``."""
    try:
        return DateRange.parse(str(fact.value))
    except ValueError:
        raise Missing(fact.field) from None
