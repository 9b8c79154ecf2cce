"""Runs of text for tables without rulings: what one line of a page holds of several columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from extractor.core.geometry import Box
from extractor.core.page import Line, TextSource

EXACT_GAP = 0.8  # ems of free paper inside a line of a text layer that part two columns
READ_GAP = 1.3  # the same where OCR says where its characters stand, which it knows less well

_FIGURE = re.compile(
    r"[-+−(（]?[¥￥]?\d[\d,，]*(?:[.．]\d+)?[)）]?[%％]?(?:万?元|人|家|次|项|户|台|套)?|[-—–―/]{1,3}|[〇零]"
)
#: A mobile number and the text that begins at its end were two columns.
_MOBILE_FIRST = re.compile(r"(?<![\dA-Za-z.])1[3-9]\d{9}(?=[\u4e00-\u9fff])")
_SPACES = re.compile(r"\s{2,}|\u3000+")


def is_figure(text: str) -> bool:
    """Whether a text is one figure, with its unit or without, or the dash of an empty cell."""
    return _FIGURE.fullmatch(text.replace(" ", "")) is not None


def split_runs(line: Line) -> list[Line]:
    """The runs of one line: text layers and OCR bridge columns with spaces."""
    spaces = {m.span() for m in _SPACES.finditer(line.text)}
    ends = {(m.end(), m.end()) for m in _MOBILE_FIRST.finditer(line.text)}
    return pieces_of(line, sorted({*spaces, *ends, *_wide_gaps(line)}))


def pieces_of(line: Line, gaps: Sequence[tuple[int, int]]) -> list[Line]:
    """The line without the stretches ``gaps``, taken apart at them."""
    parts: list[Line] = []
    start = 0
    for a, b in [*gaps, (len(line.text),) * 2]:
        text = line.text[start:a]
        if a >= start and text.strip():
            head = start + len(text) - len(text.lstrip())
            tail = start + len(text.rstrip())
            parts.append(
                replace(
                    line,
                    text=line.text[head:tail],
                    box=_tight_box(line, head, tail),
                    char_x=line.char_x[head : tail + 1] if line.char_x else (),
                    char_confidence=line.char_confidence[head:tail],
                )
            )
        start = max(start, b)
    return parts


def _wide_gaps(line: Line) -> list[tuple[int, int]]:
    """Where a run of one line stands clearly apart from the next, though at most a space was read."""
    text, xs, em = line.text, line.char_x, line.box.height
    if len(xs) != len(text) + 1 or em <= 0:
        return []
    least = EXACT_GAP if line.source is TextSource.TEXT_LAYER else READ_GAP
    gaps: list[tuple[int, int]] = []
    k = 0
    while k < len(text):
        end = k + 1
        while end < len(text) and text[end].isspace():
            end += 1
        wide = unicodedata.east_asian_width(text[k]) in "WFA"
        if end < len(text) and xs[end] - xs[k] - em * (1.0 if wide else 0.6) > least * em:
            gaps.append((k + 1, end))
        k = end
    return gaps


def _tight_box(line: Line, start: int, end: int) -> Box:
    """The box of a piece; the paper behind its last character, if other text follows, is not its."""
    box = line.box_of(start, end)
    if end >= len(line.text) or len(line.char_x) != len(line.text) + 1:
        return box
    wide = unicodedata.east_asian_width(line.text[end - 1]) in "WFA"
    right = line.char_x[end - 1] + line.box.height * (1.0 if wide else 0.6)
    return replace(box, x1=max(box.x0, min(box.x1, right)))
