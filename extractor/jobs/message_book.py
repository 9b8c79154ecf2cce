"""The outbox: messages that a change of the ledger owes to others (webhooks), sent at least once.

A message is written in the same transaction as the change it tells of, so that neither is without the
other. Whoever sends claims a message, sends it and notes the end; a sender that dies loses its lease.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from extractor.jobs import schema
from extractor.jobs.database import Database
from extractor.jobs.records import LEASE_SECONDS

#: Seconds until the next try, by tries made; after the last one the message is given up.
RETRY_SECONDS = (5.0, 60.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0)

_O = schema.outbox


@dataclass(frozen=True, slots=True)
class Message:
    """A claimed message. ``body``: JSON text; ``tries``: sendings before this one."""

    id: str
    tenant: str
    job: str
    topic: str
    target: str
    body: str
    created_at: float
    tries: int
    owner: str
    token: int


def insert_message(
    c: Connection, now: float, tenant: str, job: str, topic: str, target: str,
    body: Mapping[str, str | int],
) -> str:  # fmt: skip
    """Owe a message, as part of the caller's transaction; gives its id."""
    ident = f"msg_{secrets.token_hex(12)}"
    c.execute(
        sa.insert(_O).values(
            id=ident, tenant=tenant, job=job, topic=topic, target=target,
            body=json.dumps(dict(body), ensure_ascii=False, sort_keys=True), state="waiting",
            tries=0, token=0, lease_until=0.0, not_before=0.0, last_error="", created_at=now,
        )
    )  # fmt: skip
    return ident


@dataclass(frozen=True, slots=True)
class MessageBook:
    """The outbox of one ledger. Each method may raise ``LedgerError``."""

    db: Database
    clock: Callable[[], float]

    def claim(self, owner: str) -> Message | None:
        """The oldest message that is due, or whose sender was lost; ``None`` where there is none."""
        now = self.clock()
        longest = RETRY_SECONDS[-1]
        due = sa.and_(
            _O.c.state == "waiting",
            sa.or_(_O.c.not_before <= now, _O.c.not_before > now + longest),
        )
        lost = sa.and_(
            _O.c.state == "sending",
            sa.or_(_O.c.lease_until < now, _O.c.lease_until > now + 2 * LEASE_SECONDS),
        )
        oldest = (
            sa.select(_O.c.seq)
            .where(sa.or_(due, lost))
            .order_by(_O.c.seq)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        claim = (
            sa.update(_O)
            .where(_O.c.seq == oldest)
            .values(
                state="sending", owner=owner, token=_O.c.token + 1,
                lease_until=now + LEASE_SECONDS,
            )
            .returning(_O)
        )  # fmt: skip
        with self.db.write() as c:
            row = c.execute(claim).first()
        if row is None:
            return None
        return Message(
            row.id, row.tenant, row.job, row.topic, row.target, row.body, row.created_at,
            row.tries, owner, row.token,
        )  # fmt: skip

    def sent(self, message: Message) -> bool:
        """It arrived. False: the lease was lost meanwhile, and it may arrive once more."""
        with self.db.write(durable=True) as c:
            done = c.execute(self._held(message).values(state="sent", sent_at=self.clock()))
            return done.rowcount == 1

    def not_sent(self, message: Message, why: str, *, for_good: bool = False) -> bool:
        """It did not arrive: tried again later (``RETRY_SECONDS``), or given up. False: lease lost."""
        tries = message.tries + 1
        dead = for_good or tries > len(RETRY_SECONDS)
        wait = 0.0 if dead else RETRY_SECONDS[tries - 1]
        with self.db.write() as c:
            done = c.execute(
                self._held(message).values(
                    state="dead" if dead else "waiting", tries=tries, last_error=why,
                    not_before=self.clock() + wait, owner=None,
                )
            )  # fmt: skip
            return done.rowcount == 1

    def counts(self) -> dict[str, int]:
        """How many messages are ``waiting``, ``sending``, ``sent`` and ``dead``."""
        with self.db.read() as c:
            found = c.execute(sa.select(_O.c.state, sa.func.count()).group_by(_O.c.state))
            by_state = {row[0]: row[1] for row in found}
        return {state: by_state.get(state, 0) for state in ("waiting", "sending", "sent", "dead")}

    def _held(self, message: Message) -> sa.Update:
        return sa.update(_O).where(
            _O.c.id == message.id,
            _O.c.state == "sending",
            _O.c.owner == message.owner,
            _O.c.token == message.token,
        )
