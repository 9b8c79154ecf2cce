"""Lines that may be titles, and how well one fits a title that is known.

Titles stand where titles stand: alone on their row, in the upper part of a page, larger than the text or
in its middle. They come letter-spaced, broken over lines, written downwards on covers, behind a region,
a year or the applicant's name, before （续） or （副本）. A title inside a sentence is no title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from rapidfuzz.distance import Levenshtein

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box, union_box
from extractor.core.page import Line, ReadPage
from extractor.core.text import fold_text

#: Rows looked at for a title (the doctype catalogue says the first 15).
TITLE_ROWS = 15
#: A grid with fewer cells is taken for a frame or a layout box.
MIN_TABLE_CELLS = 6
#: A title in body type inside a table cell counts from this many characters on, when it is all there is.
WHOLE_TITLE = 8
#: Body type is never larger than this on A4 (points at 595 points of width): 三号 is 16, covers have no body.
LARGEST_BODY = 16.5
SMALL_BODY = 12.5
#: From this ratio to the body type on, a line is set larger on purpose.
PROMINENT = 1.2
#: What a short title in body type counts that stands alone, centred, on the page's first row.
LONE_SHORT = 0.82
#: Longest line and longest joined title, folded characters.
LONGEST = 70

_ANNEX = re.compile(
    r"^\s*(?:附件|附表|附录|附(?!注))\s*[一二三四五六七八九十\d]{0,3}\s*(?:[-－—]\s*\d+)?\s*[、.．:：]?\s*"
)
_NUMBER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十\d]{1,3}(?:部分|章|节|篇)|[（(]?[一二三四五六七八九十\d]{1,3}[）)]?\s*[、.．:：]"
    r"|[（(][一二三四五六七八九十\d]{1,2}[）)](?=\s*[\u4e00-\u9fa5]))\s*"
)
_BRACKETS = re.compile(r"[（(【\[〔][^（()）】\]〕]{0,30}[)）】\]〕]")
_TAIL = re.compile(r"(?:续表?|正本|副本|复印件|影印件|扫描件|封面|样表|正文|全文)$")
_SENTENCE = re.compile(r"[，。；！？,;]|《|》|[^\d]、.*、")


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A line that may be a title.

    ``text``: folded, without numbering and bracketed additions; ``full``: folded, whole. ``prominence``:
    height over that of the body. ``standing`` 0..1: how much its place looks like a title's. ``numbered``:
    it carries a section number; ``annex``: it begins with 附件. ``rank``: row from the top, 0 first.
    """

    text: str
    full: str
    prominence: float
    standing: float
    printed: str
    rank: int
    numbered: bool = False
    annex: bool = False
    #: stands in what was taken for a table cell
    in_cell: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A known title, ready to be compared: ``parts`` in order, ``…`` between them.

    ``at_end``: the last part closes the title. ``without``: words that must not stand in the line. A
    ``literal`` is written without ``…``.
    """

    parts: tuple[str, ...]
    at_end: bool
    literal: bool
    without: tuple[str, ...]
    letters: frozenset[str]
    length: int


@lru_cache(maxsize=4096)
def wanted_title(written: str) -> Wanted:
    """A title of the configuration: ``关于推荐…的函``, ``…汇总表 !季度``, ``营业执照``."""
    title, *without = written.split(" !")
    pieces = title.split("…")
    parts = tuple(p for p in (fold_text(piece) for piece in pieces) if p)
    return Wanted(
        parts=parts,
        at_end=bool(fold_text(pieces[-1])),
        literal=len(pieces) == 1,
        without=tuple(fold_text(w) for w in without),
        letters=frozenset("".join(parts)),
        length=sum(len(p) for p in parts),
    )


def title_lines(page: ReadPage) -> tuple[TitleLine, ...]:
    """Lines that may be titles, also two or three rows read together."""
    every = [line for line in page.lines if fold_text(line.text)]
    if not every:
        return ()
    free = [line for line in every if not in_table(page, line)]
    body = body_height(page, free or every)
    rows = baseline_rows(free)
    middle = page.upright.width_pt / 2
    result: list[TitleLine] = []
    tops = rows[:TITLE_ROWS] + [r for r in rows[TITLE_ROWS:] if _height(r) > 1.7 * body][:5]
    for i, row in enumerate(tops):
        for pieces in _pieces(row):
            result += _joined(
                pieces, tops[i + 1 : i + 4] if len(pieces) == len(row) else (), i, body, middle
            )
    result += _downwards(free, body)
    result += _in_cells(every, free, body, page)
    return tuple(result)


def unnumbered(text: str) -> str:
    """A line without 附件2 or 三、 at its start."""
    return _NUMBER.sub("", _ANNEX.sub("", text, count=1), count=1)


def body_height(page: ReadPage, lines: Sequence[Line]) -> float:
    """Height of body type: the median, or what body type can be on a page of few lines."""
    scale = max(min(page.upright.width_pt, page.upright.height_pt) / 595.0, 0.2)
    middle = median(line.box.height for line in lines)
    limit = SMALL_BODY if len(lines) <= 8 else LARGEST_BODY
    return float(max(min(middle, limit * scale), 1.0))


def _pieces(row: list[Line]) -> list[list[Line]]:
    """A row as it may be read: whole where its pieces are one letter-spaced title, else piece by piece."""
    if len(row) == 1:
        return [row]
    short = all(len(fold_text(line.text)) <= 3 for line in row)
    if short and len(row) >= 3:
        return [row]
    return [row, *([line] for line in row)]


def _joined(
    pieces: list[Line], below: Sequence[list[Line]], rank: int, body: float, middle: float
) -> list[TitleLine]:
    """The row itself and with up to three rows below it, as long as they may be one title."""
    text = "".join(line.text for line in pieces)
    alone = len(pieces) == 1 or all(len(fold_text(p.text)) <= 3 for p in pieces)
    box = _box(pieces)
    result = [
        _title(
            text,
            _height(pieces) / body,
            _standing(box, rank, alone, _height(pieces) / body, middle),
            rank,
        )
    ]
    low, last = _height(pieces), box
    for row in below:
        other = _box(row)
        gap = other.y0 - last.y1
        if gap > 6 * low or len(fold_text(text)) > LONGEST or _ends_sentence(text):
            break
        if not _aligned(last, other, low):
            break
        text += "".join(line.text for line in row)
        low = min(low, _height(row))
        standing = _standing(other, rank, len(row) == 1, low / body, middle)
        result.append(_title(text, low / body, standing, rank))
        last = other
    return result


def _aligned(upper: Box, lower: Box, em: float) -> bool:
    """Whether two rows may be parts of one title: same middle, or the same left edge."""
    return abs(upper.cx - lower.cx) < max(3 * em, 0.2 * max(upper.width, lower.width)) or (
        abs(upper.x0 - lower.x0) < 2 * em
    )


def _ends_sentence(text: str) -> bool:
    return text.rstrip().endswith(("。", "；", "：", ":", "，"))


def _standing(box: Box, rank: int, alone: bool, prominence: float, middle: float) -> float:
    """How much a place looks like a title's."""
    if prominence >= PROMINENT:
        return 1.0
    centred = abs(box.cx - middle) < 0.07 * middle * 2 and box.x0 > 0.22 * middle
    if centred and alone and rank < 8:
        return 0.95
    if alone and rank < 3:
        return 0.85
    return 0.7


