"""Packets of the review page out of result folders, as ``extractor run`` and ``watch`` write them."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import threading
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from extractor.core.errors import ExtractorError, UsageError
from extractor.core.worksheet import BoxTuple, Worksheet
from extractor.decisions.heads import HeadMoved, HeadStore
from extractor.decisions.model import Correction, DecisionError, Reviewer
from extractor.decisions.signing import SiteKey, site_key
from extractor.doors.review.store import (
    MEDIA_TYPES,
    Content,
    ExportFormat,
    NoSuchPacket,
    PacketState,
    PacketSummary,
    head_of,
    summary_of,
)
from extractor.doors.site import site_heads
from extractor.doors.stored import (
    JSON_NAME,
    PAGES,
    FolderPictures,
    formats_in,
    write_again,
)
from extractor.pipeline.deciding import decide, keep_head, take_back_head
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import Tools
from extractor.worksheet.crops import PageImages
from extractor.worksheet.csv_out import csv_files
from extractor.worksheet.docx.report import report_of
from extractor.worksheet.html.page import page_of
from extractor.worksheet.html.pictures import blanked
from extractor.worksheet.json_out import read_json, write_json
from extractor.worksheet.mask import is_masked, mask_worksheet, personal_boxes
from extractor.worksheet.outputs import STEM
from extractor.worksheet.prepared import Prepared, prepare
from extractor.worksheet.wording import Language
from extractor.worksheet.xlsx.workbook import workbook_of

_KEPT = 6
"""Worksheets kept in memory; one takes some tens of megabytes at most."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A worksheet as it lies in the file and as it may be shown; ``hidden``: places of plain numbers."""

    stamp: tuple[int, int, int]
    stored: Worksheet
    shown: Worksheet
    hidden: dict[int, tuple[BoxTuple, ...]]

    @property
    def plain(self) -> bool:
        """Whether the file holds personal numbers as they are."""
        return bool(self.hidden) or self.stored is not self.shown


