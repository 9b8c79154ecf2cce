"""What the ledger knows of jobs. Nothing here changes anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from extractor.core.errors import UsageError
from extractor.jobs import schema
from extractor.jobs.database import Database
from extractor.jobs.records import (
    Artifact,
    Event,
    Job,
    JobState,
    PacketContent,
    PacketFile,
    Request,
)

_J = schema.jobs


@dataclass(frozen=True, slots=True)
class JobReads:
    """Questions about jobs. ``clock`` gives seconds since 1970. Each may raise ``LedgerError``."""

    db: Database
    clock: Callable[[], float]

    def get(self, job: str) -> Job:
        """The job of that id.

        Raises:
            UsageError: there is none.
        """
        with self.db.read() as c:
            row = c.execute(_jobs().where(_J.c.id == job)).first()
        if row is None:
            raise UsageError(f"台账里没有编号为 {job} 的任务")
        return _job(row)

    def listed(
        self, states: Sequence[JobState] = (), tenant: str | None = None, limit: int = 100
    ) -> list[Job]:
        """Newest first; of the given states only, where some are given."""
        wanted = _jobs().order_by(_J.c.seq.desc()).limit(limit)
        if states:
            wanted = wanted.where(_J.c.state.in_([s.value for s in states]))
        if tenant is not None:
            wanted = wanted.where(_J.c.tenant == tenant)
        with self.db.read() as c:
            return [_job(row) for row in c.execute(wanted)]

    def counts(self, tenant: str | None = None) -> dict[JobState, int]:
        """How many jobs are in each state, zeroes included."""
        asked = sa.select(_J.c.state, sa.func.count()).group_by(_J.c.state)
        if tenant is not None:
            asked = asked.where(_J.c.tenant == tenant)
        with self.db.read() as c:
            found = {row[0]: row[1] for row in c.execute(asked)}
        return {state: found.get(state.value, 0) for state in JobState}

    def content(self, packet: str) -> PacketContent:
        """The packet's files as accepted.

        Raises:
            UsageError: there is none of that id.
        """
        files = schema.packet_files
        with self.db.read() as c:
            head = c.execute(sa.select(schema.packets).where(schema.packets.c.id == packet)).first()
            if head is None:
                raise UsageError(f"台账里没有编号为 {packet} 的材料")
            rows = c.execute(
                sa.select(files).where(files.c.packet == packet).order_by(files.c.no)
            ).all()
        members = tuple(PacketFile(r.path, r.sha256, r.bytes) for r in rows)
        return PacketContent(head.name, members, bool(head.is_folder))

    def artifacts(self, job: str) -> tuple[Artifact, ...]:
        """The files of a done job's result, by name."""
        table = schema.artifacts
        with self.db.read() as c:
            rows = c.execute(
                sa.select(table).where(table.c.job == job).order_by(table.c.name)
            ).all()
        return tuple(Artifact(r.name, r.sha256, r.bytes, r.media_type) for r in rows)

    def events(self, job: str, after: int = 0, limit: int = 1000) -> list[Event]:
        """What happened to the job after event ``after``, in order."""
        table = schema.events
        with self.db.read() as c:
            rows = c.execute(
                sa.select(table)
                .where(table.c.job == job, table.c.seq > after)
                .order_by(table.c.seq)
                .limit(limit)
            ).all()
        return [Event(r.seq, r.job, r.at, r.kind, json.loads(r.data)) for r in rows]


def _jobs() -> sa.Select[Any]:
    packets = schema.packets
    return sa.select(_J, packets.c.name, packets.c.content_sha256, packets.c.bytes).join_from(
        _J, packets, packets.c.id == _J.c.packet
    )


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id, packet=row.packet, tenant=row.tenant, name=row.name,
        content_sha256=row.content_sha256, bytes=row.bytes, state=JobState(row.state),
        request=Request.from_json(row.request), created_at=row.created_at,
        started_at=row.started_at, ended_at=row.ended_at, not_before=row.not_before,
        pages_total=row.pages_total, pages_done=row.pages_done, outcome=row.outcome,
        error_findings=row.error_findings, summary=row.summary, reason_kind=row.reason_kind,
        reason=row.reason, owner=row.owner, crashes=row.crashes, losses=row.losses,
    )  # fmt: skip
