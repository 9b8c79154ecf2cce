"""Reading hand-made pages with the project's own configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractor.core.page import PacketPage
from extractor.core.worksheet import Fact, RowSet, Value
from extractor.fields.extract import extract_fields
from extractor.fields.view import DocumentView
from support.config import the_tools
from support.pages import view


def extract(doctype: str, *pages: PacketPage) -> tuple[tuple[Fact, ...], tuple[RowSet, ...]]:
    """All facts and lists that all readers find in one document."""
    return extract_fields([view(doctype, *pages)], the_tools().fields)


def extract_all(*views: DocumentView) -> tuple[tuple[Fact, ...], tuple[RowSet, ...]]:
    return extract_fields(views, the_tools().fields)


def facts_of(doctype: str, *pages: PacketPage) -> Mapping[str, Fact]:
    """The first fact of each field."""
    found: dict[str, Fact] = {}
    for fact in extract(doctype, *pages)[0]:
        found.setdefault(fact.field, fact)
    return found


def values_of(doctype: str, *pages: PacketPage) -> dict[str, Value | None]:
    return {name: fact.value for name, fact in facts_of(doctype, *pages).items()}


def rows_of(doctype: str, field: str, *pages: PacketPage) -> RowSet | None:
    return next((r for r in extract(doctype, *pages)[1] if r.field == field), None)


def column(rows: RowSet | None, name: str) -> list[Value | None]:
    """The values of a column, absent cells left out."""
    assert rows is not None, "no such list was found"
    cells = [row.cells.get(f"{rows.field}.{name}") for row in rows.rows]
    return [cell.value for cell in cells if cell is not None]


def fact_named(facts: Sequence[Fact], field: str) -> Fact:
    found = [f for f in facts if f.field == field]
    assert len(found) == 1, f"{len(found)} facts of {field}"
    return found[0]
