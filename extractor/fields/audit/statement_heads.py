"""Headings of statements: which column holds the current amount, which the earlier one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractor.core.page import Cell, PacketPage
from extractor.core.text import fold_text
from extractor.setup.statements import ColumnWords

_DATED = "dated "
_SPOKEN_DATE = re.compile(
    r"(?:截至)?((?:19|20)\d\d)(?:年(?:度|(\d{1,2})月(\d{1,2})日|末|初)?)?", re.ASCII
)
_WRITTEN_DATE = re.compile(r"((?:19|20)\d\d)[-./](\d{1,2})[-./](\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement as printed. Amount cells are ``None`` where the column is not there."""

    name: str
    page: PacketPage
    current: Cell | None
    prior: Cell | None
    name_cell: Cell


def role_of(text: str, columns: ColumnWords) -> str | None:
    """``item | current | prior | skip | ignore``, a day (``dates_to_roles``), ``None`` for other text."""
    text_folded = fold_text(text)
    best, role = 0.0, None
    for name in ("item", "current", "prior", "skip", "ignore"):
        for word in getattr(columns, name):
            wanted = fold_text(word)
            score = 100.0 if wanted == text_folded else fuzz.ratio(wanted, text_folded)
            if len(wanted) <= 2 and score < 100:
                continue
            if score > best:
                best, role = score, name
    if best >= 80:
        return role
    date = _heading_date(text)
    return f"{_DATED}{date}" if date else None


def _heading_date(text: str) -> str:
    """The day a heading means as ``YYYYMMDD``, "" where it is no date: a year alone means its end."""
    spoken = _SPOKEN_DATE.fullmatch(fold_text(text))
    if spoken is not None:
        year, month, day = spoken.group(1), spoken.group(2), spoken.group(3)
        first = fold_text(text).endswith("初")
        return (
            f"{year}{int(month or (1 if first else 12)):02d}{int(day or (1 if first else 31)):02d}"
        )
    written = _WRITTEN_DATE.fullmatch("".join(text.split()))
    if written is None:
        return ""
    year, month, day = written.groups()
    return f"{year}{int(month):02d}{int(day):02d}"


def dates_to_roles(roles: Sequence[str | None]) -> list[str | None]:
    """Columns headed by dates (2020年12月31日 | 2019年12月31日): the later one is the current."""
    dates = {
        col: int(role.removeprefix(_DATED))
        for col, role in enumerate(roles)
        if role is not None and role.startswith(_DATED)
    }
    if not dates:
        return list(roles)
    latest = max(dates.values())
    return [
        role if col not in dates else "current" if dates[col] == latest else "prior"
        for col, role in enumerate(roles)
    ]
