"""Results against truth: page types, fields, rows, cells, boxes, findings, verdicts, certainty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from extractor.bench.tally import ByDamage, Tally
from extractor.bench.truth import TrueRow, TrueValue, Truth
from extractor.core.geometry import Box
from extractor.core.text import fold_text
from extractor.core.worksheet import (
    Fact,
    FactStatus,
    Outcome,
    Reading,
    Row,
    RowSet,
    Severity,
    Value,
    Worksheet,
)

#: Kinds whose values decide criteria; held to a stricter target.
FIGURES = frozenset({"money", "count", "ratio", "date", "year", "uscc", "area"})


@dataclass(slots=True)
class Score:
    """All figures of one or more packets."""

    pages: Tally = field(default_factory=Tally)
    #: measures reported apart for each kind of damage: fields, cells, orientation, seals, marks …
    damage: dict[str, ByDamage] = field(default_factory=lambda: defaultdict(ByDamage))
    fields: Tally = field(default_factory=Tally)
    figures: Tally = field(default_factory=Tally)
    by_kind: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    rows_found: Tally = field(default_factory=Tally)
    rows_true: Tally = field(default_factory=Tally)
    cells: Tally = field(default_factory=Tally)
    boxes: Tally = field(default_factory=Tally)
    planted: Tally = field(default_factory=Tally)
    false_errors: list[str] = field(default_factory=list)
    verdicts: Tally = field(default_factory=Tally)
    certain_of_right: Tally = field(default_factory=Tally)
    right_of_certain: Tally = field(default_factory=Tally)
    curve: list[tuple[float, bool]] = field(default_factory=list)
    #: every judged fact and whether the truth agrees
    observed: list[tuple[Fact, bool]] = field(default_factory=list)
    #: certain facts, right of all, by the way they were read (``Method``)
    by_method: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    checks_ended: set[str] = field(default_factory=set)
    unjudged: int = 0

    @property
    def rows_f1(self) -> float | None:
        """Harmonic mean of rows found and rows that are true."""
        recall, precision = self.rows_found.share, self.rows_true.share
        if recall is None or precision is None:
            return None
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0

    def merge(self, other: Score) -> None:
        for name in (
            "pages", "fields", "figures", "rows_found", "rows_true", "cells", "boxes", "planted",
            "verdicts", "certain_of_right", "right_of_certain",
        ):  # fmt: skip
            getattr(self, name).merge(getattr(other, name))
        for kind, tally in other.by_kind.items():
            self.by_kind[kind].merge(tally)
        for method, tally in other.by_method.items():
            self.by_method[method].merge(tally)
        for measure, counted in other.damage.items():
            self.damage[measure].merge(counted)
        self.false_errors += other.false_errors
        self.curve += other.curve
        self.observed += other.observed
        self.checks_ended |= other.checks_ended
        self.unjudged += other.unjudged


def score_packet(worksheet: Worksheet, truth: Truth, kinds: dict[str, str]) -> Score:
    """One packet's score. ``kinds``: value kind of each field and column id."""
    score = score_reading(worksheet, truth, kinds)
    _score_findings(score, worksheet, truth)
    for ident, verdict in truth.verdicts.items():
        found = next((c.verdict.value for c in worksheet.criteria if c.id == ident), "(none)")
        ok = found == verdict or found in truth.verdicts_also_right.get(ident, ())
        score.verdicts.add(ok, f"{truth.packet} {ident}: {found}, not {verdict}")
    return score


def score_reading(read: Reading | Worksheet, truth: Truth, kinds: dict[str, str]) -> Score:
    """What was read against the truth, no rule asked: pages, fields, rows, certainty."""
    score = Score()
    _score_pages(score, read, truth)
    judged: set[str] = set()
    _score_facts(score, read.facts, truth, kinds, judged)
    for name in sorted({rows.field for rows in truth.rows}):
        _score_rows(score, read.rows, name, truth, kinds, judged)
    _score_certainty(score, read, truth, kinds, judged)
    return score


