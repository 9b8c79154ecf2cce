"""The few bytes that parent and child exchange: JSON head, then raw pixels, both length-prefixed.

No pickle: a child that a hostile file has taken over may send anything, and the parent must be able
to look at it without running it. Every length is checked before memory is taken for it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

HEAD = struct.Struct(">4sII")
MAGIC = b"XPG1"
MAX_JSON = 64 << 20

Message = dict[str, Any]


class WireError(Exception):
    """The other side sent something that is no message, or went away."""


def pack(message: Message, blob_bytes: int = 0) -> bytes:
    """Head and JSON of a message; the caller writes ``blob_bytes`` raw bytes after it."""
    body = json.dumps(message, ensure_ascii=True, allow_nan=False).encode("ascii")
    return HEAD.pack(MAGIC, len(body), blob_bytes) + body


def unpack(read: Callable[[int], bytes], max_blob: int) -> tuple[Message, bytes]:
    """One message and its blob from ``read(n)``, which gives exactly n bytes or raises.

    Raises:
        WireError: not a message, or longer than allowed.
    """
    magic, body_len, blob_len = HEAD.unpack(read(HEAD.size))
    if magic != MAGIC or body_len > MAX_JSON or blob_len > max_blob:
        raise WireError("not a message of ours, or too long")
    try:
        message = json.loads(read(body_len))
    except ValueError as exc:
        raise WireError("head is no JSON") from exc
    if not isinstance(message, dict):
        raise WireError("head is no object")
    return message, read(blob_len) if blob_len else b""
