"""A backup taken while work goes on is whole, and only a whole one is restored."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.watching import Desk

from extractor.core.errors import UsageError
from extractor.decisions.signing import KEY_FILE, site_key
from extractor.jobs.backup import backup, restore
from extractor.jobs.ledger import LedgerPlace, open_ledger
from extractor.jobs.records import JobState


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home"))
    site_key()
    desk = Desk(tmp_path)
    desk.drop("一.txt", "甲\n乙\n")
    desk.turn_until("done")
    yield desk
    desk.close()


def test_what_is_restored_is_what_was_there(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [job] = desk.ledger.jobs.listed()
    made = backup(desk.ledger, tmp_path / "copy")
    assert made.jobs == 1 and made.blobs > 0 and made.missing == ()
    desk.drop("二.txt", "丙\n")  # goes on after the backup
    desk.turn_until("done", 2)

    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home2"))
    place = LedgerPlace(tmp_path / "new")
    restore(tmp_path / "copy", place)
    ledger = open_ledger(place)
    [found] = ledger.jobs.listed()
    assert found == job and found.state is JobState.DONE
    for artifact in ledger.jobs.artifacts(found.id):
        there, here = ledger.blobs.path(artifact.sha256), desk.ledger.blobs.path(artifact.sha256)
        assert there.read_bytes() == here.read_bytes()
    key = (tmp_path / "home" / KEY_FILE).read_bytes()
    assert (tmp_path / "home2" / KEY_FILE).read_bytes() == key
    ledger.close()


@pytest.mark.parametrize("what", ["ledger.db", "blob", "manifest.json"])
def test_an_altered_or_cut_backup_is_refused_and_nothing_is_written(
    desk: Desk, tmp_path: Path, what: str
) -> None:
    backup(desk.ledger, tmp_path / "copy")
    bad = next((tmp_path / "copy" / "blobs").glob("??/*")) if what == "blob" else tmp_path / "copy" / what  # fmt: skip
    bad.write_bytes(bad.read_bytes()[:-1] + b"?")
    with pytest.raises(UsageError, match="备份"):
        restore(tmp_path / "copy", LedgerPlace(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_ledger_is_never_overwritten_and_neither_is_a_backup(desk: Desk, tmp_path: Path) -> None:
    backup(desk.ledger, tmp_path / "copy")
    with pytest.raises(UsageError, match="已存在"):
        backup(desk.ledger, tmp_path / "copy")
    with pytest.raises(UsageError, match="已有台账"):
        restore(tmp_path / "copy", desk.place)


def test_a_backup_that_breaks_off_leaves_nothing_under_its_name(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("extractor.jobs.blobs.shutil.copyfile", full)
    with pytest.raises(OSError):
        backup(desk.ledger, tmp_path / "copy")
    assert not [p for p in tmp_path.iterdir() if "copy" in p.name]


def test_postgresql_is_told_to_be_backed_up_by_its_own_tool(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="pg_dump"):
        restore(tmp_path / "copy", LedgerPlace(tmp_path / "x", "postgresql://u@h/d"))
