"""How wide and how high text is in a cell: widths in Excel's column units, heights in points.

A column unit is the width of a digit of the workbook's default font (7 px at 96 dpi for Calibri 11).
The estimate is a little generous, since a cell that is too large costs nothing and one that is too
small cuts text off or prints ####.
"""

from __future__ import annotations

import math
import unicodedata

from extractor.worksheet.xlsx.looks import FONT_SIZE

MAX_ROW_PT = 409.0  # Excel's limit
_WIDE_UNITS = 1.95  # a full-width character of 10 pt: 13.3 px
_NARROW_UNITS = 1.08
_LINE_PT = 16.0  # a line of 微软雅黑 10 pt with its leading
_PADDING_UNITS = 1.6
_PADDING_PT = 5.0
_PX_PER_UNIT = 7


def text_units(text: str) -> float:
    """The width of one line of text, in column units at the standard font size."""
    wide = sum(1 for c in text if unicodedata.east_asian_width(c) in "WFA")
    return wide * _WIDE_UNITS + (len(text) - wide) * _NARROW_UNITS


def longest_line_units(text: str) -> float:
    """The width of the longest line, padding included."""
    return max((text_units(line) for line in text.split("\n")), default=0.0) + _PADDING_UNITS


def wrapped_lines(text: str, column_units: float, size: float = FONT_SIZE) -> int:
    """How many lines ``text`` takes in a column of that width."""
    room = max(2.0, column_units - _PADDING_UNITS)
    scale = size / FONT_SIZE
    lines = 0
    for line in text.split("\n"):
        units = text_units(line) * scale
        # Words of Latin text and Chinese punctuation wrap early: one part in fourteen is lost.
        lines += max(1, math.ceil(units * (1.0 if units <= room else 1.07) / room))
    return lines


def height_pt(lines: int, size: float = FONT_SIZE) -> float:
    """The height of a row that shows ``lines`` lines."""
    return lines * _LINE_PT * size / FONT_SIZE + _PADDING_PT


def column_px(units: float) -> int:
    """A column's width in pixels at 96 dpi, as Excel lays it out."""
    return int(units * _PX_PER_UNIT + 5)
