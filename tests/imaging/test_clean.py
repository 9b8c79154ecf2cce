"""Seals are found and taken out; faint print comes up; other pages stay as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractor.imaging.clean import clean_page, ink_contrast
from extractor.imaging.plane import Picture, gray_of, rotated
from tests.imaging.pictures import (
    PX_PER_PT,
    as_scanned,
    draw_grid,
    draw_seal,
    draw_text_like,
    paper,
)

RED = (45, 40, 215)


def text_page() -> Picture:
    page = paper(1654, 2339)
    for row in range(20):
        draw_text_like(page, 200, 200 + 100 * row, 32)
    return page


def test_a_page_without_colour_is_left_alone() -> None:
    page = as_scanned(text_page())
    cleaned = clean_page(page, PX_PER_PT)
    assert cleaned.seals == () and not cleaned.stretched
    assert np.array_equal(cleaned.gray, gray_of(page))


@pytest.mark.parametrize("tone", [RED, (90, 85, 230), (30, 20, 170)])
def test_a_seal_over_text_is_found_and_its_ink_goes_while_the_text_stays(
    tone: tuple[int, int, int],
) -> None:
    plain = text_page()
    stamped = plain.copy()
    draw_seal(stamped, 900, 1200, 165, tone)
    cleaned = clean_page(as_scanned(stamped), PX_PER_PT)
    (seal,) = cleaned.seals
    assert seal.shape == "round" and seal.confidence > 0.8
    box = [v * PX_PER_PT for v in seal.box.as_tuple()]
    assert box == pytest.approx([735, 1035, 1065, 1365], abs=16)

    around = np.s_[1020:1380, 720:1080]
    dark_before = gray_of(plain)[around] < 100
    left = cleaned.gray[around]
    assert (left[dark_before] < 140).mean() > 0.97  # strokes beneath are still dark
    far = cv2.dilate(dark_before.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    assert (left[far] > 190).mean() > 0.97  # and the rest is nearly paper


def test_two_seals_are_two() -> None:
    page = text_page()
    draw_seal(page, 500, 800, 165, RED)
    draw_seal(page, 1200, 1700, 160, RED)
    assert len(clean_page(as_scanned(page), PX_PER_PT).seals) == 2


def test_a_square_name_seal_is_rectangular_even_when_tilted() -> None:
    page = paper(1654, 2339)
    tile = paper(300, 300, 255)
    cv2.rectangle(tile, (75, 75), (225, 225), RED, 8)
    cv2.line(tile, (100, 120), (200, 120), RED, 9)
    cv2.line(tile, (150, 95), (150, 205), RED, 9)
    cv2.line(tile, (100, 180), (200, 180), RED, 9)
    page[600:900, 600:900] = rotated(tile, 6)[0][:300, :300]
    (seal,) = clean_page(as_scanned(page), PX_PER_PT).seals
    assert seal.shape == "rect"


def test_a_red_heading_is_no_seal_and_stays() -> None:
    page = text_page()
    for i in range(9):
        x = 250 + 125 * i
        cv2.line(page, (x, 80), (x + 90, 80), RED, 12)
        cv2.line(page, (x, 130), (x + 90, 130), RED, 12)
        cv2.line(page, (x + 45, 60), (x + 45, 165), RED, 12)
    scanned = as_scanned(page)
    cleaned = clean_page(scanned, PX_PER_PT)
    assert cleaned.seals == ()
    assert np.array_equal(cleaned.gray, gray_of(scanned))


def test_a_filled_emblem_is_no_seal() -> None:
    page = text_page()
    cv2.circle(page, (800, 300), 110, RED, -1)
    assert clean_page(as_scanned(page), PX_PER_PT).seals == ()


def test_warm_paper_is_no_ink() -> None:
    page = text_page()
    page[:] = (page.astype(np.float32) * np.array([0.82, 0.88, 1.0])).astype(np.uint8)
    assert clean_page(as_scanned(page), PX_PER_PT).seals == ()


def test_faint_print_is_stretched() -> None:
    faint = (250 - (250 - text_page().astype(np.float32)) * 0.22).astype(np.uint8)
    cleaned = clean_page(as_scanned(faint), PX_PER_PT)
    assert cleaned.stretched
    before, after = ink_contrast(gray_of(faint), PX_PER_PT), ink_contrast(cleaned.gray, PX_PER_PT)
    assert before < 70 and after > 2 * before


def test_a_shadow_is_flattened() -> None:
    page = text_page().astype(np.float32)
    page *= np.linspace(0.5, 1.0, page.shape[1])[None, :, None]
    cleaned = clean_page(as_scanned(page.astype(np.uint8)), PX_PER_PT)
    assert cleaned.stretched
    left, right = (np.percentile(cleaned.gray[:, part], 80) for part in (np.s_[:200], np.s_[-200:]))
    assert abs(float(left) - float(right)) < 12


def test_a_blank_page_has_no_contrast() -> None:
    cleaned = clean_page(as_scanned(paper()), PX_PER_PT)
    assert cleaned.contrast == 0.0 and not cleaned.stretched


def test_a_circle_drawn_in_red_is_no_seal() -> None:
    page = text_page()
    cv2.ellipse(page, (700, 900), (170, 120), 8, 0, 360, RED, 6, cv2.LINE_AA)
    assert clean_page(as_scanned(page), PX_PER_PT).seals == ()


def test_two_seals_over_each_other_are_two() -> None:
    page = text_page()
    draw_seal(page, 700, 1000, 165, RED)
    draw_seal(page, 850, 1180, 160, RED)
    seals = clean_page(as_scanned(page), PX_PER_PT).seals
    assert len(seals) == 2 and all(s.shape == "round" for s in seals)


def test_a_seal_on_a_grey_copy_is_found_by_its_ring() -> None:
    page = text_page()
    draw_seal(page, 900, 1200, 165, (120, 120, 120))
    cleaned = clean_page(as_scanned(page), PX_PER_PT)
    (seal,) = cleaned.seals
    assert seal.confidence < 0.8
    assert (seal.box.cx, seal.box.cy) == pytest.approx((900 / PX_PER_PT, 1200 / PX_PER_PT), abs=4)
    assert cleaned.seal_ink is None  # grey ink cannot be told from print: it stays


def test_a_dense_grey_page_has_no_seals() -> None:
    page = paper(1654, 2339)
    for row in range(45):
        draw_text_like(page, 100, 120 + 48 * row, 48)
    draw_grid(page, 90, 110, [300, 400, 350, 400], 45, 48)
    assert clean_page(as_scanned(page), PX_PER_PT).seals == ()
