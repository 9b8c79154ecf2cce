"""Worksheets of packets: every format, pages with their boxes, decisions, judging again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from extractor.core.worksheet import Fact, Worksheet
from extractor.decisions.sealing import is_signed
from extractor.doors.http.asking import JobId, job_of
from extractor.doors.http.auth import MayDecide, MayRead, Principal
from extractor.doors.http.bodies import (
    ChangesTold,
    Decide,
    Decided,
    DecisionList,
    Judge,
    Judged,
    PageBoxes,
    PageFact,
    SchemeList,
    SchemeTold,
)
from extractor.doors.http.keys import Scope
from extractor.doors.http.problems import Trouble, no_if_match, told, wants_english
from extractor.doors.http.service import Service
from extractor.doors.review.store import MEDIA_TYPES, ExportFormat
from extractor.jobs.records import Job
from extractor.pipeline.changes import Changes, changes_between
from extractor.pipeline.naming import english_of, naming_of
from extractor.setup.scheme_loading import load_schemes
from extractor.worksheet.wording import Language

router = APIRouter(prefix="/v1", tags=["worksheets"])

PageNo = Annotated[int, Path(ge=1, le=99_999, description="page of the packet, from 1")]
_BINARY: dict[str, object] = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[int | str, dict[str, object]] = {
    200: {
        "description": "the worksheet",
        "content": {
            kind.partition(";")[0]: ({"schema": {"type": "object"}} if "json" in kind else _BINARY)
            for kind in MEDIA_TYPES.values()
        },
    },
    304: {"description": "not changed since the ETag that If-None-Match names"},
}
_HEAD = r'^"?[0-9a-f]{64}"?$'
IfMatch = Annotated[
    str, Header(alias="If-Match", pattern=_HEAD, description="head of the chain, as in the ETag")
]
MayMatch = Annotated[
    str | None,
    Header(alias="If-Match", pattern=_HEAD, description="head of the chain; needed with `keep`"),
]


def _found(request: Request, packet: str, who: Principal) -> tuple[Service, Job]:
    service: Service = request.app.state.service
    return service, job_of(service.ledger, packet, who)


def _told(request: Request, changes: Changes) -> ChangesTold:
    """What differs, in the language that the client likes better."""
    service: Service = request.app.state.service
    english = wants_english(request.headers.get("accept-language"))
    return ChangesTold.of(changes, english_of(service.tools.catalogue) if english else None)


@router.get(
    "/packets/{packet}/worksheet", operation_id="getWorksheet", response_class=Response,
    responses=told("not_found", "not_ready") | _FILES,
)  # fmt: skip
def worksheet(
    request: Request,
    who: MayRead,
    packet: JobId,
    format: Annotated[ExportFormat, Query(description="csv is a zip of tables")] = "json",
    lang: Annotated[Literal["zh", "en"] | None, Query()] = None,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match", max_length=200)] = None,
) -> Response:
    """The worksheet as it stands, decisions included."""
    service, job = _found(request, packet, who)
    language: Language = lang or ("en" if job.request.lang == "en" else "zh")
    stored = service.results.worksheet(job)
    etag = f'"{stored.sha256[:32]}-{format}-{language}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if if_none_match is not None and etag in if_none_match:
        return Response(status_code=304, headers=headers)
    made = service.results.export(job, format, language)
    kind = "inline" if format == "json" else "attachment"
    headers |= {
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(made.name)}",
        "X-Content-Type-Options": "nosniff",
        # The html worksheet shows text of a packet: opened here, it may run and load nothing.
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    }
    return Response(made.content, media_type=made.media_type, headers=headers)


@router.get(
    "/packets/{packet}/pages/{page_no}", operation_id="getPage",
    responses=told("not_found", "not_ready"),
)  # fmt: skip
def page(request: Request, who: MayRead, packet: JobId, page_no: PageNo) -> PageBoxes:
    """A page and the places of everything read on it."""
    service, job = _found(request, packet, who)
    sheet = service.results.worksheet(job).worksheet
    info = next((p for p in sheet.pages if p.no == page_no), None)
    if info is None:
        raise Trouble("not_found", "没有这一页", "There is no such page.")
    names = naming_of(service.tools.catalogue).labels
    has_image = f"pages/{page_no:04d}.jpg" in service.results.artifacts(job)
    image = request.url_for("get_page_image", packet=packet, page_no=page_no).path
    return PageBoxes(
        page=info,
        image=str(image) if has_image else None,
        facts=[
            PageFact(
                id=f.id, field=f.field, label=names.get(f.field, f.field), value=f.value,
                unit=f.unit, raw=f.raw, box=f.box, confidence=f.confidence, status=f.status,
                document=f.document,
            )
            for f in facts_of(sheet)
            if f.page == page_no
        ],
        seals=[s for d in sheet.documents for s in d.seals if s.page == page_no],
        signatures=[s for d in sheet.documents for s in d.signatures if s.page == page_no],
    )  # fmt: skip


def facts_of(worksheet: Worksheet) -> Iterable[Fact]:
    """Every fact, those of lists included."""
    yield from worksheet.facts
    for rows in worksheet.rows:
        for row in rows.rows:
            yield from row.cells.values()


@router.get(
    "/packets/{packet}/pages/{page_no}/image", operation_id="getPageImage",
    name="get_page_image", response_class=Response,
    responses=told("not_found", "not_ready")
    | {200: {"description": "the page as it was read", "content": {"image/jpeg": _BINARY}}},
)  # fmt: skip
def page_image(request: Request, who: MayRead, packet: JobId, page_no: PageNo) -> Response:
    """The picture of a page; personal numbers are painted over unless the site shows them."""
    service, job = _found(request, packet, who)
    made = service.results.page_image(job, page_no)
    if made is None:
        raise Trouble("not_found", "没有这一页的图像", "There is no picture of that page.")
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(made.content, media_type=made.media_type, headers=headers)


@router.get(
    "/packets/{packet}/decisions", operation_id="getDecisions",
    responses=told("not_found", "not_ready"),
)  # fmt: skip
def decisions(request: Request, response: Response, who: MayRead, packet: JobId) -> DecisionList:
    """The chain of decisions, oldest first. Its head is the ETag that a new decision must name."""
    service, job = _found(request, packet, who)
    stored = service.results.worksheet(job)
    response.headers["ETag"] = f'"{stored.head}"'
    return DecisionList(
        head=stored.head, signed=is_signed(stored.worksheet),
        decisions=list(stored.worksheet.decisions),
    )  # fmt: skip


@router.post(
    "/packets/{packet}/decisions", operation_id="decide",
    responses=told("not_found", "not_ready", "outdated", "frozen", "precondition_required"),
)  # fmt: skip
async def decide(
    request: Request, response: Response, who: MayDecide, packet: JobId, body: Decide,
    if_match: IfMatch,
) -> Decided:  # fmt: skip
    """Decide: corrections and opinions, all or none; the rules are run again at once.

    `If-Match` must name the head of the chain that the reviewer saw, so that nobody overwrites another.
    """
    expected = if_match.strip('"')

    def run() -> Decided:
        service, job = _found(request, packet, who)
        before, after = service.results.decide(job, body.corrections, who.reviewer, expected)
        new = after.worksheet.decisions[len(before.worksheet.decisions) :]
        changes = changes_between(before.worksheet, after.worksheet)
        return Decided(head=after.head, decisions=list(new), changes=_told(request, changes))

    decided = await run_in_threadpool(run)
    response.headers["ETag"] = f'"{decided.head}"'
    return decided


@router.post(
    "/packets/{packet}/judge", operation_id="judge",
    responses=told("not_found", "not_ready", "outdated", "frozen", "precondition_required"),
)  # fmt: skip
def judge(
    request: Request, who: MayRead, packet: JobId, body: Judge, if_match: MayMatch = None
) -> Judged:
    """Judge again under another scheme or date, without reading a page; says what differs."""
    service, job = _found(request, packet, who)
    expected: str | None = None
    if body.keep:
        if Scope.DECIDE not in who.scopes:
            raise Trouble(
                "forbidden",
                "保留新的评审结果需要“decide”权限",
                "Keeping it needs the scope decide.",
            )
        if if_match is None:
            raise no_if_match()
        expected = if_match.strip('"')
    before, after = service.results.judge(job, body.scheme, body.as_of, expected)
    scheme = after.worksheet.scheme
    return Judged(
        scheme=scheme.id, scheme_title=scheme.title, as_of=scheme.as_of, kept=body.keep,
        changes=_told(request, changes_between(before.worksheet, after.worksheet)),
    )  # fmt: skip


@router.get("/schemes", operation_id="listSchemes", responses=told(), tags=["service"])
def schemes(request: Request, who: MayRead) -> SchemeList:
    """The schemes that packets can be judged by."""
    del who
    service: Service = request.app.state.service
    found = load_schemes(service.tools.config, service.tools.catalogue)
    return SchemeList(
        schemes=[
            SchemeTold(id=ident, title=s.head.title_zh, status=s.head.status)
            for ident, s in found.items()
        ]
    )
