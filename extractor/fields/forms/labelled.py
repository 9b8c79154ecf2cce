"""Labels and values on a paper without a grid: which line answers which label.

A value starts right of its label (or below it) and may go on in the lines under it, up to the next
label of the same column. Labels are often letter-spaced (``名    称``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.core.geometry import Box
from extractor.core.page import Line, PacketPage
from extractor.core.text import fold_text
from extractor.fields.forms.labels import LabelHit, LabelIndex
from extractor.fields.runs import TextRun

#: Owner of labels that only bound a value.
STOP = "(stop)"

#: A label up to so many line heights above may have a value beside it that wraps onto this label's row.
ROWS_ABOVE = 1.6
#: What may stand before a label at the beginning of a line: 1、 （二） 第三条 ①.
_NUMBERING = re.compile(
    r"^\s*(?:[（(]?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])\s*[）)、.．,，:：]?|第\s*[一二三四五六七八九十\d]{1,3}\s*[条章款])\s*$"
)


_HAN = re.compile(r"[\u4e00-\u9fa5）)]")
#: What goes on behind a word that belongs to the name of a body.
_NAME_GOES_ON = re.compile(
    r"(?:[\u4e00-\u9fa5]{0,2}(?:评审|评价|评定|考试|鉴定|认定)?(?:委员会|有限|公司|事务所|管理局|服务局|中心|办公室|研究院|协会))"
)


_NAME_ENDS = re.compile(r"(?:委员会|办公室|事务所|管理局|公司)$")


@dataclass(frozen=True, slots=True)
class Placed:
    """A label on its row; its value on that row is ``run.text[hit.end:end]``."""

    hit: LabelHit
    run: TextRun
    row: int
    box: Box
    end: int


def placed_labels(
    page: PacketPage, rows: Sequence[Sequence[Line]], index: LabelIndex
) -> list[Placed]:
    """All labels that stand free on the page's baseline rows, half-read ones included."""
    placed = _place(page, rows, index)
    return [_cut_at_halves(p, placed) for p in placed]


def labels_of(run: TextRun, index: LabelIndex) -> tuple[LabelHit, ...]:
    """The run's labels, none of them put together from the end of one text and the start of another.

    ``专题培训  时间：`` on one row holds no 培训时间. Letter-spaced labels, whose characters may be texts of
    their own, begin where a text begins.
    """
    hits = [h for h in index.find(run) if not _spliced(run, h)]
    offset = 0
    for line in run.lines:
        alone = TextRun(run.page, (line,))
        for hit in index.find(alone):
            start, end = offset + hit.start, offset + hit.end
            if not any(start < h.end and h.start < end for h in hits):
                hits.append(replace(hit, start=start, end=end))
        offset += len(line.text)
    hits = [h for h in hits if not _inside_name(run, h)]
    return tuple(sorted(hits, key=lambda h: (h.start, h.end, h.owner)))


def _inside_name(run: TextRun, hit: LabelHit) -> bool:
    """Whether a label's words are part of a body's name: 太原市专业技术职务评审委员会, 某某技术服务有限公司."""
    begins = not fold_text(run.text[: hit.start]) or run.line_break_before(hit.start)
    if begins or not _HAN.match(run.text[hit.start - 1]):
        return False
    if run.text[hit.end : hit.end + 1] in (":", "："):
        return False
    rest = run.text[hit.end :]
    return bool(_NAME_GOES_ON.match(rest) or _NAME_ENDS.search(run.text[hit.start : hit.end]))


def _spliced(run: TextRun, hit: LabelHit) -> bool:
    """Whether a label begins inside one text and goes on in another, behind a gap on the same row."""
    pieces = run.locate(hit.start, hit.end)
    if len(pieces) < 2 or not fold_text(pieces[0][0].text[: pieces[0][1]]):
        return False
    first, second = pieces[0][0].box, pieces[1][0].box
    beside = first.overlap_y(second) > 0.5 * min(first.height, second.height)
    return beside and second.x0 - first.x1 > 0.8 * first.height


