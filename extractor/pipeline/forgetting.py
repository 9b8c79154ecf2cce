"""A packet forgotten: which of its traces lie where, and their removal. Originals are never touched."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractor.core.errors import ExtractorError, UsageError
from extractor.core.worksheet import Worksheet
from extractor.pipeline.page_cache import PageCache
from extractor.worksheet.json_out import read_json

TICKET = ".extractor.json"
"""Left by the watch folder and the service: which job of the ledger made this result."""

_OURS = re.compile(r"worksheet([-.].*)?\.(json|xlsx|docx|html|csv)|\.extractor\.json")
_FOLDERS = ("pages", "imports", "csv")
"""What results consist of; anything else in their folder is the user's own and stays."""

_SPAN = re.compile(r"(\d+)\s*(d|天|日|y|年)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Traces:
    """A written result: its folder and the worksheet that says whose it is."""

    folder: Path
    worksheet: Worksheet

    @property
    def packet(self) -> str:
        return self.worksheet.packet.id

    @property
    def files(self) -> frozenset[str]:
        """SHA-256 of the packet's source files: pages are cached under them."""
        return frozenset(file.sha256 for file in self.worksheet.packet.files)

    @property
    def jobs(self) -> frozenset[str]:
        """The job of the ledger that made the result, where one did."""
        try:
            told = json.loads((self.folder / TICKET).read_bytes())
        except (OSError, ValueError):
            return frozenset()
        job = told.get("job") if isinstance(told, dict) else None
        return frozenset({job} if isinstance(job, str) else ())


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed of one packet.

    ``left``: names in the result folder that are not ours and stay.
    """

    files: int
    cached_pages: int
    decisions: int
    left: tuple[str, ...]


def traces_at(folder: Path) -> Traces:
    """The result in ``folder``.

    Raises:
        UsageError: there is none, or its worksheet cannot be read: then nobody can say whose it is.
    """
    path = folder / "worksheet.json"
    try:
        return Traces(folder, read_json(path))
    except ExtractorError as error:
        raise UsageError(
            f"{folder}：不是结果文件夹，或其中的 worksheet.json 读不出（{error}）"
        ) from error


def older_results(folder: Path, before: dt.date) -> Iterator[Traces]:
    """Results anywhere below ``folder`` whose packets were received before ``before``."""
    for path in sorted(folder.rglob("worksheet.json")):
        try:
            traces = Traces(path.parent, read_json(path))
        except ExtractorError:
            continue  # no worksheet of ours: not ours to remove
        received = _received(traces.worksheet)
        if received is not None and received < before:
            yield traces


def _received(worksheet: Worksheet) -> dt.date | None:
    try:
        return dt.date.fromisoformat(worksheet.packet.received_at[:10])
    except ValueError:
        return None


def span_of(text: str) -> dt.timedelta:
    """``365d``, ``365天``, ``2y``, ``3年`` as a span; a bare number is days, a year 365 of them.

    Raises:
        UsageError: it is none of these.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise UsageError(f"“{text}”不是期限；应如 365d 或 3年")
    years = (found[2] or "").casefold() in ("y", "年")
    return dt.timedelta(days=int(found[1]) * (365 if years else 1))


def remove(traces: Traces, caches: Iterable[Path]) -> Removed:
    """Remove a result and what page caches hold of its source files.

    Raises:
        OSError: something could not be removed; what was removed before stays removed.
    """
    cached = sum(PageCache(cache).forget_file(f) for cache in caches for f in sorted(traces.files))
    removed = 0
    for folder in _FOLDERS:
        inside = traces.folder / folder
        if inside.is_dir() and not inside.is_symlink():
            removed += sum(1 for p in inside.rglob("*") if p.is_file())
            shutil.rmtree(inside)
    ours = [p for p in traces.folder.iterdir() if p.is_file() and _OURS.fullmatch(p.name)]
    # The worksheet says whose result this is: it goes last, so that a broken-off run can be repeated.
    for path in sorted(ours, key=lambda p: p.name == "worksheet.json"):
        path.unlink()
        removed += 1
    left = tuple(sorted(p.name for p in traces.folder.iterdir()))
    if not left:
        traces.folder.rmdir()
    return Removed(removed, cached, len(traces.worksheet.decisions), left)
