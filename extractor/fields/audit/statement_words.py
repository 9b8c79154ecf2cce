"""Statements without their grid: amounts by the headings they stand under, names by the amounts' line.

The second way to read a statement, for tables whose rulings are missing or whose columns were merged.
It looks at the words alone. A piece of text in which an amount touches a name (9,126,340.55负债合计) is
two; an amount belongs to the heading whose middle is nearest, a name to the amounts on its right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box, union_box
from extractor.core.page import Cell, Line, PacketPage
from extractor.core.text import fold_text
from extractor.fields.audit.statement_heads import StatementLine, dates_to_roles, role_of
from extractor.setup.statements import ColumnWords

#: An amount, or the number of a line: digits with the marks that OCR reads for commas.
_NUMBER = re.compile(r"[^\w\s(（\-－]?[(（\-－−]?\d[\d,，.．:：·'、]*\d[)）]?|\d")
#: Headings stand within so many rows at the top of a page (title, company, unit and date above them).
_HEAD_ROWS = 14
#: 资 and 产 of one heading stand at most so many em apart.
_SPREAD = 5.0
#: Single characters of a heading that fills a wide column (项　　目) may stand this many em apart.
_WIDE_SPREAD = 14.0
#: Amount columns begin behind this share of the page's width: names stand left of them, headed or not.
_NAMES_WIDTH = 0.15
#: A heading may take two lines; the headings of one table lie within so many em of height.
_HEAD_HEIGHT = 2.5
#: An amount lies on the line of a name when their middles differ by less than this part of the height.
_SAME_LINE = 0.6


@dataclass(frozen=True, slots=True)
class _Head:
    role: str
    box: Box


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a statement: its amount columns, and where its names begin and end (points)."""

    left: float
    right: float
    columns: tuple[_Head, ...]


def word_lines(page: PacketPage, columns: ColumnWords) -> tuple[StatementLine, ...]:
    """The statement's lines on a page by the words alone; empty where no headings were found."""
    pieces = [piece for line in page.read.lines for piece in _pieces(line)]
    heads = _heads(pieces, columns)
    if not heads:
        return ()
    below = max(h.box.cy for h in heads)
    body = [p for p in pieces if p.box.cy > below + 0.5 * p.box.height]
    amounts = _by_column([p for p in body if _is_amount(p.text)], heads)
    names = [p for p in body if re.search(r"[\u4e00-\u9fff]{2}", p.text)]
    found: list[StatementLine] = []
    for side in _sides(heads):
        mine = [n for n in names if side.left <= n.box.x0 < side.right]
        for name in mine:
            cells = [_on_line(name, amounts[column], mine) for column in side.columns]
            by_role = {c.role: cell for c, cell in zip(side.columns, cells, strict=True)}
            found.append(
                StatementLine(
                    name.text.strip(), page, by_role.get("current"), by_role.get("prior"), _cell(name)
                )
            )  # fmt: skip
    return tuple(found)


def _pieces(line: Line) -> list[Line]:
    """A line cut where an amount touches a name."""
    if not re.search(r"[\u4e00-\u9fff]", line.text) or not re.search(r"\d", line.text):
        return [line]
    cuts = {0, len(line.text)}
    for found in _NUMBER.finditer(line.text):
        if _is_amount(found.group()):
            cuts |= {found.start(), found.end()}
    ordered = sorted(cuts)
    return [_part(line, a, b) for a, b in pairwise(ordered) if line.text[a:b].strip()]


def _part(line: Line, start: int, end: int) -> Line:
    if (start, end) == (0, len(line.text)):
        return line
    return Line(
        line.text[start:end],
        line.box_of(start, end),
        line.confidence,
        line.source,
        line.char_x[start : end + 1] if line.char_x else (),
        line.char_confidence[start:end],
    )


def _is_amount(text: str) -> bool:
    """An amount has marks between its digits, or many of them; a line's number has neither."""
    bare = text.strip()
    if re.search(r"[\u4e00-\u9fff]", bare):
        return False
    digits = len(re.findall(r"\d", bare))
    return digits >= 5 or (digits >= 3 and re.search(r"\d[.．,，:]\d\d", bare) is not None)


