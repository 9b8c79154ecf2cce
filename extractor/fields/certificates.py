"""Licences and registration certificates: labels in columns, values that wrap below themselves.

Such papers have no rulings. A value starts right of its label (or below it) and may go on in the lines
under it, up to the next label of the same column. Labels are often letter-spaced (``名    称``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.core.geometry import Box
from extractor.core.page import Line, PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.labels import Label, LabelHit, LabelIndex
from extractor.fields.make import build_fact, read_fact, spot_of
from extractor.fields.prose import DATE, find_fact
from extractor.fields.runs import TextRun, baseline_rows
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction
from extractor.setup.forms import FormEntry, FormSpec
from extractor.values.parsed import UnitContext

CERTIFICATES = (
    "business_license",
    "public_institution_certificate",
    "npo_registration_certificate",
)

_STOP = "(stop)"
_USCC = r"(?<![0-9A-Z])([0-9A-Z]{2}\s?[0-9OIZSBGL]{6}\s?[0-9A-Z]{10})(?![0-9A-Z])"


@dataclass(frozen=True, slots=True)
class _Placed:
    hit: LabelHit
    run: TextRun
    row: int
    box: Box
    end: int


def read_certificate(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Facts of a licence or certificate by its labels; empty for other papers."""
    form = specs.forms.get(view.type)
    if form is None or view.type not in CERTIFICATES:
        return Extraction()
    entries = {e.field: e for e in form.entries}
    index = LabelIndex(
        [*(Label(e.field, e.labels) for e in form.entries), Label(_STOP, form.stops)]
    )
    facts: list[Fact] = []
    for page in view.pages:
        rows = baseline_rows(page.read.lines)
        placed = _place(page, rows, index)
        placed = [_cut_at_halves(p, placed) for p in placed]
        for item in placed:
            entry = entries.get(item.hit.owner)
            if entry is not None:
                facts += _facts_of(view, specs, entry, item, placed, rows)
        facts += _extras(view, specs, form, page, facts)
    return Extraction(facts=tuple({f.id: f for f in facts}.values()))


def _place(page: PacketPage, rows: Sequence[Sequence[Line]], index: LabelIndex) -> list[_Placed]:
    placed: list[_Placed] = []
    for number, row in enumerate(rows):
        run = TextRun(page, tuple(row))
        hits = [h for h in index.find(run) if _stands_free(run, h)]
        starts = sorted(h.start for h in hits)
        for hit in hits:
            box = run.box_of(hit.start, hit.end)
            following = [s for s in starts if s > hit.start]
            if box is not None:
                end = following[0] if following else len(run.text)
                placed.append(_Placed(hit, run, number, box, end))
    return placed + _halves(page, rows, placed, index)


def _halves(
    page: PacketPage,
    rows: Sequence[Sequence[Line]],
    placed: Sequence[_Placed],
    index: LabelIndex,
) -> list[_Placed]:
    """Two-character labels set far apart (``名      称``) of which only one character was read.

    Such a character stands alone on its line, in a column where other labels begin.
    """
    columns = [p.box.x0 for p in placed]
    found: list[_Placed] = []
    for number, row in enumerate(rows):
        run = TextRun(page, tuple(row))
        offset = 0
        for line in row:
            at, offset = offset, offset + len(line.text)
            text = fold_text(line.text)
            aligned = sum(abs(x - line.box.x0) < line.box.height for x in columns)
            if len(text) != 1 or aligned < 1 or any(p.box.iou(line.box) > 0.3 for p in placed):
                continue
            owners = index.begun_by(text)
            if len(owners) != 1:
                continue
            owner, spelling = owners[0]
            later = [p.hit.start for p in placed if p.row == number and p.hit.start > at]
            end = offset + _other_half(run, offset, spelling)
            hit = LabelHit(owner, spelling, at, end, 0.9)
            found.append(_Placed(hit, run, number, line.box, min(later, default=len(run.text))))
    return found


def _other_half(run: TextRun, offset: int, spelling: str) -> int:
    """1 where the label's second character is the next character of the row, a line of its own."""
    second = fold_text(spelling)[1]
    return int(run.text[offset : offset + 1] == second and run.line_break_before(offset + 1))


def _cut_at_halves(item: _Placed, placed: Sequence[_Placed]) -> _Placed:
    return _ended_before(item, {(p.row, p.hit.start) for p in placed if p is not item})


def _ended_before(item: _Placed, starts: set[tuple[int, int]]) -> _Placed:
    """The label with its value ending where the next half-read label begins."""
    later = [s for row, s in starts if row == item.row and item.hit.start < s < item.end]
    return replace(item, end=min(later)) if later else item


def _stands_free(run: TextRun, hit: LabelHit) -> bool:
    """Short labels (名称, 类型, 住所) count only at the start of a line or behind a gap."""
    before = run.text[: hit.start]
    if not fold_text(before) or run.line_break_before(hit.start) or before[-1:].isspace():
        return True
    if len(fold_text(hit.spelling)) >= 4:
        return True
    here, last = run.box_of(hit.start, hit.end), run.box_of(hit.start - 1, hit.start)
    return bool(here and last and here.x0 - last.x1 > 0.8 * here.height)


