"""The site's own key: an Ed25519 key made on first use, readable by its owner only.

The key says "this was decided at this site", not who a person is. Its public half may be given to
anybody who wants to verify worksheets elsewhere.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from extractor.core.errors import ExtractorError
from extractor.decisions.heads import SignedHead
from extractor.setup.settings import settings

KEY_FILE = "site-key.pem"
PUBLIC_FILE = "site-key.pub.pem"


def site_home() -> Path:
    """Where the site's key and heads live: ``EXTRACTOR_HOME``, else the state folder of the ledger
    (``EXTRACTOR_STATE``), else the user's own (XDG)."""
    told = settings()
    if folder := told.home or told.state:
        return folder
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "extractor"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half that verifies."""

    key: Ed25519PublicKey

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the 32 raw bytes, its first 16 hex digits."""
        raw = self.key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return hashlib.sha256(raw).hexdigest()[:16]

    def vouches_for(self, head: SignedHead) -> bool:
        """Whether ``head`` was signed with this key and is unchanged."""
        try:
            self.key.verify(bytes.fromhex(head.signature), head.signed_bytes())
        except (InvalidSignature, ValueError):
            return False
        return True

    def pem(self) -> bytes:
        """The key as a file to be passed on."""
        return self.key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


@dataclass(frozen=True, slots=True)
class SiteKey:
    """The half that signs. Never leaves the machine."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.key.public_key())

    def signed(self, packet: str, length: int, hash_: str, at: str) -> SignedHead:
        """The signed head of a chain."""
        head = SignedHead(
            packet=packet, length=length, hash=hash_, at=at, key=self.public.fingerprint
        )
        return head.model_copy(update={"signature": self.key.sign(head.signed_bytes()).hex()})


def site_key(home: Path | None = None) -> SiteKey:
    """The site's key; made on first use, with mode 0600, its public half beside it.

    Raises:
        ExtractorError: the key file cannot be read, or others than its owner may read it.
    """
    path = (home or site_home()) / KEY_FILE
    try:
        if path.stat().st_mode & 0o077:
            raise ExtractorError(f"{path}：本机密钥可被他人读取；请执行 chmod 600 后重试")
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        return _made(path)
    except (ValueError, TypeError) as error:
        raise ExtractorError(f"{path}：本机密钥文件已损坏，请从备份恢复") from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise ExtractorError(f"{path}：不是 Ed25519 密钥；请从备份恢复")
    return SiteKey(loaded)


def public_key(path: Path) -> PublicKey:
    """A public key from a file.

    Raises:
        ExtractorError: the file holds none.
    """
    try:
        loaded = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ExtractorError(f"{path}：读不出公钥（应为 PEM 格式的 Ed25519 公钥）") from error
    if not isinstance(loaded, Ed25519PublicKey):
        raise ExtractorError(f"{path}：不是 Ed25519 公钥")
    return PublicKey(loaded)


def _made(path: Path) -> SiteKey:
    """A new key at ``path``. Of two processes that start at once, one makes it and both use it."""
    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(temporary, path)  # fails where another process was first
    except FileExistsError:
        return site_key(path.parent)
    finally:
        temporary.unlink(missing_ok=True)
    path.with_name(PUBLIC_FILE).write_bytes(SiteKey(key).public.pem())
    return SiteKey(key)
