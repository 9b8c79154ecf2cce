"""Whether a page's text layer may be taken at its word.

A born-digital page needs no OCR and a text layer is then exact. But a layer can be invisible (an old
OCR under a scan), lack a mapping to characters, or map to the wrong ones; and a digital page may
carry scanned pictures with text of their own. Suspicion costs a sample: a few lines are cut out of
the picture, read by OCR and compared.
"""

from __future__ import annotations

import enum

import numpy as np
from rapidfuzz import fuzz

from extractor.core.page import Line
from extractor.files.model import RawPage
from extractor.imaging.plane import Picture
from extractor.ocr.engine import OcrEngine

_LEAST_CHARACTERS = 12
_SCAN_COVER = 0.75
_PICTURES_COVER = 0.08
_SAMPLE_LINES = 6
_AGREES = 90.0
_COMMON_SHARE = 0.9


class LayerUse(enum.Enum):
    """``WHOLE``: the layer is the page's text. ``BESIDE_OCR``: good, but pictures hold more text.
    ``NONE``: read the page by OCR."""

    WHOLE = "whole"
    BESIDE_OCR = "beside_ocr"
    NONE = "none"


def layer_use(raw: RawPage, engine: OcrEngine) -> LayerUse:
    """What to do with the layer of ``raw``. Calls ``engine`` only on suspicion."""
    written = sum(len(line.text.strip()) for line in raw.layer)
    if raw.layer_suspect or written == 0:
        return LayerUse.NONE
    if raw.image_cover >= _SCAN_COVER:
        # A searchable scan: the layer is somebody's OCR of unknown quality, ours is known.
        return LayerUse.NONE
    if written < _LEAST_CHARACTERS and raw.image_cover > _PICTURES_COVER:
        return LayerUse.NONE
    if not _is_common_text(raw.layer) and not _agrees_with_pixels(raw, engine):
        return LayerUse.NONE
    return LayerUse.BESIDE_OCR if raw.image_cover > _PICTURES_COVER else LayerUse.WHOLE


def merge_with_ocr(layer: tuple[Line, ...], read: tuple[Line, ...]) -> tuple[Line, ...]:
    """The layer, and those lines of OCR that lie where the layer has nothing."""
    extra = [
        line
        for line in read
        if sum(line.box.share_inside(known.box) for known in layer) < 0.3
        and not any(known.box.share_inside(line.box) > 0.5 for known in layer)
    ]
    return (*layer, *extra)


def _is_common_text(lines: tuple[Line, ...]) -> bool:
    """Whether nearly all characters are of the set Chinese offices write with (GB 2312).

    A broken mapping gives rare ideographs, private use and foreign letters.
    """
    text = "".join(line.text for line in lines).replace(" ", "")
    common = sum(1 for char in text if _in_gb2312(char))
    return common >= _COMMON_SHARE * len(text)


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _agrees_with_pixels(raw: RawPage, engine: OcrEngine) -> bool:
    lines = sorted(raw.layer, key=lambda line: -len(line.text))[:_SAMPLE_LINES]
    if not lines:
        return False
    sample = _strips(raw, lines)
    seen = "".join(line.text for line in engine.read(sample))
    said = "".join(line.text for line in lines)
    return bool(fuzz.ratio(_plain(said), _plain(seen)) >= _AGREES)


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _strips(raw: RawPage, lines: list[Line]) -> Picture:
    """The picture of each line, one below the other on white."""
    px = raw.dpi / 72
    strips = []
    height, width = raw.image.shape[:2]
    for line in lines:
        pad = 0.25 * line.box.height
        x0, x1 = (round(v * px) for v in (line.box.x0 - pad, line.box.x1 + pad))
        y0, y1 = (round(v * px) for v in (line.box.y0 - pad, line.box.y1 + pad))
        strip = raw.image[max(0, y0) : min(height, y1), max(0, x0) : min(width, x1)]
        if strip.size:
            strips.append(strip)
    gap = 20
    canvas_height = sum(s.shape[0] + gap for s in strips) + gap
    canvas_width = max((s.shape[1] for s in strips), default=1) + 2 * gap
    canvas: Picture = np.full((canvas_height, canvas_width, 3), 255, dtype=np.uint8)
    y = gap
    for strip in strips:
        canvas[y : y + strip.shape[0], gap : gap + strip.shape[1]] = strip
        y += strip.shape[0] + gap
    return canvas
