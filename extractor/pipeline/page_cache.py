"""Read pages and their pictures on disk, by content: safe to delete, safe to share, never wrong.

A key covers everything a reading depends on: the source file's bytes, the page, the options, the
engine with its models, and the source code of the reading stages themselves. So nothing is ever
invalidated; what no longer applies is simply not found. Files are written beside their place and
renamed: readers and a kill at any instant see whole files only. An unreadable file is a miss.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import asdict
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from extractor.core.page import ReadPage
from extractor.ocr.engine import OcrEngine
from extractor.pipeline.page_options import PageOptions

_PAGE = TypeAdapter(ReadPage)
_FILE_DIGITS = 16  # of a key: which file it belongs to, so that a file's pages can be forgotten
_KEY_DIGITS = 40
_PACKAGE = Path(__file__).resolve().parent.parent
_READING_CODE = (
    "core/geometry.py",
    "core/page.py",
    "files",
    "imaging",
    "ocr",
    "tables",
    "pipeline/pages.py",
    "pipeline/page_layer.py",
    "pipeline/page_look.py",
    "pipeline/page_options.py",
    "pipeline/page_reread.py",
    "pipeline/page_seals.py",
    "pipeline/page_spread.py",
    "pipeline/seal_names.py",
)


class PageCache:
    """A folder of read pages (``<key>.json``) and page pictures (``<key>.jpg``)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> ReadPage | None:
        """The page stored under ``key``; ``None`` where there is none or its picture is gone."""
        try:
            page = _PAGE.validate_json(self._path(key, "json").read_bytes())
        except (OSError, ValidationError, ValueError):
            return None
        if page.image_key and not self.picture(page.image_key).is_file():
            return None
        return page

    def store(self, key: str, page: ReadPage) -> None:
        """Keeps ``page`` under ``key``."""
        self._write(self._path(key, "json"), _PAGE.dump_json(page))

    def store_picture(self, jpeg: bytes) -> str:
        """Keeps an encoded page picture; returns its ``ReadPage.image_key``."""
        key = hashlib.sha256(jpeg).hexdigest()[:40]
        path = self.picture(key)
        if not path.is_file():
            self._write(path, jpeg)
        return key

    def picture(self, image_key: str) -> Path:
        """Where the picture of that key lies (or would lie)."""
        return self._path(image_key, "jpg")

    def forget_file(self, file_sha256: str) -> int:
        """Remove all pages of the source file with this digest, and their pictures; gives how many.

        A picture that an equal page of another file uses goes too: that page is read anew when asked.
        """
        start = file_sha256[:_FILE_DIGITS]
        removed = 0
        for stored in sorted((self._folder / start[:2]).glob(f"{start}*.json")):
            try:
                page = _PAGE.validate_json(stored.read_bytes())
            except (OSError, ValidationError, ValueError):
                page = None
            if page is not None and page.image_key:
                self.picture(page.image_key).unlink(missing_ok=True)
            stored.unlink(missing_ok=True)
            removed += 1
        return removed

    def _path(self, key: str, suffix: str) -> Path:
        return self._folder / key[:2] / f"{key}.{suffix}"

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)


def page_key(file_sha256: str, page_in_file: int, engine: OcrEngine, options: PageOptions) -> str:
    """The cache key of one page of one file, 40 hex digits, the first 16 those of the file itself.

    ``page_in_file`` counts from 1.
    """
    parts = [
        file_sha256,
        str(page_in_file),
        engine.name,
        engine.version,
        repr(sorted(asdict(options).items())),
        reading_code_fingerprint(),
    ]
    rest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return (file_sha256[:_FILE_DIGITS] + rest)[:_KEY_DIGITS]


@cache
def reading_code_fingerprint() -> str:
    """A hash of the source code a reading depends on, so that a changed stage is never skipped."""
    digest = hashlib.sha256()
    for name in _READING_CODE:
        place = _PACKAGE / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(file.relative_to(_PACKAGE).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
