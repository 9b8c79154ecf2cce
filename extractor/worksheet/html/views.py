"""What the page's template prints: plain values, in the order a reviewer reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.core.worksheet import (
    Criterion,
    Fact,
    FactStatus,
    Finding,
    Material,
    MaterialStatus,
    Outcome,
    PageInfo,
    Row,
    Severity,
    Verdict,
)
from extractor.worksheet.crops import Crop
from extractor.worksheet.decided import Decided, DecisionLine, is_removed
from extractor.worksheet.html.pictures import data_uri
from extractor.worksheet.safe_text import visible
from extractor.worksheet.telling import (
    Passage,
    Telling,
    articles_text,
    compared_text,
    criterion_value,
    failed_findings,
    for_judgement,
    page_ranges,
    passages_of,
    pictured_facts,
    readings_text,
    threshold_text,
)

TONES: Mapping[str, str] = {
    **dict.fromkeys((Severity.ERROR, Verdict.NOT_MET, Verdict.CONFLICT), "bad"),
    MaterialStatus.NOT_FOUND: "bad",
    **dict.fromkeys((Verdict.MET, MaterialStatus.FOUND), "good"),
    **dict.fromkeys((Severity.INFO, Verdict.FOR_JUDGEMENT), "ask"),
    **dict.fromkeys((Verdict.NOT_APPLICABLE, Verdict.TEXT_NOT_LOADED), "none"),
    **dict.fromkeys((MaterialStatus.NOT_APPLICABLE, MaterialStatus.TEXT_NOT_LOADED), "none"),
}
"""CSS class of a status; everything else asks for care."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value with where it stands. ``fact`` is "" where it has no place to jump to.

    ``look``: CSS classes of its cell; figures stand right, short values are not broken.
    """

    text: str
    fact: str = ""
    page: int | None = None
    doubt: str = ""
    was: str = ""
    gone: bool = False
    look: str = ""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A run of pages: what is printed, and the first of them."""

    text: str
    first: int


@dataclass(frozen=True, slots=True)
class FindingView:
    check: str
    title: str
    severity: str
    tone: str
    message: str
    places: Sequence[tuple[Place, str]]
    compared: str
    repairs: str
    articles: str
    pages: Sequence[PageLink]
    said: str = ""


@dataclass(frozen=True, slots=True)
class CriterionView:
    article: str
    text: str
    values: Sequence[str]
    threshold: str
    verdict: str
    tone: str
    readings: str
    note: str
    pages: Sequence[PageLink]
    id: str
    passages: Sequence[Passage] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class MaterialView:
    article: str
    text: str
    requirement: str
    status: str
    tone: str
    pages: Sequence[PageLink]
    documents: str
    note: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class ListView:
    title: str
    note: str
    heads: Sequence[str]
    rows: Sequence[tuple[int, Sequence[Place], bool]]


@dataclass(frozen=True, slots=True)
class BoxView:
    """A box on a thumbnail (viewer points) and its CSS class."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class PageView:
    no: int
    width: float
    height: float
    document: str
    caption: str
    picture: str
    boxes: Sequence[BoxView]


_SHORT = 11  # characters: names, dates, phone numbers


def _doubt(telling: Telling, fact: Fact) -> str:
    return visible(telling.doubt_comment(fact) or "")


def place_of(telling: Telling, fact: Fact) -> Place:
    """A fact's value as shown, with its place."""
    unread = telling.words("value.unread")
    shown = telling.shown(fact)
    text = shown.text if fact.value is not None else unread
    look = "r one" if shown.number is not None else "one" if len(text) <= _SHORT else ""
    placed = fact.page is not None and fact.box is not None
    gone = fact.status == FactStatus.REJECTED
    was = "" if gone else visible(telling.was(fact))
    return Place(
        visible(text), fact.id if placed else "", fact.page, _doubt(telling, fact), was, gone, look
    )


def page_links(telling: Telling, pages: Sequence[int]) -> list[PageLink]:
    """Pages as runs, each with a page to jump to."""
    text = page_ranges(pages, "\n")
    return [PageLink(run, int(run.partition("–")[0])) for run in text.split("\n") if run]


def findings_of(telling: Telling, crops: Mapping[str, Crop]) -> list[FindingView]:
    """Failed findings, gravest first, with crops as ``data:`` URIs."""
    return [
        _finding(telling, finding, crops) for finding in failed_findings(telling.worksheet.findings)
    ]


def _finding(telling: Telling, finding: Finding, crops: Mapping[str, Crop]) -> FindingView:
    facts = pictured_facts(finding, telling.facts)
    places = []
    for fact in facts:
        crop = crops.get(fact.id)
        place = Place(visible(telling.fact_line(fact)), fact.id, fact.page, _doubt(telling, fact))
        places.append((place, data_uri(crop.content) if crop is not None else ""))
    return FindingView(
        check=finding.check,
        title=visible(finding.title),
        severity=telling.words(f"severity.{finding.severity}"),
        tone=TONES.get(finding.severity, "care"),
        message=visible(finding.message or finding.title),
        places=places,
        compared=visible(compared_text(telling, finding, facts)),
        repairs=visible(telling.join(finding.repairs)) if finding.repairs else "",
        articles=visible(articles_text(finding)),
        pages=page_links(telling, finding.pages),
        said=visible(Decided(telling).on_finding(finding)),
    )


def criteria_of(telling: Telling) -> list[CriterionView]:
    """All conditions in article order."""
    return [_criterion(telling, c, ()) for c in telling.worksheet.criteria]


