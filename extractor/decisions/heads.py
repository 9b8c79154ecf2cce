"""The head of a packet's chain of decisions: how long it is and how it ends, signed by the site.

A chain of hashes alone proves little: who can write the file can write all hashes anew. So the head of
the chain is signed with the site's own key and kept apart from the worksheet: in the ledger, or as a
file where there is none. ``extractor verify`` compares the two.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Model


class HeadMoved(ExtractorError):
    """Somebody else decided something about the packet meanwhile; read its worksheet anew."""

    kind = "conflict"


class SignedHead(Model):
    """How a packet's chain stands.

    Attributes:
        packet: id of the packet (``Worksheet.packet.id``).
        length: number of decisions.
        hash: hash of the last decision.
        at: when it was signed, ISO 8601 in UTC.
        key: fingerprint of the site's public key.
        signature: Ed25519 over ``signed_bytes``, in hex.
    """

    packet: str
    length: int
    hash: str
    at: str
    key: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """What the signature covers: everything but itself."""
        plain = self.model_dump(exclude={"signature"})
        return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode("ascii")


class HeadStore(Protocol):
    """Where heads are kept, apart from the worksheets they vouch for."""

    def get_head(self, packet: str) -> SignedHead | None:
        """The head of this packet's chain; ``None`` where nothing was decided yet."""

    def put_head(self, head: SignedHead, expected: str | None) -> None:
        """Keep ``head`` in place of the one whose ``hash`` is ``expected`` (``None``: of none).

        Raises:
            HeadMoved: the stored head is another one.
        """

    def forget_head(self, packet: str) -> bool:
        """Remove the head of this packet; whether there was one."""


class FileHeadStore:
    """Heads as files of one folder, for sites without a ledger."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_head(self, packet: str) -> SignedHead | None:
        """See ``HeadStore``.

        Raises:
            ExtractorError: the stored file was damaged.
        """
        path = self._path(packet)
        try:
            return SignedHead.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise ExtractorError(f"{path}：处理记录的签名文件已损坏，请从备份恢复") from error

    def put_head(self, head: SignedHead, expected: str | None) -> None:
        """See ``HeadStore``. Written whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go when closed: nobody comes in between
            stored = self.get_head(head.packet)
            if (stored.hash if stored is not None else None) != expected:
                raise HeadMoved("此份材料的处理记录刚被他人更新；请重新打开底稿，确认后再提交")
            self._write(head)

    def _write(self, head: SignedHead) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
        with os.fdopen(handle, "wb") as stream:
            stream.write(head.model_dump_json(indent=1).encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(self._path(head.packet))

    def forget_head(self, packet: str) -> bool:
        """See ``HeadStore``."""
        path = self._path(packet)
        found = path.is_file()
        path.unlink(missing_ok=True)
        return found

    def _path(self, packet: str) -> Path:
        """One file a packet; its name is a digest, since ids come from outside."""
        return self._folder / f"{hashlib.sha256(packet.encode('utf-8')).hexdigest()[:32]}.json"
