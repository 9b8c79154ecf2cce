"""The self-check: what this machine has, what it lacks, and what that means for the work."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from extractor.core.errors import ExtractorError, UsageError
from extractor.files.cage import GUARDS
from extractor.files.child_process import ChildDead, ChildLate, ChildProcess
from extractor.files.limits import Limits
from extractor.files.office import office_program
from extractor.files.office_cage import bubblewrap
from extractor.jobs.database import is_network_folder
from extractor.jobs.ledger import LedgerPlace, open_ledger
from extractor.setup.assets import verify_models
from extractor.setup.opencv import is_settled
from extractor.setup.paths import cache_dir, models_dir
from extractor.setup.settings import settings

_ROOM = (
    1 << 30,
    10 << 30,
)  # bytes free: below the first nothing works, below the second not for long
_MEMORY = (2 << 30, 4 << 30)  # two workers, a watcher and LibreOffice
_EARLIEST = 1_735_689_600  # 2025-01-01: no clock that is right says less
_FONT_FILES = ("notosanscjk", "notoserifcjk", "sourcehan", "simsun", "simhei", "wqy", "fandol", "uming", "fangsong")  # fmt: skip
_ESSENTIAL = ("memory", "disk")
_MEANS = {
    "memory": ("有害文件可能耗尽内存", "a hostile file may use up the memory"),
    "disk": ("读取程序若被攻破可写盘", "a reader taken over could write to disk"),
    "core": ("崩溃时可能留下内存转储", "a crash may leave a core dump"),
    "descriptors": ("有害文件可能占满文件句柄", "a hostile file may use up file handles"),
    "netns": ("断网只靠其余两道防护", "only the two other guards keep it off the network"),
    "seccomp": ("读取程序若被攻破可启动程序、使用网络", "a reader taken over could start programs and use the network"),
    "files": ("读取程序若被攻破可读本用户的文件；请用专门账户运行", "a reader taken over could read this account's files: use an account of its own"),
    "tcp": ("断网只靠其余两道防护", "only the two other guards keep it off the network"),
    "signals": ("读取程序若被攻破可向同账户程序发信号", "a reader taken over could signal this account's programs"),
}  # fmt: skip


class Level(IntEnum):
    """How a check ended; the exit code follows from the worst: 0, 1, 3."""

    OK = 0
    WARNING = 1
    BROKEN = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report: what was looked at and what was found, Chinese and English."""

    level: Level
    what: tuple[str, str]
    found: tuple[str, str]


def all_checks(place: LedgerPlace) -> Iterator[Check]:
    """Everything, each as soon as it is known."""
    checks: tuple[Callable[[], Iterator[Check]], ...] = (
        _settings, _models, _opencv, lambda: _folders(place), lambda: _ledger(place), _memory, _clock,
        _fonts, _office, _guards,
    )  # fmt: skip
    for check in checks:
        yield from check()


def _settings() -> Iterator[Check]:
    what = ("设置", "settings")
    try:
        settings()
    except UsageError as error:
        yield Check(Level.BROKEN, what, (str(error), str(error)))
        return
    unknown = sorted(
        name for name in os.environ
        if name.startswith("EXTRACTOR_")
        and not name.startswith("EXTRACTOR_SERVICE_")  # the HTTP service's own
        and name[10:].lower() not in type(settings()).model_fields
    )  # fmt: skip
    if unknown:
        names = "、".join(unknown)
        yield Check(
            Level.WARNING, what, (f"不认识的环境变量：{names}", f"unknown variables: {names}")
        )
    else:
        yield Check(Level.OK, what, ("正常", "fine"))


def _models() -> Iterator[Check]:
    what = ("文字识别模型", "OCR models")
    try:
        bad = sorted({s.asset for s in verify_models() if s.state != "ok"})
    except ExtractorError as error:
        yield Check(Level.BROKEN, what, (str(error), str(error)))
        return
    if bad:
        names = "、".join(bad)
        mend = "extractor models install"
        yield Check(Level.BROKEN, what, (f"{names} 缺失或被改动；请运行 {mend}", f"{names} missing or altered: run {mend}"))  # fmt: skip
    else:
        yield Check(Level.OK, what, (f"完好（{models_dir()}）", f"sound ({models_dir()})"))


def _opencv() -> Iterator[Check]:
    if not is_settled():
        yield Check(
            Level.WARNING, ("OpenCV", "OpenCV"),
            ("不是安装程序放入的版本，可能缺少 libGL", "not the build the installer puts in; libGL may be missing"),
        )  # fmt: skip


def _folders(place: LedgerPlace) -> Iterator[Check]:
    for folder, what in (
        (place.state, ("台账文件夹", "state folder")),
        (cache_dir(), ("缓存文件夹", "cache folder")),
    ):
        there = next(p for p in (folder, *folder.parents) if p.exists())
        if not os.access(there, os.W_OK | os.X_OK):
            yield Check(
                Level.BROKEN, what, (f"{there} 不能写入；请检查权限", f"{there} cannot be written")
            )
            continue
        free = shutil.disk_usage(there).free
        level = Level.BROKEN if free < _ROOM[0] else Level.WARNING if free < _ROOM[1] else Level.OK
        mend = "；请清理磁盘" if level else ""
        yield Check(level, what, (f"{folder}，可用 {free / 2**30:.1f} GB{mend}", f"{folder}, {free / 2**30:.1f} GB free"))  # fmt: skip


