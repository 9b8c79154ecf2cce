"""What reads the pages of jobs: a protocol, so that a cluster may take the place of this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from extractor.core.errors import EngineError
from extractor.jobs.page_book import PageBook
from extractor.jobs.records import Claim, PageState
from extractor.pipeline.pool import PageEngine, PageOutcome, PageTask, tries_of

#: Kinds of outcomes that are no page's fault: the machine cannot read now.
NOT_THE_PAGES_FAULT = frozenset({"start", "disk", "model"})


class EngineTrouble(EngineError):
    """No page can be read now, for a reason outside of the packet. The job is given back, unharmed,
    and tried again; the message is Chinese and says what would help."""

    kind = "engine_trouble"


class Engine(Protocol):
    """Reads the pages of one job after another. Members: ``local``.

    Promises every member keeps: each page has one outcome, in order; a page is charged with the deaths
    and overruns it caused, in the ledger, and quarantined at the limit; nobody else is charged;
    what is no page's fault is an ``EngineTrouble``; where the job is no longer wanted, reading ends
    within a second with ``ReadingStopped``.
    """

    def for_job(self, claim: Claim, pages: PageBook, is_unwanted: Callable[[], bool]) -> PageEngine:
        """What reads the pages of this job."""

    def warm(self) -> None:
        """Be ready to read before there is a job, where that is possible; returns at once."""

    def close(self) -> None:
        """End all workers, within seconds."""


class LedgerTries:
    """The ledger as the book of tries of one job."""

    def __init__(self, claim: Claim, pages: PageBook) -> None:
        self._claim = claim
        self._pages = pages
        self._charged = pages.charged(claim.job)

    def charged(self, task: PageTask) -> int:
        """Tries that the page has used up, before restarts included."""
        return tries_of(*self._charged.get(task.no, (0, 0)))

    def begin(self, task: PageTask) -> None:
        """The page is about to be handed to a worker."""
        self._pages.begin(self._claim, task.no)

    def charge(self, task: PageTask, kind: str, message: str) -> None:
        """The page cost its worker."""
        deaths, kills = self._charged.get(task.no, (0, 0))
        is_kill = kind == "killed"
        self._charged[task.no] = (deaths + (not is_kill), kills + is_kill)
        self._pages.charge(self._claim, task.no, kind, message)

    def dealt_with(self, outcome: PageOutcome, *, quarantined: bool) -> None:
        """The page has its outcome; what is not its fault is not written down against it."""
        if outcome.kind in NOT_THE_PAGES_FAULT:
            return
        state = PageState.FAILED
        if outcome.read is not None:
            state = PageState.READ
        elif quarantined:
            state = PageState.QUARANTINED
        self._pages.dealt_with(
            self._claim, outcome.task.no, state, outcome.kind, outcome.message, outcome.seconds
        )