def _place(page: PacketPage, rows: Sequence[Sequence[Line]], index: LabelIndex) -> list[Placed]:
    placed: list[Placed] = []
    for number, row in enumerate(rows):
        run = TextRun(page, tuple(row))
        hits = [h for h in labels_of(run, index) if stands_free(run, h)]
        starts = sorted(h.start for h in hits)
        for hit in hits:
            box = run.box_of(hit.start, hit.end)
            following = [s for s in starts if s > hit.start]
            if box is not None:
                end = following[0] if following else len(run.text)
                placed.append(Placed(hit, run, number, box, end))
    return placed + _halves(page, rows, placed, index)


def _halves(
    page: PacketPage,
    rows: Sequence[Sequence[Line]],
    placed: Sequence[Placed],
    index: LabelIndex,
) -> list[Placed]:
    """Two-character labels set far apart (``名      称``) of which only one character was read.

    Such a character stands alone on its line, in a column where other labels begin.
    """
    columns = [p.box.x0 for p in placed]
    found: list[Placed] = []
    for number, row in enumerate(rows):
        run = TextRun(page, tuple(row))
        offset = 0
        for line in row:
            at, offset = offset, offset + len(line.text)
            text = fold_text(line.text)
            aligned = sum(abs(x - line.box.x0) < line.box.height for x in columns)
            known = any(p.row == number and p.hit.start <= at < p.hit.end for p in placed)
            alone = len(text) == 1 and aligned < 1 and line is not row[-1]
            if (len(text) > 1 or alone) and not known and not placed_on(number, placed):
                second = _second_half(run, line, at, number, placed, index)
                found += [second] if second is not None else []
                continue
            if len(text) != 1 or aligned < 1 or known:
                continue
            owners = index.begun_by(text)
            if len(owners) != 1:
                continue
            owner, spelling = owners[0]
            later = [p.hit.start for p in placed if p.row == number and p.hit.start > at]
            end = offset + _other_half(run, offset, spelling)
            hit = LabelHit(owner, spelling, at, end, 0.9)
            found.append(Placed(hit, run, number, line.box, min(later, default=len(run.text))))
    return found


def placed_on(row: int, placed: Sequence[Placed]) -> bool:
    """Whether a label stands on this row."""
    return any(p.row == row for p in placed)


def _second_half(
    run: TextRun, line: Line, at: int, row: int, placed: Sequence[Placed], index: LabelIndex
) -> Placed | None:
    """The label of a line that is or begins with its second character, the first unread: 称某某公司.

    Only where the line stands within the width of the labels above and below it.
    """
    owners = index.ended_by(fold_text(line.text)[0])
    near = [p for p in placed if abs(p.row - row) <= 2]
    em = line.box.height
    inside = any(p.box.x0 - em < line.box.x0 < p.box.x0 + 6 * em for p in near)
    if len(owners) != 1 or not inside or any(p.hit.owner == owners[0][0] for p in placed):
        return None
    owner, spelling = owners[0]
    hit = LabelHit(owner, spelling, at, at + 1, 0.9)
    return Placed(hit, run, row, line.box_of(0, 1), len(run.text))


def _other_half(run: TextRun, offset: int, spelling: str) -> int:
    """1 where the label's second character is the next character of the row, a line of its own."""
    second = fold_text(spelling)[1]
    return int(run.text[offset : offset + 1] == second and run.line_break_before(offset + 1))


def _cut_at_halves(item: Placed, placed: Sequence[Placed]) -> Placed:
    return _ended_before(item, {(p.row, p.hit.start) for p in placed if p is not item})


def _ended_before(item: Placed, starts: set[tuple[int, int]]) -> Placed:
    """The label with its value ending where the next half-read label begins."""
    later = [s for row, s in starts if row == item.row and item.hit.start < s < item.end]
    return replace(item, end=min(later)) if later else item


def stands_free(run: TextRun, hit: LabelHit) -> bool:
    """Short labels (名称, 类型, 住所) count only at the start of a line or behind a gap."""
    before = run.text[: hit.start]
    if (
        not fold_text(before)
        or _NUMBERING.match(before)
        or run.line_break_before(hit.start)
        or before[-1:].isspace()
    ):
        return True
    if len(fold_text(hit.spelling)) >= 4:
        return True
    here, last = run.box_of(hit.start, hit.end), run.box_of(hit.start - 1, hit.start)
    return bool(here and last and here.x0 - last.x1 > 0.8 * here.height)


