"""Quality has reasons, and a good page has none."""

from __future__ import annotations

import cv2
import numpy as np

from extractor.imaging.clean import ink_contrast
from extractor.imaging.plane import Picture, gray_of
from extractor.imaging.quality import TextLook, cut_lines, page_quality
from tests.imaging.pictures import PX_PER_PT, as_scanned, draw_text_like, paper


def graded(page: Picture, dpi: float = 200.0, height: float = 30.0) -> tuple[float, set[str]]:
    gray = gray_of(page)
    quality = page_quality(gray, ink_contrast(gray, PX_PER_PT), dpi, TextLook(height))
    return quality.score, set(quality.reasons)


def text_page() -> Picture:
    page = paper()
    for row in range(14):
        draw_text_like(page, 150, 150 + 100 * row, 30)
    return page


def test_a_good_scan_is_good() -> None:
    assert graded(as_scanned(text_page())) == (1.0, set())


def test_a_blank_page_is_blank_and_nothing_worse() -> None:
    assert graded(as_scanned(paper())) == (1.0, {"blank"})


def test_faint_print_is_said() -> None:
    faint = (250 - (250 - text_page().astype(np.float32)) * 0.2).astype(np.uint8)
    score, reasons = graded(as_scanned(faint))
    assert "faint" in reasons and score < 1


def test_blur_is_said() -> None:
    score, reasons = graded(as_scanned(cv2.GaussianBlur(text_page(), (0, 0), 3.0)))
    assert "blurred" in reasons and score < 1


def test_few_dots_and_small_letters_are_said() -> None:
    score, reasons = graded(as_scanned(text_page()), dpi=85, height=11)
    assert {"low_resolution", "small_text"} <= reasons and score < 0.5


def test_lines_that_the_edge_cuts_are_counted_and_said() -> None:
    page = text_page()
    cut = np.ascontiguousarray(page[:, 165:])
    gray = gray_of(cut)
    tops = [145.0 + 100 * row for row in range(14)]
    quads = [((0.0, y), (880.0, y), (880.0, y + 37), (0.0, y + 37)) for y in tops]
    assert cut_lines(gray, quads) == 14
    assert "cut_off" in page_quality(gray, 200.0, 200.0, TextLook(30, 14)).reasons
    # The same boxes where the print ends before the edge: detectors draw boxes wide.
    whole = gray_of(np.ascontiguousarray(page[:, 140:]))
    assert cut_lines(whole, quads) == 0


def test_a_shadow_along_the_edge_cuts_no_line() -> None:
    gray = gray_of(text_page())
    gray[:, :3] = 40
    assert cut_lines(gray, [[(0, 140), (880, 140), (880, 182), (0, 182)]]) == 0


def test_darkness_and_unsure_reading_are_said() -> None:
    gray = gray_of((text_page() * 0.4).astype(np.uint8))
    reasons = page_quality(gray, 90.0, 200.0, TextLook(30, 0, 0.6)).reasons
    assert {"dark", "low_confidence"} <= set(reasons)
