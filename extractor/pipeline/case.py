"""The case of a packet as the user told it; gaps are filled from the packet by the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from extractor.core.worksheet import Case, CaseEntry
from extractor.setup.case import Told


def told_case(told: Mapping[str, Told], received: dt.date) -> Case:
    """Case data with sources; ``received`` is the day the packet came in where none was told."""
    filing = _entry(told, "filing_date")
    return Case(
        filing_date=filing,
        received_date=_entry(told, "received_date")
        or CaseEntry(value=received.isoformat(), source="received"),
        region=_entry(told, "region"),
        functions=_entry(told, "functions"),
        deadline=_entry(told, "deadline"),
    )


def _entry(told: Mapping[str, Told], key: str) -> CaseEntry | None:
    found = told.get(key)
    return None if found is None else CaseEntry(value=found.value, source=found.source)
