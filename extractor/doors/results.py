"""What a review leaves behind: the same files at every door."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

from extractor.pipeline.naming import naming_of
from extractor.pipeline.personal_places import personal_places
from extractor.pipeline.review import Reviewed
from extractor.pipeline.tools import Tools
from extractor.worksheet.outputs import DEFAULT_FORMATS, write_outputs
from extractor.worksheet.prepared import prepare


def write_results(
    reviewed: Reviewed,
    folder: Path,
    tools: Tools,
    lang: Literal["zh", "en"],
    *,
    unmask: bool,
    formats: Collection[str] = DEFAULT_FORMATS,
) -> None:
    """Write worksheet and page pictures into ``folder``, made where it is missing.

    Without ``unmask`` ID numbers and mobiles are starred in every text and painted over in every
    picture, as far as they were read.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    prepared = prepare(
        reviewed.worksheet,
        reviewed.pictures,
        naming=naming_of(tools.catalogue, lang),
        unmask=unmask,
        lang=lang,
        places=personal_places(reviewed.packet.pages),
    )
    infos = {page.no: page for page in reviewed.worksheet.pages}
    hide = {no: (infos[no], boxes) for no, boxes in prepared.hidden.items() if no in infos}
    pages = reviewed.pictures.copy_to(folder / "pages", hide)
    write_outputs(
        prepared,
        folder,
        reviewed.pictures,
        formats,
        page_href=lambda no: f"pages/{pages[no]}" if no in pages else None,
    )
