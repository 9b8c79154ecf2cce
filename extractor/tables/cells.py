"""Text into table cells: every line of a page goes to the cell it stands in, or is divided.

OCR often reads across a ruling, and prints touch their borders. A line is therefore taken apart
into atoms (a number, a Latin word, one Chinese character) and each atom goes to the cell that
holds its middle; a number is cut only where it clearly stands in two cells, and then its
confidence falls: a wrong figure is worse than a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Table

BORDER_SLACK_PT = 3.0  # text may stand this far outside the outermost ruling
OVERHANG_SHARE = 0.3  # an atom that reaches farther into a second cell stands in both
CUT_NUMBER_CONFIDENCE = 0.5  # factor for the parts of a number cut at a ruling
CUT_AMOUNTS_CONFIDENCE = 0.9  # factor where the cut leaves two well-formed amounts
SNAP_CHARS = 2  # how far a cut may move to leave two well-formed amounts

_ATOM = re.compile(r"[-+−(（]?\d[\d,，.．:%％)）]*|[A-Za-z][A-Za-z'’.-]*|\s+|.", re.DOTALL)
_AMOUNT = re.compile(r"[-−(（]?\d{1,3}(?:[,，]\d{3})*[.．]\d{2}[)）]?")


def fill_tables(tables: Sequence[Table], lines: Iterable[Line]) -> tuple[Table, ...]:
    """The same tables with the text of ``lines`` in their cells, in the same order.

    A line that crosses borders is divided at them; text outside every table is left out. Where a
    table stands inside a cell of another, its text belongs to the inner one. Inside a cell, lines
    are ordered top to bottom, then left to right.

    Args:
        tables: grids in upright points; text they already hold is replaced.
        lines: text in upright points of the same page.
    """
    order = sorted(range(len(tables)), key=lambda i: tables[i].box.area)
    held: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        left = [line] if line.text.strip() else []
        for i in order:
            outside: list[Line] = []
            for piece in left:
                for cell, part in divide_line(tables[i], piece):
                    if cell is None:
                        outside.append(part)
                    else:
                        held.setdefault((i, cell), []).append(part)
            left = outside
    return tuple(
        replace(
            table,
            cells=tuple(
                replace(cell, lines=reading_order(held.get((i, j), ())))
                for j, cell in enumerate(table.cells)
            ),
        )
        for i, table in enumerate(tables)
    )


def divide_line(table: Table, line: Line) -> list[tuple[int | None, Line]]:
    """The parts of a line with the index of the cell each stands in; ``None`` outside the table."""
    if not _near(table.box, line.box):
        return [(None, line)]
    vertical = line.box.height > 1.5 * line.box.width and len(line.text) > 1
    owners = _owners_down(table, line) if vertical else _owners_across(table, line)
    parts: list[tuple[int | None, Line]] = []
    start = 0
    for k in range(1, len(owners) + 1):
        if k < len(owners) and owners[k] == owners[start]:
            continue
        part = line if k - start == len(owners) else _part(line, start, k, vertical)
        if part is not None:
            parts.append((owners[start], part))
        start = k
    return parts


def reading_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines of one cell, rows top to bottom, left to right in a row; upright runs right to left."""
    rows: list[list[Line]] = []
    upright = []
    for line in sorted(lines, key=lambda item: (item.box.cy, item.box.x0)):
        if line.box.height > 1.5 * line.box.width and len(line.text) > 1:
            upright.append(line)
            continue
        last = rows[-1][-1].box if rows else None
        if last and line.box.overlap_y(last) >= 0.5 * min(line.box.height, last.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    ordered = [item for row in rows for item in sorted(row, key=lambda item: item.box.x0)]
    return (*sorted(upright, key=lambda item: -item.box.cx), *ordered)


def _near(table: Box, line: Box) -> bool:
    return (
        line.x1 > table.x0 - BORDER_SLACK_PT
        and line.x0 < table.x1 + BORDER_SLACK_PT
        and table.y0 - BORDER_SLACK_PT < line.cy < table.y1 + BORDER_SLACK_PT
    ) or line.overlap_y(table) > 0.5 * line.height > 0 < line.overlap_x(table)


def _owner(cells: Sequence[tuple[int, Cell]], x: float, y: float) -> int | None:
    """Index of the cell at a point, or of the nearest within the slack; ``None`` where none is."""
    best: tuple[float, int] | None = None
    for index, cell in cells:
        box = cell.box
        away = max(box.x0 - x, x - box.x1, box.y0 - y, y - box.y1, 0.0)
        if away <= BORDER_SLACK_PT and (best is None or away < best[0]):
            best = (away, index)
    return None if best is None else best[1]


def _owners_across(table: Table, line: Line) -> list[int | None]:
    """For each character of a level line the cell it stands in."""
    y = line.box.cy
    level = [
        (i, cell)
        for i, cell in enumerate(table.cells)
        if cell.box.y0 - BORDER_SLACK_PT <= y <= cell.box.y1 + BORDER_SLACK_PT
        and cell.box.x1 >= line.box.x0 - BORDER_SLACK_PT
        and cell.box.x0 <= line.box.x1 + BORDER_SLACK_PT
    ]
    owners: list[int | None] = []
    for match in _ATOM.finditer(line.text):
        start, end = match.span()
        box = line.box_of(start, end)
        whole = _owner(level, box.cx, y)
        count = end - start
        if count > 1 and _stands_in_two(table, whole, box):
            single = [_owner(level, line.box_of(k, k + 1).cx, y) for k in range(start, end)]
            owners += _snapped(match.group(), single)
        else:
            owners += [whole] * count
    return _spaces_follow(line.text, owners)


def _stands_in_two(table: Table, owner: int | None, box: Box) -> bool:
    if owner is None:
        return box.overlap_x(table.box) > OVERHANG_SHARE * box.width
    own = table.cells[owner].box
    return box.width - box.overlap_x(own) > OVERHANG_SHARE * box.width


def _snapped(text: str, owners: list[int | None]) -> list[int | None]:
    """Moves the cut of a long number to where it leaves two well-formed amounts, if one is near."""
    changes = [k for k in range(1, len(owners)) if owners[k] != owners[k - 1]]
    if len(changes) != 1:
        return owners
    cut = changes[0]
    for k in sorted(range(1, len(text)), key=lambda k: abs(k - cut)):
        if abs(k - cut) > SNAP_CHARS:
            break
        if _AMOUNT.fullmatch(text[:k]) and _AMOUNT.fullmatch(text[k:]):
            return [owners[0]] * k + [owners[-1]] * (len(text) - k)
    return owners


def _spaces_follow(text: str, owners: list[int | None]) -> list[int | None]:
    """A space belongs to the text before it: it never makes a part of its own."""
    for k in range(1, len(owners)):
        if text[k].isspace():
            owners[k] = owners[k - 1]
    return owners


def _owners_down(table: Table, line: Line) -> list[int | None]:
    """For each character of an upright run (one below the other) the cell it stands in."""
    cells = list(enumerate(table.cells))
    step = line.box.height / len(line.text)
    return [
        _owner(cells, line.box.cx, line.box.y0 + step * (k + 0.5)) for k in range(len(line.text))
    ]


def _part(line: Line, start: int, end: int, vertical: bool) -> Line | None:
    """The line's characters ``start..end`` without outer spaces; ``None`` where nothing is left."""
    text = line.text[start:end]
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    if end <= start:
        return None
    if vertical:
        step = line.box.height / len(line.text)
        y0 = line.box.y0
        box = Box(line.box.x0, y0 + step * start, line.box.x1, y0 + step * end)
        return replace(line, text=line.text[start:end], box=box, char_x=())
    char_x = line.char_x[start : end + 1] if len(line.char_x) == len(line.text) + 1 else ()
    return replace(
        line,
        text=line.text[start:end],
        box=line.box_of(start, end),
        char_x=char_x,
        confidence=line.confidence * _cut_factor(line.text, start, end),
    )


def _cut_factor(text: str, start: int, end: int) -> float:
    """1.0, less where one end of the part cuts a number in two."""
    factor = 1.0
    for match in _ATOM.finditer(text):
        a, b = match.span()
        if not any(ch.isdigit() for ch in match.group()) or b - a < 2:
            continue
        for cut in (start, end):
            if a < cut < b:
                both = _AMOUNT.fullmatch(text[a:cut]) and _AMOUNT.fullmatch(text[cut:b])
                factor = min(factor, CUT_AMOUNTS_CONFIDENCE if both else CUT_NUMBER_CONFIDENCE)
    return factor