def same_value(kind: str, found: Value | None, wanted: Value | None) -> bool:
    """Equal as values of their kind: numbers as numbers, text without blanks and width."""
    if found is None or wanted is None:
        return found is wanted
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, tuple) or isinstance(wanted, tuple):
        left = found if isinstance(found, tuple) else (str(found),)
        right = wanted if isinstance(wanted, tuple) else (str(wanted),)
        return set(left) == set(right)
    if kind in ("money", "count", "ratio", "area", "score", "year", "number"):
        try:
            return Decimal(str(found)) == Decimal(str(wanted))
        except InvalidOperation:
            return False
    return fold_text(str(found)) == fold_text(str(wanted))


def _score_pages(score: Score, worksheet: Reading | Worksheet, truth: Truth) -> None:
    types = {d.id: d.type for d in worksheet.documents}
    found = {p.no: types.get(p.document or "", "(none)") for p in worksheet.pages}
    for page in truth.pages:
        got = found.get(page.no, "(not read)")
        what = f"{truth.packet} p{page.no}: {got}, not {page.document_type} {list(page.damage)}"
        ok = got == page.document_type
        score.pages.add(ok, what)
        score.damage["page types"].add(page.damage_class, ok, what)


def _score_facts(
    score: Score, facts: Sequence[Fact], truth: Truth, kinds: dict[str, str], judged: set[str]
) -> None:
    for wanted in truth.facts:
        kind = kinds.get(wanted.field, "text")
        here = [f for f in facts if f.field == wanted.field and f.page == wanted.page]
        right = [f for f in here if same_value(kind, f.value, wanted.value)]
        got = [str(f.value) for f in here]
        what = f"{truth.packet} p{wanted.page} {wanted.field}: {got}, not {wanted.value}"
        score.fields.add(bool(right), what)
        score.damage["fields"].add(truth.damage_of(wanted.page), bool(right), what)
        score.by_kind[kind].add(bool(right), what)
        if kind in FIGURES:
            score.figures.add(bool(right), what)
        for fact in here:
            _judge(score, fact, fact in right, judged, truth)
        if right:
            _score_box(score, right[0], wanted, what)


def _judge(score: Score, fact: Fact, ok: bool, judged: set[str], truth: Truth) -> None:
    if fact.id in judged:
        return
    judged.add(fact.id)
    score.curve.append((fact.confidence, ok))
    score.observed.append((fact, ok))
    certain = fact.status is FactStatus.CERTAIN
    if ok:
        score.certain_of_right.add(certain, f"{fact.field} p{fact.page} {fact.confidence}")
    if certain:
        what = f"{fact.field} p{fact.page} {fact.value!r} raw {fact.raw!r}"
        score.right_of_certain.add(ok, what)
        score.by_method[fact.method.value].add(ok, what)
        if fact.page is not None:
            score.damage["certain"].add(truth.damage_of(fact.page), ok, what)


def _score_box(score: Score, fact: Fact, wanted: TrueValue, what: str) -> None:
    if fact.box is None:
        return
    found, true = Box(*fact.box), Box(*wanted.box)
    near = found.expanded(2).contains_point(true.cx, true.cy) or found.iou(true) >= 0.5
    score.boxes.add(near, f"{what} box {fact.box} not {wanted.box}")


def _score_rows(
    score: Score,
    found: Sequence[RowSet],
    name: str,
    truth: Truth,
    kinds: dict[str, str],
    judged: set[str],
) -> None:
    """All rows of a list field, over all its documents: a certificate is a list of one row."""
    rows = [row for rows in found if rows.field == name for row in rows.rows]
    wanted = [true for rows in truth.rows if rows.field == name for true in rows.rows]
    pairs = _pair_rows(rows, wanted)
    for number, true in enumerate(wanted):
        row = pairs.get(number)
        what = f"{truth.packet} {name} row {true.no}"
        score.rows_found.add(row is not None and _is_same_row(row, true, kinds), what)
        for column, cell in true.cells.items():
            fact = row.cells.get(column) if row is not None else None
            kind = kinds.get(column, "text")
            ok = fact is not None and same_value(kind, fact.value, cell.value)
            got = fact.value if fact is not None else "(none)"
            said = f"{what} p{cell.page} {column}: {got!r}, not {cell.value!r}"
            score.cells.add(ok, said)
            score.damage["cells"].add(truth.damage_of(cell.page), ok, said)
            if fact is not None:
                _judge(score, fact, ok, judged, truth)
    used = {id(row) for row in pairs.values()}
    by_id = {
        id(row): true for number, true in enumerate(wanted) for row in [pairs.get(number)] if row
    }
    for row in rows:
        ok = id(row) in used and _is_same_row(row, by_id[id(row)], kinds)
        score.rows_true.add(ok, f"{truth.packet} {name} extra or wrong row {row.no}")


