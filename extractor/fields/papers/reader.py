"""Contracts, certificates, proofs: one row each, by the labels of ``config/papers``.

Which value answers which column is found here for every type alike; what only one family of papers has
(who of the parties is the applicant, what kind a certificate is, both seals) is added by that family's
module. A value read behind a word inside a sentence, two values that disagree and ink over a value make
doubt, never a choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.core.baselines import baseline_rows
from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, FactStatus, Method, Row, RowSet, Value
from extractor.fields.forms.answers import Answer, answers_on
from extractor.fields.forms.labelled import STOP
from extractor.fields.forms.labels import Label, LabelIndex
from extractor.fields.forms.narrow import spans_in, trimmed
from extractor.fields.make import Spot, build_fact, read_fact, spot_of
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView
from extractor.setup.papers import PaperEntry, PaperSpec
from extractor.values.names import has_org_suffix
from extractor.values.parse import parse_value
from extractor.values.parsed import UnitContext

#: A value behind a word that does not stand as a label does.
LOOSE = 0.8
#: A value worked out from words (a level from the issuer's name), for a person to confirm.
INFERRED = 0.8
#: Kinds with a shape of their own: they may be taken from a sentence.
SHAPED = frozenset({"date", "date_range", "money", "area", "doc_number", "uscc"})
#: What may stand between a label inside a sentence and its value: 建筑面积共计 520 平方米.
_LEADS = re.compile(
    r"[为是共总合计约人民币大小写即额款元整圆角分零壹贰叁肆伍陆柒捌玖拾佰仟万亿（()）:：,，¥￥\s]*"
)
#: The length of a term may stand before its dates: 有效期三年，自2022年…
_TERM_LEADS = re.compile(
    r"(?:期限|期间|期)?[为是:：共]*\s*[一二三四五六七八九十两叁壹贰\d]{0,3}\s*个?[年月]?\s*(?:整)?[（(，,、]?\s*(?:即|自|从|由|为)?\s*"
)
#: Columns whose date is the later one of a printed period.
_LATEST = ("expiry_date", "valid_until")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper being read: its pages, what was found so far, and its row's number."""

    view: DocumentView
    specs: FieldSpecs
    no: int | None
    cells: dict[str, Fact]

    @property
    def pages(self) -> tuple[PacketPage, ...]:
        return self.view.pages

    def rows(self) -> Iterable[TextRun]:
        """All printed rows of all pages, top to bottom."""
        for page in self.pages:
            yield from page_rows(page)

    def read(
        self,
        field: str,
        run: TextRun,
        span: tuple[int, int],
        *,
        factor: float = 1.0,
        kind: str | None = None,
        method: Method = Method.PROSE,
        label: str | None = None,
        unit: str | None = None,
    ) -> Fact | None:
        """The fact for ``field`` that ``run.text[span]`` holds; ``None`` where it holds none."""
        spot = spot_of(run, *span)
        if spot is None:
            return None
        if _handwritten(spot):
            factor = min(factor, LOOSE)
        fact = read_fact(
            self.specs.catalogue.spec(field),
            spot
            if factor >= 1.0
            else replace(spot, confidence=spot.confidence * factor, letters=None),
            document=self.view.id,
            method=method,
            units=UnitContext(default=unit),
            enums=self.specs.catalogue.enums,
            row=self.no,
            label=label,
            kind=kind,
        )
        return _weighed(fact, self.specs.catalogue.spec(field).type) if fact is not None else None

    def state(
        self, field: str, spot: Spot, value: Value, factor: float, method: Method = Method.PROSE
    ) -> Fact:
        """A fact whose value follows from what stands at ``spot``."""
        return build_fact(
            field, spot, value, document=self.view.id, method=method, row=self.no, factor=factor
        )

    def add(self, fact: Fact | None) -> None:
        """Put a fact into its column unless one stands there."""
        if fact is not None:
            self.cells.setdefault(fact.field, fact)


def _weighed(fact: Fact, kind: str) -> Fact | None:
    """A long text without a usual ending is no organisation; a short one, and a bare year, are doubtful."""
    value = str(fact.value)
    unlike = kind == "org_name" and not has_org_suffix(value)
    if unlike and len(value) > 20:
        return None
    if unlike or (kind == "date" and len(value) < 7):
        return fact.model_copy(
            update={"confidence": min(fact.confidence, LOOSE), "status": FactStatus.DOUBTFUL}
        )
    return fact


def page_rows(page: PacketPage) -> list[TextRun]:
    """The page's printed rows as runs, top to bottom."""
    return [TextRun(page, tuple(row)) for row in baseline_rows(page.read.lines)]


