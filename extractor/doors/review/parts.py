"""What the parts of the sheet print: findings, conditions, materials, values, pages; see ``lists``, ``record``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.core.worksheet import Document, Fact, FactStatus, Material
from extractor.doors.review.desk import Desk
from extractor.doors.review.items import (
    FactLine,
    cited_facts,
    fact_css,
    fact_line,
    opinion_of,
    said_of,
    shown_value,
)
from extractor.worksheet.head import HeadLine, count_lines, head_lines
from extractor.worksheet.html.views import (
    TONES,
    CriterionView,
    PageLink,
    criteria_of,
    judgements_of,
    page_links,
)
from extractor.worksheet.safe_text import one_line, visible
from extractor.worksheet.telling import articles_text, page_ranges

PARTS = (
    "findings",
    "criteria",
    "materials",
    "judgement",
    "lists",
    "facts",
    "pages",
    "log",
    "overview",
)
"""Parts of the sheet in the order of the keys 1 to 9."""


@dataclass(frozen=True, slots=True)
class FindingPart:
    """One finding in the list; ``said`` is the reviewer's word, ``settled`` that it stands."""

    on: str
    check: str
    title: str
    severity: str
    tone: str
    message: str
    difference: str
    articles: str
    facts: Sequence[FactLine]
    more: int
    pages: Sequence[PageLink]
    said: str
    settled: bool


