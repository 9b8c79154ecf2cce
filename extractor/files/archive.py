"""Zip archives, unpacked as if written by an enemy.

Member names never become paths: members are written to numbered files. Sizes are measured while
streaming, never believed. Only stored and deflated members are unpacked: Python bounds the memory of
these two while decompressing, of bzip2 and LZMA it does not, and packers do not write them unasked.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from extractor.files.limits import Limits
from extractor.files.names import decode_names, is_junk, refusal_of_member

_CHUNK = 1 << 20
_MAX_DIRECTORY_BYTES = 4 << 20  # some 40,000 members; zipfile reads the directory whole
_END_RECORD = struct.Struct("<4s4H2LH")
_UNICODE_PATH_FIELD = 0x7075  # Info-ZIP: UTF-8 name beside the legacy one
_ENCRYPTED_BITS = 0x1 | 0x40


class BrokenArchive(Exception):
    """The archive as a whole cannot be read. ``too_long``: it holds more names than we look at."""

    def __init__(self, detail: str, *, too_long: bool = False) -> None:
        super().__init__(detail)
        self.too_long = too_long


class MemberRefused(Exception):
    """One member is not unpacked. ``kind`` is machine-readable, ``message`` Chinese."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


@dataclass(slots=True)
class Budget:
    """What a packet may still unpack: shared by all its archives, nested ones included."""

    files: int
    unpacked_bytes: int


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its decoded name and the directory entry."""

    name: str
    entry: zipfile.ZipInfo


class Archive:
    """An open zip. Use as a context manager.

    Raises:
        BrokenArchive: on entering, where the directory is missing, broken or absurdly long.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._path = path

    def __enter__(self) -> Archive:
        try:
            _check_directory_size(self._path)
            self._zip = zipfile.ZipFile(self._path)
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as exc:
            raise BrokenArchive(str(exc)) from exc
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def members(self) -> Iterator[Member]:
        """All members but folders, in directory order, names decoded, ``\\`` read as ``/``."""
        entries = [e for e in self._zip.infolist() if not e.is_dir()]
        raw = [_raw_name(entry) for entry in entries]
        undeclared = [r for r, e in zip(raw, entries, strict=True) if not e.flag_bits & 0x800]
        decoded = iter(decode_names(undeclared))
        for entry, name_bytes in zip(entries, raw, strict=True):
            if entry.flag_bits & 0x800:
                name = name_bytes.decode("utf-8", "replace")
            else:
                guessed = next(decoded)
                name = _unicode_path(entry, name_bytes) or guessed
            name = name.replace("\\", "/")
            if not name.endswith("/"):
                yield Member(name, entry)

    def unpack(self, member: Member, target: Path, budget: Budget) -> None:
        """Write the member's bytes to the new file ``target``.

        Raises:
            MemberRefused: the member may not or cannot be unpacked; ``target`` does not exist.
        """
        _refuse_by_entry(member)
        if budget.files <= 0:
            raise MemberRefused("too_many_files", "文件数超过上限，未读取；请拆分后提交")
        budget.files -= 1
        try:
            self._stream(member, target, budget)
        except MemberRefused:
            target.unlink(missing_ok=True)
            raise
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as exc:
            # RuntimeError covers NotImplementedError: odd versions and flags
            target.unlink(missing_ok=True)
            raise MemberRefused("damaged", "在压缩包中已损坏，无法解压；请重新打包后提交") from exc

    def _stream(self, member: Member, target: Path, budget: Budget) -> None:
        limits = self._limits
        written = 0
        packed = max(1, member.entry.compress_size)
        with self._zip.open(member.entry) as source, target.open("xb") as sink:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                budget.unpacked_bytes -= len(chunk)
                if written > limits.max_file_bytes:
                    raise MemberRefused("too_large", "解压后过大，未读取；请拆分后提交")
                if budget.unpacked_bytes < 0:
                    raise MemberRefused("too_large", "压缩包解压总量超过上限，未读取；请拆分后提交")
                if written > limits.ratio_from_bytes and written > limits.max_ratio * packed:
                    raise MemberRefused("bomb", "压缩比异常，疑似压缩炸弹，未读取；请核实文件来源")
                sink.write(chunk)


def _refuse_by_entry(member: Member) -> None:
    entry = member.entry
    reason = refusal_of_member(member.name)
    if reason is not None:
        raise MemberRefused("unsafe_name", f"{reason}，出于安全未读取；请重新打包后提交")
    if entry.flag_bits & _ENCRYPTED_BITS:
        raise MemberRefused("password", "在压缩包中设有密码，无法读取；请去除密码后重新打包")
    mode = entry.external_attr >> 16
    # Windows packers leave the upper half 0; only Unix ones (create_system 3) mean a file type by it.
    if entry.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise MemberRefused("unsafe_name", "是链接或特殊文件，出于安全未读取；请改为提交文件本身")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise MemberRefused("unsupported", "使用了不支持的压缩方式；请用普通 zip 重新打包")


def is_skipped(member: Member) -> bool:
    """True for system and temporary files that packers take along."""
    return is_junk(member.name) and refusal_of_member(member.name) is None


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    """The name's bytes as they stand in the archive (``zipfile`` decoded them to CP437 or UTF-8)."""
    declared = "utf-8" if entry.flag_bits & 0x800 else "cp437"
    return entry.orig_filename.encode(declared, "surrogateescape")


def _unicode_path(entry: zipfile.ZipInfo, raw: bytes) -> str | None:
    """The UTF-8 name of the Info-ZIP extra field, where it belongs to this very name."""
    extra = entry.extra
    while len(extra) >= 4:
        field, size = struct.unpack_from("<HH", extra)
        body = extra[4 : 4 + size]
        if field == _UNICODE_PATH_FIELD and len(body) > 5 and body[0] == 1:
            if struct.unpack_from("<L", body, 1)[0] == zlib.crc32(raw):
                return body[5:].decode("utf-8", "replace")
            return None
        extra = extra[4 + size :]
    return None


def _check_directory_size(path: Path) -> None:
    """Refuse a directory that would take more memory than a packet's could.

    Raises:
        BrokenArchive: no end record, or a directory that is too long.
    """
    with path.open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - 65_557))  # the end record and the longest comment
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END_RECORD.size:
        raise BrokenArchive("no end record")
    size = int(_END_RECORD.unpack_from(tail, at)[5])
    if size == 0xFFFFFFFF:  # zip64: the real figure stands in its own record
        record = tail.rfind(b"PK\x06\x06", 0, at)
        if record < 0 or record + 48 > len(tail):
            raise BrokenArchive("zip64 record not found")
        size = struct.unpack_from("<Q", tail, record + 40)[0]
    if size > _MAX_DIRECTORY_BYTES:
        raise BrokenArchive("directory too long", too_long=True)