def papers_of(view: DocumentView, specs: FieldSpecs) -> tuple[Paper, ...]:
    """The papers of a document with what their labels say; ``()`` for types without such labels."""
    spec = specs.papers.get(view.type)
    if spec is None:
        return ()
    index = LabelIndex([*(Label(e.field, e.labels) for e in spec.entries), Label(STOP, spec.stops)])
    answered = {p.no: answers_on(p, index, prose=spec.layout == "prose") for p in view.pages}
    papers: list[Paper] = []
    for pages in _instances(view, spec, answered):
        number = len(papers) + 1 if spec.rows else None
        paper = Paper(replace(view, pages=pages), specs, number, {})
        found = [a for page in pages for a in answered[page.no]]
        for field, entries in _by_field(spec.entries).items():
            paper.add(_column(paper, field, entries, found))
        if not _goes_on(papers, paper, spec):
            papers.append(paper)
    return tuple(papers)


def _goes_on(papers: Sequence[Paper], paper: Paper, spec: PaperSpec) -> bool:
    """Whether a page is the other language or the annex of the paper before: the same number again."""
    if not papers or not spec.key:
        return False
    last = papers[-1].cells
    same = [k for k in spec.key if k in last and k in paper.cells]
    if not same or any(last[k].value != paper.cells[k].value for k in same):
        return False
    if spec.rows == "person_certificates":
        return False  # one person has several certificates
    for fact in paper.cells.values():
        papers[-1].add(fact.model_copy(update={"field": fact.field}))
    return True


def row_set(view: DocumentView, field: str, papers: Sequence[Paper]) -> RowSet | None:
    """The papers with at least one value as rows; ``None`` where none has any."""
    kept = [p for p in papers if p.cells]
    if not kept:
        return None
    rows = tuple(Row(no=p.no or i + 1, cells=p.cells) for i, p in enumerate(kept))
    pages = sorted({page.no for p in kept for page in p.pages})
    return RowSet(field=field, document=view.id, pages=tuple(pages), rows=rows)


def _by_field(entries: Sequence[PaperEntry]) -> Mapping[str, list[PaperEntry]]:
    fields: dict[str, list[PaperEntry]] = {}
    for entry in entries:
        fields.setdefault(entry.field, []).append(entry)
    return fields


def _instances(
    view: DocumentView, spec: PaperSpec, answered: Mapping[int, tuple[Answer, ...]]
) -> list[tuple[PacketPage, ...]]:
    """The pages of each paper: a page on which the key stands again begins another one."""
    if spec.each == "document":
        return [view.pages]
    groups: list[list[PacketPage]] = []
    seen = False
    for page in view.pages:
        keyed = any(a.owner in spec.key and a.firm for a in answered[page.no])
        if not groups or (keyed and seen):
            groups.append([page])
            seen = keyed
        else:
            groups[-1].append(page)
            seen = seen or keyed
    return [tuple(g) for g in groups]


def _column(
    paper: Paper, field: str, entries: Sequence[PaperEntry], found: Sequence[Answer]
) -> Fact | None:
    """The best answer of a column; other firm answers with another value stay alternatives."""
    ranks = {label: (i, e) for e in entries for i, label in enumerate(e.labels)}
    mine = [a for a in found if a.owner == field and a.spelling in ranks]
    mine.sort(key=lambda a: (not a.firm, _rank(field, ranks[a.spelling][0])))
    best: Fact | None = None
    for answer in mine:
        fact = _fact(paper, field, ranks[answer.spelling][1], answer)
        if fact is None:
            continue
        if best is None:
            best = fact
            continue
        if answer.firm and _disagrees(paper, best, fact) and answer.spelling == best.printed.label:
            best = best.model_copy(
                update={
                    "alternatives": (*best.alternatives, str(fact.value)),
                    "status": FactStatus.DOUBTFUL,
                }
            )
            break
    return best


def _rank(field: str, position: int) -> int:
    """Order of labels counts where it says which of several figures is meant; else the page's order."""
    kinds = (
        "amount",
        "area",
        "rent",
        "_date",
        "scope",
        "number",
        "level",
        "period",
        "icp_no",
        "cert_no",
    )
    return position if field.endswith(kinds) else 0


def _disagrees(paper: Paper, a: Fact, b: Fact) -> bool:
    kind = paper.specs.catalogue.spec(a.field).type
    return kind in SHAPED and a.value != b.value


