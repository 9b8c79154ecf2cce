"""The database below the ledger: durability, migrations, and plain words for every failure."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from things import packet

from extractor.core.errors import UsageError
from extractor.jobs import database as database_module
from extractor.jobs import schema
from extractor.jobs.database import Database, LedgerError
from extractor.jobs.ledger import LedgerPlace, open_ledger

MIGRATIONS = Path(database_module.__file__).parent / "migrations"


def test_the_migrations_make_exactly_the_tables_of_the_schema(place: LedgerPlace) -> None:
    db = Database(place.database_url)
    with db.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_the_newest_migration_is_the_one_the_code_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.REVISION]


def test_opening_twice_changes_nothing(place: LedgerPlace) -> None:
    job = open_ledger(place).jobs.accept(packet()).job
    assert open_ledger(place).jobs.get(job).id == job


def test_tables_of_a_newer_program_are_refused_and_not_touched(place: LedgerPlace) -> None:
    db = Database(place.database_url)
    with db.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="更新版本") as error:
        open_ledger(place)
    assert error.value.trouble == "newer"


def test_two_processes_that_open_a_new_ledger_at_once_both_get_it(place: LedgerPlace) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from extractor.jobs.ledger import LedgerPlace, open_ledger\n"
        "open_ledger(LedgerPlace(Path(sys.argv[1]), sys.argv[2])).jobs.counts()\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(place.state), place.url], stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    assert [p.communicate()[1] for p in started] == [b""] * 3
    assert [p.returncode for p in started] == [0, 0, 0]


def test_a_durable_write_is_synced_and_others_are_not_slowed_by_it(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'l.db'}")
    with db.write(durable=True) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    with db.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1  # NORMAL


def test_accepting_and_ending_a_job_are_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger(LedgerPlace(tmp_path))
    asked: list[bool] = []
    write = Database.write

    def noted(self: Database, *, durable: bool = False):  # type: ignore[no-untyped-def]
        asked.append(durable)
        return write(self, durable=durable)

    monkeypatch.setattr(Database, "write", noted)
    ledger.jobs.accept(packet())
    claim = ledger.jobs.claim("me")
    assert claim is not None
    ledger.jobs.fail(claim, "damaged", "文件已损坏")
    assert asked == [True, False, True]


def test_a_locked_ledger_is_said_to_be_locked_and_works_again_afterwards(tmp_path: Path) -> None:
    ledger = open_ledger(LedgerPlace(tmp_path, busy_seconds=0.1))
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="占用") as error:
        ledger.jobs.accept(packet())
    assert error.value.trouble == "locked"
    assert ledger.jobs.counts()  # reading goes on
    other.execute("ROLLBACK")
    assert ledger.jobs.accept(packet()).fresh


def test_a_full_disk_is_said_to_be_full_and_nothing_is_half_accepted(tmp_path: Path) -> None:
    ledger = open_ledger(LedgerPlace(tmp_path))
    with ledger.db.read() as connection:  # the limit is of the connection; the pool gives it again
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    big = packet("长" * 30_000)
    with pytest.raises(LedgerError, match="已满") as error:
        ledger.jobs.accept(big)
    assert error.value.trouble == "full"
    with ledger.db.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=100000")
    assert ledger.jobs.listed() == []
    assert ledger.jobs.accept(big).fresh


def test_a_file_that_is_no_ledger_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"not a database at all" * 400)
    with pytest.raises(LedgerError) as error:
        open_ledger(LedgerPlace(tmp_path))
    assert error.value.trouble == "broken"


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite:///:memory:", "sqlite://"])
def test_an_address_that_cannot_hold_a_ledger_is_a_question_of_use(url: str) -> None:
    with pytest.raises(UsageError):
        Database(url)


def test_a_database_that_does_not_answer_is_said_to_be_unreachable(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as error:
        Database(f"postgresql://tester@/postgres?host={tmp_path}")
    assert error.value.trouble == "unreachable"


def test_sqlite_on_a_network_share_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "is_network_folder", lambda _folder: True)
    with pytest.raises(UsageError, match="网络共享"):
        open_ledger(LedgerPlace(tmp_path))
