"""What opening gives: the files of a packet, a page as it came, and the one way a page fails."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Size
from extractor.core.page import Line, Table
from extractor.core.worksheet import Problem, SourceFile

STAGE = "open"
"""``Problem.stage`` of everything said here."""

NOTICE_KINDS = frozenset(
    {
        "ignored_files",
        "suffix_mismatch",
        "repaired",
        "duplicate_name",
        "duplicate_page",
        "converted",
    }
)
"""Problems that lose nothing: they inform, and a packet with no others is complete."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """One file of a packet. ``path`` is where its bytes lie now: the packet itself or ``workdir``."""

    info: SourceFile
    path: Path


@dataclass(frozen=True, slots=True)
class OpenedPacket:
    """A packet, opened. Files stand in natural order of their names, unreadable ones included
    (``info.pages == 0`` and a problem); what never became a file (a refused or encrypted archive
    member) stands in ``problems`` only.

    Attributes:
        id: made of the files' names and contents.
        name: the packet's own file or folder name.
        files: see above.
        problems: for the worksheet, the problems of single files included.
        packet_yaml: bytes of the outermost ``packet.yaml``; ``None`` where there is none.
    """

    id: str
    name: str
    files: tuple[OpenedFile, ...]
    problems: tuple[Problem, ...]
    packet_yaml: bytes | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RawPage:
    """One page as it came out of its file. All coordinates are viewer points.

    Attributes:
        size: as a viewer shows it, points.
        image: BGR, uint8, shape (height, width, 3), viewer orientation.
        dpi: of ``image``; pixels = points × dpi / 72.
        layer: text of the text layer in reading order; empty for a scan.
        layer_tables: ruled digital tables with their text.
        image_cover: share of the page that embedded images cover, 0..1.
        layer_suspect: why the layer may not say what the page shows: ``invisible_text``,
            ``no_unicode``, ``outside_page``, ``covered_text``, ``layer_timeout``, ``layer_failed``
            (the last two: no layer, though there may be one). ``turned_90|180|270`` is no fault:
            most of the text runs so far turned clockwise.
    """

    size: Size
    image: NDArray[np.uint8]
    dpi: float
    layer: tuple[Line, ...] = ()
    layer_tables: tuple[Table, ...] = ()
    image_cover: float = 0.0
    layer_suspect: tuple[str, ...] = ()


class PageFailure(Exception):
    """A file or one of its pages cannot be read. Data in the result, not an error of the run.

    ``kind`` is stable: ``password | damaged | no_pages | too_large | memory | timeout | crash |
    gave_up | unsupported | missing | macros | unsafe_xml``. ``message`` is Chinese, for the clerk, without the file's
    name (whoever makes the ``Problem`` knows that). ``detail`` is for the log.
    """

    def __init__(self, kind: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.detail = detail
