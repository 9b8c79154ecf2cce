"""Reading a form by its labels: the value stands in the label's own cell, right of it, or below.

Nothing here knows a form's layout. A page is turned into runs (table cells, and lines outside tables
joined on their baseline); labels of the form are found in them; the text between a label and the next
one is its value; where that is empty the neighbouring cell is asked, unless it is itself a label. Which
labels exist is data: ``config/forms``, and for forms never seen the field catalogue's own names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractor.core.worksheet import Fact
from extractor.fields.forms.blanks import trim
from extractor.fields.forms.labels import Label, LabelHit, LabelIndex
from extractor.fields.forms.places import (
    OWN_TEXT,
    Placed,
    answer_to,
    leftover,
    place_page,
    unit_cell_after,
)
from extractor.fields.forms.values import Asked, before_figure, fact_in, unit_in
from extractor.fields.marks.ticks import read_options
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import Catalogue
from extractor.setup.forms import FormEntry, FormSpec

#: Owner of labels that only bound a value.
STOP = "(stop)"
#: Rows above that may say whose a label is (手机 in the row under 联系人).
ROWS_UP = 3

_HEADINGS = ("基本情况", "概况", "情况", "简介", "信息", "名单", "须知", "意见")
_GOES_ON = frozenset("的及和与或对所应须需要将")
_GOES_ON_FREE = frozenset("是为由在有")


def read_form(view: DocumentView, form: FormSpec, catalogue: Catalogue) -> tuple[Fact, ...]:
    """Every fact of the form's entries found in the document's pages, in reading order.

    The same field may be found in several places; each is a fact of its own.
    """
    index = LabelIndex(_labels_of(form))
    entries = _by_field(form)

    def is_block(owner: str) -> bool:
        return any(e.block for e in entries.get(owner, ()))

    def kind_of(owner: str) -> str | None:
        spec = catalogue.fields.get(owner)
        return None if spec is None else spec.type

    facts: dict[str, Fact] = {}
    for page in view.pages:
        placed = place_page(page, index, is_block, kind_of)
        for item in placed:
            for hit, following in _bounded(item.hits):
                if _reads_on(item.run, hit):
                    continue
                for entry in entries.get(hit.owner, ()):
                    if hit.spelling not in entry.labels:
                        continue
                    if not _context_fits(entry, hit, item, placed):
                        continue
                    fact = _value_of(view, catalogue, entry, hit, following, item, placed)
                    if fact is not None:
                        facts.setdefault(fact.id, fact)
    return tuple(facts.values())


def _labels_of(form: FormSpec) -> Iterable[Label]:
    for entry in form.entries:
        yield Label(entry.field, entry.labels)
    yield Label(STOP, form.stops)


def _by_field(form: FormSpec) -> dict[str, list[FormEntry]]:
    entries: dict[str, list[FormEntry]] = {}
    for entry in form.entries:
        entries.setdefault(entry.field, []).append(entry)
    return entries


def _reads_on(run: TextRun, hit: LabelHit) -> bool:
    """Whether the words go on as a sentence (申报单位的基本情况): then it is no label."""
    rest = run.text[hit.end :].lstrip()
    if rest.startswith(_HEADINGS):
        return True  # 申请单位基本情况
    return rest[:1] in _GOES_ON or (run.cell is None and rest[:1] in _GOES_ON_FREE)


def _bounded(hits: Sequence[LabelHit]) -> list[tuple[LabelHit, int | None]]:
    """Each hit with the start of the next label (``None``: the end of the run)."""
    starts = sorted({h.start for h in hits})
    result = []
    for hit in hits:
        later = [s for s in starts if s > hit.start]
        result.append((hit, later[0] if later else None))
    return result


def _context_fits(entry: FormEntry, hit: LabelHit, item: Placed, placed: Sequence[Placed]) -> bool:
    if entry.after:
        before = _owner_before(hit, item, placed)
        if before is None or before not in entry.after:
            return False
    if not entry.beside and not entry.not_beside:
        return True
    owners = _owners_near(item, placed, {*entry.beside, *entry.not_beside})
    if entry.not_beside and owners & set(entry.not_beside):
        return False
    return not entry.beside or bool(owners & set(entry.beside))


def _owner_before(hit: LabelHit, item: Placed, placed: Sequence[Placed]) -> str | None:
    """The owner of the label before this one: in its run, its row, or the rows just above."""
    here = [h.owner for h in item.hits if h.start < hit.start]
    if here:
        return here[-1]
    for row in _rows_upward(item, placed):
        if row:
            last = row[-1]
            return last.hits[-1].owner
    return None


def _owners_near(item: Placed, placed: Sequence[Placed], wanted: set[str]) -> set[str]:
    """Owners of the labels of the item's row; of the nearest row above where none is wanted."""
    owners = _sure_owners([item])
    cell = item.run.cell
    if cell is not None:
        owners |= _sure_owners(_in_row(item, placed, cell.row))
    for row in _rows_upward(item, placed):
        if owners & wanted:
            break
        owners |= _sure_owners(row)
    return owners


