"""A stored result that is decided on or judged again: its worksheet replaced, with the head of its chain.

Both change in one transaction, so that a kill at any instant leaves a worksheet and a head that fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from extractor.decisions.heads import HeadMoved, SignedHead
from extractor.jobs import schema
from extractor.jobs.database import Database
from extractor.jobs.head_book import put_head_in
from extractor.jobs.records import Artifact

WORKSHEET = "worksheet.json"
"""Name of the artifact that is the worksheet itself."""


@dataclass(frozen=True, slots=True)
class NewHead:
    """The head to keep, and the hash of the one it follows (``None``: of none)."""

    tenant: str
    head: SignedHead
    after: str | None


@dataclass(frozen=True, slots=True)
class ResultBook:
    """Results of one ledger. Each method may raise ``LedgerError``."""

    db: Database

    def replace(self, job: str, before: str, worksheet: Artifact, head: NewHead | None) -> None:
        """Put ``worksheet`` in place of the one whose hash is ``before``.

        Other formats of the result are older then and go; page pictures stay.

        Raises:
            HeadMoved: the stored worksheet, or the head, is another one.
        """
        table = schema.artifacts
        mine = (table.c.job == job, table.c.name == WORKSHEET, table.c.sha256 == before)
        with self.db.write(durable=True) as c:
            change = sa.update(table).where(*mine)
            done = c.execute(change.values(sha256=worksheet.sha256, bytes=worksheet.bytes))
            if done.rowcount != 1:
                raise HeadMoved("此份材料的底稿刚被他人更新；请重新打开底稿，确认后再提交")
            if head is not None:
                put_head_in(c, head.tenant, head.head, head.after)
            c.execute(
                sa.delete(table).where(
                    table.c.job == job,
                    table.c.name.like("worksheet.%"),
                    table.c.name != WORKSHEET,
                )
            )