class FolderStore:
    """See ``ReviewStore``. ``roots``: result folders, or folders that hold some.

    Args:
        unmask: show ID numbers and mobiles where the files hold them.
        heads: opens the store of signed heads.
        key: gives the site's key.

    Raises:
        UsageError: a root holds no result.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        tools: Tools,
        *,
        unmask: bool = False,
        heads: Callable[[], AbstractContextManager[HeadStore]] = site_heads,
        key: Callable[[], SiteKey] = site_key,
    ) -> None:
        self._roots = [_folder_of(root) for root in roots]
        self._tools = tools
        self._unmask = unmask
        self._heads = heads
        self._key = key
        self._lock = threading.RLock()
        self._loaded: OrderedDict[str, _Loaded] = OrderedDict()
        self._summaries: dict[str, tuple[tuple[int, int, int], PacketSummary]] = {}
        self._stale: set[str] = set()
        for root in self._roots:
            if not any(_results_under(root)):
                raise UsageError(
                    f"{root}：这里没有评审结果；请指定 extractor run 的结果文件夹（其中有 {JSON_NAME}）"
                )

    # -- reading ---------------------------------------------------------------------------------

    def packets(self) -> Sequence[PacketSummary]:
        """The queue: what is open before what is signed, the most errors first."""
        found = [self._summary(name, folder) for name, folder in self._folders().items()]
        return sorted(found, key=_urgency)

    def worksheet(self, packet: str) -> Worksheet:
        """The worksheet, masked unless the store shows all."""
        return self._load(packet).shown

    def page_image(self, packet: str, page_no: int) -> Content | None:
        """The picture beside the worksheet; personal data painted over where the file still shows it."""
        folder = self._folder(packet)
        path = folder / PAGES / f"{page_no:04d}.jpg"
        if not path.is_file():
            return None
        loaded = self._load(packet)
        content = path.read_bytes()
        boxes = () if self._unmask else loaded.hidden.get(page_no, ())
        page = next((p for p in loaded.stored.pages if p.no == page_no), None)
        if boxes and page is not None:
            stream = io.BytesIO()
            with Image.open(io.BytesIO(content)) as picture:
                blanked(picture.convert("RGB"), page, boxes).save(stream, "JPEG", quality=85)
            content = stream.getvalue()
        return Content(content, "image/jpeg")

    # -- deciding --------------------------------------------------------------------------------

    def decide(
        self, packet: str, corrections: Sequence[Correction], reviewer: Reviewer, expected: str
    ) -> Worksheet:
        """See ``ReviewStore``. The ``worksheet.json`` is written at once; ``refresh`` does the rest."""
        path = self._folder(packet) / JSON_NAME
        with self._lock, _locked(path.parent):
            loaded = self._load(packet)
            before = loaded.stored
            if head_of(before) != expected:
                raise HeadMoved("此份材料的处理记录刚被更新；请看过新的内容后再提交")
            with self._heads() as heads:
                decided = decide(
                    before, corrections, reviewer, self._tools, key=self._key(), heads=heads
                )
                stored, shown = self._masked_as(decided.worksheet, loaded)
                keep_head(decided, heads)
                try:
                    write_json(stored, path)
                except OSError as error:
                    take_back_head(decided, heads)
                    raise DecisionError(f"底稿写不了（{error}）；没有写入任何更正") from error
            self._loaded[packet] = _Loaded(_stamp(path), stored, shown, loaded.hidden)
            self._stale.add(packet)
            return shown

    def refresh(self, packet: str) -> None:
        """Write the other formats beside the worksheet anew, where decisions made them old.

        Raises:
            OSError: a file cannot be written (open in another program, for one).
        """
        folder = self._folder(packet)
        with self._lock, _locked(folder):
            if packet not in self._stale:
                return
            loaded = self._load(packet)
            write_again(
                loaded.stored,
                folder / JSON_NAME,
                self._tools,
                formats_in(folder),
                unmask=self._unmask or loaded.plain,
            )
            self._stale.discard(packet)

    def stale(self) -> tuple[str, ...]:
        """Packets whose other formats are older than their worksheet."""
        return tuple(sorted(self._stale))

    def export(self, packet: str, fmt: ExportFormat, lang: Language) -> Content:
        """See ``ReviewStore``; made anew, so it holds the last decision."""
        folder, loaded = self._folder(packet), self._load(packet)
        pictures = FolderPictures(folder / PAGES)
        prepared = prepare(
            loaded.stored,
            pictures,
            naming=naming_of(self._tools.catalogue, lang),
            unmask=self._unmask,
            lang=lang,
            pictures=fmt in ("xlsx", "docx", "html"),
        )
        suffix = "zip" if fmt == "csv" else fmt
        return Content(
            exported(prepared, fmt, pictures), MEDIA_TYPES[fmt], f"{folder.name}-{STEM}.{suffix}"
        )

    # -- files -----------------------------------------------------------------------------------

    def _masked_as(self, after: Worksheet, before: _Loaded) -> tuple[Worksheet, Worksheet]:
        """What to write and what to show. Never takes out a number that the file had kept."""
        if self._unmask or (is_masked(before.stored) and not before.plain):
            return after, after  # decided masked where it was masked
        shown = mask_worksheet(after, naming_of(self._tools.catalogue).sensitive)
        return (after, shown) if before.plain else (shown, shown)

    def _folders(self) -> dict[str, Path]:
        return {_name_of(folder): folder for root in self._roots for folder in _results_under(root)}

    def _folder(self, packet: str) -> Path:
        folder = self._folders().get(packet)
        if folder is None:
            raise NoSuchPacket("没有这份材料，或已移走")
        return folder

    def _load(self, packet: str) -> _Loaded:
        path = self._folder(packet) / JSON_NAME
        with self._lock:
            stamp = _stamp(path)
            loaded = self._loaded.get(packet)
            if loaded is None or loaded.stamp != stamp:
                sensitive = naming_of(self._tools.catalogue).sensitive
                stored = read_json(path)
                masked = mask_worksheet(stored, sensitive)
                plain = masked != stored
                hidden = personal_boxes(stored, sensitive) if plain else {}
                shown = masked if plain and not self._unmask else stored
                loaded = _Loaded(stamp, stored, shown, hidden)
                self._loaded[packet] = loaded
            self._loaded.move_to_end(packet)
            while len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)
            return loaded

    def _summary(self, name: str, folder: Path) -> PacketSummary:
        try:
            stamp = _stamp(folder / JSON_NAME)
            kept = self._summaries.get(name)
            if kept is None or kept[0] != stamp:
                kept = (stamp, summary_of(self._load(name).shown, name, self._tools))
                self._summaries[name] = kept
        except ExtractorError as error:
            return PacketSummary(name, folder.name, PacketState.FAILED, message=str(error))
        return kept[1]


_ORDER = (
    PacketState.IN_REVIEW,
    PacketState.READY,
    PacketState.FAILED,
    PacketState.READING,
    PacketState.WAITING,
    PacketState.SIGNED,
)


def _urgency(summary: PacketSummary) -> tuple[int, int, int, str]:
    return (_ORDER.index(summary.state), -summary.errors, -summary.warns, summary.name)


def exported(prepared: Prepared, fmt: ExportFormat, pictures: PageImages) -> bytes:
    """The content of a worksheet in one format; ``csv`` as a zip whose bytes depend on it alone."""
    if fmt == "xlsx":
        return workbook_of(prepared, lambda page_no: None)
    if fmt == "docx":
        return report_of(prepared)
    if fmt == "html":
        return page_of(prepared, pictures)
    if fmt == "csv":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in csv_files(prepared):
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        return stream.getvalue()
    return prepared.content


def _folder_of(path: Path) -> Path:
    return path.resolve().parent if path.name == JSON_NAME else path.resolve()


def _results_under(root: Path) -> Iterator[Path]:
    """Result folders: ``root`` itself, or its children."""
    if (root / JSON_NAME).is_file():
        yield root
        return
    if not root.is_dir():
        return
    for child in sorted(root.iterdir()):
        if not child.name.startswith(".") and (child / JSON_NAME).is_file():
            yield child


def _name_of(folder: Path) -> str:
    """A name that may stand in an address, whatever the folder is called."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise NoSuchPacket(f"{path}：底稿不在了") from error
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer a folder, over all processes of this machine; without a lock on read-only shares."""
    with contextlib.ExitStack() as stack:
        try:
            stream = stack.enter_context((folder / ".review.lock").open("w"))
            fcntl.flock(stream, fcntl.LOCK_EX)
        except OSError:
            pass  # the write itself will say what is wrong
        yield
