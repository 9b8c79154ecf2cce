"""Packet text made harmless for people's files: visible control characters, bounded length.

A packet may hold anything: control characters that break XML, marks that turn the reading direction
of a line around, strings that a spreadsheet would take for a formula. Nothing is dropped in silence:
each such character is replaced by one that can be seen.
"""

from __future__ import annotations

import re

EXCEL_CELL_LIMIT = 32_767
"""Longest text of an Excel cell, in UTF-16 code units (Microsoft, "Excel specifications and limits")."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Bidirectional overrides, embeddings, isolates and marks: they can make a cell read backwards.
_DIRECTION_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROLS = re.compile(
    f"[\x00-\x09\x0b-\x1f\x7f-\x9f{_DIRECTION_MARKS}\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
)
# Excel reads _x0041_ inside a cell as the character U+0041; the underscore itself is written _x005F_.
_EXCEL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _made_visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)  # the "control pictures" block: ␀ ␉ ␛ …
    if code == 0x7F:
        return "\u2421"
    if 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF):
        return "\ufffd"
    return f"⟦U+{code:04X}⟧"


def visible(text: str) -> str:
    """``text`` with line ends as line feeds and every other control character made visible."""
    return _CONTROLS.sub(_made_visible, text.replace("\r\n", "\n").replace("\r", "\n"))


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program could take ``text`` for a formula, were it typed in."""
    return text.startswith(_FORMULA_STARTS)


def utf16_units(text: str) -> int:
    """Length as Excel counts it: characters beyond the basic plane count two."""
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)


def cut_to_units(text: str, limit: int, mark: str) -> str:
    """``text`` if it fits in ``limit`` UTF-16 units, else as much as fits before ``mark``."""
    if 2 * len(text) <= limit or utf16_units(text) <= limit:  # no character counts more than two
        return text
    room = limit - utf16_units(mark)
    used = 0
    for position, char in enumerate(text):
        used += 2 if ord(char) > 0xFFFF else 1
        if used > room:
            return text[:position] + mark
    return text


def cell_text(text: str, cut_mark: str) -> str:
    """``text`` as it may stand in an Excel cell: visible, escaped, never over the limit.

    ``cut_mark`` ends a text that had to be cut, so that the reader sees it.
    """
    escaped = _EXCEL_ESCAPE.sub("_x005F_", visible(text))
    return cut_to_units(escaped, EXCEL_CELL_LIMIT, cut_mark)


def one_line(text: str) -> str:
    """``visible`` text with line ends and runs of blanks as one blank (headers, titles, names)."""
    return " ".join(visible(text).split())