def findings(desk: Desk) -> list[FindingPart]:
    """Failed findings, gravest first."""
    found = []
    for key, finding in desk.failed.items():
        facts, more = cited_facts(desk, finding.facts[:7])
        said = desk.state.disposition(finding)
        found.append(
            FindingPart(
                on=f"finding:{key}",
                check=finding.check,
                title=one_line(finding.title),
                severity=desk.words.sheet(f"severity.{finding.severity}"),
                tone=TONES.get(finding.severity, "care"),
                message=visible(finding.message or finding.title),
                difference=visible(finding.difference or ""),
                articles=visible(articles_text(finding)).replace("\n", " · "),
                facts=facts[:6],
                more=len(finding.facts) - len(facts[:6]) if more or len(facts) > 6 else 0,
                pages=page_links(desk.telling, finding.pages),
                said=visible(said_of(desk, finding)),
                settled=said is not None and not said.stale,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class CriterionPart:
    """One condition: its view and the reviewer's own word."""

    view: CriterionView
    on: str
    said: str
    readings: Sequence[str]


def _criterion(desk: Desk, view: CriterionView) -> CriterionPart:
    on = f"criterion:{view.id}"
    return CriterionPart(
        view, on, visible(opinion_of(desk, on)), view.readings.split("\n") if view.readings else ()
    )


def criteria(desk: Desk) -> list[CriterionPart]:
    """Conditions in article order."""
    return [_criterion(desk, view) for view in criteria_of(desk.telling)]


def judgements(desk: Desk) -> list[CriterionPart]:
    """Conditions for people, with what the packet says."""
    return [_criterion(desk, view) for view in judgements_of(desk.telling)]


@dataclass(frozen=True, slots=True)
class MaterialPart:
    """One line of the completeness table."""

    on: str
    article: str
    text: str
    requirement: str
    status: str
    tone: str
    pages: Sequence[PageLink]
    note: str
    said: str


def materials(desk: Desk) -> list[MaterialPart]:
    """The completeness table."""
    return [_material(desk, material) for material in desk.worksheet.materials]


def _material(desk: Desk, material: Material) -> MaterialPart:
    on, words = f"material:{material.id}", desk.words.sheet
    needs = (
        words("docx.needs").format(needs=desk.telling.join(material.needs))
        if material.needs
        else ""
    )
    return MaterialPart(
        on=on,
        article=visible(material.article),
        text=visible(material.text),
        requirement=words.either("requirement", material.requirement),
        status=words(f"material.{material.status}"),
        tone=TONES.get(material.status, "care"),
        pages=page_links(desk.telling, material.pages),
        note=visible("；".join(part for part in (needs, material.note or "") if part)),
        said=visible(opinion_of(desk, on)),
    )


# -- values by paper ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaperPart:
    """The values of one paper outside lists: label and chip."""

    title: str
    pages: Sequence[PageLink]
    facts: Sequence[tuple[str, FactLine]]


def papers(desk: Desk) -> list[PaperPart]:
    """Every value outside lists, by the paper it stands in, in page order."""
    by_document: dict[str | None, list[Fact]] = {}
    for fact in desk.worksheet.facts:
        by_document.setdefault(fact.document, []).append(fact)
    ordered: list[Document | None] = [
        d for d in desk.worksheet.documents if d.id in by_document
    ]  # fmt: skip
    known = {d.id for d in ordered if d is not None}
    loose = [f for ident, facts in by_document.items() if ident not in known for f in facts]
    found = []
    for document in ordered:
        assert document is not None
        facts = by_document[document.id]
        found.append(
            PaperPart(
                visible(desk.telling.document_name(document.id)),
                page_links(desk.telling, document.pages),
                [_named(desk, f) for f in facts],
            )
        )
    if loose:
        title = desk.words.sheet("page.no_document")
        found.append(PaperPart(title, (), [_named(desk, f) for f in loose]))
    return found


def _named(desk: Desk, fact: Fact) -> tuple[str, FactLine]:
    return visible(desk.naming.label(fact.field)), fact_line(desk, fact, labelled=False)


# -- overview, pages --------------------------------------------------------------------


def overview(desk: Desk) -> tuple[list[HeadLine], list[HeadLine]]:
    """Who applied under what, and how many of what."""
    return list(head_lines(desk.telling)), list(count_lines(desk.telling))


@dataclass(frozen=True, slots=True)
class PagePart:
    """A run of pages of one paper. ``notes``: what is to know about single pages."""

    title: str
    numbers: Sequence[int]
    notes: Sequence[tuple[int, str]]
    marks: str


def page_map(desk: Desk) -> list[PagePart]:
    """All pages, by paper."""
    runs: list[tuple[str | None, list[int]]] = []
    infos = {p.no: p for p in desk.worksheet.pages}
    for page in desk.worksheet.pages:
        if runs and runs[-1][0] == page.document:
            runs[-1][1].append(page.no)
        else:
            runs.append((page.document, [page.no]))
    words = desk.words.sheet
    found = []
    for ident, numbers in runs:
        document = desk.telling.documents.get(ident or "")
        notes = []
        for no in numbers:
            reasons = [words.either("quality", r) for r in infos[no].quality_reasons]
            if reasons:
                notes.append((no, desk.telling.join(reasons)))
        marks = []
        if document is not None and document.seals:
            marks.append(words("over.seals").format(n=len(document.seals)))
        if document is not None and document.signatures:
            marks.append(words("over.signatures").format(n=len(document.signatures)))
        title = desk.telling.document_name(ident) or words("page.no_document")
        found.append(PagePart(visible(title), numbers, notes, "，".join(marks)))
    return found


# -- boxes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoxPart:
    """A value's place on its page (viewer points)."""

    fact: str
    x: float
    y: float
    width: float
    height: float
    css: str
    title: str


def boxes(desk: Desk, page_no: int) -> Iterator[BoxPart]:
    """The places of all values of a page, what matters on top."""
    facts = [f for f in desk.telling.facts.values() if f.page == page_no and f.box is not None]
    for fact in sorted(facts, key=lambda f: (f.status is FactStatus.DOUBTFUL, f.id in desk.cited)):
        assert fact.box is not None
        x0, y0, x1, y1 = fact.box
        css = " ".join(filter(None, (fact_css(fact), "cited" if fact.id in desk.cited else "")))
        title = f"{desk.naming.label(fact.field)}：{shown_value(desk, fact)}"
        yield BoxPart(fact.id, x0, y0, x1 - x0, y1 - y0, css, one_line(title))


def pages_text(desk: Desk, numbers: Sequence[int]) -> str:
    """Page numbers as ranges."""
    return page_ranges(numbers, desk.words.sheet("list.separator"))


def counts(desk: Desk) -> dict[str, int]:
    """Numbers beside the names of the parts."""
    statuses = Counter(m.status.value for m in desk.worksheet.materials)
    return {
        "findings": desk.open_findings,
        "materials": sum(statuses[s] for s in ("not_found", "insufficient", "defective")),
        "criteria": len(desk.worksheet.criteria),
        "judgement": desk.open_judgements,
        "lists": len(desk.lists),
        "pages": len(desk.worksheet.pages),
        "log": len(desk.worksheet.decisions),
    }
