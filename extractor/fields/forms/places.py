"""Where labels stand on a form's page, and which cell or line answers a label.

Tables give a run a cell. Lines outside tables give a run a row; where a row holds nothing but labels
and the row below nothing but values under them, each label gets the value below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractor.core.baselines import baseline_rows
from extractor.core.page import Cell, Line, PacketPage, Table
from extractor.core.text import fold_text
from extractor.fields.forms.blanks import without_hints
from extractor.fields.forms.labels import LabelHit, LabelIndex
from extractor.fields.forms.standing import labels_in
from extractor.fields.runs import TextRun, free_lines
from extractor.values.names import has_org_suffix

#: What stands behind a label with its value in its own cell.
OWN_TEXT = re.compile(r"\s*(?:[（(][^（()）]{0,48}[）)]\s*)?[:：]\s*[^\s:：_＿]")
#: A label stands at most this many characters into a free row (a number or a bullet before it).
_BEFORE_LABEL = 6
#: Further in only a label of so many characters that begins a clause: …占总服务量的28.5%；集聚区内企业占….
_LONG = 8
_CLAUSES = ("；", ";", "。")
#: A cell that begins like this answers a label nobody listed.
_UNKNOWN_LABEL = re.compile(r"\s*[\u4e00-\u9fa5（()）、/]{2,30}\s*[:：]")
_LIST_NUMBER = re.compile(r"\d")
_NOT_TEXT_BELOW = re.compile(r"\d{4}\s*年|\d{7,}|@|[（(]\s*(?:盖|公|签)\s*章")


@dataclass(frozen=True, slots=True)
class Placed:
    """A run with its labels; ``table`` where the run is a cell."""

    run: TextRun
    hits: tuple[LabelHit, ...]
    table: Table | None


KindOf = Callable[[str], str | None]
"""The value kind of a label's owner; ``None`` for labels that only bound a value."""


def place_page(
    page: PacketPage, index: LabelIndex, is_block: Callable[[str], bool], kind_of: KindOf
) -> list[Placed]:
    """All runs of the page with their labels; cells that answer a block label hold no labels."""
    placed: list[Placed] = []
    for table in sorted(page.read.tables, key=lambda t: t.box.y0):
        placed += _place_table(page, table, index, is_block)
    return placed + _place_rows(page, index, kind_of)


def _place_table(
    page: PacketPage, table: Table, index: LabelIndex, is_block: Callable[[str], bool]
) -> list[Placed]:
    found: list[Placed] = []
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        run = TextRun(page, cell.lines, cell)
        hits = labels_in(run, index)
        found.append(Placed(run, _outside_blocks(run, hits, is_block), table))
    by_cell = {id(p.run.cell): p for p in found}
    claimed: set[int] = set()
    for item in found:
        if id(item.run.cell) in claimed or not any(is_block(h.owner) for h in item.hits):
            continue
        answer = _block_answer(item, table, by_cell)
        if answer is not None:
            claimed.add(id(answer.run.cell))
    return [Placed(p.run, (), p.table) if id(p.run.cell) in claimed else p for p in found]


def _outside_blocks(
    run: TextRun, hits: tuple[LabelHit, ...], is_block: Callable[[str], bool]
) -> tuple[LabelHit, ...]:
    """Without what only looks like a label inside the free text that follows a block's own label."""
    block = next((h for h in hits if is_block(h.owner)), None)
    if block is None or not OWN_TEXT.match(run.text[block.end :]):
        return hits
    return tuple(
        h
        for h in hits
        if h.start <= block.start or (run.line_break_before(h.start) and _ends_label(run, h.end))
    )


def _ends_label(run: TextRun, end: int) -> bool:
    """Whether a label is closed by a colon, or fills its line to the end."""
    return run.text[end : end + 1] in ("：", ":") or run.line_break_before(end)


