"""The page pool keeps its promises whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from support.readers import ActingReaders, BrokenReaders

from extractor.core.errors import EngineError
from extractor.pipeline import pool as pool_module
from extractor.pipeline.pool import (
    STARTS,
    TRIES,
    PageOutcome,
    PagePool,
    PageTask,
    ReadingStopped,
    tries_of,
)


def tasks(*acts: str) -> list[PageTask]:
    return [PageTask(n, "file", act, "", "", n) for n, act in enumerate(acts, 1)]


def run(
    folder: Path, *acts: str, workers: int = 2, page_seconds: float = 60.0
) -> list[PageOutcome]:
    with PagePool(ActingReaders(folder), workers, page_seconds) as pool:
        return list(pool.read(tasks(*acts)))


def tries(folder: Path, no: int) -> int:
    return len(list(folder.glob(f"try-{no}-*")))


def pids(folder: Path) -> list[int]:
    return [int(p.name.removeprefix("pid-")) for p in folder.glob("pid-*")]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_outcomes_come_in_the_order_of_the_tasks(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "slow", "a", "slow", "b", "c")
    assert [o.task.no for o in outcomes] == [1, 2, 3, 4, 5]
    assert [o.read.text for o in outcomes if o.read] == [f"page {n}" for n in range(1, 6)]


def test_a_failure_of_a_page_is_its_outcome_and_is_not_tried_again(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "a", "fail", "b")
    assert [o.kind for o in outcomes] == ["", "damaged", ""]
    assert tries(tmp_path, 2) == 1


def test_a_worker_that_dies_is_replaced_and_its_page_is_read(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "a", "die-once", "b", workers=1)
    assert all(o.read is not None for o in outcomes)
    assert tries(tmp_path, 2) == 2
    assert len(pids(tmp_path)) == 2


def test_a_page_that_kills_every_worker_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "a", "die", "b", "c")
    assert [o.read is not None for o in outcomes] == [True, False, True, True]
    lost = outcomes[1]
    assert lost.kind == "crash"
    assert "未读" in lost.message
    assert tries(tmp_path, 2) == TRIES


def test_a_page_that_takes_too_long_costs_its_worker_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "_START_SECONDS", 8.0)
    outcomes = run(tmp_path, "a", "hang", "b", page_seconds=1.0)
    assert [o.kind for o in outcomes] == ["", "timeout", ""]
    assert tries(tmp_path, 2) == TRIES


def test_a_page_on_a_crowded_machine_gets_the_time_that_others_take_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores = os.cpu_count() or 1
    monkeypatch.setattr(os, "getloadavg", lambda: (500.0 * cores, 0.0, 0.0))
    assert [o.kind for o in run(tmp_path, "slow", page_seconds=0.1)] == [
        ""
    ]  # 0.3 s are 3 times as long
    monkeypatch.setattr(os, "getloadavg", lambda: (0.5 * cores, 0.0, 0.0))
    assert [o.kind for o in run(tmp_path, "hang", page_seconds=0.1)] == ["timeout"]


def test_every_page_may_be_lost_and_the_run_still_ends(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "die", "die", workers=1)
    assert [o.kind for o in outcomes] == ["crash", "crash"]


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    run(tmp_path, "a", "b", "die-once")
    assert len(pids(tmp_path)) >= 2
    assert not any(is_running(pid) for pid in pids(tmp_path))


def test_no_process_is_left_behind_when_the_run_is_given_up(tmp_path: Path) -> None:
    with PagePool(ActingReaders(tmp_path), 2) as pool:
        outcomes = pool.read(tasks("a", "hang", "b"))
        assert next(outcomes).task.no == 1
    assert pids(tmp_path)
    assert not any(is_running(pid) for pid in pids(tmp_path))


def test_a_reader_is_closed_when_its_work_is_done(tmp_path: Path) -> None:
    run(tmp_path, "a", workers=1)
    (pid,) = pids(tmp_path)
    assert (tmp_path / f"closed-{pid}").exists()


def test_no_more_workers_are_started_than_there_are_pages(tmp_path: Path) -> None:
    run(tmp_path, "a", workers=8)
    assert len(pids(tmp_path)) == 1


def test_no_tasks_start_no_worker(tmp_path: Path) -> None:
    assert run(tmp_path) == []
    assert pids(tmp_path) == []


def test_readers_that_cannot_start_end_the_run_and_no_page_is_blamed(tmp_path: Path) -> None:
    with PagePool(BrokenReaders(tmp_path), 2, 60.0) as pool:
        outcomes = list(pool.read(tasks(*["read"] * 20)))
    assert [o.task.no for o in outcomes] == list(range(1, 21))
    assert {o.kind for o in outcomes} == {"start"}
    assert "启动" in outcomes[0].message
    assert STARTS <= len(list(tmp_path.glob("start-*"))) <= STARTS + 2


def test_a_page_that_takes_too_much_memory_costs_its_worker_only(tmp_path: Path) -> None:
    with PagePool(ActingReaders(tmp_path), 2, page_bytes=350 << 20) as pool:
        outcomes = list(pool.read(tasks("a", "eat", "b")))
    assert [o.kind for o in outcomes] == ["", "memory", ""]
    assert "350 MB" in outcomes[1].message


def test_a_full_disk_is_no_fault_of_the_page_and_kills_no_worker(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "a", "full", "b", workers=1)
    assert [o.kind for o in outcomes] == ["", "disk", ""]
    assert "磁盘" in outcomes[1].message
    assert len(pids(tmp_path)) == 1


def test_workers_are_replaced_after_their_pages_and_kept_from_run_to_run(tmp_path: Path) -> None:
    with PagePool(ActingReaders(tmp_path), 1, recycle_after=3) as pool:
        for run_no in range(2):
            assert all(o.read for o in pool.read(tasks("a", "b")))
            assert len(pids(tmp_path)) == 1 + run_no
    assert len(pids(tmp_path)) == 2


def test_a_worker_that_died_idle_is_charged_to_no_page(tmp_path: Path) -> None:
    with PagePool(ActingReaders(tmp_path), 1) as pool:
        list(pool.read(tasks("a")))
        os.kill(pids(tmp_path)[0], signal.SIGKILL)
        time.sleep(0.1)
        book = Noted()
        assert all(o.read for o in pool.read(tasks("a"), book))
    assert book.charges == []


def test_kills_from_outside_cost_a_page_a_third_of_a_try_each(tmp_path: Path) -> None:
    assert [tries_of(0, kills) for kills in (2, 3, 8, 9)] == [0, 1, 2, 3]
    book = Noted()
    with PagePool(ActingReaders(tmp_path), 1) as pool:
        outcomes = list(pool.read(tasks("a", "killed-thrice", "b"), book))
    assert all(o.read for o in outcomes)
    assert book.kinds == ["killed"] * 3


def test_a_run_left_half_way_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    with PagePool(ActingReaders(tmp_path), 2) as pool:
        left = pool.read(tasks("a", "hang", "b"))
        assert next(left).task.no == 1
        left.close()
        outcomes = list(pool.read(tasks("c", "d", "e")))
    assert [o.task.path for o in outcomes] == ["c", "d", "e"]


def test_reading_stops_within_a_second_and_charges_nobody(tmp_path: Path) -> None:
    stop: list[float] = []
    book = Noted()
    with PagePool(ActingReaders(tmp_path), 1, should_stop=lambda: bool(stop)) as pool:
        outcomes = pool.read(tasks("a", "hang"), book)
        next(outcomes)
        stop.append(time.monotonic())
        with pytest.raises(ReadingStopped) as stopped:
            next(outcomes)
    assert isinstance(stopped.value, EngineError)
    assert book.charges == []
    assert not any(is_running(pid) for pid in pids(tmp_path))


def test_what_pages_cost_is_counted_beyond_the_life_of_a_pool(tmp_path: Path) -> None:
    book = Noted({2: TRIES - 1, 3: TRIES})
    with PagePool(ActingReaders(tmp_path), 1) as pool:
        outcomes = list(pool.read(tasks("a", "die", "never", "b"), book))
    assert [o.kind for o in outcomes] == ["", "crash", "crash", ""]
    assert (tries(tmp_path, 2), tries(tmp_path, 3)) == (1, 0)
    assert book.quarantined == [2, 3]


class Noted:
    """A book that keeps what it is told."""

    def __init__(self, charged: dict[int, int] | None = None) -> None:
        self._charged = charged or {}
        self.charges: list[int] = []
        self.kinds: list[str] = []
        self.quarantined: list[int] = []

    def charged(self, task: PageTask) -> int:
        return self._charged.get(task.no, 0)

    def begin(self, task: PageTask) -> None:
        pass

    def charge(self, task: PageTask, kind: str, message: str) -> None:
        self.charges.append(task.no)
        self.kinds.append(kind)
        self._charged[task.no] = self.charged(task) + (kind != "killed")

    def dealt_with(self, outcome: PageOutcome, *, quarantined: bool) -> None:
        if quarantined:
            self.quarantined.append(outcome.task.no)


def test_a_warm_pool_has_its_workers_before_there_is_work(tmp_path: Path) -> None:
    with PagePool(ActingReaders(tmp_path), 2) as pool:
        pool.warm()
        until = time.monotonic() + 60
        while len(pids(tmp_path)) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        before = sorted(pids(tmp_path))
        os.kill(before[0], signal.SIGKILL)
        outcomes = list(pool.read(tasks("a", "slow", "b", "slow")))
        assert [o.kind for o in outcomes] == [""] * 4
        pool.warm()  # nothing to do
        assert before[1] in pids(tmp_path) and len(pids(tmp_path)) == 3
    assert not any(is_running(pid) for pid in pids(tmp_path))
