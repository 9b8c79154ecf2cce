"""Page pictures of a read packet: for crops in the worksheet and for the reviewer's eyes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from extractor.core.page import PacketPage
from extractor.core.worksheet import BoxTuple, PageInfo
from extractor.pipeline.page_cache import PageCache
from extractor.worksheet.html.pictures import blanked

_QUALITY = 85  # of a picture that had to be painted over; the reading stage's own
_THREADS = 2  # decoding and encoding run outside the interpreter's lock


def _dpi(picture: Image.Image) -> tuple[float, float]:
    found = picture.info.get("dpi", (72, 72))
    return float(found[0]), float(found[1])


def _rgb(picture: Image.Image) -> Image.Image:
    """An opened picture, decoded; converting what is RGB already would copy it once more."""
    picture.load()
    return picture if picture.mode == "RGB" else picture.convert("RGB")


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
            return _rgb(picture)

    def reduced(self, page_no: int, width: int) -> Image.Image | None:
        """The picture decoded at a half, a quarter or an eighth, as long as it keeps ``width`` pixels.

        JPEG can be decoded so in a third of the time. ``None`` where no picture was kept.
        """
        path = self._paths.get(page_no)
        if path is None or not path.is_file():
            return None
        with Image.open(path) as picture:
            scale = picture.height / max(1, picture.width)
            # draft() never goes below what is asked; a pixel less than half must count as half.
            picture.draft("RGB", (max(1, width - 2), max(1, int((width - 2) * scale))))
            return _rgb(picture)

    def copy_to(
        self, folder: Path, hide: Mapping[int, tuple[PageInfo, Sequence[BoxTuple]]] | None = None
    ) -> Mapping[int, str]:
        """Copies all pictures into ``folder``; file names by page number (``0007.jpg``).

        ``hide``: pages (viewer points) with boxes to paint over.
        """
        folder.mkdir(parents=True, exist_ok=True)
        names = {no: f"{no:04d}.jpg" for no, path in self._paths.items() if path.is_file()}

        def copied(no: int) -> None:
            page, boxes = (hide or {}).get(no, (None, ()))
            if page is not None and boxes:
                with Image.open(self._paths[no]) as picture:
                    shown = blanked(_rgb(picture), page, boxes)
                    shown.save(folder / names[no], "JPEG", quality=_QUALITY, dpi=_dpi(picture))
            else:
                shutil.copyfile(self._paths[no], folder / names[no])

        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(copied, names))  # the first error is raised here
        return names