def _block_answer(item: Placed, table: Table, by_cell: dict[int, Placed]) -> Placed | None:
    cell = item.run.cell
    assert cell is not None  # runs of a table are cells
    right = table.at(cell.row, cell.col + cell.col_span)
    if right is not None:
        answer = by_cell[id(right)]
        return None if is_label_cell(answer) else answer
    return None


def is_label_cell(item: Placed) -> bool:
    """Whether a run holds labels and nothing that could be a value."""
    return bool(item.hits) and not leftover(item)


def leftover(item: Placed) -> str:
    """What a run holds beside its labels, printed hints and units."""
    text = item.run.text
    for start, end in sorted({(h.start, h.end) for h in item.hits}, reverse=True):
        text = text[:start] + " " + text[end:]
    return fold_text(without_hints(text))


def begins_with_label(item: Placed) -> bool:
    """Whether nothing stands before the run's first label."""
    return bool(item.hits) and not fold_text(item.run.text[: item.hits[0].start])


def answer_to(item: Placed, placed: Sequence[Placed]) -> TextRun | None:
    """The run that answers a label which ends its cell: the cell right of it, else the one below.

    Below only where the form is laid out in rows of labels and rows of values, never in a list: an
    empty cell right of the label means that nothing was written.
    """
    cell, table = item.run.cell, item.table
    if cell is None or table is None:
        return None
    by_cell = {id(p.run.cell): p for p in placed if p.table is table}
    right = table.at(cell.row, cell.col + cell.col_span)
    if right is not None:
        found = by_cell[id(right)]
        if found.run.lines and not begins_with_label(found):
            return _with_torn_rest(found, table, by_cell)
    below = _below(cell, table, by_cell)
    return None if below is None else below.run


def _with_torn_rest(item: Placed, table: Table, by_cell: dict[int, Placed]) -> TextRun:
    """The answer with the cells right of it that a false line tore off: one printed line runs on there."""
    run = item.run
    printed = [line.text for line in run.page.read.lines]
    cell = run.cell
    while cell is not None and run.lines:
        right = table.at(cell.row, cell.col + cell.col_span)
        if right is None or not right.lines or by_cell[id(right)].hits:
            break
        seam = run.lines[-1].text + right.lines[0].text
        if not any(seam in text for text in printed):
            break
        run = TextRun(run.page, (*run.lines, *right.lines), run.cell)
        cell = right
    return run


def unit_cell_after(run: TextRun, placed: Sequence[Placed], table: Table | None) -> str | None:
    """The text of the short cell right of an answer (``万元`` in a cell of its own)."""
    if run.cell is None or table is None:
        return None
    right = table.at(run.cell.row, run.cell.col + run.cell.col_span)
    return right.text if right is not None and 0 < len(right.text.strip()) <= 6 else None


def _below(cell: Cell, table: Table, by_cell: dict[int, Placed]) -> Placed | None:
    row = _cells_from(table, cell.row, cell.row_span)
    under = _cells_from(table, cell.row + cell.row_span, 1)
    answer = next((c for c in under if c.col == cell.col and c.col_span == cell.col_span), None)
    if answer is None or not answer.lines:
        return None
    if any(begins_with_label(by_cell[id(c)]) or _UNKNOWN_LABEL.match(c.text) for c in under):
        return None
    if len(row) > 1:
        labels = [c for c in row if is_label_cell(by_cell[id(c)])]
        others = [c for c in row if c.lines and c not in labels]
        if len(labels) < 2 or len(others) > len(labels) or cell not in labels:
            return None
        if any(_LIST_NUMBER.search(c.text) for c in others):
            return None
        if _goes_on_as_list(table, answer, by_cell):
            return None
    return by_cell[id(answer)]


def _cells_from(table: Table, row: int, span: int) -> list[Cell]:
    """The cells that begin in ``row`` and reach no further than ``span`` rows: no group labels."""
    return [c for c in table.cells if c.row == row and c.row_span <= span]