def _title(
    text: str, prominence: float, standing: float, rank: int, *, in_cell: bool = False
) -> TitleLine:
    bare = _ANNEX.sub("", text, count=1)
    annex = bare != text
    named = unnumbered(text)
    core = fold_text(_BRACKETS.sub("", named))
    core = _TAIL.sub("", core) or core
    if annex and standing < 1.0 and rank > 3:
        standing *= 0.5
    if _SENTENCE.search(_BRACKETS.sub("", named)):
        standing *= 0.5 if prominence >= PROMINENT else 0.0
    full = fold_text(text)
    return TitleLine(
        core or fold_text(named) or full, full, prominence, standing, text.strip(), rank,
        named != bare, annex, in_cell,
    )  # fmt: skip


def _downwards(lines: Sequence[Line], body: float) -> list[TitleLine]:
    """Titles of covers whose characters stand below each other."""
    single = sorted(
        (x for x in lines if len(fold_text(x.text)) == 1 and x.box.height > 1.3 * body),
        key=lambda x: x.box.cy,
    )
    result: list[TitleLine] = []
    while single:
        column = [single.pop(0)]
        for other in list(single):
            last = column[-1].box
            if (
                abs(other.box.cx - last.cx) < last.width
                and 0 < other.box.cy - last.cy < 4 * last.height
            ):
                column.append(other)
                single.remove(other)
        if len(column) >= 3:
            result.append(
                _title("".join(x.text for x in column), column[0].box.height / body, 1.0, 0)
            )
    return result


def _in_cells(
    every: Sequence[Line], free: Sequence[Line], body: float, page: ReadPage
) -> list[TitleLine]:
    """Titles inside what was taken for a table: a stamp or a frame around them looks like rulings."""
    outside = {id(x) for x in free}
    ordered = sorted(every, key=lambda x: (x.box.y0, x.box.x0))
    result = []
    for i, row in enumerate(ordered[:8]):
        if id(row) in outside:
            continue
        prominence = row.box.height / body
        large = prominence >= 1.5 and row.box.cy < 0.4 * page.upright.height_pt
        result.append(
            _title(
                row.text, prominence if large else 1.0, 0.9 if large else 1.0, i, in_cell=not large
            )
        )
    return result


