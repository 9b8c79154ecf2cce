"""Page pictures of a read packet: for crops in the worksheet and for the reviewer's eyes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from extractor.core.page import PacketPage
from extractor.pipeline.page_cache import PageCache


class PagePictures:
    """Pictures by page number, as a viewer shows the page; from the page cache."""

    def __init__(self, pages: Sequence[PacketPage], folder: Path) -> None:
        cache = PageCache(folder)
        self._paths: Mapping[int, Path] = {
            page.no: cache.picture(page.read.image_key) for page in pages if page.read.image_key
        }

    def get(self, page_no: int) -> Image.Image | None:
        """The picture; ``None`` where none was kept."""
        path = self._paths.get(page_no)
        if path is None or not path.is_file():
            return None
        with Image.open(path) as picture:
            return picture.convert("RGB")

    def copy_to(self, folder: Path) -> Mapping[int, str]:
        """Copies all pictures into ``folder``; file names by page number (``0007.jpg``)."""
        folder.mkdir(parents=True, exist_ok=True)
        names: dict[int, str] = {}
        for no, path in self._paths.items():
            if path.is_file():
                names[no] = f"{no:04d}.jpg"
                shutil.copyfile(path, folder / names[no])
        return names