def _fact(paper: Paper, field: str, entry: PaperEntry, answer: Answer) -> Fact | None:
    spec = paper.specs.catalogue.spec(field)
    if entry.only and not any(w in page.read.text for w in entry.only for page in paper.pages):
        return None
    if not answer.firm and spec.type not in SHAPED:
        return None
    text = answer.run.text
    spans = spans_in(spec.type, answer.run)
    if spec.type == "money":
        spans = tuple(s for s in spans if not _is_unit_price(text, s)) or spans
    if field.endswith(".scope"):
        spans = _whole_scope(text)
    if not answer.firm:
        spans = tuple(s for s in spans if s[0] <= 24 and "。" not in text[: s[0]])
    if spec.type == "date" and field.endswith(_LATEST) and len(spans) > 1:
        between = text[spans[0][1] : spans[1][0]]
        latest = re.fullmatch(r"\s*(?:起|开始)?\s*(?:至|到|[-~—－])+\s*", between) is not None
        spans = tuple(reversed(spans[:2])) if latest else spans
    for span in spans[:2]:
        unit = entry.unit or (_unit_before(text, span) if spec.type == "money" else None)
        fact = paper.read(
            field, answer.run, span,
            factor=answer.score if answer.firm or _leads(spec.type, text[: span[0]]) else LOOSE,
            method=Method.OCR_LABEL, label=answer.spelling, unit=unit,
        )  # fmt: skip
        if fact is not None:
            return _checked_by_capitals(fact, text, spans) if spec.type == "money" else fact
    return None


def _is_unit_price(text: str, span: tuple[int, int]) -> bool:
    """Whether an amount is a price a square metre or a day: 每平方米每月25元, 25元/㎡."""
    before, behind = text[max(0, span[0] - 14) : span[0]], text[span[1] : span[1] + 8]
    return bool(
        re.search(r"每(?:平方米|平米|㎡|天|日)(?:每[年月天日])?\s*(?:人民币|为)?\s*$", before)
        or re.match(r"\s*元?\s*[/／]\s*(?:平|㎡|m|天|日)", behind)
    )


def _whole_scope(text: str) -> tuple[tuple[int, int], ...]:
    """A scope lists its parts with semicolons; 许可范围内的… only speaks of one."""
    if re.match(r"\s*(?:之)?内", text):
        return ()
    end = text.find("。")
    start, end = trimmed(text, 0, end if end > 0 else len(text))
    return ((start, end),) if start < end else ()


def _leads(kind: str, between: str) -> bool:
    """Whether nothing but leading words stands between a label in a sentence and its value."""
    pattern = _TERM_LEADS if kind == "date_range" else _LEADS
    return pattern.fullmatch(between) is not None


def _checked_by_capitals(fact: Fact, text: str, spans: Sequence[tuple[int, int]]) -> Fact:
    """An amount in figures beside the same in capitals: where they differ, both are shown."""
    if len(spans) < 3 or spans[0] not in spans[1:3]:
        return fact
    other = spans[2] if spans[0] == spans[1] else spans[1]
    parsed = parse_value("money", text[slice(*other)])
    if parsed is None or parsed.value == fact.value:
        return fact
    return fact.model_copy(
        update={"alternatives": (str(parsed.value),), "status": FactStatus.DOUBTFUL}
    )


def _unit_before(text: str, span: tuple[int, int]) -> str | None:
    """元 for an amount behind ￥ or with two decimals; nothing is assumed for a bare number."""
    return "元" if text[: span[0]].rstrip()[-1:] in ("¥", "￥") else None


def _handwritten(spot: Spot) -> bool:
    """Whether pen ink was seen over the place."""
    return any(
        (m.kind == "handwriting" and m.box.share_inside(spot.box) > 0.3)
        or (m.kind == "handwriting" and spot.box.share_inside(m.box) > 0.3)
        for m in spot.page.read.marks
    )


def title_run(page: PacketPage, words: Sequence[str]) -> tuple[TextRun, int, int] | None:
    """The highest row that holds one of ``words`` (blanks ignored), with the words' place in it."""
    index = LabelIndex([Label(w, (w,)) for w in words])
    for run in page_rows(page):
        for hit in index.find(run):
            if hit.score >= 0.9:
                return run, hit.start, hit.end
    return None


def first_words(paper: Paper, words: Sequence[str]) -> Spot | None:
    """The place of the first of ``words`` printed anywhere in the paper, top to bottom."""
    for page in paper.pages:
        found = title_run(page, words)
        if found is not None:
            return spot_of(*found)
    return None


def printed(paper: Paper) -> str:
    """All text of the paper, folded for looking words up."""
    return fold_text("".join(page.read.text for page in paper.pages))
