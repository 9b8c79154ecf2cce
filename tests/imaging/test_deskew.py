"""The skew of a page, from its rulings and from its lines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from extractor.imaging.deskew import skew_from_lines, skew_from_rulings
from extractor.imaging.plane import Picture, rotated, turned
from tests.imaging.pictures import as_scanned, draw_grid, draw_text_like, paper


def form() -> Picture:
    page = paper(1654, 2339)
    draw_grid(page, 130, 400, [400, 250, 300, 430], 14, 80)
    for row in range(14):
        draw_text_like(page, 160, 425 + 80 * row, 9)
    return page


@pytest.mark.parametrize("deg", [-6.0, -2.5, -0.7, -0.3, 0.3, 0.9, 1.8, 4.0, 7.0])
def test_a_ruled_page_tells_its_skew_within_a_twentieth_of_a_degree(deg: float) -> None:
    page, _ = rotated(form(), deg)
    found = skew_from_rulings(as_scanned(page))
    assert found is not None and abs(found - deg) < 0.05


def test_a_straight_page_is_straight() -> None:
    found = skew_from_rulings(as_scanned(form()))
    assert found is not None and abs(found) <= 0.1


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_on_its_side_has_the_same_skew(turn: int) -> None:
    page, _ = rotated(form(), 1.3)
    page, _ = turned(page, turn)
    found = skew_from_rulings(as_scanned(page))
    assert found is not None and abs(found - 1.3) < 0.05


@pytest.mark.parametrize(("deg", "left", "right", "foot"), [(2.4, 22, 18, 20), (-1.6, 6, 38, 0)])
def test_the_black_rim_of_an_open_lid_is_no_ruling_of_the_page(
    deg: float, left: int, right: int, foot: int
) -> None:
    page, _ = rotated(form(), deg)
    height, width = page.shape[:2]
    rng = np.random.default_rng(5)
    for y in range(0, height, 3):
        ragged = int(rng.integers(-4, 5))
        page[y : y + 3, : max(left + ragged, 0)] = 10
        page[y : y + 3, width - max(right + ragged, 1) :] = 10
    if foot:
        page[-foot:] = 10
    found = skew_from_rulings(as_scanned(page))
    assert found is not None and abs(found - deg) < 0.05


def test_without_rulings_nothing_is_guessed() -> None:
    page = paper(1654, 2339)
    rng = np.random.default_rng(7)
    for row in range(30):
        for i in range(25):  # real print has its strokes at many heights
            draw_text_like(page, 160 + 50 * i, 200 + 60 * row + int(rng.integers(0, 14)), 1)
    assert skew_from_rulings(as_scanned(page)) is None
    assert skew_from_rulings(paper()) is None


@pytest.mark.parametrize("deg", [-3.0, 0.4, 2.0])
def test_lines_of_text_tell_the_skew_by_the_majority(deg: float) -> None:
    step = math.tan(math.radians(deg))
    rng = np.random.default_rng(3)
    lines = [
        (100.0, 50.0 * i, 100.0 + w, 50.0 * i + w * step + float(rng.normal(0, 0.5)))
        for i, w in enumerate([600, 500, 700, 650, 300, 800])
    ]
    lines.append((100.0, 900.0, 300.0, 990.0))  # a stamp's slanted word
    found = skew_from_lines(lines)
    assert found is not None and abs(found - deg) < 0.15


def test_a_few_short_words_have_no_direction() -> None:
    assert skew_from_lines([(0, 0, 60, 3), (0, 50, 80, 50)]) is None
    assert skew_from_lines([]) is None
