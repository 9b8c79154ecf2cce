"""Results that lie in folders: found, read, written again beside their page pictures."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from extractor.core.errors import ExtractorError, UsageError
from extractor.core.worksheet import Worksheet
from extractor.jobs.ledger import Ledger
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import Tools
from extractor.worksheet.csv_out import FOLDER as CSV_FOLDER
from extractor.worksheet.json_out import read_json, write_json
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.outputs import FORMATS, STEM, write_outputs
from extractor.worksheet.prepared import prepare
from extractor.worksheet.wording import Language

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


class ResultDecided(UsageError):
    """A result holds decisions that a new one would lose."""


def refuse_decided(folder: Path) -> None:
    """Nothing where a result may be written into ``folder``.

    Raises:
        ResultDecided: a worksheet with decisions lies there; writing a new one would lose them.
    """
    path = folder / JSON_NAME
    try:
        decisions = read_json(path).decisions if path.is_file() else ()
    except ExtractorError:
        return  # not a worksheet, or a broken one: nothing that could be lost
    if decisions:
        raise ResultDecided(
            f"{path}：这里的底稿已有 {len(decisions)} 条处理记录，重新读取会丢失它们；"
            "请用 --out 另选结果文件夹，读完后用 extractor carry 把处理记录带过去，"
            "或用 extractor judge 重新评审"
        )


def refuse_decided_job(ledger: Ledger, job: str) -> None:
    """Nothing where the job's result may be made anew.

    Raises:
        ResultDecided: its stored worksheet holds decisions, which a new result would lose.
    """
    for artifact in ledger.jobs.artifacts(job):
        if artifact.name != JSON_NAME:
            continue
        try:
            decisions = read_json(ledger.blobs.path(artifact.sha256)).decisions
        except ExtractorError:
            continue  # gone or not a worksheet: nothing that could be lost
        if decisions:
            raise ResultDecided(
                f"任务 {job}：它的底稿已有 {len(decisions)} 条处理记录，重新读取会丢失它们，没有重试；"
                "要重新评审，请用 extractor judge；要重新读取，请用 extractor run 加 --out 写到另一个文件夹，"
                "读完后用 extractor carry 把处理记录带过去"
            )


def formats_in(folder: Path) -> tuple[str, ...]:
    """In which formats a result was written, so that all of them are kept up to date."""
    files = tuple(f for f in FORMATS if f != "csv" and (folder / f"{STEM}.{f}").is_file())
    return (*files, "csv") if (folder / CSV_FOLDER).is_dir() else files


def write_worksheet(
    worksheet: Worksheet, target: Path, tools: Tools, *, unmask: bool = False
) -> None:
    """Write ``target``, a ``worksheet.json``, alone.

    A worksheet read from a masked file stays masked whatever ``unmask`` says.

    Raises:
        OSError: the folder cannot be written.
    """
    sensitive = naming_of(tools.catalogue).sensitive
    write_json(worksheet if unmask else mask_worksheet(worksheet, sensitive), target)


def write_again(
    worksheet: Worksheet,
    target: Path,
    tools: Tools,
    formats: Collection[str],
    *,
    lang: Language = "zh",
    unmask: bool = False,
) -> None:
    """Write ``target``, a ``.json``, and the files of other formats that go with it.

    Page pictures are taken from ``pages/`` beside it.

    Raises:
        OSError: a file cannot be written (open in another program, for one).
    """
    pictures = FolderPictures(target.parent / PAGES)
    naming = naming_of(tools.catalogue, lang)
    prepared = prepare(worksheet, pictures, naming=naming, unmask=unmask, lang=lang)
    write_outputs(
        prepared, target.parent, pictures, formats, page_href=pictures.href, stem=target.stem
    )
