"""A packet — a file, a folder, or a zip — opened into its files, with everything that went wrong.

One bad file never stops the rest, and nothing is left out in silence: what is not among the files is
named in a problem.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from extractor.core.errors import PacketError
from extractor.core.worksheet import FileProblem, Problem, SourceFile, content_id, file_id
from extractor.files.archive import Archive, BrokenArchive, Budget, MemberRefused, is_skipped
from extractor.files.child_process import PageHost
from extractor.files.limits import Limits
from extractor.files.media import (
    Handling,
    Media,
    broken_zip_media,
    sniff,
    suffix_disagrees,
    suffix_of,
    unopened_zip,
    zip_content_media,
)
from extractor.files.model import STAGE, OpenedFile, OpenedPacket, PageFailure
from extractor.files.names import decode_name, is_junk, natural_key, shown
from extractor.files.office import convert
from extractor.files.server import PageServer

_CASE_FILES = ("packet.yaml", "packet.yml")
_MAX_CASE_BYTES = 1 << 20
_MAX_FOLDER_DEPTH = 32
_MAX_NAMES_SHOWN = 10
_CHUNK = 1 << 20
_NOTES = {
    "repaired": "文件结构已损坏或不完整，已尽量修复后读取，可能缺页；请核对页数，必要时重新导出",
    "converted": "不是 PDF 或图片，由程序转换后读取；页面样式可能与原文件略有不同",
    "macros_removed": "含有宏（程序代码）或嵌入对象，已去除后读取；其中内容不作为依据",
}


def open_packet(path: Path, workdir: Path, limits: Limits | None = None) -> OpenedPacket:
    """All files of the packet at ``path``; archive members are unpacked into ``workdir``.

    Raises:
        PacketError: there is nothing at ``path`` that can be looked into.
    """
    limits = limits or Limits()
    workdir.mkdir(parents=True, exist_ok=True)
    gathered = _Gathering(limits, workdir)
    name = decode_name(os.fsencode(path.resolve().name))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            gathered.take_folder(path)
        elif stat.S_ISREG(mode):
            gathered.take_packet_file(name, path)
        else:
            raise PacketError(f"{shown(str(path))}：不是文件或文件夹，无法作为申报材料打开")
    except FileNotFoundError as exc:
        raise PacketError(f"{shown(str(path))}：找不到该文件或文件夹") from exc
    except PermissionError as exc:
        raise PacketError(f"{shown(str(path))}：没有读取权限") from exc
    files = _probe(gathered, limits)
    problems = [*gathered.all_problems(), *_file_problems(files)]
    if not any(file.info.pages for file in files):
        problems.append(_problem("no_pages", f"{shown(name)}：没有任何可读取的页面"))
    packet_id = content_id("packet", *(file.info.id for file in files))
    return OpenedPacket(packet_id, name, tuple(files), tuple(problems), gathered.packet_yaml)


@dataclass(frozen=True, slots=True)
class _Found:
    """A file as it lies on disk; ``media`` is ``None`` where ``problem`` says why nobody looked."""

    name: str
    path: Path
    media: Media
    problems: tuple[FileProblem, ...] = ()


@dataclass(slots=True)
class _Gathering:
    """Walks folders and archives; collects files, problems and the case file."""

    limits: Limits
    workdir: Path
    found: list[_Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    packet_yaml: bytes | None = None
    budget: Budget = field(init=False)
    _case_depth: int = 1 << 30
    _names: set[str] = field(default_factory=set)
    _unpacked: int = 0

    def __post_init__(self) -> None:
        self.budget = Budget(self.limits.max_files, self.limits.max_unpacked_bytes)

    def take_packet_file(self, name: str, path: Path) -> None:
        """A packet that is one file: an archive's members are named without the archive."""
        self._take_file(name, path, depth=0, is_packet=True)

    def take_folder(self, root: Path) -> None:
        """Everything below ``root``, links not followed."""
        for path in _walk(root, root, self):
            name = "/".join(decode_name(os.fsencode(p)) for p in path.relative_to(root).parts)
            self._take_entry(name, path)

    def refuse(self, kind: str, name: str, message: str) -> None:
        """A problem of something that did not become a file."""
        self.problems.append(_problem(kind, f"{shown(name)}：{message}"))

    def all_problems(self) -> list[Problem]:
        """The problems of what never became a file, ignored files in one line."""
        if not self.ignored:
            return self.problems
        names = "、".join(shown(name) for name in self.ignored[:_MAX_NAMES_SHOWN])
        more = f" 等 {len(self.ignored)} 个" if len(self.ignored) > _MAX_NAMES_SHOWN else ""
        line = _problem("ignored_files", f"已忽略系统文件或临时文件：{names}{more}")
        return [*self.problems, line]

    def _take_entry(self, name: str, path: Path) -> None:
        """One entry of a folder."""
        if is_junk(name):
            self.ignored.append(name)
            return
        try:
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                self.refuse(
                    "unsafe_name", name, "是链接或特殊文件，出于安全未读取；请改为提交文件本身"
                )
                return
            if self.budget.files <= 0:
                self.refuse("too_many_files", name, "文件数超过上限，未读取；请拆分后提交")
                return
            self.budget.files -= 1
            self._take_file(name, path, depth=0)
        except OSError as exc:
            self.refuse("unreadable", name, f"无法从磁盘读取（{exc.strerror}）；请检查权限后重试")

    def _take_file(self, name: str, path: Path, *, depth: int, is_packet: bool = False) -> None:
        """A regular file; ``depth`` counts the archives around it."""
        size = path.stat().st_size
        if not is_packet and self._take_case_file(name, path, size):
            return
        if size > self.limits.max_file_bytes:
            self.refuse("too_large", name, f"文件过大（{size >> 20} MB），未读取；请拆分后提交")
            return
        media = sniff(path, name)
        if media.handling is Handling.ARCHIVE:
            media = self._take_archive(name, path, depth, is_packet=is_packet)
        if media.handling is not Handling.ARCHIVE:
            self._add(name, path, media)

    def _take_archive(self, name: str, path: Path, depth: int, *, is_packet: bool) -> Media:
        """Unpack an archive; gives another media type where it is none, or cannot be read."""
        plain = sniff(path, name)
        try:
            with Archive(path, self.limits) as archive:
                members = list(archive.members())
                document = zip_content_media([member.name for member in members], name)
                if document is not None:
                    return document
                if depth >= self.limits.max_archive_depth:
                    return unopened_zip("too_deep", "压缩包嵌套层数过多，未打开；请解压后重新打包")
                if not members:
                    return broken_zip_media(name)
                prefix = "" if is_packet else f"{name}!/"
                for member in sorted(members, key=lambda m: natural_key(m.name)):
                    if is_skipped(member):
                        self.ignored.append(prefix + member.name)
                        continue
                    target = self._next_target()
                    try:
                        archive.unpack(member, target, self.budget)
                    except MemberRefused as refused:
                        self.refuse(refused.kind, prefix + member.name, refused.message)
                        continue
                    inner = "/".join(p for p in member.name.split("/") if p not in ("", "."))
                    self._take_file(prefix + inner, target, depth=depth + 1)
                return plain
        except BrokenArchive as broken:
            if broken.too_long:
                return unopened_zip("too_many_files", "压缩包内文件过多，未打开；请拆分后提交")
            return broken_zip_media(name)

    def _take_case_file(self, name: str, path: Path, size: int) -> bool:
        """True for ``packet.yaml``; the outermost one is kept."""
        if "!/" in name or name.rsplit("/", 1)[-1].lower() not in _CASE_FILES:
            return False
        depth = name.count("/")
        if size > _MAX_CASE_BYTES:
            self.refuse("too_large", name, "案件数据文件过大，未采用")
        elif depth < self._case_depth:
            self.packet_yaml, self._case_depth = path.read_bytes(), depth
        else:
            self.ignored.append(name)
        return True

    def _next_target(self) -> Path:
        """A new path under ``workdir`` that owes nothing to the packet."""
        self._unpacked += 1
        return self.workdir / f"member-{self._unpacked:05d}"

    def _add(self, name: str, path: Path, media: Media) -> None:
        problems: list[FileProblem] = []
        unique, again = name, 2
        while unique in self._names:
            unique, again = f"{name}#{again}", again + 1
        self._names.add(unique)
        if unique != name:
            problems.append(FileProblem(kind="duplicate_name", message="与另一文件同名，均已保留"))
        if suffix_disagrees(name, media):
            problems.append(
                FileProblem(
                    kind="suffix_mismatch",
                    message=f"扩展名是 {suffix_of(name)}，实际内容为 {media.type}，已按实际内容读取",
                )
            )
        if media.handling is Handling.REFUSED:
            problems.append(FileProblem(kind=media.kind, message=media.advice))
        self.found.append(_Found(unique, path, media, tuple(problems)))


