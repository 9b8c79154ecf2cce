"""Seals: found by colour and shape, told from headings and pictures."""

from __future__ import annotations

import cv2

from extractor.imaging.seals import has_colours
from tests.imaging.pictures import as_scanned, draw_seal, paper


def test_a_colour_scan_has_colours_and_a_grey_one_has_none() -> None:
    page = paper(800, 800)
    draw_seal(page, 400, 400, 165, (45, 40, 215))
    scan = as_scanned(page)
    assert has_colours(scan)
    grey = cv2.cvtColor(scan, cv2.COLOR_BGR2GRAY)
    assert not has_colours(grey)
    assert not has_colours(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
