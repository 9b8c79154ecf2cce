"""Keeps one runner alive: starts it, sees it die, charges the death, starts another.

Used by the watch folder, by ``extractor worker`` and by the service. Call ``look`` every second or so.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from extractor.jobs.database import LedgerError
from extractor.jobs.ledger import Ledger
from extractor.jobs.owners import is_gone, owner_of
from extractor.jobs.runner import RunnerSetup, clear_work, run_runner

#: Seconds a runner has to give its work back before it is killed.
STOP_SECONDS = 3.0
_LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Supervisor:
    """One runner of one ledger. ``trouble``: Chinese, why no work is done now; empty where it is."""

    setup: RunnerSetup
    ledger: Ledger
    trouble: str = ""
    _process: BaseProcess | None = None
    _pipe: Connection | None = None
    _owner: str = ""
    _unpaid: list[tuple[str, str]] = field(default_factory=list)
    _deaths: int = 0
    _not_before: float = 0.0
    _started: float = 0.0

    @property
    def pid(self) -> int | None:
        """The runner's process; ``None`` where there is none now."""
        return self._process.pid if self._process is not None else None

    @property
    def handles(self) -> list[int]:
        """What becomes readable when the runner says something or dies (for ``wait``)."""
        return [self._process.sentinel] if self._process is not None else []

    def recover(self) -> None:
        """At the start: free what processes of this machine left behind when they ended unseen.

        Raises:
            LedgerError.
        """
        for owner in self.ledger.jobs.owners():
            if is_gone(owner):
                self.ledger.jobs.gone(owner)
        clear_work(self.ledger)

    def look(self) -> None:
        """Hear what the runner says, see whether it lives, start one where there is none."""
        self._hear()
        if self._process is not None and not self._process.is_alive():
            self._buried()
        self._pay()
        if self._process is None and time.monotonic() >= self._not_before:
            self._start()

    def wake(self) -> None:
        """There is work: the runner need not wait for its next look."""
        if self._pipe is not None:
            with contextlib.suppress(OSError):  # it died; ``look`` sees to it
                self._pipe.send("look")

    def stop(self) -> None:
        """End the runner; what it was doing is given back. Takes up to ``STOP_SECONDS``."""
        process, pipe = self._process, self._pipe
        if process is None or pipe is None:
            return
        process.terminate()
        process.join(STOP_SECONDS)
        if process.is_alive():  # in the middle of a computation: its pages are in the cache
            process.kill()
            process.join()
        pipe.close()
        self._process = self._pipe = None
        with contextlib.suppress(LedgerError):  # the next start frees it
            self.ledger.jobs.gone(self._owner)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=run_runner, args=(self.setup, theirs), daemon=False)
        process.start()
        theirs.close()
        assert process.pid is not None
        self._process, self._pipe = process, ours
        self._owner, self._started = owner_of(process.pid), time.monotonic()

    def _hear(self) -> None:
        try:
            while self._pipe is not None and self._pipe.poll():
                kind, text = self._pipe.recv()
                self.trouble = text if kind == "trouble" else ""
        except (EOFError, OSError):
            pass  # it died; ``look`` sees to it

    def _buried(self) -> None:
        """The runner died: note whom to charge, and wait longer the more often it dies young."""
        assert self._process is not None and self._pipe is not None
        code = self._process.exitcode
        self._process.join()
        self._pipe.close()
        self._process = self._pipe = None
        lived = time.monotonic() - self._started
        self._deaths = 0 if lived > 60 else self._deaths + 1
        wait = min(_LONGEST_WAIT, 0.5 * 2 ** min(self._deaths, 6)) if self._deaths > 1 else 0.0
        self._not_before = time.monotonic() + wait
        if code == 0 and not self.trouble:
            self.trouble = "处理程序已退出，正在重新启动"
        self._unpaid.append((self._owner, f"exit code {code}"))

    def _pay(self) -> None:
        try:
            while self._unpaid:
                owner, what = self._unpaid[0]
                self.ledger.jobs.crashed(owner, what)
                self._unpaid.pop(0)
        except LedgerError as error:
            self.trouble = str(error)
