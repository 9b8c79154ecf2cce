"""The applicant's pre-check: hand pages in, see within seconds what is missing or disagrees, then file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from extractor.core.errors import ExtractorError
from extractor.doors.http.asking import Ask, JobId, job_of, merged, notify_of, request_of
from extractor.doors.http.auth import MaySubmit, Principal
from extractor.doors.http.bodies import Accepted, PacketStatus
from extractor.doors.http.events import MEDIA_TYPE, follow, last_seen
from extractor.doors.http.packets import UPLOAD_BODY
from extractor.doors.http.precheck_told import PrecheckTold
from extractor.doors.http.precheck_work import RESULT, notes_folder
from extractor.doors.http.problems import Trouble, told
from extractor.doors.http.service import Service
from extractor.doors.http.uploads import Upload, take_upload
from extractor.jobs.records import (
    Event,
    Job,
    JobState,
    NewPacket,
    PacketContent,
    PacketFile,
    same_work_key,
)

router = APIRouter(prefix="/v1/prechecks", tags=["pre-check"])


class PrecheckStatus(PacketStatus):
    """A pre-check: where it stands, and what it has to say by now (null until the first pages)."""

    result: PrecheckTold | None


@router.post(
    "", status_code=202, operation_id="precheck", openapi_extra=UPLOAD_BODY,
    responses=told("timeout", "conflict", "too_large", "full"),
)  # fmt: skip
async def submit(
    request: Request, response: Response, who: MaySubmit, asked: Annotated[Ask, Query()]
) -> Accepted:
    """Look at papers before they are filed. Nothing is filed by this; traces are cleared after a day."""
    service: Service = request.app.state.service
    blobs = service.prechecks.blobs
    upload = await take_upload(request, asked.name, service.settings, blobs)
    accepted = await run_in_threadpool(_accept, service, who, asked, upload)
    response.headers["Location"] = str(request.url_for("get_precheck", packet=accepted.id).path)
    return accepted


def _accept(service: Service, who: Principal, asked: Ask, upload: Upload) -> Accepted:
    asked = merged(asked, upload.fields)
    wanted = request_of(service, asked, dt.date.fromtimestamp(service.clock()))
    if notify_of(service, asked) is not None:
        raise Trouble("invalid", "预检不支持 notify", "A pre-check tells nobody (notify).")
    ledger = service.prechecks
    done = ledger.jobs.accept(NewPacket(upload.content, wanted, who.tenant))
    service.wake(ledger)
    return Accepted(**PacketStatus.of(ledger.jobs.get(done.job)).model_dump(), fresh=done.fresh)


@router.get("/{packet}", operation_id="getPrecheck", responses=told("not_found"))
def get_precheck(request: Request, who: MaySubmit, packet: JobId) -> PrecheckStatus:
    """What is known by now; complete once `result.final`."""
    service: Service = request.app.state.service
    job = job_of(service.prechecks, packet, who)
    return PrecheckStatus(**PacketStatus.of(job).model_dump(), result=_result(service, job))


def _result(service: Service, job: Job) -> PrecheckTold | None:
    ledger = service.prechecks
    try:
        if job.state is JobState.DONE:
            found = {a.name: a for a in ledger.jobs.artifacts(job.id)}.get(RESULT)
            content = ledger.blobs.path(found.sha256).read_bytes() if found is not None else b""
        else:
            content = (_notes(service, job.id) / "so_far.json").read_bytes()
    except FileNotFoundError:
        return None
    return PrecheckTold.model_validate_json(content) if content else None


def _notes(service: Service, job: str) -> FilePath:
    return notes_folder(service.settings.precheck_place.state, job)


@router.get(
    "/{packet}/events", operation_id="followPrecheck", response_class=StreamingResponse,
    responses=told("not_found") | {
        200: {"description": "server-sent events", "content": {MEDIA_TYPE: {}}}
    },
)  # fmt: skip
def events(
    request: Request, who: MaySubmit, packet: JobId,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", pattern=r"^[0-9]{0,16}$")] = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> StreamingResponse:  # fmt: skip
    """Each page as it is read (`page` events carry it), and what all pages so far say together."""
    service: Service = request.app.state.service
    job = job_of(service.prechecks, packet, who)
    seen = last_seen(last_event_id, after)

    def enrich(event: Event) -> Mapping[str, object]:
        return _enriched(service, event)

    return follow(request, service.prechecks, job.id, seen, enrich)


def _enriched(service: Service, event: Event) -> Mapping[str, object]:
    notes = _notes(service, event.job)
    found: dict[str, object] = {}
    if event.kind == "page":
        _add(found, "page", notes / f"{int(event.data['no']):04d}.json")
        _add(found, "result", notes / "so_far.json")
    elif event.kind == "done":
        try:
            result = _result(service, service.prechecks.jobs.get(event.job))
        except ExtractorError:
            result = None
        if result is not None:
            found["result"] = result.model_dump(mode="json")
    return found


def _add(found: dict[str, object], name: str, path: FilePath) -> None:
    try:
        found[name] = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return


@router.post(
    "/{packet}/submit", status_code=202, operation_id="submitPrechecked",
    responses=told("not_found", "conflict", "full"),
)  # fmt: skip
def file_it(
    request: Request, response: Response, who: MaySubmit, packet: JobId,
    asked: Annotated[Ask, Query()],
) -> Accepted:  # fmt: skip
    """File the papers of a pre-check as a packet, without sending them again."""
    service: Service = request.app.state.service
    job = job_of(service.prechecks, packet, who)
    content = _copied(service, job)
    if not asked.model_fields_set & {
        "scheme",
        "filing_date",
        "received_date",
        "region",
        "functions",
    }:
        wanted = job.request
    else:
        wanted = request_of(service, asked, dt.date.fromtimestamp(service.clock()))
    done = service.ledger.jobs.accept(
        NewPacket(
            content, wanted, who.tenant, f"precheck:{job.id}",
            same_work_key(content, wanted, service.versions), notify_of(service, asked),
        )
    )  # fmt: skip
    service.wake(service.ledger)
    status = PacketStatus.of(service.ledger.jobs.get(done.job))
    response.headers["Location"] = str(request.url_for("get_packet", packet=done.job).path)
    return Accepted(**status.model_dump(), fresh=done.fresh)


def _copied(service: Service, job: Job) -> PacketContent:
    """The pre-check's files in the blob store of packets."""
    content = service.prechecks.jobs.content(job.packet)
    files = []
    for file in content.files:
        sha256, size = service.ledger.blobs.put_file(service.prechecks.blobs.path(file.sha256))
        files.append(PacketFile(file.path, sha256, size))
    return PacketContent(content.name, tuple(files), content.is_folder)


@router.delete(
    "/{packet}", status_code=204, operation_id="forgetPrecheck", responses=told("not_found")
)
def delete(request: Request, who: MaySubmit, packet: JobId) -> None:
    """Forget a pre-check at once."""
    service: Service = request.app.state.service
    service.forget_prechecks([job_of(service.prechecks, packet, who).id])
