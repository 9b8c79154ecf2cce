"""Reading a form by its labels: the value stands in the label's own cell, right of it, or below.

Nothing here knows a form's layout. A page is turned into runs (table cells, and lines outside tables
joined on their baseline); labels of the form are found in them; the text between a label and the next
one is its value; where that is empty the neighbouring cell is asked, unless it is itself a label. Which
labels exist is data: ``config/forms``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractor.core.page import PacketPage, Table
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.labels import Label, LabelHit, LabelIndex
from extractor.fields.make import Enums, read_fact, spot_of
from extractor.fields.runs import TextRun, baseline_rows, free_lines
from extractor.fields.ticks import read_options
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import Catalogue, FieldSpec
from extractor.setup.forms import FormEntry, FormSpec
from extractor.values.names import has_org_suffix
from extractor.values.parsed import UnitContext

#: Owner of labels that only bound a value.
STOP = "(stop)"

#: Kinds whose value must parse; the others take the text as it stands.
TYPED = frozenset(
    {
        "money", "count", "ratio", "area", "date", "date_range", "year", "uscc", "id_number",
        "phone", "email", "url", "number", "code", "score", "doc_number",
    }
)  # fmt: skip

_HINT = re.compile(r"^\s*[（(][^（()）]{0,24}[）)]")
_HINT_WORDS = re.compile(r"盖章|签字|签名|填写|具体|打√|注明|公章|如有|写明|副本|可多选|单选|手写")
#: A cell of its own that begins like this holds a negative figure, not a dash behind a label.
_MINUS = re.compile(r"\s*[-－−]\s*\d")
_SIGNED = frozenset({"money", "ratio", "number"})
_EDGE = " \t\u3000:：_＿—-，,；;。、|/"
_PHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|[48]00-?\d{3}-?\d{4}|[（(]?0\d{2,3}[）)]?\s?[-—－]?\s?[2-9]\d{6,7})(?:-\d{1,5}(?!\d))?"
)
_GOES_ON = frozenset("的及和与或对所应须需要将")
_GOES_ON_FREE = frozenset("是为由在有")
_UNIT_WORD = re.compile(
    r"(亿元|百万元|万元|千元|元|平方米|㎡|台\s*[（(]?套[)）]?|人次|人|家|户|次|%|％|岁|年|项)"
)
_BOUNDARY = re.compile(r"[\s:：，,；;。、（()）/|_＿\d%％元人台套米家户次]")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A run with its labels; ``table`` where the run is a cell."""

    run: TextRun
    hits: tuple[LabelHit, ...]
    table: Table | None


def read_form(view: DocumentView, form: FormSpec, catalogue: Catalogue) -> tuple[Fact, ...]:
    """Every fact of the form's entries found in the document's pages, in reading order.

    The same field may be found in several places; each is a fact of its own.
    """
    index = LabelIndex(_labels_of(form))
    entries = _by_field(form)
    facts: dict[str, Fact] = {}
    for page in view.pages:
        placed = _place(page, index, entries)
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


def _place(
    page: PacketPage, index: LabelIndex, entries: dict[str, list[FormEntry]]
) -> list[_Placed]:
    """All runs of the page with their labels; cells that answer a block label hold no labels."""
    placed: list[_Placed] = []
    for table in sorted(page.read.tables, key=lambda t: t.box.y0):
        claimed: set[tuple[int, int]] = set()
        for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
            run = TextRun(page, cell.lines, cell)
            if (cell.row, cell.col) in claimed:
                placed.append(_Placed(run, (), table))
                continue
            hits = tuple(h for h in index.find(run) if _may_be_label(run, h))
            placed.append(_Placed(run, hits, table))
            if any(e.block for h in hits for e in entries.get(h.owner, ())):
                answer = table.at(cell.row, cell.col + cell.col_span)
                if answer is not None:
                    claimed.add((answer.row, answer.col))
    rows = baseline_rows(free_lines(page))
    for number, row in enumerate(rows):
        run = TextRun(page, tuple(row))
        hits = index.find(run)
        if hits and len(fold_text(run.text[: hits[0].start])) <= 6:
            below = rows[number + 1] if number + 1 < len(rows) else []
            after = TextRun(page, tuple(below))
            if below and (
                _name_goes_on(run, after, index) or _answered_below(run, hits, after, index)
            ):
                run = TextRun(page, (*row, *below))
            placed.append(_Placed(run, hits, None))
    return placed


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


