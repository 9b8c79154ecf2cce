"""Single changes of a job inside a transaction: the edges of the drawing in ``records``."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from extractor.core.errors import UsageError
from extractor.jobs import schema
from extractor.jobs.message_book import insert_message
from extractor.jobs.records import Claim, JobState

#: Longest wait a job is ever given, seconds; a longer one stems from before a clock was set back.
MAX_DELAY = 3600.0

_J = schema.jobs


def tell(c: Connection, now: float, job: str, kind: str, **data: str | int) -> None:
    """Note an event for whoever listens to the job."""
    said = json.dumps(data, ensure_ascii=False)
    c.execute(sa.insert(schema.events).values(job=job, at=now, kind=kind, data=said))


def row_of(c: Connection, job: str) -> Row[Any]:
    """The job, locked until the transaction ends.

    Raises:
        UsageError: there is none of that id.
    """
    row = c.execute(sa.select(_J).where(_J.c.id == job).with_for_update()).first()
    if row is None:
        raise UsageError(f"台账里没有编号为 {job} 的任务")
    return row


def held(claim: Claim) -> sa.Update:
    """A change of the job that happens only while ``claim`` is the newest one."""
    return sa.update(_J).where(
        _J.c.id == claim.job,
        _J.c.state == JobState.RUNNING.value,
        _J.c.owner == claim.owner,
        _J.c.token == claim.token,
    )


def take_hold(c: Connection, claim: Claim) -> Row[Any] | None:
    """The claimed job, locked; ``None`` where the claim is no longer the newest."""
    wanted = sa.select(_J).where(
        _J.c.id == claim.job,
        _J.c.state == JobState.RUNNING.value,
        _J.c.owner == claim.owner,
        _J.c.token == claim.token,
    )
    return c.execute(wanted.with_for_update()).first()


def running_of(owner: str) -> sa.Select[Any]:
    """All jobs that ``owner`` holds, locked."""
    return (
        sa.select(_J)
        .where(_J.c.state == JobState.RUNNING.value, _J.c.owner == owner)
        .with_for_update()
    )


def end(c: Connection, now: float, row: Row[Any], state: JobState, kind: str, reason: str) -> None:
    """The job has ended: noted, told to listeners, and to the webhook it named."""
    c.execute(
        sa.update(_J)
        .where(_J.c.id == row.id)
        .values(
            state=state.value, owner=None, lease_until=0.0, ended_at=now,
            reason_kind=kind, reason=reason,
        )
    )  # fmt: skip
    tell(c, now, row.id, state.value, **({"why": kind, "reason": reason} if kind else {}))
    if row.notify:
        body = {"job": row.id, "packet": row.packet, "state": state.value}
        insert_message(c, now, row.tenant, row.id, f"packet.{state.value}", row.notify, body)


def back(c: Connection, now: float, row: Row[Any], why: str, delay_seconds: float) -> None:
    """The job waits again, ``delay_seconds`` at least."""
    c.execute(
        sa.update(_J)
        .where(_J.c.id == row.id)
        .values(
            state=JobState.WAITING.value, owner=None, lease_until=0.0,
            not_before=now + delay_seconds if delay_seconds else 0.0,
            reason_kind="given_back" if why else "", reason=why,
        )
    )  # fmt: skip
    tell(c, now, row.id, "given_back", **({"reason": why} if why else {}))


def requeue(c: Connection, job: str, now: float) -> None:
    """An ended job waits again as if it were new; what was charged to it and its pages is forgotten."""
    c.execute(sa.delete(schema.pages).where(schema.pages.c.job == job))
    c.execute(sa.delete(schema.artifacts).where(schema.artifacts.c.job == job))
    c.execute(
        sa.update(_J)
        .where(_J.c.id == job)
        .values(
            state=JobState.WAITING.value, owner=None, lease_until=0.0, not_before=0.0, crashes=0,
            losses=0, pages_total=None, pages_done=0, outcome=None, error_findings=None,
            summary="", reason_kind="", reason="", started_at=None, ended_at=None,
        )
    )  # fmt: skip
    tell(c, now, job, "retried")


def close_attempts(c: Connection, now: float, claim: Claim, outcome: str, message: str) -> None:
    """All open attempts of the claim have ended so."""
    close_attempts_of(c, now, claim.owner, claim.job, outcome, message)


def close_attempts_of(
    c: Connection, now: float, owner: str, job: str, outcome: str, message: str
) -> None:
    """All open attempts of ``owner`` at ``job`` have ended so."""
    table = schema.attempts
    c.execute(
        sa.update(table)
        .where(table.c.job == job, table.c.owner == owner, table.c.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome, message=message)
    )
