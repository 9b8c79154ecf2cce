"""The child that opens hostile files: ``python -m extractor.files.child``, one at a time.

It reads requests from stdin, a socket, and answers on what was stdout (``wire``); it ends when stdin
ends. It is the only place where files of a packet are parsed or decoded; they come as open handles, it
could not open them itself. Requests: ``{"do": "open", "media_type"}`` with a handle → ``{"pages",
"notes"}``, ``{"do": "page", "page", "dpi"}`` → the page and its pixels, ``{"do": "look", "what"}`` with a
handle → ``{"notes"}``: an office document before another program gets it. An answer with ``failure`` is a
``PageFailure``.
"""

from __future__ import annotations

import dataclasses
import os
import socket
import sys
from typing import BinaryIO, Protocol

from extractor.files.cage import allow_cpu, lock_in
from extractor.files.codec import page_to_message
from extractor.files.limits import Limits
from extractor.files.model import PageFailure, RawPage
from extractor.files.shared_file import SharedFile
from extractor.files.wire import Inlet, Message, WireError, pack, unpack


class Pages(Protocol):
    """An open file: ``PdfPages`` or ``ImagePages``."""

    total_pages: int
    notes: tuple[str, ...]

    def page(self, number: int, dpi: float) -> RawPage: ...


def main() -> None:
    """Serve requests until stdin ends. The first one gives the limits."""
    source = Inlet(socket.socket(fileno=os.dup(0)))
    sink = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)  # whatever a library prints must not look like an answer
    first, _ = unpack(source.read, 0)
    limits = Limits(**first["limits"])
    held = lock_in(limits.child_bytes)
    _send(sink, {"held": list(held)})
    current: Pages | None = None
    while True:
        try:
            request, _ = unpack(source.read, 0)
        except WireError:
            return
        allow_cpu(2 * max(limits.page_seconds, limits.open_seconds))
        try:
            if request["do"] == "look":
                from extractor.files.office_look import look_into

                look_into(source.handle(), limits)
                _send(sink, {"notes": []})
            elif request["do"] == "open":
                current = None
                current = _open(source.handle(), str(request["media_type"]), limits)
                _send(sink, {"pages": current.total_pages, "notes": list(current.notes)})
            elif current is not None:
                head, blob = page_to_message(current.page(request["page"], request["dpi"]))
                _send(sink, head, blob)
        except PageFailure as failure:
            _send(sink, {"failure": [failure.kind, failure.message, failure.detail[:500]]})
        except MemoryError:
            _send(sink, {"failure": ["memory", "文件过于庞大，读取时内存不足，未读取", ""]})
        except Exception as exc:  # parsers raise whatever they like on broken input
            _send(
                sink, {"failure": ["damaged", "内容已损坏，无法读取；请重新导出", repr(exc)[:500]]}
            )


def _open(handle: int, media_type: str, limits: Limits) -> Pages:
    # Imported here: each is heavy, and a folder of photos needs no PDF library.
    if not media_type.startswith("image/"):  # an office document arrives converted
        from extractor.files.pdf_pages import PdfPages

        return PdfPages(SharedFile(handle), limits)
    from extractor.files.image_pages import ImagePages

    return ImagePages(handle, media_type, limits)


def limits_to_message(limits: Limits) -> Message:
    """The first request: what the child must obey."""
    return {"limits": dataclasses.asdict(limits)}


def _send(sink: BinaryIO, message: Message, blob: memoryview | None = None) -> None:
    sink.write(pack(message, 0 if blob is None else blob.nbytes))
    if blob is not None:
        sink.write(blob)
    sink.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)
