"""What one packet tells the others: the few facts that checks across packets need, on one card.

A check such as "same applicant in two packets" cannot end on one packet alone. ``card_of`` takes what it
needs from a packet; whoever has several packets of one round (``extractor summary``) makes a card of each
and hands the others' cards to ``judge``. A packet judged alone has no other cards, and such checks end
``not_run`` and say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact
from extractor.rules.facts import FactBook

REPORT, SUMMARY = "quarterly_rows", "quarterly_summary_rows"
FIRST_CERTIFICATE = ("lic", "pic", "npo", "ppl")


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """One platform's figures in one quarterly table.

    ``figures``: column name (``service_income``) to the canonical number (money in 元); ``facts``: the
    cells behind them, empty where the row comes from another packet. ``year`` and ``quarter`` are
    ``None`` where the table's head was not read.
    """

    source: str
    org: str
    year: int | None
    quarter: int | None
    figures: dict[str, Decimal]
    facts: dict[str, Fact] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A packet as other packets see it. Codes and names as read; ``None``: not read."""

    packet: str
    uscc: str | None
    name: str | None
    recommender: str | None
    filing_year: int | None
    quarters: tuple[QuarterRow, ...] = ()


def card_of(book: FactBook) -> Card:
    """The card of a packet."""
    return Card(
        packet=book.reading.packet.name,
        uscc=_certified(book, "uscc"),
        name=_certified(book, "name"),
        recommender=_text(book.best("rec_recommender")),
        filing_year=book.filing_year,
        quarters=quarter_rows(book),
    )


def quarter_rows(book: FactBook) -> tuple[QuarterRow, ...]:
    """The rows of all quarterly tables of a packet; rows without a platform's name are left out."""
    found: list[QuarterRow] = []
    for source in (REPORT, SUMMARY):
        for rows in book.row_sets(source):
            year, quarter = (_head(book, name, rows.document) for name in ("q_year", "q_quarter"))
            for row in rows.rows:
                org = book.cell(row, f"{source}.org_name")
                if org is None:
                    continue
                cells = {
                    ident.partition(".")[2]: fact
                    for ident in row.cells
                    if (fact := book.cell(row, ident)) is not None
                }
                numbers = {k: as_decimal(f.value) for k, f in cells.items()}
                figures = {k: n for k, n in numbers.items() if n is not None}
                found.append(
                    QuarterRow(
                        source, str(org.value), year, quarter, figures, cells,
                        book.reading.packet.name,
                    )
                )  # fmt: skip
    return tuple(found)


def without_facts(rows: Iterable[QuarterRow]) -> tuple[QuarterRow, ...]:
    """Rows of another packet: its facts are not on this worksheet."""
    return tuple(
        QuarterRow(r.source, r.org, r.year, r.quarter, r.figures, {}, r.where) for r in rows
    )


def _head(book: FactBook, field_id: str, document: str | None) -> int | None:
    """The year or quarter printed on the table's own paper, else the only one in the packet."""
    facts = book.all(field_id)
    own = [f for f in facts if f.document == document]
    values = {f.value for f in (own or facts)}
    number = as_decimal(next(iter(values))) if len(values) == 1 else None
    return None if number is None else int(number)


def _certified(book: FactBook, what: str) -> str | None:
    for prefix in FIRST_CERTIFICATE:
        fact = book.best(f"{prefix}_{what}")
        if fact is not None:
            return str(fact.value)
    return None


def _text(fact: Fact | None) -> str | None:
    return None if fact is None else str(fact.value)
