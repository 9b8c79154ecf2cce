"""A ledger of the first released tables goes on under this program: nothing lost, all usable.

``released/0001.json`` holds the rows and the table definitions of such a ledger. It is never made again:
tables change by a further migration, not by another first one.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from things import DONE, claimed, packet

from extractor.jobs import database as database_module
from extractor.jobs import schema
from extractor.jobs.database import LedgerError
from extractor.jobs.ledger import LedgerPlace, open_ledger
from extractor.jobs.records import JobState

RELEASED = Path(__file__).parent / "released" / "0001.json"
MIGRATIONS = Path(database_module.__file__).parent / "migrations"


def engine_of(place: LedgerPlace) -> sa.Engine:
    url = sa.make_url(place.database_url)
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(url.set(drivername="postgresql+psycopg"))
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    return sa.create_engine(url)


def first_release(place: LedgerPlace) -> dict[str, Any]:
    """The tables and rows of the first release, put where ``place`` says; gives what was recorded."""
    recorded: dict[str, Any] = json.loads(RELEASED.read_text(encoding="utf-8"))
    engine = engine_of(place)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        tables = sa.MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if rows := recorded["rows"].get(table.name):
                connection.execute(sa.insert(table), rows)
        if engine.dialect.name == "postgresql":
            _continue_numbering(connection, tables)
    engine.dispose()
    return recorded


def _continue_numbering(connection: sa.Connection, tables: sa.MetaData) -> None:
    """Rows put in with their numbers do not move PostgreSQL's counters, as in a live ledger they had."""
    for table in tables.sorted_tables:
        for column in table.primary_key:
            name = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
            if connection.execute(sa.text(f"SELECT {name}")).scalar() is not None:
                most = f"(SELECT max({column.name}) FROM {table.name})"
                connection.execute(sa.text(f"SELECT setval({name}, coalesce({most}, 1))"))


def definitions(connection: sa.Connection) -> dict[str, str]:
    """The tables as SQLite keeps them, blanks evened out."""
    found = connection.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
    )  # fmt: skip
    return {row.name: " ".join(row.sql.split()) for row in found}


def test_the_first_released_tables_are_never_changed(tmp_path: Path) -> None:
    place = LedgerPlace(tmp_path)
    recorded = first_release(place)
    engine = engine_of(place)
    with engine.connect() as connection:
        assert definitions(connection) == recorded["tables"]
    engine.dispose()


def test_a_ledger_of_the_first_release_goes_on_under_this_program(place: LedgerPlace) -> None:
    recorded = first_release(place)
    ledger = open_ledger(place)
    with ledger.db.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        for name, rows in recorded["rows"].items():
            table = schema.metadata.tables[name]
            kept = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            assert len(kept) == len(rows), name
            for row in rows:
                assert any(row.items() <= held.items() for held in kept), (name, row)
    states = {row["id"]: JobState(row["state"]) for row in recorded["rows"]["jobs"]}
    assert {JobState.WAITING, JobState.DONE, JobState.FAILED} <= set(states.values())
    for job, state in states.items():
        assert ledger.jobs.get(job).state is state
    waiting = next(job for job, state in states.items() if state is JobState.WAITING)
    claim = claimed(ledger)
    assert claim.job == waiting  # what waited is taken up first
    assert ledger.jobs.finish(claim, DONE, [])
    assert ledger.jobs.accept(packet("新材料.pdf", "new")).job not in states
    ledger.close()


def test_an_upgrade_that_fails_half_way_leaves_the_ledger_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = LedgerPlace(tmp_path / "state")
    first_release(place)
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9998_breaks.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '9998'\n"
        f"down_revision = '{schema.REVISION}'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('a', sa.Integer))\n"
        "    op.execute('DELETE FROM jobs')\n"
        "    op.execute('no such statement')\n"
    )
    monkeypatch.setattr(database_module, "_MIGRATIONS", folder)
    monkeypatch.setattr(database_module, "REVISION", "9998")
    with pytest.raises(LedgerError):
        open_ledger(place)
    monkeypatch.undo()
    ledger = open_ledger(place)
    recorded = json.loads(RELEASED.read_text(encoding="utf-8"))
    with ledger.db.read() as connection:
        assert "half" not in sa.inspect(connection).get_table_names()
    assert all(ledger.jobs.get(row["id"]) for row in recorded["rows"]["jobs"])
    ledger.close()