def _goes_on_as_list(table: Table, answer: Cell, by_cell: dict[int, Placed]) -> bool:
    """Whether another row of values follows: then this is a list, and its first row no answer."""
    third = [c for c in table.cells if c.row == answer.row + answer.row_span]
    same = any(c.col == answer.col and c.col_span == answer.col_span for c in third)
    return same and len(third) > 1 and not any(by_cell[id(c)].hits for c in third)


def _place_rows(page: PacketPage, index: LabelIndex, kind_of: KindOf) -> list[Placed]:
    """Lines outside tables, row by row."""
    placed: list[Placed] = []
    rows = baseline_rows(free_lines(page))
    number = 0
    while number < len(rows):
        row = rows[number]
        below = rows[number + 1] if number + 1 < len(rows) else []
        after = rows[number + 2] if number + 2 < len(rows) else []
        pairs = _labels_over_values(page, row, below, after, index)
        if pairs:
            placed += pairs
            number += 2
            continue
        run = TextRun(page, tuple(row))
        hits = labels_in(run, index)
        if hits and _leads_row(run, hits[0]):
            under = TextRun(page, tuple(below))
            if below and (
                _name_goes_on(run, under, index)
                or _answered_below(run, hits, under, index)
                or _value_goes_on(run, hits, under, index, kind_of)
                or _text_below(run, hits, under, index, kind_of)
            ):
                run = TextRun(page, (*row, *below))
            elif _torn_label(run, under, index) or _text_goes_on(run, hits, rows, number, kind_of):
                run = TextRun(page, (*row, *below))
                hits = labels_in(run, index)
            placed.append(Placed(run, hits, None))
        number += 1
    return placed


def _leads_row(run: TextRun, hit: LabelHit) -> bool:
    """Whether a free row's first label stands at its start, or long at the start of a clause of it."""
    before = run.text[: hit.start].rstrip()
    if len(fold_text(before)) <= _BEFORE_LABEL:
        return True
    return before.endswith(_CLAUSES) and len(fold_text(run.text[hit.start : hit.end])) >= _LONG


def _labels_over_values(
    page: PacketPage,
    row: Sequence[Line],
    below: Sequence[Line],
    after: Sequence[Line],
    index: LabelIndex,
) -> list[Placed]:
    """A row of labels over a row of values, each under its label; empty where it is not so."""
    if len(row) < 2 or not below:
        return []
    heads = [TextRun(page, (line,)) for line in row]
    items = [Placed(run, index.find(run), None) for run in heads]
    if not all(is_label_cell(item) and begins_with_label(item) for item in items):
        return []
    if any(index.find(TextRun(page, (line,))) for line in below):
        return []
    height = max(line.box.height for line in row)
    if min(line.box.y0 for line in below) - max(line.box.y1 for line in row) > 2 * height:
        return []
    owners = [[i for i, head in enumerate(row) if _overlap(head, line)] for line in below]
    if any(len(found) != 1 for found in owners) or _is_list_row(row, below, after, index, page):
        return []
    return [
        Placed(
            TextRun(page, (item.run.lines[0], *(b for b, o in zip(below, owners, strict=True) if o[0] == i))),
            item.hits,
            None,
        )
        for i, item in enumerate(items)
    ]  # fmt: skip


def _overlap(head: Line, value: Line) -> bool:
    return head.box.x0 < value.box.x1 and value.box.x0 < head.box.x1


def _is_list_row(
    row: Sequence[Line],
    below: Sequence[Line],
    after: Sequence[Line],
    index: LabelIndex,
    page: PacketPage,
) -> bool:
    """Whether the row after the values has values under the same labels: a list without rulings."""
    if len(after) < 2 or any(index.find(TextRun(page, (line,))) for line in after):
        return False
    return all(any(_overlap(head, line) for head in row) for line in after)


