"""Who watches which inbox, and how it goes: what ``extractor watch --status`` shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from extractor.jobs import schema
from extractor.jobs.database import Database

_W = schema.watchers


@dataclass(frozen=True, slots=True)
class WatcherRecord:
    """``state``: ``running | trouble | stopped``; ``message``: Chinese, what stands in the way.
    ``waiting``: names in the inbox with the reason why each is not taken yet."""

    inbox: str
    outbox: str
    owner: str
    started_at: float
    beat_at: float
    state: str
    message: str
    waiting: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WatcherBook:
    """Watchers of one ledger. Each method may raise ``LedgerError``."""

    db: Database
    clock: Callable[[], float]

    def beat(
        self, inbox: str, outbox: str, owner: str, state: str, message: str,
        waiting: Sequence[tuple[str, str]],
    ) -> None:  # fmt: skip
        """The watcher of ``inbox`` says how it goes."""
        now = self.clock()
        said = {
            "outbox": outbox, "owner": owner, "beat_at": now, "state": state, "message": message,
            "waiting": json.dumps(list(waiting), ensure_ascii=False),
        }  # fmt: skip
        with self.db.write() as c:
            known = c.execute(
                sa.select(_W.c.owner).where(_W.c.inbox == inbox).with_for_update()
            ).first()
            if known is None:
                c.execute(sa.insert(_W).values(inbox=inbox, started_at=now, **said))
                return
            if known.owner != owner:
                said["started_at"] = now
            c.execute(sa.update(_W).where(_W.c.inbox == inbox).values(**said))

    def all(self) -> list[WatcherRecord]:
        """All watchers that ever were, the latest heard of first."""
        with self.db.read() as c:
            rows = c.execute(sa.select(_W).order_by(_W.c.beat_at.desc())).all()
        return [
            WatcherRecord(
                r.inbox, r.outbox, r.owner, r.started_at, r.beat_at, r.state, r.message,
                tuple((name, why) for name, why in json.loads(r.waiting)),
            )
            for r in rows
        ]  # fmt: skip
