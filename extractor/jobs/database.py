"""One way into the ledger's database, SQLite or PostgreSQL: transactions, durability, plain words.

Promises, each with a test:

1. A writing transaction on SQLite takes its lock at once (``BEGIN IMMEDIATE``): it waits for others up to
   ``busy_seconds`` and never fails half-way for a lock.
2. A *durable* transaction is on the disk when it returns (``synchronous=FULL``), even if the power goes;
   others survive the death of any process, but the last of them may be lost with the power.
3. Every failure of the database is a ``LedgerError`` that says in Chinese what happened and what to do.
4. Opening brings old tables up to date, once, whoever opens first; newer tables are refused, not touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from extractor.core.errors import ExtractorError, UsageError
from extractor.jobs.schema import REVISION

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_MIGRATION_LOCK = 0x65787472  # any number, the same in every process: PostgreSQL's advisory lock
_NETWORK_KINDS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph")


class LedgerError(ExtractorError):
    """The ledger cannot be used now. ``trouble``: ``locked | full | read_only | unreachable | newer |
    broken``; the first four pass when their cause does."""

    kind = "ledger"

    def __init__(self, trouble: str, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


class Database:
    """Connections to one ledger. Safe to use from several threads; not to be carried over a fork."""

    def __init__(self, url: str, busy_seconds: float = 10.0) -> None:
        """Opens the database and brings its tables up to date.

        Raises:
            UsageError: ``url`` names no database we know. LedgerError: it cannot be opened.
        """
        self._engine = _engine(url, busy_seconds)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        self._bring_up_to_date()

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; nothing can be written.

        Raises:
            LedgerError: see the class.
        """
        with _plain_words(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """A transaction: all of it or nothing; see the module for ``durable``.

        Raises:
            LedgerError: see the class.
        """
        with _plain_words(), self._engine.connect() as connection:
            mode = {"ledger_write": True, "ledger_durable": durable}
            with connection.execution_options(**mode).begin():
                yield connection

    def _bring_up_to_date(self) -> None:
        with self.read() as connection:
            if _revision(connection) == REVISION:
                return
        with self.write(durable=True) as connection:
            if not self.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            found = _revision(connection)
            if found is not None and found > REVISION:
                raise LedgerError(
                    "newer", "台账由更新版本的程序建立，本程序不能使用；请升级本程序后再运行"
                )
            if found != REVISION:
                config = Config()
                config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
                config.attributes["connection"] = connection
                command.upgrade(config, REVISION)


def _engine(url: str, busy_seconds: float) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise UsageError(f"台账只能放在 SQLite 或 PostgreSQL 里，不能用 {parsed.drivername}")
        if parsed.get_backend_name() == "postgresql":
            return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise UsageError(
            "台账地址有误；应如 sqlite:////路径/ledger.db 或 postgresql://用户@主机/库名"
        ) from error
    if not parsed.database or parsed.database == ":memory:":
        raise UsageError("台账必须是磁盘上的文件：内存里的台账一断电就没有了")
    folder = Path(parsed.database).resolve().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError("read_only", f"台账所在文件夹无法建立（{error.strerror}）") from error
    if is_network_folder(folder):
        raise UsageError("SQLite 台账不能放在网络共享上，会损坏；请放在本机磁盘，或改用 PostgreSQL")
    engine = sa.create_engine(parsed, connect_args={"timeout": busy_seconds})
    sa.event.listen(engine, "connect", _on_sqlite_connect)
    sa.event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def is_network_folder(folder: Path) -> bool:
    """Whether the folder lies on a network share, by the system's table of mounts; False if unknown."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    place, kind = "", ""
    target = str(folder.resolve())
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        at = parts[1].encode().decode("unicode_escape", "replace")
        inside = target == at or target.startswith(at.rstrip(os.sep) + os.sep)
        if inside and len(at) >= len(place):
            place, kind = at, parts[2]
    return kind in _NETWORK_KINDS


def _on_sqlite_connect(dbapi: object, _record: object) -> None:
    # The driver's own idea of transactions is switched off; ``_on_sqlite_begin`` begins them.
    dbapi.isolation_level = None  # type: ignore[attr-defined]
    cursor = dbapi.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    level = "FULL" if options.get("ledger_durable") else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous={level}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("ledger_write") else "BEGIN")


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


@contextmanager
def _plain_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _said_plainly(error) from error
    except SQLAlchemyError as error:
        raise LedgerError("broken", f"台账出错：{type(error).__name__}") from error


def _said_plainly(error: DBAPIError) -> LedgerError:
    said = str(error.orig).lower()
    if "locked" in said or "busy" in said or "lock timeout" in said:
        return LedgerError("locked", "台账正被别的程序占用；占用解除后会自动继续")
    if "full" in said or "no space" in said:
        return LedgerError("full", "台账所在磁盘已满；请清理磁盘，之后会自动继续")
    if "readonly" in said or "read-only" in said or "permission" in said:
        return LedgerError("read_only", "台账不能写入；请检查文件夹权限，之后会自动继续")
    if "unable to open" in said or "disk i/o" in said or "connect" in said or "terminat" in said:
        return LedgerError("unreachable", "台账打不开或连不上；请检查磁盘或数据库，之后会自动继续")
    if "malformed" in said or "not a database" in said:
        return LedgerError("broken", "台账文件已损坏；请用备份恢复")
    return LedgerError("broken", f"台账出错：{type(error.orig).__name__}")
