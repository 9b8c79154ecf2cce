"""One side of a criterion: a value with the facts behind it, or the bounds that are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from extractor.core.worksheet import Quantity, QuantityReading, Value
from extractor.rules.facts import FactBook
from extractor.rules.quantities.base import Result, Workings, to_value

FORM = "application_form"

Bound = Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its value and facts.

    ``low``/``high``: bounds where the value itself does not decide; ``at_least``: only a lower bound is
    known. ``meets``: the answer where no number is compared. ``judge``: a person must look.
    """

    value: Value | None = None
    facts: tuple[str, ...] = ()
    readings: tuple[QuantityReading, ...] = ()
    low: Bound | None = None
    high: Bound | None = None
    at_least: bool = False
    meets: bool | None = None
    approximate: bool = False
    judge: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.value is not None


NOTHING = Side()


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a criterion, and notes for the reviewer."""

    stated: Side = NOTHING
    evidence: Side = NOTHING
    notes: tuple[str, ...] = field(default=())


def of_fact(book: FactBook, ident: str) -> Side:
    """The best fact of a field as a side."""
    fact = book.best(ident)
    if fact is None:
        return NOTHING
    notes = (f"印为“{fact.printed.label}”",) if fact.printed.label else ()
    return Side(
        value=fact.value, facts=(fact.id,), approximate=fact.printed.approximate, notes=notes
    )


def of_quantity(book: FactBook, ident: str) -> Side:
    """A derived quantity as a side, with its readings."""
    return _from(book.quantity(ident))


def _from(found: Quantity) -> Side:
    facts = tuple(dict.fromkeys(f for step in found.trace for f in step.facts))
    return Side(value=found.value, facts=facts, readings=found.readings)


def worked(book: FactBook, function: Callable[[FactBook, Workings], Result]) -> Side:
    """The result of a small computation as a side, with the facts it noted."""
    work = Workings(book)
    value = to_value(function(book, work))
    facts = tuple(dict.fromkeys(f for step in work.steps for f in step.facts))
    return Side(value=value, facts=facts, readings=tuple(work.readings))


def by_convention(ident: str, book: FactBook) -> Sides:
    """Evidence where any fact behind the value is evidence or no statement, else stated."""
    side = of_quantity(book, ident) if ident in book.catalogue.derived else of_fact(book, ident)
    if not side.is_known:
        return Sides()
    fields = [book.facts_by_id[f].field for f in side.facts if f in book.facts_by_id]
    stated = [book.catalogue.conventions.side(name) == "stated" for name in fields]
    return Sides(stated=side) if stated and all(stated) else Sides(evidence=side)


def at_least(side: Side, complete: bool, note: str) -> Side:
    """A side whose value is only a lower bound unless ``complete``."""
    if complete or not side.is_known:
        return side
    return replace(side, at_least=True, notes=(*side.notes, note))


def all_read(book: FactBook, rows_field: str, *doctypes: str) -> bool:
    """Whether at least as many rows were read as there are papers of these types."""
    return len(book.rows(rows_field)) >= len(book.documents_of(*doctypes))


def pages_text(pages: tuple[int, ...]) -> str:
    """Page numbers for people: ``3、5—8``."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return "、".join(str(r[0]) if len(r) == 1 else f"{r[0]}—{r[-1]}" for r in runs)
