"""A typed client of ``/v1`` for Python programs::

with ExtractorClient("https://desk.example.cn", "exk_…") as desk:
    packet = desk.submit(Path("申报材料.pdf"), scheme="jiangxi_2023")
    for event in desk.follow(packet.id):
        print(event.kind, event.data)
    worksheet = desk.worksheet(packet.id)
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Worksheet
from extractor.decisions.model import Correction
from extractor.doors.http.bodies import (
    Accepted,
    Decided,
    DecisionList,
    Judged,
    Me,
    PacketList,
    PacketStatus,
    PageBoxes,
)
from extractor.doors.http.precheck import PrecheckStatus
from extractor.doors.http.problems import ProblemBody
from extractor.doors.review.store import ExportFormat

_CHUNK = 1 << 20


class ServiceProblem(ExtractorError):
    """The service said no; ``problem`` is what it said."""

    kind = "service"

    def __init__(self, problem: ProblemBody) -> None:
        super().__init__(problem.detail)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a packet. ``id``: to go on behind it; ``data``: as the service tells it."""

    id: int
    kind: str
    data: dict[str, object]


class ExtractorClient:
    """Speaks to one service with one key. Every method may raise ``ServiceProblem``, and
    ``httpx.HTTPError`` where the service cannot be reached."""

    def __init__(
        self, base: str, key: str, *, lang: str = "zh", timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": lang}
        self._http = httpx.Client(
            base_url=base, headers=headers, timeout=timeout, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def me(self) -> Me:
        """Who the key speaks for."""
        return Me.model_validate_json(self._ask("GET", "/v1/me").content)

    def submit(self, packet: Path, *, key: str | None = None, **asked: str) -> Accepted:
        """Hand a file in, streamed. ``key``: idempotency key; ``asked``: scheme, filing_date, notify …"""
        headers = {"Idempotency-Key": key} if key is not None else {}
        return Accepted.model_validate_json(
            self._upload("/v1/packets", packet, headers, asked).content
        )

    def precheck(self, packet: Path, **asked: str) -> Accepted:
        """Hand a file in to be looked at only."""
        return Accepted.model_validate_json(
            self._upload("/v1/prechecks", packet, {}, asked).content
        )

    def prechecked(self, ident: str) -> PrecheckStatus:
        """What a pre-check has to say by now."""
        return PrecheckStatus.model_validate_json(
            self._ask("GET", f"/v1/prechecks/{ident}").content
        )

    def submit_prechecked(self, ident: str, **asked: str) -> Accepted:
        """File the papers of a pre-check as a packet, without sending them again."""
        answer = self._ask("POST", f"/v1/prechecks/{ident}/submit", params=asked)
        return Accepted.model_validate_json(answer.content)

    def cancel(self, packet: str) -> PacketStatus:
        """End a packet that is waiting or being read."""
        answer = self._ask("POST", f"/v1/packets/{packet}/cancel")
        return PacketStatus.model_validate_json(answer.content)

    def retry(self, packet: str) -> PacketStatus:
        """Read a failed or cancelled packet again."""
        answer = self._ask("POST", f"/v1/packets/{packet}/retry")
        return PacketStatus.model_validate_json(answer.content)

    def packets(self, limit: int = 100) -> list[PacketStatus]:
        """Packets of the key's tenant, newest first."""
        answer = self._ask("GET", f"/v1/packets?limit={limit}")
        return PacketList.model_validate_json(answer.content).packets

    def status(self, packet: str) -> PacketStatus:
        """Where a packet stands."""
        return PacketStatus.model_validate_json(self._ask("GET", f"/v1/packets/{packet}").content)

    def follow(self, packet: str, after: int = 0, *, of: str = "packets") -> Iterator[Progress]:
        """Events behind ``after`` until the end; goes on by itself when the line breaks.

        ``of``: ``packets`` or ``prechecks``.
        """
        broken = 0
        while True:
            try:
                for event in self._events(f"/v1/{of}/{packet}/events", after):
                    after, broken = event.id, 0
                    yield event
                    if event.kind in ("done", "failed", "cancelled"):
                        return
            except httpx.TransportError:
                broken += 1
                if broken > 5:
                    raise
            time.sleep(min(10.0, 0.5 * 2**broken))

    def worksheet(self, packet: str) -> Worksheet:
        """The worksheet as it stands."""
        return Worksheet.model_validate_json(
            self._ask("GET", f"/v1/packets/{packet}/worksheet").content
        )

    def export(self, packet: str, fmt: ExportFormat) -> bytes:
        """The worksheet in a format."""
        return self._ask("GET", f"/v1/packets/{packet}/worksheet?format={fmt}").content

    def page(self, packet: str, no: int) -> PageBoxes:
        """A page with the places of all that was read on it."""
        answer = self._ask("GET", f"/v1/packets/{packet}/pages/{no}")
        return PageBoxes.model_validate_json(answer.content)

    def page_image(self, packet: str, no: int) -> bytes:
        """The page's picture, JPEG."""
        return self._ask("GET", f"/v1/packets/{packet}/pages/{no}/image").content

    def decisions(self, packet: str) -> DecisionList:
        """The chain of decisions."""
        answer = self._ask("GET", f"/v1/packets/{packet}/decisions")
        return DecisionList.model_validate_json(answer.content)

    def decide(self, packet: str, corrections: Sequence[Correction], head: str) -> Decided:
        """Decide on what ``head`` stands for (``decisions(packet).head``)."""
        body = {"corrections": [c.model_dump(mode="json") for c in corrections]}
        answer = self._ask(
            "POST", f"/v1/packets/{packet}/decisions", json=body, headers={"If-Match": f'"{head}"'}
        )
        return Decided.model_validate_json(answer.content)

    def judge(self, packet: str, scheme: str | None = None, as_of: str | None = None) -> Judged:
        """What another scheme or date would say; nothing is kept."""
        body = {"scheme": scheme, "as_of": as_of}
        answer = self._ask("POST", f"/v1/packets/{packet}/judge", json=body)
        return Judged.model_validate_json(answer.content)

    def forget(self, packet: str) -> None:
        """Forget a packet with all its traces."""
        self._ask("DELETE", f"/v1/packets/{packet}")

    def _upload(
        self, path: str, packet: Path, headers: dict[str, str], asked: dict[str, str]
    ) -> httpx.Response:
        with packet.open("rb") as stream:
            return self._ask(
                "POST", path, params={"name": packet.name, **asked}, headers=headers,
                content=iter(lambda: stream.read(_CHUNK), b""),
            )  # fmt: skip

    def _ask(
        self, method: str, path: str, *, params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None, json: object = None,
        content: Iterator[bytes] | None = None,
    ) -> httpx.Response:  # fmt: skip
        answer = self._http.request(
            method, path, params=params, headers=headers, json=json, content=content
        )
        if answer.is_error:
            raise ServiceProblem(_problem_of(answer))
        return answer

    def _events(self, path: str, after: int) -> Iterator[Progress]:
        headers = {"Last-Event-ID": str(after)}
        with self._http.stream("GET", path, headers=headers) as answer:
            if answer.is_error:
                answer.read()
                raise ServiceProblem(_problem_of(answer))
            told: dict[str, str] = {}
            for line in answer.iter_lines():
                if line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    told[name] = value
                elif "event" in told:
                    yield Progress(int(told["id"]), told["event"], json.loads(told["data"]))
                    told = {}


def _problem_of(answer: httpx.Response) -> ProblemBody:
    try:
        return ProblemBody.model_validate_json(answer.content)
    except ValueError:  # a proxy in between said no
        said = f"HTTP {answer.status_code}"
        return ProblemBody(
            type="about:blank", title=said, status=answer.status_code, kind="unknown", detail=said,
            detail_zh=said,
        )  # fmt: skip
