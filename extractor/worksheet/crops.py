"""Small pictures of the places a value was read from, made sharp enough to check by eye.

A crop shows the value's box with what stands beside it (the label, the neighbouring cells), turned
so that the text reads upright, the box outlined. Places with personal data are blanked.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageDraw

from extractor.core.geometry import Box
from extractor.core.worksheet import BoxTuple, Fact, PageInfo

# Sizes of the shown crop in points of the screen or paper it lands on. 208 pt fit a findings column;
# at that width most forms show a value together with its label at the size it was printed.
SHOWN_WIDTH_PT = 208.0
SHOWN_HEIGHT_PT = 100.0
_MARGIN_PT = 7.0  # page around the box, so that characters at its edge are whole
_LEAST_HEIGHT_PT = 38.0  # a line of a form, and one above and below it
_SHARE_BEFORE = 0.65
# Stored pixels per shown point: 200 dpi scans keep every pixel at the usual 1:1 scale.
_PIXELS_PER_POINT = 200 / 72
_THREADS = 2  # decoding and encoding run outside the interpreter's lock
_LEAST_SCALE = 0.25  # a whole page of text shrunk to a stamp tells nothing
_OUTLINE = (200, 60, 20)
_BLANK = (190, 190, 190)


class PageImages(Protocol):
    """Where page pictures come from."""

    def get(self, page_no: int) -> Image.Image | None:
        """Page ``page_no`` (from 1) as a viewer shows it; ``None`` where there is no picture."""


@dataclass(frozen=True, slots=True)
class Crop:
    """One picture: an encoded file and the size to show it at, in points."""

    content: bytes
    width_pt: float
    height_pt: float


def context_box(box: Box, page: PageInfo) -> Box:
    """What a crop of ``box`` shows (viewer points): the box and its neighbours in reading direction.

    More of what stands before the box than after it: that is where labels are. Never larger than
    the page; a box longer than a crop is wide keeps a margin only.
    """
    sideways = page.rotation_deg in (90, 270)
    along, across = (box.height, box.width) if sideways else (box.width, box.height)
    spare = SHOWN_WIDTH_PT - along
    before = max(_MARGIN_PT, spare * _SHARE_BEFORE)
    after = max(_MARGIN_PT, spare * (1 - _SHARE_BEFORE))
    beside = max(_MARGIN_PT, (_LEAST_HEIGHT_PT - across) / 2)
    if page.rotation_deg in (180, 270):  # the text runs to the left, or upwards
        before, after = after, before
    if sideways:
        grown = Box(box.x0 - beside, box.y0 - before, box.x1 + beside, box.y1 + after)
    else:
        grown = Box(box.x0 - before, box.y0 - beside, box.x1 + after, box.y1 + beside)
    return _moved_into(grown, page.width_pt, page.height_pt)


def _moved_into(box: Box, width: float, height: float) -> Box:
    """``box`` shifted, then cut, to lie on the page: the value stays in view near an edge."""
    dx = max(0.0, -box.x0) - max(0.0, box.x1 - width)
    dy = max(0.0, -box.y0) - max(0.0, box.y1 - height)
    x0, x1 = max(0.0, box.x0 + dx), min(width, box.x1 + dx)
    y0, y1 = max(0.0, box.y0 + dy), min(height, box.y1 + dy)
    return Box(x0, y0, max(x0, x1), max(y0, y1))


def _upright(picture: Image.Image, rotation_deg: int) -> Image.Image:
    # rotation_deg says how far the content is turned clockwise; PIL's ROTATE_n turns it back.
    turn = {
        90: Image.Transpose.ROTATE_90,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_270,
    }.get(rotation_deg)
    return picture if turn is None else picture.transpose(turn)


def _encoded(picture: Image.Image) -> bytes:
    """JPEG: a scan in PNG is five times the size. Full chroma, or red seals smear into the text."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=80, subsampling=0, optimize=True)
    return stream.getvalue()


