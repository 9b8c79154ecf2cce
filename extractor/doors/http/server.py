"""The service run by itself: uvicorn, with time limits on clients that send nothing."""

from __future__ import annotations

import asyncio
import resource

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds in which the head of a request must have come; slow ones are cut off. Open connections cost
#: no thread, so until then they hold up nobody.
HEAD_SECONDS = 20.0
_GOODBYE_SECONDS = 10


class PatientProtocol(H11Protocol):
    """Ends connections whose request head does not come in time (slow-loris)."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio; the clock starts."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """See asyncio; the clock stops with a whole head, and starts with the next one's first byte."""
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._wait_for_head()
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """See uvicorn; between requests its own keep-alive clock runs."""
        self._stop_waiting()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._head = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_slow(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            self.transport.close()


def serve_app(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; what is being answered then gets ten seconds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:  # each open connection takes one
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    uvicorn.run(
        app, host=host, port=port, http=PatientProtocol, ws="none", server_header=False,
        timeout_graceful_shutdown=_GOODBYE_SECONDS, timeout_keep_alive=10, access_log=False,
        log_level="warning", h11_max_incomplete_event_size=64 << 10, backlog=2048,
    )  # fmt: skip
