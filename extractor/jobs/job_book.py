"""The ledger's jobs: accept, claim, renew, end, and what is known of them.

Promises, each with a test on both databases:

1. ``accept`` is durable when it returns; the same key, or the same work, never makes a second job.
2. One claim statement for both databases: a job is claimed by one owner, however many ask at once.
3. Whoever lost its lease cannot end the job any more; it is told so by ``False``.
4. A clock set back neither frees a lease early nor holds one for ever: a lease that ends later than any
   grant of now could is taken for one of before the jump.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from extractor.core.errors import UsageError
from extractor.jobs import schema
from extractor.jobs.delivery_book import NewDelivery, insert_delivery
from extractor.jobs.job_changes import (
    MAX_DELAY,
    back,
    close_attempts,
    close_attempts_of,
    end,
    held,
    requeue,
    row_of,
    running_of,
    take_hold,
    tell,
)
from extractor.jobs.job_reads import JobReads
from extractor.jobs.records import (
    CRASHES,
    ENDED,
    LEASE_SECONDS,
    LOSSES,
    Accepted,
    Artifact,
    Claim,
    Finished,
    JobState,
    NewPacket,
    Request,
)

_J = schema.jobs


class KeyConflict(UsageError):
    """An idempotency key came again with another packet or another question."""


class _Raced(Exception):
    """Another process put the same job in between our look and our insert."""


@dataclass(frozen=True, slots=True)
class JobBook(JobReads):
    """Jobs of one ledger: the changes, beside what ``JobReads`` tells."""

    def accept(self, new: NewPacket, delivery: NewDelivery | None = None) -> Accepted:
        """Take a packet in. When this returns the job is on the disk.

        Raises:
            KeyConflict: the idempotency key stands for something else. LedgerError.
        """
        try:
            return self._accept(new, delivery)
        except _Raced:  # another process accepted the same at the same instant: now it is found
            return self._accept(new, delivery)

    def _accept(self, new: NewPacket, delivery: NewDelivery | None) -> Accepted:
        with self.db.write(durable=True) as c:
            accepted = self._known(c, new) or self._fresh(c, new)
            if delivery is not None:
                insert_delivery(c, accepted.job, delivery, self.clock())
            return accepted

    def _known(self, c: Connection, new: NewPacket) -> Accepted | None:
        of_tenant = sa.select(_J.c.id, _J.c.packet, _J.c.state, _J.c.request).where(
            _J.c.tenant == new.tenant
        )
        if new.idempotency_key is not None:
            row = c.execute(of_tenant.where(_J.c.idempotency_key == new.idempotency_key)).first()
            if row is not None:
                known = c.execute(
                    sa.select(schema.packets.c.content_sha256).where(
                        schema.packets.c.id == row.packet
                    )
                ).scalar_one()
                _refuse_other(row.request, known, new)
                return Accepted(row.id, row.packet, fresh=False)
        if new.same_work is None:
            return None
        row = c.execute(of_tenant.where(_J.c.same_work == new.same_work)).first()
        if row is None:
            return None
        if row.state in (JobState.FAILED, JobState.CANCELLED):
            requeue(c, row.id, self.clock())  # handed in once more: tried once more
            c.execute(
                sa.update(schema.packets).where(schema.packets.c.id == row.packet).values(kept=True)
            )
        return Accepted(row.id, row.packet, fresh=False)

    def _fresh(self, c: Connection, new: NewPacket) -> Accepted:
        now, job, packet = self.clock(), f"j{secrets.token_hex(8)}", f"p{secrets.token_hex(8)}"
        content = new.content
        c.execute(
            sa.insert(schema.packets).values(
                id=packet, tenant=new.tenant, name=content.name, is_folder=content.is_folder,
                content_sha256=content.sha256, bytes=content.bytes, received_at=now, kept=True,
            )
        )  # fmt: skip
        files = [
            {"packet": packet, "no": no, "path": f.path, "sha256": f.sha256, "bytes": f.bytes}
            for no, f in enumerate(content.files, 1)
        ]
        c.execute(sa.insert(schema.packet_files), files)
        row = {
            "id": job, "packet": packet, "tenant": new.tenant, "state": JobState.WAITING.value,
            "request": new.request.to_json(), "same_work": new.same_work,
            "idempotency_key": new.idempotency_key, "notify": new.notify, "token": 0,
            "lease_until": 0.0, "not_before": 0.0, "crashes": 0, "losses": 0, "pages_done": 0,
            "summary": "", "reason_kind": "", "reason": "", "created_at": now,
        }  # fmt: skip
        try:
            c.execute(sa.insert(_J).values(**row))
        except IntegrityError as error:
            raise _Raced from error
        tell(c, now, job, "accepted")
        return Accepted(job, packet, fresh=True)

    def claim(self, owner: str) -> Claim | None:
        """The oldest job that is due, or whose lease ended; ``None`` where there is none.

        Raises:
            LedgerError.
        """
        while True:
            with self.db.write() as c:
                row = c.execute(self._claim_statement(owner)).first()
                if row is None:
                    return None
                if row.losses >= LOSSES:
                    end(
                        c, self.clock(), row, JobState.FAILED, "lost",
                        f"处理该材料时程序或机器中断了 {LOSSES} 次，已搁置；请把材料拆小后重新提交",
                    )  # fmt: skip
                    continue
                tell(c, self.clock(), row.id, "started")
                name = c.execute(
                    sa.select(schema.packets.c.name).where(schema.packets.c.id == row.packet)
                ).scalar_one()
                c.execute(
                    sa.insert(schema.attempts).values(
                        job=row.id, page=0, owner=owner, started_at=self.clock(), outcome="",
                        message="",
                    )
                )  # fmt: skip
                return Claim(
                    row.id, row.packet, row.tenant, owner, row.token, name,
                    Request.from_json(row.request), row.lease_until,
                )  # fmt: skip

    def _claim_statement(self, owner: str) -> sa.Update:
        now = self.clock()
        due = sa.and_(
            _J.c.state == JobState.WAITING.value,
            sa.or_(_J.c.not_before <= now, _J.c.not_before > now + MAX_DELAY),
        )
        lost = sa.and_(
            _J.c.state == JobState.RUNNING.value,
            # Nobody grants a lease that ends so late: it stems from before the clock was set back.
            sa.or_(_J.c.lease_until < now, _J.c.lease_until > now + 2 * LEASE_SECONDS),
        )
        oldest = (
            sa.select(_J.c.seq)
            .where(sa.or_(due, lost))
            .order_by(_J.c.seq)
            .limit(1)
            .with_for_update(skip_locked=True)  # SQLite has no such clause and needs none
            .scalar_subquery()
        )
        was_running = sa.case((_J.c.state == JobState.RUNNING.value, 1), else_=0)
        return (
            sa.update(_J)
            .where(_J.c.seq == oldest)
            .values(
                state=JobState.RUNNING.value,
                owner=owner,
                token=_J.c.token + 1,
                losses=_J.c.losses + was_running,
                lease_until=now + LEASE_SECONDS,
                started_at=sa.func.coalesce(_J.c.started_at, now),
            )
            .returning(_J)
        )

    def beat(self, claim: Claim) -> bool:
        """Hold the lease for another ``LEASE_SECONDS``; False: it is no longer ours, stop working."""
        with self.db.write() as c:
            done = c.execute(held(claim).values(lease_until=self.clock() + LEASE_SECONDS))
            return done.rowcount == 1

    def progress(self, claim: Claim, done: int, total: int) -> bool:
        """Note how many of how many pages are dealt with; False: the lease is no longer ours."""
        with self.db.write() as c:
            done_now = c.execute(
                held(claim).values(
                    pages_done=done, pages_total=total, lease_until=self.clock() + LEASE_SECONDS
                )
            )
            if done_now.rowcount == 1:
                tell(c, self.clock(), claim.job, "page", no=done, total=total)
            return done_now.rowcount == 1

    def finish(self, claim: Claim, how: Finished, artifacts: Sequence[Artifact]) -> bool:
        """The job is done and these are its files; False: the lease was lost and nothing is noted."""
        with self.db.write(durable=True) as c:
            row = take_hold(c, claim)
            if row is None:
                return False
            c.execute(sa.delete(schema.artifacts).where(schema.artifacts.c.job == claim.job))
            if artifacts:
                c.execute(
                    sa.insert(schema.artifacts),
                    [
                        {"job": claim.job, "name": a.name, "sha256": a.sha256, "bytes": a.bytes,
                         "media_type": a.media_type}
                        for a in artifacts
                    ],
                )  # fmt: skip
            c.execute(
                sa.update(_J)
                .where(_J.c.id == claim.job)
                .values(
                    outcome=how.outcome, error_findings=how.error_findings, summary=how.summary,
                    pages_total=how.pages, pages_done=how.pages,
                )
            )  # fmt: skip
            close_attempts(c, self.clock(), claim, "done", "")
            end(c, self.clock(), row, JobState.DONE, "", "")
            return True

    def fail(self, claim: Claim, kind: str, reason: str) -> bool:
        """The job failed for good; ``reason`` is Chinese and says what the clerk can do."""
        with self.db.write(durable=True) as c:
            row = take_hold(c, claim)
            if row is None:
                return False
            close_attempts(c, self.clock(), claim, kind, reason)
            end(c, self.clock(), row, JobState.FAILED, kind, reason)
            return True

    def give_back(self, claim: Claim, why: str = "", delay_seconds: float = 0.0) -> bool:
        """Put the job back unharmed; it is due again after the delay (at most an hour)."""
        with self.db.write(durable=True) as c:
            row = take_hold(c, claim)
            if row is None:
                return False
            close_attempts(c, self.clock(), claim, "given_back", why)
            back(c, self.clock(), row, why, min(delay_seconds, MAX_DELAY))
            return True

    def crashed(self, owner: str, what: str) -> list[str]:
        """The process ``owner`` was seen to die: its jobs are given back, each charged with the death;
        one charged ``CRASHES`` times fails. Gives their ids."""
        with self.db.write(durable=True) as c:
            rows = c.execute(running_of(owner)).all()
            for row in rows:
                c.execute(sa.update(_J).where(_J.c.id == row.id).values(crashes=row.crashes + 1))
                close_attempts_of(c, self.clock(), owner, row.id, "crash", what)
                if row.crashes + 1 >= CRASHES:
                    end(
                        c, self.clock(), row, JobState.FAILED, "crash",
                        f"处理该材料的程序连续 {CRASHES} 次意外退出，未能完成；"
                        "请检查文件能否正常打开，重新导出后再提交",
                    )  # fmt: skip
                else:
                    back(c, self.clock(), row, "", 0.0)
            return [row.id for row in rows]

    def gone(self, owner: str) -> list[str]:
        """``owner`` is no more and nobody saw why (restart): its jobs are due again at once."""
        with self.db.write() as c:
            rows = c.execute(running_of(owner)).all()
            for row in rows:
                c.execute(sa.update(_J).where(_J.c.id == row.id).values(losses=row.losses + 1))
                close_attempts_of(c, self.clock(), owner, row.id, "lost", "")
                back(c, self.clock(), row, "", 0.0)
            return [row.id for row in rows]

    def owners(self) -> tuple[str, ...]:
        """All owners of running jobs."""
        with self.db.read() as c:
            found = c.execute(
                sa.select(_J.c.owner).where(_J.c.state == JobState.RUNNING.value).distinct()
            )
            return tuple(row.owner for row in found if row.owner)

    def cancel(self, job: str) -> bool:
        """End a job that has not ended; its worker notices at its next beat. False: it had ended."""
        with self.db.write(durable=True) as c:
            row = row_of(c, job)
            if row.state in ENDED:
                return False
            end(c, self.clock(), row, JobState.CANCELLED, "cancelled", "已由操作人员取消")
            return True

    def retry(self, job: str) -> bool:
        """Run an ended job again from a clean slate; pages read before come from the page cache.

        False: it has not ended. Raises UsageError: there is no such job, or its files are gone.
        """
        with self.db.write(durable=True) as c:
            row = row_of(c, job)
            if row.state not in ENDED:
                return False
            kept = c.execute(
                sa.select(schema.packets.c.kept).where(schema.packets.c.id == row.packet)
            ).scalar_one()
            if not kept:
                raise UsageError("该材料的原件已交还（在 done 或 failed 文件夹），请重新放入收件夹")
            requeue(c, job, self.clock())
            return True


def _refuse_other(row_request: str, known: str, new: NewPacket) -> None:
    """A key that comes again must come with the same packet and question (the day may differ)."""
    before = Request.from_json(row_request)
    same = before.case == new.request.case and before.lang == new.request.lang
    if known != new.content.sha256 or not same:
        raise KeyConflict("同一个提交编号（idempotency key）已用于另一份材料；请换一个编号再提交")
