"""Page workers killed again and again: every page is read once, a poison page costs only itself."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

from support.watching import LineReaders

from extractor.jobs.ledger import LedgerPlace, open_ledger
from extractor.jobs.local import LocalEngine, LocalSettings
from extractor.jobs.records import NewPacket, PacketContent, PacketFile, PageState, Request
from extractor.pipeline.pool import TRIES, PageTask, tries_of
from extractor.setup.case import CaseFile


class Killer(threading.Thread):
    """Kills living workers at random until it has killed so many."""

    def __init__(self, traces: Path, kills: int, every: float) -> None:
        super().__init__(daemon=True)
        self.traces, self.kills, self.every = traces, kills, every
        self.killed = 0
        self.stop = threading.Event()

    def run(self) -> None:
        chance = random.Random(7)
        while self.killed < self.kills and not self.stop.wait(
            chance.uniform(0.2, 1.8) * self.every
        ):
            pids = [int(p.name.removeprefix("pid-")) for p in self.traces.glob("pid-*")]
            alive = [pid for pid in pids if _is_worker(pid)]
            if alive:
                os.kill(chance.choice(alive), signal.SIGKILL)
                self.killed += 1


def _is_worker(pid: int) -> bool:
    try:
        return f"PPid:\t{os.getpid()}\n" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_killed_workers_cost_time_only_and_a_poison_page_only_itself(
    tmp_path: Path, is_full: bool
) -> None:
    pages, kills, seconds = (500, 50, 0.25) if is_full else (30, 3, 0.2)
    poison = pages // 2
    traces = tmp_path / "traces"
    traces.mkdir()
    ledger = open_ledger(LedgerPlace(tmp_path / "state"))
    asked = Request(CaseFile(), dt.date(2026, 5, 4))
    content = PacketContent("a.pdf", (PacketFile("a.pdf", "0" * 64, 1),))
    job = ledger.jobs.accept(NewPacket(content, asked)).job
    claim = ledger.jobs.claim("me")
    assert claim is not None
    engine = LocalEngine(LineReaders(traces, seconds), LocalSettings(2, 60.0, recycle_after=60))
    killer = Killer(traces, kills, every=(pages * seconds / 2) / kills)
    tasks = [
        PageTask(no, "f", "die" if no == poison else f"page {no}", "", "", no)
        for no in range(1, pages + 1)
    ]
    began = time.monotonic()
    killer.start()
    try:
        reads = engine.for_job(claim, ledger.pages, lambda: False)
        outcomes = list(reads.read(tasks))
    finally:
        killer.stop.set()
        engine.close()
    took = time.monotonic() - began

    assert [o.task.no for o in outcomes] == list(range(1, pages + 1))
    lost = [o.task.no for o in outcomes if o.read is None]
    tried = Counter(int(p.name.split("-")[1]) for p in traces.glob("try-*"))
    records = {page.no: page for page in ledger.pages.of(job)}
    again = sum(count - 1 for no, count in tried.items() if no != poison)
    print(
        f"\n{pages} pages, {killer.killed} kills: {pages - len(lost)} read once, not read {lost}, "
        f"{again} pages begun again, {len(list(traces.glob('pid-*')))} workers, {took:.0f} s"
    )
    assert lost == [poison]
    # The killer may hit a worker that holds the poison: a kill from outside is a part of a try only.
    ends = Counter(attempt.outcome for attempt in ledger.pages.attempts(job, poison))
    assert set(ends) <= {"crash", "killed"}
    assert outcomes[poison - 1].kind in ends
    assert tries_of(ends["crash"], ends["killed"]) == TRIES
    assert ends["killed"] <= killer.killed
    assert tried[poison] <= ends["crash"] + ends["killed"]
    assert records[poison].state is PageState.QUARANTINED
    assert all(records[no].state is PageState.READ for no in records if no != poison)
    assert len(records) == pages
    assert again <= killer.killed
    assert killer.killed == kills
    ledger.close()
