"""The page pool keeps its promises whatever happens to its workers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.readers import ActingReaders, BrokenReaders

from extractor.pipeline import pool as pool_module
from extractor.pipeline.pool import STARTS, TRIES, PageOutcome, PagePool, PageTask


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


def test_a_page_that_kills_twice_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
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
