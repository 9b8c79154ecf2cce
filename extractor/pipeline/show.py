"""Drawing a stage's result over the page: words, tables, fields, so that a wrong one can be seen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from extractor.core.geometry import Box
from extractor.core.page import PacketPage
from extractor.core.worksheet import Fact, Reading

Stage = Literal["words", "tables", "fields"]

_BLUE, _RED, _GREEN, _GREY = (30, 90, 200), (200, 40, 30), (20, 140, 60), (140, 140, 140)
#: Places where systems keep a font with Chinese characters, for the notes beside boxes.
_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)


def draw_stage(
    picture: Image.Image, page: PacketPage, stage: Stage, reading: Reading
) -> Image.Image:
    """A copy of the page picture (viewer space) with the stage's boxes and texts drawn on it."""
    canvas = picture.convert("RGB").copy()
    draw = ImageDraw.Draw(canvas)
    scale = canvas.width / page.read.size.width_pt
    font = _font(max(10, int(6 * scale)))
    for box, colour, note in _marks(page, stage, reading):
        pixels = [round(v * scale) for v in box.as_tuple()]
        draw.rectangle(pixels, outline=colour, width=max(1, round(scale * 0.6)))
        if note:
            _write(draw, (pixels[0], max(0, pixels[1] - int(7 * scale))), note, colour, font)
    return canvas


def _marks(
    page: PacketPage, stage: Stage, reading: Reading
) -> list[tuple[Box, tuple[int, int, int], str]]:
    read = page.read
    if stage == "words":
        return [(read.viewer_box(x.box), _BLUE, f"{x.confidence:.2f}") for x in read.lines]
    if stage == "tables":
        cells = [
            (read.viewer_box(c.box), _GREEN, f"{c.row},{c.col}")
            for t in read.tables
            for c in t.cells
        ]
        seals = [(read.viewer_box(s.box), _RED, f"印 {s.confidence:.2f}") for s in read.seals]
        marks = [(read.viewer_box(m.box), _BLUE, m.kind) for m in read.marks]
        return [*cells, *seals, *marks]
    facts = [*reading.facts, *(f for s in reading.rows for r in s.rows for f in r.cells.values())]
    return [
        (Box(*f.box), _colour(f), f"{f.field.split('.')[-1]}={f.value}"[:40])
        for f in facts
        if f.page == page.no and f.box is not None
    ]


def _colour(fact: Fact) -> tuple[int, int, int]:
    if fact.value is None:
        return _GREY
    return _GREEN if fact.status.value == "certain" else _RED


def _write(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    note: str,
    colour: tuple[int, int, int],
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
) -> None:
    try:
        draw.text(at, note, fill=colour, font=font)
    except UnicodeEncodeError:  # the built-in font has no Chinese
        draw.text(at, note.encode("ascii", "replace").decode(), fill=colour, font=font)


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    for name in _FONTS:
        if Path(name).is_file():
            return ImageFont.truetype(name, size)
    return ImageFont.load_default()
