"""OCR played back: readings recorded once by a real engine, given again for the same picture.

So that tests of everything after OCR run in milliseconds, without models, and give the same result
on every machine. A recording is a folder of ``<sha256 of the picture>.json.gz``. Pictures that come
out of JPEG decoding and warping may differ by a grey level between library builds; therefore a
picture that no recording has by its bytes is looked up by its thumbnail, and taken where exactly one
recording of the same size agrees within ``_TOLERANCE`` levels everywhere.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from extractor.core.errors import EngineError
from extractor.ocr.engine import Image, OcrEngine, OcrLine

_THUMB = 48
_TOLERANCE = 3
_LINES = TypeAdapter(tuple[OcrLine, ...])
_Thumb: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Recording:
    shape: tuple[int, ...]
    thumb: _Thumb
    lines: tuple[OcrLine, ...]


class RecordedEngine:
    """Gives recorded readings. Claims the name and version of the engine that was recorded, so
    that worksheets and cache keys are those of a live run."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds the recordings.

        Raises:
            EngineError: there are none.
        """
        self._folder = folder
        try:
            meta = json.loads((folder / "engine.json").read_text("utf-8"))
            self._name, self._version = str(meta["name"]), str(meta["version"])
        except (OSError, ValueError, KeyError) as err:
            raise EngineError(f"{folder} holds no recorded OCR (engine.json): {err}") from err
        self._by_shape: dict[tuple[int, ...], list[_Recording]] | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def version(self) -> str:
        return self._version

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        """The recorded reading of this picture.

        Raises:
            EngineError: it was never recorded; says how to record it anew.
        """
        path = self._folder / f"{picture_hash(bgr)}.json.gz"
        if path.is_file():
            return _load(path).lines
        thumb = _thumb(bgr)
        near = [r for r in self._of_shape(bgr.shape) if _agree(r.thumb, thumb)]
        if len(near) == 1:
            return near[0].lines
        what = "several recordings look like" if near else "no recording of"
        raise EngineError(
            f"{what} this picture ({bgr.shape[1]}×{bgr.shape[0]} px) in {self._folder};"
            " the reading stages have changed: record it anew with the real engine"
        )

    def _of_shape(self, shape: tuple[int, ...]) -> list[_Recording]:
        if self._by_shape is None:
            self._by_shape = {}
            for path in sorted(self._folder.glob("*.json.gz")):
                recording = _load(path)
                self._by_shape.setdefault(recording.shape, []).append(recording)
        return self._by_shape.get(tuple(shape), [])


class RecordingEngine:
    """Reads with another engine and keeps every reading in a folder for ``RecordedEngine``."""

    def __init__(self, engine: OcrEngine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        meta = {"name": engine.name, "version": engine.version}
        _write(folder / "engine.json", json.dumps(meta, indent=1).encode())

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def version(self) -> str:
        return self._engine.version

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        """See ``OcrEngine.read``."""
        lines = self._engine.read(bgr)
        record = {
            "shape": list(bgr.shape),
            "thumb": base64.b64encode(_thumb(bgr).tobytes()).decode(),
            "lines": _LINES.dump_python(lines, mode="json"),
        }
        data = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        # No time stamp inside: the same reading gives the same file.
        _write(self._folder / f"{picture_hash(bgr)}.json.gz", gzip.compress(data, 9, mtime=0))
        return lines


def picture_hash(bgr: Image) -> str:
    """32 hex digits over the picture's size and bytes."""
    digest = hashlib.sha256(repr(tuple(bgr.shape)).encode())
    digest.update(np.ascontiguousarray(bgr).tobytes())
    return digest.hexdigest()[:32]


def _thumb(bgr: Image) -> _Thumb:
    gray = bgr if bgr.ndim == 2 else cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(gray, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _agree(one: _Thumb, other: _Thumb) -> bool:
    return int(np.abs(one.astype(np.int16) - other.astype(np.int16)).max()) <= _TOLERANCE


def _load(path: Path) -> _Recording:
    try:
        record = json.loads(gzip.decompress(path.read_bytes()))
        thumb = np.frombuffer(base64.b64decode(record["thumb"]), np.uint8).reshape(_THUMB, _THUMB)
        lines = _LINES.validate_python(record["lines"])
        return _Recording(tuple(record["shape"]), thumb, lines)
    except (OSError, EOFError, ValueError, KeyError, ValidationError) as err:
        raise EngineError(f"{path} is no readable OCR recording: {err}") from err


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
