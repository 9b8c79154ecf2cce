"""Crops: the right place, upright, sharp, personal data blanked, a bad picture harmless."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from worksheet_factory import fact

from extractor.core.geometry import Box
from extractor.core.worksheet import PageInfo
from extractor.worksheet.crops import (
    SHOWN_HEIGHT_PT,
    SHOWN_WIDTH_PT,
    Crop,
    context_box,
    crop_of,
    crops_of_facts,
)

SCALE = 200 / 72
RED = (220, 0, 0)


def page(no: int = 1, rotation: int = 0) -> PageInfo:
    return PageInfo(
        no=no,
        file="f",
        page_in_file=no,
        width_pt=595.0,
        height_pt=842.0,
        source="ocr",
        rotation_deg=rotation,
        skew_deg=0.0,
        quality=1.0,
    )


def drawn(*marks: tuple[Box, tuple[int, int, int]]) -> Image.Image:
    image = Image.new("RGB", (round(595 * SCALE), round(842 * SCALE)), "white")
    for box, colour in marks:
        ImageDraw.Draw(image).rectangle([v * SCALE for v in box.as_tuple()], fill=colour)
    return image


def opened(crop: Crop | None) -> Image.Image:
    assert crop is not None
    return Image.open(io.BytesIO(crop.content)).convert("RGB")


def share(image: Image.Image, colour: tuple[int, int, int]) -> float:
    near = sum(
        count
        for count, pixel in image.getcolors(10**7) or []
        if all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))  # type: ignore[arg-type]
    )
    return near / (image.width * image.height)


@given(
    st.floats(0, 590), st.floats(0, 830), st.floats(0, 590), st.floats(0, 400),
    st.sampled_from([0, 90, 180, 270]),
)  # fmt: skip
def test_the_context_holds_the_box_and_stays_on_the_page(
    x: float, y: float, w: float, h: float, turned: int
) -> None:
    box = Box(x, y, min(595.0, x + w), min(842.0, y + h))
    view = context_box(box, page(rotation=turned))
    assert 0 <= view.x0 <= box.x0 <= box.x1 <= view.x1 <= 595
    assert 0 <= view.y0 <= box.y0 <= box.y1 <= view.y1 <= 842


def test_more_is_shown_before_the_value_than_after_it_whichever_way_the_page_lies() -> None:
    box = Box(280, 400, 310, 412)
    flat, turned = context_box(box, page()), context_box(box, page(rotation=180))
    assert box.x0 - flat.x0 > flat.x1 - box.x1
    assert turned.x1 - box.x1 > box.x0 - turned.x0
    tall = Box(280, 400, 292, 430)
    down, up = context_box(tall, page(rotation=90)), context_box(tall, page(rotation=270))
    assert tall.y0 - down.y0 > down.y1 - tall.y1
    assert up.y1 - tall.y1 > tall.y0 - up.y0


def test_a_crop_keeps_the_pixels_of_a_200_dpi_scan() -> None:
    box = Box(300, 400, 360, 412)
    crop = crop_of(drawn((box, RED)), page(), box)
    image = opened(crop)
    assert crop is not None
    assert abs(image.width - SHOWN_WIDTH_PT * SCALE) <= 2
    assert abs(crop.width_pt - SHOWN_WIDTH_PT) < 1
    assert share(image, RED) > 0.05


def test_a_long_box_is_shown_whole_within_the_room_there_is() -> None:
    box = Box(20, 100, 580, 300)
    crop = crop_of(drawn((box, RED)), page(), box)
    assert crop is not None
    assert crop.width_pt <= SHOWN_WIDTH_PT + 0.01
    assert crop.height_pt <= SHOWN_HEIGHT_PT + 0.01
    assert share(opened(crop), RED) > 0.9


def test_a_sideways_page_gives_an_upright_crop() -> None:
    # The text runs downwards: content turned 90 degrees clockwise. Its beginning (blue) is on top.
    box = Box(300, 300, 314, 400)
    blue = (0, 0, 220)
    image = drawn((box, RED), (Box(300, 300, 314, 330), blue))
    upright = opened(crop_of(image, page(rotation=90), box))
    assert upright.width > 3 * upright.height
    left = upright.crop((0, 0, upright.width // 2, upright.height))
    assert share(left, blue) > 0.02
    right = upright.crop((upright.width // 2 + 5, 0, upright.width, upright.height))
    assert share(right, blue) == 0


def test_a_page_upside_down_gives_an_upright_crop() -> None:
    box = Box(300, 300, 400, 314)
    blue = (0, 0, 220)
    image = drawn((box, RED), (Box(370, 300, 400, 314), blue))  # the text begins at the right
    upright = opened(crop_of(image, page(rotation=180), box))
    assert share(upright.crop((0, 0, upright.width // 2, upright.height)), blue) > 0.02


def test_blanked_places_show_no_pixel_of_theirs() -> None:
    box = Box(300, 400, 360, 412)
    hidden = Box(380, 398, 430, 414)
    image = opened(crop_of(drawn((box, RED), (hidden, (0, 160, 0))), page(), box, [hidden]))
    assert share(image, (0, 160, 0)) == 0
    assert share(image, RED) > 0.05


def test_a_box_without_extent_or_a_page_without_size_gives_no_picture() -> None:
    tiny = Image.new("RGB", (3, 3))
    assert crop_of(tiny, page(), Box(0, 0, 0, 0)) is None


class Pictures:
    def __init__(self) -> None:
        self.asked: list[int] = []

    def get(self, page_no: int) -> Image.Image | None:
        self.asked.append(page_no)
        if page_no == 1:
            raise OSError("truncated")
        return None if page_no == 2 else drawn()


def test_each_page_is_asked_once_and_a_broken_picture_costs_only_its_crops() -> None:
    pictures = Pictures()
    facts = [
        fact(f"f{page_no}{n}", "x", "1", "1", page=page_no)
        for page_no in (3, 1, 2, 3)
        for n in range(2)
    ]
    facts.append(fact("f_none", "x", "1", "1", page=None, box=None))
    facts.append(fact("f_far", "x", "1", "1", page=9))
    crops = crops_of_facts(facts, [page(n) for n in (1, 2, 3)], pictures, {})
    assert pictures.asked == [1, 2, 3]
    assert set(crops) == {"f30", "f31"}


def test_a_page_shrunk_to_a_stamp_is_not_shown() -> None:
    box = Box(20, 100, 580, 700)
    assert crop_of(drawn((box, RED)), page(), box) is None
