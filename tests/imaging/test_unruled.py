"""Rulings go, what is written on and across them stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractor.imaging.plane import Picture, gray_of, rotated
from extractor.imaging.unruled import without_rulings
from tests.imaging.pictures import PX_PER_MM, as_scanned, draw_grid, draw_text_like, paper


def form(tone: int = 250) -> tuple[Picture, Picture]:
    """A ruled page with text, and the same page without rules."""
    bare = paper(1200, 1000, tone)
    for row in range(8):
        draw_text_like(bare, 130, 145 + 90 * row, 6)
        draw_text_like(bare, 700, 150 + 90 * row, 4)
    ruled = bare.copy()
    draw_grid(ruled, 100, 120, [500, 480], 8, 90)
    return ruled, bare


@pytest.mark.parametrize("tone", [250, 205])
@pytest.mark.parametrize("slope_deg", [0.0, 0.4])
def test_without_its_rules_a_form_is_as_if_it_had_none(tone: int, slope_deg: float) -> None:
    ruled, bare = (as_scanned(rotated(p, slope_deg)[0], noise=2) for p in form(tone))
    got = without_rulings(gray_of(ruled), PX_PER_MM)[60:-60, 60:-60].astype(int)
    wanted = gray_of(bare)[60:-60, 60:-60].astype(int)
    different = np.abs(got - wanted) > 60
    assert different.mean() < 0.001


def test_a_stroke_across_a_rule_keeps_its_middle() -> None:
    page = gray_of(paper(600, 300))
    cv2.line(page, (50, 150), (550, 150), 20, 3)
    cv2.line(page, (300, 130), (300, 170), 20, 5)
    got = without_rulings(page, PX_PER_MM)
    assert (got[135:166, 300] < 80).all()
    assert (got[148:153, 100:280] > 200).all()


def test_a_dash_and_a_heading_stroke_stay() -> None:
    page = gray_of(paper(600, 300))
    cv2.line(page, (50, 150), (50 + int(11 * PX_PER_MM), 150), 20, 3)
    assert np.array_equal(without_rulings(page, PX_PER_MM), page)


def test_a_black_bar_is_no_rule() -> None:
    page = gray_of(paper(900, 400))
    page[100:160, 100:700] = 10
    got = without_rulings(page, PX_PER_MM)
    assert (got[110:150, 110:690] < 60).all()


def test_a_page_without_rules_is_returned_untouched() -> None:
    page = gray_of(as_scanned(form()[1]))
    assert without_rulings(page, PX_PER_MM) is page