def judgements_of(telling: Telling) -> list[CriterionView]:
    """The conditions a person judges, with the passages gathered for each."""
    return [
        _criterion(telling, c, passages_of(telling, c)) for c in for_judgement(telling.worksheet)
    ]


def _criterion(
    telling: Telling, criterion: Criterion, passages: Sequence[Passage]
) -> CriterionView:
    values = (criterion.stated, criterion.evidence, criterion.recomputed)
    return CriterionView(
        article=visible(criterion.article),
        text=visible(criterion.text),
        values=[visible(criterion_value(telling, criterion, value)) for value in values],
        threshold=visible(threshold_text(telling, criterion)),
        verdict=telling.words(f"verdict.{criterion.verdict}"),
        tone=TONES.get(criterion.verdict, "care"),
        readings=visible(readings_text(telling, criterion)),
        note=visible(criterion.note or ""),
        pages=page_links(telling, criterion.pages),
        id=criterion.id,
        passages=[Passage(visible(p.label), visible(p.text), p.page) for p in passages],
        said=visible(Decided(telling).on_criterion(criterion)),
    )


def materials_of(telling: Telling) -> list[MaterialView]:
    """The completeness table."""
    return [_material(telling, material) for material in telling.worksheet.materials]


def _material(telling: Telling, material: Material) -> MaterialView:
    words = telling.words
    needs = words("docx.needs").format(needs=telling.join(material.needs)) if material.needs else ""
    documents = [telling.document_name(d) for d in material.documents]
    return MaterialView(
        article=visible(material.article),
        text=visible(material.text),
        requirement=words.either("requirement", material.requirement),
        status=words(f"material.{material.status}"),
        tone=TONES.get(material.status, "care"),
        pages=page_links(telling, material.pages),
        documents=visible("\n".join(d for d in documents if d)),
        note=visible("\n".join(part for part in (needs, material.note or "") if part)),
        said=visible(Decided(telling).on_material(material)),
    )


def lists_of(telling: Telling) -> Iterator[ListView]:
    """Every list that was read, one a document."""
    for row_set in telling.worksheet.rows:
        if not row_set.rows:
            continue
        read = dict.fromkeys(c for row in row_set.rows for c in row.cells)
        ordered = [c for c in telling.naming.columns.get(row_set.field, ()) if c in read]
        columns = ordered + [c for c in read if c not in ordered]
        words = telling.words
        note = words("note.list").format(
            n=len(row_set.rows),
            pages=page_ranges(row_set.pages, words("list.separator")) or words("value.none"),
            document=telling.document_name(row_set.document) or words("value.none"),
        )
        if row_set.stated_total is not None:
            note += words("note.list_total").format(n=row_set.stated_total)
        yield ListView(
            title=visible(telling.naming.label(row_set.field)),
            note=visible(note),
            heads=[visible(telling.naming.head(c)) for c in columns],
            rows=[(row.no, _row(telling, row, columns), is_removed(row)) for row in row_set.rows],
        )


def _row(telling: Telling, row: Row, columns: Sequence[str]) -> list[Place]:
    nothing = Place(telling.words("value.none"))
    return [
        place_of(telling, row.cells[column]) if column in row.cells else nothing
        for column in columns
    ]


def decisions_of(telling: Telling) -> list[DecisionLine]:
    """The record of decisions, oldest first."""
    return [
        replace(
            line,
            who=visible(line.who),
            on=visible(line.on),
            before=visible(line.before),
            after=visible(line.after),
            why=visible(line.why),
        )
        for line in Decided(telling).lines()
    ]


def facts_of(telling: Telling) -> list[tuple[str, Place, str, str]]:
    """Every value outside lists: label, value, raw text, paper."""
    return [
        (
            visible(telling.naming.label(fact.field)),
            place_of(telling, fact),
            visible(fact.raw),
            visible(telling.document_type(fact.document)),
        )
        for fact in telling.worksheet.facts
    ]


def boxes_json(telling: Telling) -> str:
    """All places for the viewer: fact id → page, box, whether it is doubtful; safe inside HTML."""
    places = {
        fact.id: [fact.page, *(round(v, 1) for v in fact.box), int(_is_open(fact))]
        for fact in telling.facts.values()
        if fact.page is not None and fact.box is not None
    }
    text = json.dumps(places, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _is_open(fact: Fact) -> bool:
    return fact.status == FactStatus.DOUBTFUL


def page_boxes(telling: Telling) -> dict[int, list[BoxView]]:
    """Boxes on the thumbnails: what failed findings cite, and what is doubtful."""
    cited = {i for f in telling.worksheet.findings if f.outcome == Outcome.FAILED for i in f.facts}
    boxes: dict[int, list[BoxView]] = {}
    for fact in telling.facts.values():
        if fact.page is None or fact.box is None:
            continue
        kind = "cited" if fact.id in cited else "doubt" if _is_open(fact) else "read"
        x0, y0, x1, y1 = fact.box
        view = BoxView(round(x0, 1), round(y0, 1), round(x1 - x0, 1), round(y1 - y0, 1), kind)
        boxes.setdefault(fact.page, []).append(view)
    return boxes


def page_view(
    telling: Telling, page: PageInfo, picture: str | None, boxes: Sequence[BoxView]
) -> PageView:
    """One page of the page map."""
    words = telling.words
    document = telling.document_name(page.document) or words("page.no_document")
    return PageView(
        no=page.no,
        width=round(page.width_pt, 1),
        height=round(page.height_pt, 1),
        document=visible(document),
        caption=visible(telling.files[page.file].name if page.file in telling.files else ""),
        picture=picture or "",
        boxes=boxes,
    )
