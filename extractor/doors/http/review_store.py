"""The review page over the ledger: packets of the viewer's tenant, and who may come in."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from extractor.core.errors import UsageError
from extractor.core.worksheet import Worksheet
from extractor.decisions.model import Correction, Reviewer
from extractor.doors.http.auth import Gate, Principal, principal_of
from extractor.doors.http.keys import Role, Scope
from extractor.doors.http.problems import Trouble
from extractor.doors.http.results import Results
from extractor.doors.http.service import Service
from extractor.doors.review.gate import Viewer
from extractor.doors.review.store import (
    Content,
    ExportFormat,
    NoSuchPacket,
    PacketState,
    PacketSummary,
    summary_of,
)
from extractor.jobs.records import Job, JobState
from extractor.worksheet.wording import Language

_MOST = 2000
_STATES = {
    JobState.WAITING: PacketState.WAITING,
    JobState.RUNNING: PacketState.READING,
    JobState.FAILED: PacketState.FAILED,
}
_ORDER = (
    PacketState.IN_REVIEW, PacketState.READY, PacketState.FAILED, PacketState.READING,
    PacketState.WAITING, PacketState.SIGNED,
)  # fmt: skip


@dataclass(slots=True)
class SummaryCache:
    """Queue lines by the hash of their worksheet, for all viewers."""

    _known: dict[str, PacketSummary] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, results: Results, job: Job) -> PacketSummary:
        """The line of a done packet."""
        stamp = f"{job.id}/{results.worksheet_sha256(job)}"
        with self._lock:
            found = self._known.get(stamp)
        if found is None:
            sheet = results.worksheet(job).worksheet
            found = summary_of(sheet, job.id, results.tools)
            with self._lock:
                if len(self._known) > 2 * _MOST:
                    self._known.clear()
                self._known[stamp] = found
        return found


@dataclass(frozen=True, slots=True)
class LedgerStore:
    """See ``ReviewStore``. Packets are named by their job; another tenant's are not there."""

    service: Service
    tenant: str
    cache: SummaryCache

    def packets(self) -> Sequence[PacketSummary]:
        """The queue: what is open before what is signed, the most errors first."""
        jobs = self.service.ledger.jobs.listed((), self.tenant, _MOST)
        found = [self._summary(j) for j in jobs if j.state is not JobState.CANCELLED]
        return sorted(found, key=lambda s: (_ORDER.index(s.state), -s.errors, -s.warns, s.name))

    def worksheet(self, packet: str) -> Worksheet:
        """The worksheet as it is kept: masked, unless the site shows all."""
        return self.service.results.worksheet(self._job(packet)).worksheet

    def page_image(self, packet: str, page_no: int) -> Content | None:
        """The page's picture."""
        return self.service.results.page_image(self._job(packet), page_no)

    def decide(
        self, packet: str, corrections: Sequence[Correction], reviewer: Reviewer, expected: str
    ) -> Worksheet:
        """See ``ReviewStore``."""
        _, after = self.service.results.decide(self._job(packet), corrections, reviewer, expected)
        return after.worksheet

    def export(self, packet: str, fmt: ExportFormat, lang: Language) -> Content:
        """The worksheet in a format, as it stands now."""
        return self.service.results.export(self._job(packet), fmt, lang)

    def _job(self, packet: str) -> Job:
        try:
            job = self.service.ledger.jobs.get(packet)
        except UsageError as error:
            raise NoSuchPacket("没有这份材料，或已移走") from error
        if job.tenant != self.tenant or job.state is not JobState.DONE:
            raise NoSuchPacket("没有这份材料，或还没有读完")
        return job

    def _summary(self, job: Job) -> PacketSummary:
        state = _STATES.get(job.state)
        if state is None:
            try:
                return self.cache.of(self.service.results, job)
            except Trouble as error:
                return self._line(job, PacketState.FAILED, error.zh)
        return self._line(job, state, job.reason)

    @staticmethod
    def _line(job: Job, state: PacketState, message: str) -> PacketSummary:
        received = dt.datetime.fromtimestamp(job.created_at).isoformat(timespec="seconds")
        return PacketSummary(
            id=job.id, name=job.name, state=state, received=received, message=message,
            pages=job.pages_total, pages_done=job.pages_done,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReviewGate:
    """How viewers of the page become known: the portal's own word, its sign-on, or an API key typed once."""

    gate: Gate

    async def known(self, request: Request) -> Viewer | None:
        """Whom the portal or the trusted proxy names."""
        who = await self.gate.of_portal(request) or self.gate.signed_on(request)
        return None if who is None else _viewer(who)

    def login(self, word: str) -> Viewer | None:
        """Whom a typed API key speaks for."""
        key = self.gate.keys.find(word.strip())
        return None if key is None else _viewer(principal_of(key))

    def still(self, viewer: Viewer) -> bool:
        """Whether a key gives this viewer the same rights today."""
        return any(
            _viewer(principal_of(key)) == viewer
            for key in self.gate.keys.all()
            if self.gate.keys.by_id(key.id) is not None
        )


def _viewer(who: Principal) -> Viewer | None:
    if Scope.READ not in who.scopes or who.role is Role.PORTAL:
        return None  # a portal's key is for machines
    return Viewer(
        who.name, lead=who.role in (Role.LEAD, Role.ADMIN), may_decide=Scope.DECIDE in who.scopes,
        tenant=who.tenant,
    )  # fmt: skip
