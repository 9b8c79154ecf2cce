"""A page is read the right way up, with no reading more than needed."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as PilImage
from PIL import ImageDraw

from extractor.imaging.orient import (
    LineShape,
    find_upright,
    lies_sideways,
    telling_characters,
)
from extractor.imaging.plane import Picture, turned
from tests.imaging.pictures import chinese_font


def upright_page() -> Picture:
    """Lines of different length with a mark at the head, so that each turn looks different."""
    page = np.full((600, 400), 255, np.uint8)
    for i, width in enumerate((300, 250, 280, 200, 310)):
        page[60 + 80 * i : 80 + 80 * i, 40 : 40 + width] = 0
    page[5:15, 5:15] = 0
    return page


class Reader:
    """Reads like an engine: sure text from an upright page and, since tall crops are turned
    anticlockwise before reading, from one whose content lies clockwise; nonsense otherwise."""

    def __init__(self, good: float = 0.98, bad: float = 0.6) -> None:
        self.readings = 0
        self.good, self.bad = good, bad

    def __call__(self, page: Picture) -> list[LineShape]:
        self.readings += 1
        corner = {
            0: page[5:15, 5:15],
            90: page[5:15, -15:-5],
            180: page[-15:-5, -15:-5],
            270: page[-15:-5, 5:15],
        }
        deg = next(d for d, patch in corner.items() if patch.max() == 0)
        score = self.good if deg in (0, 90) else self.bad
        tall = deg in (90, 270)
        return [LineShape(20, 300, 15, score) if tall else LineShape(300, 20, 15, score)] * 5


@pytest.mark.parametrize(("deg", "readings"), [(0, 1), (90, 2), (180, 2), (270, 2)])
def test_every_turn_is_found(deg: int, readings: int) -> None:
    page, _ = turned(upright_page(), deg)
    reader = Reader()
    found, upright, reading = find_upright(page, reader, lambda lines: lines)
    assert found == deg
    assert np.array_equal(upright, upright_page())
    assert reading[0].score == 0.98
    assert reader.readings == readings


@pytest.mark.parametrize(("deg", "readings"), [(0, 2), (90, 1), (180, 2), (270, 2)])
def test_a_page_that_lies_on_its_side_as_supposed_is_read_once(deg: int, readings: int) -> None:
    page, _ = turned(upright_page(), deg)
    reader = Reader()
    found, upright, reading = find_upright(page, reader, lambda lines: lines, sideways=True)
    assert found == deg
    assert np.array_equal(upright, upright_page())
    assert reading[0].score == 0.98
    assert reader.readings == readings


@pytest.mark.parametrize(("columns", "gap_px"), [(1, 14), (3, 20), (2, 9)])
def test_print_shows_which_way_its_lines_run(columns: int, gap_px: int) -> None:
    font = chinese_font(28)  # 200 dpi: ten points
    sheet = PilImage.new("L", (1654, 2339), 250)
    draw = ImageDraw.Draw(sheet)
    for column in range(columns):
        for y in range(200, 2000, 28 + gap_px):
            text = "中小企业公共服务示范平台申报材料"[: 16 - column]
            draw.text((150 + 500 * column, y), text, font=font, fill=40)
    page: Picture = np.asarray(sheet)
    px_per_mm = 200 / 25.4
    for deg in (0, 180):
        assert not lies_sideways(turned(page, deg)[0], px_per_mm)
    for deg in (90, 270):
        assert lies_sideways(turned(page, deg)[0], px_per_mm)


def test_a_page_with_hardly_any_print_is_not_supposed_to_lie_on_its_side() -> None:
    page = np.full((2339, 1654), 250, np.uint8)
    assert not lies_sideways(page, 200 / 25.4)
    page[300:340, 200:230] = 20
    assert not lies_sideways(page, 200 / 25.4)


def test_a_poor_page_is_left_upright_after_one_look_at_its_head() -> None:
    reader = Reader(good=0.8, bad=0.55)
    found, _, _ = find_upright(upright_page(), reader, lambda lines: lines)
    assert (found, reader.readings) == (0, 2)


@pytest.mark.parametrize("deg", [0, 90, 180, 270])
def test_a_cover_of_four_characters_is_found_in_every_turn(deg: int) -> None:
    """Like the engine: nothing at all from a cover on its head, doubtful bits from other turns."""
    page, _ = turned(upright_page(), deg)

    def read(picture: Picture) -> list[LineShape]:
        if picture[5:15, 5:15].max() == 0 and picture.shape[0] > picture.shape[1]:
            return [LineShape(300, 80, 4, 0.99)]
        if picture[-15:-5, -15:-5].max() == 0:
            return []
        return [LineShape(80, 70, 1, 0.4)]

    assert find_upright(page, read, lambda lines: lines)[0] == deg


@pytest.mark.parametrize("deg", [0, 180])
def test_sure_digits_alone_do_not_prove_which_way_up(deg: int) -> None:
    page, _ = turned(upright_page(), deg)

    def read(picture: Picture) -> list[LineShape]:
        on_head = picture[5:15, 5:15].max() > 0
        digits = LineShape(300, 20, 60, 0.93 if on_head else 0.98, 0)
        head = LineShape(200, 20, 8, 0.5 if on_head else 0.97, 8)
        return [head, digits]

    assert find_upright(page, read, lambda lines: lines)[0] == deg


def test_what_tells_up_from_down() -> None:
    assert telling_characters("1,689.06%") == 0
    assert telling_characters("资产总额1,689") == 4
    assert telling_characters("SOS") == 0 and telling_characters("Report") >= 3


def test_a_page_of_few_characters_is_not_turned() -> None:
    def read(page: Picture) -> list[LineShape]:
        return [LineShape(20, 60, 2, 0.4)]

    assert find_upright(upright_page(), read, lambda lines: lines)[0] == 0


def test_a_blank_page_is_read_once() -> None:
    calls = []

    def read(page: Picture) -> list[LineShape]:
        calls.append(1)
        return []

    assert find_upright(np.full((100, 80), 255, np.uint8), read, lambda x: x)[0] == 0
    assert len(calls) == 1
