"""API keys: made once, shown once, kept as hashes; who they speak for and what they may do.

A key is ``exk_<id>_<secret>``; the secret is 256 random bits, so a plain SHA-256 of it cannot be guessed
back (slow hashes are for secrets that people choose). The file is read again when it changed: a key made
or revoked on the command line counts at once, in every process.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from extractor.core.errors import ExtractorError, UsageError
from extractor.worksheet.atomic import write_bytes_atomically


class Scope(StrEnum):
    """What a key may be used for."""

    SUBMIT = "submit"  # hand packets in, follow and cancel them, pre-check
    READ = "read"  # status, worksheets, page pictures, decisions
    DECIDE = "decide"  # decide on worksheets, judge again
    ADMIN = "admin"  # forget packets, read metrics


class Role(StrEnum):
    """What a person is. A machine that only hands in is a ``portal``."""

    PORTAL = "portal"
    REVIEWER = "reviewer"
    LEAD = "lead"  # may reopen what was signed
    ADMIN = "admin"


SCOPES_OF = {
    Role.PORTAL: frozenset({Scope.SUBMIT, Scope.READ}),
    Role.REVIEWER: frozenset({Scope.READ, Scope.DECIDE}),
    Role.LEAD: frozenset({Scope.READ, Scope.DECIDE, Scope.SUBMIT}),
    Role.ADMIN: frozenset(Scope),
}
"""What a role may do where nothing else is said."""

_KEY = re.compile(r"exk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class KeyRecord(BaseModel):
    """A key as it is kept. ``name``: who decides under it; ``expires``: ISO date, last valid day."""

    model_config = ConfigDict(frozen=True)

    id: str
    sha256: str
    name: str
    role: Role
    tenant: str
    scopes: tuple[Scope, ...]
    made: str
    expires: str | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if not TENANT.fullmatch(self.tenant):
            raise ValueError(f"tenant {self.tenant!r}: letters, digits, dots and dashes only")
        if self.expires is not None:
            dt.date.fromisoformat(self.expires)
        return self


_LIST = TypeAdapter(list[KeyRecord])


@dataclass(slots=True)
class KeyFile:
    """The keys of a site."""

    path: Path
    _known: dict[str, KeyRecord] = field(default_factory=dict)
    _stamp: tuple[int, int, int] | None = None

    def all(self) -> tuple[KeyRecord, ...]:
        """Every key, in order of making.

        Raises:
            ExtractorError: the file is damaged.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self._known, self._stamp = {}, None
            return ()
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp != self._stamp:
            try:
                found = _LIST.validate_json(self.path.read_bytes())
            except ValidationError as error:
                raise ExtractorError(f"{self.path}：密钥文件已损坏，请从备份恢复") from error
            self._known, self._stamp = {key.id: key for key in found}, stamp
        return tuple(self._known.values())

    def find(self, given: str, today: dt.date | None = None) -> KeyRecord | None:
        """The key a client shows; ``None`` for one that is unknown, wrong, revoked or over."""
        match = _KEY.fullmatch(given)
        if match is None:
            return None
        record = self.by_id(match[1], today)
        digest = hashlib.sha256(match[2].encode("ascii")).hexdigest()
        return record if record and hmac.compare_digest(record.sha256, digest) else None

    def by_id(self, ident: str, today: dt.date | None = None) -> KeyRecord | None:
        """The key of that id, if it is still good."""
        self.all()
        record = self._known.get(ident)
        if record is None or record.expires is None:
            return record
        over = dt.date.fromisoformat(record.expires) < (today or dt.date.today())
        return None if over else record

    def make(
        self, name: str, role: Role, tenant: str, scopes: frozenset[Scope] | None = None,
        expires: str | None = None,
    ) -> tuple[str, KeyRecord]:  # fmt: skip
        """A new key: the text to hand over, which is kept nowhere, and its record.

        Raises:
            UsageError: tenant or date are not right.
        """
        ident, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        kept = scopes if scopes is not None else SCOPES_OF[role]
        try:
            record = KeyRecord(
                id=ident, sha256=hashlib.sha256(secret.encode("ascii")).hexdigest(), name=name,
                role=role, tenant=tenant, scopes=tuple(s for s in Scope if s in kept),
                made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), expires=expires,
            )  # fmt: skip
        except (ValidationError, ValueError) as error:
            raise UsageError(
                "租户只能用字母、数字、点和横线（至多 64 个）；日期应如 2026-12-31"
            ) from error
        with self._changing():
            self._write([*self.all(), record])
        return f"exk_{ident}_{secret}", record

    def revoke(self, ident: str) -> bool:
        """Remove a key; whether there was one."""
        with self._changing():
            kept = [key for key in self.all() if key.id != ident]
            found = len(kept) != len(self._known)
            if found:
                self._write(kept)
        return found

    def _write(self, keys: list[KeyRecord]) -> None:
        told = [key.model_dump(mode="json") for key in keys]
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        write_bytes_atomically(self.path, text.encode("utf-8"))
        self.path.chmod(0o600)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go when closed
            yield


def site_secret(folder: Path, name: str = "service.secret") -> bytes:
    """32 random bytes of this site, made on first use; session cookies and webhooks are signed by them.

    Raises:
        OSError: the folder cannot be written.
    """
    path = folder / name
    try:
        found = path.read_bytes()
        if len(found) == 32:
            return found
        raise ExtractorError(f"{path}：密钥文件已损坏；删除后会重新生成（需要重新登录）")
    except FileNotFoundError:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.{secrets.token_hex(6)}"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_bytes(32))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(part, path)  # two processes at the first start agree on one
    except FileExistsError:
        pass
    finally:
        part.unlink()
    return path.read_bytes()
