"""How wide and how high text is in a cell: widths in Excel's column units, heights in points.

A column unit is the width of a digit of the workbook's default font (7 px at 96 dpi for Arial 10).
The estimate is a little generous, since a cell that is too large costs nothing and one that is too
small cuts text off or prints ####.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache

from extractor.worksheet.xlsx.looks import FONT_SIZE

MAX_ROW_PT = 409.0  # Excel's limit
_WIDE_UNITS = 1.93  # a full-width character of 10 pt: 13.3 px
_NARROW_UNITS = 1.08
_LINE_PT = 14.4  # a line of 微软雅黑 10 pt with its leading: 1.32 em, and one pixel more
_PADDING_UNITS = 2.2
_PADDING_PT = 5.0
# A closing mark may not begin a line and takes its neighbour along: part of a line stays empty.
_USABLE = 0.97
_EDGE_UNITS = 0.5
_ENOUGH_TEXT = 6000  # no row is so high; counting on would only take time
_WORDS = re.compile(r"[0-9A-Za-z_.,%/:+-]+|.")


class _Units(dict[str, float]):
    """Widths of the characters met so far: every text of a workbook is measured twice."""

    def __missing__(self, char: str) -> float:
        wide = unicodedata.east_asian_width(char) in "WFA"
        return self.setdefault(char, _WIDE_UNITS if wide else _NARROW_UNITS)


_UNITS = _Units()


def text_units(text: str) -> float:
    """The width of one line of text, in column units at the standard font size."""
    return sum(map(_UNITS.__getitem__, text))


@lru_cache(maxsize=4096)  # most texts of a workbook stand in many cells
def longest_line_units(text: str) -> float:
    """The width of the longest line, padding included: in a column so wide it is one line."""
    units = max((text_units(line) for line in text.split("\n")), default=0.0)
    return max(units + _PADDING_UNITS, (units + _EDGE_UNITS) / _USABLE + 0.1)


def _lines_of(line: str, room: float, scale: float) -> int:
    """Lines that one paragraph takes: Chinese breaks anywhere, a Latin word or figure moves whole."""
    if text_units(line) * scale <= room:
        return 1
    lines, used = 1, 0.0
    for word in _WORDS.findall(line):
        units = text_units(word) * scale
        if used + units <= room:
            used += units
            continue
        if units > room:  # longer than a line: broken where the line ends
            full = math.ceil((used + units) / room)
            lines, used = lines + full - 1, (used + units) - room * (full - 1)
        else:
            lines, used = lines + 1, units
    return lines


@lru_cache(maxsize=4096)
def wrapped_lines(text: str, column_units: float, size: float = FONT_SIZE) -> int:
    """How many lines ``text`` takes in a column of that width (counting stops above a page's)."""
    room = max(2.0, column_units * _USABLE - _EDGE_UNITS)
    lines = 0
    for line in text[:_ENOUGH_TEXT].split("\n"):
        lines += _lines_of(line, room, size / FONT_SIZE)
    return lines


def height_pt(lines: int, size: float = FONT_SIZE) -> float:
    """The height of a row that shows ``lines`` lines."""
    return lines * _LINE_PT * size / FONT_SIZE + _PADDING_PT
