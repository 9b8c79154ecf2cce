"""From where a recogniser saw each character to where each character begins and ends.

A CTC recogniser says about which column it knew a character, which is near its middle but not its
edge. Widths come from the characters themselves: ideographs and full-width marks are as wide as the
line is high, Latin letters and digits about half.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_NARROW = frozenset(",.:;'`|!iIjl1·、。 ")
"""Half-width marks and letters that take clearly less than half an ideograph in most fonts."""


def relative_width(char: str) -> float:
    """How wide ``char`` is set, an ideograph being 1."""
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if char in _NARROW:
        return 0.35
    return 0.55


def character_edges(
    text: str, centres: Sequence[float], left: float, right: float
) -> tuple[float, ...]:
    """``len(text) + 1`` ascending positions between ``left`` and ``right``.

    Args:
        text: the line.
        centres: one position along the line for each character, 0 (left) .. 1 (right), ascending.
        left: where the line begins.
        right: where it ends, not left of ``left``.

    An edge lies between two centres, nearer to the narrower character. Returns ``()`` where the
    numbers of characters and centres differ.
    """
    if not text or len(text) != len(centres):
        return ()
    span = right - left
    at = [left + span * min(max(c, 0.0), 1.0) for c in centres]
    wide = [relative_width(c) for c in text]
    edges = [left]
    for i in range(len(text) - 1):
        share = wide[i] / (wide[i] + wide[i + 1])
        edge = at[i] + (at[i + 1] - at[i]) * share
        edges.append(min(max(edge, edges[-1]), right))
    edges.append(right)
    return tuple(edges)
