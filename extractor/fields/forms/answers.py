"""The answers to a paper's labels: in the label's cell or the next, behind it in a paragraph, or below it.

Three ways of setting a label and its value, tried in that order; which of them a paper uses may change
from line to line (a contract's head is a list of labels, its clauses are prose, its price a table).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.core.baselines import baseline_rows
from extractor.core.page import Cell, Line, PacketPage, Table
from extractor.core.text import fold_text
from extractor.fields.forms.gutter import halves
from extractor.fields.forms.labelled import (
    Placed,
    labels_of,
    part_of,
    placed_labels,
    stands_free,
    value_run,
)
from extractor.fields.forms.labels import LabelHit, LabelIndex
from extractor.fields.runs import TextRun, free_lines, paragraphs

#: A gap on a row, in line heights, beyond which another column begins. Letter-spaced values stay below.
WIDE_GAP = 3.5
#: From this many characters on a label at the start of a line needs no colon or gap behind it.
LONG_LABEL = 4
#: Behind a label: an optional remark in brackets, then a colon.
_COLON = re.compile(r"^\s*[”\"'’]?[）)]?\s*(?:[（(][^（()）]{0,16}[）)])?\s*(?:名称|全称)?\s*[:：]")
#: Between two names of one party: 出租方（以下简称“甲方”）.
_ALIAS = re.compile(r"\s*[（(]\s*(?:以下|下)?(?:简?称)?[:：为]?\s*[“\"'‘]?")
_BARE_PARTIES = frozenset({"甲方", "乙方", "丙方"})
#: A row that begins like this answers itself.
_LABEL_LIKE = re.compile(r"\s*[\u4e00-\u9fa5（）()\s]{1,12}[:：]")
#: 收款人 | 全称 | …: a label of a label; the answer stands one cell further.
_SUB_LABELS = frozenset({"全称", "名称", "户名", "单位名称", "小写", "人民币小写", "金额小写"})
#: An amount written out, before the same in figures: 金额合计 | （大写）陆万… | ¥60,505.44.
_IN_WORDS = re.compile(r"(?:人民币|金额)?大写")
#: An amount with two decimals and nothing else.
_AMOUNT = re.compile(r"[¥￥]?-?\d[\d,，]*[.．]\d{2}元?")
#: The end of a label in brackets.
_CLOSING = re.compile(r"\s*[）)](?=\s*[:：])")
_REMARK = re.compile(r"^\s*[（(][^（()）]{0,16}[）)]\s*$")


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a label.

    Attributes:
        owner: whose label it is (a field or column id).
        spelling: the label as listed.
        run: the text behind the label, up to the next label of the paper.
        firm: the label stands where labels stand and a colon, a gap or a cell's edge follows; else it is
            a word in a sentence, and only values with a shape of their own may be taken from it.
        score: how well the label matched, 0..1.
    """

    owner: str
    spelling: str
    run: TextRun
    firm: bool
    score: float


def answers_on(page: PacketPage, index: LabelIndex, *, prose: bool) -> tuple[Answer, ...]:
    """All answers on a page, top to bottom; a label may have an answer in more than one setting."""
    found = _in_cells(page, index)
    for lines in halves(page, free_lines(page)):
        if prose:
            found += _in_paragraphs(page, lines, index)
        else:
            found += _in_columns(page, lines, index)
    return tuple(sorted(found, key=lambda a: (a.run.lines[0].box.cy, a.run.lines[0].box.x0)))


def _in_cells(page: PacketPage, index: LabelIndex) -> list[Answer]:
    found: list[Answer] = []
    for table in page.read.tables:
        for cell in table.cells:
            run = TextRun(page, cell.lines, cell)
            hits = [h for h in labels_of(run, index) if stands_free(run, h)]
            for hit, end in _bounded(hits, run.text):
                answer = _sub_run(run, hit.end, end)
                firm = _is_firm(run, hit, end)
                if answer is None or _REMARK.match(run.text[hit.end : end]):
                    beside = _neighbour(table, cell, index, page) if hit is hits[-1] else None
                    answer, firm = beside, True
                if answer is not None:
                    found.append(Answer(hit.owner, hit.spelling, answer, firm, hit.score))
    return found


def _neighbour(table: Table, cell: Cell, index: LabelIndex, page: PacketPage) -> TextRun | None:
    """The cell to the right; where that is a label itself or missing, the cell below."""
    right = table.at(cell.row, cell.col + cell.col_span)
    if right is not None and fold_text(right.text) in _SUB_LABELS:
        right = table.at(right.row, right.col + right.col_span)
    if right is not None and _IN_WORDS.match(fold_text(right.text)):
        figure = table.at(right.row, right.col + right.col_span)  # the amount in figures behind it
        right = figure if figure is not None and re.search(r"\d", figure.text) else right
    below = table.at(cell.row + cell.row_span, cell.col)
    for other in (right, below):
        if other is None or not other.lines:
            if other is right and other is not None:
                return None  # an empty cell beside the label: nothing was filled in
            continue
        run = TextRun(page, other.lines, other)
        hits = [h for h in labels_of(run, index) if stands_free(run, h)]
        if hits and not fold_text(run.text[: hits[0].start]):
            continue
        if other is below and _heads_amounts(table, other):
            continue  # the first of many amounts is not what the label of a form asks for
        return run
    return None


def _heads_amounts(table: Table, first: Cell) -> bool:
    """Whether another amount stands under this one: the label is the head of a column of them."""
    under = table.at(first.row + first.row_span, first.col)
    if under is None or under.text == first.text:
        return False
    return all(_AMOUNT.fullmatch("".join(cell.text.split())) for cell in (first, under))


