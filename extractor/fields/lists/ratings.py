"""How satisfied a row's firm was: a tick under a heading, a circled or written word, or a score."""

from __future__ import annotations

import re
from collections.abc import Mapping

from extractor.core.page import Cell, Mark, PacketPage, TextSource
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.lists.headers import Column
from extractor.fields.make import Enums, Spot, build_fact, read_fact, spot_of
from extractor.fields.marks.tick_marks import glyph_before, mark_before
from extractor.fields.marks.ticks import read_options
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import FieldSpec
from extractor.setup.rowforms import ColumnSpec
from extractor.values.enums import find_options

UNRATED = "other"
"""In ``ticks``: headings (一般) that are neither of the values; a tick there is kept without one."""

_TICK_TEXT = re.compile(r"^[√✓✔☑■●VvⅤ∨丿/乛lⅼ1]$")
_CROSS_TEXT = re.compile(r"^[×xX✕✗✘☒]$")
_SCORE = re.compile(r"^\d{1,3}(?:[.．]\d)?\s*分?$")
_SAYS = ("tick", "cross", "circle", "box_ticked")


def tick_spot(page: PacketPage, cell: Cell) -> Spot | None:
    """The tick in a cell, from pixels or as OCR read it; ``None`` where there is none.

    Where columns stand for the answers, a cross or a circle in one chooses it just as a tick does.
    """
    inside = [m for m in marks_in(page, cell) if m.kind in _SAYS]
    for mark in sorted(inside, key=lambda m: (_SAYS.index(m.kind), -m.confidence)):
        sign = {"tick": "√", "cross": "×", "circle": "○"}.get(mark.kind, "☑")
        return Spot(page, mark.box, sign, mark.confidence)
    text = fold_text(cell.text) or cell.text.strip()
    if text and (_TICK_TEXT.match(text) or _CROSS_TEXT.match(text)):
        return Spot(
            page, cell.text_box, cell.text.strip(), min(cell.confidence, 0.95), TextSource.OCR
        )
    return None


def marks_in(page: PacketPage, cell: Cell) -> list[Mark]:
    """The marks whose middle lies in a cell."""
    return [m for m in page.read.marks if cell.box.contains_point(m.box.cx, m.box.cy)]


def tick_facts(
    view: DocumentView,
    column_spec: ColumnSpec,
    specs: Mapping[str, FieldSpec],
    enums: Enums,
    page: PacketPage,
    cells: Mapping[Column, Cell],
    no: int,
) -> dict[str, Fact]:
    """The ticked value of a row, or a score where somebody wrote a number; both ticked is doubtful."""
    ticked: list[tuple[str, Spot]] = []
    scores: dict[str, Fact] = {}
    for column, cell in cells.items():
        if column.target != column_spec.field or column.tick is None:
            continue
        score = _score_fact(view, column_spec, specs, enums, page, column, cell, no)
        spot = None if score is not None else tick_spot(page, cell)
        if spot is not None:
            ticked.append((column.tick, spot))
        elif score is not None:
            scores[score.field] = score
    if not ticked:
        return scores
    value, spot = ticked[0]
    several = len({v for v, _ in ticked}) > 1
    unrated = value == UNRATED or several
    fact = build_fact(
        column_spec.field, spot, None if unrated else value, document=view.id,
        method=Method.MARK, row=no, factor=0.4 if unrated else 1.0,
        alternatives=tuple(v for v, _ in ticked if v != UNRATED) if several else (),
    )  # fmt: skip
    return {**scores, column_spec.field: fact}


def rating_facts(
    view: DocumentView,
    column_spec: ColumnSpec,
    specs: Mapping[str, FieldSpec],
    enums: Enums,
    page: PacketPage,
    column: Column,
    cell: Cell,
    no: int,
) -> dict[str, Fact]:
    """What one column for the whole answer holds: a word, one of several words marked, or a score."""
    field = specs[column_spec.field]
    score = _score_fact(view, column_spec, specs, enums, page, column, cell, no)
    if score is not None:
        return {score.field: score}
    run = TextRun(page, cell.lines, cell)
    enum = enums[field.enum or ""]
    words = find_options(run.text, enum.labels)
    if len({w.id for w in words}) > 1:
        fact = read_options(view, field, run, 0, enums) or _marked_word(
            view, field, enums, run, cell, no
        )
        return {} if fact is None else {field.id: fact}
    spot = spot_of(run, 0, len(run.text))
    if spot is None or any(_has_empty_box(run, w.start) for w in words):
        return {}
    fact = read_fact(
        field, spot, document=view.id, method=Method.OCR_CELL, enums=enums, row=no,
        label=column.heading,
    )  # fmt: skip
    return {} if fact is None else {field.id: fact}


def _has_empty_box(run: TextRun, start: int) -> bool:
    """Whether the only word that was read was not chosen: the chosen one beside it got lost."""
    seen = mark_before(run, start) or glyph_before(run, start)
    return seen is not None and seen.state == "empty"


def _marked_word(
    view: DocumentView, field: FieldSpec, enums: Enums, run: TextRun, cell: Cell, no: int
) -> Fact | None:
    """The word of several that a pen circled or ticked; ``None`` where none or more than one was."""
    enum = enums[field.enum or ""]
    chosen: dict[str, tuple[Mark, int, int]] = {}
    spans = [
        (w.id, *_printed_span(run.text, w.start, w.end))
        for w in find_options(run.text, enum.labels)
    ]
    for mark in marks_in(run.page, cell):
        if mark.kind not in _SAYS:
            continue
        best = None
        for option, start, end in spans:
            # A word that wraps stands in two places; the box around both would hold others too.
            for line, a, b in run.locate(start, end):
                box = line.box_of(a, b)
                across = max(box.x0 - mark.box.cx, mark.box.cx - box.x1, 0.0)
                down = max(box.y0 - mark.box.cy, mark.box.cy - box.y1, 0.0)
                if best is None or across + down < best[0]:
                    best = (across + down, option, start, end)
        if best is not None:
            chosen.setdefault(best[1], (mark, best[2], best[3]))
    if len(chosen) != 1:
        return None
    ((option, (mark, start, end)),) = chosen.items()
    spot = spot_of(run, start, end)
    if spot is None:
        return None
    spot = Spot(run.page, spot.box, spot.raw, min(mark.confidence, max(spot.confidence, 0.9)))
    return build_fact(field.id, spot, option, document=view.id, method=Method.MARK, row=no)


def _printed_span(text: str, start: int, end: int) -> tuple[int, int]:
    """A span of the width-folded text in the text itself; they have the same length but for rare signs."""
    return min(start, len(text)), min(end, len(text))


def _score_fact(
    view: DocumentView,
    column_spec: ColumnSpec,
    specs: Mapping[str, FieldSpec],
    enums: Enums,
    page: PacketPage,
    column: Column,
    cell: Cell,
    no: int,
) -> Fact | None:
    """The score that somebody wrote instead of a tick; a lone 1 is more likely a tick."""
    text = cell.text.strip()
    if not column_spec.score or column_spec.score not in specs or not _SCORE.match(text):
        return None
    if len(fold_text(text)) < 2:
        return None
    run = TextRun(page, cell.lines, cell)
    spot = spot_of(run, 0, len(run.text))
    if spot is None:
        return None
    return read_fact(
        specs[column_spec.score], spot, document=view.id, method=Method.OCR_CELL, enums=enums,
        row=no, label=column.heading,
    )  # fmt: skip
