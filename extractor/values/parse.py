"""One door to all readers: the ``type`` of a field decides which one reads its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from extractor.values import (
    areas,
    contacts,
    date_ranges,
    dates,
    identifiers,
    money,
    names,
    numbers,
    ratios,
)
from extractor.values.enums import parse_bool, parse_enum, parse_list
from extractor.values.parsed import NO_CONTEXT, Parsed, UnitContext

_WITH_UNITS: dict[str, Callable[[str, UnitContext], Parsed | None]] = {
    "money": money.parse_money,
    "count": numbers.parse_count,
    "ratio": ratios.parse_ratio,
    "area": areas.parse_area,
    "number": numbers.parse_number,
    "score": numbers.parse_number,
    "quantity_with_unit": numbers.parse_quantity,
}
_PLAIN: dict[str, Callable[[str], Parsed | None]] = {
    "date": dates.parse_date,
    "year": dates.parse_year,
    "date_range": date_ranges.parse_date_range,
    "org_name": names.parse_org_name,
    "person": names.parse_person,
    "org_or_person": names.parse_org_or_person,
    "address": names.parse_address,
    "text": names.parse_text,
    "uscc": identifiers.parse_uscc,
    "id_number": identifiers.parse_id_number,
    "doc_number": identifiers.parse_doc_number,
    "code": identifiers.parse_code,
    "phone": contacts.parse_phone,
    "url": contacts.parse_url,
    "email": contacts.parse_email,
    "bool": parse_bool,
}
KINDS = frozenset((*_WITH_UNITS, *_PLAIN, "enum", "list"))
"""Every field type a value can be read for; ``rows`` and ``series`` are no single values."""

MAX_TEXT = 1000
"""Longer text is no single value; ``text``, ``list`` and ``address`` know their own limits."""
_ANY_LENGTH = frozenset(("text", "list", "address"))


def parse_value(
    kind: str,
    text: str,
    *,
    units: UnitContext = NO_CONTEXT,
    enum: Mapping[str, tuple[str, ...]] | None = None,
) -> Parsed | None:
    """The canonical value of ``text`` for a field of type ``kind``; ``None`` where it holds none.

    Args:
        kind: a member of ``KINDS``.
        text: as read, with whatever stands around the value.
        units: unit words near the value; see ``UnitContext``.
        enum: id → printed words, needed by ``enum``, used by ``list``.

    Raises:
        ValueError: ``kind`` is not in ``KINDS``, or ``enum`` is missing for kind ``enum``. Text never
            raises, whatever it holds.
    """
    if len(text) > MAX_TEXT and kind in KINDS - _ANY_LENGTH:
        return None
    if kind in _WITH_UNITS:
        return _WITH_UNITS[kind](text, units)
    if kind in _PLAIN:
        return _PLAIN[kind](text)
    if kind == "list":
        return parse_list(text, enum)
    if kind == "enum":
        if enum is None:
            raise ValueError("kind 'enum' needs the enum's words")
        return parse_enum(text, enum)
    raise ValueError(f"no value can be read for field type {kind!r}")
