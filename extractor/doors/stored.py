"""Results that lie in folders: found, read, written again beside their page pictures."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from extractor.core.errors import ExtractorError, UsageError
from extractor.core.worksheet import Worksheet
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import Tools
from extractor.worksheet.json_out import read_json, write_json
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.wording import Language
from extractor.worksheet.xlsx.workbook import write_xlsx

JSON_NAME = "worksheet.json"
PAGES = "pages"


@dataclass(frozen=True, slots=True)
class FolderPictures:
    """Page pictures of a written result: ``pages/0007.jpg`` beside its ``worksheet.json``."""

    folder: Path

    def get(self, page_no: int) -> Image.Image | None:
        """The picture; ``None`` where none was written or it cannot be read."""
        try:
            with Image.open(self.folder / f"{page_no:04d}.jpg") as picture:
                return picture.convert("RGB")
        except (OSError, ValueError):
            return None

    def href(self, page_no: int) -> str | None:
        """The picture's path as seen from beside the folder; ``None`` where there is none."""
        name = f"{page_no:04d}.jpg"
        return f"{self.folder.name}/{name}" if (self.folder / name).is_file() else None

    def copy_to(self, folder: Path) -> None:
        """Copies all pictures into ``folder``, which may be the same one."""
        if not self.folder.is_dir() or folder.resolve() == self.folder.resolve():
            return
        folder.mkdir(parents=True, exist_ok=True)
        for picture in sorted(self.folder.glob("[0-9]*.jpg")):
            shutil.copyfile(picture, folder / picture.name)


def worksheet_files(given: Iterable[Path]) -> Iterator[Path]:
    """The ``worksheet.json`` each argument names: the file itself, or a result folder.

    Raises:
        UsageError: there is none at one of them.
    """
    for path in given:
        if path.is_dir():
            path = path / JSON_NAME
        if not path.is_file():
            raise UsageError(
                f"{path}：没有这份工作底稿；请指定 worksheet.json 或它所在的结果文件夹"
            )
        yield path


def refuse_decided(folder: Path) -> None:
    """Nothing where a result may be written into ``folder``.

    Raises:
        UsageError: a worksheet with decisions lies there; writing a new one would lose them.
    """
    path = folder / JSON_NAME
    try:
        decisions = read_json(path).decisions if path.is_file() else ()
    except ExtractorError:
        return  # not a worksheet, or a broken one: nothing that could be lost
    if decisions:
        raise UsageError(
            f"{path}：这里的底稿已有 {len(decisions)} 条处理记录，重新读取会丢失它们；"
            "请用 --out 另选结果文件夹，或用 extractor judge 重新评审"
        )


def write_worksheet(
    worksheet: Worksheet, target: Path, tools: Tools, *, unmask: bool = False
) -> None:
    """Write ``target``, a ``worksheet.json``.

    A worksheet read from a masked file stays masked whatever ``unmask`` says.

    Raises:
        OSError: the folder cannot be written.
    """
    sensitive = naming_of(tools.catalogue).sensitive
    write_json(worksheet if unmask else mask_worksheet(worksheet, sensitive), target)


def write_workbook(
    worksheet: Worksheet,
    target: Path,
    tools: Tools,
    *,
    lang: Language = "zh",
    unmask: bool = False,
) -> None:
    """Write the ``.xlsx`` that goes with ``target``; page pictures lie in ``pages/`` beside it.

    Raises:
        OSError: the file cannot be written (open in another program, for one).
    """
    naming = naming_of(tools.catalogue, lang)
    pictures = FolderPictures(target.parent / PAGES)
    book = target.with_suffix(".xlsx")
    write_xlsx(
        worksheet, book, pictures, naming=naming, page_href=pictures.href, unmask=unmask, lang=lang
    )  # fmt: skip
