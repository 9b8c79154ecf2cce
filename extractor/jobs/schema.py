"""The ledger's tables (SQLAlchemy Core), the same on SQLite and PostgreSQL.

Times are seconds since 1970, UTC, as floats: compared by the program's own clock, never the database's.
``seq`` columns give the order of arrival, which a clock set back cannot disturb. A change here needs a
migration beside ``migrations/versions``; a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0001"
"""The newest migration; the ledger's tables are of this revision or are brought to it on opening."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite counts by itself only in a column of type INTEGER.
_SEQ = BigInteger().with_variant(Integer, "sqlite")


def _seq() -> Column[int]:
    return Column("seq", _SEQ, primary_key=True, autoincrement=True)


packets = Table(
    "packets",
    metadata,
    _seq(),
    Column("id", String(40), nullable=False, unique=True),
    Column("tenant", String(100), nullable=False),
    Column("name", Text, nullable=False),
    Column("is_folder", Boolean, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("kept", Boolean, nullable=False),  # whether its files still lie in the blob store
)

packet_files = Table(
    "packet_files",
    metadata,
    Column("packet", String(40), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("bytes", BigInteger, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    _seq(),
    Column("id", String(40), nullable=False, unique=True),
    Column("packet", String(40), nullable=False, index=True),
    Column("tenant", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("request", Text, nullable=False),
    Column("same_work", String(64)),
    Column("idempotency_key", String(200)),
    Column("notify", Text),
    Column("owner", String(200)),
    Column("token", Integer, nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("not_before", Float, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("pages_total", Integer),
    Column("pages_done", Integer, nullable=False),
    Column("outcome", String(20)),
    Column("error_findings", Integer),
    Column("summary", Text, nullable=False),
    Column("reason_kind", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("ended_at", Float),
    UniqueConstraint("tenant", "same_work"),
    UniqueConstraint("tenant", "idempotency_key"),
    Index(None, "state", "seq"),
)

pages = Table(
    "pages",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("state", String(20)),
    Column("tries", Integer, nullable=False),
    Column("kills", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("seconds", Float, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    _seq(),
    Column("job", String(40), nullable=False),
    Column("page", Integer, nullable=False),
    Column("owner", String(200), nullable=False),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("outcome", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Index(None, "job", "page"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("bytes", BigInteger, nullable=False),
    Column("media_type", String(100), nullable=False),
)

events = Table(
    "events",
    metadata,
    _seq(),
    Column("job", String(40), nullable=False),
    Column("at", Float, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "job", "seq"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _seq(),
    Column("id", String(40), nullable=False, unique=True),
    Column("job", String(40), nullable=False, index=True),
    Column("inbox", Text, nullable=False),
    Column("outbox", Text, nullable=False),
    Column("name", Text, nullable=False),  # as the original is called
    Column("result", String(255), nullable=False),  # the folder in the outbox
    Column("result_key", String(255), nullable=False),  # casefolded: Windows shares fold case
    Column("state", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("accepted_at", Float, nullable=False),
    Column("delivered_at", Float),
    UniqueConstraint("outbox", "result_key"),
    Index(None, "inbox", "state"),
)

outbox = Table(
    "outbox",
    metadata,
    _seq(),
    Column("id", String(40), nullable=False, unique=True),
    Column("tenant", String(100), nullable=False),
    Column("job", String(40), nullable=False),
    Column("topic", String(40), nullable=False),
    Column("target", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("owner", String(200)),
    Column("token", Integer, nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("not_before", Float, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("sent_at", Float),
    Index(None, "state", "seq"),
)

heads = Table(
    "heads",
    metadata,
    Column("tenant", String(100), primary_key=True),
    Column("packet", String(200), primary_key=True),
    Column("length", Integer, nullable=False),
    Column("hash", String(128), nullable=False),
    Column("at", String(40), nullable=False),
    Column("key", String(128), nullable=False),
    Column("signature", String(512), nullable=False),
)

watchers = Table(
    "watchers",
    metadata,
    Column("inbox", String(500), primary_key=True),
    Column("outbox", Text, nullable=False),
    Column("owner", String(200), nullable=False),
    Column("started_at", Float, nullable=False),
    Column("beat_at", Float, nullable=False),
    Column("state", String(20), nullable=False),  # running | trouble | stopped
    Column("message", Text, nullable=False),
    Column("waiting", Text, nullable=False),  # what lies in the inbox and why it is not taken yet
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)
