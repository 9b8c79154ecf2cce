"""All files of one worksheet, written together: masked once, cropped once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.crops import PageImages
from extractor.worksheet.csv_out import FOLDER, csv_files
from extractor.worksheet.docx.report import report_of
from extractor.worksheet.html.page import page_of
from extractor.worksheet.prepared import Prepared
from extractor.worksheet.xlsx.workbook import no_href, workbook_of

FORMATS = ("json", "xlsx", "docx", "html", "csv")
"""What ``--format`` knows. ``json`` is always written: every other door reads it."""
DEFAULT_FORMATS = ("json", "xlsx", "docx", "html")
STEM = "worksheet"


def unknown_formats(asked: Collection[str]) -> list[str]:
    """What is asked for and no format of ours."""
    return [name for name in asked if name not in FORMATS]


def write_outputs(
    prepared: Prepared,
    folder: Path,
    images: PageImages,
    formats: Collection[str] = DEFAULT_FORMATS,
    *,
    page_href: Callable[[int], str | None] = no_href,
    stem: str = STEM,
) -> None:
    """Write ``worksheet.json`` and the asked ones of ``worksheet.xlsx``, ``.docx``, ``.html``, ``csv/``.

    ``page_href`` is the relative path of a page's picture beside them. ``stem``: another name than
    ``worksheet``, for a further judgement beside the first.

    Raises:
        OSError: the folder cannot be written, or a file is open in another program.
        ValueError: ``formats`` names one that is not ours.
    """
    unknown = unknown_formats(formats)
    if unknown:
        raise ValueError(f"no such format: {', '.join(unknown)}")
    write_bytes_atomically(folder / f"{stem}.json", prepared.content)
    if "xlsx" in formats:
        write_bytes_atomically(folder / f"{stem}.xlsx", workbook_of(prepared, page_href))
    if "docx" in formats:
        write_bytes_atomically(folder / f"{stem}.docx", report_of(prepared))
    if "html" in formats:
        write_bytes_atomically(folder / f"{stem}.html", page_of(prepared, images))
    if "csv" in formats:
        for name, content in csv_files(prepared):
            write_bytes_atomically(folder / FOLDER / name, content)
