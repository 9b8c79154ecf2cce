"""Heads of chains of decisions, kept in the ledger: apart from the worksheets they vouch for."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from extractor.decisions.heads import HeadMoved, SignedHead
from extractor.jobs import schema
from extractor.jobs.database import Database
from extractor.jobs.records import LOCAL

_H = schema.heads
_MOVED = "此份材料的处理记录刚被他人更新；请重新打开底稿，确认后再提交"


@dataclass(frozen=True, slots=True)
class HeadBook:
    """The ``HeadStore`` of one tenant. Each method may raise ``LedgerError``."""

    db: Database
    tenant: str = LOCAL

    def get_head(self, packet: str) -> SignedHead | None:
        """The head of this packet's chain; ``None`` where nothing was decided yet."""
        with self.db.read() as c:
            row = c.execute(sa.select(_H).where(*self._is(packet))).first()
        if row is None:
            return None
        return SignedHead(
            packet=row.packet, length=row.length, hash=row.hash, at=row.at, key=row.key,
            signature=row.signature,
        )  # fmt: skip

    def put_head(self, head: SignedHead, expected: str | None) -> None:
        """Keep ``head`` in place of the one whose ``hash`` is ``expected`` (``None``: of none).

        Raises:
            HeadMoved: the stored head is another one.
        """
        with self.db.write(durable=True) as c:
            put_head_in(c, self.tenant, head, expected)

    def forget_head(self, packet: str) -> bool:
        """Remove the head of this packet; whether there was one."""
        with self.db.write(durable=True) as c:
            return c.execute(sa.delete(_H).where(*self._is(packet))).rowcount > 0

    def _is(self, packet: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (_H.c.tenant == self.tenant, _H.c.packet == packet)


def put_head_in(c: Connection, tenant: str, head: SignedHead, expected: str | None) -> None:
    """``HeadBook.put_head`` as part of the caller's transaction, which must end where this raises."""
    values = head.model_dump()
    if expected is not None:
        mine = (_H.c.tenant == tenant, _H.c.packet == head.packet, _H.c.hash == expected)
        if c.execute(sa.update(_H).where(*mine).values(**values)).rowcount != 1:
            raise HeadMoved(_MOVED)
        return
    try:
        c.execute(sa.insert(_H).values(tenant=tenant, **values))
    except IntegrityError as error:
        raise HeadMoved(_MOVED) from error
