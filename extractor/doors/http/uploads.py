"""A packet on its way in: straight from the wire into the blob store, counted as it comes.

Nothing is spooled first. What is declared larger than allowed is refused before a byte is taken, what
turns out to be is refused at the limit; an upload that stalls or crawls is ended. Bytes that were not
kept are gone when the request ends.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from fastapi import Request

from extractor.doors.http.multipart import BadMultipart, MultipartReader, boundary_of
from extractor.doors.http.problems import Trouble
from extractor.doors.http.settings import ServiceSettings
from extractor.jobs.blobs import BlobStore, BlobWriter
from extractor.jobs.packet_files import fitting_name
from extractor.jobs.records import PacketContent, PacketFile

_CHUNK = 1 << 20
_RESERVE_BYTES = 200 << 20
_MAX_FIELD = 4096
_FORM_OVERHEAD = 1 << 20
"""What boundaries and headers of a form may add to its declared length."""


def clean_name(name: str | None) -> str:
    """A file name as it may be kept and shown: its last part, without controls, not too long.

    What kind of file it is shows from its content, so a missing name costs nothing but beauty.
    """
    last = re.split(r"[/\\]", name or "")[-1]
    shown = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    return fitting_name(shown or "packet")


def too_large(limit: int) -> Trouble:
    """The refusal of a packet over the limit."""
    said = f"{limit / (1 << 20):.0f} MB" if limit >= 1 << 20 else f"{limit} bytes"
    return Trouble(
        "too_large", f"材料超过允许的 {said}；请拆分或降低扫描分辨率后再提交",
        f"More than the allowed {said}.", {"Connection": "close"},
    )  # fmt: skip


@dataclass(slots=True)
class Upload:
    """What came in. ``fields``: plain fields of a form."""

    content: PacketContent
    fields: dict[str, str]


async def take_upload(
    request: Request, name: str | None, settings: ServiceSettings, blobs: BlobStore
) -> Upload:
    """The packet of a request: its raw body under ``name``, or the files of a form.

    Raises:
        Trouble: too large, too slow, no form, nothing in it. OSError: the disk is full.
    """
    limit = settings.max_upload_bytes
    kind = request.headers.get("content-type", "application/octet-stream")
    is_form = kind.lower().startswith("multipart/form-data")
    _check_declared(request, limit + (_FORM_OVERHEAD if is_form else 0))
    await asyncio.to_thread(_want_room, blobs, request)
    body = _chunks(request, settings)
    if is_form:
        return await _take_form(body, kind, name, settings, blobs)
    return await _take_raw(body, clean_name(name), limit, blobs)


def _check_declared(request: Request, limit: int) -> None:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise too_large(limit)


def _want_room(blobs: BlobStore, request: Request) -> None:
    blobs.folder.mkdir(parents=True, exist_ok=True)
    declared = request.headers.get("content-length", "")
    needed = int(declared) if declared.isdigit() else 0
    if shutil.disk_usage(blobs.folder).free < needed + _RESERVE_BYTES:
        raise Trouble(
            "full", "磁盘空间不足，没有收下；请通知管理员，稍后再试",
            "Too little disk space; nothing was taken.", {"Retry-After": "60"},
        )  # fmt: skip


async def _chunks(request: Request, settings: ServiceSettings) -> AsyncIterator[bytes]:
    """The body in pieces of about a megabyte; ends uploads that stall, crawl or break off."""
    began, taken = time.monotonic(), 0
    held = bytearray()
    idle = settings.upload_idle_seconds
    more = True
    while more:
        try:
            async with asyncio.timeout(idle):
                message = await request.receive()
        except TimeoutError as error:
            raise _stalled() from error
        if message["type"] == "http.disconnect":
            raise _stalled()
        chunk, more = message.get("body", b""), message.get("more_body", False)
        request.state.body_taken = not more  # a refusal need not wait for the rest then
        taken += len(chunk)
        spent = time.monotonic() - began
        if spent > idle and taken < settings.upload_min_bytes_per_second * (spent - idle):
            raise _stalled()
        held += chunk
        if len(held) >= _CHUNK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _stalled() -> Trouble:
    return Trouble(
        "timeout", "上传中断或过慢，没有收下；请重新上传", "The upload stalled; send it again.",
        {"Connection": "close"},
    )  # fmt: skip


async def _take_raw(body: AsyncIterator[bytes], name: str, limit: int, blobs: BlobStore) -> Upload:
    with blobs.writer() as writer:
        async for chunk in body:
            if writer.bytes + len(chunk) > limit:
                raise too_large(limit)
            await asyncio.to_thread(writer.write, chunk)
        if not writer.bytes:
            raise _empty()
        sha256, size = await asyncio.to_thread(writer.keep)
    return Upload(PacketContent(name, (PacketFile(name, sha256, size),)), {})


def _empty() -> Trouble:
    return Trouble("invalid", "上传的材料是空的", "The upload is empty.")


async def _take_form(
    body: AsyncIterator[bytes], kind: str, name: str | None, settings: ServiceSettings,
    blobs: BlobStore,
) -> Upload:  # fmt: skip
    with ExitStack() as stack:
        taken = _FormFiles(settings, blobs, stack)
        try:
            reader = MultipartReader(boundary_of(kind), taken)
            async for chunk in body:
                await asyncio.to_thread(reader.feed, chunk)
        except BadMultipart as error:
            raise Trouble("bad_request", "表单格式有误，没有收下", f"Bad form: {error}.") from error
        if not reader.is_done:
            raise Trouble("bad_request", "表单不完整，没有收下", "The form is cut off.")
        if not taken.files:
            raise _empty()
    return Upload(_packet_of(taken.files, name), taken.fields)


def _packet_of(files: list[PacketFile], name: str | None) -> PacketContent:
    """One file is the packet; several are a folder."""
    if len(files) == 1:
        file = files[0]
        return PacketContent(file.path, (PacketFile(file.path, file.sha256, file.bytes),))
    shown = clean_name(name) if name else files[0].path.rpartition(".")[0] or files[0].path
    return PacketContent(shown, tuple(files), is_folder=True)


@dataclass(slots=True)
class _FormFiles:
    """Files of a form into blobs, fields into memory."""

    settings: ServiceSettings
    blobs: BlobStore
    stack: ExitStack
    files: list[PacketFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    _bytes: int = 0
    _name: str = ""
    _writer: BlobWriter | None = None
    _open: ExitStack | None = None
    _text: bytearray = field(default_factory=bytearray)

    def begin(self, name: str, filename: str | None) -> None:
        """See ``Parts``."""
        if filename is None:
            self._name, self._writer = name, None
            self._text.clear()
            return
        if len(self.files) >= self.settings.max_files:
            raise Trouble(
                "invalid", f"文件超过 {self.settings.max_files} 个；请打成压缩包后提交",
                f"More than {self.settings.max_files} files.",
            )  # fmt: skip
        self._name = self._unused(clean_name(filename))
        # Closed when the part ends; by the outer stack where the request breaks off before.
        self._open = self.stack.enter_context(ExitStack())
        self._writer = self._open.enter_context(self.blobs.writer())

    def data(self, chunk: bytes) -> None:
        """See ``Parts``."""
        self._bytes += len(chunk)
        if self._bytes > self.settings.max_upload_bytes:
            raise too_large(self.settings.max_upload_bytes)
        if self._writer is not None:
            self._writer.write(chunk)
            return
        self._text += chunk
        if len(self._text) > _MAX_FIELD:
            raise Trouble("invalid", f"表单项 {self._name} 过长", "A form field is too long.")

    def end(self) -> None:
        """See ``Parts``."""
        if self._writer is None or self._open is None:
            self.fields[self._name] = self._text.decode("utf-8", "replace").strip()
            return
        if self._writer.bytes:  # a browser sends an empty file where none was chosen
            sha256, size = self._writer.keep()
            self.files.append(PacketFile(self._name, sha256, size))
        self._open.close()
        self._writer = self._open = None

    def _unused(self, name: str) -> str:
        taken = {file.path.casefold() for file in self.files}
        unique, again = name, 2
        while unique.casefold() in taken:
            stem, dot, suffix = name.rpartition(".")
            unique = f"{stem}-{again}.{suffix}" if dot else f"{name}-{again}"
            again += 1
        return unique
