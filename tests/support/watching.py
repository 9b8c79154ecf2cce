"""A watcher with a stand-in for the review: no models, pages that are lines of text.

A packet's files are read as text; each line is a page whose words say what its reader shall do:
``die`` ends its process, ``hang`` never ends, ``slow`` takes a moment; anything else is read. The result
is ``worksheet.json`` with the packet's hash and its lines, so that a cut or mixed-up packet shows.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractor.core.errors import ExtractorError
from extractor.doors.intake import SettleTimes
from extractor.doors.watch import Watcher, WatchOptions
from extractor.doors.watch_tickets import TicketDesk
from extractor.jobs.ledger import Ledger, LedgerPlace, open_ledger
from extractor.jobs.local import LocalSettings
from extractor.jobs.page_book import PageBook
from extractor.jobs.records import Claim, Finished
from extractor.jobs.runner import PacketFailed, Runner, RunnerSetup, WorkOrder
from extractor.jobs.supervisor import Supervisor
from extractor.pipeline.pool import PageOutcome, PageTask
from support.pages import line, read_page

SCHEMES = {"jiangxi_2023": "jiangxi_2023", "江西省认定管理办法": "jiangxi_2023"}
FAST = SettleTimes(file=0.3, folder=1.0, unfinished=2.0)


@dataclass(frozen=True, slots=True)
class LineReaders:
    """Makes readers of lines. ``traces``: a folder where each try leaves a file; ``None``: nowhere."""

    traces: Path | None = None
    seconds: float = 0.0

    def __call__(self) -> LineReader:
        if self.traces is not None:
            (self.traces / f"pid-{os.getpid()}").touch()
        return LineReader(self)


class LineReader:
    def __init__(self, setup: LineReaders) -> None:
        self._setup = setup

    def read(self, task: PageTask) -> PageOutcome:
        if self._setup.traces is not None:
            (self._setup.traces / f"try-{task.no}-{time.monotonic_ns()}").touch()
        if self._setup.seconds:
            time.sleep(self._setup.seconds)
        words = task.path.split()
        if "die" in words:
            os._exit(9)
        if "hang" in words:
            time.sleep(600)
        if "slow" in words:
            time.sleep(0.5)
        return PageOutcome(task, read_page(line(task.path)))

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class LineWork:
    """Makes the stand-in review; picklable."""

    seconds: float = 0.0

    def __call__(self) -> LineReview:
        return LineReview(self.seconds)


class LineReview:
    """Fails where a file says ``reject``, ends its process where one says ``crash``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __call__(self, order: WorkOrder) -> Finished:
        files = text_files(order.packet)
        text = "".join(files.values())
        if "reject" in text:
            raise PacketFailed("文件已损坏，请重新扫描")
        if "crash" in text:
            os._exit(11)
        if "bug" in text:
            raise RuntimeError("a bug")
        if "undecided" in text:
            raise ExtractorError("没有办法合适")
        lines = text.splitlines()
        tasks = [PageTask(n, "f", said, "", "", n) for n, said in enumerate(lines, 1)]
        lost = []
        for outcome in order.pages.read(tasks):
            order.progress(outcome.task.no, len(tasks), outcome)
            if outcome.read is None:
                lost.append(outcome.message)
        time.sleep(self._seconds)
        said = {
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "files": sorted(files),
            "scheme": order.request.case.scheme,
            "lost": lost,
        }
        (order.out / "worksheet.json").write_text(json.dumps(said, ensure_ascii=False))
        (order.out / "pages").mkdir()
        (order.out / "pages" / "0001.jpg").write_bytes(text.encode())
        return Finished("incomplete" if lost else "complete", 0, len(lines), "\n".join(lost))


def text_files(packet: Path) -> dict[str, str]:
    """The packet's files by name, links left out."""
    if packet.is_file():
        return {packet.name: packet.read_text("utf-8")}
    return {
        p.relative_to(packet).as_posix(): p.read_text("utf-8")
        for p in sorted(packet.rglob("*"))
        if p.is_file()
    }


