"""Photographed pages come out flat, scans come out untouched, and points lead back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.core.geometry import Box, Transform
from extractor.imaging.photo import flat_page, without_black_borders
from extractor.imaging.plane import Picture, rotated
from extractor.imaging.sheet import find_sheet
from extractor.imaging.vanishing import corners_by_rulings
from tests.imaging.pictures import as_scanned, draw_grid, draw_seal, draw_text_like, paper

Corners = list[list[float]]
UNEVEN: Corners = [[0.10, 0.07], [0.92, 0.12], [0.88, 0.95], [0.06, 0.90]]


def form(width: int = 1240, height: int = 1754) -> Picture:
    page = paper(width, height)
    draw_grid(page, 120, 250, [200, 300, 300, 180], 14, 80)
    for row in range(14):
        draw_text_like(page, 140, 275 + 80 * row, 5)
    draw_text_like(page, 300, 120, 18)
    draw_seal(page, 800, 1500, 120, (45, 40, 215))
    return page


def photographed(
    page: Picture, corners: Corners, desk: int = 95, shadow: float = 0.0
) -> tuple[Picture, Transform]:
    """The page as a phone sees it: its corners at these shares of the picture."""
    height, width = page.shape[:2]
    target = np.array(corners, np.float32) * np.array([width, height], np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    m = cv2.getPerspectiveTransform(source, target)
    seen = cv2.warpPerspective(page, m, (width, height), borderValue=(desk - 8, desk, desk + 9))
    light = 1 - shadow / (1 + np.exp(-(np.linspace(-0.5, 0.5, width) - 0.1) * 9))
    lit = (seen * light[None, :, None]).astype(np.uint8)
    return as_scanned(lit), Transform(tuple(float(v) for v in m.ravel()))  # type: ignore[arg-type]


@pytest.mark.parametrize("desk", [40, 120, 205])
@pytest.mark.parametrize("shadow", [0.0, 0.5])
def test_the_edges_of_a_sheet_are_found_in_shadow_and_on_a_light_desk(
    desk: int, shadow: float
) -> None:
    seen, move = photographed(form(), UNEVEN, desk, shadow)
    sheet = find_sheet(seen)
    assert sheet is not None and not sheet.flat
    expected = [move.point(x, y) for x, y in ((0, 0), (1240, 0), (1240, 1754), (0, 1754))]
    assert np.abs(sheet.corners - np.array(expected)).max() < 6


def test_a_photographed_form_is_flat_again_and_its_points_lead_back() -> None:
    seen, move = photographed(form(), UNEVEN)
    flat = flat_page(seen)
    assert flat.photo and flat.sheet
    height, width = flat.image.shape[:2]
    assert height / width == pytest.approx(2**0.5, abs=0.01)
    # Corners of the drawn grid: page -> photograph -> flat, as shares of the sheet.
    for x, y in ((120, 250), (1100, 250), (1100, 1370), (120, 1370)):
        fx, fy = flat.from_raw.point(*move.point(x, y))
        assert (fx / width, fy / height) == pytest.approx((x / 1240, y / 1754), abs=0.006)


def test_a_sheet_that_fills_the_picture_is_straightened_by_its_rulings() -> None:
    beyond = [[-0.06, -0.05], [1.08, -0.02], [1.02, 1.04], [-0.02, 1.08]]
    seen, move = photographed(form(), beyond)
    assert find_sheet(seen) is None
    flat = flat_page(seen)
    assert flat.photo and not flat.sheet

    def slope(x0: float, y0: float, x1: float, y1: float) -> float:
        (ax, ay), (bx, by) = (flat.from_raw.point(*move.point(*p)) for p in ((x0, y0), (x1, y1)))
        return float(np.degrees(np.arctan2(by - ay, bx - ax)))

    top, bottom = slope(120, 250, 1100, 250), slope(120, 1370, 1100, 1370)
    left, right = slope(120, 250, 120, 1370), slope(1100, 250, 1100, 1370)
    assert top == pytest.approx(bottom, abs=0.2) and left == pytest.approx(right, abs=0.2)
    assert left - top == pytest.approx(90, abs=0.3)


@pytest.mark.parametrize("skew", [0.0, 0.7, -2.5, 5.0])
def test_a_flat_scan_comes_out_untouched(skew: float) -> None:
    scan = as_scanned(rotated(form(), skew)[0])
    flat = flat_page(scan)
    assert flat.image is scan and flat.from_raw == Transform.identity() and not flat.photo
    assert corners_by_rulings(scan) is None


def test_prose_a_blank_page_and_a_dark_picture_come_out_untouched() -> None:
    prose = paper()
    for i in range(22):
        draw_text_like(prose, 130, 150 + 65 * i, 30)
    dark = np.full((800, 600, 3), 60, np.uint8)
    for page in (as_scanned(prose), as_scanned(paper()), as_scanned(dark)):
        assert flat_page(page).image is page


def test_black_borders_of_a_copier_become_paper_and_print_beside_them_stays() -> None:
    scan = form()
    scan[:, :70] = 15
    scan[-50:] = 25
    clean = without_black_borders(scan)
    assert clean[:, :60].min() > 240 and clean[-40:].min() > 240
    assert np.array_equal(clean[200:1600, 110:], scan[200:1600, 110:])


def test_a_ruling_at_the_very_edge_of_a_close_cut_picture_stays() -> None:
    page = paper(640, 330)
    page[:4] = 10
    assert without_black_borders(page) is page or without_black_borders(page)[:4].max() == 10


def test_a_dark_photograph_inside_a_page_is_no_border() -> None:
    page = form()
    page[1400:, 300:900] = 50  # reaches the lower edge, but not along it
    part = page.copy()
    assert np.array_equal(without_black_borders(page)[:1390], part[:1390])


shares = st.floats(0.01, 0.14)


@settings(max_examples=60, deadline=None)
@given(
    a=st.tuples(shares, shares), b=st.tuples(shares, shares), c=st.tuples(shares, shares),
    d=st.tuples(shares, shares), x=st.floats(0, 0.8), y=st.floats(0, 0.8), size=st.floats(0.02, 0.2),
)  # fmt: skip
def test_a_box_goes_through_perspective_and_back_around_itself(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float],
    d: tuple[float, float], x: float, y: float, size: float,
) -> None:  # fmt: skip
    """Corners return exactly; a box returns as a box that holds it, larger by no more than the
    slant makes it."""
    corners = np.array(
        [[a[0], a[1]], [1 - b[0], b[1]], [1 - c[0], 1 - c[1]], [d[0], 1 - d[1]]], np.float32
    ) * np.array([1240, 1754], np.float32)
    target = np.array([[0, 0], [1000, 0], [1000, 1414], [0, 1414]], np.float32)
    m = cv2.getPerspectiveTransform(corners, target).ravel()
    there = Transform(tuple(float(v) for v in m))  # type: ignore[arg-type]
    there = Transform.scale(200 / 72).then(there).then(Transform.scale(0.36))
    back = there.inverse()
    box = Box(400 * x, 560 * y, 400 * x + 400 * size, 560 * y + 560 * size)
    for px, py in ((box.x0, box.y0), (box.x1, box.y1)):
        assert back.point(*there.point(px, py)) == pytest.approx((px, py), abs=1e-6)
    again = back.box(there.box(box))
    assert again.expanded(1e-6).contains_point(box.x0, box.y0)
    assert again.expanded(1e-6).contains_point(box.x1, box.y1)