def _in_paragraphs(page: PacketPage, lines: Sequence[Line], index: LabelIndex) -> list[Answer]:
    found: list[Answer] = []
    rows = baseline_rows(lines)
    placed = placed_labels(page, rows, index)
    for run in paragraphs(page, lines):
        hits = [h for h in labels_of(run, index) if _has_room(run, h)]
        for hit, end in _bounded(hits, run.text):
            behind = _sub_run(run, hit.end, end)
            answer = _before_gap(behind) if behind is not None else None
            firm = _is_firm(run, hit, end)
            if answer is None or (end == len(run.text) and firm):
                answer = _column_answer(page, run, hit, placed, rows) or answer
            if answer is not None:
                found.append(Answer(hit.owner, hit.spelling, answer, firm, hit.score))
    return found


def _has_room(run: TextRun, hit: LabelHit) -> bool:
    """Short labels must stand free or be followed by a colon; 甲方 in a sentence bounds nothing."""
    return stands_free(run, hit) or bool(_COLON.match(run.text[hit.end :]))


def _column_answer(
    page: PacketPage,
    run: TextRun,
    hit: LabelHit,
    placed: Sequence[Placed],
    rows: Sequence[Sequence[Line]],
) -> TextRun | None:
    """The answer as a column would be read: wrapped under itself, or below its label."""
    box = run.box_of(hit.start, hit.end)
    for item in placed:
        if box is not None and item.hit.owner == hit.owner and item.box.iou(box) > 0.8:
            return _column_value(item, placed, rows)
    return None


def _in_columns(page: PacketPage, lines: Sequence[Line], index: LabelIndex) -> list[Answer]:
    found: list[Answer] = []
    rows = baseline_rows(lines)
    placed = placed_labels(page, rows, index)
    for item in placed:
        run = _column_value(item, placed, rows)
        if run is not None:
            firm = _is_firm(item.run, item.hit, item.end) or _begins_line(item)
            found.append(Answer(item.hit.owner, item.hit.spelling, run, firm, item.hit.score))
    return found


def _bounded(hits: Sequence[LabelHit], text: str) -> list[tuple[LabelHit, int]]:
    """Each label with where its answer ends: at the next label.

    Two labels that name one party, one in brackets behind the other (``出租方（以下简称甲方）：``), are one
    label: the telling one, whichever comes first.
    """
    merged: list[LabelHit] = []
    for hit in hits:
        before = merged[-1] if merged else None
        if before is not None and _ALIAS.fullmatch(text[before.end : hit.start]):
            telling = hit if fold_text(before.spelling) in _BARE_PARTIES else before
            merged[-1] = replace(telling, start=before.start, end=hit.end)
        else:
            merged.append(_with_bracket(hit, text))
    starts = sorted(h.start for h in merged)
    return [(h, min((s for s in starts if s >= h.end), default=len(text))) for h in merged]


def _with_bracket(hit: LabelHit, text: str) -> LabelHit:
    """A label in brackets behind the same in another tongue ends with them: Reason（事由）：."""
    opened = text[: hit.start].rstrip().endswith(("（", "("))
    closed = _CLOSING.match(text, hit.end)
    return replace(hit, end=closed.end()) if opened and closed is not None else hit


def _is_firm(run: TextRun, hit: LabelHit, end: int) -> bool:
    rest = run.text[hit.end : end]
    if _COLON.match(rest):
        return True
    if not stands_free(run, hit) or hit.score < 0.95:
        return False
    if not fold_text(rest) or rest[:1].isspace() or run.line_break_before(hit.end):
        return True
    here, behind = run.box_of(hit.end - 1, hit.end), run.box_of(hit.end, hit.end + 1)
    return bool(here and behind and behind.x0 - here.x1 > 0.6 * here.height)


def _begins_line(item: Placed) -> bool:
    """A long label at the start of its text, read in one with its value: 主办单位名称某某公司."""
    hit, run = item.hit, item.run
    begins = not fold_text(run.text[: hit.start]) or run.line_break_before(hit.start)
    return begins and hit.score == 1.0 and len(fold_text(hit.spelling)) >= LONG_LABEL


def _column_value(
    item: Placed, placed: Sequence[Placed], rows: Sequence[Sequence[Line]]
) -> TextRun | None:
    """The label's value in its column; a row below it that is another label's is none."""
    run = value_run(item, placed, rows, wraps=True)
    if run is None:
        return None
    below = run.lines[0].box.cy > item.box.y1
    return None if below and _LABEL_LIKE.match(run.text) else _before_gap(run)


def _before_gap(run: TextRun) -> TextRun:
    """The run without what stands beyond a wide gap on its first row: that is another column."""
    first = run.lines[0]
    for i, line in enumerate(run.lines[1:], 1):
        last = run.lines[i - 1]
        if line.box.overlap_y(first.box) < 0.5 * min(line.box.height, first.box.height):
            break
        if line.box.x0 - last.box.x1 > WIDE_GAP * first.box.height:
            right = line.box.x0
            kept = [ln for ln in run.lines[i:] if ln.box.x1 <= right and ln.box.y0 > first.box.cy]
            return TextRun(run.page, (*run.lines[:i], *kept), run.cell)
    return run


def _sub_run(run: TextRun, start: int, end: int) -> TextRun | None:
    pieces = tuple(part_of(line, a, b) for line, a, b in run.locate(start, end))
    if not any(fold_text(p.text) for p in pieces):
        return None
    return TextRun(run.page, pieces, run.cell)
