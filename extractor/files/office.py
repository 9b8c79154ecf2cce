"""Office documents become PDF, by LibreOffice in a cage; then they are read like any other PDF.

Order of things: macros, scripts and embedded objects are left out (zip-based documents) or the document is
refused (old ones, where they cannot be left out); every XML part is proven harmless in the child
(``office_look``); the clean copy is converted with limits on time, memory and disk, without network, in a
folder of its own that is all it can write to (``office_cage``). Nothing of the applicant's names a path.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from extractor.files.archive import Archive, BrokenArchive, Budget, MemberRefused
from extractor.files.child_process import PageHost
from extractor.files.limits import Limits
from extractor.files.model import PageFailure
from extractor.files.office_cage import bubblewrap
from extractor.files.server import PageServer
from extractor.setup.settings import settings

_MEND = "请导出为 PDF 后提交"
_ACTIVE_PARTS = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
_ACTIVE_FOLDERS = ("activex", "embeddings", "basic", "scripts", "macrosheets", "customui", "object")
_FILTERS = {
    "docx": "pdf:writer_pdf_Export", "doc": "pdf:writer_pdf_Export", "odt": "pdf:writer_pdf_Export",
    "pptx": "pdf:impress_pdf_Export", "ppt": "pdf:impress_pdf_Export", "odp": "pdf:impress_pdf_Export",
    # a sheet is one page: a row never breaks in two
    **dict.fromkeys(
        ("xlsx", "xls", "ods"),
        'pdf:calc_pdf_Export:{"SinglePageSheets":{"type":"boolean","value":"true"}}',
    ),
}  # fmt: skip
_OLD = ("doc", "xls", "ppt")
_VBA_STREAM = "_VBA_PROJECT".encode("utf-16-le")
_CHUNK = 1 << 20
_LOOK_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Converted:
    """The PDF, and what is to be said of it: ``macros_removed`` where something was left out."""

    path: Path
    notes: tuple[str, ...]


@cache
def office_program() -> Path | None:
    """LibreOffice of this machine; ``None`` where it is not installed or switched off."""
    told = settings().libreoffice
    if told == "off":
        return None
    found = shutil.which(told or "soffice") or shutil.which("libreoffice")
    return None if found is None else Path(found).resolve()


def convert(source: Path, kind: str, workdir: Path, limits: Limits, host: PageHost) -> Converted:
    """``source`` as PDF. ``kind``: what it is (``docx``, ``xls`` …); ``workdir``: a new, empty folder.

    Raises:
        PageFailure: it cannot or must not be converted; says why.
    """
    program = office_program()
    if program is None:
        raise PageFailure("unsupported", f"本机没有安装 LibreOffice，不能读取 Office 文件；{_MEND}")
    if bubblewrap() is None:
        raise PageFailure(
            "unsupported", f"本机没有可用的 bubblewrap，不能安全打开 Office 文件；{_MEND}"
        )
    workdir.mkdir(parents=True)
    clean = workdir / f"in.{kind}"
    notes: tuple[str, ...] = ()
    if kind in _OLD:
        _refuse_macros(source)
        shutil.copyfile(source, clean)
    else:
        notes = _cleaned(source, clean, workdir / "part", limits)
        PageServer(clean, "application/zip", host=host).look("office")
    _run(program, kind, workdir, limits)
    made = workdir / "out" / "in.pdf"
    if not made.is_file() or made.stat().st_size == 0:
        raise PageFailure("damaged", f"Office 文件已损坏或内容为空，无法转换；{_MEND}")
    clean.unlink()
    return Converted(made, notes)


def _refuse_macros(source: Path) -> None:
    tail = b""
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if _VBA_STREAM in tail + chunk:
                raise PageFailure(
                    "macros", f"旧版 Office 文件含有宏（程序代码），出于安全未打开；{_MEND}"
                )
            tail = chunk[-len(_VBA_STREAM) :]


def _cleaned(source: Path, clean: Path, part: Path, limits: Limits) -> tuple[str, ...]:
    """A copy without active parts; members are measured while they are unpacked."""
    budget = Budget(limits.max_files, limits.max_office_bytes)
    left_out, seen = False, set[str]()
    try:
        with Archive(source, limits) as archive, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:  # fmt: skip
            for member in archive.members():
                if _is_active(member.name):
                    left_out = True
                    continue
                if member.name in seen:
                    raise PageFailure("damaged", f"Office 文件内有重复的部分，无法读取；{_MEND}")
                seen.add(member.name)
                archive.unpack(member, part, budget)
                out.write(part, member.name)
                part.unlink()
    except BrokenArchive as broken:
        raise PageFailure("damaged", f"Office 文件已损坏，无法打开；{_MEND}") from broken
    except MemberRefused as refused:
        raise PageFailure(refused.kind, f"Office 文件内的部分{refused.message}") from refused
    return ("macros_removed",) if left_out else ()


def _is_active(name: str) -> bool:
    parts = [part.lower() for part in PurePosixPath(name).parts]
    if not parts:
        return False
    in_active = any(part.startswith(_ACTIVE_FOLDERS) for part in parts[:-1])
    return parts[-1] in _ACTIVE_PARTS or in_active or parts[-1].startswith("oleobject")


def _run(program: Path, kind: str, workdir: Path, limits: Limits) -> None:
    command = [
        sys.executable, "-B", "-s", "-m", "extractor.files.office_cage", str(program), str(workdir),
        kind, _FILTERS[kind], str(int(limits.convert_seconds) + 1),
    ]  # fmt: skip
    environment = {
        "PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(workdir),
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment, cwd=workdir, start_new_session=True,
    )  # fmt: skip
    try:
        _wait(process, limits)
    finally:
        end_group(process)


def _wait(process: subprocess.Popen[bytes], limits: Limits) -> None:
    deadline = time.monotonic() + limits.convert_seconds
    while True:
        try:
            process.wait(_LOOK_EVERY)
            return
        except subprocess.TimeoutExpired:
            pass
        if time.monotonic() > deadline:
            raise PageFailure(
                "timeout", f"转换超过 {limits.convert_seconds:.0f} 秒，已停止；{_MEND}"
            )
        if resident_bytes(process.pid) > limits.convert_bytes:
            raise PageFailure("memory", f"文件过于庞大，转换时内存不足，未读取；{_MEND}")


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all its descendants, and wait."""
    for pid in descendants(process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def resident_bytes(pid: int) -> int:
    """Memory that a process and its descendants hold together; 0 where the system does not say."""
    total = 0
    for one in (pid, *descendants(pid)):
        try:
            fields = Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()
            total += (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            continue
    return total


def descendants(pid: int) -> list[int]:
    """Process ids below ``pid``."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text(encoding="ascii", errors="replace")
            parent = int(stat.rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found
