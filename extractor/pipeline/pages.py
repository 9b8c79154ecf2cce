"""From a page as it came out of its file to a page that was read.

Text layer first; else the picture is brought to 200 dpi, cleaned of seals, read the right way up,
deskewed, and its tables and marks are found. Everything is a value computed from ``RawPage``,
options, engine and models; ``read_page_cached`` keeps it by that.

Spaces on the way (pixels unless said otherwise): viewer picture -> work picture (scaled) -> turned
-> deskewed = upright; upright points are upright pixels divided by pixels per viewer point. Each
step returns its transform, and ``to_viewer`` is their inverse, composed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import cv2

from extractor.core.geometry import Box, Size, Transform
from extractor.core.page import (
    Cell,
    Line,
    Mark,
    PageQuality,
    ReadPage,
    Seal,
    Table,
    TextSource,
)
from extractor.files.model import RawPage
from extractor.imaging.clean import CleanPage, clean_page, ink_contrast
from extractor.imaging.codes import find_codes
from extractor.imaging.deskew import MIN_SKEW_DEG, skew_from_lines, skew_from_rulings
from extractor.imaging.ink import Scale
from extractor.imaging.likeness import fingerprint
from extractor.imaging.lost_words import circled_words
from extractor.imaging.marks import find_marks
from extractor.imaging.orient import (
    LineShape,
    find_upright,
    lies_sideways,
    telling_characters,
)
from extractor.imaging.photo import flat_page
from extractor.imaging.plane import Picture, gray_of, rotated, scaled, three_channels, turned
from extractor.imaging.quality import page_quality
from extractor.imaging.resolution import real_px_per_pt, work_factor
from extractor.imaging.signatures import find_signatures
from extractor.imaging.unruled import without_rulings
from extractor.ocr.engine import OcrEngine, OcrLine
from extractor.pipeline.page_cache import PageCache, page_key
from extractor.pipeline.page_layer import LayerUse, layer_use, merge_with_ocr
from extractor.pipeline.page_look import text_look
from extractor.pipeline.page_options import PageOptions
from extractor.pipeline.page_reread import reread_cells, ticks_as_text
from extractor.pipeline.page_seals import with_seals
from extractor.pipeline.page_spread import parted
from extractor.tables.believed import with_aligned_tables
from extractor.tables.cells import fill_tables
from extractor.tables.ruled import find_ruled_tables

__all__ = ["PageOptions", "PageTools", "read_page", "read_page_cached"]

FEW_LINES = 45
"""Pages with more lines are lists and statements; codes stand on covers and certificates."""


@dataclass(frozen=True, slots=True)
class PageTools:
    """What reading needs besides the page: the OCR engine, and a cache (``None``: keep nothing)."""

    engine: OcrEngine
    cache: PageCache | None = None


def read_page_cached(
    file_sha256: str,
    page_in_file: int,
    fetch: Callable[[], RawPage],
    tools: PageTools,
    options: PageOptions,
) -> ReadPage:
    """``read_page`` of page ``page_in_file`` (from 1), out of the cache where it was read before.

    ``fetch`` renders the page; it is not called for a page in the cache.
    """
    key = page_key(file_sha256, page_in_file, tools.engine, options)
    if tools.cache is not None:
        known = tools.cache.load(key)
        if known is not None:
            return known
    page = read_page(fetch(), tools, options)
    if tools.cache is not None:
        tools.cache.store(key, page)
    return page


def read_page(raw: RawPage, tools: PageTools, options: PageOptions) -> ReadPage:
    """The page, read. Never fails for what is on the page; a page of nothing has no lines.

    Raises:
        ModelError, EngineError: from the engine; nothing is wrong with the page.
    """
    if min(raw.image.shape[:2]) < _LEAST_PX:
        return _nothing(raw)
    use = layer_use(raw, tools.engine) if options.use_text_layer else LayerUse.NONE
    if use is LayerUse.WHOLE:
        page = _read_layer(raw)
    else:
        page = _read_pixels(raw, tools.engine)
        if use is LayerUse.BESIDE_OCR and page.rotation_deg == 0:
            page = _with_layer(page, raw)
    page = with_seals(page, raw, tools.engine)
    return parted(replace(page, image_key=_stored_picture(raw, tools.cache, options)))


_LEAST_PX = 24  # no filter works on less, and no character is legible


def _nothing(raw: RawPage) -> ReadPage:
    identity = Transform.identity()
    blank = PageQuality(1.0, ("blank",))
    return ReadPage(raw.size, raw.size, identity, TextSource.OCR, 0, 0.0, blank)


# -- digital pages ---------------------------------------------------------------------------


def _read_layer(raw: RawPage) -> ReadPage:
    px_per_pt = raw.dpi / 72
    gray = gray_of(raw.image)
    clean = clean_page(raw.image, px_per_pt)
    contrast = ink_contrast(gray, px_per_pt)
    lines = _reading_order(raw.layer)
    # Ticks and check boxes of a digital page may be drawn, not typed.
    scale = Scale(px_per_pt, raw.dpi / 25.4)
    marks = find_marks(clean.gray, _cells(raw.layer_tables), lines, scale, clean.seal_ink)
    return ReadPage(
        size=raw.size,
        upright=raw.size,
        to_viewer=Transform.identity(),
        source=TextSource.TEXT_LAYER,
        rotation_deg=0,
        skew_deg=0.0,
        quality=PageQuality(1.0, () if contrast else ("blank",)),
        lines=lines,
        tables=with_aligned_tables(raw.layer_tables, lines, raw.size),
        seals=clean.seals,
        marks=marks,
        engines=("text_layer",),
    )


def _with_layer(page: ReadPage, raw: RawPage) -> ReadPage:
    """A digital page with pictures: the exact text of the layer, OCR where it has none."""
    # Points of the layer are viewer points; an unturned digital page is upright as it is, and a
    # slanted picture on it must not slant its text: the page is taken as not skewed.
    read = tuple(_moved_line(line, page.to_viewer) for line in page.lines)
    lines = _reading_order(merge_with_ocr(raw.layer, read))
    return replace(
        page,
        upright=raw.size,
        to_viewer=Transform.identity(),
        skew_deg=0.0,
        source=TextSource.MIXED,
        lines=lines,
        tables=raw.layer_tables
        or fill_tables([_moved_table(t, page.to_viewer) for t in page.tables], lines),
        seals=tuple(replace(s, box=page.viewer_box(s.box)) for s in page.seals),
        marks=tuple(replace(m, box=page.viewer_box(m.box)) for m in page.marks),
        engines=("text_layer", *page.engines),
    )


def _moved_line(line: Line, move: Transform) -> Line:
    middle = line.box.cy
    char_x = tuple(move.point(x, middle)[0] for x in line.char_x)
    return replace(line, box=move.box(line.box), char_x=char_x)


def _moved_table(table: Table, move: Transform) -> Table:
    cells = tuple(replace(c, box=move.box(c.box), lines=()) for c in table.cells)
    return replace(table, box=move.box(table.box), cells=cells)


# -- pictures --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Upright:
    """The upright page in pixels, and how it came there from the work picture."""

    gray: Picture
    seal_ink: Picture | None
    from_work: Transform
    rotation_deg: int
    skew_deg: float
    lines: tuple[OcrLine, ...]
    to_pixels: Transform  # from the pixels ``lines`` are in to upright pixels


def _read_pixels(raw: RawPage, engine: OcrEngine) -> ReadPage:
    flat = flat_page(raw.image)
    # A sheet cut out of a photograph has no resolution of its own: taken for A4.
    dpi = 0.0 if flat.sheet else raw.dpi
    real = real_px_per_pt(flat.image.shape[1], flat.image.shape[0], dpi)
    work, to_work = scaled(flat.image, work_factor(flat.image.shape[1], flat.image.shape[0], real))
    real *= to_work.m[0]
    clean = clean_page(work, real)
    upright = _set_upright(clean, real, engine)

    viewer_px = (
        Transform.scale(
            raw.image.shape[1] / raw.size.width_pt, raw.image.shape[0] / raw.size.height_pt
        )
        .then(flat.from_raw)
        .then(to_work)
    )
    px = to_work.m[0] * raw.image.shape[1] / raw.size.width_pt
    to_points = Transform.scale(1 / px)
    to_viewer = viewer_px.then(upright.from_work).then(to_points).inverse()
    height, width = upright.gray.shape[:2]

    lines = _reading_order(
        _line_in_points(line, upright.to_pixels.then(to_points)) for line in upright.lines
    )
    scale = Scale(px, real * 72 / 25.4)
    lines, filled, marks = _tables_and_marks(upright, lines, scale, engine)
    marks = (*marks, *find_signatures(upright.gray, lines, scale, upright.seal_ink))
    if len(lines) < FEW_LINES:
        marks = (*marks, *find_codes(upright.gray, to_points))
    to_work_px = upright.to_pixels.then(upright.from_work.inverse())
    look = text_look(gray_of(work), upright.lines, to_work_px)
    return ReadPage(
        size=raw.size,
        upright=Size(width / px, height / px),
        to_viewer=to_viewer,
        source=TextSource.OCR,
        rotation_deg=upright.rotation_deg,
        skew_deg=upright.skew_deg,
        quality=page_quality(gray_of(work), clean.contrast, real * 72, look),
        lines=lines,
        tables=with_aligned_tables(filled, lines, Size(width / px, height / px)),
        seals=_seals_upright(clean, real, upright.from_work.then(to_points)),
        marks=marks,
        engines=(f"{engine.name} {engine.version}",),
        fingerprint=fingerprint(upright.gray),
    )


def _tables_and_marks(
    upright: _Upright, lines: tuple[Line, ...], scale: Scale, engine: OcrEngine
) -> tuple[tuple[Line, ...], tuple[Table, ...], tuple[Mark, ...]]:
    """Ruled tables, filled, and marks; lines that only they let see are added: print beside a mark is
    read again, a circled word is told by its column, a tick that was read as a letter is a tick."""
    # Tables are told apart by millimetres of paper, so they are searched at the real scale.
    real = scale.px_per_mm * 25.4 / 72
    tables = [
        _scaled_table(t, real / scale.px_per_unit) for t in find_ruled_tables(upright.gray, real)
    ]
    filled = fill_tables(tables, lines)
    marks = find_marks(upright.gray, _cells(filled), lines, scale, upright.seal_ink)
    again = reread_cells(upright.gray, marks, scale.px_per_unit, engine)
    if again:
        lines = _reading_order((*lines, *again))
        filled = fill_tables(tables, lines)
        marks = find_marks(upright.gray, _cells(filled), lines, scale, upright.seal_ink)
    if circled := circled_words(_cells(filled), marks):
        lines = _reading_order((*lines, *circled))
        filled = fill_tables(tables, lines)
    if (ticked := ticks_as_text(lines, marks)) != lines:
        lines, filled = ticked, fill_tables(tables, ticked)
    return lines, filled, marks


def _set_upright(clean: CleanPage, real: float, engine: OcrEngine) -> _Upright:
    """Turned, deskewed and read. Rulings give the skew before reading, lines of text after it."""
    ruled = skew_from_rulings(clean.gray)
    skew = 0.0 if ruled is None or abs(ruled) < MIN_SKEW_DEG else ruled
    straight, straighten = _straightened(clean.gray, skew)

    def read(picture: Picture) -> tuple[OcrLine, ...]:
        return engine.read(three_channels(without_rulings(picture, real * 72 / 25.4)))

    sideways = lies_sideways(straight, real * 72 / 25.4)
    rotation, gray, lines = find_upright(straight, read, _shapes, sideways)
    to_pixels = Transform.identity()
    if ruled is None:
        late = skew_from_lines([(*q.quad[0], *q.quad[1]) for q in lines if len(q.text) > 3])
        # 0.3° is the accuracy of text boxes; less cannot be told from a straight page.
        if late is not None and abs(late) >= 0.3:
            skew = late
            straight, straighten = _straightened(clean.gray, skew)
            gray, to_pixels = rotated(gray, -skew)
    _, turn = turned(straight, (360 - rotation) % 360)
    ink = clean.seal_ink
    if ink is not None:
        ink = turned(_straightened(ink, skew)[0], (360 - rotation) % 360)[0]
    return _Upright(gray, ink, straighten.then(turn), rotation, round(skew, 3), lines, to_pixels)


def _cells(tables: Iterable[Table]) -> list[Cell]:
    return [cell for table in tables for cell in table.cells]


def _straightened(picture: Picture, skew_deg: float) -> tuple[Picture, Transform]:
    return rotated(picture, -skew_deg) if skew_deg else (picture, Transform.identity())


def _shapes(lines: Sequence[OcrLine]) -> list[LineShape]:
    return [
        LineShape(q.width, q.height, len(q.text), q.score, telling_characters(q.text))
        for q in lines
    ]


def _line_in_points(line: OcrLine, to_points: Transform) -> Line:
    corners = [to_points.point(x, y) for x, y in line.quad]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    # Along the middle of the line: a slanted line's own x axis.
    middle = (sum(p[1] for p in line.quad)) / 4
    char_x = tuple(round(to_points.point(x, middle)[0], 2) for x in line.char_x)
    return Line(
        text=line.text,
        box=box.rounded(),
        confidence=round(line.score, 4),
        source=TextSource.OCR,
        char_x=char_x,
        char_confidence=tuple(round(s, 3) for s in line.char_score),
    )


def _scaled_table(table: Table, factor: float) -> Table:
    if factor == 1.0:
        return table
    scale = Transform.scale(factor)
    cells = tuple(replace(c, box=scale.box(c.box)) for c in table.cells)
    return replace(table, box=scale.box(table.box), cells=cells)


def _seals_upright(clean: CleanPage, real: float, to_points: Transform) -> tuple[Seal, ...]:
    from_pixels = Transform.scale(real).then(to_points)
    return tuple(replace(s, box=from_pixels.box(s.box).rounded()) for s in clean.seals)


def _reading_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Top to bottom; lines side by side (centres within half a height) left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: item.box.cy):
        row = rows[-1] if rows else []
        if row and abs(line.box.cy - row[0].box.cy) < 0.5 * min(line.box.height, row[0].box.height):
            row.append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda item: item.box.x0))


def _stored_picture(raw: RawPage, cache: PageCache | None, options: PageOptions) -> str:
    if cache is None or not options.keep_picture:
        return ""
    picture, _ = scaled(raw.image, min(1.0, options.picture_dpi / raw.dpi))
    done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, options.picture_quality])
    return cache.store_picture(jpeg.tobytes()) if done else ""