def _sure_owners(items: Sequence[Placed]) -> set[str]:
    """Owners of labels that can belong to no other (姓名 and 手机 belong to several)."""
    return {
        h.owner
        for p in items
        for h in p.hits
        if not any(o.start == h.start and o.owner != h.owner for o in p.hits)
    }


def _rows_upward(item: Placed, placed: Sequence[Placed]) -> list[list[Placed]]:
    """Items with labels: those left of the item, then row by row above it, each left to right."""
    cell = item.run.cell
    if cell is None:
        free = [p for p in placed if p.table is None and p.hits]
        at = free.index(item)
        return [[p] for p in reversed(free[max(0, at - ROWS_UP) : at])]
    left = [p for p in _in_row(item, placed, cell.row) if p.run.cell and p.run.cell.col < cell.col]
    above = [
        [p for p in _in_row(item, placed, row) if p not in left]
        for row in range(cell.row - 1, max(-1, cell.row - 1 - ROWS_UP), -1)
    ]
    return [left, *above]


def _in_row(item: Placed, placed: Sequence[Placed], row: int) -> list[Placed]:
    """Items with labels in cells of the same table that cover ``row``, left to right."""
    found = [
        (p.run.cell.col, p)
        for p in placed
        if p.table is item.table
        and p.hits
        and p.run.cell is not None
        and p.run.cell.row <= row < p.run.cell.row + p.run.cell.row_span
    ]
    return [p for _col, p in sorted(found, key=lambda pair: pair[0])]


def _value_of(
    view: DocumentView,
    catalogue: Catalogue,
    entry: FormEntry,
    hit: LabelHit,
    following: int | None,
    item: Placed,
    placed: Sequence[Placed],
) -> Fact | None:
    spec = catalogue.fields[entry.field]
    run = item.run
    end = len(run.text) if following is None else following
    start, _ = trim(run.text, hit.end, end, "")
    if entry.options:
        fact = read_options(view, spec, run, start, catalogue.enums)
        if fact is None:
            answer = answer_to(item, placed)
            if answer is not None:
                fact = read_options(view, spec, answer, 0, catalogue.enums)
        return fact
    label_unit = unit_in(before_figure(run.text[hit.start : end]))

    def beside() -> Fact | None:
        answer = answer_to(item, placed)
        if answer is None:
            return None
        unit = unit_in(unit_cell_after(answer, placed, item.table) or "") or label_unit
        asked = Asked(view, spec, entry, hit, catalogue.enums, unit)
        return fact_in(asked, answer, 0, len(answer.text))

    # A long label of a text block fills its own cell; the answer stands in the next one.
    own = OWN_TEXT.match(run.text[hit.end : end]) is not None
    fact = beside() if entry.block and not own else None
    if fact is None:
        asked = Asked(view, spec, entry, hit, catalogue.enums, label_unit)
        fact = fact_in(asked, run, start, end)
    if (
        fact is None
        and following is None
        and (hit.start == item.hits[0].start or not leftover(item))
    ):
        fact = beside()
    return fact