def _name_goes_on(run: TextRun, below: TextRun, index: LabelIndex) -> bool:
    """Whether a name that stops short at the end of its row ends in the row below."""
    gap = below.lines[0].box.y0 - max(line.box.y1 for line in run.lines)
    if gap > 1.5 * run.lines[-1].box.height or index.find(below) or len(below.text) > 14:
        return False
    whole = run.text + below.text.strip()
    return has_org_suffix(whole) and not has_org_suffix(run.text)


def _may_be_label(run: TextRun, hit: LabelHit) -> bool:
    """A label begins its run, a line, or stands behind punctuation, a figure or a unit."""
    if not fold_text(run.text[: hit.start]) or run.line_break_before(hit.start):
        return True
    before = run.text[hit.start - 1]
    if _BOUNDARY.match(before):
        return True
    return run.text[: hit.start].rstrip().endswith(("其中", "共"))


def _reads_on(run: TextRun, hit: LabelHit) -> bool:
    """Whether the words go on as a sentence (申报单位的基本情况): then it is no label."""
    rest = run.text[hit.end : hit.end + 2]
    return rest[:1] in _GOES_ON or (run.cell is None and rest[:1] in _GOES_ON_FREE)


def _bounded(hits: Sequence[LabelHit]) -> list[tuple[LabelHit, int | None]]:
    """Each hit with the start of the next label (``None``: the end of the run)."""
    starts = sorted({h.start for h in hits})
    result = []
    for hit in hits:
        later = [s for s in starts if s > hit.start]
        result.append((hit, later[0] if later else None))
    return result


def _context_fits(
    entry: FormEntry, hit: LabelHit, item: _Placed, placed: Sequence[_Placed]
) -> bool:
    if entry.after:
        before = [h.owner for h in item.hits if h.start < hit.start] or _owners_left_of(
            item, placed
        )
        if not before or before[-1] not in entry.after:
            return False
    if entry.beside:
        return bool(_owners_in_row(item, placed) & set(entry.beside))
    return not (entry.not_beside and _owners_in_row(item, placed) & set(entry.not_beside))


def _owners_left_of(item: _Placed, placed: Sequence[_Placed]) -> list[str]:
    """Owners of the labels in cells further left in the same row, left to right."""
    cell = item.run.cell
    if cell is None:
        return []
    found = [
        (o.col, h.start, h.owner)
        for other in placed
        if other.table is item.table
        and (o := other.run.cell) is not None
        and o.row <= cell.row < o.row + o.row_span
        and o.col < cell.col
        for h in other.hits
    ]
    return [owner for _col, _start, owner in sorted(found)]


def _owners_in_row(item: _Placed, placed: Sequence[_Placed]) -> set[str]:
    owners = {h.owner for h in item.hits}
    cell = item.run.cell
    if cell is None:
        return owners
    for other in placed:
        o = other.run.cell
        if o is not None and other.table is item.table and o.row <= cell.row < o.row + o.row_span:
            owners |= {h.owner for h in other.hits}
    return owners


