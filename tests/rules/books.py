"""Small packets in memory for tests of rules: facts, rows and documents without a page read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from extractor.core.worksheet import (
    Case,
    CaseEntry,
    Document,
    Fact,
    FactStatus,
    Method,
    PacketInfo,
    Reading,
    Row,
    RowSet,
    Value,
)
from extractor.rules.facts import FactBook
from extractor.setup.catalogue import Catalogue, load_catalogue

CONFIG = Path(__file__).resolve().parents[2] / "config"


@cache
def catalogue() -> Catalogue:
    return load_catalogue(CONFIG)


def fact(
    field: str,
    value: Value | None,
    *,
    document: str | None = None,
    page: int = 1,
    y: float = 0.0,
    confidence: float = 0.99,
    status: FactStatus = FactStatus.CERTAIN,
) -> Fact:
    return Fact(
        id=f"f_{field}_{document}_{page}_{y}_{value}",
        field=field,
        value=value,
        raw=str(value),
        document=document,
        page=page,
        box=(0.0, y, 10.0, y + 10.0),
        confidence=confidence,
        method=Method.OCR_CELL,
        status=status,
    )


def row_set(
    field: str, rows: Sequence[Mapping[str, Value | None]], *, document: str | None = None
) -> RowSet:
    return RowSet(
        field=field,
        document=document,
        pages=(1,),
        rows=tuple(
            Row(
                no=n,
                cells={
                    f"{field}.{c}": fact(f"{field}.{c}", v, document=document, y=float(n))
                    for c, v in row.items()
                },
            )
            for n, row in enumerate(rows, start=1)
        ),
    )


def document(ident: str, kind: str, *pages: int, title: str = "") -> Document:
    return Document(id=ident, type=kind, title=title or kind, pages=pages or (1,), confidence=0.95)


def book(
    *facts: Fact,
    rows: Sequence[RowSet] = (),
    documents: Sequence[Document] = (),
    filed: str | None = "2024-04-18",
    functions: tuple[str, ...] | None = None,
    received_at: str = "",
) -> FactBook:
    case = Case(
        filing_date=None if filed is None else CaseEntry(value=filed, source="option"),
        functions=None if functions is None else CaseEntry(value=functions, source="option"),
    )
    reading = Reading(
        packet=PacketInfo(id="p", name="p", received_at=received_at, files=()),
        pages=(),
        documents=tuple(documents),
        facts=facts,
        rows=tuple(rows),
        problems=(),
    )
    return FactBook(reading, case, catalogue())
