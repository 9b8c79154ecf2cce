"""A watcher with the stand-in review as a process of its own, to be killed.

``python -m support.watch_process ROOT SECONDS_A_PAGE``
"""

from __future__ import annotations

import sys
from pathlib import Path

from extractor.doors.cli_watch import run_watcher
from extractor.doors.intake import SettleTimes
from extractor.doors.watch import WatchOptions
from extractor.jobs.ledger import LedgerPlace
from extractor.jobs.local import LocalSettings
from extractor.jobs.runner import RunnerSetup
from support.watching import SCHEMES, LineReaders, LineWork


def main(root: Path, seconds: float) -> None:
    options = WatchOptions(
        root / "inbox", root / "outbox", SCHEMES, "1", times=SettleTimes(0.5, 3.0, 60.0),
        poll_seconds=0.3,
    )  # fmt: skip
    setup = RunnerSetup(
        LedgerPlace(root / "state"), LineWork(), LineReaders(seconds=seconds),
        LocalSettings(1, 30.0), poll_seconds=0.3,
    )  # fmt: skip
    run_watcher(options, setup, lambda kind, words: print(kind, words, flush=True), use_events=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
