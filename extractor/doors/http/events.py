"""Progress as server-sent events: what the ledger notes of a job, sent on as it comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping

from fastapi import Request
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from extractor.core.errors import ExtractorError
from extractor.jobs.ledger import Ledger
from extractor.jobs.records import ENDED, Event

MEDIA_TYPE = "text/event-stream"
_LOOK_SECONDS = 0.4
_STILL_HERE_SECONDS = 15.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Enrich = Callable[[Event], Mapping[str, object]]
"""Further data of an event."""


def last_seen(header: str | None, after: int) -> int:
    """The event to go on behind: what a browser says it saw last, or what the address says."""
    return int(header) if header else after


def follow(
    request: Request, ledger: Ledger, job: str, after: int, enrich: Enrich | None = None
) -> StreamingResponse:
    """The job's events behind ``after`` until it ends or nobody listens."""
    return StreamingResponse(
        _events(request, ledger, job, after, enrich), media_type=MEDIA_TYPE, headers=_HEADERS
    )


async def _events(
    request: Request, ledger: Ledger, job: str, after: int, enrich: Enrich | None
) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    silent = 0.0
    while not await request.is_disconnected():
        try:
            found, ended = await run_in_threadpool(_look, ledger, job, after)
        except ExtractorError:  # forgotten meanwhile, or the ledger is away: the client comes again
            return
        for event in found:
            after = event.seq
            data: dict[str, object] = {"at": event.at, **event.data}
            if enrich is not None:
                data.update(await run_in_threadpool(enrich, event))
            yield format_sse_event(
                data_str=json.dumps(data, ensure_ascii=False), event=event.kind, id=str(event.seq)
            )
            silent = 0.0
        if ended and not found:
            return
        if not found:
            if silent >= _STILL_HERE_SECONDS:
                yield b": still here\n\n"
                silent = 0.0
            await asyncio.sleep(_LOOK_SECONDS)
            silent += _LOOK_SECONDS


def _look(ledger: Ledger, job: str, after: int) -> tuple[list[Event], bool]:
    # The state first: an event that ends the job is never missed then.
    ended = ledger.jobs.get(job).state in ENDED
    return ledger.jobs.events(job, after), ended