def value_run(
    item: Placed,
    placed: Sequence[Placed],
    rows: Sequence[Sequence[Line]],
    *,
    wraps: bool,
) -> TextRun | None:
    """The value's lines: right of the label on its row, then wrapped lines, else the line below."""
    page = item.run.page
    pieces = [part_of(line, a, b) for line, a, b in item.run.locate(item.hit.end, item.end)]
    right = _right_limit(item, placed, page)
    pieces = [p for p in pieces if fold_text(p.text) and not _beyond(p, item, right)]
    if pieces:
        if wraps:
            pieces += _wrapped(item, placed, rows, pieces, right)
    else:
        pieces = _below(item, placed, rows, right)
    return TextRun(page, tuple(pieces)) if pieces else None


def _beyond(piece: Line, item: Placed, right: float) -> bool:
    """Whether a piece of the label's own row is the rest of a value of the column to the right."""
    em = item.box.height
    return piece.box.x0 > right + em and piece.box.x0 > item.box.x1 + 6 * em


def part_of(line: Line, start: int, end: int) -> Line:
    """``line.text[start:end]`` as a line of its own, with its own box and confidences."""
    if (start, end) == (0, len(line.text)):
        return line
    return Line(
        line.text[start:end],
        line.box_of(start, end),
        line.confidence_of(start, end),
        line.source,
        line.char_x[start : end + 1] if len(line.char_x) == len(line.text) + 1 else (),
        line.char_confidence[start:end],
    )


def _right_limit(item: Placed, placed: Sequence[Placed], page: PacketPage) -> float:
    """Where the column to the right begins: the left edge of the nearest label beside the value."""
    bottom = _next_label_y(item, placed)
    edges = [
        p.box.x0
        for p in placed
        if p.box.x0 > item.box.x1 + 3 * item.box.height
        and p.box.y1 > item.box.y0 - ROWS_ABOVE * item.box.height
        and p.box.y0 < min(bottom, item.box.y1 + 5 * item.box.height)
    ]
    return min(edges, default=page.read.upright.width_pt)


def _next_label_y(item: Placed, placed: Sequence[Placed]) -> float:
    below = [
        p.box.y0
        for p in placed
        if p.row > item.row
        and p.box.x0 < item.box.x1 + item.box.height
        and p.box.x1 > item.box.x0 - item.box.height
    ]
    return min(below, default=item.box.y1 + 14 * item.box.height)


def _wrapped(
    item: Placed,
    placed: Sequence[Placed],
    rows: Sequence[Sequence[Line]],
    begun: Sequence[Line],
    right: float,
) -> list[Line]:
    """The lines under the value's first one that go on with it: each begins under what it goes on from."""
    left, reach = min(line.box.x0 for line in begun), max(line.box.x1 for line in begun)
    limit = _next_label_y(item, placed)
    em = item.box.height
    lines: list[Line] = []
    bottom = item.box.y1
    for row in rows[item.row + 1 :]:
        inside = [
            line for line in row
            if line.box.x0 > left - 1.5 * em and line.box.x0 < right - em and line.box.cy < limit
        ]  # fmt: skip
        inside = [
            line for line in inside
            if not any(p.box.overlap_x(line.box) > 0 and p.box.overlap_y(line.box) > 0 for p in placed)
        ]  # fmt: skip
        if not inside:
            if row and min(line.box.y0 for line in row) > bottom + 2.5 * em:
                break
            continue
        if min(line.box.y0 for line in inside) > bottom + 2.2 * em:
            break
        if min(line.box.x0 for line in inside) > reach:
            break
        lines += inside
        bottom = max(line.box.y1 for line in inside)
    return lines


def _below(
    item: Placed, placed: Sequence[Placed], rows: Sequence[Sequence[Line]], right: float
) -> list[Line]:
    for row in rows[item.row + 1 : item.row + 3]:
        lines = [
            line for line in row
            if line.box.overlap_x(item.box.expanded(item.box.height * 2, 0)) > 0
            and line.box.y0 < item.box.y1 + 3 * item.box.height
            and line.box.x0 < right
            and not any(p.box.overlap_x(line.box) > 0 and p.box.overlap_y(line.box) > 0 for p in placed)
        ]  # fmt: skip
        if lines:
            return lines
    return []
