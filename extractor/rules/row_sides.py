"""A criterion about some rows of a list only: which of them count, and which one decides."""

from __future__ import annotations

from extractor.core.worksheet import Fact
from extractor.rules.comparing import answer_to
from extractor.rules.facts import FactBook
from extractor.rules.side import Side, Sides
from extractor.setup.schemes import CriterionSpec


def sides_of_rows(book: FactBook, spec: CriterionSpec) -> Sides:
    """The value of the latest row that answers ``spec.rows``; years and dates order by their text.

    A row that cannot be answered (its cell was not read) may be later than the latest: a note says so.
    """
    assert spec.rows is not None
    found: list[Fact] = []
    unread = 0
    for row in book.rows(spec.quantity.partition(".")[0]):
        answers = []
        for part in spec.rows.all or (spec.rows,):
            asked = book.cell(row, part.field or "")
            answers.append(None if asked is None else answer_to(part, asked.value))
        fact = book.cell(row, spec.quantity)
        if False in answers:
            continue
        if None in answers or fact is None:
            unread += 1
        else:
            found.append(fact)
    notes = (f"另有{unread}项未能读全，可能更晚",) if unread else ()
    if not found:
        return Sides(notes=notes)
    latest = max(found, key=lambda fact: str(fact.value))
    side = Side(value=latest.value, facts=(latest.id,), notes=notes)
    stated = book.catalogue.conventions.side(spec.quantity) == "stated"
    return Sides(stated=side) if stated else Sides(evidence=side)