def _pair_rows(rows: Sequence[Row], wanted: Sequence[TrueRow]) -> dict[int, Row]:
    """True row number to found row: by place on the page, since wrong text must not lose a row."""
    pairs: dict[int, Row] = {}
    free = list(rows)
    for number, true in enumerate(wanted):
        best, most = None, 0
        for row in free:
            hits = sum(1 for c, v in true.cells.items() if _same_place(row.cells.get(c), v))
            if hits > most:
                best, most = row, hits
        if best is not None:
            pairs[number] = best
            free.remove(best)
    return pairs


def _same_place(fact: Fact | None, wanted: TrueValue) -> bool:
    if fact is None or fact.page != wanted.page or fact.box is None:
        return False
    return Box(*fact.box).expanded(2).iou(Box(*wanted.box)) > 0.2 or Box(*fact.box).expanded(
        2
    ).contains_point(Box(*wanted.box).cx, Box(*wanted.box).cy)


def _is_same_row(row: Row, true: TrueRow, kinds: dict[str, str]) -> bool:
    """More than half of its cells are right."""
    good = sum(
        1
        for c, v in true.cells.items()
        if c in row.cells and same_value(kinds.get(c, "text"), row.cells[c].value, v.value)
    )
    return 2 * good > len(true.cells)


def _score_certainty(
    score: Score, read: Reading | Worksheet, truth: Truth, kinds: dict[str, str], judged: set[str]
) -> None:
    """Certain facts at places where truth has none: right if truth has the value elsewhere."""
    known: dict[str, list[Value | None]] = defaultdict(list)
    for true in truth.facts:
        known[true.field].append(true.value)
    for fact in read.facts:
        if fact.id in judged or fact.status is not FactStatus.CERTAIN:
            continue
        if fact.field not in known:
            score.unjudged += 1
            continue
        ok = any(
            same_value(kinds.get(fact.field, "text"), fact.value, v) for v in known[fact.field]
        )
        _judge(score, fact, ok, judged, truth)


def _score_findings(score: Score, worksheet: Worksheet, truth: Truth) -> None:
    failed = [f for f in worksheet.findings if f.outcome is Outcome.FAILED]
    for wanted in truth.findings:
        hits = [f for f in failed if f.check == wanted.check]
        on_page = [f for f in hits if not wanted.pages or set(f.pages) & set(wanted.pages)]
        got = [f.pages for f in hits]
        what = f"{truth.packet} {wanted.check}: cited {got}, not {wanted.pages}"
        score.planted.add(bool(on_page), what)
    expected = {f.check for f in (*truth.findings, *truth.companions)}
    for finding in failed:
        if finding.severity is Severity.ERROR and finding.check not in expected:
            score.false_errors.append(f"{truth.packet} {finding.check}: {finding.message}")
    score.checks_ended |= {
        f.check for f in worksheet.findings if f.outcome in (Outcome.PASSED, Outcome.FAILED)
    }


def certainty_curve(curve: Iterable[tuple[float, bool]]) -> list[tuple[float, int, int]]:
    """(confidence, facts at least so sure, wrong among them) at usual thresholds."""
    points = sorted(curve)
    result = []
    for at in (0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99):
        kept = [ok for confidence, ok in points if confidence >= at]
        result.append((at, len(kept), kept.count(False)))
    return result
