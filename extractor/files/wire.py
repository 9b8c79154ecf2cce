"""The few bytes that parent and child exchange: JSON head, then raw pixels, both length-prefixed.

No pickle: a child that a hostile file has taken over may send anything, and the parent must be able
to look at it without running it. Every length is checked before memory is taken for it.
"""

from __future__ import annotations

import array
import json
import os
import socket
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


class Inlet:
    """The receiving end of a socket: bytes, and the file handles sent with them."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source
        self._handles: list[int] = []

    def read(self, n: int) -> bytes:
        """Exactly ``n`` bytes.

        Raises:
            WireError: the other side went away.
        """
        data = bytearray()
        while len(data) < n:
            part, extra, _, _ = self._source.recvmsg(n - len(data), socket.CMSG_SPACE(4))
            for level, kind, body in extra:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    self._handles.extend(array.array("i", body[:4]))
            if not part:
                raise WireError("the other side went away")
            data += part
        return bytes(data)

    def handle(self) -> int:
        """The handle that came with the last message; the caller owns it.

        Raises:
            WireError: none came.
        """
        if not self._handles:
            raise WireError("no file handle was sent")
        *older, last = self._handles
        self._handles.clear()
        for left in older:
            os.close(left)
        return last


def send(sink: socket.socket, data: bytes, handle: int | None) -> None:
    """All of ``data``, the file handle with its first byte.

    Raises:
        OSError: the other side went away.
    """
    if handle is None:
        sink.sendall(data)
        return
    sent = socket.send_fds(sink, [data], [handle])
    sink.sendall(data[sent:])