def _walk(root: Path, folder: Path, gathering: _Gathering) -> Iterator[Path]:
    """Files below ``folder`` (links and special files included, not followed)."""
    try:
        entries = sorted(os.scandir(folder), key=lambda e: os.fsencode(e.name))
    except OSError as exc:
        name = decode_name(os.fsencode(folder.name))
        gathering.refuse("unreadable", name, f"文件夹无法打开（{exc.strerror}）；请检查权限")
        return
    for entry in entries:
        path = folder / entry.name
        if not entry.is_dir(follow_symlinks=False):
            yield path
        elif is_junk(entry.name):
            gathering.ignored.append(f"{decode_name(os.fsencode(entry.name))}/")
        elif len(path.relative_to(root).parts) > _MAX_FOLDER_DEPTH:
            name = decode_name(os.fsencode(entry.name))
            gathering.refuse("too_deep", name, "文件夹嵌套层数过多，未读取")
        else:
            yield from _walk(root, path, gathering)


def _probe(gathered: _Gathering, limits: Limits) -> list[OpenedFile]:
    """Each found file with its hash and page count, in natural order of names."""
    files: list[OpenedFile] = []
    with PageHost(limits) as host:
        for found in sorted(gathered.found, key=lambda f: natural_key(f.name)):
            try:
                digest, size = _sha256(found.path)
            except OSError as exc:
                gathered.refuse("unreadable", found.name, f"无法从磁盘读取（{exc.strerror}）")
                continue
            pages, problems, path = 0, list(found.problems), found.path
            if found.media.handling is Handling.CONVERT:
                path, more = _converted(found, len(files), gathered, host)
                problems += more
            if found.media.handling is Handling.PAGES or path != found.path:
                pages, more = _count_pages(path, found.media, host)
                problems += more
            info = SourceFile(
                id=file_id(found.name, digest),
                name=found.name,
                sha256=digest,
                media_type=found.media.type,
                bytes=size,
                pages=pages,
                problems=tuple(problems),
            )
            files.append(OpenedFile(info, path))
    return files