def in_table(page: ReadPage, line: Line) -> bool:
    """Whether the line stands in a cell of a real table; a frame around a page is none.

    A first row across the whole table may well be the title of the form.
    """
    for table in page.tables:
        if len(table.cells) < MIN_TABLE_CELLS or table.method != "ruled":
            continue
        for cell in table.cells:
            if cell.box.contains_point(line.box.cx, line.box.cy):
                return not (cell.row == 0 and cell.col_span == table.n_cols)
    return False


def _height(row: Sequence[Line]) -> float:
    return max(line.box.height for line in row)


def _box(row: Sequence[Line]) -> Box:
    return union_box(line.box for line in row) or row[0].box


def title_fit(wanted: Wanted, line: TitleLine) -> float:
    """0..1: how well the line is this title; a short title in body type counts about half."""
    if wanted.length < 2 or line.standing <= 0.0 or any(w in line.full for w in wanted.without):
        return 0.0
    shared = len(wanted.letters & frozenset(line.full))
    if shared < 0.6 * len(wanted.letters):
        return 0.0
    if line.in_cell:
        whole = wanted.literal and wanted.parts[0] in (line.text, line.full)
        return 1.0 if whole and wanted.length >= WHOLE_TITLE else 0.0
    raw = max(
        (_literal(wanted.parts[0], text) if wanted.literal else _in_order(wanted, text))
        for text in {line.text, line.full}
    )
    if raw == 0.0:
        return 0.0
    short = wanted.length <= 4 and line.prominence < 1.15
    if short and line.rank == 0 and line.standing >= 0.95 and wanted.literal and raw == 1.0:
        return LONE_SHORT  # 申请报告 alone in the middle above everything else
    return raw * line.standing * (0.6 if short and line.standing < 0.95 else 0.8 if short else 1.0)


def slips(length: int) -> int:
    """Misread characters that a word of ``length`` may have and still be that word."""
    return 0 if length < 4 else 1 if length < 8 else 2 if length < 14 else 3


def _literal(title: str, text: str) -> float:
    if title == text:
        return 1.0
    ahead = len(text) - len(title)
    if text.endswith(title) and ahead > 0:
        return _behind_prefix(title, ahead)
    if text.startswith(title) and len(title) >= 4 and ahead <= max(4, len(title) // 2):
        return 0.8
    allowed = slips(len(title))
    if not allowed:
        return 0.0
    best = 0.0
    if abs(ahead) <= allowed:
        off = Levenshtein.distance(title, text, score_cutoff=allowed)
        # The kind of a paper is said by the end of its title: 申请表 is no misread 申请报告.
        best = _with_slips(off, title) * (0.9 if off > 1 and text[-2:] != title[-2:] else 1.0)
    if ahead > allowed and len(title) >= 5:
        for length in range(len(title) - 1, len(title) + 2):
            off = Levenshtein.distance(title, text[-length:], score_cutoff=allowed)
            fit = _with_slips(off, title) * _behind_prefix(title, len(text) - length)
            best = max(best, fit)
    return best


def _behind_prefix(title: str, ahead: int) -> float:
    """Behind a region, a year, the applicant: a long prefix before a short title is another paper."""
    if len(title) < 4:
        return 0.7 if ahead <= 3 else 0.0
    if ahead <= 2 * len(title):
        return 0.95
    return 0.88 if ahead <= 30 else 0.0


def _with_slips(distance: int, title: str) -> float:
    if distance > slips(len(title)):
        return 0.0
    return 1.0 - 1.3 * distance / len(title) if distance else 1.0


def _in_order(wanted: Wanted, text: str) -> float:
    """All parts in their order, the last one at the end: 0.97 less what slips cost."""
    start, cost = 0, 0.0
    for i, part in enumerate(wanted.parts):
        last = i == len(wanted.parts) - 1
        if last and wanted.at_end:
            off = _tail_slips(part, text[start:])
            if off is None:
                return 0.0
            cost += off / wanted.length
            break
        found = _find(part, text, start)
        if found is None:
            return 0.0
        start, off = found
        cost += off / wanted.length
    return max(0.0, 0.97 - 1.2 * cost)


def _tail_slips(part: str, text: str) -> int | None:
    if text.endswith(part):
        return 0
    allowed = min(1, slips(len(part)))
    if not allowed or len(text) < len(part) - 1:
        return None
    tails = (text[-n:] for n in range(len(part) - 1, len(part) + 2))
    best = min(Levenshtein.distance(part, tail) for tail in tails)
    return best if best <= allowed else None


def _find(part: str, text: str, start: int) -> tuple[int, int] | None:
    """Where ``part`` ends in ``text`` from ``start`` on, and with how many slips."""
    at = text.find(part, start)
    if at >= 0:
        return at + len(part), 0
    if slips(len(part)) == 0:
        return None
    for i in range(start, max(start, len(text) - len(part) + 2)):
        if Levenshtein.distance(part, text[i : i + len(part)], score_cutoff=1) <= 1:
            return i + len(part), 1
    return None
