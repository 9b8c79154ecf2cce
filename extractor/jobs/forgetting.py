"""A packet leaves the ledger with all its traces."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from extractor.jobs import schema
from extractor.jobs.blobs import BlobStore
from extractor.jobs.database import Database


def forget_packets(
    db: Database, blobs: BlobStore, files: Collection[str], jobs: Collection[str]
) -> int:
    """Remove each packet that holds nothing but files of these hashes, or that one of these jobs is of:
    its jobs, pages, results, deliveries, messages, and the blobs that nothing else needs, at once.

    Gives how many jobs went. A job that is just running goes too; its runner learns of it.
    """
    with db.write(durable=True) as c:
        packets = _packets(c, files, jobs)
        gone = list(
            c.execute(
                sa.select(schema.jobs.c.id).where(schema.jobs.c.packet.in_(packets))
            ).scalars()
        )
        held = _blobs_of(c, packets, gone)
        for table in (
            schema.pages, schema.attempts, schema.artifacts, schema.events, schema.deliveries,
            schema.outbox,
        ):  # fmt: skip
            c.execute(sa.delete(table).where(table.c.job.in_(gone)))
        c.execute(sa.delete(schema.jobs).where(schema.jobs.c.id.in_(gone)))
        c.execute(sa.delete(schema.packet_files).where(schema.packet_files.c.packet.in_(packets)))
        c.execute(sa.delete(schema.packets).where(schema.packets.c.id.in_(packets)))
        unneeded = held - _still_needed(c, held)
    for sha256 in unneeded:
        blobs.path(sha256).unlink(missing_ok=True)
    return len(gone)


def _packets(c: Connection, files: Collection[str], jobs: Collection[str]) -> list[str]:
    held = schema.packet_files.c
    # A form or certificate that lies in two applicants' packets must not take the other one with it.
    others = sa.select(held.packet).where(held.sha256.not_in(sorted(files)))
    by_file = sa.select(held.packet).where(
        held.sha256.in_(sorted(files)), held.packet.not_in(others)
    )
    by_job = sa.select(schema.jobs.c.packet).where(schema.jobs.c.id.in_(sorted(jobs)))
    return sorted(set(c.execute(by_file).scalars()) | set(c.execute(by_job).scalars()))


def _blobs_of(c: Connection, packets: list[str], jobs: list[str]) -> set[str]:
    files, artifacts = schema.packet_files, schema.artifacts
    held = set(c.execute(sa.select(files.c.sha256).where(files.c.packet.in_(packets))).scalars())
    return held | set(
        c.execute(sa.select(artifacts.c.sha256).where(artifacts.c.job.in_(jobs))).scalars()
    )


def _still_needed(c: Connection, among: set[str]) -> set[str]:
    wanted = sorted(among)
    files, artifacts = schema.packet_files.c.sha256, schema.artifacts.c.sha256
    found = set(c.execute(sa.select(files).where(files.in_(wanted))).scalars())
    return found | set(c.execute(sa.select(artifacts).where(artifacts.in_(wanted))).scalars())
