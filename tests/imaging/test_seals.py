"""Seals: found by colour and shape, told from headings and pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractor.core.geometry import Box
from extractor.imaging.clean import clean_page
from extractor.imaging.plane import Picture
from extractor.imaging.rings import find_rings
from extractor.imaging.seals import has_colours
from tests.imaging.pictures import PX_PER_PT, as_scanned, draw_seal, draw_text_like, paper


def test_a_colour_scan_has_colours_and_a_grey_one_has_none() -> None:
    page = paper(800, 800)
    draw_seal(page, 400, 400, 165, (45, 40, 215))
    scan = as_scanned(page)
    assert has_colours(scan)
    grey = cv2.cvtColor(scan, cv2.COLOR_BGR2GRAY)
    assert not has_colours(grey)
    assert not has_colours(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))


def printed_page() -> Picture:
    page = paper(1240, 1754)
    for row in range(24):
        draw_text_like(page, 90, 120 + 62 * row, 35, 22)
    return page


@pytest.mark.parametrize("one_bit", [False, True])
def test_a_ring_without_colour_is_found_among_print(one_bit: bool) -> None:
    page = printed_page()
    draw_seal(page, 700, 900, 165, (120, 120, 120))
    grey = cv2.cvtColor(as_scanned(page), cv2.COLOR_BGR2GRAY)
    if one_bit:
        grey = cv2.threshold(grey, 170, 255, cv2.THRESH_BINARY)[1]
    seals = clean_page(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), PX_PER_PT).seals
    (seal,) = seals
    true = Box(*(v / PX_PER_PT for v in (535, 735, 865, 1065)))
    assert seal.box.iou(true) > 0.85
    assert seal.confidence < 0.85


def test_print_alone_is_no_ring() -> None:
    grey = cv2.cvtColor(as_scanned(printed_page()), cv2.COLOR_BGR2GRAY)
    assert clean_page(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), PX_PER_PT).seals == ()


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_half_a_grey_seal_at_any_edge_is_found(quarters: int) -> None:
    page = np.full((1169, 827), 255, np.uint8)  # A4 at 100 dpi
    centre, radius = (5, 600), 82
    cv2.circle(page, centre, radius, (90,), 5, cv2.LINE_AA)
    for i in range(12):
        angle = np.radians(-120 + i * 240 / 11)
        ends = [
            (
                int(centre[0] + r * radius * np.sin(angle)),
                int(centre[1] - r * radius * np.cos(angle)),
            )
            for r in (0.64, 0.86)
        ]
        cv2.line(page, ends[0], ends[1], (90,), 7, cv2.LINE_AA)
    turned = np.ascontiguousarray(np.rot90(page, -quarters))
    height, width = turned.shape
    found = find_rings(turned, 100 / 72, thorough=True)
    assert len(found) == 1
    box = found[0]
    on_page = Box(0, 0, width * 0.72, height * 0.72)
    assert box.share_inside(on_page.expanded(1)) > 0.99
    assert min(box.width, box.height) / max(box.width, box.height) == pytest.approx(0.53, abs=0.05)


def test_a_bare_arc_at_the_edge_is_no_seal() -> None:
    page = np.full((1169, 827), 255, np.uint8)
    cv2.circle(page, (5, 600), 82, (90,), 5, cv2.LINE_AA)
    assert find_rings(page, 100 / 72, thorough=True) == ()
