"""What a watch folder owes its clerks: for each original taken, a result folder or a reason.

``pending`` ──► ``done`` (a result folder) | ``same`` (told where the result of the same content lies) |
``failed`` (a reason). The name of the result folder is reserved in the transaction that accepts
the packet, so that two packets never meet in one folder. A delivery carries the ticket under which the
original was taken: taking it in again after a restart finds the delivery and makes no second one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from extractor.jobs import schema
from extractor.jobs.database import Database

_D = schema.deliveries


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """Where a result is owed. ``ticket``: unique for each original taken. ``name``: as the original is
    called. ``result``: the wanted name of the result folder; ``-2``, ``-3`` … is added where taken."""

    ticket: str
    inbox: str
    outbox: str
    name: str
    result: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as the ledger has it. ``kind``: see the module. ``note``: what was told (Chinese)."""

    ticket: str
    job: str
    inbox: str
    outbox: str
    name: str
    result: str
    kind: str
    note: str
    accepted_at: float
    delivered_at: float | None

    @property
    def delivered(self) -> bool:
        """Whether the clerk has it."""
        return self.kind != "pending"


def insert_delivery(c: Connection, job: str, new: NewDelivery, now: float) -> None:
    """Owe a result, as part of the caller's transaction; nothing happens where it is owed already."""
    if c.execute(sa.select(_D.c.seq).where(_D.c.id == new.ticket)).first() is not None:
        return
    taken = set(c.execute(sa.select(_D.c.result_key).where(_D.c.outbox == new.outbox)).scalars())
    result, again = new.result, 2
    while result.casefold() in taken:
        result, again = f"{new.result}-{again}", again + 1
    c.execute(
        sa.insert(_D).values(
            id=new.ticket, job=job, inbox=new.inbox, outbox=new.outbox, name=new.name,
            result=result, result_key=result.casefold(), state="pending", note="",
            accepted_at=now,
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeliveryBook:
    """Deliveries of one ledger. Each method may raise ``LedgerError``."""

    db: Database
    clock: Callable[[], float]

    def pending(self, inbox: str) -> list[Delivery]:
        """All results still owed to an inbox, oldest first."""
        wanted = _D.c.inbox == inbox, _D.c.state == "pending"
        return self._find(sa.select(_D).where(*wanted).order_by(_D.c.seq))

    def recent(self, inbox: str, limit: int = 200) -> list[Delivery]:
        """The newest deliveries of an inbox, newest first."""
        return self._find(
            sa.select(_D).where(_D.c.inbox == inbox).order_by(_D.c.seq.desc()).limit(limit)
        )

    def of_job(self, job: str) -> list[Delivery]:
        """All deliveries that a job answers, oldest first."""
        return self._find(sa.select(_D).where(_D.c.job == job).order_by(_D.c.seq))

    def get(self, ticket: str) -> Delivery | None:
        """The delivery of a ticket; ``None`` where nothing was accepted under it."""
        found = self._find(sa.select(_D).where(_D.c.id == ticket))
        return found[0] if found else None

    def rename(self, ticket: str, result: str) -> bool:
        """Another result folder, since something of that name lies there; False: that is taken too."""
        with self.db.write() as c:
            clash = sa.select(_D.c.seq).where(
                _D.c.result_key == result.casefold(),
                _D.c.outbox == sa.select(_D.c.outbox).where(_D.c.id == ticket).scalar_subquery(),
            )
            if c.execute(clash).first() is not None:
                return False
            c.execute(
                sa.update(_D)
                .where(_D.c.id == ticket)
                .values(result=result, result_key=result.casefold())
            )
            return True

    def delivered(self, ticket: str, kind: str, note: str) -> None:
        """The clerk has it. ``kind``: ``done | same | failed``; ``note`` is what was told."""
        with self.db.write(durable=True) as c:
            c.execute(
                sa.update(_D)
                .where(_D.c.id == ticket)
                .values(state=kind, note=note, delivered_at=self.clock())
            )

    def _find(self, wanted: sa.Select[tuple[object, ...]]) -> list[Delivery]:
        with self.db.read() as c:
            rows = c.execute(wanted).all()
        return [
            Delivery(
                r.id, r.job, r.inbox, r.outbox, r.name, r.result, r.state, r.note,
                r.accepted_at, r.delivered_at,
            )
            for r in rows
        ]  # fmt: skip
