"""Columns in which every cell prints the same words to choose from: ``是 / 否``, ``满意 基本满意 不满意``.

What one cell prints, the others tell: a slip of OCR in one is mended from them. And where a column prints
several words, one that was read alone says little: a pen through the chosen one hides it from OCR.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extractor.core.page import Cell, Line
from extractor.fields.lists.headers import Column
from extractor.fields.lists.printed import Printed, Reading
from extractor.values.enums import find_options

#: Cells that print several words, before the others are taken to print them too, and their share.
LEAST_ALIKE = 2
LEAST_SHARE = 0.1
#: Characters that may be read wrong, of all in such a cell.
SLIPS = 0.25
#: Ems between two words, each always read at its own place, that print beside each other.
APART = 0.8


@dataclass(frozen=True, slots=True)
class _Seen:
    row: int
    cell: Cell
    text: str
    options: tuple[str, ...]


def with_choices(reading: Reading, rows: list[Printed]) -> list[Printed]:
    """The rows, their choices spelled as their column prints them; lone words among several told."""
    targets = dict.fromkeys(c for row in rows for c in row.cells)
    for target in {c.target for c in targets if c.tick is None and _enum(reading, c)}:
        _mend_column(reading, rows, target)
    return rows


def _enum(reading: Reading, column: Column) -> str | None:
    known = reading.fields.get(column.target)
    return None if known is None or known.type == "list" else known.enum


def _mend_column(reading: Reading, rows: list[Printed], target: str) -> None:
    seen = list(_cells(reading, rows, target))
    several = [s for s in seen if len(set(s.options)) > 1]
    enough = len(several) >= max(LEAST_ALIKE, LEAST_SHARE * len(seen))
    if not enough and not _stand_apart(seen):
        return
    printed = _usual(s.text for s in several) if enough else ""
    for s in seen:
        column = next(c for c in rows[s.row].cells if c.target == target)
        if printed and s.text != printed and _is_slip(s.text, printed):
            rows[s.row].cells[column] = _respelled(s.cell, printed)
        elif len(set(s.options)) == 1:
            rows[s.row].lone |= {column}


def _cells(reading: Reading, rows: Sequence[Printed], target: str) -> Iterable[_Seen]:
    for number, row in enumerate(rows):
        for column, cell in row.cells.items():
            if column.target != target or column.tick is not None or not cell.text.strip():
                continue
            enum = reading.enums[_enum(reading, column) or ""]
            options = tuple(f.id for f in find_options(cell.text, enum.labels))
            yield _Seen(number, cell, cell.text, options)


def _stand_apart(seen: Sequence[_Seen]) -> bool:
    """Whether two words, each read alone, always stand beside each other's place: both are printed."""
    lone = [s for s in seen if len(s.options) == 1 and len(s.cell.lines) == 1]
    places: dict[str, list[Line]] = {}
    for s in lone:
        line = s.cell.lines[0]
        moved = replace(line.box, x0=line.box.x0 - s.cell.box.x0, x1=line.box.x1 - s.cell.box.x0)
        places.setdefault(s.options[0], []).append(replace(line, box=moved, char_x=()))
    if len(places) != 2 or any(len(own) < LEAST_ALIKE for own in places.values()):
        return False
    left, right = sorted(places.values(), key=lambda own: min(q.box.x0 for q in own))
    em = max(q.box.height for q in (*left, *right))
    first = max(q.box.x0 for q in left)
    return min(q.box.x0 for q in right) - first > APART * em


def _usual(texts: Iterable[str]) -> str:
    """What most cells print; empty where no two agree."""
    text, times = Counter(texts).most_common(1)[0]
    return text if times >= LEAST_ALIKE else ""


def _is_slip(text: str, printed: str) -> bool:
    wrong = sum(a != b for a, b in zip(text, printed, strict=False))
    return len(text) == len(printed) and wrong <= SLIPS * len(printed)


def _respelled(cell: Cell, printed: str) -> Cell:
    lines: list[Line] = []
    at = 0
    for line in cell.lines:
        lines.append(replace(line, text=printed[at : at + len(line.text)]))
        at += len(line.text)
    return replace(cell, lines=tuple(lines))
