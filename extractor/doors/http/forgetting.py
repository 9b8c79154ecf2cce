"""A packet of the ledger forgotten with all its traces."""

from __future__ import annotations

from extractor.doors.http.problems import Trouble
from extractor.doors.http.service import Service
from extractor.jobs.records import Job
from extractor.pipeline.page_cache import PageCache
from extractor.setup.paths import cache_dir


def forget(service: Service, job: Job) -> None:
    """Remove files, results, cached pages, decisions and their signed head.

    Raises:
        LedgerError, OSError: something could not be removed; what was removed stays so.
    """
    ledger = service.ledger
    files = {file.sha256 for file in ledger.jobs.content(job.packet).files}
    packet: str | None = None
    try:
        info = service.results.worksheet(job).worksheet.packet
        files |= {file.sha256 for file in info.files}  # what an archive held
        packet = info.id
    except Trouble:
        pass  # no result: nothing was decided
    cache = PageCache(cache_dir() / "pages")
    for sha256 in sorted(files):
        cache.forget_file(sha256)
    same = [
        j for j in ledger.jobs.listed((), job.tenant, limit=100_000)
        if j.id != job.id and j.content_sha256 == job.content_sha256
    ]  # fmt: skip
    if packet is not None and not same:
        ledger.heads(job.tenant).forget_head(packet)
    ledger.forget((), [job.id])
