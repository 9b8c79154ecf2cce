"""Packets: handing in, status, progress, ending, forgetting."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from extractor.doors.http.asking import Ask, JobId, job_of, merged, notify_of, request_of
from extractor.doors.http.auth import MayAdmin, MayRead, MaySubmit, Principal
from extractor.doors.http.bodies import Accepted, PacketList, PacketStatus
from extractor.doors.http.events import MEDIA_TYPE, follow, last_seen
from extractor.doors.http.forgetting import forget
from extractor.doors.http.problems import Trouble, told
from extractor.doors.http.service import Service
from extractor.doors.http.uploads import Upload, take_upload
from extractor.jobs.records import JobState, NewPacket, same_work_key

router = APIRouter(prefix="/v1", tags=["packets"])

UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                        },
                    },
                }
            },
        },
    }
}
RAW_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", pattern=r"^[!-~]{1,200}$",
        description="the same key gives the same packet, however often it is sent",
    ),
]  # fmt: skip


@router.post(
    "/packets", status_code=202, operation_id="submitPacket", openapi_extra=UPLOAD_BODY,
    responses=told("timeout", "conflict", "too_large", "full"),
)  # fmt: skip
async def submit(
    request: Request, response: Response, who: MaySubmit, asked: Annotated[Ask, Query()],
    idempotency_key: Key = None,
) -> Accepted:  # fmt: skip
    """Hand a packet in: one file as the raw body (`?name=…`), or files of a form.

    Answers once the packet is safe on the disk; reading goes on behind. The same content asked the same
    is answered with the earlier packet (`fresh: false`).
    """
    return await _taken(request, response, who, asked, idempotency_key)


@router.put(
    "/uploads/{key}", status_code=202, operation_id="putPacket", openapi_extra=RAW_BODY,
    responses=told("timeout", "conflict", "too_large", "full"),
)  # fmt: skip
async def put(
    request: Request, response: Response, who: MaySubmit, asked: Annotated[Ask, Query()],
    key: Annotated[str, Path(pattern=r"^[A-Za-z0-9._~-]{1,200}$")],
) -> Accepted:  # fmt: skip
    """Hand a packet in under a key of your own (a case number): repeat it as often as the network needs."""
    return await _taken(request, response, who, asked, key)


async def _taken(
    request: Request, response: Response, who: Principal, asked: Ask, key: str | None
) -> Accepted:
    service: Service = request.app.state.service
    upload = await take_upload(request, asked.name, service.settings, service.ledger.blobs)
    accepted = await run_in_threadpool(_accept, service, who, asked, upload, key)
    response.headers["Location"] = str(request.url_for("get_packet", packet=accepted.id).path)
    return accepted


def _accept(
    service: Service, who: Principal, asked: Ask, upload: Upload, key: str | None
) -> Accepted:
    asked = merged(asked, upload.fields)
    wanted = request_of(service, asked, dt.date.fromtimestamp(service.clock()))
    ledger = service.ledger
    done = ledger.jobs.accept(
        NewPacket(
            upload.content, wanted, who.tenant, key,
            same_work_key(upload.content, wanted, service.versions), notify_of(service, asked),
        )
    )  # fmt: skip
    if done.fresh:
        service.wake(ledger)
    status = PacketStatus.of(ledger.jobs.get(done.job))
    return Accepted(**status.model_dump(), fresh=done.fresh)


@router.get("/packets", operation_id="listPackets", responses=told())
def list_packets(
    request: Request,
    who: MayRead,
    state: Annotated[list[JobState] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> PacketList:
    """Packets of your tenant, newest first."""
    service: Service = request.app.state.service
    jobs = service.ledger.jobs.listed(state or (), who.tenant, limit)
    return PacketList(packets=[PacketStatus.of(job) for job in jobs])


@router.get("/packets/{packet}", operation_id="getPacket", responses=told("not_found"))
async def get_packet(request: Request, who: MayRead, packet: JobId) -> PacketStatus:
    """Where a packet stands."""
    service: Service = request.app.state.service
    # One indexed read, which no writer holds up: a hop to another thread would cost more.
    return PacketStatus.of(job_of(service.ledger, packet, who))


@router.get(
    "/packets/{packet}/events", operation_id="followPacket", response_class=StreamingResponse,
    responses=told("not_found") | {
        200: {"description": "server-sent events", "content": {MEDIA_TYPE: {}}}
    },
)  # fmt: skip
def events(
    request: Request, who: MayRead, packet: JobId,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", pattern=r"^[0-9]{0,16}$")] = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> StreamingResponse:  # fmt: skip
    """Progress as server-sent events, from the beginning or behind `Last-Event-ID`; ends with the packet.

    Events: `accepted started page given_back done failed cancelled retried`; data is JSON.
    """
    service: Service = request.app.state.service
    job = job_of(service.ledger, packet, who)
    return follow(request, service.ledger, job.id, last_seen(last_event_id, after))


@router.post(
    "/packets/{packet}/cancel", operation_id="cancelPacket",
    responses=told("not_found", "conflict"),
)  # fmt: skip
def cancel(request: Request, who: MaySubmit, packet: JobId) -> PacketStatus:
    """End a packet that is waiting or being read."""
    service: Service = request.app.state.service
    job = job_of(service.ledger, packet, who)
    if not service.ledger.jobs.cancel(job.id):
        raise Trouble("conflict", "已经结束，不能取消", "It has ended already.")
    return PacketStatus.of(service.ledger.jobs.get(job.id))


@router.post(
    "/packets/{packet}/retry", operation_id="retryPacket", responses=told("not_found", "conflict")
)
def retry(request: Request, who: MaySubmit, packet: JobId) -> PacketStatus:
    """Read a failed or cancelled packet again; pages read before are not read anew."""
    service: Service = request.app.state.service
    job = job_of(service.ledger, packet, who)
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise Trouble(
            "conflict", "只有失败或已取消的材料可以重新处理", "Only failed or cancelled packets."
        )
    service.ledger.jobs.retry(job.id)
    service.wake(service.ledger)
    return PacketStatus.of(service.ledger.jobs.get(job.id))


@router.delete(
    "/packets/{packet}", status_code=204, operation_id="forgetPacket", responses=told("not_found")
)
def delete(request: Request, who: MayAdmin, packet: JobId) -> None:
    """Forget a packet with all its traces: files, results, cached pages, decisions. Not to be undone."""
    service: Service = request.app.state.service
    forget(service, job_of(service.ledger, packet, who))