def _answered_below(
    run: TextRun, hits: Sequence[LabelHit], below: TextRun, index: LabelIndex
) -> bool:
    """Whether a row ends in a label and its answer is the only thing on the next row."""
    if fold_text(run.text[hits[-1].end :]) or len(below.lines) != 1 or index.find(below):
        return False
    label, answer = run.lines[-1].box, below.lines[0].box
    return answer.y0 - label.y1 < 1.2 * label.height and abs(answer.x0 - run.lines[0].box.x0) < (
        2 * label.height
    )


def _text_below(
    run: TextRun, hits: Sequence[LabelHit], below: TextRun, index: LabelIndex, kind_of: KindOf
) -> bool:
    """Whether a heading alone on its row asks for a text, and a sentence stands on the next."""
    alone = len(hits) == 1 and fold_text(run.text) == fold_text(run.text[slice(hits[0].start, hits[0].end)])  # fmt: skip
    if not alone or not below.lines or kind_of(hits[0].owner) != "text":
        return False
    if labels_in(below, index):
        return False
    gap = below.lines[0].box.y0 - run.lines[-1].box.y1
    return gap < 1.6 * run.lines[-1].box.height and len(fold_text(below.text)) > len(
        fold_text(run.text)
    )


def _torn_label(run: TextRun, below: TextRun, index: LabelIndex) -> bool:
    """Whether a label begins at the end of a row and ends on the next: …占服务对 / 象的68.5%."""
    if not below.lines or not _follows(run, below):
        return False
    seam = len(run.text)
    return any(h.start < seam < h.end and h.score == 1.0 for h in index.find_in(run.text + below.text))  # fmt: skip


def _text_goes_on(
    run: TextRun,
    hits: Sequence[LabelHit],
    rows: Sequence[Sequence[Line]],
    number: int,
    kind_of: KindOf,
) -> bool:
    """Whether a text behind its label ran to the right edge and goes on at the left of the next row."""
    last = hits[-1]
    if kind_of(last.owner) != "text" or not OWN_TEXT.match(run.text[last.end :]):
        return False
    if number + 1 >= len(rows):
        return False
    below = TextRun(run.page, tuple(rows[number + 1]))
    return _follows(run, below) and not _UNKNOWN_LABEL.match(below.text)


def _follows(run: TextRun, below: TextRun) -> bool:
    """Whether the row below goes on a row that is full: to the right edge of the page's free text."""
    em = run.lines[-1].box.height
    edge = max(line.box.x1 for line in free_lines(run.page))
    return (
        run.lines[-1].box.x1 > edge - 2.5 * em
        and below.lines[0].box.x0 < run.lines[0].box.x0 + 1.5 * em
        and below.lines[0].box.y0 - run.lines[-1].box.y1 < 1.6 * em
    )


def _name_goes_on(run: TextRun, below: TextRun, index: LabelIndex) -> bool:
    """Whether a name that stops short at the end of its row ends in the row below."""
    gap = below.lines[0].box.y0 - max(line.box.y1 for line in run.lines)
    if gap > 1.5 * run.lines[-1].box.height or index.find(below) or len(below.text) > 14:
        return False
    whole = run.text + below.text.strip()
    return has_org_suffix(whole) and not has_org_suffix(run.text)


def _value_goes_on(
    run: TextRun, hits: Sequence[LabelHit], below: TextRun, index: LabelIndex, kind_of: KindOf
) -> bool:
    """Whether an address goes on in the row below, set under where it began."""
    last = hits[-1]
    if kind_of(last.owner) != "address" or len(below.lines) != 1 or index.find(below):
        return False
    start = next((i for i in range(last.end, len(run.text)) if fold_text(run.text[i])), None)
    if start is None or _NOT_TEXT_BELOW.search(below.text):
        return False
    value, line = run.box_of(start, start + 1), below.lines[0].box
    if value is None:
        return False
    return line.y0 - value.y1 < value.height and abs(line.x0 - value.x0) < 1.5 * value.height