def _value_of(
    view: DocumentView,
    catalogue: Catalogue,
    entry: FormEntry,
    hit: LabelHit,
    following: int | None,
    item: _Placed,
    placed: Sequence[_Placed],
) -> Fact | None:
    spec = catalogue.fields[entry.field]
    end = len(item.run.text) if following is None else following
    start = _after_hint(item.run.text, hit.end, end)
    label_unit = _unit_in(item.run.text[hit.start : end])
    if entry.options:
        fact = read_options(view, spec, item.run, start, catalogue.enums)
        if fact is None:
            answer = _neighbour(item, placed)
            if answer is not None:
                fact = read_options(view, spec, answer, 0, catalogue.enums)
        return fact
    enums = catalogue.enums

    def beside() -> Fact | None:
        answer = _neighbour(item, placed)
        if answer is None:
            return None
        return _fact_in(view, spec, answer, 0, len(answer.text), hit, label_unit, enums, entry)

    # A long label of a text block fills its own cell; the answer stands in the next one.
    fact = beside() if entry.block else None
    fact = fact or _fact_in(view, spec, item.run, start, end, hit, label_unit, enums, entry)
    if fact is None and following is None:
        fact = beside()
    return fact


def _fact_in(
    view: DocumentView,
    spec: FieldSpec,
    run: TextRun,
    start: int,
    end: int,
    hit: LabelHit,
    label_unit: str | None,
    enums: Enums,
    entry: FormEntry,
) -> Fact | None:
    text = run.text
    minus = start == 0 and spec.type in _SIGNED and _MINUS.match(text) is not None
    while not minus and start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    tail = re.search(
        r"[（(][^（()）]{0,12}(盖章|公章|签字|签章)[^（()）]{0,6}[）)]?$", text[start:end]
    )
    if tail:
        end = start + tail.start()
    if spec.type not in TYPED and not fold_text(text[start:end]):
        return None
    if entry.strip and fold_text(text[start:end]) in {fold_text(s) for s in entry.strip}:
        return None
    if spec.type == "phone":
        start, end = _nth_phone(run, start, end, entry.nth)
    spot = spot_of(run, start, end)
    if spot is None:
        return None
    fact = read_fact(
        spec,
        spot,
        document=view.id,
        method=Method.OCR_LABEL if run.cell is None else Method.OCR_CELL,
        units=UnitContext(label=label_unit, default=entry.unit or spec.unit),
        enums=enums,
        label=hit.spelling,
        kind=entry.kind,
    )
    if fact is not None and hit.score < 1.0:
        confidence = round(fact.confidence * (0.5 + hit.score / 2), 4)
        fact = fact.model_copy(update={"confidence": confidence})
    return fact


def _nth_phone(run: TextRun, start: int, end: int, nth: int) -> tuple[int, int]:
    """The place of the ``nth`` number where several share a cell; empty where there are fewer.

    Looked for line by line: two numbers below each other are not one long one.
    """
    found: list[tuple[int, int]] = []
    offset = 0
    for line in run.lines:
        for match in _PHONE.finditer(line.text):
            a, b = match.start() + offset, match.end() + offset
            if start <= a and b <= end:
                found.append((a, b))
        offset += len(line.text)
    if not found:
        return (start, end) if nth == 1 else (start, start)
    return found[nth - 1] if nth <= len(found) else (start, start)


def _after_hint(text: str, start: int, end: int) -> int:
    """Past a printed hint such as （已建网站的填写） or （盖章） behind a label."""
    while True:
        hint = _HINT.match(text[start:end])
        if hint is None or not _HINT_WORDS.search(hint.group()):
            return start
        start += hint.end()


def _unit_in(text: str) -> str | None:
    found = _UNIT_WORD.findall(text)
    return found[-1] if found else None


def _neighbour(item: _Placed, placed: Sequence[_Placed]) -> TextRun | None:
    """The cell right of the label's, else below it, unless that begins with a label or is empty."""
    cell, table = item.run.cell, item.table
    if cell is None or table is None:
        return None
    by_cell = {id(p.run.cell): p for p in placed if p.table is table}
    right = table.at(cell.row, cell.col + cell.col_span)
    if right is not None:
        return _answer_of(by_cell.get(id(right)))
    below = table.at(cell.row + cell.row_span, cell.col)
    return None if below is None else _answer_of(by_cell.get(id(below)))


def _answer_of(found: _Placed | None) -> TextRun | None:
    if found is None or not found.run.lines:
        return None
    if found.hits and not fold_text(found.run.text[: found.hits[0].start]):
        return None
    return found.run