def _converted(
    found: _Found, no: int, gathered: _Gathering, host: PageHost
) -> tuple[Path, list[FileProblem]]:
    """The PDF made of an office document, and what is to be said of it; its own path where none was made."""
    folder = gathered.workdir / f"converted-{no:05d}"
    try:
        made = convert(found.path, found.media.office, folder, gathered.limits, host)
    except PageFailure as failure:
        shutil.rmtree(folder, ignore_errors=True)
        return found.path, [FileProblem(kind=failure.kind, message=failure.message)]
    notes = ("converted", *made.notes)
    return made.path, [FileProblem(kind=note, message=_NOTES[note]) for note in notes]


def _count_pages(path: Path, media: Media, host: PageHost) -> tuple[int, list[FileProblem]]:
    """Readable pages of a file and what is to be said of it."""
    try:
        with PageServer(path, media.type, host=host) as server:
            problems = [
                FileProblem(kind=note, message=_NOTES[note])
                for note in server.notes
                if note in _NOTES
            ]
            if server.total_pages > server.page_count:
                problems.append(
                    FileProblem(
                        kind="too_many_pages",
                        message=f"共 {server.total_pages} 页，超过单个文件上限，"
                        f"只读取前 {server.page_count} 页；请拆分后提交",
                    )
                )
            return server.page_count, problems
    except PageFailure as failure:
        return 0, [FileProblem(kind=failure.kind, message=failure.message)]


def _file_problems(files: list[OpenedFile]) -> list[Problem]:
    return [
        Problem(
            stage=STAGE,
            kind=problem.kind,
            file=file.info.id,
            message=f"{shown(file.info.name)}：{problem.message}",
        )
        for file in files
        for problem in file.info.problems
    ]


def _problem(kind: str, message: str) -> Problem:
    return Problem(stage=STAGE, kind=kind, message=message)


def _sha256(path: Path) -> tuple[str, int]:
    """Digest and length of a file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