def _ledger(place: LedgerPlace) -> Iterator[Check]:
    what = ("台账", "ledger")
    if not place.url and is_network_folder(place.state):
        yield Check(Level.BROKEN, what, ("不能放在网络共享上", "must not lie on a network share"))
        return
    if not place.url and not (place.state / "ledger.db").exists():
        yield Check(Level.OK, what, ("还没有，首次使用时建立", "none yet: made on first use"))
        return
    try:
        ledger = open_ledger(place)
        counts = ledger.jobs.counts()
        lost = _lost_blobs(ledger.blobs.folder)
        ledger.close()
    except ExtractorError as error:
        yield Check(Level.BROKEN, what, (str(error), str(error)))
        return
    total = sum(counts.values())
    if lost:
        yield Check(Level.BROKEN, what, (f"存储中有 {lost} 个文件与校验和不符；请用备份恢复", f"{lost} stored files are altered: restore a backup"))  # fmt: skip
    else:
        yield Check(
            Level.OK, what, (f"正常，{total} 个任务，存储完好", f"fine, {total} jobs, store sound")
        )


def _lost_blobs(folder: Path) -> int:
    """Blobs whose bytes are not those of their name."""
    import hashlib

    wrong = 0
    for path in folder.glob("??/*") if folder.is_dir() else ():
        with path.open("rb") as stream:
            wrong += hashlib.file_digest(stream, "sha256").hexdigest() != path.name
    return wrong


def _memory() -> Iterator[Check]:
    what = ("内存", "memory")
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return
    level = (
        Level.BROKEN if total < _MEMORY[0] else Level.WARNING if total < _MEMORY[1] else Level.OK
    )
    more = "；每个读页进程约需 0.7 GB，请减少 --workers" if level else ""
    yield Check(level, what, (f"{total / 2**30:.1f} GB{more}", f"{total / 2**30:.1f} GB"))


def _clock() -> Iterator[Check]:
    what, now = ("时钟", "clock"), time.time()
    said = time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(now))
    if now < _EARLIEST:
        yield Check(Level.BROKEN, what, (f"{said}，明显不对；证件有效期会判断错误", f"{said} is wrong: dates will be judged wrongly"))  # fmt: skip
    else:
        yield Check(Level.OK, what, (said, said))


def _fonts() -> Iterator[Check]:
    what = ("中文字体", "Chinese fonts")
    if shutil.which("fc-list"):
        done = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, text=True, check=False)  # fmt: skip
        found = len(done.stdout.splitlines())
    else:
        roots = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]  # fmt: skip
        files = (p.name.lower().replace("-", "") for root in roots for p in root.rglob("*.?t?"))
        found = sum(1 for name in files if name.startswith(_FONT_FILES))
    if found:
        yield Check(Level.OK, what, (f"{found} 种", f"{found}"))
    else:
        yield Check(Level.WARNING, what, ("没有；未嵌入字体的 PDF 和 Office 文件会显示不全，请安装 Noto CJK", "none: PDFs without embedded fonts and office files will show gaps; install Noto CJK"))  # fmt: skip


def _office() -> Iterator[Check]:
    what, program = ("LibreOffice", "LibreOffice"), office_program()
    if program is None:
        yield Check(Level.WARNING, what, ("没有安装；Word、Excel 文件不读，会请申报人导出 PDF", "not installed: office files are not read, applicants are asked for a PDF"))  # fmt: skip
    elif bubblewrap() is None:
        yield Check(Level.WARNING, what, ("没有可用的 bubblewrap，不能安全打开 Office 文件；请安装 bubblewrap", "bubblewrap is missing or not allowed: office files are not read; install bubblewrap"))  # fmt: skip
    else:
        yield Check(Level.OK, what, (f"{program}，在 bubblewrap 隔离中运行", f"{program}, kept in by bubblewrap"))  # fmt: skip


def _guards() -> Iterator[Check]:
    what = ("读取文件的防护", "guards around file reading")
    try:
        child = ChildProcess(Limits())
    except (ChildDead, ChildLate, OSError):
        yield Check(Level.BROKEN, what, ("读取文件的子程序不能启动", "the file reading child does not start"))  # fmt: skip
        return
    held = child.held
    child.end()
    missing = [name for name in GUARDS if name not in held]
    for name in missing:
        (zh, en), (means_zh, means_en) = GUARDS[name], _MEANS[name]
        level = Level.BROKEN if name in _ESSENTIAL else Level.WARNING
        yield Check(level, what, (f"缺少{zh}：{means_zh}", f"no {en}: {means_en}"))
    if not missing:
        names = ("、".join(GUARDS[n][0] for n in held), ", ".join(GUARDS[n][1] for n in held))
        yield Check(Level.OK, what, (f"齐全（{names[0]}）", f"complete ({names[1]})"))