@dataclass(frozen=True, slots=True)
class FileClock:
    """The machine's clock, set off by the seconds that stand in a file; picklable."""

    path: Path

    def __call__(self) -> float:
        return time.time() + float(self.path.read_text())


class InlineEngine:
    """Reads lines in this process."""

    def for_job(self, claim: Claim, pages: PageBook, is_unwanted: object) -> InlineEngine:
        return self

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        yield from map(LineReader(LineReaders()).read, tasks)

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass


class InlineSupervisor(Supervisor):
    """Works jobs off in this process, one at each look: quick, and nothing runs beside the test."""

    def look(self) -> None:
        said: list[str] = []
        Runner(
            self.setup, self.ledger, LineReview(0.0), InlineEngine(), threading.Event(),
            threading.Event(), lambda _kind, text: said.append(text),
        ).work_off_next()  # fmt: skip
        self.trouble = said[-1] if said else ""

    def stop(self) -> None:
        pass


@dataclass
class Desk:
    """Inbox, outbox and ledger of a test, with a watcher that is turned by hand.

    ``inline``: jobs are worked off in this process, and each turn lets a tenth of a second pass on the
    steady clock without waiting for it; else a runner works them off, and time is the machine's.
    """

    root: Path
    times: SettleTimes = FAST
    readers: LineReaders = field(default_factory=LineReaders)
    work: LineWork = field(default_factory=LineWork)
    inline: bool = True
    clock: Callable[[], float] = time.time
    said: list[tuple[str, str]] = field(default_factory=list)
    busy_seconds: float = 10.0
    backlog: int = 50
    _passed: float = 0.0

    def __post_init__(self) -> None:
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.outbox.mkdir(exist_ok=True)
        TicketDesk(self.inbox).prepare()
        self.ledger: Ledger = open_ledger(self.place, self.clock)
        self.start()

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def place(self) -> LedgerPlace:
        return LedgerPlace(self.root / "state", busy_seconds=self.busy_seconds)

    @property
    def setup(self) -> RunnerSetup:
        return RunnerSetup(
            self.place, self.work, self.readers, LocalSettings(1, 30.0), poll_seconds=0.2,
            reserve_bytes=0, clock=self.clock, trouble_seconds=1.0,
        )  # fmt: skip

    @property
    def options(self) -> WatchOptions:
        return WatchOptions(
            self.inbox, self.outbox, SCHEMES, "1", times=self.times, poll_seconds=0.1,
            backlog=self.backlog, reserve_bytes=0,
        )  # fmt: skip

    def start(self) -> None:
        """A new watcher, as after a restart."""
        kind = InlineSupervisor if self.inline else Supervisor
        self.supervisor = kind(self.setup, self.ledger)
        self.watcher = Watcher(
            self.options, self.ledger, self.supervisor,
            lambda kind, words: self.said.append((kind, words)), clock=self.clock,
            steady=(lambda: self._passed) if self.inline else time.monotonic,
        )  # fmt: skip

    def drop(self, name: str, text: str = "一\n二\n") -> Path:
        """Put a file into the inbox, whole at once."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def turn(self) -> None:
        """One turn, a tenth of a second later."""
        self.watcher.turn()
        self._passed += 0.1
        if not self.inline:
            time.sleep(0.1)

    def turn_until(self, seen: str, count: int = 1, seconds: float = 60.0) -> list[str]:
        """Turn the watcher until it has said ``seen`` so often; gives what it said then."""
        for _ in range(int(seconds * 10)):
            self.turn()
            found = [words for kind, words in self.said if kind == seen]
            if len(found) >= count:
                return found
        raise AssertionError(f"never said {seen} {count} times: {self.said}")

    def turn_for(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.turn()

    def result(self, name: str) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.outbox / name / "worksheet.json").read_text())
        return found

    def kinds(self) -> list[str]:
        return [kind for kind, _words in self.said]

    def close(self) -> None:
        self.supervisor.stop()
        self.ledger.close()
