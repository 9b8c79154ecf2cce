"""Backup and restore of a site: the ledger, the blobs it needs, and the key that signs decisions.

A backup is taken while everything runs (SQLite's online backup: one consistent instant) and is a folder
that appears under its name only when it is whole. Order matters: first the database, then the blobs it
names; blobs are never changed and outlive their last use by a day, so none of them is missed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from extractor.core.errors import UsageError
from extractor.decisions.signing import KEY_FILE, PUBLIC_FILE, site_home
from extractor.jobs.blobs import BlobStore, sync_folder
from extractor.jobs.database import LedgerError
from extractor.jobs.ledger import Ledger, LedgerPlace, open_ledger

FORMAT = "extractor.backup/1"
_MANIFEST, _DATABASE, _BLOBS, _KEYS = "manifest.json", "ledger.db", "blobs", "keys"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. ``missing``: blobs that the ledger names and the store does not have."""

    folder: Path
    jobs: int
    blobs: int
    bytes: int
    missing: tuple[str, ...] = ()


def backup(ledger: Ledger, target: Path) -> Backup:
    """Copy the site into the new folder ``target``, while it runs.

    Raises:
        UsageError: ``target`` is there already, or the ledger is not SQLite.
        LedgerError: the ledger cannot be read. OSError: the disk is full or not to be written.
    """
    source = _sqlite_file(ledger.place)
    if target.exists():
        raise UsageError(f"{target} 已存在；请给出一个新的文件夹名")
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        made = _fill(ledger, source, part)
        part.chmod(0o700)  # it holds the signing key and what applicants filed
        part.rename(target)
        sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return Backup(target, made.jobs, made.blobs, made.bytes, made.missing)


def restore(source: Path, place: LedgerPlace) -> Backup:
    """Put a backup where a ledger is to live; ``place.state`` must hold none. All is proven first.

    Raises:
        UsageError: ``source`` is no whole backup, or there is a ledger already.
    """
    database = _sqlite_file(place)
    manifest = _proven(source)
    if database.exists() or (place.state / _BLOBS).exists():
        raise UsageError(f"{place.state} 已有台账；请恢复到空文件夹，或先移走原有文件夹")
    _check(source / _DATABASE)
    place.state.mkdir(parents=True, exist_ok=True)
    for sha256 in manifest["blobs"]:
        to = BlobStore(place.state / _BLOBS).path(sha256)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(BlobStore(source / _BLOBS).path(sha256), to)
    for key in (source / _KEYS).glob("*.pem"):
        if not (site_home() / key.name).exists():
            site_home().mkdir(parents=True, exist_ok=True)
            shutil.copy2(key, site_home() / key.name)
    half = database.with_name(f".{database.name}.part")
    shutil.copyfile(source / _DATABASE, half)
    half.replace(database)  # last: with it the ledger is there
    ledger = open_ledger(place)  # brings tables of an older version up to date
    try:
        jobs = sum(ledger.jobs.counts().values())
    finally:
        ledger.close()
    return Backup(source, jobs, len(manifest["blobs"]), database.stat().st_size)


def _sqlite_file(place: LedgerPlace) -> Path:
    url = sa.engine.make_url(place.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise UsageError("台账在 PostgreSQL 里：数据库请用 pg_dump 备份，再备份 STATE 文件夹")
    return Path(url.database)


def _fill(ledger: Ledger, source: Path, folder: Path) -> Backup:
    copy = folder / _DATABASE
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=30)) as live,
            contextlib.closing(sqlite3.connect(copy)) as out,
        ):
            live.backup(out)
            out.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise LedgerError("unreachable", f"台账无法备份（{error}）") from error
    needed, jobs = _needed(copy)
    missing, total = [], 0
    for sha256 in needed:
        to = BlobStore(folder / _BLOBS).path(sha256)
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            ledger.blobs.copy_out(sha256, to)
        except FileNotFoundError:
            missing.append(sha256)
            continue
        total += to.stat().st_size
    for name in (KEY_FILE, PUBLIC_FILE):
        if (site_home() / name).is_file():
            (folder / _KEYS).mkdir(exist_ok=True)
            shutil.copy2(site_home() / name, folder / _KEYS / name)
    manifest = {
        "format": FORMAT, "made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "jobs": jobs, "ledger_sha256": _sha256(copy), "blobs": sorted(set(needed) - set(missing)),
        "missing": missing,
    }  # fmt: skip
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return Backup(folder, jobs, len(needed) - len(missing), total, tuple(missing))


def _needed(database: Path) -> tuple[list[str], int]:
    """Blobs that results, kept packets and open jobs name, and the number of jobs."""
    query = """
        SELECT sha256 FROM artifacts
        UNION SELECT f.sha256 FROM packet_files f JOIN packets p ON p.id = f.packet WHERE p.kept
        UNION SELECT f.sha256 FROM packet_files f JOIN jobs j ON j.packet = f.packet
              WHERE j.state IN ('waiting', 'running')
    """
    with contextlib.closing(sqlite3.connect(database)) as found:
        blobs = [str(row[0]) for row in found.execute(query)]
        return blobs, int(found.execute("SELECT count(*) FROM jobs").fetchone()[0])


def _proven(source: Path) -> dict[str, list[str]]:
    try:
        manifest = json.loads((source / _MANIFEST).read_text(encoding="utf-8"))
        whole = manifest["format"] == FORMAT
        whole = whole and manifest["ledger_sha256"] == _sha256(source / _DATABASE)
        store = BlobStore(source / _BLOBS)
        bad = [s for s in manifest["blobs"] if not store.has(s) or _sha256(store.path(s)) != s]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{source} 不是完整的备份，未恢复") from error
    if not whole or bad:
        raise UsageError(f"备份 {source} 已损坏或被改动，未恢复；请改用另一份备份")
    return {"blobs": [str(s) for s in manifest["blobs"]]}


def _check(database: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as found:
            said = found.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise UsageError(f"备份里的台账已损坏（{said}），未恢复；请改用另一份备份")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
