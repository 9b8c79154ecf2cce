"""``multipart/form-data`` taken apart as it streams in: nothing is spooled, parts go where they are told.

RFC 7578 as browsers and HTTP clients send it. Works on any division of the stream into chunks (tested by
cutting everywhere); memory is bounded by ``MAX_HEADER`` and one chunk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum
from typing import Protocol
from urllib.parse import unquote_to_bytes

MAX_HEADER = 16 << 10
"""Bytes of one part's headers; more is no honest form."""
_TOKEN = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{1,70}")


class BadMultipart(ValueError):
    """The body is not the form it says it is. The message is English, for developers."""


class Parts(Protocol):
    """Told of parts as they come."""

    def begin(self, name: str, filename: str | None) -> None:
        """A part begins."""

    def data(self, chunk: bytes) -> None:
        """Bytes of the part that began last."""

    def end(self) -> None:
        """That part is whole."""


class _At(Enum):
    PREAMBLE = 1
    HEADERS = 2
    BODY = 3
    BOUNDARY = 4  # just behind one: another part, or the end
    DONE = 5


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type names.

    Raises:
        BadMultipart: it names none that is allowed.
    """
    message = Message()
    message["Content-Type"] = content_type
    found = message.get_param("boundary")
    boundary = found.encode("latin-1", "replace") if isinstance(found, str) else b""
    if not _TOKEN.fullmatch(boundary):
        raise BadMultipart("no usable boundary in Content-Type")
    return boundary


@dataclass(slots=True)
class MultipartReader:
    """Feed it the body; it tells ``parts``. ``is_done`` once the closing boundary was seen."""

    boundary: bytes
    parts: Parts
    _buffer: bytearray = field(default_factory=lambda: bytearray(b"\r\n"))
    _at: _At = _At.PREAMBLE

    @property
    def is_done(self) -> bool:
        """Whether the form is complete."""
        return self._at is _At.DONE

    def feed(self, chunk: bytes) -> None:
        """Go on with ``chunk``.

        Raises:
            BadMultipart: this is no form.
        """
        if self._at is _At.DONE:
            return  # whatever follows the end does not count
        self._buffer += chunk
        while self._step():
            pass

    def _step(self) -> bool:
        """One thing done; False: more is needed first."""
        if self._at is _At.PREAMBLE:
            return self._find_boundary(tell=False)
        if self._at is _At.BODY:
            return self._find_boundary(tell=True)
        if self._at is _At.BOUNDARY:
            return self._behind_boundary()
        if self._at is _At.HEADERS:
            return self._headers()
        return False

    def _find_boundary(self, *, tell: bool) -> bool:
        mark = b"\r\n--" + self.boundary
        at = self._buffer.find(mark)
        if at < 0:
            sure = len(self._buffer) - len(mark) + 1
            if sure > 0:
                if tell:
                    self.parts.data(bytes(self._buffer[:sure]))
                elif sure > MAX_HEADER:
                    raise BadMultipart("the first boundary is missing")
                if tell:
                    del self._buffer[:sure]
            return False
        if tell:
            if at:
                self.parts.data(bytes(self._buffer[:at]))
            self.parts.end()
        del self._buffer[: at + len(mark)]
        self._at = _At.BOUNDARY
        return True

    def _behind_boundary(self) -> bool:
        if len(self._buffer) < 2:
            return False
        if self._buffer[:2] == b"--":
            self._at = _At.DONE
            self._buffer.clear()
            return False
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > 1024:
                raise BadMultipart("a boundary line does not end")
            return False
        if bytes(self._buffer[:end]).strip(b" \t"):
            raise BadMultipart("text behind a boundary")
        # The line break stays: a part without headers would begin with an empty line.
        self._at = _At.HEADERS
        return True

    def _headers(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end > MAX_HEADER or (end < 0 and len(self._buffer) > MAX_HEADER):
            raise BadMultipart("the headers of a part are too long")
        if end < 0:
            return False
        head = bytes(self._buffer[:end])
        del self._buffer[: end + 4]
        name, filename = _disposition(_header_lines(head))
        self.parts.begin(name, filename)
        self._at = _At.BODY
        return True


def _header_lines(head: bytes) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in head.split(b"\r\n"):
        if not line.strip():
            continue
        key, colon, value = line.partition(b":")
        if not colon:
            raise BadMultipart("a header of a part has no colon")
        found[key.strip().decode("latin-1").lower()] = value.strip().decode("utf-8", "replace")
    return found


_PARAM = re.compile(r';\s*([A-Za-z0-9*_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')


def _disposition(headers: Mapping[str, str]) -> tuple[str, str | None]:
    """Name and file name; browsers send ``%22`` for a quote and UTF-8 as it is."""
    told = headers.get("content-disposition", "")
    if not told.lower().startswith("form-data"):
        raise BadMultipart("a part is no form-data")
    found = {
        m[1].lower(): m[2] if m[2] is not None else m[3] for m in _PARAM.finditer(told)
    }  # fmt: skip
    if "name" not in found:
        raise BadMultipart("a part has no name")
    filename = found.get("filename")
    extended = found.get("filename*")
    if extended is not None:  # RFC 5987, which some clients send beside the plain one
        charset, _, rest = extended.partition("'")
        text = rest.partition("'")[2]
        try:
            filename = unquote_to_bytes(text).decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError) as error:
            raise BadMultipart("a file name cannot be decoded") from error
    elif filename is not None:
        filename = filename.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
    return found["name"], filename
