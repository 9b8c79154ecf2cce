"""The ledger: the one truth about packets, their jobs and what is owed to whom.

States and their changes are drawn in ``records``. The ledger is a database (SQLite in the state folder,
or PostgreSQL for several machines) and a blob store beside it. Every part of it speaks plain values::

    ledger = open_ledger(settings)
    accepted = ledger.jobs.accept(NewPacket(content, request, tenant, idempotency_key=…, notify=url))
    ledger.jobs.get(accepted.job)              # state, pages done, reason
    ledger.jobs.events(accepted.job, after=n)  # progress, for whoever listens
    ledger.jobs.artifacts(accepted.job)        # result files; their bytes: ledger.blobs.path(sha256)
    ledger.messages.claim(owner)               # webhooks that are owed
    ledger.heads(tenant)                       # the HeadStore of signed decisions
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from extractor.jobs import schema
from extractor.jobs.blobs import BlobStore
from extractor.jobs.database import Database
from extractor.jobs.delivery_book import DeliveryBook
from extractor.jobs.forgetting import forget_packets
from extractor.jobs.head_book import HeadBook
from extractor.jobs.job_book import JobBook
from extractor.jobs.message_book import MessageBook
from extractor.jobs.page_book import PageBook
from extractor.jobs.records import ENDED, LOCAL
from extractor.jobs.watcher_book import WatcherBook
from extractor.setup.settings import settings


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """Where the ledger lives. Picklable: each process opens its own.

    Attributes:
        state: local folder of the blob store, of work in progress and, by default, of the database.
        url: database address; empty: ``ledger.db`` in ``state``.
        busy_seconds: how long a writer waits for another one.
    """

    state: Path
    url: str = ""
    busy_seconds: float = 10.0

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.url or f"sqlite:///{self.state / 'ledger.db'}"

    @property
    def work(self) -> Path:
        """Where runners unpack packets and write results; nothing there outlives a run."""
        return self.state / "work"


@dataclass(frozen=True, slots=True)
class Ledger:
    """All books of one ledger. Safe to use from several threads."""

    place: LedgerPlace
    db: Database
    blobs: BlobStore
    jobs: JobBook
    pages: PageBook
    messages: MessageBook
    deliveries: DeliveryBook
    watchers: WatcherBook

    def close(self) -> None:
        """Close its connections."""
        self.db.close()

    def heads(self, tenant: str = LOCAL) -> HeadBook:
        """Where the heads of a tenant's chains of decisions are kept."""
        return HeadBook(self.db, tenant)

    def release(self, packet: str) -> None:
        """The packet's own files are needed no more (the originals are back with their owner)."""
        with self.db.write() as c:
            c.execute(
                sa.update(schema.packets).where(schema.packets.c.id == packet).values(kept=False)
            )

    def forget(self, files: Collection[str], jobs: Collection[str] = ()) -> int:
        """Remove every trace of the packets that hold nothing but files of these hashes, or that one of
        these jobs is of (archives are known by their job); gives how many jobs went."""
        return forget_packets(self.db, self.blobs, files, jobs)

    def sweep(self) -> int:
        """Remove blobs that no kept packet, open job or result needs; gives how many."""
        files, packets, jobs = schema.packet_files, schema.packets, schema.jobs
        still_open = sa.select(jobs.c.packet).where(jobs.c.state.not_in([s.value for s in ENDED]))
        wanted = sa.select(files.c.sha256).where(
            sa.or_(
                files.c.packet.in_(sa.select(packets.c.id).where(packets.c.kept)),
                files.c.packet.in_(still_open),
            )
        )
        with self.db.read() as c:
            needed = set(c.execute(wanted).scalars())
            needed |= set(c.execute(sa.select(schema.artifacts.c.sha256)).scalars())
        return self.blobs.sweep(needed)


def open_ledger(place: LedgerPlace, clock: Callable[[], float] = time.time) -> Ledger:
    """Open the ledger, making it or bringing it up to date where needed. ``clock``: seconds since 1970.

    Raises:
        LedgerError: it cannot be opened. UsageError: the address is wrong.
    """
    db = Database(place.database_url, place.busy_seconds)
    return Ledger(
        place, db, BlobStore(place.state / "blobs"), JobBook(db, clock), PageBook(db, clock),
        MessageBook(db, clock), DeliveryBook(db, clock), WatcherBook(db, clock),
    )  # fmt: skip


def default_place() -> LedgerPlace:
    """From the environment: ``EXTRACTOR_STATE`` (folder), ``EXTRACTOR_LEDGER`` (database address)."""
    told = settings()
    base = os.environ.get("XDG_STATE_HOME")
    state = told.state or (Path(base) if base else Path.home() / ".local" / "state") / "extractor"
    return LedgerPlace(state.resolve(), told.ledger)
