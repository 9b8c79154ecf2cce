"""What a field reader is given and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from extractor.core.page import PacketPage
from extractor.core.worksheet import Fact, RowSet


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document as readers see it: its id, type (doctypes id) and read pages in order."""

    id: str
    type: str
    title: str
    pages: tuple[PacketPage, ...]


@dataclass(frozen=True, slots=True)
class Extraction:
    """Facts and row lists read from one document."""

    facts: tuple[Fact, ...] = ()
    rows: tuple[RowSet, ...] = ()

    def __add__(self, other: Extraction) -> Extraction:
        return Extraction(self.facts + other.facts, self.rows + other.rows)


def merge(parts: Iterable[Extraction]) -> Extraction:
    """All parts in order."""
    total = Extraction()
    for part in parts:
        total = total + part
    return total
