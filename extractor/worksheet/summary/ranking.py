"""The figures of a round by condition, put in order. An order of figures, not of merit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.core.worksheet import Criterion, Worksheet
from extractor.worksheet.shown import to_decimal


@dataclass(frozen=True, slots=True)
class Ranked:
    """One packet under one condition.

    Attributes:
        packet: its place in the round.
        rank: 1 is the highest; equal figures share one; ``None``: no figure.
        figure: recomputed, else on evidence, else stated; ``source`` says which
            (``recomputed | evidence | stated``, "" for none).
    """

    packet: int
    criterion: Criterion
    rank: int | None
    figure: Decimal | None
    source: str


def rankings(worksheets: Sequence[Worksheet]) -> Iterator[tuple[str, str, tuple[Ranked, ...]]]:
    """For each scheme and each of its conditions with a figure: (scheme id, condition id, the packets)."""
    for scheme in dict.fromkeys(w.scheme.id for w in worksheets):
        places = [n for n, w in enumerate(worksheets) if w.scheme.id == scheme]
        first = worksheets[places[0]]
        for asked in first.criteria:
            if to_decimal(asked.threshold) is None:
                continue
            rows = _ranked(worksheets, places, asked.id)
            if any(row.figure is not None for row in rows):
                yield scheme, asked.id, rows


def _ranked(
    worksheets: Sequence[Worksheet], places: Sequence[int], ident: str
) -> tuple[Ranked, ...]:
    rows = []
    for place in places:
        for criterion in worksheets[place].criteria:
            if criterion.id == ident:
                rows.append(Ranked(place, criterion, None, *_figure(criterion)))
    known = sorted((r.figure for r in rows if r.figure is not None), reverse=True)
    ranked = [
        Ranked(
            r.packet,
            r.criterion,
            None if r.figure is None else known.index(r.figure) + 1,
            r.figure,
            r.source,
        )
        for r in rows
    ]
    return tuple(sorted(ranked, key=lambda r: (r.rank is None, r.rank or 0, r.packet)))


def _figure(criterion: Criterion) -> tuple[Decimal | None, str]:
    for source in ("recomputed", "evidence", "stated"):
        number = to_decimal(getattr(criterion, source))
        if number is not None:
            return number, source
    return None, ""
