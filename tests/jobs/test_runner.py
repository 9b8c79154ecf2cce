"""Runners in processes of their own, and whoever keeps them alive."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support.watching import InlineEngine, LineReaders, LineReview, LineWork
from things import request

from extractor.core.errors import ModelError
from extractor.jobs import supervisor as supervisor_module
from extractor.jobs.ledger import Ledger, LedgerPlace, open_ledger
from extractor.jobs.local import LocalSettings
from extractor.jobs.owners import is_gone, owner_of, this_owner
from extractor.jobs.packet_files import take_in
from extractor.jobs.records import CRASHES, Job, JobState, NewPacket
from extractor.jobs.runner import Runner, RunnerSetup
from extractor.jobs.supervisor import Supervisor


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(LedgerPlace(tmp_path / "state"))
    yield opened
    opened.close()


@pytest.fixture
def setup(ledger: Ledger, tmp_path: Path) -> RunnerSetup:
    (tmp_path / "traces").mkdir()
    return RunnerSetup(
        ledger.place, LineWork(), LineReaders(tmp_path / "traces", 0.05), LocalSettings(1, 30.0),
        poll_seconds=0.1,
    )  # fmt: skip


def accept(ledger: Ledger, text: str) -> str:
    path = ledger.place.state / "given.txt"
    path.write_text(text)
    content = take_in(path, f"{hashlib.sha256(text.encode()).hexdigest()[:6]}.txt", ledger.blobs)
    return ledger.jobs.accept(NewPacket(content, request())).job


def look_until(
    supervisor: Supervisor, ledger: Ledger, job: str, seen: Callable[[Job], bool]
) -> Job:
    for _ in range(900):
        supervisor.look()
        told = ledger.jobs.get(job)
        if seen(told):
            return told
        time.sleep(0.1)
    raise AssertionError(ledger.jobs.get(job))


def test_a_stopped_runner_gives_its_work_back_and_nothing_is_charged(
    ledger: Ledger, setup: RunnerSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit keeps a stop within five seconds; on a busy test machine it would cut this short.
    assert supervisor_module.STOP_SECONDS < 5
    monkeypatch.setattr(supervisor_module, "STOP_SECONDS", 60.0)
    job = accept(ledger, "一\n二\nhang\n三\n")
    supervisor = Supervisor(setup, ledger)
    look_until(supervisor, ledger, job, lambda j: j.pages_done == 2)
    supervisor.stop()
    told = ledger.jobs.get(job)
    assert (told.state, told.crashes, told.losses) == (JobState.WAITING, 0, 0)
    assert ledger.pages.charged(job) == {}
    pids = [int(p.name.removeprefix("pid-")) for p in (tmp_path / "traces").glob("pid-*")]
    assert pids
    assert all(is_gone(this_owner().rsplit(":", 2)[0] + f":{pid}:0") for pid in pids)
    assert list(ledger.place.work.iterdir()) == []


def test_a_packet_whose_runner_dies_every_time_fails_and_the_next_one_is_done(
    ledger: Ledger, setup: RunnerSetup
) -> None:
    bad, good = accept(ledger, "crash\n"), accept(ledger, "一\n")
    supervisor = Supervisor(setup, ledger)
    told = look_until(supervisor, ledger, bad, lambda j: j.state is JobState.FAILED)
    assert (told.reason_kind, told.crashes) == ("crash", CRASHES)
    look_until(supervisor, ledger, good, lambda j: j.state is JobState.DONE)
    supervisor.stop()


def test_a_poison_page_is_quarantined_and_its_packet_is_finished_without_it(
    ledger: Ledger, setup: RunnerSetup
) -> None:
    job = accept(ledger, "一\ndie\n三\n")
    supervisor = Supervisor(setup, ledger)
    told = look_until(supervisor, ledger, job, lambda j: j.state is JobState.DONE)
    supervisor.stop()
    assert (told.outcome, told.pages_done) == ("incomplete", 3)
    assert [p.state.value for p in ledger.pages.of(job) if p.state] == [
        "read", "quarantined", "read",
    ]  # fmt: skip
    assert [a.outcome for a in ledger.pages.attempts(job, 2)] == ["crash"] * 3


def test_a_runner_whose_parent_is_gone_ends_itself(ledger: Ledger, setup: RunnerSetup) -> None:
    job = accept(ledger, "一\nhang\n")
    supervisor = Supervisor(setup, ledger)
    look_until(supervisor, ledger, job, lambda j: j.pages_done == 1)
    pid = supervisor.pid
    assert pid is not None
    owner = owner_of(pid)
    assert supervisor._pipe is not None
    supervisor._pipe.close()  # what the runner sees of its parent's death
    until = time.monotonic() + 8
    while not is_gone(owner) and time.monotonic() < until:
        time.sleep(0.1)
    assert is_gone(owner)
    assert ledger.jobs.get(job).state is JobState.WAITING


@dataclass(frozen=True, slots=True)
class NoModels:
    """Work that cannot be started."""

    def __call__(self) -> LineReview:
        raise ModelError("模型缺失；请运行 extractor models install")


def test_work_that_cannot_be_started_is_said_and_no_packet_is_blamed(
    ledger: Ledger, setup: RunnerSetup
) -> None:
    job = accept(ledger, "一\n")
    supervisor = Supervisor(replace(setup, make_work=NoModels()), ledger)
    for _ in range(300):
        supervisor.look()
        if "models install" in supervisor.trouble:
            break
        time.sleep(0.1)
    assert "models install" in supervisor.trouble
    told = ledger.jobs.get(job)
    assert (told.state, told.crashes) == (JobState.WAITING, 0)
    supervisor.stop()


def test_a_restart_frees_what_dead_processes_held_and_clears_what_they_left(
    ledger: Ledger, setup: RunnerSetup
) -> None:
    job = accept(ledger, "一\n")
    dead = this_owner().rsplit(":", 2)[0] + ":999999999:1"
    assert is_gone(dead)
    assert ledger.jobs.claim(dead) is not None
    left = ledger.place.work / f"{job}-1"
    left.mkdir(parents=True)
    Supervisor(setup, ledger).recover()
    told = ledger.jobs.get(job)
    assert (told.state, told.losses) == (JobState.WAITING, 1)
    assert not left.exists()


def test_living_and_foreign_owners_are_not_taken_for_dead() -> None:
    assert not is_gone(this_owner())
    assert not is_gone("another-machine:00000000:1:1")
    host = this_owner().rsplit(":", 3)[0]
    assert is_gone(f"{host}:otherboot:{os.getpid()}:1")
    assert is_gone(this_owner() + "9")  # the pid is used again by another process


def test_a_job_cancelled_while_it_is_read_is_left_at_once(
    ledger: Ledger, setup: RunnerSetup
) -> None:
    job = accept(ledger, "".join(f"{n}\n" for n in range(50)))
    runner = Runner(
        setup, ledger, LineReview(0.0), CancellingEngine(ledger, job), threading.Event(),
        threading.Event(), lambda _kind, _text: None,
    )  # fmt: skip
    assert runner.work_off_next()
    assert ledger.jobs.get(job).state is JobState.CANCELLED
    assert ledger.jobs.artifacts(job) == ()


def test_an_original_out_of_reach_is_a_trouble_that_stands_until_a_job_came_through(
    ledger: Ledger, setup: RunnerSetup
) -> None:
    job = accept(ledger, "一\n")
    (file,) = ledger.jobs.content(ledger.jobs.get(job).packet).files
    blob = ledger.blobs.path(file.sha256)
    away = blob.rename(blob.with_name("away"))
    said: list[tuple[str, str]] = []
    runner = Runner(
        replace(setup, trouble_seconds=0.0), ledger, LineReview(0.0), InlineEngine(),
        threading.Event(), threading.Event(), lambda kind, text: said.append((kind, text)),
    )  # fmt: skip
    assert runner.work_off_next()
    assert runner.work_off_next()
    told = ledger.jobs.get(job)
    assert (told.state, told.crashes) == (JobState.WAITING, 0)
    assert "EXTRACTOR_STATE" in told.reason
    assert [kind for kind, _text in said] == ["trouble"]  # once, and not over yet
    away.rename(blob)
    assert runner.work_off_next()
    assert ledger.jobs.get(job).state is JobState.DONE
    assert not runner.work_off_next()
    assert said[-1] == ("fine", "")


class CancellingEngine(InlineEngine):
    """An operator cancels the job while its pages are read."""

    def __init__(self, ledger: Ledger, job: str) -> None:
        self._ledger, self._job = ledger, job

    def for_job(self, claim: object, pages: object, is_unwanted: object) -> CancellingEngine:
        self._ledger.jobs.cancel(self._job)
        return self


def test_a_runner_that_makes_no_progress_ends_itself_and_the_job_is_charged(
    ledger: Ledger, setup: RunnerSetup
) -> None:
    job = accept(ledger, "一\n")
    slow = replace(setup, make_work=LineWork(600.0), stall_seconds=1.0)
    supervisor = Supervisor(slow, ledger)
    told = look_until(supervisor, ledger, job, lambda j: j.crashes == 1)
    assert told.state in (JobState.WAITING, JobState.RUNNING)
    supervisor.stop()
