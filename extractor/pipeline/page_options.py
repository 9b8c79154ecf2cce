"""What can be chosen about reading a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Part of every page cache key.

    Attributes:
        dpi: at which pages are rendered; 200 is where OCR is best (design trials).
        use_text_layer: whether a trusted text layer spares the OCR; off, every page is OCR'd.
        keep_picture: whether the page picture is stored for crops and overlays.
        picture_dpi: its resolution at most.
        picture_quality: JPEG quality of it, 1..95.
    """

    dpi: float = 200.0
    use_text_layer: bool = True
    keep_picture: bool = True
    picture_dpi: float = 150.0
    picture_quality: int = 70
