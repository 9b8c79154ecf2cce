"""Several results at once: the packets of a round, found in folders; names for files made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from extractor.core.errors import UsageError
from extractor.core.worksheet import Worksheet
from extractor.doors.stored import JSON_NAME
from extractor.worksheet.json_out import read_json
from extractor.worksheet.safe_text import one_line

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_LONGEST_NAME = 60  # characters: 180 bytes of Chinese, under the 255 a file name may have


@dataclass(frozen=True, slots=True)
class StoredPacket:
    """A packet's worksheet and where it lies."""

    path: Path
    worksheet: Worksheet

    @property
    def name(self) -> str:
        """The packet's own name, on one line."""
        return one_line(self.worksheet.packet.name)


def packets_in(given: Iterable[Path]) -> tuple[StoredPacket, ...]:
    """The worksheets at these places: files, result folders, folders of result folders; by path.

    Raises:
        UsageError: there is none at one of them. ExtractorError: one cannot be read.
    """
    found: dict[Path, StoredPacket] = {}
    for place in given:
        paths = [place] if place.is_file() else []
        if place.is_dir():
            own = place / JSON_NAME
            paths = [own] if own.is_file() else sorted(place.glob(f"*/{JSON_NAME}"))
        if not paths:
            raise UsageError(
                f"{place}：没有工作底稿；请指定 worksheet.json、结果文件夹，或放着多份结果的文件夹"
            )
        for path in paths:
            found.setdefault(path.resolve(), StoredPacket(path, read_json(path)))
    return tuple(found.values())


def safe_name(name: str, taken: set[str]) -> str:
    """A file name without path or shell characters, unlike those in ``taken``, which it joins."""
    clean = _NOT_IN_NAMES.sub("_", one_line(name)).strip(" .")[:_LONGEST_NAME] or "表"
    chosen, number = clean, 2
    while chosen.casefold() in taken:
        chosen, number = f"{clean}-{number}", number + 1
    taken.add(chosen.casefold())
    return chosen