def _facts_of(
    view: DocumentView,
    specs: FieldSpecs,
    entry: FormEntry,
    item: _Placed,
    placed: Sequence[_Placed],
    rows: Sequence[Sequence[Line]],
) -> list[Fact]:
    spec = specs.catalogue.fields[entry.field]
    run = _value_run(item, placed, rows, wraps=entry.block or spec.type in ("org_name", "text"))
    if run is None:
        return []
    spot = spot_of(run, 0, len(run.text))
    if spot is None:
        return []
    fact = read_fact(
        spec,
        spot,
        document=view.id,
        method=Method.OCR_LABEL,
        units=UnitContext(default="万元" if spec.type == "money" else None),
        enums=specs.catalogue.enums,
        label=item.hit.spelling,
    )
    if fact is None or (spec.type == "org_name" and re.search(r"\d{4}\s*年", fact.raw)):
        return []
    facts = [fact]
    if entry.field == "lic_legal_rep":
        facts += _rep_label(view, specs, item)
    return facts


def _value_run(
    item: _Placed,
    placed: Sequence[_Placed],
    rows: Sequence[Sequence[Line]],
    *,
    wraps: bool,
) -> TextRun | None:
    """The value's lines: right of the label on its row, then wrapped lines, else the line below."""
    page = item.run.page
    pieces = [_part(line, a, b) for line, a, b in item.run.locate(item.hit.end, item.end)]
    pieces = [p for p in pieces if fold_text(p.text)]
    right = _right_limit(item, placed, page)
    if pieces:
        if wraps:
            pieces += _wrapped(item, placed, rows, pieces, right)
    else:
        pieces = _below(item, placed, rows, right)
    return TextRun(page, tuple(pieces)) if pieces else None


def _part(line: Line, start: int, end: int) -> Line:
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


def _right_limit(item: _Placed, placed: Sequence[_Placed], page: PacketPage) -> float:
    """Where the column to the right begins: the left edge of the nearest label beside the value."""
    bottom = _next_label_y(item, placed)
    edges = [
        p.box.x0
        for p in placed
        if p.box.x0 > item.box.x1 + 3 * item.box.height
        and p.box.y1 > item.box.y0
        and p.box.y0 < min(bottom, item.box.y1 + 5 * item.box.height)
    ]
    return min(edges, default=page.read.upright.width_pt)


def _next_label_y(item: _Placed, placed: Sequence[_Placed]) -> float:
    below = [
        p.box.y0
        for p in placed
        if p.row > item.row
        and p.box.x0 < item.box.x1 + item.box.height
        and p.box.x1 > item.box.x0 - item.box.height
    ]
    return min(below, default=item.box.y1 + 14 * item.box.height)


def _wrapped(
    item: _Placed,
    placed: Sequence[_Placed],
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
    item: _Placed, placed: Sequence[_Placed], rows: Sequence[Sequence[Line]], right: float
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


def _rep_label(view: DocumentView, specs: FieldSpecs, item: _Placed) -> list[Fact]:
    enum = specs.catalogue.enums["lic_rep_label"]
    spot = spot_of(item.run, item.hit.start, item.hit.end)
    wanted = fold_text(item.hit.spelling)
    for member, words in enum.labels.items():
        if spot is not None and wanted in {fold_text(w) for w in words}:
            return [
                build_fact("lic_rep_label", spot, member, document=view.id, method=Method.OCR_LABEL)
            ]
    return []


def _extras(
    view: DocumentView, specs: FieldSpecs, form: FormSpec, page: PacketPage, facts: Sequence[Fact]
) -> list[Fact]:
    """The code found by its shape, and the date of issue at the foot."""
    prefix = {"business_license": "lic", "public_institution_certificate": "pic"}.get(
        form.form, "npo"
    )
    rows = [TextRun(page, tuple(row)) for row in baseline_rows(page.read.lines)]
    found: list[Fact] = []
    if not any(f.field == f"{prefix}_uscc" for f in facts):
        code = find_fact(view, specs.catalogue, f"{prefix}_uscc", rows, _USCC)
        if code is not None:
            found.append(code)
    if prefix == "lic":
        issued = _issue_date(view, specs, page, rows, facts)
        if issued is not None:
            found.append(issued)
    return found


def _issue_date(
    view: DocumentView,
    specs: FieldSpecs,
    page: PacketPage,
    rows: Sequence[TextRun],
    facts: Sequence[Fact],
) -> Fact | None:
    """The lowest date of the page that no labelled field took."""
    taken = {f.box for f in facts if f.page == page.no}
    for run in reversed(rows):
        fact = find_fact(view, specs.catalogue, "lic_issue_date", [run], f"({DATE})")
        if fact is None:
            continue
        if any(f.box and fact.box and _overlap(f.box, fact.box) for f in facts if f.box in taken):
            return None
        return fact
    return None


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return Box(*a).intersection(Box(*b)) is not None
