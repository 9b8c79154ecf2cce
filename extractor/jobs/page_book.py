"""The pages of a job: what was tried, what became of each, counted over restarts.

A try is noted before its page is handed to a worker. A death or an overrun that was *seen* is charged
to the page; a try that merely never ended (the machine went down, the watcher was killed) is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from extractor.jobs import schema
from extractor.jobs.database import Database
from extractor.jobs.records import Attempt, Claim, PageRecord, PageState

_P = schema.pages
_A = schema.attempts


@dataclass(frozen=True, slots=True)
class PageBook:
    """Pages of one ledger's jobs. Each method may raise ``LedgerError``."""

    db: Database
    clock: Callable[[], float]

    def of(self, job: str) -> list[PageRecord]:
        """All pages that were tried, by number."""
        with self.db.read() as c:
            rows = c.execute(sa.select(_P).where(_P.c.job == job).order_by(_P.c.no)).all()
        return [
            PageRecord(
                r.no, PageState(r.state) if r.state else None, r.tries, r.kind, r.message, r.seconds
            )
            for r in rows
        ]

    def charged(self, job: str) -> dict[int, tuple[int, int]]:
        """Deaths and overruns of its own, and kills from outside, by page; of pages that have any."""
        costly = sa.or_(_P.c.tries > 0, _P.c.kills > 0)
        with self.db.read() as c:
            rows = c.execute(
                sa.select(_P.c.no, _P.c.tries, _P.c.kills).where(_P.c.job == job, costly)
            )
            return {row.no: (row.tries, row.kills) for row in rows}

    def begin(self, claim: Claim, no: int) -> None:
        """Page ``no`` is about to be handed to a worker."""
        with self.db.write() as c:
            _page(self.db, c, claim.job, no)
            c.execute(
                sa.insert(_A).values(
                    job=claim.job, page=no, owner=claim.owner, started_at=self.clock(),
                    outcome="", message="",
                )
            )  # fmt: skip

    def charge(self, claim: Claim, no: int, kind: str, message: str) -> None:
        """The try ended with the worker's death or an overrun; the page may be tried again.
        ``kind`` ``killed``: something else ended the worker."""
        counter = _P.c.kills if kind == "killed" else _P.c.tries
        with self.db.write() as c:
            self._close(c, claim, no, kind, message)
            c.execute(
                sa.update(_P)
                .where(_P.c.job == claim.job, _P.c.no == no)
                .values({counter.name: counter + 1, "kind": kind, "message": message})
            )

    def dealt_with(
        self, claim: Claim, no: int, state: PageState, kind: str, message: str, seconds: float
    ) -> None:
        """The page is read, failed by itself, or is quarantined."""
        with self.db.write() as c:
            _page(self.db, c, claim.job, no)
            self._close(c, claim, no, kind or state.value, message)
            c.execute(
                sa.update(_P)
                .where(_P.c.job == claim.job, _P.c.no == no)
                .values(state=state.value, kind=kind, message=message, seconds=seconds)
            )

    def attempts(self, job: str, page: int | None = None) -> list[Attempt]:
        """All tries of the job and its pages in order; of one page where ``page`` is given."""
        wanted = sa.select(_A).where(_A.c.job == job).order_by(_A.c.seq)
        if page is not None:
            wanted = wanted.where(_A.c.page == page)
        with self.db.read() as c:
            return [
                Attempt(r.page, r.owner, r.started_at, r.ended_at, r.outcome, r.message)
                for r in c.execute(wanted)
            ]

    def _close(self, c: Connection, claim: Claim, no: int, outcome: str, message: str) -> None:
        c.execute(
            sa.update(_A)
            .where(
                _A.c.job == claim.job, _A.c.page == no, _A.c.owner == claim.owner,
                _A.c.ended_at.is_(None),
            )
            .values(ended_at=self.clock(), outcome=outcome, message=message)
        )  # fmt: skip


def _page(db: Database, c: Connection, job: str, no: int) -> None:
    """The page's row, made where it is missing."""
    insert = sqlite.insert if db.is_sqlite else postgresql.insert
    row = {"job": job, "no": no, "tries": 0, "kills": 0, "kind": "", "message": "", "seconds": 0.0}
    c.execute(insert(_P).values(**row).on_conflict_do_nothing())
