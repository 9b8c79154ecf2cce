"""Pages that are in the packet twice: the same file page, or the same paper scanned again.

They are named, never dropped: a person decides which one counts. Templates filled in for different
persons differ in a name or a number only; so a page repeats another one only where all its figures
are the same and nearly all its text is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Problem
from extractor.imaging.likeness import differing_bits

KIND = "duplicate_page"
_MUCH_TEXT = 60
_ALIKE = 99.0
_ALIKE_SHORT = 92.0
_BITS = 12
_LEAST_BITS = 24
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Look:
    page: PacketPage
    text: str
    numbers: Counter[str]
    bits: str


def repeated_pages(pages: Sequence[PacketPage]) -> tuple[Problem, ...]:
    """A notice for each page that repeats an earlier one; it names both."""
    seen: list[_Look] = []
    found: list[Problem] = []
    for page in pages:
        look = _look(page)
        if look is None:
            continue
        earlier = next((s for s in seen if s.page.no != page.no and _same(s, look)), None)
        if earlier is not None:
            found.append(_notice(page, earlier.page))
        seen.append(look)
    return tuple(found)


def _look(page: PacketPage) -> _Look | None:
    if "blank" in page.read.quality.reasons:
        return None
    text = fold_text("".join(line.text for line in page.read.lines))
    bits = page.read.fingerprint
    if len(text) < _MUCH_TEXT and not _telling(bits):
        return None
    return _Look(page, text, Counter(_NUMBER.findall(text)), bits)


def _telling(bits: str) -> bool:
    return len(bits) == 64 and int(bits, 16).bit_count() >= _LEAST_BITS


def _same(one: _Look, other: _Look) -> bool:
    if one.page.read.image_key and one.page.read.image_key == other.page.read.image_key:
        return one.page.sheet == other.page.sheet
    longer, shorter = max(len(one.text), len(other.text)), min(len(one.text), len(other.text))
    if longer >= _MUCH_TEXT:
        if longer - shorter > 0.02 * longer or one.numbers != other.numbers:
            return False
        return bool(fuzz.ratio(one.text, other.text) >= _ALIKE)
    if one.numbers != other.numbers or not (_telling(one.bits) and _telling(other.bits)):
        return False
    alike = not longer or fuzz.ratio(one.text, other.text) >= _ALIKE_SHORT
    return bool(alike and differing_bits(one.bits, other.bits) <= _BITS)


def _notice(page: PacketPage, earlier: PacketPage) -> Problem:
    return Problem(
        stage="pages",
        kind=KIND,
        file=page.file,
        page=page.no,
        message=f"第{page.no}页与第{earlier.no}页内容相同，疑为重复放入；两页均已读取，请核对以哪页为准",
    )
