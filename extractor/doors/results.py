"""What a review leaves behind: the same files at every door."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from extractor.pipeline.naming import naming_of
from extractor.pipeline.review import Reviewed
from extractor.pipeline.tools import Tools
from extractor.worksheet.json_out import write_json
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.xlsx.workbook import write_xlsx


def write_results(
    reviewed: Reviewed, folder: Path, tools: Tools, lang: Literal["zh", "en"], *, unmask: bool
) -> None:
    """Write worksheet and page pictures into ``folder``, made where it is missing.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    naming = naming_of(tools.catalogue, lang)
    pages = reviewed.pictures.copy_to(folder / "pages")
    worksheet = reviewed.worksheet
    shown = worksheet if unmask else mask_worksheet(worksheet, naming.sensitive)
    write_json(shown, folder / "worksheet.json")
    write_xlsx(
        worksheet,
        folder / "worksheet.xlsx",
        reviewed.pictures,
        naming=naming,
        page_href=lambda no: f"pages/{pages[no]}" if no in pages else None,
        unmask=unmask,
        lang=lang,
    )
