"""What the ledger speaks of: jobs, pages, events, results. Values only; no database.

A job is one review of one accepted packet::

    accept ──► WAITING ──claim──► RUNNING ──finish──► DONE ───┐
                 ▲ ▲                │ │ └────fail───► FAILED ─┤
                 │ └──give back,────┘ └──cancel──► CANCELLED ─┤
                 │    lease lost                              │
                 └───────────── retry ────────────────────────┘
               (WAITING ──cancel──► CANCELLED as well)

* WAITING may carry ``not_before``: given back for a reason that needs time (disk full).
* RUNNING holds a lease of one owner, told apart from earlier claims by ``token``. Only the holder of the
  newest token may finish, fail or give back; whoever lost its lease is told so and its work is dropped.
* DONE may still be ``incomplete``: pages were lost, and the result says which.
* A job whose process was seen to die ``CRASHES`` times, or that lost its lease ``LOSSES`` times, FAILS.

A page of a job: waiting ──► read | failed (its own failure) | quarantined (its readers died or overran
``tries`` times). A message of the outbox: waiting ──claim──► sending ──► sent | waiting (again, later) |
dead (given up, kept for the operator).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum

from extractor.setup.case import CaseFile

#: Seen deaths of the process that works on a job, after which the job fails.
CRASHES = 3
#: Leases lost without anybody seeing why (machine switched off, watcher killed): innocent far more
#: often than not, so many are forgiven; not endlessly, for a packet may take the machine down.
LOSSES = 25
#: Seconds a claim holds without being renewed.
LEASE_SECONDS = 60.0
#: The tenant of a desk without tenants.
LOCAL = "local"


class JobState(StrEnum):
    """See the drawing above."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class PageState(StrEnum):
    """What became of a page; see the module."""

    READ = "read"
    FAILED = "failed"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class PacketFile:
    """One file of an accepted packet. ``path`` is its decoded name inside the packet, ``/`` between."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class PacketContent:
    """What was filed: a single file (``is_folder`` false, one member) or a folder."""

    name: str
    files: tuple[PacketFile, ...]
    is_folder: bool = False

    @property
    def sha256(self) -> str:
        """Of the content: a file by its bytes alone, a folder by its names and bytes."""
        if not self.is_folder:
            return self.files[0].sha256
        digest = hashlib.sha256(b"folder\0")
        for file in sorted(self.files, key=lambda f: f.path):
            digest.update(f"{file.path}\0{file.sha256}\0".encode())
        return digest.hexdigest()

    @property
    def bytes(self) -> int:
        """Of all files together."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a packet. ``received`` is the day it came in: a later run judges by the same."""

    case: CaseFile
    received: dt.date
    lang: str = "zh"

    def to_json(self) -> str:
        """As the ledger keeps it."""
        case = self.case.model_dump(mode="json", exclude_none=True)
        stored = {"case": case, "received": self.received.isoformat(), "lang": self.lang}
        return json.dumps(stored, ensure_ascii=False, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Request:
        """The request kept by ``to_json``."""
        stored = json.loads(text)
        return Request(
            CaseFile.model_validate(stored["case"]),
            dt.date.fromisoformat(stored["received"]),
            stored["lang"],
        )


def same_work_key(content: PacketContent, request: Request, versions: str) -> str:
    """Equal for packets of equal content, asked the same, under the same ``versions`` (program and
    configuration): the second one is answered with the result of the first. The day of receipt does
    not count."""
    case = request.case.model_dump_json(exclude_none=True)
    parts = (content.sha256, case, request.lang, versions)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NewPacket:
    """A packet to accept; its files lie in the blob store already.

    Attributes:
        idempotency_key: the same key of the same tenant gives the same job, never a second one.
        same_work: ``same_work_key``; ``None`` asks for a job of its own whatever came before.
        notify: where to tell of the end (a webhook's address); ``None`` tells nobody.
    """

    content: PacketContent
    request: Request
    tenant: str = LOCAL
    idempotency_key: str | None = None
    same_work: str | None = None
    notify: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Answer to an accepted packet. ``fresh``: a new job; else an earlier one answers."""

    job: str
    packet: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a job until ``lease_until`` (seconds since 1970), renewed by beats."""

    job: str
    packet: str
    tenant: str
    owner: str
    token: int
    name: str
    request: Request
    lease_until: float


@dataclass(frozen=True, slots=True)
class Finished:
    """How a worked-off job ended. ``outcome``: ``complete | incomplete``; ``summary``: Chinese."""

    outcome: str
    error_findings: int
    pages: int
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of a result, kept in the blob store under its hash. ``name``: ``worksheet.json``,
    ``pages/0001.jpg`` …"""

    name: str
    sha256: str
    bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the ledger has it. Times are seconds since 1970 (UTC); ``None``: not yet."""

    id: str
    packet: str
    tenant: str
    name: str
    content_sha256: str
    bytes: int
    state: JobState
    request: Request
    created_at: float
    started_at: float | None
    ended_at: float | None
    not_before: float
    pages_total: int | None
    pages_done: int
    outcome: str | None
    error_findings: int | None
    summary: str
    reason_kind: str
    reason: str
    owner: str | None
    crashes: int
    losses: int


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One page of a job that was tried. ``no`` from 1. ``tries``: deaths and overruns charged to it."""

    no: int
    state: PageState | None
    tries: int
    kind: str
    message: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a page (``page``) or of the whole job (``page`` 0); ``outcome`` empty: never ended."""

    page: int
    owner: str
    started_at: float
    ended_at: float | None
    outcome: str
    message: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job. ``seq`` grows over all jobs; a listener goes on from the last.

    ``kind``: ``accepted | started | page | given_back | done | failed | cancelled | retried``.
    ``data``: small JSON values (``page``: ``no``, ``total``, ``state``).
    """

    seq: int
    job: str
    at: float
    kind: str
    data: dict[str, str | int] = field(default_factory=dict)
