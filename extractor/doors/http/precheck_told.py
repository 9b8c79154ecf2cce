"""What a pre-check says: the JSON a portal's own form is filled and marked from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from extractor.core.worksheet import (
    BoxTuple,
    Document,
    Fact,
    FactStatus,
    Finding,
    MaterialStatus,
    Method,
    Outcome,
    Reading,
    Severity,
    Value,
    Worksheet,
)
from extractor.pipeline.pool import PageOutcome
from extractor.worksheet.naming import Naming

POOR = 0.5
"""Quality below which a read page is worth scanning again."""
_LACKING = frozenset(
    {MaterialStatus.NOT_FOUND, MaterialStatus.INSUFFICIENT, MaterialStatus.DEFECTIVE}
)


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PageTold(_Told):
    """One page. ``reasons``: why it is hard or impossible to read, in Chinese or as quality flags."""

    no: int
    page_in_file: int
    readable: bool
    quality: float | None = Field(description="0 to 1; null where it was not read")
    reasons: list[str]


class PaperTold(_Told):
    """A paper that the scheme asks for and that is missing or not as it should be."""

    id: str
    article: str
    text: str
    status: MaterialStatus
    requirement: str
    needs: list[str]
    note: str | None
    pages: list[int]


class DisagreementTold(_Told):
    """Figures that do not agree, or a breach of a form's own rules."""

    check: str
    severity: Severity
    title: str
    message: str
    values: dict[str, str]
    difference: str | None
    pages: list[int]


class Prefill(_Told):
    """A value read with certainty, the same wherever it stands; for the portal's own form."""

    field: str
    label: str
    value: Value
    shown: str = Field(description="as it stands on the paper")
    unit: str | None
    page: int | None
    box: BoxTuple | None


class PaperFound(_Told):
    """A paper recognised in the packet."""

    type: str
    title: str
    pages: list[int]


class PaperAwaited(_Told):
    """A paper that the scheme asks for and no page read so far is; more pages are coming."""

    id: str
    article: str
    text: str
    requirement: str


class PrecheckTold(_Told):
    """All a pre-check knows. While ``final`` is false, more pages are coming and what is missing may
    still turn up: ``missing`` and ``disagreements`` are then empty, and ``awaited`` names the papers
    not met with yet. The scheme is null until the pages read tell it, where nobody did."""

    final: bool
    scheme: str | None
    scheme_title: str | None
    pages: list[PageTold]
    papers: list[PaperFound]
    awaited: list[PaperAwaited]
    missing: list[PaperTold]
    unreadable: list[str] = Field(description="in Chinese: file or page, what is wrong, what to do")
    disagreements: list[DisagreementTold]
    prefill: list[Prefill]


def page_told(outcome: PageOutcome) -> PageTold:
    """What is known of a page as soon as it is read."""
    task, read = outcome.task, outcome.read
    if read is None:
        return PageTold(
            no=task.no, page_in_file=task.page_in_file, readable=False, quality=None,
            reasons=[outcome.message],
        )  # fmt: skip
    worst = min((sheet.quality for sheet in read.sheets), key=lambda quality: quality.score)
    return PageTold(
        no=task.no,
        page_in_file=task.page_in_file,
        readable=worst.score >= POOR,
        quality=round(worst.score, 3),
        reasons=list(worst.reasons),
    )


def precheck_of(
    worksheet: Worksheet, naming: Naming, pages: list[PageTold], *, final: bool
) -> PrecheckTold:
    """What the applicant is told of a masked worksheet."""
    return PrecheckTold(
        final=final,
        scheme=worksheet.scheme.id,
        scheme_title=worksheet.scheme.title,
        pages=sorted(pages, key=lambda p: p.no),
        papers=_papers(worksheet.documents, naming),
        awaited=[
            PaperAwaited(id=m.id, article=m.article, text=m.text, requirement=m.requirement)
            for m in worksheet.materials
            if not final and m.status is MaterialStatus.NOT_FOUND
        ],
        missing=[
            PaperTold(id=m.id, article=m.article, text=m.text, status=m.status,
                      requirement=m.requirement, needs=list(m.needs), note=m.note,
                      pages=list(m.pages))
            for m in worksheet.materials
            if final and m.status in _LACKING
        ],
        unreadable=list(dict.fromkeys(p.message for p in worksheet.problems)),
        disagreements=[_disagreement(f) for f in worksheet.findings if final and _matters(f)],
        prefill=_prefill(worksheet, naming),
    )  # fmt: skip


def papers_of(reading: Reading, naming: Naming, pages: list[PageTold]) -> PrecheckTold:
    """What can be told while no page has said yet which scheme applies: the papers met with."""
    return PrecheckTold(
        final=False, scheme=None, scheme_title=None, pages=sorted(pages, key=lambda p: p.no),
        papers=_papers(reading.documents, naming), awaited=[], missing=[],
        unreadable=list(dict.fromkeys(p.message for p in reading.problems)), disagreements=[],
        prefill=[],
    )  # fmt: skip


def _papers(documents: Iterable[Document], naming: Naming) -> list[PaperFound]:
    return [
        PaperFound(
            type=d.type, title=naming.document_types.get(d.type, d.title), pages=list(d.pages)
        )
        for d in documents
    ]


def _matters(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAILED and finding.severity is not Severity.INFO


def _disagreement(finding: Finding) -> DisagreementTold:
    return DisagreementTold(
        check=finding.check, severity=finding.severity, title=finding.title,
        message=finding.message, values=finding.values, difference=finding.difference,
        pages=list(finding.pages),
    )  # fmt: skip


def _prefill(worksheet: Worksheet, naming: Naming) -> list[Prefill]:
    """Fields whose every certain fact says the same; masked and doubtful ones are left to the person."""
    by_field: dict[str, list[Fact]] = defaultdict(list)
    for fact in worksheet.facts:
        if fact.value is not None and fact.method is not Method.COMPUTED:
            by_field[fact.field].append(fact)
    out = []
    for name, facts in by_field.items():
        first = facts[0]
        same = all(f.value == first.value and f.unit == first.unit for f in facts)
        sure = all(f.status is FactStatus.CERTAIN and not f.masked for f in facts)
        if same and sure and first.value is not None and name not in naming.sensitive:
            out.append(
                Prefill(
                    field=name, label=naming.labels.get(name, name), value=first.value,
                    shown=first.raw, unit=first.unit, page=first.page, box=first.box,
                )
            )  # fmt: skip
    return sorted(out, key=lambda p: (p.page or 0, p.field))
