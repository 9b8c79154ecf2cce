"""Disk full, outbox read-only, ledger locked, clock set back: a clear word, no loss, and on by itself.

The watcher and its runner are the real ones, with real processes; only the review is a stand-in.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.watching import Desk, FileClock, LineReaders

from extractor.jobs.records import JobState

MIB = 1 << 20


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path, int], None]]:
    """Mounts a file system of so many MiB; skips where that is not allowed."""
    mounted: list[Path] = []

    def mount(at: Path, size: int) -> None:
        at.mkdir(parents=True, exist_ok=True)
        call = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(at)]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        mounted.append(at)

    if shutil.which("mount") is None:
        pytest.skip("no mount command")
    yield mount
    for at in mounted:
        subprocess.run(["umount", "-l", str(at)], check=True)


def troubles(desk: Desk) -> str:
    return " | ".join(words for kind, words in desk.said if kind == "trouble")


def drop_many(desk: Desk, count: int, size: int = 0) -> None:
    for no in range(count):
        desk.drop(f"材料{no}.txt", f"第{no}份\n" + "x" * size + "\n")


def reading(desk: Desk) -> str:
    """Turn until some pages of the one packet are read; gives its job."""
    desk.turn_until("taken")
    (job,) = desk.ledger.jobs.listed()
    for _ in range(600):
        desk.turn()
        if desk.ledger.jobs.get(job.id).pages_done > 2:
            return job.id
    raise AssertionError("nothing is read")


def assert_all_answered_once(desk: Desk, count: int) -> None:
    assert desk.kinds().count("done") == count
    assert desk.kinds().count("failed") == 0
    names = sorted(p.name for p in desk.outbox.glob("材料*"))
    assert names == [f"材料{no}" for no in range(count)]
    assert len(list((desk.inbox / "done").iterdir())) == count
    assert desk.ledger.jobs.counts()[JobState.DONE] == count


def test_a_full_disk_under_the_ledger_is_said_and_all_goes_on_when_there_is_room(
    tmp_path: Path, small_disk: Callable[[Path, int], None]
) -> None:
    small_disk(tmp_path / "state", 8)
    desk = Desk(tmp_path, inline=False)
    ballast = tmp_path / "state" / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(tmp_path / "state").free - 200_000))
    drop_many(desk, 3, size=300_000)
    desk.turn_until("trouble")
    desk.turn_for(2)
    assert "磁盘" in troubles(desk)
    assert "清理磁盘" in desk.watcher.trouble.get("收件夹", "") + desk.watcher.trouble.get(
        "收件", ""
    )
    assert "done" not in desk.kinds()
    ballast.unlink()
    desk.turn_until("done", 3)
    assert_all_answered_once(desk, 3)
    assert desk.watcher.trouble == {}
    desk.close()


@pytest.mark.usefixtures("full_only")
def test_a_disk_that_fills_up_while_a_packet_is_reviewed_costs_the_packet_nothing(
    tmp_path: Path, small_disk: Callable[[Path, int], None]
) -> None:
    small_disk(tmp_path / "state", 6)
    desk = Desk(tmp_path, inline=False, readers=LineReaders(seconds=0.1))
    desk.drop("材料0.txt", "页\n" * 30 + "x" * 300_000 + "\n")
    job = reading(desk)
    ballast = tmp_path / "state" / "ballast"
    ballast.write_bytes(b"x" * shutil.disk_usage(tmp_path / "state").free)
    desk.turn_until("trouble")
    desk.turn_for(2)
    assert "磁盘" in troubles(desk)
    assert {"done", "failed"}.isdisjoint(desk.kinds())
    ballast.unlink()
    desk.turn_until("done", seconds=90)
    assert_all_answered_once(desk, 1)
    assert desk.ledger.jobs.get(job).crashes == 0
    desk.close()


@pytest.mark.usefixtures("full_only")
def test_a_full_outbox_is_said_and_no_half_result_is_ever_seen(
    tmp_path: Path, small_disk: Callable[[Path, int], None]
) -> None:
    small_disk(tmp_path / "outbox", 1)
    desk = Desk(tmp_path, inline=False)
    ballast = desk.outbox / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(desk.outbox).free - 50_000))
    drop_many(desk, 2, size=100_000)
    desk.turn_until("trouble")
    desk.turn_for(1.5)
    assert "磁盘已满" in troubles(desk)
    assert not list(desk.outbox.glob("材料*"))
    assert not (desk.inbox / "done").exists()
    ballast.unlink()
    desk.turn_until("done", 2)
    assert_all_answered_once(desk, 2)
    desk.close()


def test_a_read_only_outbox_is_said_and_results_come_when_it_can_be_written(
    tmp_path: Path, small_disk: Callable[[Path, int], None]
) -> None:
    outbox = tmp_path / "outbox"
    if os.geteuid() == 0:  # whom permissions do not stop
        small_disk(outbox, 4)

        def writable(yes: bool) -> None:
            mode = "remount,rw" if yes else "remount,ro"
            subprocess.run(["mount", "-o", mode, str(outbox)], check=True)
    else:

        def writable(yes: bool) -> None:
            outbox.chmod(0o755 if yes else 0o555)

    desk = Desk(tmp_path, inline=False)
    writable(False)
    drop_many(desk, 2)
    desk.turn_until("trouble")
    assert "只读" in troubles(desk) or "没有权限" in troubles(desk)
    assert "done" not in desk.kinds()
    writable(True)
    desk.turn_until("done", 2)
    assert_all_answered_once(desk, 2)
    assert desk.kinds()[-1] == "fine" or "fine" in desk.kinds()
    desk.close()


def test_a_locked_ledger_is_said_and_all_goes_on_when_it_is_free(tmp_path: Path) -> None:
    desk = Desk(tmp_path, inline=False, busy_seconds=0.2)
    other = sqlite3.connect(tmp_path / "state" / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    drop_many(desk, 3)
    desk.turn_until("trouble")
    desk.turn_for(2)
    assert "占用" in troubles(desk)
    assert "taken" not in desk.kinds()
    other.execute("ROLLBACK")
    other.close()
    desk.turn_until("done", 3)
    assert_all_answered_once(desk, 3)
    desk.close()


@pytest.mark.usefixtures("full_only")
def test_a_ledger_locked_in_the_middle_of_the_work_costs_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, inline=False, busy_seconds=0.2, readers=LineReaders(seconds=0.1))
    desk.drop("材料0.txt", "".join(f"第{n}页\n" for n in range(30)))
    job = reading(desk)
    other = sqlite3.connect(tmp_path / "state" / "ledger.db", isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    desk.turn_for(2)
    other.execute("ROLLBACK")
    other.close()
    desk.turn_until("done", seconds=90)
    assert_all_answered_once(desk, 1)
    assert desk.ledger.jobs.get(job).crashes == 0
    desk.close()


def test_a_clock_set_back_an_hour_delays_and_loses_nothing(tmp_path: Path) -> None:
    offset = tmp_path / "offset"
    offset.write_text("0")
    desk = Desk(tmp_path, inline=False, clock=FileClock(offset), readers=LineReaders(seconds=0.1))
    drop_many(desk, 2)
    desk.drop("材料2.txt", "第2份\n" + "页\n" * 40)
    desk.turn_until("taken", 3)
    offset.write_text("-3600")
    desk.drop("材料3.txt", "第3份\n")
    desk.turn_until("done", 4)
    assert_all_answered_once(desk, 4)
    assert desk.kinds().count("trouble") == 0
    desk.close()


@pytest.mark.usefixtures("full_only")
def test_a_runner_killed_just_before_the_clock_goes_back_is_replaced_at_once(
    tmp_path: Path,
) -> None:
    offset = tmp_path / "offset"
    offset.write_text("0")
    desk = Desk(tmp_path, inline=False, clock=FileClock(offset), readers=LineReaders(seconds=0.1))
    desk.drop("材料0.txt", "页\n" * 30)
    job = reading(desk)
    assert desk.supervisor.pid is not None
    os.kill(desk.supervisor.pid, 9)
    offset.write_text("-3600")
    desk.turn_until("done", seconds=90)
    assert_all_answered_once(desk, 1)
    assert desk.ledger.jobs.get(job).crashes == 1
    desk.close()
