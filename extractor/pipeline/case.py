"""The case of a packet: what was told, what was read, and the date everything is judged at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from extractor.core.worksheet import Case, CaseEntry, Fact, FactStatus, Value
from extractor.setup.case import Told


def build_case(told: Mapping[str, Told], facts: Sequence[Fact], received: dt.date) -> Case:
    """Case data with sources; the filing date is the one told, else the one read, else none.

    ``received`` is the day the packet came in where nobody told another.
    """
    filing = _told(told, "filing_date") or _read(facts, "pkt_filing_date")
    year = _year(filing) or _read(facts, "decl_year")
    return Case(
        filing_date=filing,
        received_date=_told(told, "received_date")
        or CaseEntry(value=received.isoformat(), source="received"),
        filing_year=year,
        region=_told(told, "region"),
        functions=_told(told, "functions"),
    )


def as_of_date(case: Case, received: dt.date) -> tuple[dt.date, str]:
    """The evaluation date and where it is from (``option``, ``read``, ``received`` …)."""
    entry = case.filing_date
    if entry is not None and isinstance(entry.value, str):
        try:
            return dt.date.fromisoformat(entry.value), entry.source
        except ValueError:
            pass
    told = case.received_date
    if told is not None and isinstance(told.value, str):
        return dt.date.fromisoformat(told.value), told.source
    return received, "received"


def _told(told: Mapping[str, Told], key: str) -> CaseEntry | None:
    found = told.get(key)
    return None if found is None else CaseEntry(value=found.value, source=found.source)


def _read(facts: Sequence[Fact], field: str) -> CaseEntry | None:
    """The surest fact of a field; a day of a full date only."""
    found = [f for f in facts if f.field == field and f.value is not None]
    found = [f for f in found if f.status is not FactStatus.REJECTED]
    if field == "pkt_filing_date":
        found = [f for f in found if isinstance(f.value, str) and len(f.value) == 10]
    if not found:
        return None
    best = max(found, key=lambda f: f.confidence)
    return CaseEntry(value=best.value, source="read", fact=best.id)


def _year(entry: CaseEntry | None) -> CaseEntry | None:
    value: Value | None = entry.value if entry is not None else None
    if entry is None or not isinstance(value, str) or not value[:4].isdigit():
        return None
    return CaseEntry(value=int(value[:4]), source=entry.source, fact=entry.fact)