def crop_of(
    image: Image.Image, page: PageInfo, box: Box, blanked: Sequence[Box] = ()
) -> Crop | None:
    """A crop of ``box`` (viewer points) out of ``image``; ``None`` where nothing would be seen.

    ``blanked``: boxes on the same page whose pixels must not be shown.
    """
    scale_x, scale_y = image.width / page.width_pt, image.height / page.height_pt
    view = context_box(box, page)
    corner = (round(view.x0 * scale_x), round(view.y0 * scale_y))
    region = (*corner, round(view.x1 * scale_x), round(view.y1 * scale_y))
    if region[2] - region[0] < 4 or region[3] - region[1] < 4:
        return None
    picture = image.crop(region).convert("RGB")
    draw = ImageDraw.Draw(picture)

    def pixels(of: Box) -> tuple[float, float, float, float]:
        return (
            of.x0 * scale_x - corner[0],
            of.y0 * scale_y - corner[1],
            of.x1 * scale_x - corner[0],
            of.y1 * scale_y - corner[1],
        )

    for hidden in blanked:
        if hidden.intersection(view) is not None:
            draw.rectangle(pixels(hidden.expanded(1.0)), fill=_BLANK)
    line_width = max(2, round(scale_x))
    draw.rectangle(pixels(box.expanded(2.0)), outline=_OUTLINE, width=line_width)
    upright = _upright(picture, page.rotation_deg)
    width_pt, height_pt = upright.width / max(scale_x, 0.1), upright.height / max(scale_x, 0.1)
    if min(SHOWN_WIDTH_PT / width_pt, SHOWN_HEIGHT_PT / height_pt) < _LEAST_SCALE:
        return None
    return _fitted(upright, max(scale_x, 0.1))


def _fitted(picture: Image.Image, pixels_per_pt: float) -> Crop:
    """The picture at its size on paper, or shrunk to the room there is."""
    width_pt, height_pt = picture.width / pixels_per_pt, picture.height / pixels_per_pt
    shrink = min(1.0, SHOWN_WIDTH_PT / width_pt, SHOWN_HEIGHT_PT / height_pt)
    width_pt, height_pt = width_pt * shrink, height_pt * shrink
    # A long box that had to be shrunk keeps more pixels, up to half as many again: one can zoom in.
    most = round(width_pt * _PIXELS_PER_POINT * (1.5 if shrink < 1 else 1.0))
    if picture.width > most > 0:
        size = (most, max(1, round(picture.height * most / picture.width)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return Crop(_encoded(picture), width_pt, height_pt)


def crops_of_facts(
    facts: Iterable[Fact],
    pages: Sequence[PageInfo],
    images: PageImages,
    blanked: Mapping[int, Sequence[BoxTuple]],
) -> dict[str, Crop]:
    """Crops by fact id. Each page picture is asked for once; a fact without a place has no crop.

    A picture that cannot be opened (``OSError``) costs its crops, never the worksheet.
    """
    by_page: dict[int, dict[str, Box]] = {}
    for fact in facts:
        if fact.page is not None and fact.box is not None:
            by_page.setdefault(fact.page, {})[fact.id] = Box(*fact.box)
    infos = {page.no: page for page in pages if page.width_pt > 0 and page.height_pt > 0}

    def cut(page_no: int) -> dict[str, Crop]:
        made: dict[str, Crop | None] = {}
        try:
            image = images.get(page_no)
            if image is not None:
                hidden = [Box(*box) for box in blanked.get(page_no, ())]
                for ident, box in by_page[page_no].items():
                    made[ident] = crop_of(image, infos[page_no], box, hidden)
        except OSError:
            pass  # what was cut before is whole
        return {ident: crop for ident, crop in made.items() if crop is not None}

    crops: dict[str, Crop] = {}
    with ThreadPoolExecutor(_THREADS) as threads:
        for found in threads.map(cut, sorted(by_page.keys() & infos.keys())):
            crops.update(found)
    return crops
