"""The engine ``local``: workers on this machine, kept from job to job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from extractor.jobs.engine import NOT_THE_PAGES_FAULT, EngineTrouble, LedgerTries
from extractor.jobs.page_book import PageBook
from extractor.jobs.records import Claim
from extractor.pipeline.pool import PageEngine, PageOutcome, PagePool, PageTask, TaskReader

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Attributes:
    workers: processes, one thread each; about 650 MB of memory each on ONNX Runtime.
    page_seconds: wall clock for a page.
    page_bytes: resident memory of a worker; above, the page is at fault.
    recycle_after: pages until a worker is replaced.
    warm: workers are started before there is work, and again after each job.
    """

    workers: int = 2
    page_seconds: float = 120.0
    page_bytes: int | None = 1600 * _MIB
    recycle_after: int | None = 400
    warm: bool = False


class LocalEngine:
    """A ``PagePool`` that outlives jobs and writes what pages cost into the ledger."""

    def __init__(self, make_reader: Callable[[], TaskReader], settings: LocalSettings) -> None:
        self._is_unwanted: Callable[[], bool] = lambda: False
        self._is_warm = settings.warm
        self._pool = PagePool(
            make_reader,
            settings.workers,
            settings.page_seconds,
            settings.page_bytes,
            settings.recycle_after,
            should_stop=lambda: self._is_unwanted(),
        )

    def for_job(self, claim: Claim, pages: PageBook, is_unwanted: Callable[[], bool]) -> PageEngine:
        """What reads the pages of this job; one job at a time."""
        self._is_unwanted = is_unwanted
        return _JobReads(self._pool, LedgerTries(claim, pages))

    def warm(self) -> None:
        """See ``Engine``."""
        if self._is_warm:
            self._pool.warm()

    def close(self) -> None:
        """End all workers, within seconds."""
        self._pool.__exit__(None, None, None)


class _JobReads:
    def __init__(self, pool: PagePool, tries: LedgerTries) -> None:
        self._pool = pool
        self._tries = tries

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        for outcome in self._pool.read(tasks, self._tries):
            if outcome.kind in NOT_THE_PAGES_FAULT:
                raise EngineTrouble(outcome.message)
            yield outcome
