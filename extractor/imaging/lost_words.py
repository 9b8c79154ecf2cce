"""Words that a column prints in every cell and that OCR lost in some: a pen circled them, mostly.

``是 / 否`` stands in each cell of a column at the same places; where one is circled, OCR drops it and
reads the other alone. The places are known from the other cells.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Mark, TextSource

LEAST_CELLS = 3
"""Cells of a column before anything is concluded from it."""

LEAST_SEEN = 2
"""Cells in which a word must have been read at the place where another cell lacks it."""

LONGEST = 6
"""Characters; options are short."""

NEAR = 0.6
"""How far the same word may stand from its place in other cells, in its own heights."""

INK = 0.88
"""Width and height of the ink of a word over those of the box around it."""

CONFIDENCE = 0.7
"""Of a word that is known from other cells and from the circle around it: nobody read it, so what it says
is never certain."""

_PIECE = re.compile(r"[^\s/／、|｜□☐○◯,，.。]+")


@dataclass(frozen=True, slots=True)
class _Word:
    """``x`` from the left of its cell, ``y`` of its middle from the cell's; upright points."""

    text: str
    x: float
    y: float
    width: float
    height: float


def lost_words(cells: Iterable[Cell]) -> list[Line]:
    """Lines of no confidence at places where other cells of a column hold a word and this one none.

    Args:
        cells: of all tables of the page, with their text, upright points.
    """
    columns: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        columns[round(cell.box.x0 / 3), round(cell.box.x1 / 3)].append(cell)
    found: list[Line] = []
    for own in columns.values():
        if len(own) >= LEAST_CELLS:
            found += _lost_in(own)
    return found


def circled_words(cells: Sequence[Cell], marks: Sequence[Mark]) -> tuple[Line, ...]:
    """The lost words that a circle is drawn around: they were there, the pen hid them."""
    circles = [m for m in marks if m.kind == "circle"]
    if not circles:
        return ()
    return tuple(
        Line(word.text, word.box, CONFIDENCE, TextSource.OCR)
        for word in lost_words(cells)
        if any(
            m.box.contains_point(word.box.cx, word.box.cy)
            and m.box.width < word.box.width + 2 * word.box.height
            for m in circles
        )
    )


def is_inferred(line: Line) -> bool:
    """Whether a line is a word that ``circled_words`` put where OCR read nothing."""
    return line.confidence == CONFIDENCE and not line.char_confidence


def _lost_in(column: Sequence[Cell]) -> list[Line]:
    words = [_words_of(cell) for cell in column]
    places: list[tuple[_Word, int]] = []
    for own in words:
        for word in own:
            seen = sum(any(_same(word, other) for other in others) for others in words)
            if seen >= LEAST_SEEN and not any(_same(word, known) for known, _ in places):
                places.append((_usual(word, words), seen))
    if len(places) < 2:
        return []  # one word alone is an answer, not one of several to choose from
    found: list[Line] = []
    for cell, own in zip(column, words, strict=True):
        here = [word for word, _ in places if any(_same(word, w) for w in own)]
        if own and not here:
            continue
        for word, _ in places:
            if word in here or any(_overlap(word, w) for w in own):
                continue
            box = _place(cell, word)
            if cell.box.contains_point(box.cx, box.cy):
                found.append(Line(word.text, box.rounded(), 0.0))
    return found


def _words_of(cell: Cell) -> list[_Word]:
    words: list[_Word] = []
    for line in cell.lines:
        for piece in _PIECE.finditer(line.text):
            text = piece.group()
            if len(text) <= LONGEST and any("\u4e00" <= c <= "\u9fff" for c in text):
                box = line.box_of(*piece.span())
                x, y = box.x0 - cell.box.x0, box.cy - cell.box.cy
                words.append(_Word(text, x, y, box.width, box.height))
    return words


def _same(a: _Word, b: _Word) -> bool:
    reach = NEAR * min(a.height, b.height)
    return a.text == b.text and abs(a.x - b.x) <= reach and abs(a.y - b.y) <= reach


def _usual(word: _Word, words: Sequence[Sequence[_Word]]) -> _Word:
    """The word where it was read tightest: boxes reach over a slash or a pen stroke beside it."""
    alike = [w for own in words for w in own if _same(word, w)]
    best = min(alike, key=lambda w: w.width)
    return replace(best, y=median(w.y for w in alike), height=median(w.height for w in alike))


def _place(cell: Cell, word: _Word) -> Box:
    """Where the word's ink stands in a cell: OCR draws its boxes a little larger."""
    x, y = cell.box.x0 + word.x + word.width / 2, cell.box.cy + word.y
    wide, high = 0.5 * INK * word.width, 0.5 * INK * word.height
    return Box(x - wide, y - high, x + wide, y + high)


def _overlap(a: _Word, b: _Word) -> bool:
    across = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    down = min(a.y + a.height / 2, b.y + b.height / 2) - max(a.y - a.height / 2, b.y - b.height / 2)
    return across > 0.3 * min(a.width, b.width) and down > 0.3 * min(a.height, b.height)