def _heads(pieces: Sequence[Line], columns: ColumnWords) -> list[_Head]:
    """The headings of the first table that has an item column and a current amount."""
    rows = baseline_rows(pieces)[:_HEAD_ROWS]
    headed = [(row, _row_heads(row, columns)) for row in rows]
    headed = [(row, found) for row, found in headed if any(h.role == "current" for h in found)]
    # The row with most headings first: the date of the statement above them heads no column.
    for row, main in sorted(headed, key=lambda pair: -len(pair[1])):
        roles = list(main)
        top = min(h.box.y0 for h in roles)
        em = median(h.box.height for h in roles)
        for other in rows:
            if other is not row and abs(other[0].box.y0 - top) < _HEAD_HEIGHT * em:
                roles += [
                    h
                    for h in _row_heads(other, columns)
                    if not any(h.box.overlap_x(own.box) > 0 for own in roles)
                    and h.role not in {m.role for m in main}
                ]
        if any(h.role == "ignore" for h in roles):
            return []  # several amounts under one heading: the grid tells them apart, words do not
        roles.sort(key=lambda h: h.box.cx)
        if roles[0].role == "item":
            return roles
        first = roles[0].box
        if first.x0 > _NAMES_WIDTH * max(p.box.x1 for p in pieces):
            unread = Box(0.0, first.y0, 1.0, first.y1)  # the heading over the names was not read
            return [_Head("item", unread), *roles]
    return []


def _row_heads(row: Sequence[Line], columns: ColumnWords) -> list[_Head]:
    """Headings on a row; the characters of one may stand apart (资　产)."""
    found: list[tuple[str | None, Box]] = []
    at = 0
    while at < len(row):
        for n in (3, 2, 1):
            part = row[at : at + n]
            if len(part) < n:
                continue
            if n > 1 and not _spread_word(part):
                continue
            role = role_of("".join(p.text for p in part), columns)
            if role is None:
                continue
            found.append((role, union_box(p.box for p in part) or part[0].box))
            at += n - 1
            break
        at += 1
    roles = dates_to_roles([role for role, _box in found])
    return [
        _Head(role, box) for role, (_old, box) in zip(roles, found, strict=True) if role is not None
    ]


def _spread_word(part: Sequence[Line]) -> bool:
    single = len(part) == 2 and all(len(fold_text(p.text)) == 1 for p in part)
    reach = (_WIDE_SPREAD if single else _SPREAD) * part[0].box.height
    return all(len(fold_text(p.text)) <= 2 for p in part) and all(
        b.box.x0 - a.box.x1 < reach for a, b in pairwise(part)
    )


def _sides(heads: Sequence[_Head]) -> list[_Side]:
    """Each item heading with the amounts up to the next one; two amounts of one role are no side."""
    starts = [i for i, h in enumerate(heads) if h.role == "item"]
    sides = []
    for start, end in zip(starts, [*starts[1:], len(heads)], strict=True):
        stretch = heads[start + 1 : end]
        amounts = tuple(h for h in stretch if h.role in ("current", "prior"))
        if not stretch or not amounts or len({h.role for h in amounts}) != len(amounts):
            continue
        before = heads[start - 1].box if start else None
        left = 0.0 if before is None else before.cx
        sides.append(_Side(left, min(h.box.x0 for h in stretch), amounts))
    return sides


def _by_column(amounts: Sequence[Line], heads: Sequence[_Head]) -> dict[_Head, list[Line]]:
    """Amounts under the heading nearest to their middle, but for those clearly out of its line."""
    found: dict[_Head, list[Line]] = {h: [] for h in heads}
    for amount in amounts:
        nearest = min(heads, key=lambda h: abs(h.box.cx - amount.box.cx))
        found[nearest].append(amount)
    for head, mine in found.items():
        if len(mine) < 3:
            continue
        # Amounts stand flush right under each other; one that does not is a note, or out of place.
        edge = median(a.box.x1 for a in mine)
        width = max(a.box.width for a in mine)
        found[head] = [a for a in mine if abs(a.box.x1 - edge) < 0.5 * width]
    return found


def _on_line(name: Line, column: Sequence[Line], names: Sequence[Line]) -> Cell | None:
    """The amount on a name's line; ``None`` where another name is nearer to it or two stand there."""
    near = [
        a
        for a in column
        if abs(a.box.cy - name.box.cy) < _SAME_LINE * max(a.box.height, name.box.height)
        and not any(
            other is not name and abs(other.box.cy - a.box.cy) < abs(name.box.cy - a.box.cy)
            for other in names
        )
    ]
    return _cell(near[0]) if len(near) == 1 else None


def _cell(line: Line) -> Cell:
    return Cell(0, 0, 1, 1, line.box, (line,))
