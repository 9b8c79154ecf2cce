"""Every ledger test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.postgres import NoPostgres, private_server

from extractor.jobs.ledger import Ledger, LedgerPlace, open_ledger


@dataclass
class Clock:
    """Seconds since 1970, as told."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    try:
        server = private_server()
        url = server.__enter__()
    except NoPostgres as why:
        pytest.skip(f"PostgreSQL: {why}")
    yield url
    server.__exit__(None, None, None)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> LedgerPlace:
    """Where an empty ledger of each kind goes."""
    if request.param == "sqlite":
        return LedgerPlace(tmp_path / "state")
    server: str = request.getfixturevalue("postgres")
    engine = sa.create_engine(sa.make_url(server).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return LedgerPlace(tmp_path / "state", server)


@pytest.fixture
def ledger(place: LedgerPlace, clock: Clock) -> Iterator[Ledger]:
    opened = open_ledger(place, clock)
    yield opened
    opened.close()
